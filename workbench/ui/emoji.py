"""`:name:` to the character, and nothing that only looks like it: "10:00–11:00" stays a time."""

import re

from rich.emoji import Emoji, NoEmoji

# Slack's names that differ from the ones rich knows.
_OURS = {
    "large_green_circle": "🟢",
    "large_yellow_circle": "🟡",
    "large_orange_circle": "🟠",
    "large_purple_circle": "🟣",
    "large_brown_circle": "🟤",
    "large_green_square": "🟩",
    "large_yellow_square": "🟨",
    "large_red_square": "🟥",
    "large_blue_square": "🟦",
    "calendar_spiral": "🗓️",
    "skin-tone-2": "🏻",
    "skin-tone-3": "🏼",
    "skin-tone-4": "🏽",
    "skin-tone-5": "🏾",
    "skin-tone-6": "🏿",
}
# A colon right after a digit belongs to a time, whatever follows: "9:100:" is not a hundred points.
_NAME = re.compile(r"(?<!\d):([a-z+\-][a-z0-9_+'\-]*|100|1234):")


def emoji_character(name: str) -> str | None:
    if name in _OURS:
        return _OURS[name]
    try:
        return str(Emoji(name))
    except NoEmoji:
        return None


def with_emoji(text: str) -> str:
    return _NAME.sub(lambda found: emoji_character(found[1]) or found[0], text)
