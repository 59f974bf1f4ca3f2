"""The days of a loop as a picture: the candidate's day on top, everyone else in a row of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from PIL import ImageDraw

from handlers.pictures.canvas import GRID, INK, MUTED, PAPER, Canvas, png
from handlers.pictures.lettering import Face, drawable, shortened, width, write

WIDTH = 1080
MARGIN = 28
NAMES = 290
LAST_LABEL = 20
HOUR_TOP = 44
ROW = 74
GAP = 26
TITLE = 66
DAY_TITLE = 50
MOST_ROWS = 16
MOST_DAYS = 7

_FACE_TITLE = Face(34, bold=True)
_FACE_DAY = Face(28, bold=True)
_FACE_NAME = Face(25)
_FACE_NAME_BOLD = Face(25, bold=True)
_FACE_DETAIL = Face(20)
_FACE_BAR = Face(21, bold=True)
_FACE_BAR_SMALL = Face(17, bold=True)
_FACE_TIME = Face(19)

# Told apart by lightness and by words too, so that no colour need be seen.
FILL = {"session": "#2563a8", "break": "#e8eef5", "lunch": "#f6e3b4", "busy": "#c9ced6"}
LETTERS = {"session": "#ffffff", "break": "#46566b", "lunch": "#5d4708", "busy": "#3f4651"}
_CANDIDATE = "#0f3d6e"


@dataclass(frozen=True, slots=True)
class Bar:
    start: datetime
    end: datetime
    label: str
    kind: Literal["session", "break", "lunch", "busy"]


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    detail: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """`rows[0]` is the candidate."""

    date: date
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Axis:
    """Whole hours of one day along the picture; positions are by real minutes, so both DST days are true."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    def x(self, instant: datetime) -> float:
        share = (instant - self.start) / (self.end - self.start)
        return MARGIN + NAMES + min(max(share, 0.0), 1.0) * (WIDTH - 2 * MARGIN - NAMES - LAST_LABEL)

    def ticks(self) -> list[datetime]:
        hours = int((self.end - self.start) / timedelta(hours=1))
        step = next(step for step in (1, 2, 3, 6, 12, 24 * 31) if hours / step <= 11)  # noqa: PLR2004  # labels must not touch
        return [self.start + timedelta(hours=hour) for hour in range(0, hours + 1, step)]


def draw_days(days: Sequence[Day], *, title: str, zone: ZoneInfo) -> bytes:
    """A PNG, the same bytes for the same days. Past 7 days or 16 rows a line says how many more there are."""
    shown = list(days[:MOST_DAYS])
    height = TITLE + sum(_height(day) for day in shown) + (GAP * 2 if len(days) > MOST_DAYS else 0) + MARGIN
    canvas = Canvas(WIDTH, height)
    draw = canvas.draw
    write(draw, (MARGIN, 48), shortened(title, _FACE_TITLE, WIDTH - 2 * MARGIN), face=_FACE_TITLE, fill=INK)
    top = TITLE
    for day in shown:
        _draw_day(draw, day, top=top, zone=zone)
        top += _height(day)
    if len(days) > MOST_DAYS:
        write(draw, (MARGIN, top + GAP), f"and {len(days) - MOST_DAYS} more days", face=_FACE_NAME, fill=MUTED)
    return png(canvas)


def describe_days(days: Sequence[Day], *, zone: ZoneInfo) -> str:
    """The picture in words: each day with the candidate's own sessions and breaks, and who takes part."""
    told = []
    for day in days[:MOST_DAYS]:
        first = day.rows[0].bars if day.rows else ()
        bars = [f"{_clock(bar.start, zone)}-{_clock(bar.end, zone)} {drawable(bar.label)}" for bar in _sorted(first)]
        others = ", ".join(drawable(row.name) for row in day.rows[1:MOST_ROWS])
        told.append(f"{_day_words(day.date)}: {'; '.join(bars) or 'nothing'}." + (f" With {others}." if others else ""))
    return " ".join(told) or "No days."


def _height(day: Day) -> int:
    rows = min(len(day.rows), MOST_ROWS) + (1 if len(day.rows) > MOST_ROWS else 0)
    return DAY_TITLE + HOUR_TOP + rows * ROW + GAP


