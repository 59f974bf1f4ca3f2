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
    only = loops[0] if len(loops) == 1 else None
    if only is not None:
        which = section(f"You step aside from the interviews with *{name(candidates[only.candidate].name)}*.")
    else:
        choices = [(loop.id, _label(loop, candidates)) for loop in loops]
        which = field(LOOP, "From which loop?", select(ids.FIELD, choices, hint="Choose a loop"))
    return modal(
        "Step aside",
        [which, *grounds.fields(ground=ground, note=note)],
        callback=ids.RECUSE_VIEW,
        submit="Step aside",
        close="Go back",
        reference=ids.pack(only.id) if only else "",
    )


def read(view: View) -> Recusal | Errors:
    loop = held(view, LOOP) or str(view.get("private_metadata") or "")
    ground, note = held(view, grounds.GROUND), held(view, grounds.NOTE).strip()
    errors = collected(
        loop=None if loop else "Please choose a loop.",
        ground=None if ground in set(Ground) else "Please choose what fits best.",
        note=length_fault(note),
    )
    return errors or Recusal(loop=loop, ground=Ground(ground), note=note)


def _label(loop: Loop, candidates: Mapping[CandidateId, Candidate]) -> str:
    sessions = itinerary.in_order(loop.sessions)
    day = f", {itinerary.spread(sessions[:1], loop.zone).split(' (', maxsplit=1)[0]}" if sessions else ""
    return plain(plain_name(candidates[loop.candidate].name, 40) + day, 75)
