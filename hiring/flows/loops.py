"""What a recruiter does with a loop: start it, say when the candidate can come, choose, move, cancel, replace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hiring.flows.capacity import is_taken
from hiring.flows.conflicts import are_barred, marked, watch
from hiring.flows.settling import note, settle
from hiring.model import (
    Barred,
    Candidate,
    CandidateId,
    Change,
    Ended,
    Left,
    Loop,
    LoopId,
    OpeningId,
    Person,
    PersonId,
    Planning,
    Span,
    StoodDown,
)
from hiring.ports import UnitOfWork
from hiring.rules import recusal, release
from hiring.rules.grounds import LookAt
from hiring.rules.permissions import Refused, Verb, may, may_start
from hiring.rules.phase import OVER, Phase, panel, phase
from hiring.rules.windows import window_faults

AT_HOME = "This is a take-home: it has no times. Cancel it to begin anew."


@dataclass(frozen=True, slots=True)
class Wish:
    """What the recruiter asks for. `candidate` may be new; no windows means that the candidate is asked for them."""

    loop: LoopId
    candidate: Candidate
    opening: OpeningId
    plan: str
    windows: tuple[Span, ...] = ()
    stage: str = ""


def start(uow: UnitOfWork, wish: Wish, *, by: Person, now: datetime) -> Loop | Refused:
    """A new loop, whose options the engine now looks for. The same wish twice is the same loop."""
    opening = uow.opening(wish.opening)
    plan = uow.plan(wish.plan)
    refused = may_start(by, opening) or _conflicted(uow, wish, by) or _twice(uow, wish, now)
    if refused is not None:
        return refused
    windows = () if plan.take_home is not None else tuple(sorted(wish.windows))
    faults = window_faults(windows, plan=plan, now=now)
    if faults:
        return Refused(faults[0].says)
    uow.save_candidate(wish.candidate)
    loop = Loop(
        id=wish.loop,
        opening=opening.id,
        candidate=wish.candidate.id,
        plan=plan,
        recruiter=by.id,
        hiring_manager=opening.hiring_manager,
        created=now,
        created_by=by.id,
        stage=wish.stage or plan.title,
        zone=wish.candidate.zone,
        windows=windows,
        asked_availability_at=None if windows else now,
        planning=Planning(number=1, asked=now) if windows else None,
        barred=tuple(Barred(person, now, elsewhere=True) for person in _aside(uow, wish.candidate.id)),
    )
    note(uow, loop, "started", actor=by.id, now=now, opening=opening.id, plan=f"{plan.id} v{plan.version}")
    return settle(uow, loop, now=now)


def _aside(uow: UnitOfWork, candidate: CandidateId) -> tuple[PersonId, ...]:
    """Who stepped aside in any loop about the candidate: a new one is closed to them from the beginning."""
    about = uow.loops(candidate=candidate, active=False)
    return tuple(dict.fromkeys(entry.person for loop in about for entry in loop.barred))


def _conflicted(uow: UnitOfWork, wish: Wish, by: Person) -> Refused | None:
    if by.email.casefold() == wish.candidate.email.casefold():
        return Refused("This loop would be about you. Somebody else has to start it.")
    if by.id in _aside(uow, wish.candidate.id):
        return Refused("You stepped aside from this candidate's interviews, so somebody else has to start this loop.")
    return None


def _twice(uow: UnitOfWork, wish: Wish, now: datetime) -> Refused | None:
    for other in uow.loops(opening=wish.opening):
        same = other.candidate == wish.candidate.id and other.plan.id == wish.plan and other.id != wish.loop
        if same and phase(other, now) not in OVER:
            return Refused(
                f"This candidate already has a loop with this plan, which is {phase(other, now)}. "
                "See it with `/interview status`, or cancel it first."
            )
    return None


def set_windows(uow: UnitOfWork, loop: Loop, windows: Sequence[Span], *, by: PersonId, now: datetime) -> Loop | Refused:
    """New windows for a loop that is not on the calendar yet; the engine looks again."""
    if loop.plan.take_home is not None:
        return Refused(AT_HOME)
    if loop.booked_at is not None or loop.cancelled is not None:
        return Refused("The interviews are booked already. Reschedule them to use other times.")
    faults = window_faults(windows, plan=loop.plan, now=now)
    if faults:
        return Refused(faults[0].says)
    note(uow, loop, "windows", actor=by, now=now, count=str(len(windows)))
    return settle(uow, _plan_anew(replace(loop, windows=tuple(sorted(windows))), now=now), now=now)


def _plan_anew(loop: Loop, *, now: datetime) -> Loop:
    """The loop without times and panel, and the engine asked for options once more. Attestations are kept."""
    number = loop.planning.number + 1 if loop.planning else 1
    return replace(
        loop,
        planning=Planning(number=number, asked=now) if loop.windows else None,
        sessions=(),
        seats=(),
        left=(*loop.left, *(Left(person=person, at=now) for person in panel(loop))),
    )


def choose(uow: UnitOfWork, loop: Loop, *, number: int, index: int, by: Person, now: datetime) -> Loop | Refused:
    """Take one of the options: its panel is asked about conflicts, and booked when all have said that there is none."""
    refused = may(by, Verb.RUN_LOOP, loop) or _no_option(loop, number, index, now)
    if refused is not None:
        return refused
    planning = loop.planning or Planning(number=number, asked=now)
    option = planning.options[index]
    offered = {seat.person for seat in option.seats}
    if are_barred(uow, loop, offered) or is_taken(uow, loop, option):
        note(uow, loop, "planned anew", actor="evenhand", now=now)
        settle(uow, _plan_anew(loop, now=now), now=now)
        return Refused("Somebody in this option is no longer available. New options are being worked out.")
    if uow.conflict_policy().look_at is LookAt.SEATING and marked(uow, loop) & offered:
        return Refused("Somebody in this option is marked for a look. Open “Conflicts” and pin a verdict first.")
    chosen = replace(
        loop,
        planning=replace(planning, chosen=index, chosen_at=now, chosen_by=by.id),
        sessions=option.sessions,
        seats=tuple(replace(seat, since=now) for seat in option.seats),
    )
    note(uow, chosen, "chose", actor=by.id, now=now, option=str(index + 1), of=str(len(planning.options)))
    return settle(uow, watch(uow, chosen, now=now), now=now)


def _no_option(loop: Loop, number: int, index: int, now: datetime) -> Refused | None:
    planning = loop.planning
    if planning is None or planning.number != number or index not in range(len(planning.options)):
        return Refused("These options have been replaced by newer ones. Pick from the latest message.")
    if planning.chosen is not None:
        return Refused("An option has been chosen already. To change it, reschedule the loop.")
    if min(session.start for session in planning.options[index].sessions) <= now:
        return Refused("This option begins in the past by now. Ask for new options by changing the availability.")
    return None


def cancel(uow: UnitOfWork, loop: Loop, *, reason: str, by: Person, now: datetime) -> Loop | Refused:
    """End the loop: everybody asked is told, the calendar is cleared."""
    refused = may(by, Verb.RUN_LOOP, loop) or _needs(reason)
    if refused is not None:
        return refused
    if phase(loop, now) in OVER:
        return Refused(f"This loop is {phase(loop, now)} already.")
    note(uow, loop, "cancelled", actor=by.id, now=now)
    return settle(uow, replace(loop, cancelled=Ended(at=now, by=by.id, reason=reason.strip())), now=now)


def reschedule(
    uow: UnitOfWork, loop: Loop, windows: Sequence[Span], *, reason: str, by: Person, now: datetime
) -> Loop | Refused:
    """Take a loop off the calendar and look for new times in `windows`; without any, the candidate is asked for them.

    Who has attested need not do so again.
    """
    refused = may(by, Verb.RUN_LOOP, loop) or _needs(reason)
    if refused is not None:
        return refused
    if loop.plan.take_home is not None:
        return Refused(AT_HOME)
    if phase(loop, now) in OVER | {Phase.DECIDING} or release.is_frozen(loop, now):
        return Refused("The interviews have begun, so they can't be moved any more.")
    faults = window_faults(windows, plan=loop.plan, now=now)
    if faults:
        return Refused(faults[0].says)
    told = panel(loop) if loop.booked_at is not None else ()
    moved = replace(
        _plan_anew(replace(loop, windows=tuple(sorted(windows))), now=now),
        asked_availability_at=loop.asked_availability_at if windows else now,
        attempt=loop.attempt + 1 if loop.sessions else loop.attempt,
        booked_at=None,
        revision=1,
        stood_down=(*loop.stood_down, *(StoodDown(person=p, at=now, why="rescheduled") for p in told)),
        changes=(*loop.changes, Change(at=now, by=by.id, what="rescheduled", reason=reason.strip())),
    )
    note(uow, moved, "rescheduled", actor=by.id, now=now)
    return settle(uow, moved, now=now)


def replace_person(
    uow: UnitOfWork, loop: Loop, person: PersonId, *, reason: str, by: Person, now: datetime
) -> Loop | Refused:
    """Take somebody off the panel, times kept; the engine finds who sits in for them. Says nothing about a conflict."""
    refused = may(by, Verb.RUN_LOOP, loop) or _needs(reason)
    return refused or _hand_over(uow, loop, person, reason=reason, by=by, now=now)


def swap(uow: UnitOfWork, loop: Loop, *, reason: str, by: Person, now: datetime) -> Loop | Refused:
    """Somebody asks to be replaced themselves. It says nothing about a conflict and bars nobody."""
    return _needs(reason) or _hand_over(uow, loop, by.id, reason=reason, by=by, now=now)


def _hand_over(
    uow: UnitOfWork, loop: Loop, person: PersonId, *, reason: str, by: Person, now: datetime
) -> Loop | Refused:
    if not any(seat.person == person for seat in loop.seats):
        return Refused("This person is not on the panel any more.")
    if phase(loop, now) in OVER | {Phase.SCORING, Phase.DECIDING}:
        return Refused("The interviews are over, so the panel can't be changed any more.")
    if release.is_frozen(loop, now, person=person):
        return Refused("Their interview has begun, so they can't be replaced any more. They can still step aside.")
    left = replace(
        recusal.unseat(loop, person, now=now),
        stood_down=(*loop.stood_down, StoodDown(person=person, at=now, why="replaced")),
        changes=(*loop.changes, Change(at=now, by=by.id, what=f"replaced {person}", reason=reason.strip())),
    )
    note(uow, left, "replaced", actor=by.id, now=now, person=person)
    return settle(uow, left, now=now)


def _needs(reason: str) -> Refused | None:
    return None if reason.strip() else Refused("Please give a reason: it is kept with the loop.")
