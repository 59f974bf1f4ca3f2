"""Asking to be replaced in a loop, with a reason that only the recruiter reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handlers import ids
from handlers.blocks.parts import Block, context, field, modal, section, text_input
from handlers.blocks.recuse import LOOP, choose_loop
from handlers.blocks.state import Errors, View, collected, held, length_fault
from hiring.model import Candidate, CandidateId, Loop, LoopId

REASON: Final = "reason"


@dataclass(frozen=True, slots=True)
class Swap:
    loop: LoopId
    reason: str


def swap_modal(loops: Sequence[Loop], *, candidates: Mapping[CandidateId, Candidate], reason: str = "") -> Block:
    """With one loop it is chosen already; with several the person picks. Needs at least one."""
    return modal(
        "Ask for a swap",
        [
            section(
                "Somebody else is looked for, and you are off the panel at once. The recruiter is told if nobody can."
            ),
            choose_loop(loops, candidates=candidates),
            field(REASON, "Reason", text_input(initial=reason, multiline=True), hint="The recruiter reads it."),
            context("Do you know the candidate? Then use `/interview recuse`: its reason stays private."),
        ],
        callback=ids.SWAP_VIEW,
        submit="Ask for a swap",
        reference=ids.pack(loops[0].id) if len(loops) == 1 else "",
    )


def read(view: View) -> Swap | Errors:
    loop, reason = held(view, LOOP) or str(view.get("private_metadata") or ""), held(view, REASON).strip()
    unsaid = None if reason else "Please give a reason in a few words."
    errors = collected(loop=None if loop else "Please choose a loop.", reason=unsaid or length_fault(reason))
    return errors or Swap(loop=loop, reason=reason)
