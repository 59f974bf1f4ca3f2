"""How a delivery about a loop is written down: its key, whom it is for, how urgent; and ladders of reminders."""

from __future__ import annotations

from datetime import datetime

from hiring.model import Delivery, Kind, Loop, Person
from hiring.rules import worktime

URGENT, SOON, USUAL = 1, 3, 5


def make(
    loop: Loop,
    tail: str,
    kind: Kind,
    to: str = "",
    *,
    priority: int = USUAL,
    updates: str | None = None,
    thread: str | None = None,
    **refs: str,
) -> Delivery:
    """`tail`, `updates` and `thread` are keys without the loop's id."""
    return Delivery(
        key=f"{loop.id}/{tail}",
        kind=kind,
        to=to,
        refs=(("loop", loop.id), *refs.items()),
        priority=priority,
        updates=f"{loop.id}/{updates}" if updates else None,
        thread=f"{loop.id}/{thread}" if thread else None,
    )


def stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S.%f")


def rungs_reached(person: Person, since: datetime, now: datetime, rungs: tuple[int, ...]) -> int:
    """The highest rung of a ladder of working minutes reached since `since`, counted from 1; 0 for none."""
    passed = worktime.minutes_between(person, since, now)
    return sum(passed >= each for each in rungs)


def rung_due(person: Person, since: datetime, now: datetime, rungs: tuple[int, ...]) -> int:
    """The rung whose reminder is to go out now. 0, too, outside the person's working hours, into which an outage or the end
    of the last working minute may carry it: the pass of the next morning sends it."""
    return rungs_reached(person, since, now, rungs) if worktime.is_at_work(person, now) else 0


def can_wait(delivery: Delivery) -> bool:
    """Whether it is said in its reader's working hours only: reminders, alerts, and what is to happen in weeks. An edit
    disturbs nobody, and whoever put a reminder off has chosen its hour."""
    chosen = dict(delivery.refs).get("rung") == "0"
    return delivery.kind in _IN_WORKING_HOURS and delivery.updates is None and not chosen


_IN_WORKING_HOURS = frozenset(
    {Kind.ATTEST_REMIND, Kind.SCORECARD_REMIND, Kind.DECISION_REMIND, Kind.ALERT, Kind.RETENTION}
)
