"""The strict gate: what is wrong with raw Block Kit, on the surface it is meant for.

Knows Slack's documented limits and those that only answers in the field have shown, and is stricter in four ways: a
message needs `text` beside its blocks, markup has to be whole, options of one menu are told apart by their values, and
block types that Slack takes but the workbench can't play are refused. `no_text`, `msg_too_long`, `msg_blocks_too_long`
and `view_too_large` stand alone, as Slack's own error names; everything else is a sentence with a JSON pointer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

from workbench.gate_checks import (
    Check,
    any_text,
    at,
    broken_markup,
    by_type,
    flag,
    listing,
    mrkdwn,
    plain,
    text,
    thing,
    unique,
)
from workbench.gate_elements import chosen, offered_options, picture, picture_fits
from workbench.gate_rich_text import rich_text, table
from workbench.shapes import elements_of
from workbench.workspace import Json

Surface = Literal["message", "modal", "home"]

MESSAGE_TEXT = 40_000
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
MARKDOWN = 12_000
TABLE_TEXT = 10_000
# Measured in the field: a message takes 13,297 characters in one block, and 125 fewer with every further block.
ALL_TEXT = 13_200
PER_BLOCK = 125

SELECTS = {"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
MULTI = {f"multi_{name}" for name in SELECTS}
PICKERS = {"datepicker", "timepicker"}
TICKS = {"radio_buttons", "checkboxes"}
ONLY_ON: dict[str, set[Surface]] = {
    "number_input": {"modal"},
    "email_text_input": {"modal"},
    "url_text_input": {"modal"},
    "rich_text_input": {"modal", "home"},
    "datetimepicker": {"modal", "message"},
}
IN_ACTIONS = SELECTS | MULTI | PICKERS | TICKS | {"button", "overflow", "datetimepicker"}
IN_SECTION = SELECTS | MULTI | PICKERS | TICKS | {"button", "overflow", "image"}
IN_INPUT = SELECTS | MULTI | PICKERS | TICKS | set(ONLY_ON) | {"plain_text_input"}


def says_something(section: Json, pointer: str) -> Iterator[str]:
    if "text" not in section and "fields" not in section:
        yield at("give text or fields", pointer)


@cache
def blocks_of(surface: Surface) -> Check:
    """Any block that may stand on a surface."""
    block_id = {"block_id": text(255)}

    def here(names: set[str]) -> Check:
        return chosen({name for name in names if surface in ONLY_ON.get(name, {surface})})

    kinds: dict[str, Check] = {
        "actions": thing({"elements": listing(here(IN_ACTIONS), most=25)}, block_id),
        "context": thing({"elements": listing(_context_element(), most=10)}, block_id),
        "divider": thing({}, block_id),
        "header": thing({"text": plain(150)}, block_id),
        "image": thing({"alt_text": text(2000)}, {**block_id, **picture, "title": plain(2000)}, also=picture_fits),
        "rich_text": rich_text,
        "section": thing(
            {},
            {
                **block_id,
                "text": any_text(3000),
                "fields": listing(any_text(2000), most=10),
                "accessory": here(IN_SECTION),
                "expand": flag,
            },
            also=says_something,
        ),
    }
    if surface == "message":
        kinds |= {"table": table, "markdown": thing({"text": text(MARKDOWN)}, block_id)}
    else:
        optional = {**block_id, "hint": plain(2000), "optional": flag, "dispatch_action": flag}
        kinds["input"] = thing({"label": plain(2000), "element": here(IN_INPUT)}, optional)
    return by_type(kinds)


def _context_element() -> Check:
    image = thing({"alt_text": text(2000)}, picture, also=picture_fits)
    words = thing({"text": text(3000)}, {"emoji": flag})
    return by_type({"image": image, "plain_text": words, "mrkdwn": mrkdwn(3000)})


def faults(surface: Surface, payload: Json) -> tuple[str, ...]:
    """What Slack would refuse a message (`text`, `blocks`) or a view for; nothing when it would take it."""
    found = _message(payload) if surface == "message" else _view(surface, payload)
    return tuple(dict.fromkeys(found))


def options_faults(payload: Json) -> tuple[str, ...]:
    """The same for the answer to a search in an external select."""
    return tuple(offered_options(payload))


def _message(payload: Json) -> Iterator[str]:
    words = payload.get("text")
    if not isinstance(words, str) or not words.strip():
        yield "no_text"
    else:
        if len(words) > MESSAGE_TEXT:
            yield "msg_too_long"
        yield from broken_markup(words, "/text")
    blocks = payload.get("blocks")
    if blocks is None:
        return
    found = list(_blocks("message", blocks, most=MESSAGE_BLOCKS, least=0))
    yield from found
    if not found:
        yield from _message_sums(blocks)


def _message_sums(blocks: list[Json]) -> Iterator[str]:
    """The limits that a message has as a whole."""
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        yield at("only_one_table_allowed", "/blocks")
    if sum(_letters(one) for one in tables) > TABLE_TEXT:
        yield at(f"the cells of a table take {TABLE_TEXT} characters in all", "/blocks")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN:
        yield at(f"markdown blocks take {MARKDOWN} characters in all", "/blocks")
    others = [block for block in blocks if block["type"] != "table"]
    if _letters(others) + PER_BLOCK * (len(others) - 1) > ALL_TEXT:
        yield "msg_blocks_too_long"


def _letters(value: Any) -> int:
    """All characters of all texts in it."""
    if isinstance(value, list):
        return sum(_letters(item) for item in value)
    if isinstance(value, dict):
        return sum(len(one) if key == "text" and isinstance(one, str) else _letters(one) for key, one in value.items())
    return 0


def _blocks(surface: Surface, blocks: Any, *, most: int, least: int) -> Iterator[str]:
    found = list(listing(blocks_of(surface), most=most, least=least)(blocks, "/blocks"))
    yield from found
    if found:
        return
    yield from unique([block["block_id"] for block in blocks if "block_id" in block], "/blocks", called="block_id")
    for index, block in enumerate(blocks):
        actions = [element["action_id"] for element in elements_of(block) if "action_id" in element]
        yield from unique(actions, f"/blocks/{index}", called="action_id")


def _view(surface: Surface, payload: Json) -> Iterator[str]:
    private: dict[str, Check] = {
        "private_metadata": text(3000, least=0),
        "callback_id": text(255, least=0),
        "external_id": text(255, least=0),
    }
    listed: dict[str, Check] = {"blocks": lambda value, _: _blocks(surface, value, most=VIEW_BLOCKS, least=0)}
    if surface == "home":
        kind = {"home": thing(listed, private)}
    else:
        buttons: dict[str, Check] = {"close": plain(24), "submit": plain(24)}
        flags: dict[str, Check] = dict.fromkeys(("clear_on_close", "notify_on_close", "submit_disabled"), flag)
        kind = {"modal": thing({"title": plain(24), **listed}, {**private, **buttons, **flags})}
    found = list(by_type(kind)(payload, ""))
    yield from found
    if not found:
        yield from _view_sums(surface, payload)


def _view_sums(surface: Surface, payload: Json) -> Iterator[str]:
    if len(json.dumps(payload, ensure_ascii=False).encode()) > VIEW_BYTES:
        yield "view_too_large"
    has_input = any(block["type"] == "input" for block in payload["blocks"])
    if surface == "modal" and has_input and "submit" not in payload:
        yield at("missing required field: submit", "")
    focused = [element for block in payload["blocks"] for element in elements_of(block) if element.get("focus_on_load")]
    if len(focused) > 1:
        yield at("only one element may have focus_on_load", "/blocks")
