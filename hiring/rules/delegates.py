"""Who stands in for a recruiter or hiring manager who has a conflict or has left, so that no loop is ever undecidable.

Whoever has a conflict loses sight of the loop and does not choose who takes it over: the opening names a delegate, or
somebody else who is free of conflicts does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hiring.model import Delivery, HandOver, Kind, Lead, Loop, Opening, Outcome, Person, PersonId, Role
from hiring.rules import sight
from hiring.rules.deliveries import SOON, make

People = Mapping[PersonId, Person]
TO_RECRUITER = frozenset(
    {
        Kind.UNSURE,
        Kind.LOOK,
        Kind.NAMED,
        Kind.OPTIONS,
        Kind.UNPLANNABLE,
        Kind.REPAIR,
        Kind.DRIFT,
        Kind.BOOKED,
        Kind.REPLACED,
        Kind.NEXT_STEP,
        Kind.ALERT,
    }
)
TO_MANAGER = frozenset({Kind.SUMMARY, Kind.DECISION_REMIND})
FOR_LEADS = TO_RECRUITER | TO_MANAGER
_ASKED_ONCE = frozenset({Kind.OPTIONS, Kind.REPAIR, Kind.DRIFT, Kind.UNSURE, Kind.LOOK})
_STANDS_IN = {Lead.RECRUITER: {Role.RECRUITER, Role.ADMIN}, Lead.HIRING_MANAGER: {Role.HIRING_MANAGER, Role.ADMIN}}


def holder(loop: Loop, lead: Lead) -> PersonId:
    return loop.recruiter if lead is Lead.RECRUITER else loop.hiring_manager


def vacant(loop: Loop, people: People) -> tuple[Lead, ...]:
    """What nobody does any more in a loop that still needs it: who did has a conflict, or has left."""
    on_hold = loop.decision is not None and loop.decision.outcome is Outcome.HOLD
    if loop.cancelled is not None or loop.erased is not None or (loop.decision is not None and not on_hold):
        return ()
    return tuple(lead for lead in Lead if not _can(loop, people[holder(loop, lead)]))


def _can(loop: Loop, person: Person) -> bool:
    return person.active and not sight.is_barred(loop, person.id)


def may_stand_in(loop: Loop, lead: Lead, person: Person, *, opening: Opening | None = None) -> bool:
    """Whether somebody may be named: free of conflicts, here, to be reached, and of a role that does such things. An opening
    recruiter may only take over in their own `opening`."""
    own = opening is not None and lead is Lead.RECRUITER and person.id == opening.recruiter
    fit = _STANDS_IN[lead] | ({Role.OPENING_RECRUITER} if own else set())
    able = _can(loop, person) and person.slack_id is not None and bool(fit & set(person.roles))
    return able and not _scores_unseen(loop, person)


def _scores_unseen(loop: Loop, person: Person) -> bool:
    """Whoever takes a take-home over learns whose it is."""
    scores = any(seat.person == person.id for seat in loop.seats) or any(s.person == person.id for s in loop.submitted)
    return loop.plan.take_home is not None and scores


def handed_over(loop: Loop, *, opening: Opening, people: People, now: datetime) -> Loop:
    """The loop with each vacant lead given to whom the opening names for it; where it names nobody, it stays vacant."""
    for lead in vacant(loop, people):
        named = (
            (opening.recruiter, loop.created_by)
            if lead is Lead.RECRUITER
            else (opening.delegate, opening.hiring_manager)
        )
        fit = [one for one in named if one is not None and may_stand_in(loop, lead, people[one], opening=opening)]
        if fit:
            loop = hand_over(loop, lead, fit[0], by="evenhand", now=now)
    return loop


def hand_over(loop: Loop, lead: Lead, to: PersonId, *, by: str, now: datetime) -> Loop:
    """The loop led by `to`. The events of a booked one move to a new recruiter's calendar, as long as they lie ahead."""
    told = replace(loop, handed_over=(*loop.handed_over, HandOver(lead, holder(loop, lead), to, now, by)))
    if lead is Lead.HIRING_MANAGER:
        return replace(told, hiring_manager=to)
    moves = loop.booked_at is not None and now < min(session.start for session in loop.sessions)
    return replace(told, recruiter=to, revision=loop.revision + 1 if moves else loop.revision)


def namers(loop: Loop, lead: Lead, people: People) -> tuple[PersonId, ...]:
    """Who is asked to name somebody: the other lead, else admins, else every recruiter; always free of conflicts."""
    other = people[loop.hiring_manager if lead is Lead.RECRUITER else loop.recruiter]
    for asked in ([other], _with(Role.ADMIN, people), _with(Role.RECRUITER, people)):
        free = tuple(person.id for person in asked if _can(loop, person) and person.slack_id is not None)
        if free:
            return free
    return ()


