"""What a unit of work leaves behind for others: deliveries, the audit trail, the inbox, episodes."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlmodel import col

from hiring.model import AuditEntry, Delivery, Episode
from hiring.ports import Sent
from store import audit, mapping
from store.dialect import insert_new, upsert
from store.tables import DeliveryRow, EpisodeRow, InboxRow
from store.transaction import Transaction


class Followups(Transaction):
    def enqueue(self, deliveries: Sequence[Delivery], *, now: datetime) -> int:
        self._must_write()
        new = sum(self._enqueue(delivery, now=now) for delivery in deliveries)
        self.frees_deliveries = self.frees_deliveries or new > 0
        return new

    def _enqueue(self, delivery: Delivery, *, now: datetime) -> int:
        values = mapping.delivery_values(delivery)
        due = delivery.not_before or _AT_ONCE
        return self._write(insert_new(DeliveryRow).values(**values, **_NEW, created=now, due=due)).rowcount

    def sent(self, key: str) -> Sent | None:
        columns = (col(DeliveryRow.channel), col(DeliveryRow.ts))
        found = select(*columns).where(col(DeliveryRow.key) == key, col(DeliveryRow.state) == "done")
        for channel, ts in self._rows(found):
            if channel is not None and ts is not None:
                return Sent(key=key, channel=channel, ts=ts)
        return None

    def audit(self, entry: AuditEntry) -> None:
        self._must_write()
        audit.append(self._connection, entry)

    def first_time(self, event: str, *, now: datetime) -> bool:
        return self._write(insert_new(InboxRow).values(event=event, at=now)).rowcount == 1

    def forget_inbox(self, before: datetime) -> int:
        """Drops the ids of events that came before then, and returns how many there were."""
        return self._write(delete(InboxRow).where(col(InboxRow.at) < before)).rowcount

    def episodes(self) -> tuple[Episode, ...]:
        """All of them, the closed ones too, by when they opened."""
        columns = [col(getattr(EpisodeRow, name)) for name in ("key", "opened", "alerted", "closed")]
        rows = self._rows(select(*columns).order_by(col(EpisodeRow.opened), col(EpisodeRow.key)))
        return tuple(Episode(key=key, opened=op, alerted=al, closed=cl) for key, op, al, cl in rows)

    def save_episode(self, episode: Episode) -> None:
        values = {
            "key": episode.key,
            "opened": episode.opened,
            "alerted": episode.alerted,
            "closed": episode.closed,
        }
        self._write(upsert(EpisodeRow, values))


_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Not `now`: leases run on the machine's clock, while `now` may be a clock that somebody moves (the workbench's)."""
_NEW = {"state": "waiting", "pending": True, "attempt": 0, "forgiven": 0, "reached": False, "reason": ""}
