"""When candidates' records are over, reckoned once and kept, so that the clock reads those alone that are due."""

from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import col

from hiring.model import Candidate, CandidateId
from store.columns import Instant
from store.directory import CANDIDATES, Directory
from store.tables import CandidateRow

_DUE, _BY = col(CandidateRow.due), col(CandidateRow.due_by)
_BEGINNING = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


class Dues(Directory):
    def unreckoned(self, by: str, *, most: int) -> tuple[Candidate, ...]:
        found = [one for other in _OTHERS for one in self._candidates(other.limit(most), by=by)]
        return tuple(found[:most])

    def reckon(self, candidate: CandidateId, due: datetime | None, *, by: str) -> None:
        self._write(_RECKONED, {"its_id": candidate, "its_due": due, "its_mark": by})

    def candidates_due(self, by: str, *, until: datetime, after: datetime | None = None) -> tuple[Candidate, ...]:
        return self._candidates(_DUE_BETWEEN, by=by, until=until, after=after or _BEGINNING)


# Unequal, in two parts: as one no index would help.
_OTHERS = tuple(CANDIDATES.order_by(None).where(which) for which in (bindparam("by") > _BY, bindparam("by") < _BY))
_DUE_BETWEEN = CANDIDATES.where(
    bindparam("by") == _BY,
    bindparam("after", type_=Instant()) < _DUE,
    bindparam("until", type_=Instant()) >= _DUE,
)
_RECKONED = (
    update(CandidateRow)
    .where(col(CandidateRow.id) == bindparam("its_id"))
    .values(due=bindparam("its_due", type_=Instant()), due_by=bindparam("its_mark"))
)
