"""What a unit of work leaves behind for others: deliveries, the audit trail, the inbox, episodes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, TextClause, bindparam, cast, delete, select, text, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from hiring.model import AuditEntry, Delivery, Episode, Kind, LoopId, PersonId, Readable
from hiring.ports import DeadLetter, Sent
from store import audit, mapping, tables
from store.tables import AuditRow, DeliveryRow, EpisodeRow, InboxRow
from store.transaction import Transaction


class Followups(Transaction):
    _head: audit.Head | None = None

    def enqueue(self, deliveries: Sequence[Delivery], *, now: datetime) -> int:
        self._must_write()
        wanted: dict[str, Delivery] = {}
        for delivery in deliveries:
            wanted.setdefault(delivery.key, delivery)
        # What is due is enqueued again and again, and an insert that is refused uses up a number all the same.
        unwritten = self.unwritten(tuple(wanted))
        new = [one for key, one in wanted.items() if key in unwritten and not self._is_drawn_soon(one)]
        self._put_all_new(DeliveryRow, [_row(delivery, now=now, cause=self.cause) for delivery in new])
        for notice in (one for one in new if one.kind is Kind.DEAD_LETTER and not one.updates):
            self._write(_TOLD, [{"its_key": notice.ref("delivery")}])
        self.frees_deliveries = self.frees_deliveries or bool(new)
        return len(new)

    def _is_drawn_soon(self, delivery: Delivery) -> bool:
        """App Home is drawn from what is there when it is drawn, so that one waiting drawing shows all that was changed
        before. Locked, so that no worker begins it before what this unit of work changes can be seen."""
        if delivery.kind is not Kind.HOME:
            return False
        return bool(self._scalars(_DRAWN_SOON, to=delivery.to))

    def unwritten(self, keys: Sequence[str]) -> frozenset[str]:
        known: set[str] = set()
        for start in range(0, len(keys), _AT_A_TIME):
            some = keys[start : start + _AT_A_TIME]
            known |= set(self._scalars(_KNOWN, keys=list(some)))
        return frozenset(keys) - known

    def sent(self, key: str) -> Sent | None:
        for channel, ts in self._rows(_SENT, key=key):
            if channel is not None and ts is not None:
                return Sent(key=key, channel=channel, ts=ts)
        return None

    def dead_letter(self, key: str) -> DeadLetter | None:
        return next(iter(self._dead(col(DeliveryRow.key) == key, tables.DEAD)), None)

    def dead_letters(self, *, loop: LoopId | None = None) -> tuple[DeadLetter, ...]:
        if loop is not None:
            return self._dead(col(DeliveryRow.loop) == loop, tables.DEAD, col(DeliveryRow.kind).in_(_LOUD))
        notice = aliased(DeliveryRow)
        name = "dead/" + col(DeliveryRow.key) + "/" + cast(col(DeliveryRow.attempt), Text)
        untold = ~select(col(notice.n)).where(col(notice.key) == name).exists()
        # An older program writes a notice and leaves no mark of it, so that is looked for, too.
        return self._dead(
            text("NOT (deliveries.told OR deliveries.state <> 'dead')"), col(DeliveryRow.kind).in_(_LOUD), untold
        )

    def _dead(self, *which: ColumnElement[bool] | TextClause) -> tuple[DeadLetter, ...]:
        found = select(*_COLUMNS).where(*which).order_by(col(DeliveryRow.n))
        return tuple(
            DeadLetter(delivery=mapping.delivery(row), reason=row.reason, attempt=row.attempt)
            for row in self._rows(found)
        )

    def retry(self, key: str) -> None:
        again = {"state": "waiting", "pending": True, "due": _AT_ONCE, "forgiven": col(DeliveryRow.attempt)}
        dead = update(DeliveryRow).where(col(DeliveryRow.key) == key, tables.DEAD)
        if self._write(dead.values(**again, finished=None, told=False)).rowcount:
            self.frees_deliveries = True

    def audit(self, entry: AuditEntry) -> None:
        self._must_write()
        # Nobody else appends before this unit of work ends.
        self._head = audit.append(self._connection, entry, after=self._head or audit.head(self._connection))

    def entries(self, subject: str, *, most: int = 200) -> tuple[AuditEntry, ...]:
        found = select(col(AuditRow.entry)).where(col(AuditRow.subject) == subject).order_by(col(AuditRow.n).desc())
        return tuple(mapping.value(mapping.AUDIT_ENTRY, text) for text in self._scalars(found.limit(most)))

    def note_read(self, loop: LoopId, reader: PersonId, what: Readable, *, now: datetime) -> None:
        entry = AuditEntry(at=now, actor=reader, verb="read", subject=loop, facts=(("what", what.value),))
        if not self._read_only:
            self.audit_once_a_day(entry)
        elif not self._scalars(select(col(InboxRow.event)).where(col(InboxRow.event) == _of_the_day(entry))):
            self.owed_entries.append(entry)

    def audit_once_a_day(self, entry: AuditEntry) -> None:
        if self._mark(_of_the_day(entry), now=entry.at):
            self.audit(entry)

    def first_time(self, event: str, *, now: datetime) -> bool:
        new = self._mark(event, now=now)
        if new:
            self.cause = event
        return new

    def _mark(self, name: str, *, now: datetime) -> bool:
        return self._put_new(InboxRow, {"event": name, "at": now}) == 1

    def forget(self, event: str) -> None:
        self._write(delete(InboxRow).where(col(InboxRow.event) == event))

    def forget_inbox(self, before: datetime) -> int:
        """Drops the ids of events that came before then, and returns how many there were."""
        return self._write(delete(InboxRow).where(col(InboxRow.at) < before)).rowcount

    def episodes(self, *, keys: Sequence[str] | None = None) -> tuple[Episode, ...]:
        """The open ones, by when they opened; with `keys` those of them that there are, the closed ones too."""
        rows = self._rows(_OPEN_EPISODES) if keys is None else self._rows(_SOME_EPISODES, keys=list(keys))
        return tuple(Episode(key=key, opened=op, alerted=al, closed=cl) for key, op, al, cl in rows)

    def save_episode(self, episode: Episode) -> None:
        values = {
            "key": episode.key,
            "opened": episode.opened,
            "alerted": episode.alerted,
            "closed": episode.closed,
        }
        self._put(EpisodeRow, values)


_COLUMNS = tuple(DeliveryRow.__table__.columns)  # type: ignore[attr-defined]  # made by SQLModel's metaclass
# Those of a kind that is new are left to the newer program: this one can't say what they are.
_LOUD = tuple(kind.value for kind in Kind if kind not in {Kind.HOME, Kind.DEAD_LETTER, Kind.HELP})
_TOLD = update(DeliveryRow).where(col(DeliveryRow.key) == bindparam("its_key")).values(told=True)
# Put together once: that takes longer than to run them, and every click and every pass of the clock does.
_KNOWN = select(col(DeliveryRow.key)).where(col(DeliveryRow.key).in_(bindparam("keys", expanding=True)))
_DRAWN_SOON = (
    select(col(DeliveryRow.n))
    .where(
        col(DeliveryRow.lane) == mapping.lane(Kind.HOME),
        col(DeliveryRow.recipient) == bindparam("to"),
        col(DeliveryRow.finished).is_(None),
        col(DeliveryRow.state) == "waiting",
    )
    .limit(1)
    .with_for_update(skip_locked=True)
)
_SENT = select(col(DeliveryRow.channel), col(DeliveryRow.ts)).where(
    col(DeliveryRow.key) == bindparam("key"), col(DeliveryRow.state) == "done"
)
_EPISODES = select(
    col(EpisodeRow.key), col(EpisodeRow.opened), col(EpisodeRow.alerted), col(EpisodeRow.closed)
).order_by(col(EpisodeRow.opened), col(EpisodeRow.key))
_OPEN_EPISODES = _EPISODES.where(col(EpisodeRow.closed).is_(None))
_SOME_EPISODES = _EPISODES.where(col(EpisodeRow.key).in_(bindparam("keys", expanding=True)))


def _of_the_day(entry: AuditEntry) -> str:
    """The mark under which it is remembered that this entry stands already, for longer than the day (`forget_inbox`)."""
    what = "/".join(value for _, value in entry.facts)
    return f"{entry.verb}/{entry.subject}/{entry.actor}/{what}/{entry.at.astimezone(UTC).date()}"


def _row(delivery: Delivery, *, now: datetime, cause: str) -> dict[str, Any]:
    return {
        **mapping.delivery_values(delivery),
        **_NEW,
        "created": now,
        "due": delivery.not_before or _AT_ONCE,
        "cause": cause or None,
    }


_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Not `now`: leases run on the machine's clock, while `now` may be a clock that somebody moves (the workbench's)."""
_AT_A_TIME = 500
_NEW = {"state": "waiting", "pending": True, "attempt": 0, "forgiven": 0, "reached": False, "reason": ""}
