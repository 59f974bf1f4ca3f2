"""Slack's rich_text to HTML: sections, lists, quotes and preformatted parts, with their styled runs of text."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from workbench.ui.emoji import emoji_character, with_emoji
from workbench.ui.mrkdwn import broadcast, channel_mention, date_text, link, mention
from workbench.ui.readers import Reader

_TAGS = (("code", "code"), ("bold", "strong"), ("italic", "em"), ("strike", "s"), ("underline", "u"))
_DEEPEST = 8
_ORDERS = ("1", "a", "i")  # Slack numbers lists by depth: 1, a, i, and again


def rich_text(elements: Sequence[Mapping[str, Any]], reader: Reader) -> Markup:
    return Markup().join(_PARTS.get(part.get("type", ""), _unknown)(part, reader) for part in elements)


def runs(elements: Sequence[Mapping[str, Any]], reader: Reader) -> Markup:
    return Markup().join(_run(one, reader) for one in elements)


def _section(part: Mapping[str, Any], reader: Reader) -> Markup:
    return Markup('<div class="rt-section" dir="auto">{}</div>').format(runs(part.get("elements", ()), reader))


def _list(part: Mapping[str, Any], reader: Reader) -> Markup:
    depth = min(int(part.get("indent") or 0), _DEEPEST)
    items = Markup().join(
        Markup('<li dir="auto">{}</li>').format(runs(item.get("elements", ()), reader))
        for item in part.get("elements", ())
    )
    border = " bordered" if part.get("border") else ""
    if part.get("style") == "ordered":
        return Markup('<ol class="indent-{}{}" type="{}" start="{}">{}</ol>').format(
            depth, border, _ORDERS[depth % len(_ORDERS)], int(part.get("offset") or 0) + 1, items
        )
    return Markup('<ul class="indent-{}{}">{}</ul>').format(depth, border, items)


def _preformatted(part: Mapping[str, Any], reader: Reader) -> Markup:
    return Markup("<pre>{}</pre>").format(runs(part.get("elements", ()), reader))


def _quote(part: Mapping[str, Any], reader: Reader) -> Markup:
    return Markup('<blockquote dir="auto">{}</blockquote>').format(runs(part.get("elements", ()), reader))


def _unknown(part: Mapping[str, Any], _reader: Reader) -> Markup:
    return Markup('<div class="unknown">[{}]</div>').format(part.get("type", "rich text"))


_PARTS: dict[str, Callable[[Mapping[str, Any], Reader], Markup]] = {
    "rich_text_section": _section,
    "rich_text_list": _list,
    "rich_text_preformatted": _preformatted,
    "rich_text_quote": _quote,
}


def _run(one: Mapping[str, Any], reader: Reader) -> Markup:
    shown = _RUNS.get(one.get("type", ""), _unknown_run)(one, reader)
    style = one.get("style") or {}
    for key, tag in _TAGS:
        if style.get(key):
            shown = Markup("<{0}>{1}</{0}>").format(Markup(tag), shown)  # noqa: S704 - tags are our own five
    return shown


def _text(one: Mapping[str, Any], _reader: Reader) -> Markup:
    return escape(with_emoji(one.get("text", ""))).replace("\n", Markup("<br>"))


def _link(one: Mapping[str, Any], _reader: Reader) -> Markup:
    return link(one.get("url", ""), one.get("text"))


def _emoji(one: Mapping[str, Any], _reader: Reader) -> Markup:
    name = one.get("name", "")
    return Markup('<span role="img" aria-label="{}">{}</span>').format(name, emoji_character(name) or f":{name}:")


def _person(one: Mapping[str, Any], reader: Reader) -> Markup:
    return mention(one.get("user_id", ""), reader)


def _channel(one: Mapping[str, Any], reader: Reader) -> Markup:
    return channel_mention(one.get("channel_id", ""), reader)


def _group(one: Mapping[str, Any], _reader: Reader) -> Markup:
    return Markup('<span class="mention">@{}</span>').format(one.get("usergroup_id", "group"))


def _broadcast(one: Mapping[str, Any], _reader: Reader) -> Markup:
    return broadcast(one.get("range", "here"))


def _date(one: Mapping[str, Any], reader: Reader) -> Markup:
    return date_text(int(one["timestamp"]), one.get("format", "{date_short} {time}"), reader, url=one.get("url", ""))


def _colour(one: Mapping[str, Any], _reader: Reader) -> Markup:
    return Markup("<code>{}</code>").format(one.get("value", ""))


def _unknown_run(one: Mapping[str, Any], _reader: Reader) -> Markup:
    return Markup('<span class="unknown">[{}]</span>').format(one.get("type", "text"))


_RUNS: dict[str, Callable[[Mapping[str, Any], Reader], Markup]] = {
    "text": _text,
    "link": _link,
    "emoji": _emoji,
    "user": _person,
    "channel": _channel,
    "usergroup": _group,
    "broadcast": _broadcast,
    "date": _date,
    "color": _colour,
}
