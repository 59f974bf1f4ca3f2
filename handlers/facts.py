"""What lists, status and App Home are made from: read in one go, and only what the person may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.blocks.home import HomeView
from handlers.blocks.mine import Asked, Interview, Owed
from handlers.blocks.standing import Standing
from hiring.flows.conflicts import may_read
from hiring.flows.self_service import loads
from hiring.flows.settling import people_in
from hiring.model import Answer, Candidate, Loop, Opening, Outcome, Person, PersonId, Role
from hiring.ports import UnitOfWork
from hiring.rules import sight
from hiring.rules.blind import as_seen
from hiring.rules.bottlenecks import Bottleneck, waiting
from hiring.rules.permissions import COMMANDS, Verb, may, may_command
from hiring.rules.phase import OVER, Phase, attestation, panel, phase
from hiring.rules.spelling import bare

LOOKED_BACK = timedelta(days=180)
"""A loop that began earlier than this and is on hold is found no more by looking around."""
RECENT = timedelta(days=14)
"""How long a loop that is over can still be looked up."""


def home(uow: UnitOfWork, person: Person, *, now: datetime) -> HomeView:
    """Everything App Home shows to `person`."""
    today = now.astimezone(ZoneInfo(person.zone)).date()
    mine = uow.loops_of(person.id)
    running = [loop for loop in mine if phase(loop, now) not in OVER and may(person, Verb.SEE_STATUS, loop) is None]
    return HomeView(
        person=person,
        today=today,
        this_week=today - timedelta(days=today.weekday()),
        interviews=interviews(uow, person, now=now),
        owed=owed(uow, person, now=now),
        asked=asked(uow, person, now=now),
        load=loads(uow, [person], now=now)[0],
        runs=standings(uow, (loop for loop in running if loop.recruiter == person.id), now=now),
        hires=standings(uow, (loop for loop in running if loop.hiring_manager == person.id), now=now),
        audits=standings(uow, audited(uow, person, now=now), now=now, reader=person),
        commands=allowed(person),
    )


def audited(uow: UnitOfWork, person: Person, *, now: datetime) -> tuple[Loop, ...]:
    """For an auditor, the loops under way or ended lately; first those in which somebody was asked, said or judged
    something more than "no conflict"."""
    if Role.AUDITOR not in person.roles:
        return ()
    found = [
        loop
        for loop in uow.loops(active=False, ended_after=now - RECENT)
        if _lately(loop, now) and may_read(loop, person) is None
    ]
    return tuple(sorted(found, key=lambda loop: not (loop.barred or loop.pins or loop.looks or loop.named)))


def allowed(person: Person) -> tuple[str, ...]:
    """The words of `/interview` that the person may use."""
    return tuple(word for word in COMMANDS if may_command(person, word) is None)


def interviews(uow: UnitOfWork, person: Person, *, now: datetime) -> tuple[Interview, ...]:
    """Booked sessions that have not ended. The candidate is named only where the person has said "no conflict"."""
    found = [
        Interview(
            loop=loop.id,
            session=session.id,
            title=loop.plan.session(session.id).title,
            start=session.start,
            end=session.end,
            candidate=uow.candidate(loop.candidate).name if _cleared(loop, person) else None,
            link=session.link,
        )
        for loop in _own(uow, person, now)
        if loop.booked_at is not None and loop.plan.take_home is None
        for session in loop.sessions
        if session.end > now and any(s.session == session.id and s.person == person.id for s in loop.seats)
    ]
    return tuple(sorted(found, key=lambda one: one.start))


def _own(uow: UnitOfWork, person: Person, now: datetime) -> list[Loop]:
    """The loops under way in which the person sits and from which they have not stepped aside."""
    return [
        loop
        for loop in uow.loops_of(person.id)
        if phase(loop, now) not in OVER and person.id in panel(loop) and not sight.is_barred(loop, person.id)
    ]


def _cleared(loop: Loop, person: Person) -> bool:
    said = attestation(loop, person.id)
    return said is not None and said.answer is Answer.NO_CONFLICT


def owed(uow: UnitOfWork, person: Person, *, now: datetime) -> tuple[Owed, ...]:
    """The scorecards of interviews that have begun and that `person` has not handed in, the oldest first."""
    found = [
        Owed(
            loop=loop.id,
            session=session,
            title=loop.plan.session(session).title,
            candidate=as_seen(uow.candidate(loop.candidate), loop, person).name,
            ended=loop.session(session).end,
            unseen=loop.plan.take_home is not None,
            draft_saved=uow.draft(loop.id, session, who) is not None,
        )
        for loop in _own(uow, person, now)
        if loop.booked_at is not None and (loop.plan.take_home is None or _cleared(loop, person))
        for session, who in sight.owed(loop)
        if who == person.id and loop.session(session).start <= now and not sight.is_in(loop, session, who)
    ]
    return tuple(sorted(found, key=lambda one: one.ended))


def asked(uow: UnitOfWork, person: Person, *, now: datetime) -> tuple[Asked, ...]:
    """The conflict questions that wait for the person's answer."""
    waiting_ = [loop for loop in _own(uow, person, now) if attestation(loop, person.id) is None]
    candidates = [as_seen(uow.candidate(loop.candidate), loop, person) for loop in waiting_]
    return tuple(
        Asked(
            loop=loop.id,
            candidate=candidate.name,
            employer=candidate.employer,
            unseen=loop.plan.take_home is not None,
        )
        for loop, candidate in zip(waiting_, candidates, strict=True)
    )


