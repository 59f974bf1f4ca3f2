"""What people say about themselves and a candidate: when they are asked, and when they step aside at any time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hiring.flows.conflicts import close_elsewhere, watch
from hiring.flows.settling import note, settle
from hiring.model import Answer, Disclosure, Ground, Loop, Person
from hiring.ports import UnitOfWork
from hiring.rules import recusal, sight
from hiring.rules.permissions import Refused
from hiring.rules.phase import OVER, attestation, panel, phase


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says about themselves and the candidate. `ground` goes with a conflict, `note` with either."""

    answer: Answer
    ground: Ground | None = field(default=None, repr=False)
    note: str = field(default="", repr=False)


def answer(uow: UnitOfWork, loop: Loop, said: Said, *, by: Person, now: datetime) -> Loop | Refused:
    """Keep what `by` says. The fact stands in the loop; ground and note are sealed."""
    refused = _may_answer(loop, said, by, now)
    if refused is not None:
        return refused
    before = attestation(loop, by.id)
    if before is not None and before.answer is said.answer is Answer.NO_CONFLICT:
        return loop
    _keep(uow, loop, said, by, now)
    note(uow, loop, "attested", actor=by.id, now=now, answer=said.answer)
    if said.answer is Answer.CONFLICT:
        close_elsewhere(uow, loop, by.id, by=by.id, now=now)
    # What is known may have grown since they were seated, so it is looked at again before their word is enough.
    watched = watch(uow, loop, now=now) if said.answer is Answer.NO_CONFLICT else loop
    return settle(uow, recusal.attest(watched, by.id, said.answer, now=now), now=now)


def _may_answer(loop: Loop, said: Said, by: Person, now: datetime) -> Refused | None:
    if sight.is_barred(loop, by.id):
        return Refused("You stepped aside from this loop already. Thank you; nothing more is needed.")
    if phase(loop, now) in OVER:
        return Refused("This loop is over, so nothing is needed any more. Thank you.")
    if by.id not in panel(loop):
        return Refused("You are not on this panel any more, so nothing is needed. Thank you.")
    if said.answer is Answer.CONFLICT and said.ground is None:
        return Refused("Pick what kind of conflict it is. Only you, the recruiter in charge and an auditor see it.")
    if said.answer is Answer.UNSURE and not said.note.strip():
        return Refused("Write a line to the recruiter, so that they can judge it with you.")
    return None


def _keep(uow: UnitOfWork, loop: Loop, said: Said, by: Person, now: datetime) -> None:
    if said.answer is not Answer.NO_CONFLICT:
        uow.save_disclosure(
            Disclosure(loop=loop.id, person=by.id, answer=said.answer, at=now, ground=said.ground, note=said.note)
        )


def recuse(uow: UnitOfWork, loop: Loop, said: Said, *, by: Person, now: datetime) -> Loop | Refused:
    """Step aside at any later moment: the seat is refilled, a scorecard already given is void."""
    if sight.is_barred(loop, by.id):
        return Refused("You stepped aside from this loop already.")
    if loop.erased is not None:
        return Refused(sight.ERASED)
    if said.ground is None:
        return Refused("Pick what kind of conflict it is. Only you, the recruiter in charge and an auditor see it.")
    if by.id not in panel(loop) and not leads(loop, by, now=now):
        return Refused("You are not on this panel, so there is nothing to step aside from.")
    _keep(uow, loop, said, by, now)
    note(uow, loop, "recused", actor=by.id, now=now)
    close_elsewhere(uow, loop, by.id, by=by.id, now=now)
    return settle(uow, recusal.attest(loop, by.id, Answer.CONFLICT, now=now), now=now)


def leads(loop: Loop, person: Person, *, now: datetime) -> bool:
    """Whether they answer for a loop that is not over."""
    return person.id in {loop.recruiter, loop.hiring_manager} and phase(loop, now) not in OVER
