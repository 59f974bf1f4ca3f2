"""One loop in one line, wherever loops are listed: App Home, status, openings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers import ids
from handlers.blocks.parts import Block, button, section
from handlers.blocks.phases import badge, next_words
from handlers.blocks.text import clip, mention, name, when
from hiring.model import LoopId, Person, PersonId
from hiring.rules.phase import Phase


@dataclass(frozen=True, slots=True)
class Standing:
    """`candidate` is a name, `opening` a title; `waits_for` is on whom the next step is, when it is one person."""

    loop: LoopId
    candidate: str
    opening: str
    phase: Phase
    next_at: datetime | None = None
    waits_for: PersonId | None = None


def line(one: Standing, *, people: Mapping[PersonId, Person], zone: str, titled: bool = True) -> str:
    """`titled` says of which opening."""
    next_ = f"waits for {mention(people, one.waits_for)}" if one.waits_for else next_words(one.phase)
    at = f" · {when(one.next_at, zone)}" if one.next_at else ""
    opening = f" · _{clip(one.opening, 80)}_" if titled else ""
    return f"*{name(one.candidate)}*{opening}\n{badge(one.phase)}{at} · {next_}"


def groups(
    loops: Sequence[Standing], *, people: Mapping[PersonId, Person], zone: str, titled: bool = True
) -> list[list[Block]]:
    status = {one.loop: button("Status", ids.LOOP_STATUS, ids.pack(one.loop)) for one in loops}
    return [[section(line(one, people=people, zone=zone, titled=titled), status[one.loop])] for one in loops]
