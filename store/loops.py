"""Loops and the minutes they take, in a unit of work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, insert, select, text, union_all, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from hiring.model import CandidateId, Loop, LoopId, OpeningId, PersonId, Span
from hiring.ports import Booking, Stale, Unknown
from store import dialect, mapping
from store.faults import Overlapping
from store.tables import BookingRow, LoopPersonRow, LoopRow
from store.transaction import Transaction

_LONGEST = timedelta(days=1)
"""No interview is longer, so that a search in time need not begin at the beginning of it."""

LONGEST_LOOP = timedelta(days=180)
_LOOPS = select(col(LoopRow.document)).order_by(col(LoopRow.created), col(LoopRow.id))
# Put together once: every click runs the first several times, and every change the others.
_LOOP = select(col(LoopRow.document)).where(col(LoopRow.id) == bindparam("id"))
_CHANGE = update(LoopRow).where(
    col(LoopRow.id) == bindparam("its_id"), col(LoopRow.version) == bindparam("its_version")
)
_CONCERNED = select(col(LoopPersonRow.person), col(LoopPersonRow.active)).where(
    col(LoopPersonRow.loop) == bindparam("loop")
)
_BOOKING_COLUMNS = ("loop", "session", "seat", "person", "starts", "ends", "firm")
_BOOKED = select(*(col(getattr(BookingRow, name)) for name in _BOOKING_COLUMNS)).where(
    col(BookingRow.loop) == bindparam("loop")
)


class Loops(Transaction):
    def loop(self, loop: LoopId) -> Loop:
        for (document,) in self._once(_LOOP, id=loop):
            return mapping.kept(mapping.LOOP, document)
        raise Unknown(f"There is no loop {loop}")

    def loops(
        self,
        *,
        opening: OpeningId | None = None,
        candidate: CandidateId | None = None,
        active: bool = True,
        created_after: datetime | None = None,
        ended_after: datetime | None = None,
    ) -> tuple[Loop, ...]:
        """In the order they were created; with `active=False` those that are over too, as far as they ended, or else began,
        since then."""
        asked: dict[str, object] = {"opening": opening, "candidate": candidate}
        if not active:
            asked |= {"began": created_after} if ended_after is None else {"ended": ended_after}
        return self._loops(active=active, **{name: value for name, value in asked.items() if value is not None})

    def loops_of(self, person: PersonId, *, active: bool = True) -> tuple[Loop, ...]:
        """Loops in which the person sits, has handed in a scorecard, or is the recruiter or the hiring manager.

        That one is concerned gives no right to see: `rules.sight` decides that.
        """
        return self._loops(active=True, person=person) if active else self._loops(active=False, person_ever=person)

    def _loops(self, *, active: bool, **by: Any) -> tuple[Loop, ...]:
        found = _loops_by(tuple(by), active=active)
        if "ended" in by:
            by["long_ago"] = by["ended"] - LONGEST_LOOP
        documents = dict.fromkeys(document for (document,) in self._once(found, **by))
        loops = (mapping.kept(mapping.LOOP, document) for document in documents)
        return tuple(loop for loop in loops if not active or mapping.is_active(loop))

    def save_loop(self, loop: Loop) -> Loop:
        """As the port says; raises Overlapping when a firm booking would be somebody's second at that time."""
        self._must_write()
        saved = replace(loop, version=loop.version + 1)
        if loop.version == 0:
            self._insert(saved)
        else:
            self._update(saved)
        self._concern(saved)
        self._book(saved)
        return saved

    def _insert(self, loop: Loop) -> None:
        if self._scalars(select(col(LoopRow.id)).where(col(LoopRow.id) == loop.id)):
            raise Stale(f"There is a loop {loop.id} already")
        self._write(insert(LoopRow).values(id=loop.id, **_values(loop)))

    def _update(self, loop: Loop) -> None:
        stored = {"its_id": loop.id, "its_version": loop.version - 1}
        if self._write(_CHANGE, {**stored, **_values(loop)}).rowcount == 0:
            self.loop(loop.id)
            raise Stale(f"Loop {loop.id} was saved by somebody else in between")

    def _concern(self, loop: Loop) -> None:
        active, of = mapping.is_active(loop), col(LoopPersonRow.loop) == loop.id
        known: dict[str, bool] = dict(self._rows(_CONCERNED, loop=loop.id))
        now = mapping.concerned(loop)
        gone = frozenset(known) - now
        if gone:
            self._write(delete(LoopPersonRow).where(of, col(LoopPersonRow.person).in_(gone)))
        new = [{"loop": loop.id, "person": person, "active": active} for person in sorted(now - frozenset(known))]
        if new:
            self._write(insert(LoopPersonRow), new)
        if any(known[person] != active for person in now & frozenset(known)):
            self._write(update(LoopPersonRow).where(of).values(active=active))

    def _book(self, loop: Loop) -> None:
        wanted = [_booking_values(seat, booking) for seat, booking in _once_a_session(loop)]
        stored = self._rows(_BOOKED, loop=loop.id)
        if {tuple(row) for row in stored} == {tuple(values[name] for name in _BOOKING_COLUMNS) for values in wanted}:
            return
        self._write(delete(BookingRow).where(col(BookingRow.loop) == loop.id))
        if not wanted:
            return
        try:
            self._write(insert(BookingRow), wanted)
        except DBAPIError as error:
            if dialect.of(self._connection).is_overlap(error):
                raise Overlapping(f"Somebody of loop {loop.id} is booked elsewhere at that time") from None
            raise

    def bookings(self, people: Sequence[PersonId], *, start: datetime, end: datetime) -> tuple[Booking, ...]:
        """By start. Tentative ones are of loops that are laid out and not booked yet; of a loop that is over, the
        sessions that had begun by then stay: those minutes were given.
        """
        columns = [col(getattr(BookingRow, name)) for name in ("person", "loop", "session", "starts", "ends", "firm")]
        found = select(*columns).where(
            col(BookingRow.person).in_(people),
            col(BookingRow.starts) < end,
            col(BookingRow.starts) > start - _LONGEST,
            col(BookingRow.ends) > start,
        )
        rows = self._rows(found.distinct().order_by(col(BookingRow.starts), col(BookingRow.person)))
        return tuple(
            Booking(person=person, loop=loop, session=session, span=Span(start=starts, end=ends), firm=firm)
            for person, loop, session, starts, ends, firm in rows
        )


