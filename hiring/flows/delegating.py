"""Naming who leads a loop when nobody does any more."""

from __future__ import annotations

from datetime import datetime

from hiring.flows.settling import note, people_in, settle
from hiring.model import Lead, Loop, Person
from hiring.ports import UnitOfWork
from hiring.rules import delegates
from hiring.rules.permissions import Refused


def name(uow: UnitOfWork, loop: Loop, lead: Lead, to: Person, *, by: Person, now: datetime) -> Loop | Refused:
    """Hand the loop over to `to`, who has no conflict; only as long as nobody leads it."""
    because = delegates.may_name(loop, lead, by, people_in(uow))
    if because is not None:
        return Refused(because)
    if not delegates.may_stand_in(loop, lead, to):
        return Refused("They can't take over: they have a conflict, no Slack account, or no role for it.")
    note(uow, loop, "handed over", actor=by.id, now=now, lead=lead, of=delegates.holder(loop, lead), to=to.id)
    return settle(uow, delegates.hand_over(loop, lead, to.id, by=by.id, now=now), now=now)
