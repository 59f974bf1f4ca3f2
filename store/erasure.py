"""Making things gone, in a unit of work: rows are deleted, keys destroyed, and the journal is emptied after it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, select, update
from sqlmodel import col

from hiring.model import Candidate, CandidateId, Kind, Loop, LoopId
from hiring.ports import Sent, Told
from store import mapping
from store.columns import Instant
from store.dues import Dues
from store.names import Names
from store.tables import CandidateRow, DataKeyRow, DeliveryRow, DisclosureRow, DraftRow, PictureRow
from store.vault import candidate_owner

_COLUMNS = tuple(DeliveryRow.__table__.columns)  # type: ignore[attr-defined]  # made by SQLModel's metaclass
_AT_A_TIME = 500
_ABOUT = select(*_COLUMNS).where(
    col(DeliveryRow.loop).in_(bindparam("loops", expanding=True)), col(DeliveryRow.kind) != Kind.TAKE_BACK.value
)
_KEY = col(DeliveryRow.key)
_LAST = "\U0010ffff"
_THESE = select(*_COLUMNS).where(_KEY.in_(bindparam("keys", expanding=True)))
_DIGESTS = select(*_COLUMNS).where(
    bindparam("since") <= _KEY,
    bindparam("last") > _KEY,
    col(DeliveryRow.created) >= bindparam("began", type_=Instant()),
    col(DeliveryRow.kind) == Kind.DIGEST.value,
)


class Erasure(Names, Dues):
    def told(self, loops: Sequence[Loop]) -> tuple[Told, ...]:
        if not loops:
            return ()
        about = self._kept_waiting(_ABOUT, loops=[loop.id for loop in loops])
        digests = [row for loop in loops for row in self._digests(loop)]
        found = {row.n: row for row in (*about, *digests, *self._notices(about))}
        rows = [found[n] for n in sorted(found)]
        return tuple(
            Told(
                delivery=mapping.delivery(row),
                state=row.state,
                sent=Sent(key=row.key, channel=row.channel, ts=row.ts) if row.channel and row.ts else None,
            )
            for row in rows
        )

    def _digests(self, loop: Loop) -> Sequence[Any]:
        """Those of its opening since it began."""
        first = f"digest/{loop.opening}/"
        # A day begins earlier in some places, by less than one.
        since = first + str((loop.created - timedelta(days=1)).date())
        opening = mapping.canonical(["opening", loop.opening])
        found = self._kept_waiting(_DIGESTS, since=since, last=first + _LAST, began=loop.created)
        return [row for row in found if opening in row.refs]

    def _notices(self, letters: Sequence[Any]) -> Iterator[Any]:
        """What told that one of them was given up."""
        tries = (f"dead/{row.key}/{attempt}" for row in letters for attempt in range(1, row.attempt + 1))
        keys = [key for notice in tries for key in (notice, f"{notice}/retried")]
        for start in range(0, len(keys), _AT_A_TIME):
            yield from self._kept_waiting(_THESE, keys=keys[start : start + _AT_A_TIME])

    def _kept_waiting(self, found: Select[*tuple[Any, ...]], **values: object) -> Sequence[Any]:
        """Who may write keeps workers from them until the end: nothing that waits now is sent before it is dropped."""
        return self._rows(found if self._read_only else found.with_for_update(), **values)

    def drop_unsent(self, keys: Iterable[str], *, now: datetime) -> None:
        values = {"state": "done", "pending": False, "reason": "erased", "finished": now}
        for key in keys:
            waits = and_(col(DeliveryRow.key) == key, col(DeliveryRow.state) == "waiting")
            self._write(update(DeliveryRow).where(waits).values(**values))

    def pictures(self, keys: Iterable[str]) -> tuple[str, ...]:
        wanted, found = list(keys), list[str]()
        for start in range(0, len(wanted), _AT_A_TIME):
            some = wanted[start : start + _AT_A_TIME]
            found += self._scalars(select(col(PictureRow.file)).where(col(PictureRow.delivery).in_(some)))
        return tuple(sorted(found))

    def keep_picture(self, file: str, key: str) -> None:
        self._put_new(PictureRow, {"file": file, "delivery": key})

    def replace_candidate(self, candidate: CandidateId, nobody: Candidate, *, now: datetime) -> None:
        """Not even the mark of a destroyed key stays: it would hold the id, which may be made of a name. Whoever has a
        backup has the key, which is told; and somebody who applies again gets a new one."""
        self._vault.destroy(candidate_owner(candidate), now=now)
        self._write(delete(DataKeyRow).where(col(DataKeyRow.owner) == candidate_owner(candidate)))
        self._write(delete(CandidateRow).where(col(CandidateRow.id) == candidate))
        self.save_candidate(nobody)
        self.erases = True

    def drop_writings(self, loop: LoopId) -> None:
        self._write(delete(DraftRow).where(col(DraftRow.loop) == loop))
        self._write(delete(DisclosureRow).where(col(DisclosureRow.loop) == loop))
        self.erases = True
