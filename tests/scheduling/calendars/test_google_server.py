"""The stand-in itself: that it refuses what Google refuses, so that passing against it means something."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.auth import crypt, jwt

from tests.scheduling.calendars.google_server import ACCOUNT, AUDIENCE, GoogleServer, google_server

ADA = "ada@example.com"
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EVENT = {
    "id": "abc12",
    "summary": "Coding",
    "start": {"dateTime": "2026-11-05T10:00:00Z"},
    "end": {"dateTime": "2026-11-05T11:00:00Z"},
}


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with google_server() as server:
        server.state.add(ADA)
        server.state.delegated.add(ADA)
        yield server


@pytest.fixture
def client(google: GoogleServer, tmp_path: Path) -> Iterator[httpx.Client]:
    token = grant(google, assertion(google, tmp_path)).json()["access_token"]
    with httpx.Client(base_url=google.url, headers={"Authorization": f"Bearer {token}"}) as made:
        yield made


def assertion(google: GoogleServer, folder: Path, **claims: Any) -> str:
    key = json.loads(google.key_file(folder / "key.json").read_text())["private_key"]
    signer = crypt.RSASigner.from_string(key)  # type: ignore[no-untyped-call] # google-auth types little
    times = {"iat": 1_700_000_000, "exp": 4_000_000_000} if claims.pop("long", False) else _now()
    scope = "https://www.googleapis.com/auth/calendar.events"
    signed: bytes = jwt.encode(signer, {"iss": ACCOUNT, "aud": AUDIENCE, "scope": scope, **times, **claims})  # type: ignore[no-untyped-call] # google-auth types little
    return signed.decode()


def _now() -> dict[str, int]:
    return {"iat": int(time.time()), "exp": int(time.time()) + 3600}


def grant(google: GoogleServer, signed: str, *, kind: str = BEARER) -> httpx.Response:
    return httpx.post(google.token_url, data={"grant_type": kind, "assertion": signed})


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["errors"][0]["reason"]


def test_a_token_for_a_signed_assertion(google: GoogleServer, tmp_path: Path) -> None:
    answer = grant(google, assertion(google, tmp_path)).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3599)


@pytest.mark.parametrize(
    ("claims", "status", "error"),
    [
        ({"iss": "other@project.iam.gserviceaccount.com"}, 400, "invalid_grant"),
        ({"aud": "https://elsewhere.example.com"}, 400, "invalid_grant"),
        ({"long": True}, 400, "invalid_grant"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, 400, "invalid_scope"),
        ({"sub": "stranger@example.com"}, 401, "unauthorized_client"),
    ],
)
def test_assertions_that_are_refused(
    google: GoogleServer, tmp_path: Path, claims: dict[str, Any], status: int, error: str
) -> None:
    answer = grant(google, assertion(google, tmp_path, **claims))
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_signature_that_is_wrong_and_a_grant_of_another_kind(google: GoogleServer, tmp_path: Path) -> None:
    signed = assertion(google, tmp_path)
    forged = grant(google, signed[:-8] + "AAAAAAAA")
    other = grant(google, signed, kind="password")
    assert [forged.json()["error"], other.json()["error"]] == ["invalid_grant", "unsupported_grant_type"]


def test_nothing_without_a_token(google: GoogleServer) -> None:
    assert refusal(httpx.get(f"{google.url}calendars/{ADA}/events")) == (401, "authError")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "ab"}, "invalid"),
        ({"id": "ABCDE"}, "invalid"),
        ({"id": "wxyz1"}, "invalid"),
        ({"start": None}, "required"),
        ({"end": EVENT["start"]}, "timeRangeEmpty"),
    ],
)
def test_events_that_are_refused(client: httpx.Client, change: dict[str, Any], reason: str) -> None:
    assert refusal(client.post(f"calendars/{ADA}/events", json=EVENT | change)) == (400, reason)


def test_the_life_of_an_id(client: httpx.Client) -> None:
    events = f"calendars/{ADA}/events"
    assert client.post(events, json=EVENT).status_code == 200
    assert refusal(client.post(events, json=EVENT)) == (409, "duplicate")
    assert client.delete(f"{events}/abc12").status_code == 204
    assert client.get(f"{events}/abc12").json()["status"] == "cancelled"
    assert refusal(client.post(events, json=EVENT)) == (409, "duplicate")
    assert refusal(client.patch(f"{events}/abc12", json={"summary": "Again"})) == (403, "forbidden")
    assert refusal(client.delete(f"{events}/abc12")) == (410, "deleted")
    assert refusal(client.get(f"{events}/never1")) == (404, "notFound")
    assert refusal(client.get("calendars/nobody@example.com/events")) == (404, "notFound")


def test_etags(client: httpx.Client) -> None:
    one = f"calendars/{ADA}/events/abc12"
    old = client.post(f"calendars/{ADA}/events", json=EVENT).json()["etag"]
    assert client.get(one).json()["etag"] == old
    new = client.patch(one, json={"summary": "New"}, headers={"If-Match": old}).json()["etag"]
    assert new != old
    for answer in (
        client.patch(one, json={"summary": "Newer"}, headers={"If-Match": old}),
        client.put(one, json=EVENT, headers={"If-Match": old}),
        client.delete(one, headers={"If-Match": old}),
    ):
        assert refusal(answer) == (412, "conditionNotMet")
    assert client.put(one, json=EVENT, headers={"If-Match": new}).json()["summary"] == "Coding"


def test_a_patch_merges_and_an_update_replaces(client: httpx.Client) -> None:
    one = f"calendars/{ADA}/events/abc12"
    client.post(f"calendars/{ADA}/events", json=EVENT | {"location": "Room 5", "description": "Text"})
    patched = client.patch(one, json={"location": None, "summary": "New"}).json()
    assert ("location" in patched, patched["summary"], patched["description"]) == (False, "New", "Text")
    assert "description" not in client.put(one, json=EVENT).json()


def test_a_meeting_is_made_only_with_its_version_and_kept(client: httpx.Client) -> None:
    asked = {
        "conferenceData": {"createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    }
    events = f"calendars/{ADA}/events"
    assert "hangoutLink" not in client.post(events, json=EVENT | asked).json()
    made = client.post(events, json=EVENT | asked | {"id": "abc13"}, params={"conferenceDataVersion": 1}).json()
    assert made["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    again = client.patch(f"{events}/abc13", json=asked, params={"conferenceDataVersion": 1}).json()
    assert again["hangoutLink"] == made["hangoutLink"]


def test_sync_tokens_come_last_bring_deletions_and_expire(google: GoogleServer, client: httpx.Client) -> None:
    events = f"calendars/{ADA}/events"
    for number in range(3):
        client.post(events, json=EVENT | {"id": f"abc1{number}"})
    first = client.get(events, params={"maxResults": 2}).json()
    assert ("nextSyncToken" in first, len(first["items"])) == (False, 2)
    last = client.get(events, params={"maxResults": 2, "pageToken": first["nextPageToken"]}).json()
    assert ("nextPageToken" in last, len(last["items"])) == (False, 1)
    client.delete(f"{events}/abc11")
    token = last["nextSyncToken"]
    assert client.get(events, params={"syncToken": token}).json()["items"] == [{"id": "abc11", "status": "cancelled"}]
    assert refusal(client.get(events, params={"syncToken": token, "timeMin": "2026-11-05T10:00:00Z"})) == (
        400,
        "invalid",
    )
    google.state.expire_sync_tokens()
    assert refusal(client.get(events, params={"syncToken": token})) == (410, "fullSyncRequired")


def test_free_busy_has_limits(client: httpx.Client) -> None:
    def ask(people: int, end: str) -> httpx.Response:
        items = [{"id": f"{number}@example.com"} for number in range(people)]
        return client.post("freeBusy", json={"timeMin": "2026-11-01T00:00:00Z", "timeMax": end, "items": items})

    assert ask(50, "2027-01-20T00:00:00Z").json()["calendars"]["0@example.com"] == {
        "errors": [{"domain": "global", "reason": "notFound"}],
        "busy": [],
    }
    assert refusal(ask(51, "2026-11-02T00:00:00Z")) == (400, "tooManyCalendarsRequested")
    assert refusal(ask(1, "2027-03-01T00:00:00Z")) == (400, "timeRangeTooLong")
    assert refusal(ask(1, "2026-11-01T00:00:00Z")) == (400, "timeRangeEmpty")


def test_failures_come_once_and_for_their_operation(google: GoogleServer, client: httpx.Client) -> None:
    google.fail_next("insert", status=429, reason="rateLimitExceeded", retry_after="3")
    assert client.get(f"calendars/{ADA}/events").status_code == 200
    answer = client.post(f"calendars/{ADA}/events", json=EVENT)
    assert (refusal(answer), answer.headers["Retry-After"]) == ((429, "rateLimitExceeded"), "3")
    assert client.post(f"calendars/{ADA}/events", json=EVENT).status_code == 200


def test_broken_connections(google: GoogleServer, client: httpx.Client) -> None:
    google.fail_next("insert", how="reset")
    with pytest.raises(httpx.ReadError):
        client.post(f"calendars/{ADA}/events", json=EVENT)
    assert google.calendars[ADA].events == {}
    google.fail_next("insert", how="reset_after")
    with pytest.raises(httpx.ReadError):
        client.post(f"calendars/{ADA}/events", json=EVENT)
    assert list(google.calendars[ADA].events) == ["abc12"]
    google.fail_next("get", how="hang_up_after")
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(f"calendars/{ADA}/events/abc12")
    google.fail_next("get", how="hang")
    with pytest.raises(httpx.ReadTimeout):
        client.get(f"calendars/{ADA}/events/abc12", timeout=0.2)
