"""What a candidate's page is about now. Fewer stages than a loop has phases: what happens behind the scenes is not shown.

From the end of the last interview on the page stays the same, whatever scorecards, release or decision follow.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from hiring.model import Loop
from hiring.rules.phase import Phase, last_end, phase


class Stage(StrEnum):
    WANTED = "availability wanted"
    AT_HOME = "work at home"
    HANDED_IN = "work handed in"
    ARRANGING = "arranging"
    MOVING = "arranging new times"
    BOOKED = "booked"
    OVER = "over"
    CANCELLED = "cancelled"


def stage(loop: Loop, now: datetime) -> Stage:
    if loop.cancelled is not None:
        return Stage.CANCELLED
    if loop.plan.take_home is not None:
        return Stage.AT_HOME if loop.work is None else Stage.HANDED_IN
    if loop.booked_at is not None and loop.sessions:
        return Stage.BOOKED if now < last_end(loop) else Stage.OVER
    if phase(loop, now) is Phase.AWAITING_AVAILABILITY:
        return Stage.WANTED
    return Stage.MOVING if any(change.what == "rescheduled" for change in loop.changes) else Stage.ARRANGING
