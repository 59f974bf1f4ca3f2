"""What the audit trail holds of one loop, for an auditor in Slack."""

from __future__ import annotations

from datetime import datetime

from hiring.model import AuditEntry, Loop, Person, Readable, Role
from hiring.ports import UnitOfWork
from hiring.rules import sight
from hiring.rules.permissions import Refused

TELLS_STATUS = frozenset({"submitted", "amended", "nudged"})
"""Verbs that say who has handed in: for auditors only when the scorecards are open."""


def trail(uow: UnitOfWork, loop: Loop, *, by: Person, now: datetime) -> tuple[AuditEntry, ...] | Refused:
    """The newest entries about `loop`, the newest first. Reading them leaves an entry, too."""
    if sight.is_barred(loop, by.id):
        return Refused(sight.closed(loop, by.id))
    if Role.AUDITOR not in by.roles:
        return Refused("Who did what is for auditors.")
    uow.note_read(loop.id, by.id, Readable.TRAIL, now=now)
    hidden = TELLS_STATUS if loop.released is None else frozenset[str]()
    return tuple(entry for entry in uow.entries(loop.id) if entry.verb not in hidden)
