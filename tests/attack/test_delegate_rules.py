"""What no other test noticed when it was changed in the rules of who takes over; found by `tests/attack/mutants.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hiring.model import (
    Decision,
    Delivery,
    Ended,
    HandOver,
    Kind,
    Lead,
    Loop,
    Outcome,
    Person,
    Role,
    Submitted,
    TakeHome,
)
from hiring.rules import delegates
from hiring.rules.deliveries import SOON
from tests.hiring import facts, worlds
from tests.hiring.facts import CODING, END
from tests.hiring.worlds import ANA, HANS, NOW, OPENING, PLAN, RITA, person

OLGA, OTTO = (person(name, roles=(Role.HIRING_MANAGER,)) for name in ("Olga", "Otto"))
REMY, ROB = (person(name, roles=(Role.RECRUITER,)) for name in ("Remy", "Rob"))
ADAM, ADA = (person(name, roles=(Role.ADMIN,)) for name in ("Adam", "Ada"))
ALL = {one.id: one for one in (*worlds.PEOPLE, OLGA, OTTO, REMY, ROB, ADAM, ADA)}
TO_RECRUITER = {
    Kind.UNSURE, Kind.LOOK, Kind.NAMED, Kind.OPTIONS, Kind.UNPLANNABLE, Kind.REPAIR, Kind.DRIFT, Kind.BOOKED, Kind.REPLACED,
    Kind.NEXT_STEP, Kind.ALERT,
}  # fmt: skip
TO_MANAGER = {Kind.SUMMARY, Kind.DECISION_REMIND}
ONCE = {Kind.OPTIONS, Kind.REPAIR, Kind.DRIFT, Kind.UNSURE, Kind.LOOK}
RECRUITED = HandOver(Lead.RECRUITER, "rita", "remy", NOW, "evenhand")
LED = HandOver(Lead.HIRING_MANAGER, "hans", "olga", NOW, "evenhand")


def over(*taken: HandOver, loop: Loop = facts.booked()) -> Loop:  # noqa: B008 - frozen
    for one in taken:
        recruited = one.lead is Lead.RECRUITER
        loop = replace(loop, recruiter=one.to) if recruited else replace(loop, hiring_manager=one.to)
    return replace(loop, handed_over=taken)


def without(*gone: str, people: Mapping[str, Person] = ALL, **changes: Any) -> dict[str, Person]:
    """Everybody, with these who have left, or are otherwise changed."""
    return {one: replace(who, **(changes or {"active": False})) if one in gone else who for one, who in people.items()}


# ---- what a new lead gets -----------------------------------------------------------------------------------------------


def keys(loop: Loop, *deliveries: Delivery) -> list[tuple[str, str | None]]:
    return [(one.key, one.updates) for one in delegates.readdressed(loop, deliveries)]


@pytest.mark.parametrize("kind", Kind)
def test_a_new_lead_gets_what_is_theirs_under_keys_of_their_own(kind: Kind) -> None:
    for loop, end, theirs in ((over(RECRUITED), "/to/remy", TO_RECRUITER), (over(LED), "/to/olga", TO_MANAGER)):
        marked = end if kind in theirs else ""
        assert keys(loop, Delivery("k", kind)) == [(f"k{marked}", None)]
        assert keys(loop, Delivery("k/2", kind, updates="k")) == [(f"k/2{marked}", f"k{marked}")]
    assert keys(facts.booked(), Delivery("k", kind)) == [("k", None)]


@pytest.mark.parametrize("kind", sorted(TO_RECRUITER))
def test_what_was_answered_is_not_asked_again(kind: Kind) -> None:
    asked, answered = Delivery("k", kind), Delivery("k/done", kind, updates="k")
    assert keys(facts.booked(), asked, answered) == [("k", None), ("k/done", "k")]
    found = keys(over(RECRUITED), asked, answered)
    again = [] if kind in ONCE else [("k/to/remy", None)]
    assert found == [*again, *([("k/done/to/remy", "k/to/remy")])]


def test_each_lead_s_messages_end_with_their_own_name() -> None:
    both = over(RECRUITED, LED)
    assert [delegates.mark(both, lead) for lead in Lead] == ["/to/remy", "/to/olga"]
    assert [delegates.mark(over(LED), lead) for lead in Lead] == ["", "/to/olga"]


# ---- who has to be found, and who may be -----------------------------------------------------------------------------------


def test_a_lead_is_vacant_when_who_had_it_has_left_or_stepped_aside_and_the_loop_goes_on() -> None:
    loop = facts.barred(facts.booked(), "rita")
    decided = {outcome: Decision(outcome, "", "hans", END) for outcome in Outcome}
    assert delegates.vacant(facts.booked(), ALL) == ()
    assert delegates.vacant(loop, ALL) == (Lead.RECRUITER,)
    assert delegates.vacant(loop, without("hans")) == (Lead.RECRUITER, Lead.HIRING_MANAGER)
    assert delegates.vacant(replace(loop, cancelled=Ended(END, "rita", "")), ALL) == ()
    assert delegates.vacant(replace(loop, erased=END), ALL) == ()
    assert {
        outcome: delegates.vacant(replace(loop, decision=decision), ALL) for outcome, decision in decided.items()
    } == {outcome: (Lead.RECRUITER,) if outcome is Outcome.HOLD else () for outcome in Outcome}


def test_who_may_stand_in_is_free_here_to_be_reached_and_of_a_role_for_it() -> None:
    loop = facts.booked()

    def may(who: Person, loop: Loop = loop) -> list[bool]:
        return [delegates.may_stand_in(loop, lead, who) for lead in (Lead.RECRUITER, Lead.HIRING_MANAGER)]

    assert [may(who) for who in (REMY, OLGA, ADAM, ANA)] == [[True, False], [False, True], [True, True], [False, False]]
    assert may(replace(ADAM, active=False)) == [False, False]
    assert may(replace(ADAM, slack_id=None)) == [False, False]
    assert may(ADAM, facts.barred(loop, "adam")) == [False, False]
    seated = replace(loop, seats=(*loop.seats[:1], replace(loop.seats[1], person="adam")))
    scored = replace(loop, submitted=(Submitted("talk", "adam", END, "code"),))
    for takes_part in (seated, scored):
        assert may(ADAM, takes_part) == [True, True]
        assert may(ADAM, replace(takes_part, plan=replace(PLAN, take_home=TakeHome("x")))) == [False, False]
        assert may(ADA, replace(takes_part, plan=replace(PLAN, take_home=TakeHome("x")))) == [True, True]


def test_the_first_fit_of_whom_the_opening_names_takes_over() -> None:
    no_recruiter, no_manager = facts.barred(facts.booked(), "rita"), facts.barred(facts.booked(), "hans")

    def led(loop: Loop, people: Mapping[str, Person] = ALL, **named: Any) -> tuple[str, str, tuple[HandOver, ...]]:
        found = delegates.handed_over(loop, opening=replace(OPENING, **named), people=people, now=NOW)
        return found.recruiter, found.hiring_manager, found.handed_over

    by_opening = replace(no_recruiter, created_by="rob")
    assert led(by_opening, recruiter="remy") == ("remy", "hans", (RECRUITED,))
    assert led(by_opening, without("remy"), recruiter="remy")[0] == "rob"
    assert led(by_opening, without("remy", "rob"), recruiter="remy") == ("rita", "hans", ())
    assert led(no_manager, delegate="olga", hiring_manager="otto") == ("rita", "olga", (LED,))
    assert led(no_manager, delegate=None, hiring_manager="otto")[1] == "otto"
    assert led(no_manager, without("olga", "otto"), delegate="olga", hiring_manager="otto") == ("rita", "hans", ())
    both = facts.barred(replace(no_manager, created_by="rob"), "rita")
    assert led(both, delegate="olga", recruiter="remy") == ("remy", "olga", (RECRUITED, LED))


def test_events_move_with_a_recruiter_only_and_only_while_they_all_lie_ahead() -> None:
    booked, before = facts.booked(), CODING.start - timedelta(seconds=1)

    def moved(lead: Lead, loop: Loop = booked, *, now: Any = before) -> int:
        return delegates.hand_over(loop, lead, "adam", by="ada", now=now).revision - loop.revision

    assert moved(Lead.RECRUITER) == 1
    assert moved(Lead.RECRUITER, now=CODING.start) == 0
    assert moved(Lead.RECRUITER, facts.attested()) == 0
    assert moved(Lead.HIRING_MANAGER) == 0
    told = delegates.hand_over(over(LED), Lead.RECRUITER, "adam", by="ada", now=before).handed_over
    assert told == (LED, HandOver(Lead.RECRUITER, "rita", "adam", before, "ada"))


# ---- who names somebody ----------------------------------------------------------------------------------------------------


def test_the_other_lead_is_asked_then_admins_then_recruiters() -> None:
    loop = facts.booked()

    def asked(lead: Lead, people: Mapping[str, Person] = ALL, loop: Loop = loop) -> tuple[str, ...]:
        return delegates.namers(loop, lead, people)

    assert [asked(lead) for lead in (Lead.RECRUITER, Lead.HIRING_MANAGER)] == [("hans",), ("rita",)]
    assert asked(Lead.RECRUITER, loop=facts.barred(loop, "hans")) == ("ada", "adam")
    assert asked(Lead.RECRUITER, without("hans", slack_id=None)) == ("ada", "adam")
    assert asked(Lead.RECRUITER, without("hans", "ada")) == ("adam",)
    assert asked(Lead.RECRUITER, without("hans", "ada", "adam")) == ("remy", "rita", "rob")
    assert asked(Lead.RECRUITER, without("hans", "ada", "adam", "remy", "rita", "rob")) == ()


def test_who_may_name_somebody_and_for_what() -> None:
    vacant = facts.barred(facts.booked(), "rita")

    def may(who: Person, loop: Loop = vacant, lead: Lead = Lead.RECRUITER) -> bool:
        return delegates.may_name(loop, lead, who, ALL) is None

    assert [may(who) for who in (HANS, REMY, ADAM, OLGA, ANA, RITA)] == [True, True, True, False, False, False]
    assert not may(HANS, lead=Lead.HIRING_MANAGER)
    assert not may(REMY, facts.booked())
    assert may(replace(RITA, roles=()), facts.barred(facts.booked(), "hans"), Lead.HIRING_MANAGER)
    assert may(replace(HANS, roles=()))


def test_those_who_do_nothing_else_in_the_loop_are_offered_first() -> None:
    seated = replace(facts.booked(), seats=(facts.SEATS[0], replace(facts.SEATS[1], person="ada")))
    named = [one.id for one in delegates.choices(seated, Lead.RECRUITER, ALL)]
    assert named == ["adam", "remy", "rob", "ada", "rita"]
    managers = without("adam", "ada")
    assert [one.id for one in delegates.choices(seated, Lead.HIRING_MANAGER, managers)] == ["olga", "otto", "hans"]
    strangers = {"a": replace(REMY, id="a", name="Zoe"), "z": replace(REMY, id="z", name="abe")}
    assert [one.id for one in delegates.choices(seated, Lead.RECRUITER, strangers)] == ["z", "a"]
    twins = {"b": replace(REMY, id="b", name="sam"), "a": replace(REMY, id="a", name="Sam")}
    assert [one.id for one in delegates.choices(seated, Lead.RECRUITER, twins)] == ["a", "b"]


@pytest.mark.parametrize(
    ("loop", "quiet"),
    [
        (facts.booked(), False),
        (facts.barred(facts.booked(), "ana"), False),
        (facts.barred(facts.booked(), "rita"), True),
        (facts.barred(facts.booked(), "hans"), True),
        (facts.barred(over(RECRUITED), "rita"), True),
        (over(RECRUITED), False),
        (replace(facts.booked(), colleague="kim"), True),
    ],
)
def test_the_channel_hears_nothing_where_who_led_stepped_aside(loop: Loop, quiet: bool) -> None:
    assert delegates.is_quiet(loop) is quiet


# ---- what is due -------------------------------------------------------------------------------------------------------------


def due(loop: Loop, *usual: Delivery, people: Mapping[str, Person] = ALL) -> list[tuple[str, Kind, str, str | None]]:
    found = list(delegates.due(loop, people, usual))
    return [
        (one.key.removeprefix("L1/"), one.kind, one.to, one.updates and one.updates.removeprefix("L1/"))
        for one in found
    ]


def test_who_takes_over_is_told_and_whoever_was_asked_sees_that_it_is_done() -> None:
    name = "delegate/recruiter/rita/hans"
    assert due(over(RECRUITED)) == [
        ("over/recruiter/remy", Kind.HANDED_OVER, "remy", None),
        ("over/recruiter/remy/home/rita", Kind.HOME, "rita", None),
        ("over/recruiter/remy/home/remy", Kind.HOME, "remy", None),
        (f"{name}/done", Kind.DELEGATE_WANTED, "hans", name),
    ]
    assert due(facts.barred(facts.booked(), "rita")) == [(name, Kind.DELEGATE_WANTED, "hans", None)]
    first = next(iter(delegates.due(over(RECRUITED), ALL, ())))
    assert (first.priority, dict(first.refs)["lead"]) == (SOON, "recruiter")
    asked = next(iter(delegates.due(facts.barred(facts.booked(), "hans"), ALL, ())))
    assert (asked.priority, dict(asked.refs)["lead"], asked.to) == (SOON, "hiring_manager", "rita")


@pytest.mark.parametrize("kind", Kind)
def test_who_led_and_has_a_conflict_has_what_they_were_told_taken_away(kind: Kind) -> None:
    usual = (Delivery("k", kind, "x"), Delivery("k/2", kind, "x", updates="k"))

    def taken(loop: Loop) -> list[tuple[str, str, str | None]]:
        return [(key, to, updates) for key, _, to, updates in due(loop, *usual) if key.endswith("/closed")]

    recruited = [("k/closed", "rita", "k")] if kind in TO_RECRUITER else []
    led = [("k/closed", "hans", "k")] if kind in TO_MANAGER else []
    assert taken(facts.booked()) == taken(over(RECRUITED, LED)) == []
    assert taken(facts.barred(facts.booked(), "rita")) == recruited
    assert taken(facts.barred(facts.booked(), "hans")) == led
    assert taken(facts.barred(over(RECRUITED, LED), "rita")) == recruited
    later = [("k/to/remy/closed", "remy", "k/to/remy")] if kind in TO_RECRUITER else []
    assert taken(facts.barred(over(RECRUITED, LED), "remy")) == later
