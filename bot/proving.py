"""Whether the scorecards that lie sealed are those whose codes their authors were given. Says nothing of what they say."""

from __future__ import annotations

from dataclasses import dataclass

from hiring.model import Loop
from store.database import Database
from store.faults import Erased, SealFault
from store.work import Work


@dataclass(frozen=True, slots=True)
class Proved:
    """How many scorecards were looked at, and what does not hold, in words that name loop, session and author."""

    count: int
    faults: tuple[str, ...]


def prove(database: Database) -> Proved:
    """Looks at every scorecard that was not erased."""
    with database.begin(read_only=True) as uow:
        found = [_one(uow, loop) for loop in uow.loops(active=False)]
    return Proved(sum(one.count for one in found), tuple(fault for one in found for fault in one.faults))


def _one(uow: Work, loop: Loop) -> Proved:
    try:
        proofs = uow.proofs(loop.id)
    except Erased:
        return Proved(0, ())
    except SealFault as fault:
        return Proved(0, (f"{loop.id}: {fault}",))
    wrong = [f"{loop.id}/{p.session}/{p.author}: not what {p.commitment} was given for" for p in proofs if not p.holds]
    kept = {(proof.session, proof.author, proof.commitment) for proof in proofs}
    missing = [
        f"{loop.id}/{card.session}/{card.person}: the scorecard of {card.commitment} is not there"
        for card in loop.submitted
        if (card.session, card.person, card.commitment) not in kept
    ]
    return Proved(len(proofs), (*wrong, *missing))
