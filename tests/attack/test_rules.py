"""What no other test noticed when it was changed in the rules; found by `tests/attack/mutants.py`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hiring.model import (
    Answer,
    Attestation,
    Barred,
    HandOver,
    Lead,
    Left,
    Loop,
    Person,
    ReleaseRule,
    Role,
    Seat,
    SeatPlan,
    StoodDown,
    Submitted,
    TakeHome,
)
from hiring.rules import recusal, release, sight
from hiring.rules.grounds import Policy
from hiring.rules.permissions import Refused, Verb, may
from hiring.rules.sight import Grant, Sight, Verdict
from hiring.rules.suggestions import Known
from tests.hiring import facts
from tests.hiring.facts import CODING, END
from tests.hiring.worlds import ANA, HANS, JO, NOW, PEOPLE, PLAN, RITA, person

WITHOUT_A_SEAT = replace(
    facts.handed_in(("coding", "ana"), ("talk", "lee")),
    seats=tuple(seat for seat in facts.SEATS if seat.person != "ana"),
)
"""Ana has handed in and sits nowhere any more."""


def test_whoever_has_handed_in_rates_even_without_a_seat() -> None:
    assert release.rates(WITHOUT_A_SEAT, "ana")
    assert not release.rates(WITHOUT_A_SEAT, "rita")
    refused = release.may_open_early(replace(WITHOUT_A_SEAT, recruiter="ana"), ANA, END)
    assert refused is not None
    assert "You rate on this panel" in refused.because


def test_what_was_erased_is_nobodys_to_see() -> None:
    loop = replace(facts.released(), erased=END)
    assert sight.of_scorecards(loop, ANA) == Verdict(Sight.NOTHING, sight.ERASED)
    assert sight.grant(loop, RITA).sight is Sight.NOTHING


def test_who_is_the_candidate_is_barred_as_if_they_had_stepped_aside() -> None:
    loop = replace(facts.released(), colleague="rita")
    assert sight.of_scorecards(loop, RITA) == Verdict(Sight.NOTHING, "This loop is about you, so it is closed to you.")
    assert sight.is_barred(loop, "rita")
    assert not sight.is_barred(loop, "ana")


def test_conflicts_are_known_to_the_recruiter_in_charge_and_to_auditors() -> None:
    loop = facts.booked()
    auditor, other = person("Aude", roles=(Role.AUDITOR,)), person("Remy", roles=(Role.RECRUITER,))
    knowing = {one.id: sight.knows_conflicts(loop, one) for one in (RITA, auditor, other, HANS, ANA)}
    assert knowing == {"rita": True, "aude": True, "remy": False, "hans": False, "ana": False}
    assert not sight.knows_conflicts(facts.barred(loop, "rita"), RITA)
    assert not sight.knows_conflicts(facts.barred(loop, "aude"), auditor)


def test_whoever_has_handed_in_may_read_their_own_even_without_a_seat() -> None:
    assert sight.of_scorecards(WITHOUT_A_SEAT, ANA).sight is Sight.OWN


def test_an_admin_on_the_panel_reads_as_the_panel_does() -> None:
    admin = replace(ANA, roles=(Role.ADMIN,))
    assert sight.of_scorecards(facts.released(), admin).sight is Sight.ALL


def test_a_scorecard_is_in_for_its_own_session_and_author() -> None:
    loop = facts.handed_in(("coding", "ana"))
    assert sight.is_in(loop, "coding", "ana")
    assert not sight.is_in(loop, "talk", "ana")
    assert not sight.is_in(loop, "coding", "lee")


def test_who_shadows_owes_nothing_beside_whoever_rates() -> None:
    first = PLAN.sessions[0]
    shadow = SeatPlan("shadow", ("coding",), rates=False)
    for seats in ((*first.seats, shadow), (shadow, *first.seats)):
        plan = replace(PLAN, sessions=(replace(first, seats=seats), *PLAN.sessions[1:]))
        loop = replace(facts.booked(), plan=plan, seats=(*facts.SEATS, Seat("coding", "shadow", "max", since=NOW)))
        assert sight.owed(loop) == sight.owed(facts.booked())


def test_the_record_holds_what_was_opened() -> None:
    assert sight.for_record(facts.booked(), "export") == Grant("L1", "export", Sight.NOTHING)
    assert sight.for_record(facts.released(), "export") == Grant("L1", "export", Sight.BLIND)


def test_only_a_yes_or_a_conflict_changes_what_is_on_the_calendars() -> None:
    booked = facts.booked()
    after = {answer: recusal.attest(booked, "ana", answer, now=NOW) for answer in Answer}
    assert {answer: loop.revision - booked.revision for answer, loop in after.items()} == {
        Answer.NO_CONFLICT: 1,
        Answer.UNSURE: 0,
        Answer.CONFLICT: 1,
    }
    assert [seat.person for seat in after[Answer.UNSURE].seats] == ["ana", "lee"]


def test_nobody_is_cleared_by_themselves_or_by_anybody_who_stepped_aside() -> None:
    def may_pin(loop: Loop, who: str, by: Person) -> str | None:
        return recusal.may_pin(loop, who, by, conflict=False, about=(), suggested=False)

    loop = facts.booked()
    other = person("Remy", roles=(Role.RECRUITER,))
    assert may_pin(loop, "ana", RITA) is None
    assert may_pin(loop, "rita", RITA) is not None
    assert may_pin(facts.barred(loop, "remy"), "ana", other) is not None
    assert may_pin(recusal.attest(loop, "ana", Answer.CONFLICT, now=NOW), "ana", RITA) is not None


def test_stepping_aside_is_told_of_whoever_sat_and_nothing_that_was_told_before_is_lost() -> None:
    once = recusal.step_aside(facts.booked(), "ana", now=NOW)
    twice = recusal.step_aside(once, "lee", now=END)
    assert [gone.person for gone in twice.stood_down] == ["ana", "lee"]
    assert [gone.person for gone in twice.left] == ["ana", "lee"]
    assert [gone.person for gone in twice.barred] == ["ana", "lee"]
    bystander = recusal.step_aside(facts.booked(), "max", now=NOW)
    assert (bystander.stood_down, bystander.left, bystander.revision) == ((), (), facts.booked().revision)
    assert [entry.person for entry in bystander.barred] == ["max"]


IN_CHARGE = frozenset(
    {Verb.SEE_STATUS, Verb.RUN_LOOP, Verb.NUDGE, Verb.SEE_BOTTLENECKS, Verb.RELEASE_EARLY, Verb.SET_DIGEST}
)
LEADING = frozenset(
    {Verb.SEE_STATUS, Verb.NUDGE, Verb.SEE_BOTTLENECKS, Verb.DECIDE, Verb.RELEASE_EARLY, Verb.SET_DIGEST}
)


@pytest.mark.parametrize(("who", "verbs"), [("rita", IN_CHARGE), ("hans", LEADING), ("ana", frozenset())])
def test_who_is_in_charge_of_a_loop_needs_no_other_role(who: str, verbs: frozenset[Verb]) -> None:
    """A delegate may have none: the loop names them, and that is enough, and no more."""
    somebody = replace(ANA, id=who, roles=())
    assert {verb for verb in Verb if may(somebody, verb, facts.booked()) is None} == verbs


def test_with_what_was_erased_nobody_may_do_anything() -> None:
    erased = replace(facts.booked(), erased=END)
    for somebody in (RITA, HANS, ANA, person("Adam", roles=tuple(Role))):
        assert {may(somebody, verb, erased) for verb in Verb} == {Refused(sight.ERASED)}


def test_what_is_shared_by_all_of_a_role_is_not_more_than_that() -> None:
    any_recruiter = person("Remy", roles=(Role.RECRUITER,))
    admin = person("Adam", roles=(Role.ADMIN,))
    loop = facts.booked()
    allowed = {one.id: {verb for verb in Verb if may(one, verb, loop) is None} for one in (any_recruiter, admin)}
    assert allowed == {
        "remy": {Verb.SEE_STATUS, Verb.RUN_LOOP, Verb.NUDGE, Verb.SEE_BOTTLENECKS},
        "adam": {Verb.SEE_STATUS, Verb.RELEASE_EARLY},
    }


def test_who_was_to_score_a_take_home_sits_in_no_later_interview_of_its_author() -> None:
    """They know the work and not whose it is; in an interview they would find out."""
    interviewed = replace(facts.booked(), id="L0")
    taken_home = replace(interviewed, plan=replace(PLAN, take_home=TakeHome("Describe the data.")))

    def barred(earlier: Loop) -> list[str]:
        people = {one.id: one for one in PEOPLE}
        return list(recusal.barred_from(facts.wished(), Known(JO, people, (earlier,), Policy(), 2026)))

    assert barred(interviewed) == []
    assert barred(taken_home) == ["ana", "lee"]


@pytest.mark.parametrize(
    ("loop", "who", "now", "by", "awaited"),
    [
        (facts.booked(), "ana", CODING.start, "rita", True),
        (facts.booked(), "ana", END, "rita", True),
        (facts.booked(), "ana", CODING.start - timedelta(minutes=1), "rita", False),
        (facts.booked(), "lee", CODING.start, "rita", False),
        (facts.booked(), "max", END, "rita", False),
        (facts.booked(), "ana", END, None, False),
        (facts.handed_in(("coding", "ana")), "ana", END, "rita", False),
        (facts.attested(), "ana", END, "rita", False),
    ],
)
def test_who_is_set_aside_while_their_scorecard_is_awaited_is_marked(
    loop: Loop, who: str, now: datetime, by: str | None, awaited: bool
) -> None:
    """It may be done to have the others' open."""
    assert recusal.step_aside(loop, who, now=now, by=by).barred == (Barred(who, now, by=by, awaited=awaited),)


