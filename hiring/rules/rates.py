"""How often people are asked about conflicts, what they say and what is pinned, by qualification: so that an auditor sees a
pool in which nobody ever answers, or a recruiter who overrides again and again.

No figure gives anybody's answer away. A quarter is told when it is over, each figure counts what was true then, and all are
told as a range of five. Only who knows what all others said may find that the last one passed the bound of a range.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hiring.model import HIRING_MANAGER_SEAT, RECRUITER_SEAT, Answer, Loop, Person, PersonId, Pin

FEW = 5
"""A count is told as a range of so many; fewer than this is told as that."""
QUARTERS = 4
OFTEN = 3
"""So many overrides in these quarters, and whoever made them is named."""
_MONTHS = 3
_LEADS = "recruiter or hiring manager"
_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Quarter:
    """`start` up to but without `end`, in UTC."""

    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Pool:
    """Of one qualification: how many were asked, what they said by the end of the quarter, what was pinned in it. Each
    figure is the lower end of a range of `FEW`, 0 for fewer than that."""

    quarter: str
    skill: str
    asked: int
    no_conflict: int
    conflict: int
    unsure: int
    silent: int
    pinned: int
    overridden: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """Somebody who overrode `times` conflicts: about whom, is not told here."""

    by: PersonId
    times: int


@dataclass(frozen=True, slots=True)
class Rates:
    pools: tuple[Pool, ...]
    repeated: tuple[Repeated, ...]


def quarters(now: datetime) -> tuple[Quarter, ...]:
    """Those that are over, the newest first."""
    here = now.astimezone(UTC)
    number = here.year * 4 + (here.month - 1) // _MONTHS
    return tuple(
        Quarter(f"{at // 4} Q{at % 4 + 1}", _begins(at), _begins(at + 1))
        for at in range(number - 1, number - 1 - QUARTERS, -1)
    )


def _begins(number: int) -> datetime:
    return datetime(number // 4, number % 4 * _MONTHS + 1, 1, tzinfo=UTC)


def rates(loops: Sequence[Loop], people: Mapping[PersonId, Person], *, now: datetime) -> Rates:
    told = quarters(now)
    pools = tuple(pool for quarter in told for pool in _pools(loops, people, quarter))
    overrides = Counter(
        pin.by for loop in loops for pin in loop.pins if pin.override and told[-1].start <= pin.at < now
    )
    often = [Repeated(by, times) for by, times in overrides.items() if times >= OFTEN]
    return Rates(pools=pools, repeated=tuple(sorted(often, key=lambda one: (-one.times, one.by))))


def _pools(loops: Sequence[Loop], people: Mapping[PersonId, Person], quarter: Quarter) -> Iterator[Pool]:
    counts: dict[str, Counter[str]] = {}
    for loop in loops:
        for person, what in _counted(loop, quarter):
            for skill in _skills(loop, people.get(person)):
                counts.setdefault(skill, Counter())[what] += 1
    for skill, found in sorted(counts.items()):
        yield Pool(
            quarter=quarter.name,
            skill=skill,
            asked=_range(found["asked"]),
            no_conflict=_range(found[Answer.NO_CONFLICT]),
            conflict=_range(found[Answer.CONFLICT]),
            unsure=_range(found[Answer.UNSURE]),
            silent=_range(found["silent"]),
            pinned=_range(found["pinned"]),
            overridden=_range(found["overridden"]),
        )


def _counted(loop: Loop, quarter: Quarter) -> Iterator[tuple[PersonId, str]]:
    """Everything that counts, with whom it counts for."""
    for person, since in _asked(loop).items():
        if quarter.start <= since < quarter.end:
            yield person, "asked"
            said = [one.answer for one in loop.attestations if one.person == person and one.at < quarter.end]
            if said:
                yield person, said[-1]
            elif any(one.person == person and one.why == "silent" and one.at < quarter.end for one in loop.stood_down):
                yield person, "silent"
    for pin in _within(loop.pins, quarter):
        yield pin.person, "overridden" if pin.override else "pinned"


def _asked(loop: Loop) -> dict[PersonId, datetime]:
    """Everybody who was put the question, and since when at the latest."""
    moments = [(seat.person, seat.since or loop.created) for seat in loop.seats if seat.person is not None]
    moments += [(said.person, said.at) for said in loop.attestations]
    moments += [(gone.person, gone.at) for gone in loop.left]
    first: dict[PersonId, datetime] = {}
    for person, at in moments:
        first[person] = min(at, first.get(person, at))
    return first


def _within(pins: Iterable[Pin], quarter: Quarter) -> Iterator[Pin]:
    return (pin for pin in pins if quarter.start <= pin.at < quarter.end)


def _skills(loop: Loop, person: Person | None) -> frozenset[str]:
    """What the person was asked for: whatever of the plan they hold."""
    wanted = {skill for session in loop.plan.sessions for seat in session.seats for skill in seat.any_of}
    held = frozenset(skill for skill in wanted if person is not None and person.holds(skill))
    leads = person is not None and person.id in {loop.recruiter, loop.hiring_manager}
    return held or frozenset({_LEADS if leads and wanted & {RECRUITER_SEAT, HIRING_MANAGER_SEAT} else _OTHER})


def _range(count: int) -> int:
    return count - count % FEW
