"""What a candidate says on their page about whom they know here: kept sealed, and looked at by the recruiter in charge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hiring.flows.settling import note, people_in, settle
from hiring.model import Acquaintances, Loop, PersonId
from hiring.ports import UnitOfWork
from hiring.rules import acquaintances
from hiring.rules.permissions import Refused
from hiring.rules.phase import panel, was_cleared

ACTOR = "candidate"


def hosts(uow: UnitOfWork, loop: Loop) -> tuple[PersonId, ...]:
    """Whom the page names to the candidate, and so may be ticked there: whoever meets them, in a loop that is booked, their
    contact, and whom they ticked before."""
    before = uow.acquaintances(loop.id) if loop.named else None
    meet = [person for person in panel(loop) if was_cleared(loop, person)] if is_told(loop) else []
    return tuple(dict.fromkeys([*meet, loop.recruiter, *(before.people if before else ())]))


def is_told(loop: Loop) -> bool:
    """Whether the candidate was told whom they meet. Who scores a take-home is never named."""
    return loop.booked_at is not None and loop.plan.take_home is None


def say(uow: UnitOfWork, loop: Loop, *, words: str, ticked: Iterable[PersonId], now: datetime) -> Loop | Refused:
    """Keep what the candidate says in place of what they said before; ticks of people whom they were not told are left out.
    Said twice, it changes nothing."""
    words, may_tick = acquaintances.clean(words), hosts(uow, loop)
    chosen = tuple(person for person in may_tick if person in set(ticked))
    before = uow.acquaintances(loop.id) if loop.named else None
    if (words, chosen) == ((before.words, before.people) if before else ("", ())):
        return loop if before else Refused("Please tick somebody, or write whom you know.")
    because = acquaintances.may_say(loop, words=words)
    if because is not None:
        return Refused(because)
    told = Acquaintances(loop=loop.id, at=now, words=words, people=chosen)
    uow.save_acquaintances(told)
    note(uow, loop, "named", actor=ACTOR, now=now)
    # A conflict is with the candidate: it concerns every loop about them.
    for other in uow.loops(candidate=loop.candidate):
        looks = _news(uow, other, told, before)
        if other.id != loop.id and looks:
            settle(uow, acquaintances.looked_at(other, looks, now=now), now=now)
    said = replace(loop, named=(*loop.named, now))
    return settle(uow, acquaintances.looked_at(said, _news(uow, loop, told, before), now=now), now=now)


def _news(uow: UnitOfWork, loop: Loop, told: Acquaintances, before: Acquaintances | None) -> tuple[PersonId, ...]:
    """Those of the panel, and of those who lead the loop, whom it may be about and what was said before was not."""
    people = people_in(uow)
    concerned = dict.fromkeys((*panel(loop), loop.recruiter, loop.hiring_manager))
    return tuple(
        person
        for person in concerned
        if acquaintances.concern(told, people[person])
        and not (before is not None and acquaintances.concern(before, people[person]))
    )
