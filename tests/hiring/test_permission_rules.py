"""Who may do what, as a table of persons and verbs, with every denial written out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hiring.flows.conflicts import may_read
from hiring.model import Lead, Person, Role
from hiring.rules import delegates, sight
from hiring.rules.permissions import COMMANDS, Refused, Verb, may, may_command, may_start
from tests.hiring import facts
from tests.hiring.worlds import ANA, HANS, OPENING, RITA, person

PEOPLE: dict[str, Person] = {
    "recruiter": RITA,
    "manager": HANS,
    "other recruiter": person("Remy", roles=(Role.RECRUITER,)),
    "other manager": person("Olga", roles=(Role.HIRING_MANAGER,)),
    "interviewer": ANA,
    "auditor": person("Aude", roles=(Role.AUDITOR,)),
    "admin": person("Adam", roles=(Role.ADMIN,)),
    "nobody": person("Nil", roles=()),
}
MAY: dict[Verb, set[str]] = {
    Verb.NEW_LOOP: set(),
    Verb.SEE_STATUS: {"recruiter", "manager", "other recruiter", "admin"},
    Verb.RUN_LOOP: {"recruiter", "other recruiter"},
    Verb.DECIDE: {"manager"},
    Verb.SEE_BOTTLENECKS: {"recruiter", "manager", "other recruiter"},
    Verb.SET_DIGEST: {"recruiter", "manager"},
    Verb.NUDGE: {"recruiter", "manager", "other recruiter"},
    Verb.RELEASE_EARLY: {"recruiter", "manager", "admin"},
}
"""Starting is asked of `may_start`, before there is a loop."""


@pytest.mark.parametrize("verb", Verb)
def test_who_may(verb: Verb) -> None:
    assert {name for name, one in PEOPLE.items() if may(one, verb, facts.booked()) is None} == MAY[verb]


@pytest.mark.parametrize("verb", Verb)
def test_nobody_may_after_stepping_aside(verb: Verb) -> None:
    closed = Refused("You stepped aside from this loop, so it is closed to you.")
    assert {may(one, verb, facts.barred(facts.booked(), one.id)) for one in PEOPLE.values()} == {closed}


@pytest.mark.parametrize("verb", Verb)
def test_a_refusal_says_whose_it_is(verb: Verb) -> None:
    refused = may(PEOPLE["nobody"], verb, facts.booked())
    assert refused is not None
    assert refused.because.endswith(".")


def test_starting_is_for_recruiters_and_admins_in_openings_that_are_open() -> None:
    assert {name for name, one in PEOPLE.items() if may_start(one) is None} == {"recruiter", "other recruiter", "admin"}
    closed = replace(OPENING, active=False)
    assert may_start(RITA, closed) == Refused("This opening is closed. Pick another one, or have it opened again.")
    assert may_start(RITA, OPENING) is None


def test_an_opening_recruiter_recruits_for_their_own_openings() -> None:
    olaf = person("Olaf", roles=(Role.OPENING_RECRUITER,))
    own = replace(OPENING, recruiter="olaf")
    assert (may_start(olaf), may_start(olaf, own)) == (None, None)
    assert may_start(olaf, OPENING) == Refused(
        "You recruit for other openings. Ask the recruiter of this one to start the loop."
    )
    theirs = replace(facts.booked(), recruiter="olaf")
    assert {verb for verb in Verb if may(olaf, verb, theirs) is None} == {
        Verb.SEE_STATUS, Verb.RUN_LOOP, Verb.SEE_BOTTLENECKS, Verb.SET_DIGEST, Verb.NUDGE, Verb.RELEASE_EARLY,
    }  # fmt: skip
    assert {verb for verb in Verb if may(olaf, verb, facts.booked()) is None} == set()
    assert not sight.knows_of(facts.booked(), olaf)
    begun_by_another = facts.booked()
    named = replace(olaf, recruits=(begun_by_another.opening,))
    assert {verb for verb in Verb if may(named, verb, begun_by_another) is None} == {
        Verb.SEE_STATUS, Verb.RUN_LOOP, Verb.SEE_BOTTLENECKS, Verb.NUDGE,
    }  # fmt: skip
    assert sight.knows_of(begun_by_another, named)
    assert may(replace(named, roles=(Role.INTERVIEWER,)), Verb.SEE_STATUS, begun_by_another) is not None
    assert may(named, Verb.SEE_STATUS, facts.barred(begun_by_another, "olaf")) is not None


def test_an_opening_recruiter_takes_over_in_their_own_opening_only() -> None:
    olaf = person("Olaf", roles=(Role.OPENING_RECRUITER,))
    may_take = {
        (opening.recruiter, lead): delegates.may_stand_in(facts.booked(), lead, olaf, opening=opening)
        for opening in (OPENING, replace(OPENING, recruiter="olaf"))
        for lead in Lead
    }
    assert [pair for pair, allowed in may_take.items() if allowed] == [("olaf", Lead.RECRUITER)]


@pytest.mark.parametrize("who", PEOPLE)
def test_who_has_left_may_nothing_and_sees_nothing(who: str) -> None:
    gone = replace(PEOPLE[who], active=False)
    assert {may(gone, verb, facts.released()) for verb in Verb} == {Refused(sight.LEFT)}
    assert (may_start(gone), may_read(facts.released(), gone)) == (Refused(sight.LEFT), Refused(sight.LEFT))
    assert sight.of_scorecards(facts.released(), gone) == sight.Verdict(sight.Sight.NOTHING, sight.LEFT)
    assert (sight.knows_of(facts.released(), gone), sight.knows_conflicts(facts.released(), gone)) == (False, False)


EVERYBODY = ["", "help", "feedback", "recuse", "swap", "pause", "prefs", "load"]
LEADS = ["status", "digest", "bottlenecks", "nudge"]
COMMANDS_OF = {
    "recruiter": [*EVERYBODY, *LEADS, "new"],
    "manager": [*EVERYBODY, *LEADS, "decide"],
    "other recruiter": [*EVERYBODY, *LEADS, "new"],
    "other manager": [*EVERYBODY, *LEADS, "decide"],
    "interviewer": EVERYBODY,
    "auditor": EVERYBODY,
    "admin": [*EVERYBODY, *LEADS, "new", "decide"],
    "nobody": EVERYBODY,
}


@pytest.mark.parametrize("who", PEOPLE)
def test_whose_commands(who: str) -> None:
    assert {word for word in COMMANDS if may_command(PEOPLE[who], word) is None} == set(COMMANDS_OF[who])
