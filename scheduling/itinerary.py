"""A plan in the answer's words, and back."""

from collections.abc import Iterable

from scheduling.answer import Slot
from scheduling.board import Plan, Visit
from scheduling.grid import instant_of, minute_of
from scheduling.problem import Loop


def slots(loop: Loop, plan: Plan) -> tuple[Slot, ...]:
    length = {session.id: session.minutes for session in loop.sessions}
    return tuple(
        Slot(visit.session, instant_of(visit.start), instant_of(visit.start + length[visit.session]), dict(visit.seats))
        for visit in plan
    )


def plan_of(sessions: Iterable[Slot]) -> Plan:
    """Back from the answer's own words."""
    ordered = sorted(sessions, key=lambda slot: slot.start)
    return tuple(Visit(slot.id, minute_of(slot.start), tuple(slot.seats.items())) for slot in ordered)
