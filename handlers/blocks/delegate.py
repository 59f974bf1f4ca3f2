"""Handing a loop over from somebody who can't lead it: asking who shall, and telling who does. Never why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers import ids
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, field, modal, section, select
from handlers.blocks.state import Errors, View, held
from handlers.blocks.text import clip, name, plain, plain_name
from hiring.model import Candidate, Lead, Loop, Opening, Person

PERSON: Final = "person"
DOES: Final = {
    Lead.RECRUITER: ("runs it", "Name a recruiter"),
    Lead.HIRING_MANAGER: ("decides", "Name who decides"),
}


def delegate_wanted(loop: Loop, *, lead: Lead, candidate: Candidate, opening: Opening) -> Message:
    """To whoever may name somebody."""
    does, _ = DOES[lead]
    return message(
        "Evenhand: somebody has to take over an interview loop",
        [
            section(
                f":raising_hand: *Nobody {does} any more.* {name(candidate.name)} · _{clip(opening.title, 150)}_\n"
                "Whoever did is unavailable for this loop. Please name somebody."
            ),
            actions(_button(loop, lead), button("Status", ids.LOOP_STATUS, ids.pack(loop.id))),
        ],
    )


def vacancies(loop: Loop, vacant: Sequence[Lead]) -> list[Block]:
    """For the status of a loop: a line and a button for each lead that nobody has and the reader may name."""
    told = [context(f":raising_hand: Nobody {DOES[lead][0]} any more: whoever did is unavailable.") for lead in vacant]
    # One row each: two buttons of one action can't share a row.
    return [*told, *(actions(_button(loop, lead)) for lead in vacant)]


def _button(loop: Loop, lead: Lead) -> Block:
    return button(DOES[lead][1], ids.DELEGATE_OPEN, ids.pack(loop.id, lead), style="primary")


def delegate_modal(loop: Loop, *, lead: Lead, candidate: Candidate, choices: Sequence[Person]) -> Block:
    """`choices` are those who may be named."""
    title = DOES[lead][1]
    if not choices:
        told = "Nobody here may take over. Ask an admin to give somebody the role for it, and try again."
        return modal(title, [section(told)])
    options = [(person.id, plain(plain_name(person.name, 60), 75)) for person in choices]
    return modal(
        title,
        [
            section(f"*{name(candidate.name)}*\nWhoever you name sees the loop at once, and is told."),
            field(PERSON, "Who takes over?", select(ids.FIELD, options, hint="Choose a person")),
            context("Those who have a conflict with the candidate are not listed."),
        ],
        callback=ids.DELEGATE_VIEW,
        submit="Hand over",
        close="Go back",
        reference=ids.pack(loop.id, lead),
    )


def read_delegate(view: View) -> str | Errors:
    return held(view, PERSON) or {PERSON: "Please choose a person."}


def handed_over(loop: Loop, *, lead: Lead, candidate: Candidate, opening: Opening) -> Message:
    """To whoever leads the loop from now on."""
    what = (
        "you run this loop: messages about it come to you, and the candidate turns to you"
        if lead is Lead.RECRUITER
        else "the decision in this loop is yours: the summary comes to you when the scorecards are open"
    )
    return message(
        "Evenhand: an interview loop was handed over to you",
        [
            section(f":handshake: {name(candidate.name)} · _{clip(opening.title, 150)}_\nFrom here on, {what}."),
            context("Whoever did it before is unavailable for this loop. Please don't talk about it with them."),
            actions(
                button("Status", ids.LOOP_STATUS, ids.pack(loop.id)),
                button("I have a conflict, too", ids.RECUSE_LOOP, ids.pack(loop.id)),
            ),
        ],
    )
