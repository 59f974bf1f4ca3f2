"""Random histories, and which of it somebody may see: said anew here, since the code's own rules are what is being tested."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import zip_longest
from random import Random

from hiring.flows import attesting
from hiring.model import (
    Answer,
    Candidate,
    Confidence,
    Ground,
    Loop,
    Overall,
    Person,
    PersonId,
    Plan,
    Rating,
    Role,
    Scorecard,
    Tenure,
)
from tests.hiring.worlds import NOW
from tests.secrecy.beginnings import ASKED, AT_HOME, BOOKED
from tests.secrecy.company import JO, PEOPLE, PLAN, QUORUM, TAKE_HOME
from tests.secrecy.stand_ins import CANDIDATE
from tests.secrecy.world import World

CARDS, GROUNDS, NEEDS, PROGRESS, EVIDENCE = "scorecards", "grounds", "accommodation", "progress", "evidence"
WHO = "who"
"""What differs between the two worlds of a history: contents, (progress) whether somebody has handed in at all, (evidence)
where the candidate worked together with those who differ: that they did is so in both, or (who) who the candidate of a
take-home is."""
SEATED = ("ana", "kim", "lee")
"""Who rates at first; others of `RATERS` come when a seat is refilled."""
RATERS = ("ana", "max", "lee", "noa", "kim", "pia", "tom")
WORDS = ("calm", "swift", "vague", "deep", "wrong", "patient", "sharp", "slow", "lively", "narrow", "honest", "broad")
SUGGESTED, UNSEEN = 0.4, 0.2
"""Of the histories about grounds, so many are about what suggests one; of those about scorecards, of a take-home's."""
EVENTFUL = 0.2
"""So many histories are full of events and of people who ask; in the others each that may happen does so half as often."""
SHARED = (Tenure("Alder Works", 2018, 2025), Tenure("Birch Laboratories", 2022, 2026))
OTHER = replace(
    JO,
    name="Maximiliana von Hohenstein-Ortega",
    email="max@far.example",
    zone="America/Lima",
    employer="Nowhere & Daughters",
    schools=(Tenure("Upland College", 2011, 2015),),
    referrer="noa",
)
START = datetime(2026, 11, 25, 9, 0, tzinfo=NOW.tzinfo)
END = datetime(2026, 11, 25, 16, 0, tzinfo=NOW.tzinfo)


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody does something at a moment, whatever the scorecards say. `lot` decides what is left open."""

    at: datetime
    who: PersonId
    verb: str
    lot: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """`differ` are the people whose scorecards (or grounds) are not the same in both worlds; `asks` is how much people ask
    at each step."""

    seed: int
    stands: str
    plan: Plan
    about: str
    differ: frozenset[PersonId]
    asks: int
    steps: tuple[Step, ...]


def history(seed: int) -> History:
    lots = Random(seed)
    about = lots.choices((CARDS, GROUNDS, NEEDS, PROGRESS, WHO), weights=(6, 3, 1, 3, 1))[0]
    if about == GROUNDS and lots.random() < SUGGESTED:
        about = EVIDENCE
    if about == WHO or (about in {CARDS, PROGRESS} and lots.random() < UNSEEN):
        stands, plan = AT_HOME, TAKE_HOME
    else:
        stands = BOOKED if about in {CARDS, PROGRESS} or lots.random() < 0.5 else ASKED
        plan = QUORUM if lots.random() < 0.6 else PLAN
    alone = ((one,) for one in (RATERS if stands == AT_HOME else SEATED))
    differ = frozenset(lots.choice((*alone, SEATED[:2], RATERS)))
    share, asks = (1.0, 3) if lots.random() < EVENTFUL else (0.5, 1)
    steps = sorted([*_written(lots, share), *_happening(lots, stands, share)], key=lambda step: step.at)
    return History(seed, stands, plan, about, differ, asks, tuple(steps))


@cache
def telling(about: str, verb: str) -> tuple[History, ...]:
    """Of many histories those of this kind in which somebody does `verb`, in turn those that begin booked and the others;
    first those in which people ask the most and the least comes between. Where all differ, nobody is left to learn of
    others."""
    found = [told for told in map(history, range(1500)) if told.about == about]
    found = [told for told in found if verb in {"", *(step.verb for step in told.steps)}]
    found.sort(key=lambda told: (len(told.differ) > len(SEATED[:2]), -told.asks, _between(told), -len(told.steps)))
    ways = ([told for told in found if (told.stands == BOOKED) is booked] for booked in (True, False))
    return tuple(told for turn in zip_longest(*ways) for told in turn if told is not None)


def _between(told: History) -> int:
    return sum(step.verb in {"recuse", "replace", "set aside", "cancel", "pause", "early"} for step in told.steps)


def _written(lots: Random, share: float) -> Iterator[Step]:
    """Most raters begin, most hand in, some late, some amend."""
    for rater in RATERS:
        begun = START + timedelta(minutes=lots.randrange(660))
        if lots.random() < 0.6 * share:
            yield Step(begun, rater, "type", lots.randrange(10**6))
        if lots.random() < 0.2 * share:
            yield Step(begun + timedelta(minutes=1), rater, "fail", lots.randrange(10**6))
        handed_in = begun + timedelta(minutes=lots.choice((5, 30, 200, 2400, 4000)))
        if lots.random() < 0.85:
            yield Step(handed_in, rater, "submit", lots.randrange(10**6))
        if lots.random() < 0.3 * share:
            yield Step(handed_in + timedelta(minutes=lots.randrange(1, 2000)), rater, "amend", lots.randrange(10**6))


def _happening(lots: Random, stands: str, share: float) -> Iterator[Step]:
    """What else there is: questions about conflicts, people stepping aside, restarts, passing time, decisions, an erasure."""
    if stands == AT_HOME:
        yield Step(NOW + timedelta(minutes=lots.randrange(60, 1200)), "rita", "work", lots.randrange(10**6))
    for person in (*RATERS, "uli") if stands != BOOKED else ():
        first = 1200 if stands == AT_HOME else 0
        yield Step(NOW + timedelta(minutes=first + lots.randrange(600)), person, "attest", lots.randrange(10**6))
    for _ in range(3 if stands == ASKED else 0):
        yield Step(NOW + timedelta(minutes=lots.randrange(300, 900)), "rita", "judge", lots.randrange(10**6))
    if lots.random() < 0.5 * share:
        yield Step(_some_time(lots), lots.choice(RATERS), "recuse", lots.randrange(10**6))
    if lots.random() < 0.3 * share:
        yield Step(_some_time(lots), lots.choice(("hans", "rita", "olga", "lee")), "recuse", lots.randrange(10**6))
        yield Step(_some_time(lots), lots.choice(("hans", "rob", "ada")), "name", lots.randrange(10**6))
    for verb, who, chance in (
        ("restart", "rita", 0.3),
        ("nudge", "hans", 0.5),
        ("snooze", lots.choice(RATERS), 0.3),
        ("replace", "rita", 0.2),
        ("set aside", "rita", 0.2),
        ("cancel", "rita", 0.1),
        ("pause", lots.choice(RATERS), 0.1),
        ("outage", lots.choice(RATERS), 0.2),
    ):
        if lots.random() < chance * share:
            yield Step(_some_time(lots), who, verb, lots.randrange(10**6))
    if lots.random() < 0.35:
        opener = lots.choice(("hans", "rita", "ada", "ana"))
        yield Step(END + timedelta(minutes=lots.randrange(-60, 3000)), opener, "early", lots.randrange(10**6))
    yield Step(END + timedelta(hours=lots.randrange(20, 80)), "hans", "decide", lots.randrange(10**6))
    yield Step(START + timedelta(minutes=lots.randrange(60, 2000)), "rita", "look", lots.randrange(10**6))
    yield Step(END + timedelta(hours=90), "rita", "look", lots.randrange(10**6))
    if lots.random() < 0.25:
        yield Step(END + timedelta(hours=91), "operator", "erase", lots.randrange(10**6))


def _some_time(lots: Random) -> datetime:
    return NOW + timedelta(minutes=lots.randrange(300, 6000))


# ---- what differs ---------------------------------------------------------------------------------------------------------


def a_card(told: History, loop: Loop, session: str, person: PersonId, lot: int, *, variant: int) -> Scorecard:
    """A scorecard that is fit to be handed in: scores, words and lengths follow from `lot` and `variant` alone."""
    lots = Random(f"{told.seed} {person} {session} {lot} {variant if told.about == CARDS else 0}")
    rubric = loop.plan.rubric(session)
    assert rubric is not None
    return Scorecard(
        loop=loop.id,
        session=session,
        author=person,
        rubric=rubric.id,
        rubric_version=1,
        ratings=tuple(Rating(c.id, lots.choice((1, 2, 3, 4, None)), _prose(lots)) for c in rubric.criteria),
        overall=lots.choice(tuple(Overall)),
        confidence=lots.choice(tuple(Confidence)),
        note=_prose(lots) if lots.random() < 0.7 else "",
    )


def _prose(lots: Random) -> str:
    return " ".join(lots.choices(WORDS, k=lots.randrange(12, 70)))


def a_conflict(told: History, person: PersonId, lot: int, answer: Answer, *, variant: int) -> attesting.Said:
    lots = Random(f"{told.seed} {person} {lot} {variant if told.about == GROUNDS else 0}")
    ground = lots.choice(tuple(Ground)) if answer is Answer.CONFLICT else None
    return attesting.Said(answer, ground=ground, note=_prose(lots))


def the_candidate(told: History, world: int) -> Candidate:
    """What they need is kept for whoever arranges the day; no message says it so far, so nobody may see a difference."""
    if told.about == EVIDENCE:
        return replace(JO, employers=(replace(SHARED[world], name=f"{SHARED[world].name} GmbH"),))
    if told.about == WHO:
        return (JO, OTHER)[world]
    return replace(JO, accommodation=_prose(Random(f"{told.seed} {world}"))) if told.about == NEEDS else JO


def the_people(told: History) -> tuple[Person, ...]:
    """In both worlds those who differ were at either place, so that something is suggested of the same people."""
    if told.about != EVIDENCE:
        return ()
    return tuple(replace(one, employers=SHARED) for one in PEOPLE if one.id in told.differ)


def variant(told: History, person: PersonId, world: int) -> int:
    return world if person in told.differ else 0


HANDING_IN = frozenset({"submit", "amend"})
_SAYING = frozenset({"attest", "recuse"})
_WRITING = frozenset({"type", "fail", *HANDING_IN})


def varies(told: History, step: Step) -> bool:
    """Whether what is done in this step is not the same in both worlds."""
    verbs = {CARDS: _WRITING, GROUNDS: _SAYING, PROGRESS: HANDING_IN}.get(told.about, frozenset())
    return step.verb in verbs and step.who in told.differ


# ---- who may see what differs -----------------------------------------------------------------------------------------------


def may_differ(told: History, world: World, viewer: str) -> bool:
    loop = world.loop()
    aside = {one.person for one in loop.barred}
    match told.about:
        case "progress":
            return viewer in told.differ or viewer in {"hans", "olga", "rita", "rob", "ada", "operator", "disk"} - aside
        case "grounds" | "evidence":
            reads = viewer in {loop.recruiter, "ines"} - aside
            # Where people worked is no secret of the loop: it lies in the database as it was imported, and in the record.
            return viewer in told.differ or reads or (viewer in {"disk", "record"} and told.about == EVIDENCE)
        case "accommodation":
            return viewer == "record"
        case "who":
            # Whoever runs loops, and the auditor, who reads conflicts with somebody.
            return viewer in {"rita", "rob", "hans", "ada", "ines", loop.hiring_manager, *_THEIR_OWN}
    if viewer == "record":
        return loop.released is not None
    return viewer in _KNOWN and (viewer in told.differ or _opened_to(loop, viewer))


_THEIR_OWN = frozenset({CANDIDATE, "record", "disk"})
_KNOWN = {person.id: set(person.roles) for person in PEOPLE}


def _opened_to(loop: Loop, viewer: PersonId) -> bool:
    if loop.released is None or viewer in {one.person for one in loop.barred}:
        return False
    if viewer in {loop.hiring_manager, loop.recruiter} or _KNOWN[viewer] & {Role.AUDITOR, Role.ADMIN}:
        return True
    handed_in = {(card.session, card.person) for card in loop.submitted if not card.void}
    rates = {(seat.session, seat.person) for seat in loop.seats if seat.person == viewer and seat.id != "shadow"}
    concerned = any(seat.person == viewer for seat in loop.seats) or any(c.person == viewer for c in loop.submitted)
    return concerned and rates <= handed_in
