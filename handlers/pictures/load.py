"""How much each person interviews, as bars of minutes against their cap: equal minutes are equally long bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.pictures.canvas import GRID, INK, MUTED, Canvas, png
from handlers.pictures.lettering import Face, drawable, shortened, write

WIDTH = 1080
MARGIN = 28
TITLE = 84
ROW = 58
NAMES = 320
NUMBERS = 190
MOST = 25

_TITLE = Face(34, bold=True)
_NAME = Face(25)
_NUMBER = Face(22)
_BAR, _OVER, _CAP = "#2563a8", "#d55e00", "#1d1c1d"


@dataclass(frozen=True, slots=True)
class LoadBar:
    """Minutes of one person in one week; `cap` is None for no limit."""

    name: str
    minutes: int
    cap: int | None


def draw_load(bars: Sequence[LoadBar], *, title: str) -> bytes:
    shown = bars[:MOST]
    more = len(bars) - len(shown)
    canvas = Canvas(WIDTH, TITLE + ROW * max(len(shown), 1) + (ROW if more else 0) + MARGIN)
    draw = canvas.draw
    write(draw, (MARGIN, 50), shortened(title, _TITLE, WIDTH - 2 * MARGIN), face=_TITLE, fill=INK)
    longest = max((max(bar.minutes, bar.cap or 0) for bar in shown), default=0) or 60
    left, room = MARGIN + NAMES, WIDTH - 2 * MARGIN - NAMES - NUMBERS
    for index, bar in enumerate(shown):
        top = TITLE + index * ROW
        over = bar.cap is not None and bar.minutes > bar.cap
        write(draw, (MARGIN, top + 38), shortened(bar.name, _NAME, NAMES - 20), face=_NAME, fill=INK)
        draw.rounded_rectangle([(left, top + 14), (left + room, top + ROW - 14)], radius=6, fill=GRID)
        end = left + room * bar.minutes / longest
        if bar.minutes:
            fill = _OVER if over else _BAR
            draw.rounded_rectangle([(left, top + 14), (max(end, left + 6), top + ROW - 14)], radius=6, fill=fill)
        if bar.cap is not None:
            x = left + room * bar.cap / longest
            draw.line([(x, top + 6), (x, top + ROW - 6)], fill=_CAP, width=4)
        write(draw, (WIDTH - MARGIN, top + 38), _figures(bar), face=_NUMBER, fill=INK, anchor="r")
    if not shown:
        write(draw, (MARGIN, TITLE + 38), "Nobody interviews this week.", face=_NAME, fill=MUTED)
    if more:
        write(draw, (MARGIN, TITLE + ROW * len(shown) + 38), f"and {more} more", face=_NAME, fill=MUTED)
    return png(canvas)


def describe_load(bars: Sequence[LoadBar]) -> str:
    told = [f"{drawable(bar.name)}: {_figures(bar)}" for bar in bars[:MOST]]
    more = [f"and {len(bars) - MOST} more"] if len(bars) > MOST else []
    return "; ".join([*told, *more]) + "." if bars else "Nobody interviews this week."


def _figures(bar: LoadBar) -> str:
    return f"{_hours(bar.minutes)} of {_hours(bar.cap)}" if bar.cap is not None else f"{_hours(bar.minutes)}, no cap"


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d} h"
