"""What suggests a conflict, who may read it, and pinning a verdict on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hiring.flows.knowing import known
from hiring.flows.settling import note, people_in, settle
from hiring.model import Acquaintances, Answer, Disclosure, Loop, Person, PersonId, Pin, Readable, Role
from hiring.ports import UnitOfWork
from hiring.rules import acquaintances, measures, recusal, release, sight
from hiring.rules.grounds import Strength
from hiring.rules.permissions import Refused, Verb, may
from hiring.rules.phase import OVER, attestation, needs_look, panel, phase
from hiring.rules.suggestions import Known, Suggestion, is_candidate, strongest, suggestions


def barred(uow: UnitOfWork, loop: Loop, among: Iterable[Person] | None = None) -> Mapping[PersonId, str]:
    """Who among these people, or in the company, can't be given a seat in `loop` as things stand now, with the one word that
    others may read."""
    return recusal.barred_from(loop, known(uow, loop, people=people_in(uow)), among)


def are_barred(uow: UnitOfWork, loop: Loop, people: Iterable[PersonId | None]) -> bool:
    """Whether any of them is."""
    asked = {person for person in people if person is not None}
    return bool(barred(uow, loop, [uow.person(person) for person in sorted(asked)]).keys() & asked)


def spared(uow: UnitOfWork, loop: Loop, among: Iterable[Person] | None = None) -> Mapping[PersonId, int]:
    """Whom the engine takes only when nobody else will do nearly as well, each with points that count against them."""
    return recusal.spared(loop, known(uow, loop, people=people_in(uow)), among)


@dataclass(frozen=True, slots=True)
class Case:
    """All there is about one person and the candidate: for the recruiter in charge and the auditor. `open` when a human
    must still look at it."""

    person: PersonId
    suggested: tuple[Suggestion, ...] = field(default=(), repr=False)
    said: tuple[Disclosure, ...] = field(default=(), repr=False)
    pin: Pin | None = None
    is_barred: bool = False
    is_open: bool = False


def may_read(loop: Loop, by: Person) -> Refused | None:
    """Grounds are for the recruiter in charge and the auditor, and for neither when they have one themselves."""
    if not by.active:
        return Refused(sight.LEFT)
    if sight.is_barred(loop, by.id):
        return Refused(sight.closed(loop, by.id))
    if by.id == loop.recruiter or Role.AUDITOR in by.roles:
        return None
    return Refused("What may connect people with a candidate is for the recruiter in charge and the auditor.")


def cases(uow: UnitOfWork, loop: Loop, *, by: Person, now: datetime) -> tuple[Case, ...] | Refused:
    """Everybody on the panel, in an option or leading the loop of whom there is something to say, and everybody who said or
    was judged something; those to be looked at first. Nobody reads their own."""
    refused = may_read(loop, by)
    if refused is not None:
        return refused
    facts, said = known(uow, loop, people=people_in(uow)), uow.disclosures(loop.id, reader=by.id, now=now)
    offered = {s.person for option in (loop.planning.options if loop.planning else ()) for s in option.seats}
    concerned = {*panel(loop), *(person for person in offered if person is not None)}
    concerned |= {one.person for one in said} | {pin.person for pin in loop.pins} | {b.person for b in loop.barred}
    concerned |= {look.person for look in loop.looks} | _named(uow, facts) | {loop.recruiter, loop.hiring_manager}
    found = [_case(loop, facts, person, said) for person in sorted(concerned - {by.id}) if person in facts.people]
    told = [case for case in found if case.suggested or case.said or case.pin or case.is_barred or case.is_open]
    if told:
        uow.note_read(loop.id, by.id, Readable.CONFLICTS, now=now)
    return tuple(sorted(told, key=lambda case: (not case.is_open, case.person)))


def _case(loop: Loop, facts: Known, person: PersonId, said: tuple[Disclosure, ...]) -> Case:
    found = suggestions(facts, facts.people[person])
    pin = recusal.pinned((loop, *facts.earlier), person)
    return Case(
        person=person,
        suggested=found,
        said=tuple(one for one in said if one.person == person),
        pin=pin,
        is_barred=sight.is_barred(loop, person),
        is_open=(pin is None and strongest(found) is Strength.LOOK) or needs_look(loop, person),
    )


def _named(uow: UnitOfWork, facts: Known) -> set[PersonId]:
    """Everybody here whom the candidate may mean, on this panel or not."""
    here = uow.people() if facts.told else ()
    return {person.id for person in here for told in facts.told if acquaintances.concern(told, person)}


def told(uow: UnitOfWork, loop: Loop, *, by: Person, now: datetime) -> tuple[Acquaintances, ...] | Refused:
    """What the candidate said on their pages about whom they know here, the newest last. Nobody reads what may concern
    themselves: then somebody else looks."""
    refused = may_read(loop, by)
    if refused is not None:
        return refused
    said = known(uow, loop, people=people_in(uow)).told
    if any(acquaintances.concern(one, by) for one in said):
        return Refused("The candidate said whom they know here. It may concern you, so somebody else reads it.")
    if said:
        uow.note_read(loop.id, by.id, Readable.CONFLICTS, now=now)
    return tuple(sorted(said, key=lambda one: one.at))


def evidence(uow: UnitOfWork, loop: Loop, person: PersonId) -> tuple[Suggestion, ...]:
    """What made us ask `person`: for themselves, and for whoever `may_read`."""
    facts = known(uow, loop, people=people_in(uow))
    return suggestions(facts, facts.people[person])


def marked(uow: UnitOfWork, loop: Loop) -> frozenset[PersonId]:
    """Those in the options for whom a human must look, and nobody has."""
    offered = {s.person for option in (loop.planning.options if loop.planning else ()) for s in option.seats}
    return frozenset(
        recusal.unpinned(loop, known(uow, loop, people=people_in(uow)), (one for one in offered if one is not None))
    )


def watch(uow: UnitOfWork, loop: Loop, *, now: datetime) -> Loop:
    """The loop with everybody of its panel marked who needs a look, and what the policy wants for a mild ground. Not
    saved."""
    facts = known(uow, loop, people=people_in(uow))
    return measures.measured(recusal.watched(loop, facts, now=now), facts, now=now)


# ---- verdicts --------------------------------------------------------------------------------


def may_pin(
    uow: UnitOfWork, loop: Loop, person: PersonId, *, conflict: bool, by: Person, now: datetime
) -> Refused | None:
    """Whether `by` may pin a verdict on `person`; asked before the form is shown, and again when it is handed in."""
    refused = may(by, Verb.RUN_LOOP, loop)
    if refused is not None:
        return refused
    if phase(loop, now) in OVER:
        return Refused("This loop is over, so there is nothing to judge any more.")
    refused = release.may_set_aside(loop, person, now) if conflict else None
    if refused is not None:
        return refused
    facts = known(uow, loop, people=people_in(uow))
    if person not in facts.people:
        return Refused("There is nobody of that name here any more.")
    if is_candidate(facts.people[person], facts.candidate):
        return Refused("They are the candidate, so there is nothing to judge.")
    mine = strongest(suggestions(facts, by)) in {Strength.BARS, Strength.LOOK}
    free = recusal.pinned((loop, *facts.earlier), by.id)
    suggested = mine and (free is None or free.conflict)
    because = recusal.may_pin(loop, person, by, conflict=conflict, about=facts.earlier, suggested=suggested)
    return Refused(because) if because is not None else None


def pin(
    uow: UnitOfWork, loop: Loop, person: PersonId, *, conflict: bool, reason: str, by: Person, now: datetime
) -> Loop | Refused:
    """A recruiter's verdict, which the person can't undo. It holds on every panel about the candidate; its reason is
    sealed, and an override shows in the audit trail as one."""
    refused = may_pin(uow, loop, person, conflict=conflict, by=by, now=now)
    if refused is not None:
        return refused
    if not reason.strip():
        return Refused("Please give a reason: it is kept, sealed, for you and the auditor.")
    answer = Answer.CONFLICT if conflict else Answer.NO_CONFLICT
    uow.save_disclosure(Disclosure(loop.id, person, answer, at=now, note=reason.strip(), by=by.id))
    if conflict:
        close_elsewhere(uow, loop, person, by=by.id, now=now)
    else:
        _open_elsewhere(uow, loop, person, by=by.id, now=now)
    return settle(uow, watch(uow, _pinned(uow, loop, person, conflict=conflict, by=by.id, now=now), now=now), now=now)


def close_elsewhere(uow: UnitOfWork, loop: Loop, person: PersonId, *, by: PersonId, now: datetime) -> None:
    """A conflict is with the candidate: it closes every loop about them, whatever the person does or may do there. Where
    somebody else could not have set them aside, setting them aside here does not do it either."""
    for other in uow.loops(candidate=loop.candidate, active=False):
        stays = by != person and release.may_set_aside(other, person, now) is not None
        if other.id != loop.id and not sight.is_barred(other, person) and not stays:
            took_part = person in panel(other) or person in {other.recruiter, other.hiring_manager}
            note(uow, other, "recused", actor=by, now=now, because_of=loop.id, person=person)
            setter = None if by == person else by
            aside = recusal.step_aside(other, person, now=now, elsewhere=not took_part, by=setter)
            settle(uow, aside, now=now)


def _open_elsewhere(uow: UnitOfWork, loop: Loop, person: PersonId, *, by: PersonId, now: datetime) -> None:
    """What a pin had closed is open again."""
    for other in uow.loops(candidate=loop.candidate, active=False):
        if other.id != loop.id and sight.is_barred(other, person):
            settle(uow, _pinned(uow, other, person, conflict=False, by=by, now=now), now=now)


def _pinned(uow: UnitOfWork, loop: Loop, person: PersonId, *, conflict: bool, by: PersonId, now: datetime) -> Loop:
    after = recusal.pin(loop, person, conflict=conflict, by=by, now=now)
    verb = "overrode" if after.pins[-1].override else "pinned"
    note(uow, loop, verb, actor=by, now=now, person=person, verdict="conflict" if conflict else "no conflict")
    return after


def silent(uow: UnitOfWork, loop: Loop, *, now: datetime) -> tuple[PersonId, ...]:
    """Those of whom an answer is awaited no longer."""
    if all(attestation(loop, person) is not None for person in panel(loop)) or phase(loop, now) in OVER:
        return ()
    return recusal.silent(loop, people=people_in(uow), policy=uow.conflict_policy(), now=now)


def pass_over_the_silent(uow: UnitOfWork, loop: Loop, *, now: datetime) -> Loop:
    """Somebody else is asked where nobody answered in time. Saved when anything changed."""
    late = silent(uow, loop, now=now)
    for person in late:
        note(uow, loop, "passed over", actor="evenhand", now=now, person=person)
        loop = recusal.pass_over(loop, person, now=now)
    return settle(uow, loop, now=now) if late else loop
