"""Scorecards, drafts and what people said about conflicts: read and written sealed, in a unit of work."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select
from sqlmodel import col

from hiring.model import (
    Acquaintances,
    BlindScorecard,
    CandidateId,
    Disclosure,
    Draft,
    LoopId,
    PersonId,
    Readable,
    Scorecard,
)
from hiring.rules.proving import Proof
from hiring.rules.sight import Grant, Sight
from store import mapping, sealing
from store.faults import Erased, SealFault
from store.followups import Followups
from store.tables import DisclosureRow, DraftRow, ScorecardRow
from store.vault import candidate_owner, loop_owner

THE_CANDIDATE = "@candidate"
"""In a disclosure's place for a person: whom the candidate knows. Whom they named stands in no column."""


class Sealed(Followups):
    def scorecards(self, grant: Grant, *, now: datetime) -> tuple[Scorecard, ...]:
        if grant.sight < Sight.OWN:
            return ()
        cards = self._opened(grant.loop, *_own(grant))
        if any(card.author != grant.viewer for card in cards):
            self.note_read(grant.loop, grant.viewer, Readable.SCORECARDS, now=now)
        return cards

    def blind_scorecards(
        self, grant: Grant, *, counting: Collection[tuple[str, PersonId]], now: datetime
    ) -> tuple[BlindScorecard, ...]:
        if grant.sight < Sight.BLIND:
            return ()
        cards = [card for card in self._opened(grant.loop) if (card.session, card.author) in counting]
        if cards:
            self.note_read(grant.loop, grant.viewer, Readable.SCORECARDS, now=now)
        raters = {author: f"rater {n}" for n, author in enumerate(dict.fromkeys(card.author for card in cards), 1)}
        return tuple(_blind(card, raters[card.author]) for card in cards)

    def save_scorecard(self, card: Scorecard) -> str:
        self._must_write()
        nonce = sealing.new_nonce()
        content = mapping.SCORECARD.dump_python(card, mode="json")
        code = sealing.commitment(mapping.canonical(content), nonce=nonce)
        sealed = self._vault.seal(
            mapping.canonical({"card": content, "nonce": nonce}),
            owner=loop_owner(card.loop),
            place=("scorecard", card.session, card.author, code),
        )
        self._write(
            insert(ScorecardRow).values(
                loop=card.loop, session=card.session, author=card.author, commitment=code, sealed=sealed
            )
        )
        return code

    def proofs(self, loop: LoopId) -> tuple[Proof, ...]:
        """One for each submission of the loop, oldest first. Raises SealFault when a row was changed or moved."""
        return tuple(
            Proof(session=card.session, author=card.author, commitment=code, holds=holds)
            for card, code, holds in self._cards(loop)
        )

    def proved(self, grant: Grant) -> tuple[Proof, ...]:
        if grant.sight < Sight.OWN:
            return ()
        try:
            return tuple(self._proved(grant.loop, *row) for row in self._sealed_cards(grant.loop, *_own(grant)))
        except Erased:
            return ()

    def _opened(self, loop: LoopId, *where: ColumnElement[bool]) -> tuple[Scorecard, ...]:
        try:
            return tuple(card for card, _, _ in self._cards(loop, *where))
        except Erased:
            return ()

    def _proved(self, loop: LoopId, session: str, author: PersonId, code: str, sealed: bytes) -> Proof:
        try:
            _, _, holds = self._card(loop, session, author, code, sealed)
        except SealFault:
            holds = False
        return Proof(session=session, author=author, commitment=code, holds=holds)

    def _cards(self, loop: LoopId, *where: ColumnElement[bool]) -> list[tuple[Scorecard, str, bool]]:
        return [self._card(loop, *row) for row in self._sealed_cards(loop, *where)]

    def _sealed_cards(self, loop: LoopId, *where: ColumnElement[bool]) -> Sequence[Any]:
        """Session, author, code and what is sealed, oldest first."""
        return self._rows(_CARDS.where(*where), loop=loop)

    def _card(
        self, loop: LoopId, session: str, author: PersonId, code: str, sealed: bytes
    ) -> tuple[Scorecard, str, bool]:
        place = ("scorecard", session, author, code)
        text = json.loads(self._vault.unseal(sealed, owner=loop_owner(loop), place=place))
        holds = sealing.is_commitment(code, mapping.canonical(text["card"]), nonce=text["nonce"])
        return mapping.value(mapping.SCORECARD, json.dumps(text["card"])), code, holds

    def draft(self, loop: LoopId, session: str, author: PersonId) -> Draft | None:
        found = self._scalars(_DRAFT, loop=loop, session=session, author=author)
        if not found:
            return None
        try:
            text = self._vault.unseal(found[0], owner=loop_owner(loop), place=("draft", session, author))
        except Erased:
            return None
        return mapping.value(mapping.DRAFT, text)

    def save_draft(self, draft: Draft) -> None:
        self._must_write()
        sealed = self._vault.seal(
            mapping.document(mapping.DRAFT, draft),
            owner=loop_owner(draft.loop),
            place=("draft", draft.session, draft.author),
        )
        values = {"loop": draft.loop, "session": draft.session, "author": draft.author, "sealed": sealed}
        self._put(DraftRow, values)

    def drop_draft(self, loop: LoopId, session: str, author: PersonId) -> None:
        self._write(delete(DraftRow).where(*_of(loop, session, author)))

    def disclosures(self, loop: LoopId, *, reader: PersonId, now: datetime) -> tuple[Disclosure, ...]:
        found = select(col(DisclosureRow.person), col(DisclosureRow.sealed)).where(
            col(DisclosureRow.loop) == loop, col(DisclosureRow.person) != THE_CANDIDATE
        )
        rows = self._rows(found.order_by(col(DisclosureRow.n)))
        try:
            texts = [
                self._vault.unseal(sealed, owner=loop_owner(loop), place=("disclosure", person))
                for person, sealed in rows
            ]
        except Erased:
            return ()
        if any(person != reader for person, _ in rows):
            self.note_read(loop, reader, Readable.GROUNDS, now=now)
        return tuple(mapping.value(mapping.DISCLOSURE, text) for text in texts)

    def save_disclosure(self, disclosure: Disclosure) -> None:
        self._must_write()
        sealed = self._vault.seal(
            mapping.document(mapping.DISCLOSURE, disclosure),
            owner=loop_owner(disclosure.loop),
            place=("disclosure", disclosure.person),
        )
        self._write(insert(DisclosureRow).values(loop=disclosure.loop, person=disclosure.person, sealed=sealed))

    def acquaintances(self, loop: LoopId) -> Acquaintances | None:
        found = self._scalars(select(col(DisclosureRow.sealed)).where(*_by_the_candidate(loop)))
        if not found:
            return None
        try:
            text = self._vault.unseal(found[0], owner=loop_owner(loop), place=("disclosure", THE_CANDIDATE))
        except Erased:
            return None
        return mapping.value(mapping.ACQUAINTANCES, text)

    def save_acquaintances(self, said: Acquaintances) -> None:
        self._must_write()
        sealed = self._vault.seal(
            mapping.document(mapping.ACQUAINTANCES, said),
            owner=loop_owner(said.loop),
            place=("disclosure", THE_CANDIDATE),
        )
        self._write(delete(DisclosureRow).where(*_by_the_candidate(said.loop)))
        self._write(insert(DisclosureRow).values(loop=said.loop, person=THE_CANDIDATE, sealed=sealed))

    def erase_loop_seals(self, loop: LoopId, *, now: datetime) -> None:
        """Destroys the key of the loop's scorecards, drafts and disclosures: they can't be read again by anybody."""
        self._erase(loop_owner(loop), now=now)

    def erase_candidate_seals(self, candidate: CandidateId, *, now: datetime) -> None:
        self._erase(candidate_owner(candidate), now=now)

    def _erase(self, owner: str, *, now: datetime) -> None:
        self._must_write()
        self._vault.destroy(owner, now=now)
        self.erases = True

    def rotate_keys(self) -> int:
        """Has the newest master key wrap every data key; afterwards the older ones may go. Returns how many it was."""
        self._must_write()
        return self._vault.rotate()


