"""Naming who leads a loop when nobody does any more, and knowing a candidate who works here."""

from __future__ import annotations

from dataclasses import replace
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


def recognise(uow: UnitOfWork) -> None:
    """Closes each loop, over or not, to its candidate, where the candidate works here by now: whoever was hired may have a
    role that reads. A loop that they lead is handed over by the next pass of the clock."""
    here = {person.email.strip().casefold(): person.id for person in reversed(uow.people())}
    for candidate in uow.candidates_by_email(here):
        colleague = here[candidate.email.strip().casefold()]
        for loop in uow.loops(candidate=candidate.id, active=False):
            if loop.colleague != colleague:
                uow.save_loop(replace(loop, colleague=colleague))
