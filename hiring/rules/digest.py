"""What an opening's channel may know: where each candidate stands, and never a word that release has not opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hiring.model import LoopId, Opening, Outcome
from hiring.rules.phase import Phase


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One loop. `next_at` is when the next thing happens (the next session, or since when it waits)."""

    loop: LoopId
    candidate: str
    phase: Phase
    next_at: datetime | None
    in_: int
    owed: int
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    opening: Opening
    at: datetime
    lines: tuple[DigestLine, ...]
