"""Opening scorecards early: what it does in plain words, and the reason that the whole panel reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers import ids
from handlers.blocks import itinerary
from handlers.blocks.parts import Block, context, field, modal, section, text_input
from handlers.blocks.state import Errors, View, collected, held, length_fault
from handlers.blocks.text import clip, listed, mention, name
from hiring.model import Candidate, Loop, Person, PersonId
from hiring.rules import sight

REASON: Final = "reason"
LEAST: Final = 20
NAMED: Final = 6


def opened_early(loop: Loop, *, people: Mapping[PersonId, Person]) -> str:
    """Markup. Needs a loop that was released early."""
    by, reason = (loop.released.by, loop.released.reason) if loop.released else (None, "")
    return f"Opened early by {mention(people, by)}: {clip(' '.join(reason.split()), 600)}"


def release_modal(loop: Loop, *, candidate: Candidate, people: Mapping[PersonId, Person], reason: str = "") -> Block:
    late = [f"{mention(people, who)} ({itinerary.title(loop.plan, s, 40)})" for s, who in sight.missing(loop)]
    waits = f"Still missing: {listed(late, NAMED)}." if late else "Nothing is missing, and the rule still waits."
    return modal(
        "Open early",
        [
            section(f"*{name(candidate.name)}*\n{waits}"),
            section(
                "What is in opens at once: to those on the panel who have handed in, the recruiter, the hiring manager and "
                "auditors. Whoever still owes a scorecard sees only their own, and what they hand in later is marked so. "
                "*This can't be taken back.*"
            ),
            field(
                REASON,
                "Why not wait?",
                text_input(initial=reason, multiline=True, least=LEAST),
                hint="The whole panel reads it, with your name, and it stands in the summary.",
            ),
            context("Often a reminder is enough: scorecards written alone are worth more."),
        ],
        callback=ids.RELEASE_VIEW,
        submit="Open them",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def read_release(view: View) -> str | Errors:
    reason = held(view, REASON).strip()
    short = None if len(reason) >= LEAST else f"Please give the reason in a sentence of at least {LEAST} characters."
    return collected(reason=short or length_fault(reason)) or reason
