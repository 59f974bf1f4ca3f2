"""What people get wrong: each time a sentence that says what to do, and everything they typed still there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.demo.stage import ROOT
from handlers import ids
from hiring.model import Loop, Pause
from tests.story.company import JO, KAI
from tests.story.wire import Wire, changed, wire
from tests.story.world import PATIENCE, World, world
from workbench.player import Player
from workbench.reading import plain

LONG = "It went well. " * 357 + "So."
"""5,001 characters."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("bad"), over_http=True) as running:
        yield running


@pytest.fixture
def rita(here: World) -> Iterator[Player]:
    player = here.player("rita")
    yield player
    while player.view() is not None:
        player.close(everything=True)
    assert here.refused() == []


def loops(here: World) -> tuple[Loop, ...]:
    with here.database.begin(read_only=True) as uow:
        return uow.loops(active=False)


def begin(
    rita: Player, *windows: tuple[str, str, str], candidate: str = KAI.id, plan: str = "onsite"
) -> dict[str, Any]:
    """`/interview new` filled in and handed in; gives what had been typed."""
    rita.command("/interview new")
    rita.suggestions(ids.NEW_CANDIDATE, "")
    rita.click(ids.NEW_CANDIDATE, value=candidate)
    rita.click(ids.NEW_OPENING, value="ds")
    rita.click(ids.NEW_PLAN, value=plan)
    for number, window in enumerate(windows, start=1):
        if number > 1:
            rita.click(ids.NEW_ADD_WINDOW)
        for action, value in zip((ids.WINDOW_DAY, ids.WINDOW_FROM, ids.WINDOW_TO), window, strict=True):
            rita.click(action, value=value, within=f"window:{number}")
    typed = held(rita)
    rita.submit()
    return typed


def held(player: Player) -> dict[str, Any]:
    """What stands in the modal on top."""
    view = player.view()
    assert view is not None
    state: dict[str, Any] = view["state"]
    return state


def warnings(player: Player) -> list[str]:
    """The problems told in the modal on top, as they are read there."""
    view = player.view()
    assert view is not None
    told = [plain(block) for block in view["blocks"] if block["type"] == "context"]
    return [text.removeprefix(":warning: ").strip("*") for text in told if text.startswith(":warning:")]


# ---- commands ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("statsu", "I do not know “statsu”. Did you mean `/interview status`?"),
        ("NEWW for Kai", "I do not know “neww”. Did you mean `/interview new`?"),
        ("<!channel>", "I do not know “<!channel>”."),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_one_and_all_others(rita: Player, typed: str, says: str) -> None:
    rita.command(f"/interview {typed}")

    answer = rita.messages()[-1]
    assert answer["is_ephemeral"]
    said, may, _ = answer["blocks"]
    assert plain(said) == says
    assert plain(may) == (
        "You can use `help`, `new`, `status`, `feedback`, `recuse`, `swap`, `pause`, `prefs`, `load`, `digest`, "
        "`bottlenecks`, `nudge`"
    )


def test_plain_words_are_answered_by_the_way_to_the_commands(rita: Player) -> None:
    rita.say(rita.dm()["id"], "hello, is anybody there?")

    rita.wait_for("I understand commands only", PATIENCE)
    rita.click(ids.HELP_OPEN, near="I understand commands only")
    assert "`/interview bottlenecks`" in plain(rita.view())


# ---- a new loop ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("windows", "says"),
    [
        ([("2026-11-20", "09:00", "17:00")], "This lies in the past. Please choose a day to come."),
        ([("2026-11-23", "08:00", "17:00")], "This has begun or passed already. Pick a time to come."),
        ([("2026-11-25", "17:00", "09:00")], "The end must come after the start."),
        (
            [("2026-11-25", "09:00", "13:00"), ("2026-11-25", "12:00", "17:00")],
            "This overlaps another row. Please change one of them.",
        ),
        ([("2027-11-25", "09:00", "17:00")], "Pick a day within the next 90 days."),
    ],
)
def test_times_that_can_not_be_are_told_at_their_row(
    here: World, rita: Player, windows: list[tuple[str, str, str]], says: str
) -> None:
    typed = begin(rita, *windows)

    assert warnings(rita) == [says]
    assert held(rita) == typed
    assert loops(here) == ()


def test_the_same_modal_is_taken_once_it_is_mended(here: World, rita: Player) -> None:
    begin(rita, ("2026-11-20", "09:00", "17:00"), candidate=JO.id)
    rita.click(ids.WINDOW_DAY, value="2026-11-25", within="window:1")
    rita.submit()

    assert plain((rita.view() or {})["title"]) == "The loop has begun"
    assert [loop.candidate for loop in loops(here)] == [JO.id]


def test_a_candidate_who_has_a_loop_by_this_plan_is_not_given_a_second_one(here: World, rita: Player) -> None:
    here.quiet()
    typed = begin(rita, ("2026-11-26", "09:00", "17:00"), candidate=JO.id)

    says = "This candidate already has a loop with this plan, which is choosing an option. See it with `/interview status`, or cancel it first."
    assert warnings(rita) == [says]
    assert held(rita) == typed
    assert [loop.candidate for loop in loops(here)] == [JO.id]


