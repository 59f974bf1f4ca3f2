"""What is Google's alone: limits, refusals, broken connections, guests' answers, meetings."""

import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduling.calendars.google import GoogleCalendars
from scheduling.calendars.google_errors import from_token, retry_after
from scheduling.calendars.port import (
    Agenda,
    Busy,
    CalendarRefused,
    CalendarUnavailable,
    Event,
    IdSpent,
    event_id,
)
from tests.scheduling.calendars.google_server import ACCOUNT, GoogleServer, Operation, google_server

TEN = datetime(2026, 11, 5, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADA, BOB, BOSS = "ada@example.com", "bob@example.com", "boss@example.com"
EVENT = Event(
    event_id("loop-7/session-2", 1),
    ADA,
    title="Secret title",
    description="Secret text",
    start=TEN,
    end=TEN + HOUR,
    zone="Europe/Berlin",
)


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with google_server() as server:
        server.state.delegated.add(BOSS)
        for email in (ADA, BOB):
            server.state.add(email)
        yield server


@pytest.fixture
def calendars(google: GoogleServer, tmp_path: Path) -> Iterator[GoogleCalendars]:
    made = connect(google, tmp_path)
    yield made
    made.close()


def connect(google: GoogleServer, folder: Path, **changes: Any) -> GoogleCalendars:
    options: dict[str, Any] = {"subject": BOSS, "url": google.url, "timeout": timedelta(seconds=5)} | changes
    return GoogleCalendars(google.key_file(folder / "key.json"), **options)


def at(when: datetime) -> dict[str, str]:
    return {"dateTime": when.isoformat()}


def agenda(calendars: GoogleCalendars, email: str, *, hours: int = 24) -> Agenda:
    (found,) = calendars.agendas([email], start=TEN, end=TEN + hours * HOUR)
    return found


# Refusals


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (403, "rateLimitExceeded"),
        (403, "userRateLimitExceeded"),
        (403, "quotaExceeded"),
        (429, "rateLimitExceeded"),
    ],
)
def test_slow_down_is_transient_and_nothing_was_done(
    google: GoogleServer, calendars: GoogleCalendars, status: int, reason: str
) -> None:
    google.fail_next("insert", status=status, reason=reason, retry_after="7")
    with pytest.raises(CalendarUnavailable) as wait:
        calendars.put(EVENT)
    assert (wait.value.retry_after, wait.value.outcome_unknown) == (timedelta(seconds=7), False)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_fails_on_googles_side_may_have_happened(
    google: GoogleServer, calendars: GoogleCalendars, status: int
) -> None:
    google.fail_next("insert", status=status, body="<html>Server Error</html>")
    with pytest.raises(CalendarUnavailable) as wait:
        calendars.put(EVENT)
    assert (wait.value.retry_after, wait.value.outcome_unknown) == (None, True)


@pytest.mark.parametrize("operation", ["freebusy", "list"])
def test_a_look_that_fails_on_googles_side_is_not_taken_for_free(
    google: GoogleServer, calendars: GoogleCalendars, operation: Operation
) -> None:
    google.calendars[ADA].role = "none"  # so that free/busy is asked too
    google.fail_next(operation)
    with pytest.raises(CalendarUnavailable) as wait:
        agenda(calendars, ADA)
    assert not wait.value.outcome_unknown


@pytest.mark.parametrize(
    ("status", "reason", "remedy"),
    [
        (403, "requiredAccessLevel", "Share the calendar"),
        (403, "forbidden", "Share the calendar"),
        (404, "notFound", "Share the calendar"),
        (403, "accessNotConfigured", "Enable the Google Calendar API"),
        (403, "insufficientPermissions", "In the Google Admin console"),
        (403, "forbiddenForServiceAccounts", "In the Google Admin console"),
        (400, "invalid", "Look the reason up"),
    ],
)
def test_what_waiting_does_not_mend_says_what_does(
    google: GoogleServer, calendars: GoogleCalendars, status: int, reason: str, remedy: str
) -> None:
    google.fail_next("insert", status=status, reason=reason)
    with pytest.raises(CalendarRefused) as refusal:
        calendars.put(EVENT)
    assert str(refusal.value) == f"Google answered events.insert with {status} ({reason})"
    assert refusal.value.remedy.startswith(remedy)


