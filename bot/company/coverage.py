"""Which criteria a plan looks at, and with how many pairs of eyes."""

from collections.abc import Iterable
from dataclasses import dataclass

from hiring.model import Plan

EYES_WANTED = 2


@dataclass(frozen=True, slots=True)
class Coverage:
    """`raters` counts the seats that rate and are sure to be filled; optional seats and sessions may stay empty."""

    criterion: str
    sessions: tuple[str, ...]
    raters: int


def cover(plan: Plan, *, wanted: Iterable[str] = ()) -> tuple[Coverage, ...]:
    """Every criterion of the plan's rubrics, and every `wanted` one (a role's skills need it), in that order."""
    found: dict[str, tuple[tuple[str, ...], int]] = {}
    for session in plan.sessions:
        rubric = plan.rubric(session.id)
        if rubric is None:
            continue
        seats = sum(1 for seat in session.seats if seat.rates and not seat.optional and not session.optional)
        for criterion in rubric.criteria:
            sessions, raters = found.get(criterion.id, ((), 0))
            found[criterion.id] = ((*sessions, session.id), raters + seats)
    for needed in wanted:
        found.setdefault(needed, ((), 0))
    return tuple(Coverage(name, sessions, raters) for name, (sessions, raters) in found.items())


def thin(coverage: Iterable[Coverage]) -> tuple[Coverage, ...]:
    """Those that nobody, or only one person, is sure to rate."""
    return tuple(entry for entry in coverage if entry.raters < EYES_WANTED)
