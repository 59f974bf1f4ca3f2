"""rich_text: the block, and the cells of tables that hold one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.gate_checks import Check, at, by_type, flag, listing, one_of, pattern, text, thing, url, whole

MOST = 1000
letters = text(3000)
styles = thing(
    {}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight"), flag)
)
inline = by_type(
    {
        "text": thing({"text": letters}, {"style": styles}),
        "link": thing({"url": url}, {"text": letters, "style": styles, "unsafe": flag}),
        "user": thing({"user_id": pattern(r"[UW][A-Z0-9]+", called="a user id")}, {"style": styles}),
        "usergroup": thing({"usergroup_id": pattern(r"S[A-Z0-9]+", called="a user group id")}, {"style": styles}),
        "channel": thing({"channel_id": pattern(r"[CG][A-Z0-9]+", called="a channel id")}, {"style": styles}),
        "emoji": thing({"name": text(255)}, {"unicode": text(255), "style": styles}),
        "broadcast": thing({"range": one_of("here", "channel", "everyone")}),
        "color": thing({"value": pattern(r"#[0-9A-Fa-f]{6}", called="a colour")}),
        "date": thing(
            {"timestamp": whole(0, 10**11), "format": text(255)}, {"url": url, "fallback": letters, "style": styles}
        ),
    }
)
inlines = listing(inline, most=MOST, least=0)
section = thing({"elements": inlines})
framed = thing({"elements": inlines}, {"border": whole(0, 1)})
PARTS: dict[str, Check] = {
    "rich_text_section": section,
    "rich_text_preformatted": framed,
    "rich_text_quote": framed,
    "rich_text_list": thing(
        {"elements": listing(by_type({"rich_text_section": section}), most=MOST), "style": one_of("bullet", "ordered")},
        {"indent": whole(0, 8), "border": whole(0, 1), "offset": whole(0, 10**6)},
    ),
}
rich_text = thing({"elements": listing(by_type(PARTS), most=MOST)}, {"block_id": text(255)})
cell = by_type(
    {
        "raw_text": thing({"text": letters}),
        "rich_text": thing({"elements": listing(by_type(PARTS), most=MOST)}),
    }
)
column = thing({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})


def column_or_none(value: Any, pointer: str) -> Iterator[str]:
    """A column without settings is null."""
    if value is not None:
        yield from column(value, pointer)


def even_rows(table: dict[str, Any], pointer: str) -> Iterator[str]:
    if len({len(row) for row in table["rows"]}) > 1:
        yield at("all rows must have the same number of cells", f"{pointer}/rows")


table = thing(
    {"rows": listing(listing(cell, most=20), most=100)},
    {"block_id": text(255), "column_settings": listing(column_or_none, most=20)},
    also=even_rows,
)
