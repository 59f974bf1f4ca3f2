"""Blocks as a person reads them, in plain text: for transcripts and for looking things up in tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.shapes import elements_of
from workbench.workspace import Json

SPOKEN = (
    "title",
    "text",
    "fields",
    "accessory",
    "label",
    "hint",
    "description",
    "elements",
    "element",
    "rows",
    "alt_text",
)
DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
LINK = re.compile(r"<(?:[^<>|]+)\|([^<>]+)>")
MENTION = re.compile(r"<?@([UW][A-Z0-9]+)>?")


def plain(value: Any) -> str:
    """Every text in a block, a message or a view, in reading order, one a line."""
    return "\n".join(_texts(value))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [spoken(value)] if value else []
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "user":
        return [f"@{value.get('user_id', '')}"]
    if value.get("blocks"):
        # `text` beside blocks is only for notifications.
        return _texts(value.get("title")) + _texts(value["blocks"])
    return [text for key in SPOKEN for text in _texts(value.get(key))]


def spoken(text: str) -> str:
    """Slack's markup without its signs: dates as their fallback, links as their words, entities as characters."""
    bare = LINK.sub(r"\1", DATE.sub(r"\1", text))
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def screen_text(screen: Json) -> str:
    """Everything on a person's screen: the conversations with their threads, App Home, the modals, the notice."""
    names, lines = screen["names"], list[str]()
    for where in screen["conversations"]:
        lines += [f"── {where['name']} ──"] if where["messages"] else []
        for message in where["messages"]:
            lines += message_lines(message, names)
            lines += [f"    {line}" for reply in message["replies"] for line in message_lines(reply, names)]
    if screen["home"] is not None:
        lines += ["── Home ──", *view_lines(screen["home"], names)]
    for view in screen["views"]:
        lines += ["── Modal ──", *view_lines(view, names)]
    return "\n".join([*lines, *([f"! {screen['notice']}"] if screen["notice"] else [])])


def named(line: str, names: Mapping[str, str]) -> str:
    """The line with people's names for their ids."""
    return MENTION.sub(lambda found: "@" + names.get(found[1], found[1]), line)


def message_lines(message: Json, names: Mapping[str, str]) -> list[str]:
    user = str(message.get("user", ""))
    who = f"{names.get(user, user)}{' (only you see this)' if message.get('is_ephemeral') else ''}:"
    body = (
        _block_lines(message["blocks"]) if message.get("blocks") else spoken(str(message.get("text", ""))).split("\n")
    )
    files = [f"[file: {one['title']}]" for one in message.get("files", [])]
    return [who, *(f"  {named(line, names)}" for line in [*body, *files])]


def view_lines(view: Json, names: Mapping[str, str]) -> list[str]:
    title = plain(view.get("title"))
    lines = [f"# {title}"] if title else []
    for block in view["blocks"]:
        lines += _block_lines([block])
        for element in elements_of(block):
            value = view.get("state", {}).get(block["block_id"], {}).get(element.get("action_id"))
            if value not in (None, "", []):
                lines.append(f"  = {value}")
        if block["block_id"] in view.get("errors", {}):
            lines.append(f"  ! {view['errors'][block['block_id']]}")
    buttons = [f"[{plain(view[name])}]" for name in ("close", "submit") if view.get(name)]
    return [named(line, names) for line in [*lines, *([" ".join(buttons)] if buttons else [])]]


def _block_lines(blocks: list[Json]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        match block.get("type"):
            case "divider":
                lines.append("────")
            case "actions":
                lines.append(" ".join(_control(element) for element in block["elements"]))
            case "image":
                lines.append(f"[picture: {block.get('alt_text', '')}]")
            case "table":
                lines += [" | ".join(" ".join(_texts(cell)) for cell in row) for row in block["rows"]]
            case "section" if isinstance(block.get("accessory"), dict):
                said = {key: value for key, value in block.items() if key != "accessory"}
                lines += [*_lines(said), _control(block["accessory"])]
            case "input":
                said = {key: value for key, value in block.items() if key != "element"}
                lines += [*_lines(said), _control(block["element"])]
            case "rich_text":
                lines += [" ".join(_texts(part)) for part in block["elements"]]
            case "context":
                lines.append(" ".join(_texts(block)))
            case _:
                lines += _lines(block)
    return lines


def _lines(block: Json) -> list[str]:
    return [line for text in _texts(block) for line in text.split("\n")]


def _control(element: Json) -> str:
    if element["type"] == "image":
        return f"[picture: {element.get('alt_text', '')}]"
    if element["type"] == "button":
        return f"[{plain(element['text'])}]"
    options = [option for group in element.get("option_groups", [element]) for option in group.get("options", [])]
    choices = " / ".join(plain(option["text"]) for option in options)
    return f"({element['type']}: {choices})" if choices else f"({element['type']})"
