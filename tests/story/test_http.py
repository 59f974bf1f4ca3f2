"""The loop over Bolt's HTTP mode: every request signed; what is wrongly signed, old or sent again changes nothing."""

from __future__ import annotations

import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import ids
from hiring.model import Answer, Outcome
from hiring.rules import sight
from hiring.rules.phase import attestation, panel
from tests.story.outside import Outside, differences, outside
from tests.story.wire import SIGNATURE, TIME, Request, Wire, changed, wire
from tests.story.world import PATIENCE, World, dead, eventually, world
from workbench.hooks import signature


def play(here: World) -> Outside:
    story = here.story()
    for step in story.steps():
        step.play()
    here.quiet()
    decision = story.now().decision
    assert decision is not None
    assert decision.outcome is Outcome.ADVANCE
    assert here.refused() == []
    assert dead(here.database) == []
    return outside(here.stage)


def test_the_story_over_http_with_every_request_sent_twice(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        with world(tmp_path / "once", over_http=True) as here:
            once = play(here)
        with world(tmp_path / "twice", over_http=True) as here, wire(here.slack.space.http_events or "") as tapped:
            tapped.way, here.slack.space.http_events = "twice", tapped.address
            twice = play(here)

    assert (found := differences(once, twice)) == [], "\n".join(found)
    assert set(tapped.seconds) == {200}
    assert len(tapped.seconds) > 40
    # The scheduler's own word that a look took longer than until the next one: the machine had no time.
    assert [record.getMessage() for record in caplog.records if not record.name.startswith("apscheduler")] == []


# ---- one click, held back on the wire ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Wire]]:
    """A panel that is asked about conflicts, and a wire that holds back what people press."""
    with (
        world(tmp_path_factory.mktemp("http"), over_http=True) as here,
        wire(here.slack.space.http_events or "") as tapped,
    ):
        here.slack.space.http_events = tapped.address
        story = here.story()
        story.start()
        story.pick()
        here.quiet()
        tapped.way = "hold"
        yield here, tapped


def held_click(here: World, tapped: Wire) -> tuple[str, Request]:
    """Somebody who has not answered yet presses "no conflict"; Slack's request, which has not reached the bot."""
    with here.database.begin(read_only=True) as uow:
        loop = uow.loops()[0]
    person = next(person for person in panel(loop) if attestation(loop, person) is None)
    here.player(person).click(ids.ATTEST_CLEAR)
    return person, tapped.taken[-1]


def answered(here: World, person: str) -> list[Answer]:
    with here.database.begin(read_only=True) as uow:
        return [said.answer for said in uow.loops()[0].attestations if said.person == person]


def signed(here: World, body: bytes, *, at: int, secret: str | None = None) -> dict[str, str]:
    key = here.slack.signing_secret if secret is None else secret
    return {TIME: str(at), SIGNATURE: signature(key, str(at), body.decode())}


@pytest.mark.parametrize("wrong", ["signature", "secret", "body", "missing", "unstamped", "old", "future", "no number"])
def test_a_request_that_is_not_properly_signed_is_refused(asked: tuple[World, Wire], wrong: str) -> None:
    here, tapped = asked
    person, click = held_click(here, tapped)
    now = int(time.time())
    rest = {name: value for name, value in click.headers.items() if name not in {TIME, SIGNATURE}}
    forged: dict[str, dict[str, str]] = {
        "signature": {TIME: str(now), SIGNATURE: "v0=" + "0" * 64},
        "secret": signed(here, click.body, at=now, secret="somebody else's"),
        "body": signed(here, click.body + b"&more=1", at=now),
        "missing": {},
        "unstamped": {SIGNATURE: click.headers[SIGNATURE]},
        "old": signed(here, click.body, at=now - 301),
        "future": signed(here, click.body, at=now + 301),
        "no number": signed(here, click.body, at=now) | {TIME: "soon"},
    }

    status, _, answer = tapped.send(Request(headers=rest | forged[wrong], body=click.body))

    assert (status, answered(here, person)) == (401, [])
    assert person.encode() not in answer


def test_what_is_too_large_is_refused_although_it_is_signed(asked: tuple[World, Wire]) -> None:
    here, tapped = asked
    person, click = held_click(here, tapped)
    body = click.body + b"&more=" + b"x" * 1_000_000
    rest = {name: value for name, value in click.headers.items() if name not in {TIME, SIGNATURE, "Content-Length"}}

    status, _, _ = tapped.send(Request(headers=rest | signed(here, body, at=int(time.time())), body=body))

    assert (status, answered(here, person)) == (413, [])


def _get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_slack_may_look_at_the_certificate(asked: tuple[World, Wire]) -> None:
    """Now and then, unsigned, as it likes to; it is answered and nothing is done."""
    here, tapped = asked
    straight = Wire(bot=tapped.bot)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    checks = Request(headers=form, body=b"ssl_check=1&token=abc")
    assert straight.send(checks) == (200, {"Content-Type": "text/plain"}, b"")
    stamp = int(time.time())
    assert straight.send(Request(headers=form | signed(here, checks.body, at=stamp), body=checks.body))[0] == 200
    padded = b"ssl_check=1&token=" + b"x" * 300
    assert straight.send(Request(headers=form, body=padded))[0] == 401
    port = int(tapped.bot.split(":")[2].split("/")[0])
    assert _get(port, "/slack/events?ssl_check=1") == (200, b"")
    assert _get(port, "/slack/events")[0] == 401


def test_slack_says_that_it_holds_events_back_and_it_is_counted(asked: tuple[World, Wire]) -> None:
    here, tapped = asked
    body = json.dumps({"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1795422655}).encode()
    port = int(tapped.bot.split(":")[2].split("/")[0])

    def minutes() -> str:
        return next(
            line for line in _get(port, "/metrics")[1].decode().splitlines()
            if line.startswith("evenhand_slack_held_back_minutes_total")
        )  # fmt: skip

    before = minutes()
    kind = {"Content-Type": "application/json"}
    stamp = int(time.time())
    assert Wire(bot=tapped.bot).send(Request(headers=kind | signed(here, body, at=stamp), body=body))[0] == 200
    assert Wire(bot=tapped.bot).send(Request(headers=kind, body=body))[0] == 401
    assert (before.split()[1], minutes().split()[1]) == ("0.0", "1.0")


def test_the_same_click_properly_signed_counts_once(asked: tuple[World, Wire]) -> None:
    """The click that the tests above could not smuggle in does arrive as Slack signed it, and a second time not."""
    here, tapped = asked
    person, click = held_click(here, tapped)
    assert tapped.send(click)[0] == 200
    assert answered(here, person) == [Answer.NO_CONFLICT]
    here.quiet()
    before = outside(here.stage)

    again = tapped.send(click)
    stamped_anew = tapped.send(Request(click.headers | signed(here, click.body, at=int(time.time())), click.body))

    here.quiet()
    assert (again[0], stamped_anew[0]) == (200, 200)
    assert answered(here, person) == [Answer.NO_CONFLICT]
    assert (found := differences(before, outside(here.stage))) == [], "\n".join(found)


def test_a_modal_closes_once(tmp_path: Path) -> None:
    """What a modal held when it was closed, sent again, does not come back above what was handed in since."""
    with world(tmp_path, over_http=True) as here, wire(here.slack.space.http_events or "") as tapped:
        here.slack.space.http_events = tapped.address
        story = here.story()
        for step in (story.start, story.pick, story.attest, story.refill, story.hold):
            step()
        loop = story.now()
        session, person = sight.owed(loop)[0]
        rater, card = here.player(person), ids.pack(loop.id, session)
        rater.wait_for(lambda screen: card in str(screen) and ids.SCORECARD_OPEN in str(screen), PATIENCE)
        rater.click(ids.SCORECARD_OPEN, value=card)
        rater.fill(note="A first thought.")
        rater.close()
        eventually(lambda: any(b"view_closed" in request.body for request in tapped.taken), "nobody was told")
        closing = changed(_closing(tapped), here.slack.signing_secret, _with_note)
        story.hand_in(loop, session, person, tilt=0)

        again = tapped.send(closing)

        here.quiet()  # the request for the scorecard becomes the thanks for it
        rater.click(ids.SCORECARD_OPEN, value=card)
        view = rater.view() or {}
        assert again[0] == 200
        assert view["state"]["note"] == {ids.SCORECARD_FIELD: "A first thought."}


def _closing(tapped: Wire) -> Request:
    return next(request for request in reversed(tapped.taken) if b"view_closed" in request.body)


def _with_note(payload: dict[str, Any]) -> None:
    """Slack may tell what stood in a closed modal; the local one does not."""
    note = {ids.SCORECARD_FIELD: {"type": "plain_text_input", "value": "What stood there long ago."}}
    payload["view"]["state"] = {"values": {"note": note}}