HOME = replace(PLAN, take_home=TakeHome("Describe the data."))
EMPTY = (*facts.SEATS[:1], replace(facts.SEATS[1], person=None))


def test_a_take_home_opens_by_itself_only_when_nobody_is_missing() -> None:
    """Who takes the empty seat over will owe a scorecard, and must not find the other's open."""
    one_in = facts.handed_in(("coding", "ana"))
    assert release.release(replace(one_in, plan=HOME, seats=EMPTY), END) is None
    assert release.release(replace(one_in, seats=EMPTY), END) is not None
    assert release.release(replace(facts.handed_in(("coding", "ana"), ("talk", "lee")), plan=HOME), END) is not None


def test_who_has_scored_a_take_home_keeps_their_seat_and_nobody_else_does() -> None:
    def frozen(loop: Loop) -> list[bool]:
        at_home = replace(loop, plan=HOME)
        return [
            release.is_frozen(at_home, END),
            *(release.is_frozen(at_home, END, person=who) for who in ("ana", "lee")),
        ]

    in_ = facts.handed_in(("coding", "ana"))
    assert frozen(facts.booked()) == [False, False, False]
    assert frozen(in_) == [True, True, False]
    assert frozen(replace(in_, submitted=tuple(replace(card, void=True) for card in in_.submitted))) == [False] * 3
    both = facts.handed_in(("coding", "ana"), ("talk", "lee"))
    assert frozen(replace(both, submitted=(replace(both.submitted[0], void=True), both.submitted[1]))) == [
        True, False, True,
    ]  # fmt: skip


