"""Whatever somebody calls themselves or writes, Slack reads as words: nobody is called, no link is made, nothing is turned round."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar

import pytest

from handlers import payloads
from handlers.pages.contact import Contact
from handlers.pages.templating import render
from tests.handlers.blocks import surfaces, world
from workbench.gate import faults

T = TypeVar("T")
Surface = Literal["message", "modal", "home"]
CALLS = "<!channel> <!here|x> <!everyone> <!subteam^S1> <@U0000091> <#C0000001|x>"
LINKS = "<https://evil.example|Evenhand> <mailto:a@evil.example|x> <//evil.example>"
HOSTILE = {
    "calls": CALLS,
    "links": LINKS,
    "closes ours": "|x> <!channel> <!date^1^{date}| <!chan",
    "marks": "*b* _i_ ~s~ `c` ```d``` > q\n>>> r &lt;!channel&gt; a\x07b\x1b[31mc\r\nd\te",
    "turned round": "\u202ecba\u202d \u2066x \u2067y \u200f \u061c a\u200b\u200c\u200d\u2060\ufeffb\u00ad",
    "long": "e" + "\u0301" * 300 + "W" * 3_000,
    "nothing": "\u200b",
}
TEXTS = frozenset(
    {"name", "title", "employer", "team", "about", "evidence", "note", "reason", "dissent", "place", "because", "text"}
    | {"anchors", "school", "summary", "known"}
)  # fmt: skip
"""Fields that somebody writes. All other texts are ids, zones, addresses or words of ours."""
GIVEN_MARKUP = frozenset({"saved"})
"""What its callers give it is markup already: `paused`, which quotes somebody through it, is looked at."""
OURS = re.compile(
    r"<@U[0-9A-Z]+>|<#C[0-9A-Z]+>|<!date\^\d+\^[^<>|]+\|[^<>]*>|<https://(?:[a-z.]+\.example|meet\.example\.com)/[^<>|]*(\|[^<>]*)?>"
)
TURNING = re.compile("[\u202a-\u202e]")


def planted(value: T, text: str) -> T:
    """The same with `text` in every field that somebody writes."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
        changed = {name: _written(name, held, text) for name, held in fields.items()}
        return dataclasses.replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(planted(one, text) for one in value)  # type: ignore[return-value]  # the same, one by one
    if isinstance(value, Mapping):
        return {key: planted(one, text) for key, one in value.items()}  # type: ignore[return-value]  # as above
    return value


def _written(name: str, held: Any, text: str) -> Any:
    if name in TEXTS and isinstance(held, str) and not isinstance(held, Enum):
        return text
    if name in TEXTS and isinstance(held, tuple) and held and all(isinstance(one, str) for one in held):
        return tuple(text for _ in held)
    return planted(held, text)


@cache
def shown(kind: str) -> dict[str, tuple[Surface, Mapping[str, Any]]]:
    """By name: every message, modal and page, with what it is to Slack."""
    text = HOSTILE[kind]
    there = planted(world.ordinary(), text)
    assert (there.candidate.name, there.opening.title) == (text, text)
    messages = surfaces.messages(there, note=text, many=3)
    modals = surfaces.modals(there, note=text, many=3)
    return {
        **{name: ("message", {"text": one.text, "blocks": list(one.blocks)}) for name, one in messages.items()},
        **{name: ("modal", view) for name, view in modals.items() if name not in GIVEN_MARKUP},
        **{name: ("home", view) for name, view in surfaces.homes(there, many=3).items()},
    }


def markup(value: Any) -> Iterator[str]:
    """Every text in which Slack looks for calls and links: `mrkdwn` objects, and the text of a message itself."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn" or ("blocks" in value and isinstance(value.get("text"), str)):
            yield value["text"]
        for held in value.values():
            yield from markup(held)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from markup(one)


def marked(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every `mrkdwn` object."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value
        for held in value.values():
            yield from marked(held)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from marked(one)


def every_text(value: Any) -> Iterator[str]:
    """What is shown; what somebody typed comes back into its own field as it was."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from every_text(held) if key != "initial_value" else ()
    elif isinstance(value, list | tuple):
        for one in value:
            yield from every_text(one)


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_in_angle_brackets_is_anybodys_but_ours(kind: str) -> None:
    for name, (_, made) in shown(kind).items():
        for text in markup(made):
            assert (name, re.findall(r"[<>]", OURS.sub("", text.replace("\n>", "\n").removeprefix(">")))) == (name, [])
            assert (name, "evil.example" in "".join(one.group() for one in OURS.finditer(text))) == (name, False)


def test_slack_is_told_to_look_for_no_calls_and_links_of_its_own() -> None:
    """Without `verbatim` it makes links of addresses, and calls of "@here", in what is no markup at all."""
    loose = [name for name, (_, made) in shown("calls").items() for one in marked(made) if not one.get("verbatim")]
    assert loose == []


def test_a_call_that_was_let_through_would_be_seen() -> None:
    """The control: the check above finds one that is planted past the escaping."""
    assert OURS.sub("", "Hello <!channel>") == "Hello <!channel>"
    assert "<" not in OURS.sub("", "Hello <@U0000091>, <!date^1764000000^{date_short_pretty} at {time}|Tue>")


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_text_turns_what_stands_beside_it(kind: str) -> None:
    for name, (_, made) in shown(kind).items():
        for text in every_text(made):
            assert (name, TURNING.findall(text)) == (name, [])


@pytest.mark.parametrize("kind", HOSTILE)
def test_slack_takes_all_of_it(kind: str) -> None:
    for name, (what, made) in shown(kind).items():
        blocks = [
            block | {"slack_file": {"id": "F0000001"}} if block["type"] == "image" else block
            for block in made["blocks"]
        ]
        assert (name, faults(what, dict(made) | {"blocks": blocks})) == (name, ())


# ---- where it comes in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("\ud83d", "\ufffd"),
        ("x\udc00y", "x\ufffdy"),
        ("\ud83d\ude48", "🙈"),
        ("é🙈", "é🙈"),
        ("", ""),
    ],
)
def test_what_no_database_takes_is_taken_out_on_the_way_in(typed: str, kept: str) -> None:
    body = {"view": {"state": {"values": {typed: [{"value": typed}, None, 3, True]}}}}
    assert payloads.clean(body) == {"view": {"state": {"values": {kept: [{"value": kept}, None, 3, True]}}}}
    json.dumps(payloads.clean(body), ensure_ascii=False).encode()


def test_a_page_shows_markup_as_words() -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=y>"
    page = render("closed.html", contact=Contact(name=hostile, title=hostile, email=hostile))
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page