def test_guests_without_delegation(google: GoogleServer, tmp_path: Path) -> None:
    alone = connect(google, tmp_path, subject=None)
    with pytest.raises(CalendarRefused) as refusal:
        alone.put(replace(EVENT, guests=(BOB,)))
    assert "Domain-wide delegation" in refusal.value.remedy
    assert alone.put(EVENT).id == EVENT.id
    alone.close()


def test_a_person_we_may_not_act_as(google: GoogleServer, tmp_path: Path) -> None:
    other = connect(google, tmp_path, subject="stranger@example.com")
    with pytest.raises(CalendarRefused, match="act as this person") as refusal:
        other.put(EVENT)
    assert "Domain-wide delegation" in refusal.value.remedy
    other.close()


def test_no_error_tells_what_an_event_is_about(google: GoogleServer, calendars: GoogleCalendars) -> None:
    google.fail_next("insert", status=400, body='{"error": {"errors": [{"reason": "x"}], "message": "Secret title"}}')
    with pytest.raises(CalendarRefused) as refusal:
        calendars.put(EVENT)
    shown = "".join(traceback.format_exception(refusal.value))
    assert [word for word in ("Secret", ADA) if word in shown or word in repr(refusal.value)] == []
    assert "Secret" not in repr(EVENT)


@pytest.mark.parametrize("content", ["", "not json", '{"type": "service_account", "private_key": "PRIVATE-PART"}'])
def test_a_key_file_that_is_none(google: GoogleServer, tmp_path: Path, content: str) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(content)
    for path in (file, tmp_path / "missing.json"):
        with pytest.raises(CalendarRefused, match=r"^The service account's key file can't be read$") as refusal:
            GoogleCalendars(path, url=google.url)
        assert "JSON key" in refusal.value.remedy


def test_an_address_that_would_lose_its_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ends in /calendar/v3/"):
        GoogleCalendars(tmp_path / "key.json", url="https://www.googleapis.com")


def test_retry_after_as_a_date_counts_from_the_answers_own_clock() -> None:
    headers = {"retry-after": "Thu, 05 Nov 2026 10:02:00 GMT", "date": "Thu, 05 Nov 2026 10:00:30 GMT"}
    assert retry_after(headers) == timedelta(seconds=90)
    assert retry_after(headers | {"date": "Thu, 05 Nov 2026 10:03:00 GMT"}) == timedelta(0)
    assert [retry_after({"retry-after": told} if told else {}) for told in ("", "soon", "-1", "9" * 20)] == [None] * 4


def test_tokens_that_are_not_given() -> None:
    assert isinstance(from_token("internal_failure", retryable=True), CalendarUnavailable)
    nobody = from_token("('invalid_grant: Invalid email or User ID', {})", retryable=False)
    assert isinstance(nobody, CalendarRefused)
    assert str(nobody) == "Google does not know the person to act as"
    wrong_key = from_token("('invalid_grant: Invalid JWT Signature.', {})", retryable=False)
    assert isinstance(wrong_key, CalendarRefused)
    assert "clock" in wrong_key.remedy


def test_a_refusal_of_a_look_is_neither_free_nor_absent(google: GoogleServer, calendars: GoogleCalendars) -> None:
    google.fail_next("list", status=400, reason="badRequest")
    with pytest.raises(CalendarRefused):
        agenda(calendars, ADA)
    google.fail_next("get", status=403, reason="forbidden")
    with pytest.raises(CalendarRefused):
        calendars.find(ADA, EVENT.id)


# Connections


def test_a_reset_before_anything_was_done(google: GoogleServer, calendars: GoogleCalendars) -> None:
    google.fail_next("insert", how="reset")
    with pytest.raises(CalendarUnavailable) as wait:
        calendars.put(EVENT)
    assert wait.value.outcome_unknown
    assert calendars.find(ADA, EVENT.id) is None
    assert calendars.put(EVENT).id == EVENT.id


def test_a_reset_after_it_was_done_is_found_and_not_booked_twice(
    google: GoogleServer, calendars: GoogleCalendars
) -> None:
    google.fail_next("insert", how="reset_after")
    with pytest.raises(CalendarUnavailable) as wait:
        calendars.put(EVENT)
    assert wait.value.outcome_unknown
    found = calendars.find(ADA, EVENT.id)
    assert found is not None
    assert calendars.put(EVENT) == found
    assert len(google.calendars[ADA].events) == 1


