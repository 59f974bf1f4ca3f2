"""A genuine request, spoilt: bytes turned, cut and doubled; fields left out, swapped, or filled with what does harm elsewhere."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 1e308, "", " ", [], {}, [[]], {"x": {}}, [None], "null", "\x00", "a\x00b", "\ud800", "\udfff\ud800",
    "\u202e\u2066\u200b\ufeff", "e" + "\u0301" * 500, "🙈" * 300, "x" * 70_000, "|" * 200, "%00", "%s%n", "{}", "{0.__class__}",
    "../../etc/passwd", "' OR 1=1 --", "'; DROP TABLE loops; --", "<!channel> <@UANA> <https://x.example|y>", "*_~`>&",
    "LBOOKED", "LSCORING|coding", "LOPEN|talk|lee", "jo", "ana", "ds", "onsite", "coding", "window:1", "window:99999999",
    "٣", "1e9", "-0", "NaN", "9" * 5000, "2026-02-30", "0000-00-00", "9999-12-31", "24:61", "Europe/Nowhere", "../UTC",
)  # fmt: skip
PIECES = (
    b"\x00",
    b"\xff\xfe",
    b"%",
    b"%u0",
    b"&",
    b"=",
    b"{",
    b"}]",
    b'"',
    b"\\ud800",
    b"%ED%A0%80",
    b"payload=",
    b"+",
    b"null",
)


def bytes_spoilt(raw: bytes, lots: Random) -> bytes:
    """One to three small changes, each of which leaves something different from what it was given."""
    made = raw
    while made == raw:
        for _ in range(lots.randrange(1, 4)):
            made = lots.choice(_TURNS)(made, lots)
    return made


def _turned(raw: bytes, lots: Random) -> bytes:
    at = lots.randrange(len(raw) + 1)
    return raw[:at] + bytes([lots.randrange(256)]) + raw[at + 1 :]


def _cut(raw: bytes, lots: Random) -> bytes:
    at = lots.randrange(len(raw) + 1)
    return raw[:at] + raw[at + lots.randrange(1, 40) :]


def _ended(raw: bytes, lots: Random) -> bytes:
    return raw[: lots.randrange(len(raw) + 1)]


def _doubled(raw: bytes, lots: Random) -> bytes:
    at = lots.randrange(len(raw) + 1)
    return raw[:at] + raw[at : at + 30] + raw[at:]


def _pierced(raw: bytes, lots: Random) -> bytes:
    at = lots.randrange(len(raw) + 1)
    return raw[:at] + lots.choice(PIECES) + raw[at:]


_TURNS: tuple[Callable[[bytes, Random], bytes], ...] = (_turned, _cut, _ended, _doubled, _pierced)


def fields_spoilt(body: dict[str, Any], lots: Random) -> dict[str, Any]:
    """One to three places of the body changed, wherever in it they lie."""
    made = copy.deepcopy(body)
    for _ in range(lots.randrange(1, 4)):
        places = list(_places(made))
        if places:
            _spoil(*lots.choice(places), lots)
    return made


def texts_spoilt(body: dict[str, Any], lots: Random) -> dict[str, Any]:
    """One to three of its texts changed to others: it keeps the shape of a request, and gets further."""
    made = copy.deepcopy(body)
    texts = [(holder, key) for holder, key in _places(made) if isinstance(holder[key], str) and key not in _KINDS]
    for holder, key in lots.sample(texts, min(len(texts), lots.randrange(1, 4))):
        hostile = lots.choice(_TEXTS)
        holder[key] = lots.choice((hostile, holder[key] + hostile, hostile + holder[key]))
    return made


_TEXTS = tuple(hostile for hostile in HOSTILE if isinstance(hostile, str))
_KINDS = frozenset({"type", "command", "action_id", "callback_id"})
"""What decides which listener is asked."""


def _spoil(holder: Any, key: Any, lots: Random) -> None:
    how = lots.randrange(6)
    if how == 0:
        del holder[key]
    elif how == 1:
        holder[key] = [holder[key]]
    elif how == 2 and isinstance(holder[key], str):
        holder[key] += str(lots.choice(HOSTILE))
    else:
        holder[key] = copy.deepcopy(lots.choice(HOSTILE))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (holder, key) in a tree of dicts and lists."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in pairs:
        yield value, key
        yield from _places(held)
