"""Saying some days ahead that a record is going to be erased, to somebody who may have it held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hiring.flows import erasing
from hiring.flows.reckoning import reckon
from hiring.flows.settling import people_in
from hiring.model import Candidate, Delivery, Kind, Loop, Person, PersonId, Role
from hiring.ports import Store, UnitOfWork
from hiring.rules import sight
from hiring.rules.permissions import Refused
from hiring.rules.retention import AHEAD, Policy, Standing, mark, standing

REASON_MIN = 10
"""Characters: whoever tries to erase reads the reason."""


def foretell(store: Store, *, policy: Policy, now: datetime) -> int:
    """Tells of every record whose time is over soon, once; returns how many deliveries were new."""
    if not policy:
        return 0
    reckon(store, policy=policy)
    with store.begin(read_only=True) as uow:
        wanted = _wanted(uow, policy=policy, now=now)
        fresh = uow.unwritten([delivery.key for delivery in wanted])
    if not fresh:
        return 0
    with store.begin() as uow:
        return uow.enqueue([delivery for delivery in wanted if delivery.key in fresh], now=now)


def _wanted(uow: UnitOfWork, *, policy: Policy, now: datetime) -> list[Delivery]:
    found, people = [], people_in(uow)
    for candidate in uow.candidates_due(mark(policy), after=now, until=now + AHEAD):
        loops = uow.loops(candidate=candidate.id, active=False)
        stands = standing(candidate, loops, policy=policy)
        if stands.is_over_soon(now):
            found += [_notice(loops[-1], stands, to) for to in _told(people, loops[-1])]
    return found


def _told(people: Mapping[PersonId, Person], loop: Loop) -> tuple[PersonId, ...]:
    """The recruiter of the last loop; admins where they have left or have a conflict."""
    if _can(people[loop.recruiter], loop):
        return (loop.recruiter,)
    return tuple(one for one in sorted(people) if Role.ADMIN in people[one].roles and _can(people[one], loop))


def _can(person: Person, loop: Loop) -> bool:
    return person.slack_id is not None and may_hold(loop, person) is None


def _notice(loop: Loop, stands: Standing, to: PersonId) -> Delivery:
    day = f"{stands.erase_at:%Y-%m-%d}"
    return Delivery(
        key=f"{loop.id}/retention/{day}/{to}",
        kind=Kind.RETENTION,
        to=to,
        refs=(("loop", loop.id), ("day", day)),
        priority=LATE,
    )


LATE = 7
"""It waits behind whatever answers somebody."""


def may_hold(loop: Loop, by: Person) -> Refused | None:
    """Whether `by` may have the record kept: who ran the loop, or an admin."""
    if not by.active or sight.is_barred(loop, by.id):
        return Refused(sight.closed(loop, by.id) if by.active else sight.LEFT)
    if loop.erased is not None:
        return Refused(sight.ERASED)
    if by.id == loop.recruiter or Role.ADMIN in by.roles:
        return None
    return Refused("Having a record kept is for the recruiter of the loop and admins.")


def hold(uow: UnitOfWork, loop: Loop, *, reason: str, by: Person, now: datetime) -> Candidate | Refused:
    """Nothing of the candidate's record is erased until an operator lifts the hold. All who were told read so."""
    refused = may_hold(loop, by)
    if refused is not None:
        return refused
    candidate = uow.candidate(loop.candidate)
    if candidate.legal_hold is not None:
        return Refused("This record is held already, so nothing of it is erased.")
    if len(reason.strip()) < REASON_MIN:
        return Refused(
            f"Give a reason of at least {REASON_MIN} characters: whoever wants to erase the record reads it."
        )
    erasing.hold(uow, candidate, by=by.name, reason=reason.strip(), now=now)
    key = f"{loop.id}/retention/held/{now.isoformat()}/{by.id}"
    uow.enqueue([Delivery(key=key, kind=Kind.RETENTION, to=by.id, refs=(("loop", loop.id), ("held", "yes")))], now=now)
    return candidate