def _with(role: Role, people: People) -> list[Person]:
    return [people[one] for one in sorted(people) if role in people[one].roles]


def may_name(loop: Loop, lead: Lead, by: Person, people: People) -> str | None:
    """Why `by` may not name who takes over, or None. Nobody names their own successor."""
    if sight.is_barred(loop, by.id):
        return sight.closed(loop, by.id)
    if lead not in vacant(loop, people):
        return "Somebody does this already, so nobody needs to be named."
    if by.id in {loop.recruiter, loop.hiring_manager} or by.recruits_for(loop.opening) or Role.ADMIN in by.roles:
        return None
    return "Naming who takes over is for recruiters, admins and the hiring manager of the loop."


def choices(loop: Loop, lead: Lead, people: People) -> tuple[Person, ...]:
    """Whom one may name, those who do nothing else in this loop first."""
    taken = {loop.recruiter, loop.hiring_manager, *(seat.person for seat in loop.seats)}
    fit = [person for person in people.values() if may_stand_in(loop, lead, person)]
    return tuple(sorted(fit, key=lambda person: (person.id in taken, person.name.casefold(), person.id)))


def is_quiet(loop: Loop) -> bool:
    """Whether the opening's channel hears nothing of this loop: somebody who leads it stepped aside, or it is about a
    colleague. They may well read along there."""
    led = {loop.recruiter, loop.hiring_manager, *(one.of for one in loop.handed_over)}
    return loop.colleague is not None or any(sight.is_barred(loop, person) for person in led)


# ---- messages -----------------------------------------------------------------------------------------------------


def mark(loop: Loop, lead: Lead) -> str:
    """What the keys of messages to a new lead end with: each lead has messages of their own, and edits none of another's."""
    return f"/to/{holder(loop, lead)}" if any(one.lead is lead for one in loop.handed_over) else ""


def readdressed(loop: Loop, deliveries: Sequence[Delivery]) -> Iterator[Delivery]:
    """What is due, with messages to a new lead under keys of their own. What was answered before is not asked anew."""
    edited = {delivery.updates for delivery in deliveries}
    for delivery in deliveries:
        lead = Lead.RECRUITER if delivery.kind in TO_RECRUITER else Lead.HIRING_MANAGER
        end = mark(loop, lead) if delivery.kind in FOR_LEADS else ""
        if not end:
            yield delivery
        elif delivery.kind not in _ASKED_ONCE or delivery.key not in edited:
            updates = f"{delivery.updates}{end}" if delivery.updates else None
            yield replace(delivery, key=f"{delivery.key}{end}", updates=updates)


def due(loop: Loop, people: People, usual: Sequence[Delivery]) -> Iterator[Delivery]:
    """Who takes over is told, whoever can name somebody is asked to, and who led and has a conflict has what they were told
    taken away: `usual` is what is due to whoever leads."""
    for one in loop.handed_over:
        told = f"over/{one.lead}/{one.to}"
        yield make(loop, told, Kind.HANDED_OVER, one.to, priority=SOON, lead=one.lead)
        for person in (one.of, one.to):
            yield make(loop, f"{told}/home/{person}", Kind.HOME, person)
        yield from _named(loop, one.lead, one.of, people, filled=True)
    for lead in vacant(loop, people):
        yield from _named(loop, lead, holder(loop, lead), people, filled=False)
    for lead in Lead:
        yield from _taken_away(loop, lead, usual)


def _taken_away(loop: Loop, lead: Lead, usual: Sequence[Delivery]) -> Iterator[Delivery]:
    """From everybody who led and has a conflict. The first to lead had their messages under keys without a mark."""
    took_over = [one for one in loop.handed_over if one.lead is lead]
    had = [took_over[0].of, *(one.to for one in took_over)] if took_over else [holder(loop, lead)]
    kinds = TO_RECRUITER if lead is Lead.RECRUITER else TO_MANAGER
    for number, person in enumerate(had):
        end = f"/to/{person}" if number else ""
        for told in usual if sight.is_barred(loop, person) else ():
            if told.kind in kinds and told.updates is None:
                key = f"{told.key}{end}"
                yield replace(told, key=f"{key}/closed", to=person, updates=key)


def _named(loop: Loop, lead: Lead, of: PersonId, people: People, *, filled: bool) -> Iterator[Delivery]:
    for asked in namers(loop, lead, people):
        key = f"delegate/{lead}/{of}/{asked}"
        yield (
            make(loop, key, Kind.DELEGATE_WANTED, asked, priority=SOON, lead=lead)
            if not filled
            else make(loop, f"{key}/done", Kind.DELEGATE_WANTED, asked, updates=key, lead=lead)
        )