_CARDS = (
    select(col(ScorecardRow.session), col(ScorecardRow.author), col(ScorecardRow.commitment), col(ScorecardRow.sealed))
    .where(col(ScorecardRow.loop) == bindparam("loop"))
    .order_by(col(ScorecardRow.n))
)
_DRAFT = select(col(DraftRow.sealed)).where(
    col(DraftRow.loop) == bindparam("loop"),
    col(DraftRow.session) == bindparam("session"),
    col(DraftRow.author) == bindparam("author"),
)
"""Put together once: App Home asks for the draft of every scorecard that is owed."""


def _of(loop: LoopId, session: str, author: PersonId) -> tuple[ColumnElement[bool], ...]:
    return (col(DraftRow.loop) == loop, col(DraftRow.session) == session, col(DraftRow.author) == author)


def _by_the_candidate(loop: LoopId) -> tuple[ColumnElement[bool], ...]:
    return col(DisclosureRow.loop) == loop, col(DisclosureRow.person) == THE_CANDIDATE


def _own(grant: Grant) -> tuple[ColumnElement[bool], ...]:
    """Short of everything, what comes with its author is one's own alone."""
    return () if grant.sight >= Sight.ALL else (col(ScorecardRow.author) == grant.viewer,)


def _blind(card: Scorecard, rater: str) -> BlindScorecard:
    return BlindScorecard(
        session=card.session,
        rater=rater,
        ratings=card.ratings,
        overall=card.overall,
        confidence=card.confidence,
        note=card.note,
        at=card.at,
        amended=card.amends is not None,
        after_release=card.after_release,
    )
