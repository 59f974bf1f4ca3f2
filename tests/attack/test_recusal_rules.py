"""What no other test noticed when it was changed in the rules of recusal; found by `tests/attack/mutants.py`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hiring.model import (
    HIRING_MANAGER_SEAT,
    RECRUITER_SEAT,
    Acquaintances,
    Barred,
    Ground,
    Look,
    Loop,
    Pin,
    SeatPlan,
    TakeHome,
    Tenure,
)
from hiring.rules import recusal, suggestions, worktime
from hiring.rules.grounds import Policy, Strength
from hiring.rules.suggestions import Clue, Known
from tests.hiring import facts
from tests.hiring.facts import CODING, END, TALK
from tests.hiring.worlds import ANA, HANS, JO, NOW, PEOPLE, PLAN

HOME = replace(PLAN, take_home=TakeHome("Describe the data."))
WORKED = (Tenure("Halden Logistics", 2016, None),)
ANA_KNOWS_JO = {one.id: one for one in (*PEOPLE, replace(ANA, employers=WORKED))}
BEFORE, AFTER = NOW - timedelta(days=30), NOW - timedelta(days=20)


def about_jo(*earlier: Loop) -> Known:
    """Ana and Jo worked at one place, which a human has to look at."""
    return Known(replace(JO, employers=WORKED), ANA_KNOWS_JO, earlier, Policy(), 2026)


def earlier_with(*pins: Pin, **changes: Any) -> Loop:
    return replace(facts.wished(), id="L0", pins=pins, **changes)


def test_what_was_pinned_in_an_earlier_loop_about_the_candidate_holds() -> None:
    loop = facts.booked()
    cleared = earlier_with(Pin("ana", conflict=False, by="rita", at=BEFORE))
    judged = earlier_with(Pin("max", conflict=True, by="rita", at=BEFORE))
    assert "max" not in recusal.barred_from(loop, about_jo())
    assert "max" in recusal.barred_from(loop, about_jo(judged))
    assert recusal.spared(loop, about_jo()) == {"ana": 240}
    assert recusal.spared(loop, about_jo(cleared)) == {}
    assert recusal.unpinned(loop, about_jo(), ["ana", "lee"]) == ("ana",)
    assert recusal.unpinned(loop, about_jo(cleared), ["ana", "lee"]) == ()


def test_who_stepped_aside_after_they_were_cleared_is_aside() -> None:
    pin = Pin("ana", conflict=False, by="rita", at=AFTER)
    for at, kept_out in ((BEFORE, False), (AFTER, False), (AFTER + timedelta(seconds=1), True)):
        earlier = earlier_with(pin, barred=(Barred("ana", at),))
        assert ("ana" in recusal.barred_from(facts.wished(), about_jo(earlier))) == kept_out


def test_the_last_verdict_counts_and_of_two_at_once_the_one_that_overrides() -> None:
    first = Pin("ana", conflict=False, by="rita", at=BEFORE, override=True)
    last = Pin("ana", conflict=True, by="remy", at=AFTER)
    for order in ((first, last), (last, first)):
        assert recusal.pinned([earlier_with(*order)], "ana") == last
    at_once = replace(first, at=AFTER)
    for order in ((at_once, last), (last, at_once)):
        assert recusal.pinned([earlier_with(*order)], "ana") == at_once


def test_who_scored_a_take_home_and_lost_the_seat_sits_in_no_later_interview() -> None:
    scored = replace(facts.handed_in(("coding", "max")), id="L0", plan=HOME, seats=())
    assert "max" in recusal.barred_from(facts.wished(), about_jo(scored))


def test_a_stranger_to_the_company_needs_no_look_and_nobody_is_noted_twice() -> None:
    assert recusal.unpinned(facts.booked(), about_jo(), ["nobody here any more"]) == ()
    once = recusal.watched(facts.booked(), about_jo(), now=NOW)
    assert [look.person for look in once.looks] == ["ana"]
    assert recusal.watched(once, about_jo(), now=END) == once
    noted = replace(facts.booked(), looks=(Look("kim", BEFORE),))
    assert recusal.watched(noted, about_jo(), now=NOW).looks == (Look("kim", BEFORE), Look("ana", NOW))


def test_only_a_no_conflict_on_somebody_set_aside_is_an_override() -> None:
    for loop, conflict, override in (
        (facts.booked(), False, False),
        (facts.booked(), True, False),
        (facts.barred(facts.booked(), "ana"), False, True),
        (facts.barred(facts.booked(), "ana"), True, False),
    ):
        assert [one.override for one in recusal.pin(loop, "ana", conflict=conflict, by="rita", now=NOW).pins] == [
            override
        ]


def silent(loop: Loop, now: datetime, *, minutes: int = 10_000) -> tuple[str, ...]:
    return recusal.silent(loop, people=facts.KNOWN, policy=Policy(silence=minutes), now=now)


def test_who_is_silent_for_half_of_the_time_there_was_is_passed_over_until_their_interview_begins() -> None:
    loop = facts.chosen()
    half = NOW + (CODING.start - NOW) / 2
    moments = (half - timedelta(seconds=1), half, CODING.start, TALK.start)
    assert [silent(loop, at) for at in moments] == [(), ("ana",), ("lee",), ()]
    assert silent(facts.attested(), half) == ()
    later = replace(loop, seats=tuple(replace(seat, since=NOW + timedelta(hours=1)) for seat in loop.seats))
    assert [silent(later, at) for at in (half, half + timedelta(minutes=30))] == [(), ("ana",)]
    unknown = replace(loop, created=BEFORE, seats=tuple(replace(seat, since=None) for seat in loop.seats))
    assert silent(unknown, NOW) == ("ana", "lee")


def test_who_is_silent_for_so_many_working_minutes_is_passed_over() -> None:
    loop = facts.chosen()
    at = worktime.after(ANA, NOW, minutes=30)
    assert at < NOW + (CODING.start - NOW) / 2
    assert [silent(loop, now, minutes=30) for now in (at - timedelta(minutes=1), at)] == [(), ("ana", "lee")]


def test_nobody_is_passed_over_whom_nobody_can_stand_in_for() -> None:
    loop, late = facts.chosen(), CODING.start - timedelta(minutes=1)
    assert silent(loop, late) == ("ana", "lee")
    assert silent(replace(loop, plan=HOME), late) == ()
    coding = PLAN.sessions[0]
    for seat in (RECRUITER_SEAT, HIRING_MANAGER_SEAT):
        reserved = replace(coding, seats=(replace(coding.seats[0], any_of=(seat, "coding")), *coding.seats[1:]))
        plan = replace(PLAN, sessions=(reserved, *PLAN.sessions[1:]))
        assert silent(replace(loop, plan=plan), late) == ("lee",)
        also = replace(loop, plan=plan, seats=(loop.seats[0], replace(loop.seats[1], person="ana")))
        assert silent(also, late) == ()
        beside = replace(coding, seats=(*coding.seats, SeatPlan("second", (seat,))))
        assert silent(replace(loop, plan=replace(PLAN, sessions=(beside, *PLAN.sessions[1:]))), late) == ("ana", "lee")


def test_with_several_interviews_the_first_seat_and_the_first_start_count() -> None:
    loop = facts.chosen()
    second = replace(loop.seats[1], person="ana", since=NOW + timedelta(days=1))
    both = replace(loop, seats=(loop.seats[0], second))
    assert silent(both, NOW + (CODING.start - NOW) / 2) == ("ana",)
    assert silent(both, CODING.start) == ()


def test_no_policy_lets_what_the_candidate_says_pass_unread() -> None:
    ana = replace(ANA, name="Ana Novak")
    ticked, named = Acquaintances("L1", NOW, people=("ana",)), Acquaintances("L1", NOW, words="I know Ana Novak well")
    for told, clue in ((ticked, Clue.TICKED), (named, Clue.NAMED)):
        for says, leads_to in (
            (Strength.NONE, Strength.LOOK), (Strength.LESSER, Strength.LOOK), (Strength.LOOK, Strength.LOOK),
            (Strength.BARS, Strength.BARS),
        ):  # fmt: skip
            known = replace(about_jo(), policy=Policy(strengths={Ground.OTHER: says}), told=(told,), candidate=JO)
            assert [(one.clue, one.strength) for one in suggestions.suggestions(known, ana)] == [(clue, leads_to)]
            assert suggestions.suggestions(known, HANS) == ()
