"""One candidate's record on request (O4): read as far as the release has opened it, and noted in the audit trail."""

from __future__ import annotations

from datetime import datetime

from hiring.flows.erasing import NO_LOOP
from hiring.flows.settling import people_in
from hiring.model import AuditEntry, Candidate
from hiring.ports import UnitOfWork
from hiring.rules import sight
from hiring.rules.record import Record, record


def read_record(uow: UnitOfWork, candidate: Candidate, *, by: str, now: datetime) -> Record:
    """Everything kept about `candidate` that may be given out. Void scorecards, of those who stepped aside, are not."""
    loops = uow.loops(candidate=candidate.id, active=False)
    cards = {
        loop.id: uow.blind_scorecards(sight.for_record(loop, by), counting=sight.counting(loop), now=now)
        for loop in loops
    }
    for loop in loops:
        facts = (("scorecards", str(len(cards[loop.id]))),) if loop.released is not None else ()
        uow.audit(AuditEntry(at=now, actor=by, verb="exported", subject=loop.id, facts=facts))
    if not loops:
        uow.audit(AuditEntry(at=now, actor=by, verb="exported", subject=NO_LOOP))
    roles = {opening: uow.opening(opening).title for opening in {loop.opening for loop in loops}}
    told = {loop.id: said for loop in loops if (said := uow.acquaintances(loop.id)) is not None}
    return record(candidate, loops, cards, roles=roles, people=people_in(uow), now=now, told=told)
