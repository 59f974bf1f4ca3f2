"""Who reads a screen: what decides how the same message looks to different people."""

import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

HUES = 12  # as many classes .hue-0 … .hue-11 as workbench.css has


@dataclass(frozen=True, slots=True)
class Reader:
    """`zone` and `now` are the reader's; the rest turns ids into names (a name has no `@` or `#`)."""

    zone: ZoneInfo
    now: datetime
    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    apps: Mapping[str, str] = field(default_factory=dict)

    def person(self, user_id: str) -> str:
        return self.people.get(user_id) or self.apps.get(user_id, user_id)

    def channel(self, channel_id: str) -> str:
        return self.channels.get(channel_id, channel_id)


def initials(name: str) -> str:
    """At most two letters: of the first and the last word that begin with one; "?" when no word does."""
    letters = [word[0] for word in name.split() if unicodedata.category(word[0]).startswith("L")]
    if not letters:
        return "?"
    return (letters[0] if len(letters) == 1 else letters[0] + letters[-1]).upper()


def hue(key: str) -> int:
    """The same colour for the same id in every run (Python's own `hash` differs from run to run)."""
    return zlib.crc32(key.encode()) % HUES
