"""When and where an opening's digest appears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers import ids
from handlers.blocks import zones
from handlers.blocks.parts import Block, field, modal, section, select, words
from handlers.blocks.state import Errors, View, held
from handlers.blocks.text import clip, plain
from hiring.model import Opening, OpeningId

OPENING: Final = "opening"
CHANNEL: Final = "channel"
HOUR: Final = "hour"
ZONE: Final = "zone"
OFF: Final = "off"


@dataclass(frozen=True, slots=True)
class DigestWish:
    """`channel` is a Slack channel id, None for none; `hour` is None for no digest."""

    opening: OpeningId
    channel: str | None
    hour: int | None
    zone: str


def digest_modal(openings: Sequence[Opening]) -> Block:
    """With one opening it is chosen already; with several the person picks, and the first one's settings are shown."""
    first = openings[0]
    channel: Block = {
        "type": "conversations_select",
        "action_id": ids.FIELD,
        "placeholder": words("Choose a channel"),
        "filter": {"include": ["public", "private"]},
    }
    if first.channel_id:
        channel["initial_conversation"] = first.channel_id
    clock = select(ids.FIELD, zones.options(first.digest_zone), hint="Time zone", chosen=first.digest_zone)
    hours = [(OFF, "No digest"), *((str(hour), f"{hour:02}:00") for hour in range(24))]
    hour = OFF if first.digest_hour is None else str(first.digest_hour)
    if len(openings) == 1:
        which = section(f"*{clip(first.title, 150)}*")
    else:
        choices = [(one.id, plain(one.title, 75)) for one in openings]
        which = field(OPENING, "Opening", select(ids.FIELD, choices, hint="Choose an opening", chosen=first.id))
    return modal(
        "Daily digest",
        [
            which,
            field(
                CHANNEL,
                "Channel",
                channel,
                hint="Invite Evenhand to it first. Everybody in the channel reads where each candidate stands.",
                optional=True,
            ),
            field(HOUR, "Each day at", select(ids.FIELD, hours, hint="Choose an hour", chosen=hour)),
            field(ZONE, "Time zone", clock),
        ],
        callback=ids.DIGEST_VIEW,
        submit="Save",
        reference=ids.pack(first.id) if len(openings) == 1 else "",
    )


def read(view: View) -> DigestWish | Errors:
    opening = held(view, OPENING) or str(view.get("private_metadata") or "")
    hour, zone, channel = held(view, HOUR), held(view, ZONE), held(view, CHANNEL)
    errors: Errors = {}
    if not opening:
        errors[OPENING] = "Please choose an opening."
    if not hour:
        errors[HOUR] = "Please choose an hour, or “No digest”."
    if not zone:
        errors[ZONE] = "Please choose a time zone."
    if hour not in {"", OFF} and not channel:
        errors[CHANNEL] = "Please choose the channel it should appear in."
    return errors or DigestWish(opening, channel or None, None if hour == OFF else int(hour), zone)
