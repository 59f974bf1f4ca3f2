"""What a recruiter is told is so, and enough to act on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.blocks import booking, changes, drift, loads, status
from hiring.model import Change, Drift, Drifted, Loop, Span, TakeHome
from tests.handlers.blocks import world
from tests.handlers.blocks.world import NOW, START
from workbench.reading import plain

WORLD = world.ordinary()
ASKED = WORLD.loop.with_(windows=())
ABOUT: dict[str, Any] = {"candidate": WORLD.candidate, "opening": WORLD.opening, "people": WORLD.people}


@pytest.mark.parametrize("at_home", [False, True])
def test_without_a_mail_server_nobody_is_made_to_believe_that_a_mail_went_out(at_home: bool) -> None:
    loop = ASKED.with_(plan=replace(ASKED.plan, take_home=TakeHome("Do it."))) if at_home else ASKED
    told = [plain(changes.started(loop, candidate=WORLD.candidate, mails=mails)) for mails in (True, False)]
    assert ["No mail is sent from here." in one for one in told] == [False, True]
    assert ["The candidate gets a mail" in one or "asked by e-mail" in one for one in told] == [True, False]


def test_who_cancels_without_a_mail_server_is_told_that_the_candidate_is_not() -> None:
    told = [plain(changes.cancel_modal(WORLD.loop, candidate=WORLD.candidate, mails=mails)) for mails in (True, False)]
    assert ["everybody is told" in one for one in told] == [True, False]
    assert ["tell the candidate yourself" in one for one in told] == [False, True]


def test_where_no_time_was_found_the_candidates_times_stand_on_both_clocks() -> None:
    loop = WORLD.loop.with_(zone="Pacific/Auckland", windows=(Span(START, START + timedelta(hours=8)),))
    lines = plain(list(booking.unplannable(loop, **ABOUT, zone="Europe/Berlin").blocks)).split("\n")
    assert lines[lines.index("*When they can come*") + 1] == (
        "• Wed 25 Nov, 03:00–11:00 (Auckland time), for you Tue 24 Nov, 15:00–23:00 (Berlin time)"
    )
    near = booking.unplannable(loop.with_(zone="Europe/Paris"), **ABOUT, zone="Europe/Berlin")
    assert "• Tue 24 Nov, 15:00–23:00 (Paris time)\n" in plain(list(near.blocks))


def test_of_an_event_that_was_moved_by_hand_it_is_told_where_it_stands_now() -> None:
    session = WORLD.loop.sessions[0]
    moved = Drift(session.id, Drifted.MOVED, start=START, end=START + timedelta(hours=1))
    for found, told in (
        (moved, "The event was moved to Tue 24 Nov, 15:00–16:00 (Berlin time)."),
        (Drift(session.id, Drifted.MOVED), "The event was moved to another time."),
    ):
        message = drift.drift(WORLD.loop.with_(drift=(found,)), **ABOUT, zone="Europe/Berlin")
        assert told in plain(list(message.blocks)).split("\n")


def test_who_reports_to_whom_on_a_panel_stands_a_line_each() -> None:
    people = {key: replace(one, manager=WORLD.recruiter.id) for key, one in WORLD.people.items()}
    boss, other = (
        WORLD.recruiter.id,
        next(seat.person for seat in WORLD.loop.seats if seat.person != WORLD.recruiter.id),
    )
    assert other is not None
    people |= {boss: replace(people[boss], manager=other), other: replace(people[other], manager=boss)}
    told = booking.booked(WORLD.loop, **(ABOUT | {"people": people}), zone="Europe/Berlin")
    lines = [plain(block).split("\n") for block in told.blocks if ":link:" in plain(block)]
    assert [[line.startswith(":link:") for line in block] for block in lines] == [[True, True]]


@pytest.mark.parametrize("may_begin", [True, False])
def test_who_may_start_no_loop_is_not_sent_to_start_one(may_begin: bool) -> None:
    shown: dict[str, Any] = {"loops": (), "people": WORLD.people, "zone": "UTC", "may_begin": may_begin}
    for told in (status.status_list(**shown), status.status_opening(WORLD.opening, **shown)):
        words = plain(list(told.blocks))
        assert ("No loop that you may see is under way" in words, "/interview new" in words) == (True, may_begin)


@pytest.mark.parametrize(
    ("given", "cap", "told"),
    [
        (0, 480, "`▱▱▱▱▱▱▱▱` 0 min of 8 h"),
        (15, 480, "`▰▱▱▱▱▱▱▱` 15 min of 8 h"),
        (240, 480, "`▰▰▰▰▱▱▱▱` 4 h of 8 h"),
        (30, 0, "`▰▰▰▰▰▰▰▰` 30 min of 0 min :small_orange_diamond: over the cap"),
        (0, 0, "`▱▱▱▱▱▱▱▱` 0 min of 0 min"),
    ],
)
def test_a_bar_shows_that_there_is_something(given: int, cap: int, told: str) -> None:
    assert loads.bar(given, cap) == told


def test_the_recruiter_reads_why_somebody_asked_to_be_replaced_and_that_the_seat_is_not_filled_yet() -> None:
    who = next(seat.person for seat in WORLD.loop.seats if seat.person not in {None, WORLD.recruiter.id})
    assert who is not None
    swap = Change(NOW, who, f"replaced {who}", "A doctor's appointment")
    by_the_recruiter = Change(NOW, WORLD.recruiter.id, f"replaced {who}", "Planted")
    left = tuple(replace(seat, person=None) if seat.person == who else seat for seat in WORLD.loop.seats)
    shown: dict[str, Any] = {**ABOUT, "zone": "UTC"}

    def told(loop: Loop) -> list[str]:
        return plain(list(booking.replaced(loop, **shown).blocks)).split("\n")

    vacant = told(WORLD.loop.with_(seats=left, changes=(swap,)))
    assert (
        vacant[vacant.index(f":wave: <@{WORLD.people[who].slack_id}> asked to be replaced.") + 1]
        == ">A doctor's appointment"
    )
    assert "A seat is empty; everybody else has" in "\n".join(vacant)
    assert "asked to be replaced" not in "\n".join(told(WORLD.loop.with_(seats=left, changes=(by_the_recruiter,))))
    assert "asked to be replaced" not in "\n".join(told(WORLD.loop.with_(changes=(swap,))))


@pytest.mark.parametrize(
    ("by", "told"), [("own", "As you asked, you are off this panel."), ("other", "You are no longer needed")]
)
def test_who_asked_to_be_replaced_is_told_that_it_is_done(by: str, told: str) -> None:
    rater = WORLD.rater
    change = Change(NOW, rater.id if by == "own" else WORLD.recruiter.id, f"replaced {rater.id}", "Planted")
    words = plain(list(booking.stood_down(WORLD.loop.with_(changes=(change,)), person=rater, why="replaced").blocks))
    assert (words.startswith(told), "Planted" in words) == (True, False)