def _once_a_session(loop: Loop) -> Iterable[tuple[str, Booking]]:
    """One booking for somebody who has two seats in a session: whatever else of theirs overlaps is refused."""
    found = {(booking.session, booking.person): (seat, booking) for seat, booking in mapping.bookings(loop)}
    return (found[place] for place in sorted(found))


@cache
def _loops_by(names: tuple[str, ...], *, active: bool) -> Select[str]:
    # Of a person's a database is left no choice but to begin with the person.
    still = [_UNDER_WAY] if active and "person" not in names else []
    since = next((_SINCE[name] for name in names if name in _SINCE), None)
    which = [_BY[name] for name in names if name not in _SINCE]
    return _LOOPS.where(*which, *still) if since is None else _any_of(since, which)


def _any_of(since: Sequence[ColumnElement[bool]], which: Sequence[ColumnElement[bool]]) -> Select[str]:
    """Each by itself: where conditions are joined by OR a database may use no index, and read all the past. A loop may come
    more than once."""
    columns = col(LoopRow.document), col(LoopRow.created), col(LoopRow.id)
    found = union_all(*(select(*columns).where(*which, one) for one in since)).subquery().c
    return select(found.document).order_by(found.created, found.id)


# Said twice: for the index of all that run, and for the one by opening.
_UNDER_WAY = and_(text("loops.active"), col(LoopRow.active).is_(True))
_BY: Mapping[str, ColumnElement[bool]] = {
    "opening": col(LoopRow.opening) == bindparam("opening"),
    "candidate": col(LoopRow.candidate) == bindparam("candidate"),
    "person": col(LoopRow.id).in_(
        select(col(LoopPersonRow.loop)).where(
            col(LoopPersonRow.person) == bindparam("person"), text("loop_people.active")
        )
    ),
    "person_ever": col(LoopRow.id).in_(
        select(col(LoopPersonRow.loop)).where(col(LoopPersonRow.person) == bindparam("person_ever"))
    ),
}
_SINCE: Mapping[str, Sequence[ColumnElement[bool]]] = {
    "began": (_UNDER_WAY, col(LoopRow.created) >= bindparam("began")),
    # Of what ended before that was kept nobody knows when, but not before it began; what is on hold has no end.
    "ended": (
        _UNDER_WAY,
        col(LoopRow.ended) >= bindparam("ended"),
        and_(text("NOT loops.active AND loops.ended IS NULL"), col(LoopRow.created) >= bindparam("long_ago")),
    ),
}


def _values(loop: Loop) -> dict[str, Any]:
    return {
        "opening": loop.opening,
        "candidate": loop.candidate,
        "active": mapping.is_active(loop),
        "version": loop.version,
        "created": loop.created,
        "ended": mapping.ended(loop),
        "document": mapping.document(mapping.LOOP, loop),
    }


def _booking_values(seat: str, booking: Booking) -> dict[str, Any]:
    return {
        "loop": booking.loop,
        "session": booking.session,
        "seat": seat,
        "person": booking.person,
        "starts": booking.span.start,
        "ends": booking.span.end,
        "firm": booking.firm,
    }
