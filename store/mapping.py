"""Between frozen values and rows. A document written before a field was thought of is read with that field's default."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from hiring.model import (
    Acquaintances,
    AuditEntry,
    Candidate,
    Delivery,
    Disclosure,
    Draft,
    Kind,
    Loop,
    Opening,
    Outcome,
    Person,
    PersonId,
    Pipeline,
    Plan,
    Scorecard,
)
from hiring.ports import Booking
from hiring.rules.grounds import Policy
from scheduling.calendars.builtin import Entry
from store.faults import Unreadable
from store.tables import DeliveryRow

T = TypeVar("T")

PERSON = TypeAdapter(Person)
CANDIDATE = TypeAdapter(Candidate)
OPENING = TypeAdapter(Opening)
PLAN = TypeAdapter(Plan)
PIPELINE = TypeAdapter(Pipeline)
LOOP = TypeAdapter(Loop)
SCORECARD = TypeAdapter(Scorecard)
DRAFT = TypeAdapter(Draft)
DISCLOSURE = TypeAdapter(Disclosure)
AUDIT_ENTRY = TypeAdapter(AuditEntry)
ACQUAINTANCES = TypeAdapter(Acquaintances)
ENTRY = TypeAdapter(Entry)
CONFLICT_POLICY = TypeAdapter(Policy)


def value(adapter: TypeAdapter[T], document: str) -> T:
    """The value of a document. What is wrong with one is told without what it holds.

    One with a field that this program does not know was written by a newer one. It is not read, since it would be saved
    without that field.
    """
    try:
        return adapter.validate_json(document, extra="forbid")
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the beginning"
        raise Unreadable(f"A stored document can't be read: at {place}, {first['type']}") from None


def kept(adapter: TypeAdapter[T], document: str) -> T:
    """As `value`, and remembered: for what every click and every pass of the clock reads again. The same text is the same
    frozen value, whoever reads it. Nothing that is sealed is kept in memory like this.
    """
    found: T = _remembered(adapter, document)
    return found


_remembered = lru_cache(maxsize=1024)(value)


def document(adapter: TypeAdapter[T], value: T) -> str:
    """Without what is as if not said, so that in a rolling upgrade the older program can read whatever it can know."""
    return adapter.dump_json(value, exclude_defaults=True).decode()


def canonical(value: Any) -> str:
    """One text for one JSON value, whoever writes it and whenever."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def is_active(loop: Loop) -> bool:
    return loop.cancelled is None and loop.decision is None


def ended(loop: Loop) -> datetime | None:
    """When it was over: cancelled, or decided for good. What is on hold may go on."""
    if loop.cancelled is not None:
        return loop.cancelled.at
    return loop.decision.at if loop.decision is not None and loop.decision.outcome is not Outcome.HOLD else None


def concerned(loop: Loop) -> frozenset[PersonId]:
    """Everybody on the panel, everybody whose scorecard is in, the recruiter and the hiring manager."""
    seated = (seat.person for seat in loop.seats if seat.person is not None)
    return frozenset({*seated, *(s.person for s in loop.submitted), loop.recruiter, loop.hiring_manager})


def bookings(loop: Loop) -> Iterator[tuple[str, Booking]]:
    """Each filled seat's id with its booking. Of a loop that is over only what had begun by then was anybody's time."""
    over = min((ended.at for ended in (loop.cancelled, loop.decision) if ended is not None), default=None)
    # What is scored at home has minutes and no hour: it may stand beside an interview.
    firm = loop.booked_at is not None and loop.plan.take_home is None
    if over is not None and not firm:
        return
    placed = {session.id: session.span for session in loop.sessions}
    for seat in loop.seats:
        span = placed.get(seat.session)
        if seat.person is None or span is None or (over is not None and span.start >= over):
            continue
        yield seat.id, Booking(person=seat.person, loop=loop.id, session=seat.session, span=span, firm=firm)


def lane(kind: str) -> str:
    """Who makes deliveries of this kind. App Home is a lane and so a place of its own: drawing it anew overtakes what waits
    for the same person's conversation."""
    return "home" if kind == Kind.HOME.value else kind.partition(".")[0]


LANES = tuple(sorted({lane(kind.value) for kind in Kind}))


def delivery_values(delivery: Delivery) -> dict[str, Any]:
    return {
        "key": delivery.key,
        "kind": delivery.kind.value,
        "lane": lane(delivery.kind.value),
        "recipient": delivery.to,
        "refs": canonical(delivery.refs),
        "loop": dict(delivery.refs).get("loop"),
        "not_before": delivery.not_before,
        "updates": delivery.updates,
        "thread": delivery.thread,
        "priority": delivery.priority,
    }


def delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        key=row.key,
        kind=Kind(row.kind),
        to=row.recipient,
        refs=tuple((name, value) for name, value in json.loads(row.refs)),
        not_before=row.not_before,
        updates=row.updates,
        thread=row.thread,
        priority=row.priority,
    )