def test_a_connection_closed_after_it_was_done_books_once(google: GoogleServer, calendars: GoogleCalendars) -> None:
    # httplib2 asks again by itself when a kept connection is closed; our own id makes that harmless.
    google.fail_next("insert", how="hang_up_after")
    assert calendars.put(EVENT).id == EVENT.id
    assert google.operations() == ["insert", "insert", "get"]
    assert len(google.calendars[ADA].events) == 1


def test_no_answer_in_time(google: GoogleServer, tmp_path: Path) -> None:
    hasty = connect(google, tmp_path, timeout=timedelta(milliseconds=200))
    google.fail_next("insert", how="hang")
    with pytest.raises(CalendarUnavailable) as wait:
        hasty.put(EVENT)
    assert wait.value.outcome_unknown
    assert hasty.put(EVENT).id == EVENT.id
    hasty.close()


def test_nobody_is_listening(google: GoogleServer, tmp_path: Path) -> None:
    key = google.key_file(tmp_path / "key.json")
    nowhere = GoogleCalendars(key, url="http://127.0.0.1:1/calendar/v3/", subject=BOSS)
    with pytest.raises(CalendarUnavailable):
        agenda(nowhere, ADA)
    nowhere.close()


def test_a_portal_that_answers_everything_with_a_page(google: GoogleServer, calendars: GoogleCalendars) -> None:
    google.fail_next("insert", status=200, body="<html>Please sign in</html>")
    with pytest.raises(CalendarUnavailable) as wait:
        calendars.put(EVENT)
    assert wait.value.outcome_unknown


def test_what_takes_much_memory_is_there_once_however_many_people_are_acted_for(
    google: GoogleServer, tmp_path: Path
) -> None:
    owners = [connect(google, tmp_path, subject=email)._calls for email in (ADA, BOB, BOSS)]
    assert {id(calls.events) for calls in owners} == {id(owners[0].events)}
    assert {id(calls.freebusy) for calls in owners} == {id(owners[0].freebusy)}
    for calls in owners:
        calls.close()


def test_a_token_that_has_expired_is_renewed(google: GoogleServer, calendars: GoogleCalendars) -> None:
    calendars.put(EVENT)
    google.forget_tokens()
    assert calendars.find(ADA, EVENT.id) is not None
    assert [call.operation for call in google.calls] == ["token", "insert", "token", "get"]


def test_a_connection_serves_one_caller_at_a_time_and_is_used_again(
    google: GoogleServer, calendars: GoogleCalendars
) -> None:
    for _ in range(5):
        calendars.find(ADA, EVENT.id)
    assert len({call.peer for call in google.calls if call.operation == "get"}) == 1


def test_many_threads_get_their_own_answers(google: GoogleServer, calendars: GoogleCalendars) -> None:
    people = [f"person{number}@example.com" for number in range(24)]
    for number, email in enumerate(people):
        google.state.add(email)
        google.state.add_event(email, summary=email, start=at(TEN + number * HOUR), end=at(TEN + (number + 1) * HOUR))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda email: agenda(calendars, email), people * 4))
    assert [(each.email, [busy.title for busy in each.busy]) for each in found] == [
        (email, [email]) for email in people * 4
    ]


# Free/busy


def test_free_busy_is_asked_in_chunks_that_google_takes(google: GoogleServer, tmp_path: Path) -> None:
    people = [f"person{number}@example.com" for number in range(120)]
    for email in people:
        google.state.add(email)
    google.state.add_event(people[70], start=at(TEN + timedelta(days=79)), end=at(TEN + timedelta(days=81)))
    blind = connect(google, tmp_path, lists_events=lambda _: False)
    found = blind.agendas(people, start=TEN, end=TEN + timedelta(days=200))
    assert [agenda.busy for agenda in found if agenda.busy] == [
        (Busy(TEN + timedelta(days=79), TEN + timedelta(days=81), "busy"),)
    ]
    sizes = [len(call.body["items"]) for call in google.calls if call.operation == "freebusy"]
    assert sizes == [50, 50, 20] * 3
    blind.close()


@pytest.mark.parametrize("trouble", ["notFound", "internalError", "somethingNew"])
def test_an_error_for_one_calendar_makes_that_one_busy(google: GoogleServer, tmp_path: Path, trouble: str) -> None:
    google.calendars[ADA].trouble = trouble
    blind = connect(google, tmp_path, lists_events=lambda _: False)
    ada, bob = blind.agendas([ADA, BOB], start=TEN, end=TEN + HOUR)
    assert (ada.readable, ada.busy) == (False, (Busy(TEN, TEN + HOUR, "unreadable"),))
    assert bob == Agenda(BOB, (), readable=True)
    blind.close()


