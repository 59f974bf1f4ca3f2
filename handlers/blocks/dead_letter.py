"""Something that did not go out, told to the recruiter: whom it was for, why, and a button; never what it said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers import ids
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, section
from handlers.blocks.text import clip, mention, name
from hiring.model import Candidate, Opening, Person, PersonId
from hiring.ports import DeadLetter

MOST = 3
"""In the status of a loop; the next ones stand there when these are tried again."""
LANES = {
    "slack": "A message of mine could not be delivered",
    "mail": "A mail to the candidate could not be sent",
    "calendar": "Calendars could not be brought up to date",
    "engine": "I could not look for a panel and times",
}


def dead_letter(
    letter: DeadLetter, *, candidate: Candidate | None, opening: Opening, people: Mapping[PersonId, Person]
) -> Message:
    """`candidate` is None when it is about the whole opening."""
    about = f"_{clip(opening.title, 150)}_"
    told = f"{name(candidate.name)} · {about}" if candidate else about
    return message(
        "Evenhand: something did not go out and needs you",
        [
            section(f"{_what(letter, people)}\n{told}"),
            section(_why(letter)),
            actions(_again(letter, style="primary")),
            context("If it fails again, you will hear of it here. Whoever looks after Evenhand can see it, too."),
        ],
    )


def dead_letter_retried() -> Message:
    """The same message once somebody has pressed the button."""
    return message(
        "Evenhand: it is being tried again",
        [context(":arrows_counterclockwise: This did not go out at first, and is being tried again.")],
    )


def undelivered(letters: Sequence[DeadLetter], people: Mapping[PersonId, Person]) -> list[Block]:
    """The same where the loop stands above them, for whoever lost the message or a click on it."""
    shown = [section(f"{_what(one, people)}\n{_why(one)}", _again(one)) for one in letters[:MOST]]
    left = len(letters) - len(shown)
    return [*shown, context(f"and {left} more that did not go out")] if left else shown


def _what(letter: DeadLetter, people: Mapping[PersonId, Person]) -> str:
    return f":warning: *{LANES[letter.delivery.kind.split('.')[0]]}*{_to(letter, people)}"


def _why(letter: DeadLetter) -> str:
    return f"I gave up after {_times(letter.attempt)}: `{clip(letter.reason, 150)}`"


def _again(letter: DeadLetter, *, style: str | None = None) -> Block:
    return button("Try again", ids.DELIVERY_RETRY, ids.pack(letter.delivery.key, letter.notice), style=style)


def _to(letter: DeadLetter, people: Mapping[PersonId, Person]) -> str:
    to = letter.delivery.to
    if to.startswith("#"):
        return f" in <#{to[1:]}>"
    return f" to {mention(people, to)}" if to else ""


def _times(attempts: int) -> str:
    return "one attempt" if attempts == 1 else f"{attempts} attempts"
