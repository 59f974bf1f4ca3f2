"""Small pieces whole; spaces between tags don't count."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from tests.workbench.ui.gallery import EVERYTHING, FORM, HOME, md, option, plain
from workbench.ui.readers import Reader, hue, initials
from workbench.ui.render import render_blocks
from workbench.ui.rich_text import rich_text

READER = Reader(
    zone=ZoneInfo("Europe/Berlin"),
    now=datetime(2026, 11, 23, 8, tzinfo=UTC),
    people={"U1": "Mara", "U2": "Al-Noor"},
    channels={"C1": "hiring"},
)
EVIL = '"><script>alert(1)</script>'


def shown(*blocks: dict[str, Any], **more: Any) -> str:
    return tight(render_blocks(blocks, READER, **more))


def tight(html: Markup) -> str:
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", html)).strip().replace(" <", "<").replace("> ", ">")


def test_a_header() -> None:
    assert shown({"type": "header", "block_id": "h", "text": plain("Loop <1>")}) == (
        '<div class="block block-header" data-block-id="h" data-key="h-header">'
        '<h3 class="header" dir="auto">Loop &lt;1&gt;</h3></div>'
    )


def test_a_button() -> None:
    button = {"type": "button", "action_id": "loop.book", "text": plain("Book"), "style": "primary", "value": "7"}
    assert shown({"type": "actions", "block_id": "a", "elements": [button]}) == (
        '<div class="block block-actions" data-block-id="a" data-key="a-actions"><div class="actions">'
        '<span class="control"><button type="button" class="button primary" data-action-id="loop.book" '
        'data-kind="button" data-acts data-value="7">Book</button></span></div></div>'
    )


def test_an_input_with_what_was_typed_and_its_error() -> None:
    block = {
        "type": "input",
        "block_id": "why",
        "label": plain("Why?"),
        "hint": plain("One sentence"),
        "element": {"type": "plain_text_input", "action_id": "v", "initial_value": "old"},
    }
    html = shown(block, surface="modal", scope="V1", state={"why": {"v": "typed <b>"}}, errors={"why": "Too short"})
    assert html == (
        '<div class="block block-input" data-block-id="why" data-key="why-input"><div class="input wrong" data-required>'
        '<label class="label" for="e-V1-why-v" dir="auto">Why?</label>'
        '<span class="control typed"><input id="e-V1-why-v" class="field" type="text" data-action-id="v" '
        'data-kind="plain_text_input" aria-describedby="e-V1-why-v-error e-V1-why-v-hint" aria-invalid="true" '
        'aria-required="true" dir="auto" autocomplete="off" placeholder="" value="typed &lt;b&gt;"></span>'
        '<p class="error" id="e-V1-why-v-error" data-error role="alert">Too short</p>'
        '<p class="hint" id="e-V1-why-v-hint" dir="auto">One sentence</p></div></div>'
    )


def test_a_table_keeps_its_columns() -> None:
    rows = [[{"type": "raw_text", "text": "Who"}, {"type": "raw_text", "text": "n"}]]
    rows.append([{"type": "raw_text", "text": "<i>"}, {"type": "raw_text", "text": "3"}])
    columns = [{"is_wrapped": True}, {"align": "right"}]
    assert shown({"type": "table", "block_id": "t", "rows": rows, "column_settings": columns}) == (
        '<div class="block block-table" data-block-id="t" data-key="t-table">'
        '<div class="table" role="region" tabindex="0" aria-label="Table"><table>'
        '<thead><tr><th scope="col" class="left wrapped" dir="auto">Who</th>'
        '<th scope="col" class="right" dir="auto">n</th></tr></thead>'
        '<tbody><tr><td class="left wrapped" dir="auto">&lt;i&gt;</td>'
        '<td class="right" dir="auto">3</td></tr></tbody></table></div></div>'
    )


def test_an_unknown_block_shows_its_name_and_its_words() -> None:
    block = {"type": "hologram", "block_id": "x", "text": plain("Look <up>"), "parts": [{"text": "and down"}]}
    assert shown(block) == (
        '<div class="block block-hologram" data-block-id="x" data-key="x-hologram"><div class="unknown">'
        '<code>hologram</code><span class="hint">is a kind of block this page can&#39;t draw; its words:</span>'
        '<div dir="auto">Look &lt;up&gt;</div><div dir="auto">and down</div></div></div>'
    ).replace("can&#39;t", "can't")


@pytest.mark.parametrize(
    ("element", "state", "chosen"),
    [
        ({"type": "static_select", "options": [option("A", "a"), option("B", "b")]}, {}, []),
        ({"type": "static_select", "options": [option("A", "a"), option("B", "b")]}, "b", ["b"]),
        ({"type": "users_select", "initial_user": "U2"}, {}, ["U2"]),
        ({"type": "users_select", "initial_user": "U2"}, "U1", ["U1"]),
        ({"type": "users_select", "initial_user": "U2"}, None, []),
        ({"type": "multi_users_select", "initial_users": ["U1"]}, ["U1", "U2"], ["U2", "U1"]),
        ({"type": "checkboxes", "options": [option("A", "a"), option("B", "b")]}, ["a"], ["a"]),
        ({"type": "radio_buttons", "options": [option("A", "a")], "initial_option": option("A", "a")}, {}, ["a"]),
        ({"type": "multi_external_select", "initial_options": [option("Z", "z")]}, {}, ["z"]),
    ],
)
def test_what_is_chosen(element: dict[str, Any], state: Any, chosen: list[str]) -> None:
    block = {"type": "input", "block_id": "i", "label": plain("L"), "element": {**element, "action_id": "v"}}
    html = shown(block, state={} if state == {} else {"i": {"v": state}})
    assert re.findall(r'value="(\w+)"(?: id="[^"]+")? (?:selected|checked)', html) == chosen


@pytest.mark.parametrize("block", [*EVERYTHING, *FORM, *HOME["blocks"]], ids=lambda block: block["type"])
def test_no_text_ever_becomes_a_tag(block: dict[str, Any]) -> None:
    html = str(render_blocks([_poisoned(block)], READER, surface="modal"))
    assert "<script" not in html
    assert "alert(1)" in html or block["type"] == "divider"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", " javascript:alert(1)"])
def test_no_address_runs_a_script(url: str) -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "actions", "elements": [{"type": "button", "action_id": "b", "text": plain("B"), "url": url}]},
        {"type": "image", "image_url": url, "alt_text": "x"},
        {"type": "markdown", "text": f"[x]({url})"},
        {"type": "section", "text": md(f"<{url}|x>")},
        {"type": "video", "title": plain("x"), "title_url": url},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": url}]}]},
    ]
    assert not re.search(r'href="\s*(javascript|data|vbscript)', shown(*blocks))


def test_rich_text_lists_count_by_depth() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}
    parts = [{"type": "rich_text_list", "style": "ordered", "indent": 1, "offset": 2, "elements": [item]}]
    assert rich_text(parts, READER) == (
        '<ol class="indent-1" type="a" start="3"><li dir="auto"><strong>x</strong></li></ol>'
    )


def test_rich_text_it_does_not_know_is_named() -> None:
    parts: list[dict[str, Any]] = [
        {"type": "rich_text_section", "elements": [{"type": "canvas"}]},
        {"type": "rich_text_poem"},
    ]
    assert rich_text(parts, READER) == (
        '<div class="rt-section" dir="auto"><span class="unknown">[canvas]</span></div>'
        '<div class="unknown">[rich_text_poem]</div>'
    )


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Mara Lindqvist", "ML"), ("Siobhán O’Connor", "SO"), ("佐藤 純", "佐純"), ("x", "X"), ("🦊", "?"), ("", "?")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_person_keeps_their_colour() -> None:
    assert [hue("U001"), hue("U002")] == [9, 11]


def _poisoned(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _poisoned(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_poisoned(inner) for inner in value]
    return EVIL if key in {"text", "alt_text", "value", "placeholder"} and isinstance(value, str) else value


@pytest.mark.parametrize(
    ("block", "html"),
    [
        (
            {"type": "alert", "block_id": "x", "level": "warning", "text": md("*Two*")},
            '<div class="alert alert-warning" role="note" dir="auto"><strong>Two</strong></div>',
        ),
        (
            {"type": "card", "block_id": "x", "title": plain("Jun"), "body": md("Data")},
            '<div class="card"><strong dir="auto">Jun</strong><div dir="auto">Data</div></div>',
        ),
        (
            {"type": "video", "block_id": "x", "title": plain("How"), "title_url": "https://a.example/"},
            '<div class="section"><a href="https://a.example/" target="_blank" rel="noopener noreferrer">How</a></div>',
        ),
        (
            {"type": "container", "block_id": "x", "title": plain("Why"), "is_collapsible": True, "child_blocks": []},
            '<details class="container" open><summary>Why</summary></details>',
        ),
    ],
)
def test_newer_blocks(block: dict[str, Any], html: str) -> None:
    kind = block["type"]
    assert shown(block) == f'<div class="block block-{kind}" data-block-id="x" data-key="x-{kind}">{html}</div>'


def test_rich_text_is_typed_as_words() -> None:
    typed = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "so <b>"}]}],
    }
    block = {
        "type": "input",
        "block_id": "r",
        "label": plain("R"),
        "element": {"type": "rich_text_input", "action_id": "v"},
    }
    assert "&lt;b&gt;</textarea>" in shown(block, state={"r": {"v": typed}})
