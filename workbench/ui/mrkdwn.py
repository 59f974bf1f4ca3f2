"""Slack's mrkdwn to HTML.

What must not be formatted (code, links, mentions, dates) is taken out first and put back last, so that an underscore
in an address never becomes italics and no step ever sees HTML that another step made.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from workbench.ui.emoji import with_emoji
from workbench.ui.moments import format_date, from_ts, full_date
from workbench.ui.readers import Reader

_FENCE = re.compile(r"```(.*?)```", re.DOTALL)
_OPAQUE = re.compile(r"`([^`\n]+)`|<([^<>\n]+)>")
_KEPT = re.compile("\ue000(\\d+)\ue001")
_BARE = re.compile(r"https?://[^\s<>\"'\ue000\ue001]*[^\s<>\"'\ue000\ue001.,;:!?)\]]")
_STYLES = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])([^\n]*?[^\s{mark}]){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
)
_BROADCASTS = frozenset({"here", "channel", "everyone"})
_SAFE = frozenset({"http", "https", "mailto", "tel"})


def mrkdwn(text: str, reader: Reader, *, verbatim: bool = False) -> Markup:
    """Blocks of text and preformatted parts, ready to stand inside a `<div>`. Verbatim text gets no links of its own."""
    parts: list[Markup] = []
    for index, part in enumerate(_FENCE.split(text)):
        if index % 2:
            parts.append(Markup("<pre>{}</pre>").format(unescape(part).strip("\n")))
        elif part.strip():
            parts.append(_lines(part.strip("\n") if len(text) > len(part) else part, reader, verbatim=verbatim))
    return Markup().join(parts)


def plain_text(text: str, *, emoji: bool = True) -> Markup:
    shown = unescape(text)
    return _breaks(escape(with_emoji(shown) if emoji else shown))


def unescape(text: str) -> str:
    """Slack escapes these three and no more."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def safe_address(url: str) -> str:
    """The address, or nothing when following it could run a script; one without a scheme stays on this page's host."""
    try:
        scheme = urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return ""
    return url if scheme in _SAFE or (not scheme and url.startswith("/w/files/")) else ""


def link(url: str, label: Markup | str | None = None) -> Markup:
    """A link that leaves the page; an address that could run a script is shown as words."""
    words = url.removeprefix("mailto:") if label is None or label == "" else label
    if not safe_address(url):
        return escape(words)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, words)


def mention(user_id: str, reader: Reader) -> Markup:
    return Markup('<span class="mention" data-person-named="{}">@<bdi>{}</bdi></span>').format(
        user_id, reader.person(user_id)
    )


def channel_mention(channel_id: str, reader: Reader, label: str = "") -> Markup:
    return Markup('<span class="mention">#<bdi>{}</bdi></span>').format(
        reader.channels.get(channel_id) or label or channel_id
    )


def broadcast(kind: str) -> Markup:
    return Markup('<span class="mention mention-all">@{}</span>').format(kind)


def date_text(timestamp: int, pattern: str, reader: Reader, *, url: str = "") -> Markup:
    shown = format_date(timestamp, pattern, reader)
    whole = full_date(from_ts(str(timestamp)), reader)
    stamp = Markup('<time title="{}">{}</time>').format(whole, shown)
    return link(url, stamp) if url else stamp


def _lines(text: str, reader: Reader, *, verbatim: bool) -> Markup:
    """Lines that begin with ">" become quotes, neighbours together; ">>>" takes all that follows."""
    runs: list[tuple[bool, list[str]]] = []
    rest_is_quote = False
    for raw in text.split("\n"):
        line = raw
        quoted = rest_is_quote
        if not rest_is_quote and line.startswith(("&gt;&gt;&gt;", ">>>")):
            rest_is_quote = quoted = True
            line = line.removeprefix("&gt;&gt;&gt;").removeprefix(">>>").lstrip()
        elif not rest_is_quote and line.startswith(("&gt;", ">")):
            quoted = True
            line = line.removeprefix("&gt;").removeprefix(">").removeprefix(" ")
        if not runs or runs[-1][0] != quoted:
            runs.append((quoted, []))
        runs[-1][1].append(line)
    shown = [(quoted, _inline("\n".join(lines), reader, verbatim=verbatim)) for quoted, lines in runs]
    return Markup().join(Markup("<blockquote>{}</blockquote>").format(run) if quoted else run for quoted, run in shown)


def _inline(text: str, reader: Reader, *, verbatim: bool) -> Markup:
    kept: list[Markup] = []

    def keep(shown: Markup) -> str:
        kept.append(shown)
        return f"\ue000{len(kept) - 1}\ue001"

    bare = text.replace("\ue000", "").replace("\ue001", "")
    opaque = _OPAQUE.sub(lambda found: keep(_opaque(found, reader)), bare)
    linked = opaque if verbatim else _BARE.sub(lambda found: keep(link(unescape(found[0]))), opaque)
    styled = str(escape(with_emoji(unescape(linked))))
    for pattern, tag in _STYLES:
        styled = pattern.sub(rf"<{tag}>\1</{tag}>", styled)
    styled = styled.replace("\n", "<br>")
    return Markup(_KEPT.sub(lambda found: str(kept[int(found[1])]), styled))  # noqa: S704 - all of it is escaped above


def _opaque(found: re.Match[str], reader: Reader) -> Markup:
    code, reference = found.groups()
    if code is not None:
        return Markup("<code>{}</code>").format(unescape(code))
    target, _, label = reference.partition("|")
    shown = _REFERENCES.get(target[:1], _link_reference)
    return shown(target, label, reader)


def _link_reference(target: str, label: str, _reader: Reader) -> Markup:
    return link(unescape(target), plain_text(label) if label else None)


def _person_reference(target: str, _label: str, reader: Reader) -> Markup:
    return mention(target[1:], reader)


def _channel_reference(target: str, label: str, reader: Reader) -> Markup:
    return channel_mention(target[1:], reader, unescape(label))


def _special_reference(target: str, label: str, reader: Reader) -> Markup:
    name, *rest = target[1:].split("^")
    if name in _BROADCASTS:
        return broadcast(name)
    if name == "date" and len(rest) >= 2 and rest[0].isdigit():  # noqa: PLR2004 - instant and pattern
        return date_text(int(rest[0]), unescape(rest[1]), reader, url=unescape(rest[2]) if rest[2:] else "")
    return Markup('<span class="mention">{}</span>').format(unescape(label) or f"@{name}")


_REFERENCES: dict[str, Callable[[str, str, Reader], Markup]] = {
    "@": _person_reference,
    "#": _channel_reference,
    "!": _special_reference,
}


def _breaks(text: Markup) -> Markup:
    return text.replace("\n", Markup("<br>"))
