"""Values to keep: small ones by hand, and any of a type by hypothesis."""

import types
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from hiring.model import (
    Confidence,
    Delivery,
    Kind,
    Loop,
    Overall,
    Plan,
    Rating,
    Scorecard,
    Seat,
    SeatPlan,
    Session,
    SessionPlan,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

PLAN = Plan(
    id="on-site",
    title="On-site",
    sessions=(
        SessionPlan(id="coding", title="Coding", minutes=60, seats=(SeatPlan(id="lead", any_of=("coding",)),)),
        SessionPlan(id="design", title="Design", minutes=60, seats=(SeatPlan(id="lead", any_of=("design",)),)),
    ),
)


def a_loop(
    id: str = "loop-1",  # noqa: A002 - the field's name
    *,
    person: str | None = "ada",
    start: datetime = NOON,
    booked: bool = False,
    opening: str = "data",
) -> Loop:
    """One session of an hour from `start`, with one seat."""
    return Loop(
        id=id,
        opening=opening,
        candidate="cleo",
        plan=PLAN,
        recruiter="rita",
        hiring_manager="hugo",
        created=NOON - timedelta(days=7),
        created_by="rita",
        sessions=(Session(id="coding", start=start, end=start + HOUR),),
        seats=(Seat(session="coding", id="lead", person=person),),
        booked_at=NOON - timedelta(days=1) if booked else None,
    )


def a_card(author: str = "ada", *, note: str = "", session: str = "coding", loop: str = "loop-1") -> Scorecard:
    return Scorecard(
        loop=loop,
        session=session,
        author=author,
        rubric="coding",
        rubric_version=3,
        ratings=(Rating(criterion="clarity", score=4, evidence="Said what she would test first."),),
        overall=Overall.YES,
        confidence=Confidence.HIGH,
        note=note,
        at=NOON + HOUR,
    )


def a_delivery(key: str, *, to: str = "", priority: int = 5, not_before: datetime | None = None) -> Delivery:
    return Delivery(
        key=key, kind=Kind.BRIEF, to=to, refs=(("loop", "loop-1"),), priority=priority, not_before=not_before
    )


_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(10**9), 10**9),
    bool: st.booleans(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    date: st.dates(),
    time: st.times(),
    type(None): st.none(),
}


def any_of_type(wanted: Any) -> st.SearchStrategy[Any]:
    """Any value of a type as `hiring.model` is made of them."""
    if wanted in _PLAIN:
        return _PLAIN[wanted]
    if is_dataclass(wanted):
        hints = get_type_hints(wanted)
        return st.deferred(lambda: st.builds(wanted, **{f.name: any_of_type(hints[f.name]) for f in fields(wanted)}))  # type: ignore[arg-type]  # is_dataclass says type or instance
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return st.sampled_from(wanted)
    of = get_args(wanted)
    if get_origin(wanted) in {Union, types.UnionType}:
        return st.one_of(*map(any_of_type, of))
    if of[-1] is Ellipsis:
        return st.lists(any_of_type(of[0]), max_size=2).map(tuple)
    return st.tuples(*map(any_of_type, of))
