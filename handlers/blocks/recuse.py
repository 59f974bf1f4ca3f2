"""Stepping aside at any time: from which loop, on what ground, with a note if one likes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handlers import ids
from handlers.blocks import grounds, itinerary
from handlers.blocks.parts import Block, field, modal, section, select
from handlers.blocks.state import Errors, View, collected, held, length_fault
from handlers.blocks.text import name, plain, plain_name
from hiring.model import Candidate, CandidateId, Ground, Loop, LoopId

LOOP: Final = "loop"


@dataclass(frozen=True, slots=True)
class Recusal:
    loop: LoopId
    ground: Ground
    note: str


def recuse_modal(
    loops: Sequence[Loop],
    *,
    candidates: Mapping[CandidateId, Candidate],
    ground: Ground | None = None,
    note: str = "",
) -> Block:
    """With one loop it is chosen already; with several the person picks. Needs at least one."""
    return modal(
        "Step aside",
        [choose_loop(loops, candidates=candidates), *grounds.fields(ground=ground, note=note)],
        callback=ids.RECUSE_VIEW,
        submit="Step aside",
        close="Go back",
        reference=ids.pack(loops[0].id) if len(loops) == 1 else "",
    )


def choose_loop(loops: Sequence[Loop], *, candidates: Mapping[CandidateId, Candidate]) -> Block:
    """The only loop by name, or a menu of several."""
    if len(loops) == 1:
        return section(f"It is about the interviews with *{name(candidates[loops[0].candidate].name)}*.")
    choices = [(loop.id, label(loop, candidates)) for loop in loops]
    return field(LOOP, "From which loop?", select(ids.FIELD, choices, hint="Choose a loop"))


def read(view: View) -> Recusal | Errors:
    loop = held(view, LOOP) or str(view.get("private_metadata") or "")
    ground, note = held(view, grounds.GROUND), held(view, grounds.NOTE).strip()
    errors = collected(
        loop=None if loop else "Please choose a loop.",
        ground=None if ground in set(Ground) else "Please choose what fits best.",
        note=length_fault(note),
    )
    return errors or Recusal(loop=loop, ground=Ground(ground), note=note)


def label(loop: Loop, candidates: Mapping[CandidateId, Candidate]) -> str:
    sessions = itinerary.in_order(loop.sessions)
    day = f", {itinerary.spread(sessions[:1], loop.zone).split(' (', maxsplit=1)[0]}" if sessions else ""
    return plain(plain_name(candidates[loop.candidate].name, 40) + day, 75)