def test_an_error_for_one_part_of_the_span_makes_all_of_it_busy(google: GoogleServer, tmp_path: Path) -> None:
    blind = connect(google, tmp_path, lists_events=lambda _: False)
    whole = '{"calendars": {"ada@example.com": {"busy": []}}}'
    part = (
        '{"calendars": {"ada@example.com": {"errors": [{"domain": "global", "reason": "internalError"}], "busy": []}}}'
    )
    google.fail_next("freebusy", status=200, body=whole)
    google.fail_next("freebusy", status=200, body=part)
    (found,) = blind.agendas([ADA], start=TEN, end=TEN + timedelta(days=100))
    assert found == Agenda(
        ADA,
        (Busy(TEN, TEN + timedelta(days=100), "unreadable"),),
        readable=False,
        reason="Google could not read this calendar (internalError)",
        passing=True,
    )
    blind.close()


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"calendars": {}}',
        '{"calendars": {"ada@example.com": {}}}',
        '{"calendars": {"ada@example.com": {"busy": [{"start": "soon"}]}}}',
    ],
)
def test_an_answer_that_leaves_somebody_out_is_not_taken_for_free(
    google: GoogleServer, tmp_path: Path, body: str
) -> None:
    blind = connect(google, tmp_path, lists_events=lambda _: False)
    google.fail_next("freebusy", status=200, body=body)
    assert not agenda(blind, ADA).readable
    blind.close()


def test_a_group_is_not_a_person(google: GoogleServer, tmp_path: Path) -> None:
    google.state.groups["everyone@example.com"] = 101
    blind = connect(google, tmp_path, lists_events=lambda _: False)
    found = agenda(blind, "everyone@example.com")
    assert (found.readable, found.reason) == (
        False,
        "This is a group with more people than Google looks up at once; name its people one by one",
    )
    blind.close()


# Listed events


def test_all_pages_are_read(google: GoogleServer, calendars: GoogleCalendars) -> None:
    google.state.page_size = 3
    for number in range(10):
        google.state.add_event(
            ADA, summary=f"{number}", start=at(TEN + number * HOUR), end=at(TEN + (number + 1) * HOUR)
        )
    assert [busy.title for busy in agenda(calendars, ADA).busy] == [str(number) for number in range(10)]
    assert google.operations() == ["list"] * 4


def test_where_events_may_not_be_listed_free_busy_is_asked(google: GoogleServer, calendars: GoogleCalendars) -> None:
    google.state.add_event(ADA, summary="Roadmap", start=at(TEN), end=at(TEN + HOUR))
    google.fail_next("list", status=403, reason="forbidden")
    assert agenda(calendars, ADA) == Agenda(ADA, (Busy(TEN, TEN + HOUR, "busy"),), readable=True)


def test_events_are_listed_only_for_whom_it_is_wished(google: GoogleServer, tmp_path: Path) -> None:
    some = connect(google, tmp_path, lists_events=lambda email: email == BOB)
    for email in (ADA, BOB):
        google.state.add_event(email, summary="Roadmap", start=at(TEN), end=at(TEN + HOUR))
    found = some.agendas([ADA, BOB], start=TEN, end=TEN + HOUR)
    assert [each.busy[0].title for each in found] == [None, "Roadmap"]
    assert [call.calendar for call in google.calls if call.operation == "list"] == [BOB]
    some.close()


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"eventType": "workingLocation"}, None),
        ({"eventType": "birthday"}, None),
        ({"eventType": "focusTime", "summary": "Focus time"}, ("busy", "Focus time")),
        ({"eventType": "outOfOffice", "summary": "Away"}, ("out_of_office", "Away")),
        ({"summary": "OOO: dentist"}, ("out_of_office", "OOO: dentist")),
        ({"summary": "Doctor", "visibility": "confidential"}, ("busy", None)),
        ({"attendees": [{"email": ADA, "responseStatus": "tentative"}]}, ("tentative", None)),
        ({"attendees": [{"email": ADA, "responseStatus": "needsAction"}]}, ("busy", None)),
        ({"attendees": [{"email": BOB, "responseStatus": "declined"}, {"email": ADA}]}, ("busy", None)),
    ],
)
def test_kinds_of_events(
    google: GoogleServer, calendars: GoogleCalendars, event: dict[str, Any], expected: tuple[str, str | None] | None
) -> None:
    google.state.add_event(ADA, start=at(TEN), end=at(TEN + HOUR), **event)
    assert [(busy.kind, busy.title) for busy in agenda(calendars, ADA).busy] == ([expected] if expected else [])