def test_scorecards_stay_closed_for_as_long_as_the_last_who_was_set_aside_makes_them() -> None:
    early, late = END, END + timedelta(hours=10)
    gone = tuple(Barred(who, at, by="rita", awaited=True) for who, at in (("kim", late), ("max", early)))
    loop = replace(facts.handed_in(("coding", "ana"), ("talk", "lee")), barred=gone)
    assert release.release(loop, early + release.HOLD) is None
    assert release.release(loop, late + release.HOLD) is not None


def test_who_has_said_nothing_is_not_set_aside_once_their_interview_has_begun() -> None:
    silent = replace(facts.booked(), attestations=())
    assert release.may_set_aside(silent, "ana", CODING.start - timedelta(minutes=1)) is None
    assert release.may_set_aside(silent, "ana", CODING.start) is not None


def test_only_who_set_aside_somebody_awaited_may_not_open_early() -> None:
    loop = facts.handed_in(("coding", "ana"))
    awaited, not_awaited = (Barred("max", END, by="rita", awaited=awaited) for awaited in (True, False))
    assert release.may_open_early(replace(loop, barred=(not_awaited,)), RITA, END) is None
    refused = release.may_open_early(replace(loop, barred=(awaited,)), RITA, END)
    assert refused is not None
    assert "You set somebody aside" in refused.because
    assert release.may_open_early(replace(loop, barred=(awaited,)), HANS, END) is None
    open_already = replace(facts.released(), barred=(awaited,))
    assert release.may_open_early(open_already, RITA, END) == Refused("The scorecards are open already.")


