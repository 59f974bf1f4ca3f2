"""What was found, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.settings import Setting

Progress = Callable[[str], None]
"""Told, while something takes long, how far it is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. `mend` says what to do and where; something that is well may have one, too: it works, and
    somebody should look at it."""

    what: str
    well: bool
    says: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def amount(count: int, one: str, many: str = "") -> str:
    """`3 calendars`, with the right word."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def some(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def show(
    found: Sequence[Finding], settings: Sequence[Setting], console: Console, *, given: Mapping[str, str], every: bool
) -> None:
    """The settings, then what was found, then what is left to do: what matters most stands last."""
    console.print("Settings, from the environment (a value is never shown)", style="bold", highlight=False)
    for setting in settings:
        _setting(setting, console, given=given, every=every)
    console.print()
    console.print("Tried, with calls that leave nothing behind", style="bold", highlight=False)
    for finding in found:
        sign = "✗" if not finding.well else "!" if finding.mend else "✓"
        _hanging(console, f"{sign} ", f"{finding.what}: {finding.says}")
        if finding.mend:
            _hanging(console, "  → ", finding.mend)
    console.print()
    console.print(_in_short(found), style="bold", highlight=False)


def _setting(setting: Setting, console: Console, *, given: Mapping[str, str], every: bool) -> None:
    is_set = bool(given.get(setting.name, "").strip())
    otherwise = f"not set, so {setting.default}" if setting.default else "not set"
    _hanging(console, f"  {setting.name:<28}", "set" if is_set else otherwise)
    if every:
        for line in (setting.purpose, setting.where):
            if line:
                _hanging(console, "      ", line)


def _in_short(found: Sequence[Finding]) -> str:
    wrong = sum(not finding.well for finding in found)
    look = sum(finding.well and bool(finding.mend) for finding in found)
    if not wrong and not look:
        return f"All is well: {len(found)} things were tried."
    told = f"{amount(wrong, 'thing')} to mend (✗)" if wrong else "Nothing has to be mended"
    return f"{told}, {look} to look at (!), of {len(found)} that were tried."


def _hanging(console: Console, head: str, text: str) -> None:
    """Text, because brackets in what a server says would be read as styles."""
    width = max(20, console.width - len(head))
    lines = Text(text).wrap(console, width)
    for number, line in enumerate(lines):
        start = head if number == 0 else " " * len(head)
        console.print(Text(start + line.plain.rstrip()), highlight=False, soft_wrap=True)
