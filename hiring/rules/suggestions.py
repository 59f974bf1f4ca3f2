"""What makes us ask: facts that suggest a ground between a person and a candidate, with the evidence for it.

A suggestion is never a verdict. A human pins "conflict" or "no conflict", and the pin stands above every suggestion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hiring.model import Acquaintances, Candidate, Ground, Loop, Person, PersonId, Tenure
from hiring.rules import acquaintances, institutions
from hiring.rules.grounds import Policy, Strength


class Clue(StrEnum):
    """What was noticed."""

    EMPLOYER = "employer"
    SCHOOL = "school"
    DOMAIN = "domain"
    REFERRER = "referrer"
    MANAGER = "manager"
    REPORT = "report"
    TEAM = "team"
    INTERVIEWED = "interviewed"
    TICKED = "ticked"
    NAMED = "named"


BY_THE_CANDIDATE = frozenset({Clue.TICKED, Clue.NAMED})
"""What the candidate told us in confidence: for the recruiter in charge and the auditor, not for the person themselves."""


GROUND_OF: Mapping[Clue, Ground] = {
    Clue.EMPLOYER: Ground.WORKED_TOGETHER,
    Clue.SCHOOL: Ground.SAME_INSTITUTION,
    Clue.DOMAIN: Ground.SAME_INSTITUTION,
    Clue.REFERRER: Ground.REFERRED,
    Clue.MANAGER: Ground.MANAGED,
    Clue.REPORT: Ground.MANAGED,
    Clue.TEAM: Ground.INTERNAL,
    Clue.INTERVIEWED: Ground.PREVIOUS_INTERVIEW,
    Clue.TICKED: Ground.OTHER,
    Clue.NAMED: Ground.OTHER,
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`own` is the person's part of the evidence and may be shown to them; `theirs` is the candidate's, for the recruiter
    in charge and the auditor."""

    person: PersonId
    strength: Strength
    clue: Clue = field(repr=False)
    own: str = field(default="", repr=False)
    theirs: str = field(default="", repr=False)

    @property
    def ground(self) -> Ground:
        return GROUND_OF[self.clue]


@dataclass(frozen=True, slots=True)
class Known:
    """What suggestions are made from. `people` are all of the company, `internal` the one of them who is the candidate;
    `earlier` are the other loops about the candidate, and `year` is the one the cut-off counts from; `told` is what the
    candidate said about whom they know here."""

    candidate: Candidate
    people: Mapping[PersonId, Person]
    earlier: tuple[Loop, ...]
    policy: Policy
    year: int
    internal: Person | None = None
    told: tuple[Acquaintances, ...] = field(default=(), repr=False)


def is_candidate(person: Person, candidate: Candidate) -> bool:
    return person.email.casefold() == candidate.email.casefold()


def suggestions(known: Known, person: Person) -> tuple[Suggestion, ...]:
    """All that suggests a ground between `person` and the candidate, the strongest first."""
    found = [
        Suggestion(person.id, _strength(clue, known.policy), clue, own, theirs)
        for clue, own, theirs in (
            *_of_the_company(known, person),
            *_of_their_past(known, person),
            *_by_the_candidate(known, person),
        )
    ]
    told = (one for one in dict.fromkeys(found) if one.strength is not Strength.NONE)
    return tuple(sorted(told, key=lambda one: list(Strength).index(one.strength)))


def _strength(clue: Clue, policy: Policy) -> Strength:
    """What the candidate says themselves is looked at in any case: no policy lets it pass unread."""
    strength = policy.strength(GROUND_OF[clue])
    return Strength.LOOK if clue in BY_THE_CANDIDATE and strength is not Strength.BARS else strength


def strongest(found: Iterable[Suggestion]) -> Strength:
    return next(iter(sorted((one.strength for one in found), key=list(Strength).index)), Strength.NONE)


Noticed = tuple[Clue, str, str]


def _of_the_company(known: Known, person: Person) -> Iterator[Noticed]:
    if known.candidate.referrer == person.id:
        yield Clue.REFERRER, "", ""
    for loop in known.earlier:
        if loop.plan.take_home is None and any(card.person == person.id for card in loop.submitted):
            yield Clue.INTERVIEWED, loop.stage, ""
    internal = known.internal
    if internal is None or internal.id == person.id:
        return
    if person.id in above(internal, known.people):
        yield Clue.MANAGER, "", ""
    elif internal.id in above(person, known.people):
        yield Clue.REPORT, "", ""
    elif person.team and person.team == internal.team:
        yield Clue.TEAM, person.team, ""


def _by_the_candidate(known: Known, person: Person) -> Iterator[Noticed]:
    if any(person.id in one.people for one in known.told):
        yield Clue.TICKED, "", ""
    elif any(acquaintances.names(one.words, person) for one in known.told):
        yield Clue.NAMED, "", ""


def above(person: Person, people: Mapping[PersonId, Person]) -> tuple[PersonId, ...]:
    """The person's manager, theirs, and so on; a circle ends where it closes."""
    chain: list[PersonId] = []
    manager = person.manager
    while manager is not None and manager not in chain and manager != person.id:
        chain.append(manager)
        manager = people[manager].manager if manager in people else None
    return tuple(chain)


def _of_their_past(known: Known, person: Person) -> Iterator[Noticed]:
    candidate, policy = known.candidate, known.policy
    theirs = candidate.employers
    if candidate.employer and not any(institutions.are_same(candidate.employer, one.name) for one in theirs):
        theirs = (*theirs, Tenure(name=candidate.employer))
    yield from _shared(known, Clue.EMPLOYER, person.employers, theirs)
    yield from _shared(known, Clue.SCHOOL, person.schools, candidate.schools)
    at = institutions.domain(candidate.email)
    for tenure in (*person.employers, *person.schools):
        if _is_recent(tenure, known) and institutions.is_of(
            at, tenure.name, companies=policy.companies, public=policy.public_mail
        ):
            yield Clue.DOMAIN, told(tenure), at
    if known.internal is None and institutions.are_near(at, person.email, public=policy.public_mail):
        yield Clue.DOMAIN, institutions.domain(person.email), at


def _shared(known: Known, clue: Clue, mine: Iterable[Tenure], theirs: tuple[Tenure, ...]) -> Iterator[Noticed]:
    for own in mine:
        for other in theirs:
            near = _overlap(own, other) and _is_recent(own, known) and _is_recent(other, known)
            if near and institutions.are_same(own.name, other.name, companies=known.policy.companies):
                yield clue, told(own), told(other)


def _overlap(one: Tenure, other: Tenure) -> bool:
    """Whether both were there in some year. A year that is not known stands in nobody's way."""
    return _begins_by(one, other.end) and _begins_by(other, one.end)


def _begins_by(tenure: Tenure, end: int | None) -> bool:
    return tenure.start is None or end is None or tenure.start <= end


def _is_recent(tenure: Tenure, known: Known) -> bool:
    return tenure.end is None or tenure.end >= known.year - known.policy.years


def told(tenure: Tenure) -> str:
    """The tenure in a few words: `Globex, 2019–2021`, `Globex, since 2019`."""
    if tenure.start is None:
        return tenure.name
    if tenure.end is None:
        return f"{tenure.name}, since {tenure.start}"
    years = str(tenure.start) if tenure.end == tenure.start else f"{tenure.start}–{tenure.end}"
    return f"{tenure.name}, {years}"
