"""How far scores moved after the release (D6): whoever has read the others may come to agree with them.

It counts what was changed, criterion by criterion, and against whom. It proves nothing about why: one may have remembered,
and a panel has too few scores for more than to look at each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from hiring.model import BlindScorecard, Loop, PersonId, Scorecard
from hiring.rules import sight

Card = Scorecard | BlindScorecard
Versions = Mapping[tuple[str, PersonId], Sequence[Scorecard]]


@dataclass(frozen=True, slots=True)
class Moved:
    """One score that was changed after the release; None stands for "could not assess". `others` is the mean of the other
    raters' scores on that criterion as they stood at the release, None when there were none."""

    session: str
    person: PersonId
    criterion: str
    before: int | None = field(repr=False)
    after: int | None = field(repr=False)
    others: float | None = field(repr=False)

    @property
    def nearer(self) -> float | None:
        """By how many points it came nearer to the others' mean; below 0 it went away. None where that can't be said."""
        if self.before is None or self.after is None or self.others is None:
            return None
        return abs(self.before - self.others) - abs(self.after - self.others)


def moved(loop: Loop, cards: Sequence[Scorecard]) -> tuple[Moved, ...]:
    """Every change after the release, of scorecards that count and were in before it."""
    return _moved(_versions(loop, cards))


def moved_blind(cards: Sequence[BlindScorecard]) -> tuple[Moved, ...]:
    """The same of scorecards that all count and whose raters nobody knows: `person` is a `rater`."""
    versions: dict[tuple[str, str], list[BlindScorecard]] = {}
    for card in cards:
        versions.setdefault((card.session, card.rater), []).append(card)
    return _moved(versions)


def _moved(versions: Mapping[tuple[str, str], Sequence[Card]]) -> tuple[Moved, ...]:
    stood = {who: before[-1] for who, all_ in versions.items() if (before := [c for c in all_ if not c.after_release])}
    return tuple(
        Moved(*who, criterion, score, scores(versions[who][-1]).get(criterion), _others(stood, who, criterion))
        for who, at_release in stood.items()
        for criterion, score in scores(at_release).items()
        if versions[who][-1].after_release and scores(versions[who][-1]).get(criterion) != score
    )


def scores(card: Card) -> dict[str, int | None]:
    return {rating.criterion: rating.score for rating in card.ratings}


def _versions(loop: Loop, cards: Sequence[Scorecard]) -> dict[tuple[str, PersonId], list[Scorecard]]:
    """What counts, oldest first, by session and author."""
    found: dict[tuple[str, PersonId], list[Scorecard]] = {}
    for card in cards:
        if sight.is_in(loop, card.session, card.author) and not sight.is_barred(loop, card.author):
            found.setdefault((card.session, card.author), []).append(card)
    return found


def _others(stood: Mapping[tuple[str, PersonId], Card], who: tuple[str, PersonId], criterion: str) -> float | None:
    """The mean over everybody else; a second scorecard by the same person is not somebody else's."""
    given = [scores(card).get(criterion) for (_, person), card in stood.items() if person != who[1]]
    known = [score for score in given if score is not None]
    return fmean(known) if known else None
