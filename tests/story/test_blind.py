"""Two runs that differ only in what the scorecards say: until release, nobody in the world can tell them apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from hiring.model import Loop, Overall
from hiring.rules import sight
from tests.story.outside import Outside, differences, outside, plainly
from tests.story.secrets import COMMANDS
from tests.story.world import PATIENCE, World, world
from workbench.player import control
from workbench.reading import view_lines


@pytest.fixture(scope="module")
def kind(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outside, list[str], Outside]:
    with world(tmp_path_factory.mktemp("kind")) as here:
        return told(
            here,
            score="4",
            overall=Overall.STRONG_YES,
            words="Far beyond what was asked, and explained it to us twice.",
        )


def test_before_release_harsh_scorecards_look_as_kind_ones_do(
    tmp_path: Path, kind: tuple[Outside, list[str], Outside]
) -> None:
    with world(tmp_path) as here:
        harsh = told(
            here, score="1", overall=Overall.STRONG_NO, words="Could not say what the data meant, even with two hints."
        )

    sealed, shown, opened = kind
    assert (found := differences(sealed, harsh[0])) == [], "\n".join(found)
    assert [pair for pair in zip(harsh[1], shown, strict=False) if pair[0] != pair[1]] == []
    assert len(harsh[1]) == len(shown)
    assert differences(opened, harsh[2]) != [], "what the scorecards say would have shown, had it been there to see"


def told(here: World, *, score: str, overall: Overall, words: str) -> tuple[Outside, list[str], Outside]:
    """The world, App Homes and answers to commands while one scorecard is missing; and the world after it came in."""
    story = here.story()
    for step in (story.start, story.pick, story.attest, story.refill, story.hold):
        step()
    loop = story.now()
    *early, last = sight.owed(loop)
    for session, person in early:
        hand_in(here, loop, session, person, score=score, overall=overall, words=words)
    here.quiet()
    sealed, shown = outside(here.stage), answers(here)
    hand_in(here, loop, *last, score=score, overall=overall, words=words)
    here.quiet()
    return sealed, shown, outside(here.stage)


def hand_in(here: World, loop: Loop, session: str, person: str, *, score: str, overall: Overall, words: str) -> None:
    rubric, player = loop.plan.rubric(session), here.player(person)
    assert rubric is not None
    value = f"{loop.id}|{session}"
    player.wait_for(lambda screen: value in str(screen) and "scorecard.open" in str(screen), PATIENCE)
    player.click("scorecard.open", value=value)
    fields = {"overall": overall.value, "confidence": "high", "note": words}
    for criterion in rubric.criteria:
        fields |= {f"score:{criterion.id}": score, f"evidence:{criterion.id}": words}
    assert player.submit(**fields)["result"] == "closed"


def answers(here: World) -> list[str]:
    """Everybody's App Home, and what each command answers, in messages and modals."""
    here.homes()
    shown = []
    for person in here.stage.accounts:
        player = here.player(person)
        home = player.screen()["home"]
        shown.append(plainly("\n".join([person, *view_lines(home, {})])))
        for command in COMMANDS:
            player.command(f"/interview {command}".strip())
            while (view := player.view()) is not None:
                shown.append(plainly("\n".join([person, command, *view_lines(view, {})])))
                player.close()
        shown += [plainly(f"{person} {message['text']} {message['blocks']}") for message in ephemeral(here, person)]
    return shown


def ephemeral(here: World, person: str) -> list[dict[str, object]]:
    account = here.stage.accounts[person]
    calls = control(here.slack.url, "log")["calls"]
    return [
        {"text": call["args"].get("text"), "blocks": call["args"].get("blocks")}
        for call in calls
        if call["method"].startswith("ack ") and call["seen_by"] == [account]
    ]