def _axis(day: Day, zone: ZoneInfo) -> _Axis:
    bars = [bar for row in day.rows for bar in row.bars]
    if not bars:
        start = datetime.combine(day.date, datetime.min.time().replace(hour=9), tzinfo=zone)
        return _Axis(start=start, end=start + timedelta(hours=8), zone=zone)
    sessions = [bar for bar in bars if bar.kind != "busy"] or bars
    first, last = min(bar.start for bar in sessions), max(bar.end for bar in sessions)
    start = first - timedelta(minutes=first.astimezone(zone).minute)
    hours = max(-(-(last - start) // timedelta(hours=1)), 4)
    return _Axis(start=start, end=start + hours * timedelta(hours=1), zone=zone)


def _draw_day(draw: ImageDraw.ImageDraw, day: Day, *, top: int, zone: ZoneInfo) -> None:
    axis = _axis(day, zone)
    write(draw, (MARGIN, top + 34), _day_words(day.date), face=_FACE_DAY, fill=INK)
    body = top + DAY_TITLE + HOUR_TOP
    rows = day.rows[:MOST_ROWS]
    bottom = body + len(rows) * ROW
    for tick in axis.ticks():
        x = axis.x(tick)
        draw.line([(x, body - 6), (x, bottom)], fill=GRID, width=2)
        write(draw, (x, body - 14), _clock(tick, zone), face=_FACE_TIME, fill=MUTED, anchor="m")
    for index, row in enumerate(rows):
        _draw_row(draw, row, axis=axis, top=body + index * ROW, candidate=index == 0)
    if len(day.rows) > MOST_ROWS:
        left = len(day.rows) - MOST_ROWS
        write(draw, (MARGIN, bottom + 46), f"and {left} more", face=_FACE_NAME, fill=MUTED)


def _draw_row(draw: ImageDraw.ImageDraw, row: Row, *, axis: _Axis, top: int, candidate: bool) -> None:
    room = NAMES - 20
    face = _FACE_NAME_BOLD if candidate else _FACE_NAME
    lower = bool(row.detail)
    draw.line([(MARGIN, top + ROW - 1), (WIDTH - MARGIN, top + ROW - 1)], fill=GRID, width=1)
    write(draw, (MARGIN, top + (33 if lower else 45)), shortened(row.name, face, room), face=face, fill=INK)
    if lower:
        write(draw, (MARGIN, top + 60), shortened(row.detail, _FACE_DETAIL, room), face=_FACE_DETAIL, fill=MUTED)
    bars = _sorted(row.bars)
    for bar in bars:
        after = min((axis.x(b.start) for b in bars if b.start >= bar.end), default=float(WIDTH - MARGIN))
        before = max((axis.x(b.end) for b in bars if b.end <= bar.start), default=float(MARGIN + NAMES))
        _draw_bar(
            draw, bar, axis=axis, top=top, fill=_CANDIDATE if candidate else FILL["session"], free=(before, after)
        )


def _draw_bar(
    draw: ImageDraw.ImageDraw, bar: Bar, *, axis: _Axis, top: int, fill: str, free: tuple[float, float]
) -> None:
    """A bar with its label inside; where that is too narrow the label stands beside it, inside the `free` stretch."""
    left, right = axis.x(bar.start) + 1, axis.x(bar.end) - 2
    if right <= left:
        return
    colour = fill if bar.kind == "session" else FILL[bar.kind]
    draw.rounded_rectangle([(left, top + 8), (right, top + ROW - 10)], radius=8, fill=colour, outline=PAPER)
    room, middle = right - left - 10, (left + right) / 2
    label = drawable(bar.label)
    face = next((f for f in (_FACE_BAR, _FACE_BAR_SMALL) if width(label, f) <= room), _FACE_BAR_SMALL)
    wide = width(label, _FACE_BAR) + 16
    if width(label, face) > room and wide <= free[1] - right:
        write(draw, (right + 8, top + 45), label, face=_FACE_BAR, fill=INK)
        label = ""
    elif width(label, face) > room and wide <= left - free[0]:
        write(draw, (left - 8, top + 45), label, face=_FACE_BAR, fill=INK, anchor="r")
        label = ""
    if label:
        write(draw, (middle, top + 34), shortened(label, face, room), face=face, fill=LETTERS[bar.kind], anchor="m")
    time = _clock(bar.start, axis.zone)
    if width(time, _FACE_TIME) <= room:
        write(draw, (middle, top + (57 if label else 44)), time, face=_FACE_TIME, fill=LETTERS[bar.kind], anchor="m")


def _sorted(bars: Sequence[Bar]) -> list[Bar]:
    """Busy stretches first, so that sessions are drawn over them."""
    return sorted(bars, key=lambda bar: (bar.kind != "busy", bar.start, bar.end, bar.label))


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%H:%M}"


def _day_words(day: date) -> str:
    weekday = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[day.month - 1]
    return f"{weekday} {day.day} {month} {day.year}"
