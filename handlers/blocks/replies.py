"""What `/interview` answers, seen only by who asked."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import ids
from handlers.blocks import mine
from handlers.blocks.message import Message, message
from handlers.blocks.mine import Asked, Interview, Owed
from handlers.blocks.parts import Block, actions, button, context, fitted, header, section
from handlers.blocks.text import clip

Commands = Sequence[tuple[str, str]]
"""(word after /interview, what it does), only those the person may use."""


def help_(commands: Commands) -> Message:
    lines = [f"`/interview{' ' + clip(word, 40) if word else ''}`  {clip(does, 200)}" for word, does in commands[:40]]
    return message(
        "Evenhand: what you can ask for",
        [
            section("*What you can ask for*\n" + "\n".join(lines)),
            context("Each is also a button where it is needed, and stands in the Home tab of this app."),
        ],
    )


def commands_only() -> Message:
    """To whoever writes to the bot as if to a person. The button says what they may ask for when they press it."""
    told = (
        ":wave: I understand commands only, and what is written here reaches nobody. `/interview` shows your day; what else "
        "you can ask for stands behind the button, and in the *Home* tab of this app."
    )
    return message("Evenhand: I understand commands only", [section(told), actions(button("Help", ids.HELP_OPEN))])


def unknown_command(typed: str, *, suggestion: str | None, commands: Commands) -> Message:
    meant = f" Did you mean `/interview {clip(suggestion, 40)}`?" if suggestion else ""
    words = ", ".join(f"`{clip(word, 40)}`" for word, _ in commands[:40] if word)
    return message(
        "Evenhand: I do not know that word",
        [
            section(f"I do not know “{clip(typed, 100)}”.{meant}"),
            context(f"You can use {words}" if words else "Ask an admin what you may do."),
            actions(button("Help", ids.HELP_OPEN)),
        ],
    )


def my_day(
    *, interviews: Sequence[Interview], owed: Sequence[Owed], asked: Sequence[Asked], zone: str, first_name: str = ""
) -> Message:
    groups: list[list[Block]] = [
        *_titled("*Please answer first*", mine.asked(asked)),
        *_titled("*Scorecards you owe*", mine.owed(owed, zone=zone)),
        *_titled("*Your interviews*", mine.interviews(interviews, zone=zone)),
    ]
    hello = f"Hello {clip(first_name, 60)}. " if first_name else ""
    if groups:
        head = [section(f"{hello}Here is what waits for you and what is ahead.")]
    else:
        head = [section(f"{hello}Nothing is waiting for you: no interviews, no scorecards, no questions.")]
    tail = [context("`/interview help` shows all you can ask for.")]
    return message("Evenhand: your day", fitted(head, groups, tail, more=_more))


def feedback_owed(owed: Sequence[Owed], *, zone: str) -> Message:
    if not owed:
        done = section(":white_check_mark: You owe no scorecard. They are asked for when an interview has ended.")
        return message("Evenhand: you owe no scorecard", [done])
    groups = mine.owed(owed, zone=zone)
    blocks = fitted([header("Scorecards you owe")], groups, more=_more)
    return message("Evenhand: scorecards you owe", blocks)


def _titled(title: str, groups: list[list[Block]]) -> list[list[Block]]:
    return [[section(title), *groups[0]], *groups[1:]] if groups else []


def _more(left: int) -> str:
    return f"and {left} more: see the Home tab"
