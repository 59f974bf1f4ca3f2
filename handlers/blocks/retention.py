"""That a record is going to be erased, and having it kept."""

from __future__ import annotations

from datetime import date
from typing import Final

from handlers import ids
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, field, modal, section, text_input
from handlers.blocks.state import Errors, View, collected, held, length_fault
from handlers.blocks.text import clip, name
from handlers.blocks.text import day as day_words
from hiring.model import Candidate, Loop, Opening

REASON: Final = "reason"
LEAST: Final = 10


def erased_soon(loop: Loop, *, candidate: Candidate, opening: Opening, day: date) -> Message:
    """To whoever ran the loop, some days ahead."""
    return message(
        "Evenhand: a record will be erased soon",
        [
            section(
                f"*The record of {name(candidate.name)}* (_{clip(opening.title, 80)}_) will be erased on "
                f"*{day_words(day)} {day.year}*, as your company's rule says: scorecards, what was written, messages and "
                "calendar entries."
            ),
            context("Nothing is needed if that is right. Have it kept only when the law wants it: a claim, an audit."),
            actions(button("Keep it", ids.RETENTION_HOLD, ids.pack(loop.id))),
        ],
    )


def kept(*, candidate: Candidate) -> Message:
    return message(
        "Evenhand: a record is kept",
        [
            section(f"*The record of {name(candidate.name)}* is kept: nothing of it is erased any more."),
            context("Whoever runs Evenhand lifts this with `evenhand hold CANDIDATE --by NAME --lift`."),
        ],
    )


def hold_modal(loop: Loop, *, candidate: Candidate, reason: str = "") -> Block:
    return modal(
        "Keep the record",
        [
            section(
                f"*{name(candidate.name)}*\nNothing of the record is erased until whoever runs Evenhand lifts this."
            ),
            field(
                REASON,
                "Why must it be kept?",
                text_input(initial=reason, multiline=True, least=LEAST),
                hint="Whoever wants to erase the record reads it, with your name.",
            ),
        ],
        callback=ids.RETENTION_VIEW,
        submit="Keep it",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def read_hold(view: View) -> str | Errors:
    reason = held(view, REASON).strip()
    short = None if len(reason) >= LEAST else f"Please give the reason in at least {LEAST} characters."
    return collected(reason=short or length_fault(reason)) or reason
