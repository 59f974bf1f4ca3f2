"""Not being asked to interview for a while: from one day to another, with a word why if one likes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from handlers import ids
from handlers.blocks import notices
from handlers.blocks.parts import Block, button, context, field, modal, section, text_input
from handlers.blocks.state import Errors, View, collected, day_of, held, length_fault
from handlers.blocks.text import clip, day
from hiring.model import Pause, Person

FROM: Final = "from"
UNTIL: Final = "until"
REASON: Final = "reason"


def pause_modal(person: Person, *, today: date, fields: Mapping[str, str] | None = None) -> Block:
    """`fields` (`from`, `until`, `reason`) is what was typed before."""
    typed = fields or {}
    start = typed.get(FROM) or today.isoformat()
    until = typed.get(UNTIL) or (date.fromisoformat(start) + timedelta(days=7)).isoformat()
    return modal(
        "Pause interviewing",
        [
            *known(person, today=today),
            field(FROM, "First day off", _day(start)),
            field(UNTIL, "Last day off", _day(until)),
            field(
                REASON,
                "Reason",
                text_input(initial=typed.get(REASON, ""), most=300),
                hint="Only the recruiters and you see it.",
                optional=True,
            ),
            context("Nobody asks you for interviews in this time. What is booked already stays on your calendar."),
        ],
        callback=ids.PAUSE_VIEW,
        submit="Pause me",
    )


def paused(pause: Pause) -> Block:
    return notices.saved(
        "You are paused",
        f"Nobody asks you for interviews {words(pause).removesuffix('.')}.",
        "What is booked already stays. It is over by itself, or at once with the button; the *Home* tab has it too.",
        button("End the pause", ids.PAUSE_END),
    )


def known(person: Person, *, today: date) -> list[Block]:
    """The pauses that are under way or to come."""
    ahead = [pause for pause in sorted(person.pauses, key=lambda p: p.start) if pause.end > today]
    lines = [f"• {words(pause)}" for pause in ahead[:5]] + ([f"• and {len(ahead) - 5} more"] if len(ahead) > 5 else [])  # noqa: PLR2004  # as cut
    return [section("You are paused already:\n" + "\n".join(lines))] if lines else []


def words(pause: Pause) -> str:
    """The pause as people say it: up to and including its last day."""
    last = pause.end - timedelta(days=1)
    span = day(pause.start) if last <= pause.start else f"{day(pause.start)} to {day(last)}"
    return span + (f": {clip(pause.reason, 100)}" if pause.reason else "")


def read(view: View) -> Pause | Errors:
    """The pause, half-open as the model has it. Whether it lies in the past is the rule's to say."""
    start, until, reason = day_of(held(view, FROM)), day_of(held(view, UNTIL)), held(view, REASON).strip()
    too_long = length_fault(reason, 300)
    if start is not None and until is not None and start <= until and not too_long:
        return Pause(start, until + timedelta(days=1), reason)
    early = start is not None and until is not None and until < start
    errors = collected(
        until=("The last day must not lie before the first." if early else None)
        or (None if until else "Please choose the last day."),
        reason=too_long,
    )
    return errors if start else errors | {FROM: "Please choose the first day."}


def _day(initial: str) -> Block:
    return {"type": "datepicker", "action_id": ids.FIELD, "initial_date": initial}