def test_ones_own_is_never_more_than_ones_own() -> None:
    assert sight.own(facts.released(), RITA) == Grant("L1", "rita", Sight.OWN)
    assert sight.own(facts.booked(), ANA) == Grant("L1", "ana", Sight.OWN)
    assert sight.own(facts.booked(), person("Max")) == Grant("L1", "max", Sight.NOTHING)


@pytest.mark.parametrize(
    ("loop", "known"),
    [
        (facts.booked(), False),
        (replace(facts.booked(), recruiter="max"), True),
        (replace(facts.booked(), hiring_manager="max"), True),
        (replace(facts.booked(), created_by="max"), True),
        (replace(facts.booked(), handed_over=(HandOver(Lead.RECRUITER, "max", "rita", NOW, "evenhand"),)), True),
        (replace(facts.booked(), handed_over=(HandOver(Lead.RECRUITER, "rita", "max", NOW, "evenhand"),)), True),
        (replace(facts.booked(), barred=(Barred("max", NOW),)), True),
        (replace(facts.booked(), barred=(Barred("max", NOW, elsewhere=True),)), False),
        (replace(facts.booked(), barred=(Barred("max", NOW, by="rita"),)), False),
        (replace(facts.booked(), attestations=(Attestation("max", Answer.UNSURE, NOW),)), True),
        (replace(facts.booked(), stood_down=(StoodDown(person="max", at=NOW, why="silent"),)), True),
        (replace(facts.booked(), left=(Left(person="max", at=NOW),)), True),
        (replace(facts.booked(), seats=(Seat("talk", "lead", "max"),)), True),
        (replace(facts.booked(), submitted=(Submitted("talk", "max", END, "code"),)), True),
    ],
)
def test_who_took_part_knows_of_a_loop_and_a_colleague_does_not(loop: Loop, known: bool) -> None:
    for role in (None, Role.INTERVIEWER, Role.HIRING_MANAGER):
        assert sight.knows_of(loop, person("Max", roles=(role,) if role else ())) is known


def test_who_looks_after_all_loops_knows_of_them_unless_closed_out_elsewhere() -> None:
    for role in (Role.RECRUITER, Role.ADMIN, Role.AUDITOR):
        somebody = person("Max", roles=(role,))
        assert sight.knows_of(facts.booked(), somebody)
        assert not sight.knows_of(replace(facts.booked(), barred=(Barred("max", NOW, elsewhere=True),)), somebody)


def test_a_scorecard_that_counts_in_no_figure_counts_towards_no_quorum() -> None:
    rule = ReleaseRule(quorum=1, hours=24)
    loop = replace(facts.handed_in(("coding", "ana")), plan=replace(PLAN, release=rule))
    late = END + timedelta(hours=24)
    assert release.release(loop, late) is not None
    assert release.release(replace(loop, unrated=("ana",)), late) is None
