"""Killed anywhere in the story and started again, the bot goes on: nothing twice, nothing lost.

A run that nobody kills is played first; every other run has to leave the same outside world behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.story import Story
from handlers import ids
from hiring.flows.sweeping import sweep
from hiring.model import Kind, Loop
from hiring.rules import sight
from hiring.rules.phase import last_end, panel
from tests.story.company import JO, OPENING
from tests.story.killing import Scene, scene
from tests.story.outside import DIGEST, Outside, differences, outside
from tests.story.world import PATIENCE, dead, eventually, unmade
from workbench.player import control
from workbench.reading import plain
from workbench.space import Call

HALF = {
    "score:solves": "2",
    "evidence:solves": "Began with two hints and then went on alone.",
    "note": "To be continued.",
}


# ---- the story, with the places where one can be interrupted ---------------------------------------------------------


def tale(here: Scene) -> Iterator[str]:
    story = Story(stage=here.stage, opening=OPENING, candidate=JO, plan="onsite")
    yield "before it begins"
    story.start()
    yield "after the new loop was asked for"
    story.pick()
    yield "after the pick"
    loop = story.now()
    yield from _attest(story, loop)
    story.refill()
    yield "after everything was booked"
    here.stage.advance((last_end(story.now()) + timedelta(minutes=5) - here.stage.evenhand.clock.now()).total_seconds())
    yield "after the interviews"
    yield from _rate(story)
    story.decide()
    yield "after the decision"


def _attest(story: Story, loop: Loop) -> Iterator[str]:
    first, second, *others = panel(loop)
    for person in [second, *others]:
        story.player(person).wait_for(lambda screen: ids.ATTEST_CLEAR in str(screen), PATIENCE)
    story.player(second).click(ids.ATTEST_CLEAR)
    yield "between two answers"
    story.player(first).wait_for(lambda screen: ids.ATTEST_CONFLICT in str(screen), PATIENCE)
    story.player(first).click(ids.ATTEST_CONFLICT)
    story.player(first).submit(ground="friend")
    yield "after somebody stepped aside"
    for person in others:
        story.player(person).click(ids.ATTEST_CLEAR)
    newcomer = _newcomer(story, loop)
    story.player(newcomer).wait_for(lambda screen: ids.ATTEST_CLEAR in str(screen), PATIENCE)
    story.player(newcomer).click(ids.ATTEST_CLEAR)
    yield "after the last answer"


def _newcomer(story: Story, before: Loop) -> str:
    def found() -> list[str]:
        return [person for person in panel(story.now()) if person not in panel(before)]

    eventually(lambda: bool(found()), "nobody takes the empty seat")
    return found()[0]


def _rate(story: Story) -> Iterator[str]:
    loop = story.now()
    (session, person), *middle, last = sight.owed(loop)
    rater, card = story.player(person), ids.pack(loop.id, session)
    rater.wait_for(lambda screen: card in str(screen) and ids.SCORECARD_OPEN in str(screen), PATIENCE)
    rater.click(ids.SCORECARD_OPEN, value=card)
    rater.fill(**HALF)
    yield "in the middle of a scorecard"
    rater.close()
    yield "after the modal was closed"
    rater.click(ids.SCORECARD_OPEN, value=card)
    view = rater.view()
    assert view is not None
    assert {block: next(iter(view["state"][block].values())) for block in HALF} == HALF
    rater.close()
    story.hand_in(loop, session, person, tilt=0)
    yield "after a scorecard"
    for number, (other, who) in enumerate(middle, start=1):
        story.hand_in(loop, other, who, tilt=number)
    yield "before the last scorecard"
    story.hand_in(loop, *last, tilt=3)
    yield "after the last scorecard"


@dataclass(frozen=True)
class Kill:
    """At a place of the tale, when `when` has come; the bot stays dead until the place `until`."""

    at: str
    when: Callable[[Scene], bool] = lambda _: True
    until: str = ""


def hung(here: Scene) -> bool:
    """The answer that was to hang hangs: the message stands in Slack, and the bot waits to hear so."""
    return not here.slack.space.faults.planned


KILLS = {
    "the new loop was asked for": Kill("after the new loop was asked for"),
    "options are being computed": Kill(
        "after the new loop was asked for", lambda s: s.asked(Kind.ENGINE_OPTIONS, "claimed", "sending", "done")
    ),
    "options are being posted": Kill("after the new loop was asked for", hung),
    "an option was picked": Kill("after the pick"),
    "some have answered": Kill("between two answers"),
    "a seat is being refilled": Kill("after somebody stepped aside", lambda s: s.asked(Kind.ENGINE_REFILL)),
    "the calendars are being written": Kill("after the last answer", lambda s: s.events() > 0),
    "it was booked and nobody told": Kill("after the last answer", lambda s: s.loop().booked_at is not None),
    "the interviews take place": Kill("after everything was booked", until="after the interviews"),
    "a scorecard is half written": Kill("in the middle of a scorecard"),
    "a modal is closed": Kill("in the middle of a scorecard", until="after the modal was closed"),
    "a scorecard was handed in": Kill("after a scorecard"),
    "the last scorecard was handed in": Kill("after the last scorecard"),
    "the panel is being told": Kill("after the last scorecard", hung),
    "it was decided": Kill("after the decision"),
}
HANGS = {"options are being posted": "before it begins", "the panel is being told": "before the last scorecard"}
"""From which place on the next message's answer hangs."""


