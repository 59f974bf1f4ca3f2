"""Text in pictures, in any script for which a font is at hand, and never a box where a letter should be.

Latin, Greek, Cyrillic, Devanagari and Arabic come with us; Chinese, Japanese and Korean are drawn when the system has Noto
CJK. What no font covers is left out; `drawable_name` then falls back to the e-mail address.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import regex  # type: ignore[import-untyped]  # it ships no types
from PIL import ImageFont, features
from PIL.ImageDraw import ImageDraw
from PIL.ImageFont import FreeTypeFont

HERE = Path(__file__).parent / "fonts"
SYSTEM_CJK = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-{weight}.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-{weight}.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-{weight}.ttc",
)
_CLUSTER = regex.compile(r"\X")
_JOINERS = "\u200c\u200d"
_PROBE = 24
_NOT_A_CHARACTER = "\uffff"
MOST = 300
"""Nothing longer is ever measured: it could not fit."""


@dataclass(frozen=True, slots=True)
class Face:
    """One weight and size of all our fonts."""

    size: int
    bold: bool = False


@cache
def _files(*, bold: bool) -> tuple[Path, ...]:
    weight = "Bold" if bold else "Regular"
    files = [HERE / f"NotoSans-{weight}.ttf"]
    if features.check("raqm"):
        # Without it their letters would stand unjoined and in the wrong order.
        files += [HERE / f"NotoSansDevanagari-{weight}.ttf", HERE / f"NotoSansArabic-{weight}.ttf"]
    files += [path for path in (Path(pattern.format(weight=weight)) for pattern in SYSTEM_CJK) if path.exists()][:1]
    return tuple(files)


@lru_cache(maxsize=256)
def _font(path: Path, size: int) -> FreeTypeFont:
    return ImageFont.truetype(str(path), size)


@lru_cache(maxsize=8192)
def _covers(path: Path, character: str) -> bool:
    """Whether the font has the letter: otherwise it draws what it draws for what is no character at all."""
    if unicodedata.category(character) in {"Zs", "Mn", "Mc", "Me"} or character in _JOINERS:
        return True
    font = _font(path, _PROBE)
    return bytes(font.getmask(character)) != bytes(font.getmask(_NOT_A_CHARACTER))


def _home(cluster: str, files: tuple[Path, ...], *, first: Path | None) -> Path | None:
    order = (first, *files) if first else files
    return next((path for path in order if all(_covers(path, character) for character in cluster)), None)


def _clusters(text: str) -> Iterator[str]:
    for cluster in _CLUSTER.findall(text[:MOST]):
        if cluster.isspace():
            yield " "
        elif not any(unicodedata.category(c).startswith("C") and c not in _JOINERS for c in cluster):
            yield cluster


def _runs(text: str, *, bold: bool) -> list[tuple[Path, str]]:
    """Stretches of text with the font that draws them; what none can draw is gone."""
    files = _files(bold=bold)
    runs: list[tuple[Path, str]] = []
    for cluster in _clusters(text):
        home = _home(cluster, files, first=runs[-1][0] if runs else None)
        if home is None:
            continue
        if runs and runs[-1][0] == home:
            runs[-1] = (home, runs[-1][1] + cluster)
        else:
            runs.append((home, cluster))
    return runs


def drawable(text: str) -> str:
    """The text without what can't be drawn."""
    return " ".join("".join(part for _, part in _runs(text, bold=False)).split())


def drawable_name(name: str, email: str) -> str:
    """The name; where letters of it can't be drawn, what stands before the @ of the e-mail address."""
    wanted = [c for c in _CLUSTER.findall(name) if any(unicodedata.category(x)[0] in "LN" for x in c)]
    shown = drawable(name)
    if wanted and all(cluster in shown for cluster in wanted):
        return shown
    return drawable(email.split("@", 1)[0]) or shown or "–"


def width(text: str, face: Face) -> float:
    return sum(_font(path, face.size).getlength(part) for path, part in _runs(text, bold=face.bold))


def shortened(text: str, face: Face, room: float) -> str:
    """As much of the text as fits `room` pixels, with an ellipsis; empty when not even three letters would."""
    shown = drawable(text)
    if width(shown, face) <= room:
        return shown
    clusters = list(_clusters(shown))
    low, high = 0, len(clusters)
    while low < high:
        middle = (low + high + 1) // 2
        if width("".join(clusters[:middle]).rstrip() + "…", face) <= room:
            low = middle
        else:
            high = middle - 1
    return "".join(clusters[:low]).rstrip() + "…" if low > 2 else ""  # noqa: PLR2004  # three letters say something


def write(draw: ImageDraw, place: tuple[float, float], text: str, *, face: Face, fill: str, anchor: str = "l") -> None:
    """Writes at (x, baseline); `anchor` l, m or r says which part of the text stands at x."""
    runs = _runs(text, bold=face.bold)
    if runs and _reads_right_to_left(text):
        runs.reverse()
    x, baseline = place
    x -= {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * width(text, face)
    for path, part in runs:
        font = _font(path, face.size)
        draw.text((x, baseline), part, font=font, fill=fill, anchor="ls")
        x += font.getlength(part)


def _reads_right_to_left(text: str) -> bool:
    strong = next((d for d in map(unicodedata.bidirectional, text) if d in {"L", "R", "AL"}), "L")
    return strong != "L"
