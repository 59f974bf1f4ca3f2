"""Person × moment: how far each sees into a loop's scorecards, with the denials written out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hiring.model import Loop, Person, Release, ReleaseHow, Role, Seat
from hiring.rules import sight
from hiring.rules.sight import Grant, Sight
from tests.hiring import facts
from tests.hiring.facts import END, SEATS
from tests.hiring.worlds import ANA, HANS, KIM, LEE, MAX, RITA, person

AUDITOR = person("Aude", roles=(Role.AUDITOR,))
ADMIN = person("Adam", roles=(Role.ADMIN,))
OTHER_RECRUITER = person("Remy", roles=(Role.RECRUITER,))
OTHER_MANAGER = person("Olga", roles=(Role.HIRING_MANAGER,))

QUORUM = replace(facts.handed_in(("talk", "lee")), released=Release(END, ReleaseHow.QUORUM))
"""Opened by quorum while ana's is still missing."""
MANAGER_RATES = replace(facts.booked(), seats=(Seat("coding", "lead", "hans"), SEATS[1]))

NOTHING, EXISTS, STATUS, OWN, ALL = Sight.NOTHING, Sight.EXISTS, Sight.STATUS, Sight.OWN, Sight.ALL
MOMENTS: dict[str, Loop] = {
    "before": facts.booked(),
    "one is in": facts.handed_in(("coding", "ana")),
    "released": facts.released(),
    "quorum": QUORUM,
}
TABLE: dict[str, tuple[Person, tuple[Sight, Sight, Sight, Sight]]] = {
    #                        before   one is in released  quorum
    "rater":              (ANA, (OWN, OWN, ALL, OWN)),
    "the other rater":    (LEE, (OWN, OWN, ALL, ALL)),
    "recruiter":          (RITA, (STATUS, STATUS, ALL, ALL)),
    "hiring manager":     (HANS, (STATUS, STATUS, ALL, ALL)),
    "off the panel":      (MAX, (NOTHING, NOTHING, NOTHING, NOTHING)),
    "other recruiter":    (OTHER_RECRUITER, (EXISTS, EXISTS, EXISTS, EXISTS)),
    "other manager":      (OTHER_MANAGER, (NOTHING, NOTHING, NOTHING, NOTHING)),
    "auditor":            (AUDITOR, (EXISTS, EXISTS, ALL, ALL)),
    "admin":              (ADMIN, (STATUS, STATUS, STATUS, STATUS)),
}  # fmt: skip


@pytest.mark.parametrize("who", TABLE)
def test_how_far_each_sees(who: str) -> None:
    viewer, expected = TABLE[who]
    assert tuple(sight.of_scorecards(loop, viewer).sight for loop in MOMENTS.values()) == expected


@pytest.mark.parametrize("who", TABLE)
def test_whoever_stepped_aside_sees_nothing_whatever_their_role(who: str) -> None:
    viewer, _ = TABLE[who]
    found = {sight.of_scorecards(facts.barred(loop, viewer.id), viewer) for loop in MOMENTS.values()}
    assert found == {sight.Verdict(NOTHING, "You stepped aside from this loop, so it is closed to you.")}


def test_a_hiring_manager_who_rates_sees_only_their_own_before_release() -> None:
    assert sight.of_scorecards(MANAGER_RATES, HANS).sight is OWN


@pytest.mark.parametrize(
    ("loop", "viewer", "because"),
    [
        (facts.booked(), ANA, "Scorecards open when the whole panel's are in. Yours you can always read."),
        (facts.booked(), HANS, "Scorecards are sealed until the whole panel's are in."),
        (facts.booked(), MAX, "This loop is not yours."),
        (facts.released(), MAX, "This loop is not yours."),
        (facts.released(), ADMIN, "Scorecards are for the panel, the recruiter and the hiring manager."),
        (QUORUM, ANA, "Hand in your own scorecard first; then the others' open to you."),
        (facts.released(), ANA, ""),
        (facts.released(), HANS, ""),
    ],
)
def test_each_refusal_says_why(loop: Loop, viewer: Person, because: str) -> None:
    assert sight.of_scorecards(loop, viewer).because == because


def test_a_grant_is_for_one_loop_one_viewer_and_no_further_than_they_see() -> None:
    assert sight.grant(facts.booked(), ANA) == Grant("L1", "ana", OWN)
    assert sight.grant(facts.released(), KIM) == Grant("L1", "kim", NOTHING)


def test_owed_are_the_filled_seats_that_rate_in_sessions_with_a_rubric() -> None:
    assert sight.owed(facts.booked()) == (("coding", "ana"), ("talk", "lee"))
    silent = tuple(replace(one, rubric=None) if one.id == "talk" else one for one in facts.booked().plan.sessions)
    watching = tuple(
        replace(one, seats=tuple(replace(seat, rates=False) for seat in one.seats)) if one.id == "coding" else one
        for one in facts.booked().plan.sessions
    )
    loop = facts.booked()
    assert sight.owed(replace(loop, plan=replace(loop.plan, sessions=silent))) == (("coding", "ana"),)
    assert sight.owed(replace(loop, plan=replace(loop.plan, sessions=watching))) == (("talk", "lee"),)
    assert sight.owed(replace(loop, seats=(replace(SEATS[0], person=None), SEATS[1]))) == (("talk", "lee"),)


def test_a_void_scorecard_is_not_in() -> None:
    loop = facts.handed_in(("coding", "ana"))
    void = replace(loop, submitted=(replace(loop.submitted[0], void=True),))
    assert (sight.is_in(loop, "coding", "ana"), sight.is_in(void, "coding", "ana")) == (True, False)
    assert (sight.owes_unwritten(loop, "ana"), sight.owes_unwritten(void, "ana")) == (False, True)


def test_a_hiring_manager_who_rates_reads_the_others_only_after_their_own_is_in() -> None:
    opened = replace(
        MANAGER_RATES, submitted=facts.handed_in(("talk", "lee")).submitted, released=Release(END, ReleaseHow.QUORUM)
    )
    both = replace(opened, submitted=facts.handed_in(("coding", "hans"), ("talk", "lee")).submitted)
    assert [sight.of_scorecards(loop, HANS).sight for loop in (opened, both)] == [OWN, ALL]