def test_a_plan_that_nobody_is_qualified_for_says_so_and_keeps_the_times(rita: Player) -> None:
    begin(rita, ("2026-11-26", "09:00", "17:00"), plan="recital")
    rita.close()
    rita.wait_for("No time was found", PATIENCE)

    told = next(message for message in reversed(rita.messages()) if "No time was found" in plain(message))
    texts = [plain(block) for block in told["blocks"]]
    assert texts[2:6] == [
        "*Each of these would help*\n• One more person, free when the candidate is, for piano: whoever looks after Evenhand imports it",
        "*What can't all be had together*\n• “Piano” needs somebody qualified for piano, and nobody is",
        "*When they can come*\n• Thu 26 Nov, 09:00–17:00 (Berlin time)",
        "Times above are the candidate's, Berlin time. More days or longer ones help most; you can also train or add people for what is named above. It is tried again a few times a day, and you are told when something fits.",
    ]
    rita.click(ids.LOOP_WINDOWS, near="No time was found")
    assert held(rita)["window:1"] == {
        ids.WINDOW_DAY: "2026-11-26",
        ids.WINDOW_FROM: "09:00",
        ids.WINDOW_TO: "17:00",
    }


# ---- too much text -------------------------------------------------------------------------------------------------------


def test_slack_itself_stops_a_text_that_is_too_long_and_keeps_it(rita: Player) -> None:
    rita.command("/interview pause")
    rita.fill(reason=LONG)
    typed = held(rita)

    answer = rita.submit()

    assert answer == {"result": "errors", "errors": {"reason": "This field must be less than 301 characters."}}
    assert held(rita) == typed


def test_a_text_that_is_too_long_is_refused_by_us_too_when_slack_lets_it_through(here: World, rita: Player) -> None:
    begin(rita, ("2026-11-27", "09:00", "17:00"), candidate=JO.id, plan="recital")
    rita.close()
    (loop,) = (loop for loop in loops(here) if (loop.candidate, loop.plan.id) == (JO.id, "recital"))
    cancel = ids.pack("cancel", loop.id)
    rita.wait_for(lambda screen: cancel in str(screen), PATIENCE)
    with wire(here.slack.space.http_events or "") as tapped:
        here.slack.space.http_events = tapped.address
        rita.click(ids.LOOP_MORE, value=cancel, near="Jo Doe")
        tapped.way = "hold"
        rita.submit(reason="Short.")
        status, answer = tapped_with(here, tapped, LONG)
        here.slack.space.http_events = tapped.bot

    assert (status, answer) == (
        200,
        {"response_action": "errors", "errors": {"reason": "Please shorten this to 3,000 characters; it has 5,001."}},
    )
    assert [loop.cancelled for loop in loops(here)] == [None] * len(loops(here))


def tapped_with(here: World, tapped: Wire, text: str) -> tuple[int, Any]:
    """The submission that was held back, with another text in it and signed for that."""

    def lengthen(payload: dict[str, Any]) -> None:
        next(iter(payload["view"]["state"]["values"]["reason"].values()))["value"] = text

    status, _, answer = tapped.send(changed(tapped.taken[-1], here.slack.signing_secret, lengthen))
    return status, json.loads(answer)


# ---- evenhand import -------------------------------------------------------------------------------------------------------


COLUMNS = (
    "id,name,email,title,team,manager,zone,working_hours,qualifications,day_cap,week_cap,gap,employers,schools,roles,"
    "active,holidays"
)


@pytest.mark.parametrize(
    ("content", "line", "what", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", 0, "this is a picture", "a CSV file in UTF-8"),
        (b"<html><body>Sign in</body></html>\n", 1, "the first line names no known column", COLUMNS),
        (b"", 0, "the file is empty", f"a first line with the names {COLUMNS}"),
    ],
)
def test_a_file_that_is_not_csv_imports_nothing_and_says_what_was_expected(
    tmp_path: Path, content: bytes, line: int, what: str, expected: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "people.csv").write_bytes(content)

    code, faults = imported(folder, tmp_path)

    assert code == 2
    assert faults == [{"file": "people.csv", "line": line, "column": line, "what": what, "expected": expected}]


def test_a_file_in_place_of_the_folder_is_called_that(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name\n")

    code, faults = imported(tmp_path / "people.csv", tmp_path)

    assert (code, [fault["what"] for fault in faults]) == (2, ["this is a file, not a folder"])


def imported(folder: Path, home: Path) -> tuple[int, list[dict[str, Any]]]:
    """`evenhand import`: its exit code and the faults it told. Nothing was imported, so there is no database."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot.command", "import", str(folder), "--json"],
        cwd=home,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert not (home / "var").exists()
    return done.returncode, json.loads(done.stdout or done.stderr)


def test_a_modal_that_came_back_with_an_error_is_taken_once_it_is_mended(here: World, rita: Player) -> None:
    """Slack sends the mended modal under the same id and hash, like a repetition of the first."""
    rita.command("/interview pause")
    told = rita.submit(**{"from": "2026-12-10", "until": "2026-12-01"})
    assert told == {"result": "errors", "errors": {"until": "The last day must not lie before the first."}}

    assert rita.submit(**{"from": "2026-12-01", "until": "2026-12-10"}) == {"result": "updated", "errors": {}}
    with here.database.begin(read_only=True) as uow:
        assert uow.person("rita").pauses == (Pause(date(2026, 12, 1), date(2026, 12, 11)),)


def test_where_no_mail_server_is_set_the_recruiter_is_told_to_pass_the_page_on(rita: Player) -> None:
    begin(rita)
    assert "*No mail is sent from here.* Give the candidate the address of their page yourself" in plain(rita.view())
    assert "Candidate's page" in plain(rita.view())
