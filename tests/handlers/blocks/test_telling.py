"""What a recruiter is told is so, and enough to act on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.blocks import booking, changes, drift
from hiring.model import Drift, Drifted, Span, TakeHome
from tests.handlers.blocks import world
from tests.handlers.blocks.world import START
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
