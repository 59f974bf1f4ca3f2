"""Words for Slack: escaped, cut to fit, times that show each reader their own zone.

Lengths are counted in UTF-16 units, the strictest of the ways in which Slack may count. "Markup" below means text that is
already escaped and may hold `<@U1>`, `<!date^…>` or `<https://…|…>`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import regex  # type: ignore[import-untyped]  # it ships no types

from hiring.model import Person, PersonId

NAME = 80
"""How much of a name stands in a sentence."""
NOTHING = "–"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_ATOM = regex.compile(r"<[^<>]*>|&(?:amp|lt|gt);|\X")
_GRAPHEME = regex.compile(r"\X")
_OVERRIDES = dict.fromkeys(range(0x202A, 0x202F))
"""Characters that turn the direction of all that follows, and stand in texts only by accident or for mischief."""
_BIDI_CONTROLS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))

_LOOKALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
"""Slack has no escape for the signs that make text bold, slanted, struck out or code."""


def size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    return text.translate(_OVERRIDES).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(markup: str, limit: int) -> str:
    """Markup of at most `limit`, cut between graphemes and never inside an entity, a mention, a date or a link."""
    return _shorten(markup, limit, atoms=_ATOM)


def clip(text: str, limit: int) -> str:
    """Somebody's own text as markup of at most `limit`."""
    return cut(escape(text), limit)


def plain(text: str, limit: int) -> str:
    """Text for a `plain_text` object, which Slack does not parse: cut only, on one line, never empty."""
    return _shorten(" ".join(text.translate(_OVERRIDES).split()), limit, atoms=_GRAPHEME) or NOTHING


def _shorten(text: str, limit: int, *, atoms: regex.Pattern[str]) -> str:
    if size(text) <= limit:
        return text
    kept: list[str] = []
    room = limit - 1
    for found in atoms.finditer(text):  # no further than there is room: somebody may paste a book
        room -= size(found[0])
        if room < 0:
            break
        kept.append(found[0])
    return "".join(kept).rstrip() + "…"


def isolated(text: str) -> str:
    """The text so that its direction disturbs nothing around it; left alone when it can't."""
    if any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in text):
        return f"\u2068{text}\u2069"
    return text


def bare(text: str) -> str:
    """A name without what could disturb a sentence: line breaks, controls, direction marks."""
    kept = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text.translate(_BIDI_CONTROLS))
    return " ".join(kept.split()) or NOTHING


def name(text: str, limit: int = NAME) -> str:
    """A name as markup inside a sentence; what would format it is drawn as a sign that looks alike."""
    return isolated(clip(bare(text).translate(_LOOKALIKES), limit - 2))


def plain_name(text: str, limit: int = NAME) -> str:
    """A name inside a `plain_text` sentence."""
    return isolated(plain(bare(text), limit - 2))


def quote(text: str, limit: int) -> str:
    """Somebody's words as a quotation, every line marked."""
    lines = [line for line in escape(text).splitlines() if line.strip()]
    return cut("\n".join(f">{line}" for line in lines), limit) if lines else f">{NOTHING}"


# ---- people -------------------------------------------------------------------------------------------------------


def mention(people: Mapping[PersonId, Person], person: PersonId | None) -> str:
    """The person as Slack mentions them, else their name; somebody we no longer know is "a colleague"."""
    known = people.get(person) if person is not None else None
    if known is None:
        return "a colleague"
    return f"<@{known.slack_id}>" if known.slack_id else name(known.name)


def called(people: Mapping[PersonId, Person], person: PersonId | None, limit: int = 40) -> str:
    """The person's name for `plain_text`."""
    known = people.get(person) if person is not None else None
    return plain_name(known.name, limit) if known else "a colleague"


def listed(items: Sequence[str], limit: int = 7) -> str:
    """Reads "Ana, Lee and Max"; what is past `limit` is counted: "Ana, Lee and 7 more"."""
    shown = list(items) if len(items) <= limit else [*items[: limit - 1], f"{len(items) - limit + 1} more"]
    if len(shown) < 2:  # noqa: PLR2004  # one item needs no "and"
        return "".join(shown)
    return ", ".join(shown[:-1]) + " and " + shown[-1]


def counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


# ---- time ---------------------------------------------------------------------------------------------------------


def zone_name(zone: str) -> str:
    """Says "Berlin time" for Europe/Berlin."""
    return f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time" if "/" in zone else zone


def day(date_: date) -> str:
    return f"{WEEKDAYS[date_.weekday()]} {date_.day} {MONTHS[date_.month - 1]}"


def clock(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%H:%M}"


def at(instant: datetime, zone: str) -> str:
    """Plain text for modals and previews: "Tue 24 Nov 2026, 10:00 (Berlin time)"."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{day(local)} {local.year}, {local:%H:%M} ({zone_name(zone)})"


def between(start: datetime, end: datetime, zone: str) -> str:
    """Plain text: "Tue 24 Nov, 10:00–11:00 (Berlin time)"."""
    here = ZoneInfo(zone)
    first, last = start.astimezone(here), end.astimezone(here)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{day(last)}, {last:%H:%M}"
    return f"{day(first)}, {first:%H:%M}–{until} ({zone_name(zone)})"


def when(instant: datetime, zone: str, *, weekday: bool = False) -> str:
    """Markup that shows each reader their own zone; old clients see it in `zone`. Slack names the weekday in its long form
    alone."""
    date_ = "{date_long_pretty}" if weekday else "{date_short_pretty}"
    return f"<!date^{_unix(instant)}^{date_} at {{time}}|{at(instant, zone)}>"


def when_between(start: datetime, end: datetime, zone: str) -> str:
    """As `when` with its weekday, from and to; old clients read "Tue 24 Nov 2026, 10:00–11:00 (Berlin time)"."""
    local = start.astimezone(ZoneInfo(zone))
    first = f"<!date^{_unix(start)}^{{date_long_pretty}} at {{time}}|{day(local)} {local.year}, {local:%H:%M}>"
    return f"{first}–<!date^{_unix(end)}^{{time}}|{clock(end, zone)} ({zone_name(zone)})>"


def _unix(instant: datetime) -> int:
    return int(instant.timestamp())


def minutes(total: int) -> str:
    """Reads "45 min", "1 h" or "1 h 30 min"."""
    hours, rest = divmod(total, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def pieces(markup: str, limit: int) -> list[str]:
    """Markup in parts of at most `limit`, nothing lost."""
    if size(markup) <= limit:
        return [markup]
    parts: list[list[str]] = [[]]
    room = limit
    for atom in _ATOM.findall(markup):
        room -= size(atom)
        if room < 0 and parts[-1]:
            parts.append([])
            room = limit - size(atom)
        parts[-1].append(atom)
    return ["".join(part) for part in parts]
