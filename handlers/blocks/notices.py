"""Short answers: a refusal, a mistake, a word of what was done; as a message, or as a modal where one is open."""

from __future__ import annotations

from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, context, modal, section
from handlers.blocks.text import clip, cut, mention, name
from hiring.model import Person

STRANGER = (
    "I do not know you yet. Ask whoever set up Evenhand to add you, with the e-mail address that you use in Slack, "
    "and try again."
)


def notice(title: str, text: str) -> Block:
    return modal(title, [section(clip(text, 3000))], close="OK")


def as_modal(told: Message, title: str = "Evenhand") -> Block:
    """A message shown as a modal, for clicks inside one; what only messages can hold is left out."""
    shown = [block for block in told.blocks if block["type"] not in {"table", "markdown", "image"}]
    return modal(title, shown or [section(clip(told.text, 3000))])


def refused(because: str) -> Message:
    """To the person it concerns only."""
    return message("Evenhand: this is not possible", [section(f":no_entry: {clip(because, 2900)}")])


def nudged(person: Person) -> Message:
    who = mention({person.id: person}, person.id)
    return message("Evenhand: a reminder is on its way", [section(f":bell: {who} is reminded, in your name.")])


def closed() -> Message:
    """What the messages become that somebody was sent who led the loop, and stepped aside."""
    told = ":lock: You stepped aside from this loop. What stood here is closed to you."
    return message("Evenhand: nothing more to do", [context(told)])


def settled() -> Message:
    """What a reminder's message becomes once nobody is awaited any more."""
    return message("Evenhand: nothing more to do", [context(":white_check_mark: Nothing more to do here.")])


def saved(title: str, text: str, undo: str, *buttons: Block) -> Block:
    """What a modal turns into once what it asked for is kept: what that is, and how to take it back. Both are markup."""
    told = [section(f":white_check_mark: {cut(text, 2900)}"), context(undo)]
    return modal(title, [*told, *([actions(*buttons)] if buttons else [])], close="OK")


def nothing(text: str) -> Message:
    """Nothing is there to be shown, and nothing is wrong."""
    return message("Evenhand: nothing here", [section(f":seedling: {clip(text, 2900)}")])


def done(text: str) -> Message:
    return message("Evenhand: done", [section(f":white_check_mark: {clip(text, 2900)}")])


def sorry(*, recruiter: Person | None = None, reference: str = "") -> Message:
    """Something broke on our side; nothing that was typed is repeated here."""
    whom = name(recruiter.name) if recruiter else "whoever looks after Evenhand"
    blocks = [
        section(":warning: That did not work, and it is our fault. What you had sent before is kept."),
        context(
            f"Try again in a minute. If it fails again, tell {whom}"
            + (f": `{clip(reference, 80)}`" if reference else ".")
        ),
    ]
    return message("Evenhand: something went wrong", blocks)
