"""Where a loop stands follows from its facts and the time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hiring.model import Answer, Attestation, Decision, Ended, Loop, Outcome, Planning
from hiring.rules.phase import Phase, all_attested, attestation, has_attested, panel, phase, vacant
from tests.hiring import facts
from tests.hiring.facts import CODING, END
from tests.hiring.worlds import NOW

UNSAID = replace(facts.wished(), windows=(), planning=None)
EMPTY = replace(facts.chosen(), seats=(replace(facts.SEATS[0], person=None), facts.SEATS[1]))
DECIDED = replace(facts.released(), decision=Decision(Outcome.HOLD, "x" * 20, "hans", END))
CANCELLED = replace(DECIDED, cancelled=Ended(END, "rita", "x"))


@pytest.mark.parametrize(
    ("loop", "now", "expected"),
    [
        (UNSAID, NOW, Phase.AWAITING_AVAILABILITY),
        (facts.wished(), NOW, Phase.PLANNING),
        (replace(facts.wished(), planning=Planning(1, NOW, NOW)), NOW, Phase.UNPLANNABLE),
        (facts.optioned(), NOW, Phase.CHOOSING),
        (facts.chosen(), NOW, Phase.ATTESTING),
        (EMPTY, NOW, Phase.REFILLING),
        (facts.attested(), NOW, Phase.BOOKING),
        (facts.booked(), CODING.start - timedelta(seconds=1), Phase.BOOKED),
        (facts.booked(), CODING.start, Phase.INTERVIEWING),
        (facts.booked(), END - timedelta(seconds=1), Phase.INTERVIEWING),
        (facts.booked(), END, Phase.SCORING),
        (facts.released(), END, Phase.DECIDING),
        (DECIDED, END, Phase.DECIDED),
        (CANCELLED, END, Phase.CANCELLED),
    ],
)
def test_the_phase(loop: Loop, now: datetime, expected: Phase) -> None:
    assert phase(loop, now) is expected


def test_an_empty_optional_seat_holds_nothing_up() -> None:
    sessions = tuple(
        replace(session, seats=tuple(replace(seat, optional=True) for seat in session.seats))
        for session in EMPTY.plan.sessions
    )
    loop = replace(EMPTY, plan=replace(EMPTY.plan, sessions=sessions))
    assert (vacant(EMPTY, NOW), vacant(loop, NOW), phase(loop, NOW)) == ((("coding", "lead"),), (), Phase.ATTESTING)


def test_a_session_that_has_begun_is_not_refilled() -> None:
    assert (vacant(EMPTY, CODING.start - timedelta(seconds=1)), vacant(EMPTY, CODING.start)) == (
        (("coding", "lead"),),
        (),
    )


def test_the_panel_is_everybody_seated_once_in_the_order_of_the_day() -> None:
    twice = replace(facts.chosen(), seats=(facts.SEATS[1], facts.SEATS[0], replace(facts.SEATS[1], id="pair")))
    assert (panel(twice), panel(EMPTY)) == (("ana", "lee"), ("lee",))


def test_the_last_answer_counts_and_barred_people_have_not_attested() -> None:
    first, second = Attestation("ana", Answer.UNSURE, NOW), Attestation("ana", Answer.NO_CONFLICT, END)
    loop = replace(facts.chosen(), attestations=(first, second))
    assert attestation(loop, "ana") == second
    assert [has_attested(loop, "ana"), has_attested(facts.barred(loop, "ana"), "ana")] == [True, False]
    assert [all_attested(loop), all_attested(facts.attested())] == [False, True]
