"""The whole loop in a real browser: what people type, click and see, from `/interview new` to the posted decision."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.demo.stage import ROOT
from bot.demo.story import Story
from handlers import ids
from hiring.model import Loop, Overall
from hiring.rules import sight
from hiring.rules.phase import last_end, panel
from tests.browser import chromium_page
from tests.story.browsing import Browsing
from tests.story.company import OTHERS
from tests.story.secrets import Secrets
from tests.story.world import World, dead, eventually, world

REASON = "Solves problems alone and explains them; the panel's one difference was talked through."
GROUND_NOTE = "ground-canary: we shared a flat for two years."


@pytest.mark.browser
def test_a_whole_loop_in_the_browser(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.WARNING),
        world(tmp_path) as here,
        chromium_page(width=1280, height=1400) as page,
    ):
        at = Browsing(world=here, page=page)
        at.arrive()
        _play(here, at)
        assert here.refused() == []
        assert dead(here.database) == []
    assert [record.getMessage() for record in caplog.records] == []


def _play(here: World, at: Browsing) -> None:
    story, secrets = here.story(), Secrets(here)
    _start(here, at, story)
    gone = _attest(at, story)
    loop = story.now()
    at.forward(last_end(loop))
    late = _score(at, loop, secrets)
    _remind(at, loop, secrets, late)
    _decide(here, at, story, secrets, gone=gone)


def _start(here: World, at: Browsing, story: Story) -> None:
    at.be("rita")
    at.new_loop(candidate="Jo Doe", day="2026-11-25")
    at.sees("Pick a time for the interviews")
    loop = story.now()
    at.press(ids.OPTIONS_PICK, ids.pack(loop.id, "1", "0"))
    at.sees("picked option 1 for Jo Doe")
    here.quiet()


def _attest(at: Browsing, story: Story) -> str:
    """Everybody says that there is no conflict, but the first rater; somebody else takes that seat, and it is booked."""
    loop = story.now()
    gone, *others = panel(loop)
    at.be(gone)
    at.press(ids.ATTEST_CONFLICT, loop.id)
    at.opened()
    at.choose("ground", "friend")
    at.write("note", GROUND_NOTE)
    at.submit()
    at.closed()
    at.sees("You stepped aside")
    eventually(lambda: gone not in panel(story.now()) and None not in _seated(story.now()), "the seat stays empty")
    newcomers = [person for person in panel(story.now()) if person not in panel(loop)]
    assert len(newcomers) == 1
    for person in [*others, *newcomers]:
        at.be(person)
        at.press(ids.ATTEST_CLEAR, loop.id)
        at.sees("nothing stands between you and Jo Doe")
    at.be("rita")
    at.sees("Booked")
    at.be(newcomers[0])
    at.sees("Your interview is booked")
    return gone


def _seated(loop: Loop) -> list[str | None]:
    return [seat.person for seat in loop.seats]


def _score(at: Browsing, loop: Loop, secrets: Secrets) -> tuple[str, str]:
    """All but the last rater hand in; the first of them in two sittings. Gives who is late."""
    *early, late = sight.owed(loop)
    secrets.look()
    _in_two_sittings(at, loop, *early[0], secrets)
    for session, person in early[1:]:
        card = secrets.scorecard(loop, session, person, score=3, overall=Overall.YES)
        at.be(person)
        at.press(ids.SCORECARD_OPEN, ids.pack(loop.id, session))
        at.opened()
        _fill(at, card)
        at.submit()
        at.closed()
        at.sees("in, and sealed")
        secrets.look()
    return late


def _in_two_sittings(at: Browsing, loop: Loop, session: str, person: str, secrets: Secrets) -> None:
    card = secrets.scorecard(loop, session, person, score=1, overall=Overall.STRONG_NO)
    half = dict(list(card.items())[2:5])
    at.be(person)
    at.press(ids.SCORECARD_OPEN, ids.pack(loop.id, session))
    at.opened()
    _fill(at, half)
    secrets.look(except_modal_of=person)
    at.leave()
    secrets.look()
    at.press(ids.SCORECARD_OPEN, ids.pack(loop.id, session))
    at.opened()
    assert _held(at, half) == half
    _fill(at, {name: value for name, value in card.items() if name not in half})
    at.submit()
    at.closed()
    at.sees("in, and sealed")
    secrets.look()


def _fill(at: Browsing, fields: Mapping[str, str]) -> None:
    for name, value in fields.items():
        if name.startswith(("evidence:", "note")):
            at.write(name, value)
        else:
            at.choose(name, value)


def _held(at: Browsing, fields: dict[str, str]) -> dict[str, str]:
    """What stands in these fields of the modal on top."""
    held = {}
    for name in fields:
        box = at.field(name).locator("textarea" if name.startswith(("evidence:", "note")) else "input:checked")
        held[name] = box.input_value()
    return held


def _remind(at: Browsing, loop: Loop, secrets: Secrets, late: tuple[str, str]) -> None:
    """An hour of work passes, the late rater is reminded, everybody looks at everything, and the last card comes in."""
    session, person = late
    at.be(person)
    at.forward(loop.session(session).end + timedelta(hours=1))
    at.sees("two minutes now are worth ten tomorrow")
    secrets.ask()
    secrets.look()
    card = secrets.scorecard(loop, session, person, score=4, overall=Overall.STRONG_YES)
    at.press(ids.SCORECARD_OPEN, ids.pack(loop.id, session))
    at.opened()
    _fill(at, card)
    secrets.look(except_modal_of=person)
    secrets.look_back()
    at.submit()
    at.closed()


def _decide(here: World, at: Browsing, story: Story, secrets: Secrets, *, gone: str) -> None:
    at.be("hans")
    at.sees("Summary: Jo Doe")
    here.quiet()
    told = here.player("hans").transcript()
    evidence = {word for word in secrets.planted if "evidence" in word}
    assert set(secrets.found(told)) == set(secrets.planted)
    for word in evidence:
        expect(at.page.locator("main").get_by_text(word).first).to_be_attached()
    at.press(ids.DECIDE_OPEN, story.loop)
    at.opened()
    at.choose("outcome", "advance")
    at.write("reason", REASON)
    at.submit()
    at.closed()
    at.sees("decided by")
    first = panel(story.now())[0]
    at.be(first)
    at.message("scorecards for Jo Doe are open now").locator("[data-thread]").click()
    expect(at.page.locator("aside").get_by_text(REASON)).to_be_visible()
    at.press(ids.SUMMARY_OPEN, story.loop)
    at.opened()
    assert evidence & set(secrets.found(at.page.locator("dialog.modal").inner_text()))
    at.leave()
    _nobody_else(here, secrets, story, gone=gone)


def _nobody_else(here: World, secrets: Secrets, story: Story, *, gone: str) -> None:
    """After release, too: who has no part in the loop, or stepped aside, sees nothing of it, and the ground stays sealed."""
    secrets.ask()
    here.quiet()
    for person in [gone, *(other.id for other in OTHERS)]:
        assert secrets.found(here.player(person).transcript()) == ()
    for person in set(here.stage.accounts) - {gone, "rita"}:
        assert GROUND_NOTE not in here.player(person).transcript()
    assert story.now().decision is not None


def test_the_example_company_plays_to_the_decision_without_a_browser(tmp_path: Path) -> None:
    played = subprocess.run(
        [sys.executable, "-m", "bot.command", "demo", "--headless"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert played.returncode == 0, played.stderr
    assert ": advance\n" in played.stdout
    assert "Frames problems well and codes soundly" in played.stdout
    assert played.stderr == ""
