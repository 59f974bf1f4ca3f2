"""Whether the scorecards that are read are those whose codes their authors were given. Says nothing of what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hiring.model import Loop, PersonId
from hiring.rules import sight


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether what lies sealed is what the author was given this code for. Says nothing of what it is."""

    session: str
    author: PersonId
    commitment: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """One version of a scorecard. `latest`: the one that counts."""

    session: str
    person: PersonId
    commitment: str
    holds: bool
    latest: bool


def checked(loop: Loop, proofs: Sequence[Proof], *, of: PersonId | None = None) -> tuple[Checked, ...]:
    """Every version of the scorecards that count (`of` one person, or all), oldest first; what should be there and is not
    holds no more than what was changed. Who stepped aside is not named: their scorecards don't count."""
    found = [
        Checked(
            session=proof.session,
            person=proof.author,
            commitment=proof.commitment,
            holds=proof.holds,
            latest=proof.commitment == _last(loop, proof.session, proof.author),
        )
        for proof in proofs
        if of in {None, proof.author} and _last(loop, proof.session, proof.author) is not None
    ]
    there = {(one.session, one.person, one.commitment) for one in found}
    missing = [
        Checked(session=card.session, person=card.person, commitment=card.commitment, holds=False, latest=True)
        for card in loop.submitted
        if of in {None, card.person}
        and (last := _last(loop, card.session, card.person)) is not None
        and (card.session, card.person, last) not in there
    ]
    return (*found, *missing)


def _last(loop: Loop, session: str, person: PersonId) -> str | None:
    """The code of the version that counts."""
    if sight.is_barred(loop, person):
        return None
    counts = [c for c in loop.submitted if (c.session, c.person) == (session, person) and not c.void]
    return counts[-1].commitment if counts else None