def play(here: Scene, kill: Kill | None = None, *, hang: str | None = None) -> Outside:
    for place in tale(here):
        if place == hang:
            here.slack.space.faults.plan("chat.postMessage", "hang")
        if kill is not None and place == kill.at:
            _await(here, kill)
            here.bot.kill()
            if not kill.until:
                here.bot.start()
        elif kill is not None and place == kill.until:
            here.bot.start()
    here.stage.player(OPENING.recruiter).wait_for("Tell the candidate", PATIENCE)
    sweep(here.database, now=here.stage.evenhand.clock.now())
    eventually(lambda: unmade(here.database) == [], "some deliveries were never made")
    assert dead(here.database) == []
    assert control(here.slack.url, "refusals")["refusals"] == []
    return outside(here.stage)


def _await(here: Scene, kill: Kill) -> None:
    """Without a pause: some of these moments are over in a few milliseconds. One that is missed all the same is over, and the
    bot is killed right after it."""
    until = time.monotonic() + PATIENCE
    while not kill.when(here):
        assert time.monotonic() < until, f"the moment never came: {kill.at}"


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Outside:
    with scene(tmp_path_factory.mktemp("undisturbed")) as here:
        return play(here)


@pytest.mark.parametrize("moment", KILLS)
def test_killed_when(moment: str, tmp_path: Path, undisturbed: Outside) -> None:
    with scene(tmp_path) as here:
        found = play(here, KILLS[moment], hang=HANGS.get(moment))

        here.bot.kill()
        here.bot.nothing_left()
    assert (wrong := differences(undisturbed, found)) == [], "\n".join(wrong)


def test_a_lost_answer_is_looked_up_and_not_posted_again(tmp_path: Path, undisturbed: Outside) -> None:
    """Three posts take effect and their answers never come: the bot looks, finds them, and adopts them."""
    with scene(tmp_path) as here:
        for nth in (1, 4, 7):
            here.slack.space.faults.plan("chat.postMessage", "drop", nth=nth)

        found = play(here)

        assert here.slack.space.faults.planned == []
        posted = [
            _key(call) for call in here.slack.space.log if call.method == "chat.postMessage" and call.answer["ok"]
        ]
        looked = [call for call in here.slack.space.log if call.method.startswith("conversations.history")]
    assert (wrong := differences(undisturbed, found)) == [], "\n".join(wrong)
    assert sorted(posted) == sorted(set(posted))
    assert len(looked) >= 3


def _key(call: Call) -> str:
    return str(call.args["metadata"]["event_payload"]["key"])


def test_the_real_command_goes_on_after_a_kill_and_ends_when_asked(tmp_path: Path, undisturbed: Outside) -> None:
    with scene(tmp_path, command=("bot.command", "serve")) as here:
        found = play(here, Kill("between two answers"))

        assert here.bot.stop() == 0
        here.bot.nothing_left()
    assert (wrong := differences(undisturbed, found)) == [], "\n".join(wrong)


def test_what_fell_due_in_an_outage_is_said_once_and_not_late(tmp_path: Path) -> None:
    """Two days without the bot: no digest of a day that is over, and nobody is reminded of what they are just asked."""
    with scene(tmp_path) as here:
        for place in tale(here):
            if place == "after everything was booked":
                # What the booking itself says has to be out of the way: a kill before it would add it to what comes later.
                eventually(lambda: unmade(here.database) == [], "some deliveries were never made")
                here.bot.kill()
                break
        story = Story(stage=here.stage, opening=OPENING, candidate=JO, plan="onsite")
        rater = sight.owed(story.now())[0][1]
        before = len(here.stage.player(rater).messages())
        for _ in range(3):
            here.stage.advance(timedelta(days=1).total_seconds())
            sweep(here.database, now=here.stage.evenhand.clock.now())

        here.bot.start()
        here.stage.player(rater).wait_for("How was the interview with Jo Doe?", PATIENCE)
        eventually(lambda: unmade(here.database) == [], "some deliveries were never made")

        said = [plain(message) for message in here.stage.player(rater).messages()[before:]]
        digests = [
            plain(message)
            for message in here.stage.player("hans").messages(OPENING.channel)
            if DIGEST in plain(message)
        ]
    assert [("How was" in text, "A reminder" in text) for text in said] == [(True, False)]
    assert [text.split("\n")[1][:10] for text in digests] == ["Mon 23 Nov", "Thu 26 Nov"]
