"""What a modal holds: Slack's `view["state"]["values"]` as plain values. Nothing typed reads as ""."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from handlers import ids

View = Mapping[str, Any]
Errors = dict[str, str]
"""block_id to a sentence for the person."""

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
_SIMPLE = (
    "value",
    "selected_date",
    "selected_time",
    "selected_user",
    "selected_channel",
    "selected_conversation",
    "selected_date_time",
)


def value_of(element: Mapping[str, Any]) -> str:
    """The value of one element of the state, or of one entry of a payload's `actions`."""
    chosen = element.get("selected_option")
    if isinstance(chosen, Mapping):
        return str(chosen.get("value", ""))
    for key in _SIMPLE:
        if element.get(key) is not None:
            return str(element[key])
    return ""


def held(view: View, block: str, action: str = ids.FIELD) -> str:
    return value_of(_values(view).get(block, {}).get(action) or {})


def day_of(text: str) -> date | None:
    """The day of a date picker; None for one so far off that no zone, and nothing longer than it, can be reckoned with."""
    day = date.fromisoformat(text) if text else None
    return day if day is not None and FIRST_DAY <= day <= LAST_DAY else None


def label_of(view: View, block: str, action: str) -> str:
    """The label of the option chosen in a menu."""
    element = _values(view).get(block, {}).get(action) or {}
    chosen = element.get("selected_option")
    return str(chosen["text"]["text"]) if isinstance(chosen, Mapping) else ""


def elements(view: View) -> Iterator[tuple[str, str, str]]:
    """Every (block id, action id, value) of the state."""
    for block, actions in _values(view).items():
        for action, element in actions.items():
            yield block, action, value_of(element)


def _values(view: View) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    return found


def length_fault(text: str, most: int = 3000) -> str | None:
    """What to say about a text that is too long to keep; nothing of it is cut."""
    if len(text) <= most:
        return None
    return f"Please shorten this to {most:,} characters; it has {len(text):,}."


def collected(**faults: str | None) -> Errors:
    """The faults that are there, by block id; `_` in a keyword stands for itself."""
    return {block: sentence for block, sentence in faults.items() if sentence}
