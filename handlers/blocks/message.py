"""What a Slack message is made of, before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.blocks.parts import BLOCKS, TEXT, Block, section, words

PICTURE_ID = "@picture"
"""Stands for the file's id until the messenger has uploaded the picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`alt` says what it shows, `title` stands above it, `name` is the file's name and gives nothing away."""

    png: bytes
    alt: str
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is what notifications show: it makes sense alone and names no candidate and no score."""

    text: str
    blocks: tuple[Block, ...]
    picture: Picture | None = None


def message(text: str, blocks: Iterable[Block], *, picture: Picture | None = None) -> Message:
    return Message(text=text, blocks=tuple(blocks)[:BLOCKS], picture=picture)


def picture_block(picture: Picture) -> Block:
    return {
        "type": "image",
        "slack_file": {"id": PICTURE_ID},
        "alt_text": words(picture.alt, 2000)["text"],
        "title": words(picture.title, 2000),
    }


def without_picture(told: Message) -> Message:
    """The same message with the picture left out; its alt text stays, as words."""
    if told.picture is None:
        return told
    blocks = (
        section(words(told.picture.alt, TEXT)["text"]) if block.get("slack_file") == {"id": PICTURE_ID} else block
        for block in told.blocks
    )
    return message(told.text, blocks)
