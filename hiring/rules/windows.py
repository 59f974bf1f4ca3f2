"""When a candidate can come: what makes a list of windows usable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from hiring.model import Plan, Span

FARTHEST = timedelta(days=90)
MOST = 20


@dataclass(frozen=True, slots=True)
class WindowFault:
    """What is wrong with the window at `index` (as given, from 0), in a sentence that says what to do."""

    index: int
    says: str


def window_faults(windows: Sequence[Span], *, plan: Plan, now: datetime) -> tuple[WindowFault, ...]:
    """Every fault, by window; empty when the windows can be used as they are."""
    faults = [WindowFault(MOST, f"That is too many; {MOST} windows are enough.")] if len(windows) > MOST else []
    shortest = min((session.minutes for session in plan.sessions), default=0)
    for index, window in enumerate(windows):
        if window.end <= window.start:
            faults.append(WindowFault(index, "The end must be later than the start."))
        elif window.start <= now:
            faults.append(WindowFault(index, "This has begun or passed already. Pick a time to come."))
        elif window.start > now + FARTHEST:
            faults.append(WindowFault(index, f"Pick a day within the next {FARTHEST.days} days."))
        elif window.minutes < shortest:
            faults.append(WindowFault(index, f"Too short: the shortest interview takes {shortest} minutes."))
    overlapping = {max(a, b) for a, b in combinations(range(len(windows)), 2) if windows[a].overlaps(windows[b])}
    faults += [WindowFault(index, "This overlaps another window. Join them, or change one.") for index in overlapping]
    return tuple(sorted(faults, key=lambda fault: fault.index))