def test_a_calendar_shared_as_free_busy_only_tells_no_titles(google: GoogleServer, calendars: GoogleCalendars) -> None:
    google.calendars[ADA].role = "freeBusyReader"
    google.state.add_event(ADA, summary="Doctor", start=at(TEN), end=at(TEN + HOUR))
    assert [(busy.kind, busy.title) for busy in agenda(calendars, ADA).busy] == [("busy", None)]


def test_a_guests_copy_is_known_as_ours_by_its_mark_or_its_id(google: GoogleServer, calendars: GoogleCalendars) -> None:
    times = {"start": at(TEN), "end": at(TEN + HOUR)}
    google.state.add_event(ADA, id="copy1", extendedProperties={"shared": {"evenhand": EVENT.id}}, **times)
    assert [busy.booking for busy in agenda(calendars, ADA).busy] == [EVENT.id]
    google.calendars[BOB].role = "freeBusyReader"
    google.state.add_event(BOB, id=EVENT.id, **times)
    assert [busy.booking for busy in agenda(calendars, BOB).busy] == [EVENT.id]


def test_what_has_no_length_blocks_nothing(google: GoogleServer, tmp_path: Path, calendars: GoogleCalendars) -> None:
    google.state.add_event(ADA, start=at(TEN + HOUR), end=at(TEN + HOUR))
    assert agenda(calendars, ADA) == Agenda(ADA, (), readable=True)
    blind = connect(google, tmp_path, lists_events=lambda _: False)
    assert agenda(blind, ADA) == Agenda(ADA, (), readable=True)
    blind.close()


@pytest.mark.parametrize(
    "body", ['{"timeZone": "UTC", "items": [{"id": "x"}]}', '{"timeZone": "Moon/Base", "items": []}', '{"items": []}']
)
def test_a_listing_that_cannot_be_understood_is_busy(
    google: GoogleServer, calendars: GoogleCalendars, body: str
) -> None:
    google.fail_next("list", status=200, body=body)
    assert agenda(calendars, ADA) == Agenda(
        ADA,
        (Busy(TEN, TEN + 24 * HOUR, "unreadable"),),
        readable=False,
        reason="Google listed an event that can't be understood",
    )


# Events


def test_what_is_sent(google: GoogleServer, calendars: GoogleCalendars) -> None:
    calendars.put(replace(EVENT, guests=(BOB,), video=True, private=True, location="Room 5"))
    (call,) = [call for call in google.calls if call.operation == "insert"]
    assert (call.calendar, call.subject, call.query["conferenceDataVersion"], call.query["sendUpdates"]) == (
        ADA,
        BOSS,
        "1",
        "all",
    )
    assert call.body == {
        "id": EVENT.id,
        "summary": "Secret title",
        "description": "Secret text",
        "location": "Room 5",
        "start": {"dateTime": "2026-11-05T10:00:00+00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-05T11:00:00+00:00", "timeZone": "Europe/Berlin"},
        "visibility": "private",
        "transparency": "opaque",
        "extendedProperties": {"shared": {"evenhand": EVENT.id}},
        "attendees": [{"email": BOB}],
        "conferenceData": {
            "createRequest": {"requestId": EVENT.id, "conferenceSolutionKey": {"type": "hangoutsMeet"}},
        },
    }


def test_guests_who_stay_keep_their_answers(google: GoogleServer, calendars: GoogleCalendars) -> None:
    calendars.put(replace(EVENT, guests=(BOB, "eve@example.com")))
    google.calendars[ADA].events[EVENT.id]["attendees"][0]["responseStatus"] = "accepted"
    calendars.move(replace(EVENT, guests=("Bob@example.com", "zoe@example.com")))
    assert google.calendars[ADA].events[EVENT.id]["attendees"] == [
        {"email": BOB, "responseStatus": "accepted"},
        {"email": "zoe@example.com", "responseStatus": "needsAction"},
    ]


def test_only_what_differs_is_patched_and_only_what_was_looked_at(
    google: GoogleServer, calendars: GoogleCalendars
) -> None:
    booked = calendars.put(replace(EVENT, guests=(BOB,), video=True))
    calendars.move(replace(EVENT, guests=(BOB,), video=True, location="Room 6"))
    (call,) = [call for call in google.calls if call.operation == "patch"]
    assert call.body == {"location": "Room 6"}
    assert calendars.find(ADA, EVENT.id) != booked


