"""Asking people whether they know the candidate, and stepping aside at any time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hiring.flows.settling import note, settle
from hiring.model import Answer, Disclosure, Ground, Loop, Person, PersonId
from hiring.ports import UnitOfWork
from hiring.rules import recusal, release, sight
from hiring.rules.permissions import Refused, Verb, may
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
        _elsewhere(uow, loop, by.id, now=now)
    return settle(uow, recusal.attest(loop, by.id, said.answer, now=now), now=now)


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
    _elsewhere(uow, loop, by.id, now=now)
    return settle(uow, recusal.attest(loop, by.id, Answer.CONFLICT, now=now), now=now)


def leads(loop: Loop, person: Person, *, now: datetime) -> bool:
    """Whether they answer for a loop that is not over."""
    return person.id in {loop.recruiter, loop.hiring_manager} and phase(loop, now) not in OVER


def _elsewhere(uow: UnitOfWork, loop: Loop, person: PersonId, *, now: datetime, by: PersonId | None = None) -> None:
    """A conflict is with the candidate: it closes every loop about them, whatever the person does or may do there. Where
    somebody else could not have set them aside, setting them aside here does not do it either."""
    for other in uow.loops(candidate=loop.candidate, active=False):
        stays = by is not None and release.may_set_aside(other, person, now) is not None
        if other.id != loop.id and not sight.is_barred(other, person) and not stays:
            took_part = person in panel(other) or person in {other.recruiter, other.hiring_manager}
            note(uow, other, "recused", actor=person, now=now, because_of=loop.id)
            settle(uow, recusal.step_aside(other, person, now=now, elsewhere=not took_part, by=by), now=now)


def clear(uow: UnitOfWork, loop: Loop, person: PersonId, *, by: Person, now: datetime) -> Loop | Refused:
    """A recruiter judges that what `person` was unsure of is no conflict."""
    refused = may(by, Verb.RUN_LOOP, loop)
    if refused is not None:
        return refused
    because = recusal.may_clear(loop, person, by)
    if because is not None:
        return Refused(because)
    said = attestation(loop, person)
    if said is None or said.answer is not Answer.UNSURE:
        return Refused("They are not unsure any more, so there is nothing to judge.")
    note(uow, loop, "cleared", actor=by.id, now=now, person=person)
    return settle(uow, recusal.attest(loop, person, Answer.NO_CONFLICT, now=now), now=now)


def bar(uow: UnitOfWork, loop: Loop, person: PersonId, *, by: Person, now: datetime) -> Loop | Refused:
    """A recruiter judges that it is a conflict: the seat is refilled, and the person is told only that it is."""
    refused = may(by, Verb.RUN_LOOP, loop)
    if refused is not None:
        return refused
    if sight.is_barred(loop, person):
        return Refused("They stepped aside already.")
    if attestation(loop, person) is None and person not in panel(loop):
        return Refused("They were never asked to sit on this panel.")
    refused = release.may_set_aside(loop, person, now)
    if refused is not None:
        return refused
    note(uow, loop, "barred", actor=by.id, now=now, person=person)
    _elsewhere(uow, loop, person, now=now, by=by.id)
    return settle(uow, recusal.attest(loop, person, Answer.CONFLICT, now=now, by=by.id), now=now)