def visible(uow: UnitOfWork, viewer: Person, *, now: datetime) -> tuple[Loop, ...]:
    """The loops that `viewer` may follow: those that run, and those that ended lately; those that run first."""
    found = [
        loop
        for loop in uow.loops(active=False, ended_after=now - RECENT)
        if may(viewer, Verb.SEE_STATUS, loop) is None and _lately(loop, now)
    ]
    return tuple(sorted(found, key=lambda loop: (phase(loop, now) in OVER, loop.created, loop.id)))


def _lately(loop: Loop, now: datetime) -> bool:
    if loop.cancelled is None and loop.decision is not None and loop.decision.outcome is Outcome.HOLD:
        return now - loop.created <= LOOKED_BACK
    ended = loop.cancelled.at if loop.cancelled else loop.decision.at if loop.decision else now
    return now - ended < RECENT


def standings(
    uow: UnitOfWork, loops: Iterable[Loop], *, now: datetime, reader: Person | None = None
) -> tuple[Standing, ...]:
    """Each loop in the words of one line; for a `reader` who may not know every candidate, without those."""
    known = people_in(uow)
    return tuple(
        Standing(
            loop=loop.id,
            candidate=_named(uow.candidate(loop.candidate), loop, reader),
            opening=uow.opening(loop.opening).title,
            phase=phase(loop, now),
            next_at=_next(loop, now),
            waits_for=_one_owner(waiting(loop, now=now, people=known)),
        )
        for loop in loops
    )


def _named(candidate: Candidate, loop: Loop, reader: Person | None) -> str:
    return candidate.name if reader is None else as_seen(candidate, loop, reader).name


def _next(loop: Loop, now: datetime) -> datetime | None:
    return min((s.start for s in loop.sessions if s.start > now), default=None) if loop.booked_at else None


def _one_owner(waits: tuple[Bottleneck, ...]) -> PersonId | None:
    owners = {wait.owner for wait in waits}
    return owners.pop() if len(owners) == 1 else None


def deciding(uow: UnitOfWork, person: Person, *, now: datetime) -> tuple[Loop, ...]:
    """The loops that wait for this person's decision, those on hold last."""
    mine = [
        loop
        for loop in visible(uow, person, now=now)
        if may(person, Verb.DECIDE, loop) is None and _open_to_decide(loop, now)
    ]
    return tuple(sorted(mine, key=lambda loop: (loop.decision is not None, loop.created)))


def _open_to_decide(loop: Loop, now: datetime) -> bool:
    on_hold = loop.decision is not None and loop.decision.outcome is Outcome.HOLD and loop.cancelled is None
    return phase(loop, now) is Phase.DECIDING or on_hold


def waits(uow: UnitOfWork, viewer: Person, *, now: datetime) -> tuple[Bottleneck, ...]:
    """Everybody who is awaited in the loops that `viewer` may follow, within the limit too, the longest waiting first."""
    known = people_in(uow)
    found = [wait for loop in visible(uow, viewer, now=now) for wait in waiting(loop, now=now, people=known)]
    return tuple(sorted(found, key=lambda wait: (wait.since, wait.key)))


def opening_named(openings: Iterable[Opening], words: str) -> Opening | None:
    """The one opening whose title or id holds the words."""
    near = [one for one in openings if bare(words) in bare(f"{one.title} {one.id}")]
    return near[0] if len(near) == 1 else None


def is_called(candidate: Candidate, words: str) -> bool:
    """By a part of the name or the e-mail: not everybody can type every name."""
    return bare(words) in bare(f"{candidate.name} {candidate.email}")
