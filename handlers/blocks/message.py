"""What a Slack message is made of, before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.blocks.parts import BLOCKS, TEXT, Block, section, words

PICTURE_ID = "@picture"
"""Stands for the file's id until the messenger has uploaded the picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`alt` says what it shows, `title` stands above it, `name` is the file's name and gives nothing away. Of several in
    one message each has a `place` of its own."""

    png: bytes
    alt: str
    title: str
    name: str
    place: str = PICTURE_ID


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is what notifications show: it makes sense alone and names no candidate and no score."""

    text: str
    blocks: tuple[Block, ...]
    pictures: tuple[Picture, ...] = ()


def message(text: str, blocks: Iterable[Block], *, pictures: Iterable[Picture] = ()) -> Message:
    """A picture for which no block has a place is left out."""
    shown = tuple(blocks)[:BLOCKS]
    places = [block.get("slack_file") for block in shown]
    return Message(text=text, blocks=shown, pictures=tuple(one for one in pictures if {"id": one.place} in places))


def picture_block(picture: Picture) -> Block:
    return {
        "type": "image",
        "slack_file": {"id": picture.place},
        "alt_text": words(picture.alt, 2000)["text"],
        "title": words(picture.title, 2000),
    }


def without_pictures(told: Message) -> Message:
    """The same message with its pictures left out; their alt texts stay, as words."""
    alts = {picture.place: picture.alt for picture in told.pictures}
    blocks = (
        section(words(alts[place], TEXT)["text"])
        if (place := (block.get("slack_file") or {}).get("id")) in alts
        else block
        for block in told.blocks
    )
    return message(told.text, blocks)
