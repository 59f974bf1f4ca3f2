"""What holds a loop back: what is stuck, on whom, since when, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hiring.model import LoopId, PersonId


class Stuck(StrEnum):
    AVAILABILITY = "availability"
    ATTESTATION = "attestation"
    BOOKING = "booking"
    SCORECARD = "scorecard"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """`key` is the same for as long as the episode lasts. `owner` is None when it waits for the candidate. `working` is
    how many minutes of the owner's working hours have passed since `since`; `limit` how many there may be."""

    key: str
    loop: LoopId
    stuck: Stuck
    owner: PersonId | None
    since: datetime
    working: int
    limit: int
