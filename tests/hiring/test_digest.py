"""What a channel may know, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hiring.model import Decision, Ended, Loop, Outcome, Submitted
from hiring.rules.digest import RECENT, Digest, DigestLine, digest, is_over, occurrence, turns
from hiring.rules.phase import Phase
from hiring.rules.recusal import step_aside
from tests.hiring import facts
from tests.hiring.facts import CODING, END, TALK, hours
from tests.hiring.worlds import JO, NOW, OPENING

DAY = date(2026, 11, 25)


def lines(*loops: Loop, now: datetime) -> tuple[DigestLine, ...]:
    return digest(OPENING, loops, {JO.id: JO}, day=DAY, now=now).lines


def test_a_digest_says_where_each_candidate_stands() -> None:
    assert digest(OPENING, [facts.booked()], {JO.id: JO}, day=DAY, now=NOW) == Digest(
        OPENING, DAY, (DigestLine("L1", "Jo Doe", Phase.BOOKED, CODING.start),)
    )
    assert lines(facts.booked(), now=CODING.start) == (DigestLine("L1", "Jo Doe", Phase.INTERVIEWING, TALK.start),)
    assert lines(facts.chosen(), now=NOW) == (DigestLine("L1", "Jo Doe", Phase.ATTESTING),)


def test_before_release_it_is_the_same_whatever_is_in() -> None:
    """Also who is missing stays out: the channel can't tell a full panel from an empty one."""
    now = END + hours(3)
    worlds_ = [
        facts.booked(),
        facts.handed_in(("coding", "ana")),
        facts.handed_in(("talk", "lee")),
        replace(facts.booked(), submitted=(Submitted("talk", "lee", END, "other", amended_at=now),)),
    ]
    assert {lines(loop, now=now) for loop in worlds_} == {(DigestLine("L1", "Jo Doe", Phase.SCORING),)}


def test_another_openings_loops_stay_out() -> None:
    assert lines(replace(facts.booked(), opening="de"), now=NOW) == ()


def test_loops_that_are_over_stay_two_days_and_say_how_it_ended() -> None:
    decided = replace(facts.released(), decision=Decision(Outcome.ADVANCE, "x" * 20, "hans", END))
    cancelled = replace(facts.booked(), id="L2", cancelled=Ended(END, "rita", "x"))
    assert lines(cancelled, decided, now=END + RECENT - timedelta(seconds=1)) == (
        DigestLine("L1", "Jo Doe", Phase.DECIDED, outcome=Outcome.ADVANCE),
        DigestLine("L2", "Jo Doe", Phase.CANCELLED),
    )
    assert lines(cancelled, decided, now=END + RECENT) == ()


def test_lines_stand_in_the_order_of_the_process_then_of_time() -> None:
    later = replace(
        facts.booked(), id="L0", sessions=tuple(replace(s, start=s.start + hours(1)) for s in (CODING, TALK))
    )
    found = lines(facts.released(), replace(later, id="L3"), replace(facts.booked(), id="L4"), facts.wished(), now=NOW)
    assert [line.loop for line in found] == ["L1", "L4", "L3", "L1"]
    assert [line.phase for line in found] == [Phase.PLANNING, Phase.BOOKED, Phase.BOOKED, Phase.DECIDING]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 25, 7, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 25, 8, 0, tzinfo=UTC), DAY),
        (datetime(2026, 11, 25, 22, 59, tzinfo=UTC), DAY),
        (datetime(2026, 11, 25, 23, 0, tzinfo=UTC), None),  # the next day in Berlin, before nine
    ],
)
def test_an_occurrence_is_a_local_date_from_the_chosen_hour_on(now: datetime, expected: date | None) -> None:
    assert occurrence(OPENING, now) == expected


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (datetime(2026, 3, 28, 23, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_on_days_when_the_clock_changes_it_comes_exactly_once(start: datetime, day: date) -> None:
    """At half past two, which one of the days has not and the other has twice: one date, whatever the hour."""
    early = replace(OPENING, digest_hour=2)
    found = [occurrence(early, start + timedelta(minutes=30 * step)) for step in range(46)]
    assert {one for one in found if one is not None} == {day}
    first = next(step for step, one in enumerate(found) if one is not None)
    assert all(one == day for one in found[first:])


def test_it_is_off_without_an_hour_a_channel_or_an_open_opening() -> None:
    late = datetime(2026, 11, 25, 20, tzinfo=UTC)
    off = (replace(OPENING, digest_hour=None), replace(OPENING, channel_id=None), replace(OPENING, active=False))
    assert [occurrence(one, late) for one in off] == [None, None, None]
    assert occurrence(replace(OPENING, digest_hour=0), late) == DAY


@pytest.mark.parametrize(
    ("now", "over"),
    [
        (datetime(2026, 11, 25, 7, 59, 59, tzinfo=UTC), False),  # posted by a process whose clock is behind
        (datetime(2026, 11, 24, 22, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 25, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 25, 23, 0, tzinfo=UTC), True),
    ],
)
def test_a_day_is_over_at_its_own_midnight_and_not_before_it_began(now: datetime, over: bool) -> None:
    assert is_over(OPENING, DAY, now) is over
    assert is_over(replace(OPENING, active=False), DAY, now)


def test_it_is_no_news_that_a_rater_stepped_aside_after_their_interview_and_one_that_a_seat_is_taken() -> None:
    """The channel would see at what minute the digest was edited, with not a word of it changed."""
    loop = facts.handed_in(("talk", "lee"))
    aside = step_aside(loop, "lee", now=END)
    assert lines(aside, now=END) == lines(loop, now=END)
    assert turns(aside) == turns(loop)
    taken = replace(aside, seats=(aside.seats[0], replace(aside.seats[1], person="noa", since=END)))
    assert turns(taken) != turns(aside)
