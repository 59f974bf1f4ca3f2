"""Who may do what, as a table of persons and verbs, with every denial written out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hiring.model import Person, Role
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
