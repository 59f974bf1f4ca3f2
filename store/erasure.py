"""Making things gone, in a unit of work: rows are deleted, keys destroyed, and the journal is emptied after it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select, update
from sqlmodel import col

from hiring.model import Candidate, CandidateId, Kind, Loop, LoopId
from hiring.ports import Sent, Told
from store import mapping
from store.directory import Directory
from store.tables import CandidateRow, DataKeyRow, DeliveryRow, DisclosureRow, DraftRow, PictureRow
from store.vault import candidate_owner

_COLUMNS = tuple(DeliveryRow.__table__.columns)  # type: ignore[attr-defined]  # made by SQLModel's metaclass
_AT_A_TIME = 500
_ABOUT = select(*_COLUMNS).where(
    col(DeliveryRow.loop).in_(bindparam("loops", expanding=True)), col(DeliveryRow.kind) != Kind.TAKE_BACK.value
)
_OTHERS = select(*_COLUMNS).where(col(DeliveryRow.loop).is_(None))


class Erasure(Directory):
    def told(self, loops: Sequence[Loop]) -> tuple[Told, ...]:
        if not loops:
            return ()
        about = self._rows(_ABOUT, loops=[loop.id for loop in loops])
        others = self._rows(_OTHERS.where(or_(*(_concerns(loop) for loop in loops))))
        rows = sorted((*about, *others), key=lambda row: row.n)
        return tuple(
            Told(
                delivery=mapping.delivery(row),
                state=row.state,
                sent=Sent(key=row.key, channel=row.channel, ts=row.ts) if row.channel and row.ts else None,
            )
            for row in rows
        )

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


def _concerns(loop: Loop) -> ColumnElement[bool]:
    """What refers to the loop, written by an older program; digests of its opening since it began; notices of dead letters,
    which refer to its keys."""
    refs, kind = col(DeliveryRow.refs), col(DeliveryRow.kind)
    digests = and_(
        kind == Kind.DIGEST.value,
        refs.contains(mapping.canonical(["opening", loop.opening]), autoescape=True),
    )
    notices = and_(
        kind == Kind.DEAD_LETTER.value,
        or_(refs.contains(f'"{loop.id}/', autoescape=True), refs.contains(f"/{loop.id}/", autoescape=True)),
    )
    about = and_(kind != Kind.TAKE_BACK.value, refs.contains(mapping.canonical(["loop", loop.id]), autoescape=True))
    return and_(col(DeliveryRow.created) >= loop.created, or_(about, digests, notices))
