"""Candidates by any part of their name or e-mail, in a unit of work, without reading all there are.

Every end of what a candidate is called is kept in order ("jo ax", "o ax", " ax", "ax", "x"): what holds a word anywhere has
an end that begins with it. The ends are entered by the clock; who is not entered yet is read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import bindparam, delete, insert, select, text, tuple_, update
from sqlmodel import col

from hiring.model import Candidate, CandidateId
from hiring.rules.spelling import bare
from store.directory import CANDIDATES, Directory
from store.tables import CandidateRow, NameEndRow

LONGEST = 64
"""Characters of an end that are kept. Who types more is compared with the candidates themselves."""
_START = "  "
"""Two blanks stand nowhere but before the name, and one before each word: who is called so is found first, then words."""
_LAST = "\U0010ffff"


class Names(Directory):
    def candidates_like(self, typed: str, *, most: int) -> tuple[Candidate, ...]:
        wanted = _folded(typed)
        found = {one.id: one for one in islice(_once(self._likely(wanted, most=most), wanted), most)}
        return tuple(sorted(found.values(), key=lambda one: (one.name.casefold(), one.id)))

    def enter_names(self, *, most: int) -> int:
        """Of so many candidates whose names are not entered; returns how many there were."""
        found = self._candidates(_UNENTERED.limit(most))
        for candidate in found:
            self._enter(candidate)
        return len(found)

    def _likely(self, wanted: str, *, most: int) -> Iterator[Candidate]:
        """Whoever may be meant, the likeliest first; some more than once."""
        yield from self._candidates(_UNENTERED)
        for beginning in (_START + wanted, " " + wanted, wanted) if wanted else (_START,):
            for some in self._with_ends(beginning[:LONGEST], most=most):
                yield from self._candidates(_SOME, ids=list(some))

    def _with_ends(self, beginning: str, *, most: int) -> Iterator[Sequence[CandidateId]]:
        """In their order, some at a time: nobody reads on once there are enough."""
        ending, candidate = beginning, ""
        while rows := self._rows(_ENDS, ending=ending, candidate=candidate, last=beginning + _LAST, many=most):
            yield tuple(dict.fromkeys(one for _, one in rows))
            ending, candidate = rows[-1]

    def _enter(self, candidate: Candidate) -> None:
        known = frozenset(self._scalars(_KNOWN, candidate=candidate.id))
        wanted = _ends(candidate)
        if known - wanted:
            gone = col(NameEndRow.ending).in_(known - wanted)
            self._write(delete(NameEndRow).where(col(NameEndRow.candidate) == candidate.id, gone))
        if wanted - known:
            rows = [{"ending": end, "candidate": candidate.id} for end in sorted(wanted - known)]
            self._write(insert(NameEndRow), rows)
        self._write(_ENTERED, {"its_id": candidate.id})


def _once(found: Iterable[Candidate], wanted: str) -> Iterator[Candidate]:
    seen: set[CandidateId] = set()
    for one in found:
        if one.id not in seen and one.erased is None and wanted in _called(one):
            yield one
        seen.add(one.id)


def _called(candidate: Candidate) -> str:
    return _folded(f"{candidate.name} {candidate.email}")


def _folded(words: str) -> str:
    """As it is compared: in no case, without accents, with single blanks, and of nothing that a database can't keep."""
    kept = words.replace("\0", "").encode(errors="ignore").decode()
    return re.sub(r"\s+", " ", bare(kept)).lstrip()


def _ends(candidate: Candidate) -> frozenset[str]:
    if candidate.erased is not None:
        return frozenset()
    whole = _START + _called(candidate)
    return frozenset(whole[start : start + LONGEST] for start in range(len(whole)))


_UNENTERED = CANDIDATES.where(text("NOT candidates.entered"))
_SOME = CANDIDATES.where(col(CandidateRow.id).in_(bindparam("ids", expanding=True)))
_END = tuple_(col(NameEndRow.ending), col(NameEndRow.candidate))
_ENDS = (
    select(col(NameEndRow.ending), col(NameEndRow.candidate))
    .where(tuple_(bindparam("ending"), bindparam("candidate")) < _END, col(NameEndRow.ending) < bindparam("last"))
    .order_by(col(NameEndRow.ending), col(NameEndRow.candidate))
    .limit(bindparam("many"))
)
_KNOWN = select(col(NameEndRow.ending)).where(col(NameEndRow.candidate) == bindparam("candidate"))
_ENTERED = update(CandidateRow).where(col(CandidateRow.id) == bindparam("its_id")).values(entered=True)
