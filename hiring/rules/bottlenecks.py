"""What holds a loop back: what is stuck, on whom, since when, and what to do about it.

Each kind runs on its owner's own working-hours clock and has its own limit; waiting for the candidate runs on the
recruiter's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hiring.model import Answer, Lead, Loop, LoopId, Person, PersonId
from hiring.rules import sight, take_home, worktime
from hiring.rules.phase import OVER, Phase, attestation, looked_for, needs_look, panel, phase


class Stuck(StrEnum):
    AVAILABILITY = "availability"
    WORK = "work"
    ATTESTATION = "attestation"
    UNSURE = "unsure"
    BOOKING = "booking"
    SCORECARD = "scorecard"
    DECISION = "decision"


LIMITS: dict[Stuck, int] = {
    Stuck.AVAILABILITY: 2 * 480,
    Stuck.WORK: 480,
    Stuck.ATTESTATION: 240,
    Stuck.UNSURE: 240,
    Stuck.BOOKING: 240,
    Stuck.SCORECARD: 480,
    Stuck.DECISION: 480,
}
"""Working minutes of the owner that each may take: two days, a day past its deadline, then half days and days."""


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """`key` is the same for as long as the episode lasts. `owner` is None when it waits for the candidate. `working` is
    how many minutes of the owner's working hours have passed since `since`; `limit` how many there may be."""

    key: str
    loop: LoopId
    stuck: Stuck
    owner: PersonId | None
    since: datetime
    working: int
    limit: int


def bottlenecks(loop: Loop, *, now: datetime, people: Mapping[PersonId, Person]) -> tuple[Bottleneck, ...]:
    """What is stuck in `loop` at `now`, beyond its limit, the longest waiting first."""
    return tuple(wait for wait in waiting(loop, now=now, people=people) if wait.working >= wait.limit)


def waiting(loop: Loop, *, now: datetime, people: Mapping[PersonId, Person]) -> tuple[Bottleneck, ...]:
    """Everybody who is awaited in `loop`, within the limit too, the longest waiting first."""
    if phase(loop, now) in OVER:
        return ()
    found: list[Bottleneck] = []
    for stuck, owner, since in _waits(loop, now):
        working = worktime.minutes_between(people[owner or loop.recruiter], since, now)
        key = f"{loop.id}/{stuck}/{owner or 'candidate'}/{since:%Y%m%dT%H%M%S}"
        found.append(Bottleneck(key, loop.id, stuck, owner, since, working, LIMITS[stuck]))
    return tuple(sorted(found, key=lambda b: (b.since, b.key)))


def _waits(loop: Loop, now: datetime) -> Iterator[tuple[Stuck, PersonId | None, datetime]]:
    """Every wait of the loop: what for, for whom (None: the candidate), since when."""
    stands = phase(loop, now)
    if stands is Phase.AWAITING_AVAILABILITY:
        yield Stuck.AVAILABILITY, None, loop.asked_availability_at or loop.created
    late = take_home.deadline(loop)
    if stands is Phase.AWAITING_WORK and late is not None and late <= now:
        yield Stuck.WORK, None, late
    if stands in {Phase.CHOOSING, Phase.UNPLANNABLE} and loop.planning is not None:
        yield Stuck.BOOKING, loop.recruiter, loop.planning.answered or loop.planning.asked
    if stands in {Phase.REFILLING, Phase.BOOKING}:
        yield Stuck.BOOKING, loop.recruiter, _settled_since(loop)
    yield from _attestation_waits(loop)
    if loop.booked_at is not None and loop.released is None:
        for session, person in sight.owed(loop):
            ended = loop.session(session).end
            if ended <= now and not sight.is_in(loop, session, person):
                yield Stuck.SCORECARD, person, ended
    if stands is Phase.DECIDING and loop.released is not None and not sight.is_barred(loop, loop.hiring_manager):
        yield Stuck.DECISION, loop.hiring_manager, _leads_since(loop, loop.released.at)


def _leads_since(loop: Loop, released: datetime) -> datetime:
    """Who took the decision over is awaited from then on, not for what another left lying."""
    return max([released, *(one.at for one in loop.handed_over if one.lead is Lead.HIRING_MANAGER)])


def _attestation_waits(loop: Loop) -> Iterator[tuple[Stuck, PersonId | None, datetime]]:
    for person in panel(loop):
        said = attestation(loop, person)
        if said is None:
            since = min((s.since for s in loop.seats if s.person == person and s.since), default=loop.created)
            yield Stuck.ATTESTATION, person, since
        elif said.answer is Answer.UNSURE or needs_look(loop, person):
            yield Stuck.UNSURE, loop.recruiter, max(said.at, looked_for(loop, person) or said.at)


def _settled_since(loop: Loop) -> datetime:
    moments = [said.at for said in loop.attestations] + [barred.at for barred in loop.barred]
    return max(moments, default=loop.created)
