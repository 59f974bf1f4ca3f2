"""Slack's building blocks as plain dicts. Whatever is given is cut to Slack's limits here, so that nothing is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from handlers import ids
from handlers.blocks.text import NOTHING, cut, escape, plain, size

Block = dict[str, Any]
Option = tuple[str, str]
"""A value and its label."""

TEXT = 3000
BLOCKS = 50
MODAL_BLOCKS = 100
WEIGHT = 11_500
"""Slack refuses messages of about 13,200 characters in all; this leaves room for what it adds."""


def words(text: str, limit: int = 75) -> Block:
    """A `plain_text` object. Nothing in it becomes an emoji: "10:00:30" is a time."""
    return {"type": "plain_text", "text": plain(text, limit), "emoji": False}


def markup(text: str, limit: int = TEXT) -> Block:
    """A `mrkdwn` object; verbatim, so that "@here" in somebody's text calls nobody."""
    return {"type": "mrkdwn", "text": cut(text, limit) or NOTHING, "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": words(text, 150)}


def section(text: str, accessory: Block | None = None) -> Block:
    made: Block = {"type": "section", "text": markup(text)}
    return made | {"accessory": accessory} if accessory else made


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [markup(text, 2000) for text in texts[:10]]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block, block_id: str | None = None) -> Block:
    made: Block = {"type": "actions", "elements": list(elements[:25])}
    return made | {"block_id": block_id} if block_id else made


def button(label: str, action: str, value: str = "", *, style: str | None = None, url: str | None = None) -> Block:
    made: Block = {"type": "button", "text": words(label), "action_id": action}
    if value:
        made["value"] = value
    if style:
        made["style"] = style
    if url:
        made["url"] = url
    return made


def page_button(address: str) -> list[Block]:
    """A button to the candidate's page, for the recruiter to look at and to pass on; nothing without an address."""
    return [button("Candidate's page", ids.LINK, url=address)] if address else []


def option(value: str, label: str, description: str = "") -> Block:
    made: Block = {"text": words(label), "value": value}
    return made | {"description": words(description)} if description else made


def overflow(action: str, options: Sequence[Option]) -> Block:
    return {"type": "overflow", "action_id": action, "options": [option(*pair) for pair in options[:5]]}


def select(action: str, options: Sequence[Option], *, hint: str, chosen: str | None = None) -> Block:
    """A menu of at most 100 options; `chosen` is a value among them."""
    made: Block = {
        "type": "static_select",
        "action_id": action,
        "placeholder": words(hint, 150),
        "options": [option(*pair) for pair in options[:100]],
    }
    return _with_initial(made, chosen)


def radios(action: str, options: Sequence[Block], *, chosen: str | None = None) -> Block:
    return _with_initial({"type": "radio_buttons", "action_id": action, "options": list(options[:10])}, chosen)


def _with_initial(menu: Block, chosen: str | None) -> Block:
    initial = next((one for one in menu["options"] if one["value"] == chosen), None)
    return menu | {"initial_option": initial} if initial else menu


def text_input(
    action: str = ids.FIELD,
    *,
    initial: str = "",
    multiline: bool = False,
    most: int = TEXT,
    least: int = 0,
    hint: str = "",
    live: bool = False,
) -> Block:
    """A text field. `live` tells us of every pause in typing, so that a draft can be saved."""
    made: Block = {"type": "plain_text_input", "action_id": action, "multiline": multiline, "max_length": most}
    if least:
        made["min_length"] = least
    if initial:
        made["initial_value"] = initial[:most]
    if hint:
        made["placeholder"] = words(hint, 150)
    if live:
        made["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    return made


def field(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False, live: bool = False
) -> Block:
    made: Block = {"type": "input", "block_id": block_id, "label": words(label, 2000), "element": element}
    if hint:
        made["hint"] = words(hint, 2000)
    if optional:
        made["optional"] = True
    if live:
        made["dispatch_action"] = True
    return made


def fault(sentence: str | None) -> list[Block]:
    """A problem told inside a modal, below what it is about."""
    return [context(f":warning: *{escape(sentence)}*")] if sentence else []


def modal(
    title: str,
    blocks: Iterable[Block],
    *,
    callback: str | None = None,
    submit: str | None = None,
    close: str = "Close",
    reference: str = "",
    tell_when_closed: bool = False,
) -> Block:
    made: Block = {
        "type": "modal",
        "title": words(title, 24),
        "close": words(close, 24),
        "blocks": list(blocks)[:MODAL_BLOCKS],
    }
    if callback:
        made["callback_id"] = callback
    if submit:
        made["submit"] = words(submit, 24)
    if reference:
        made["private_metadata"] = reference
    if tell_when_closed:
        made["notify_on_close"] = True
    return made


def weight(blocks: Sequence[Block]) -> int:
    """How long a message Slack will find these blocks."""
    return size(json.dumps(blocks, ensure_ascii=False))


def fitted(
    head: Sequence[Block],
    groups: Sequence[Sequence[Block]],
    tail: Sequence[Block] = (),
    *,
    more: Callable[[int], str],
    most: int = BLOCKS,
    heaviest: int = WEIGHT,
) -> tuple[Block, ...]:
    """Head, as many whole groups as fit, a line from `more(groups left out)` if any, and tail."""
    body: list[Block] = []
    fixed = [*head, context("x" * 200), *tail]
    for place, group in enumerate(groups):
        grown = [*body, *group]
        if len(fixed) + len(grown) > most or weight(fixed) + weight(grown) > heaviest:
            return (*head, *body, context(more(len(groups) - place)), *tail)
        body = grown
    return (*head, *body, *tail)