def test_a_change_by_others_in_between_is_looked_at_again(google: GoogleServer, calendars: GoogleCalendars) -> None:
    calendars.put(EVENT)
    google.fail_next("patch", status=412, reason="conditionNotMet")
    calendars.move(replace(EVENT, location="Room 6"))
    assert google.operations()[1:] == ["get", "get", "patch"]
    google.fail_next("patch", status=412, reason="conditionNotMet", times=3)
    with pytest.raises(CalendarUnavailable):
        calendars.move(replace(EVENT, location="Room 7"))


@pytest.mark.parametrize("status", [403, 404, 410])
def test_deleted_between_the_look_and_the_change(google: GoogleServer, calendars: GoogleCalendars, status: int) -> None:
    calendars.put(EVENT)
    calls_before = len(google.calls)

    class Vanishing(dict[str, Any]):
        """The event as it is at the first look, and deleted from then on."""

        def __getitem__(self, key: str) -> Any:
            found = super().__getitem__(key)
            looked = any(call.operation == "get" for call in google.calls[calls_before:-1])
            return found | {"status": "cancelled"} if looked else found

    google.calendars[ADA].events = Vanishing(google.calendars[ADA].events)
    google.fail_next("patch", status=status, reason="forbidden")
    with pytest.raises(IdSpent):
        calendars.move(replace(EVENT, location="Room 6"))


def test_a_change_we_may_not_make_is_refused_not_lost(google: GoogleServer, calendars: GoogleCalendars) -> None:
    calendars.put(EVENT)
    google.fail_next("patch", status=403, reason="forbidden")
    with pytest.raises(CalendarRefused, match="403"):
        calendars.move(replace(EVENT, location="Room 6"))


def test_a_deleted_event_that_google_has_forgotten(google: GoogleServer, calendars: GoogleCalendars) -> None:
    google.fail_next("insert", status=409, reason="duplicate")
    with pytest.raises(IdSpent):
        calendars.put(EVENT)


def test_an_event_of_somebody_else_under_our_id_is_left_alone(google: GoogleServer, calendars: GoogleCalendars) -> None:
    google.state.add_event(ADA, id=EVENT.id, summary="Theirs", start=at(TEN), end=at(TEN + HOUR))
    with pytest.raises(CalendarRefused, match="not Evenhand's"):
        calendars.put(EVENT)
    assert google.calendars[ADA].events[EVENT.id]["summary"] == "Theirs"


def test_what_a_person_changed_by_hand_is_put_right(google: GoogleServer, calendars: GoogleCalendars) -> None:
    calendars.put(EVENT)
    google.calendars[ADA].events[EVENT.id] |= {"summary": "Renamed", "start": at(TEN - HOUR), "end": at(TEN)}
    calendars.put(EVENT)
    event = google.calendars[ADA].events[EVENT.id]
    assert (event["summary"], event["start"]["dateTime"]) == ("Secret title", "2026-11-05T10:00:00+00:00")


def test_a_meeting_that_is_still_being_made(google: GoogleServer, calendars: GoogleCalendars) -> None:
    google.state.meet = "pending"
    event = replace(EVENT, video=True)
    assert calendars.put(event).video_link is None
    google.state.finish_meetings()
    found = calendars.find(ADA, EVENT.id)
    assert found is not None
    assert found.video_link == "https://meet.google.com/aaa-bbbb-001"
    assert calendars.put(event) == found


def test_a_video_link_can_be_added_later(calendars: GoogleCalendars) -> None:
    calendars.put(EVENT)
    assert calendars.put(replace(EVENT, video=True)).video_link == "https://meet.google.com/aaa-bbbb-001"


def test_deleting_fails_loudly_when_it_may_not(google: GoogleServer, calendars: GoogleCalendars) -> None:
    calendars.put(EVENT)
    google.calendars[ADA].role = "reader"
    with pytest.raises(CalendarRefused) as refusal:
        calendars.remove(ADA, EVENT.id)
    assert refusal.value.remedy.startswith("Share the calendar")


def test_the_account_is_the_one_of_the_key_file(google: GoogleServer, calendars: GoogleCalendars) -> None:
    calendars.put(EVENT)
    assert google.calendars[ADA].events[EVENT.id]["creator"] == {"email": ACCOUNT}
