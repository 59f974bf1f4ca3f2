"""The end of every change to a loop: open the scorecards if that is due, save, and write down what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from hiring.model import AuditEntry, Loop, Person, PersonId
from hiring.ports import UnitOfWork
from hiring.rules import release
from hiring.rules.due import due


def everybody(uow: UnitOfWork) -> Mapping[PersonId, Person]:
    return {person.id: person for person in uow.people()}


def settle(uow: UnitOfWork, loop: Loop, *, now: datetime) -> Loop:
    """Saves `loop` and enqueues whatever its new facts make due. Raises `Stale` when it was changed in between."""
    opened = release.release(loop, now)
    if opened is not None:
        loop = replace(loop, released=opened)
        note(uow, loop, "released", actor="evenhand", now=now, how=opened.how)
    saved = uow.save_loop(loop)
    follow(uow, saved, now=now)
    return saved


def follow(uow: UnitOfWork, loop: Loop, *, now: datetime) -> int:
    """Enqueues what is due for a loop as it stands; returns how many deliveries were new."""
    deliveries = due(loop, now=now, people=everybody(uow), opening=uow.opening(loop.opening))
    return uow.enqueue(deliveries, now=now)


def note(uow: UnitOfWork, loop: Loop, verb: str, *, actor: str, now: datetime, **facts: str) -> None:
    """An audit entry about a loop. Facts are ids and circumstances, never a score, a note or a ground."""
    uow.audit(AuditEntry(at=now, actor=actor, verb=verb, subject=loop.id, facts=tuple(facts.items())))
