"""A released panel as a picture: criteria by rater, each score a number on a shade, and beside it how far raters lie apart.

One hue from light to dark, so that no colour must be told from another; every shade carries its number. Nothing is called
good or bad, and nothing is ranked: the rows stand as the summary orders them, the largest disagreement first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL.ImageDraw import ImageDraw

from handlers.pictures.canvas import GRID, INK, MUTED, Canvas, png
from handlers.pictures.lettering import Face, drawable, drawable_name, shortened, write
from hiring.model import Person, PersonId, Plan
from hiring.rules.summary import Cell, Rater, Row, Summary

WIDTH = 1080
MARGIN = 28
TITLE = 104
HEAD = 84
ROW = 66
NAMES = 300
NUMBERS = 80
MOST_COLUMNS = 8
"""With more raters only the strip of dots is drawn: their cells would be too small to read."""
MOST_ROWS = 20

_TITLE = Face(34, bold=True)
_FACTS = Face(24)
_NAME = Face(24)
_NAME_BOLD = Face(24, bold=True)
_SMALL = Face(19)
_SCORE = Face(27, bold=True)
_MEAN = Face(28, bold=True)

_LIGHT, _DARK = (222, 235, 247), (8, 69, 148)
_MARK = "#d55e00"
_STRIP = "#9aa4b2"
_DOT = "#0845a0"


@dataclass(frozen=True, slots=True)
class _Sheet:
    summary: Summary
    raters: tuple[Rater, ...]
    cell: float

    @property
    def strip(self) -> tuple[float, float]:
        """Where the scale begins and ends."""
        left = MARGIN + NAMES + self.cell * len(self.raters) + 34
        return left, WIDTH - MARGIN - NUMBERS - 26

    def x(self, score: float) -> float:
        left, right = self.strip
        return left + (right - left) * (score - 1) / max(self.summary.points - 1, 1)


def draw_matrix(summary: Summary, *, plan: Plan, people: Mapping[PersonId, Person], title: str) -> bytes:
    """A PNG, the same bytes for the same summary."""
    rows = summary.rows[:MOST_ROWS]
    raters = summary.raters if len(summary.raters) <= MOST_COLUMNS else ()
    sheet = _Sheet(summary=summary, raters=raters, cell=min(96.0, 440.0 / len(raters)) if raters else 0.0)
    left_out = len(summary.rows) - len(rows)
    canvas = Canvas(WIDTH, TITLE + HEAD + ROW * len(rows) + (50 if left_out else 0) + MARGIN)
    draw = canvas.draw
    write(draw, (MARGIN, 46), shortened(title, _TITLE, WIDTH - 2 * MARGIN), face=_TITLE, fill=INK)
    write(draw, (MARGIN, 84), shortened(_facts(summary), _FACTS, WIDTH - 2 * MARGIN), face=_FACTS, fill=MUTED)
    _draw_head(draw, sheet, plan=plan, people=people)
    for index, row in enumerate(rows):
        _draw_row(draw, row, sheet=sheet, top=TITLE + HEAD + index * ROW)
    if left_out:
        write(draw, (MARGIN, TITLE + HEAD + ROW * len(rows) + 40), f"and {left_out} more", face=_NAME, fill=MUTED)
    return png(canvas)


def describe_matrix(summary: Summary, *, people: Mapping[PersonId, Person]) -> str:
    """The picture in words: the whole first, then criterion by criterion who gave what."""
    told = [_facts(summary) + "."]
    for row in summary.rows[:MOST_ROWS]:
        given = ", ".join(f"{_called(people, cell.person)} {_score(cell)}" for cell in row.cells)
        mean = "not scored" if row.mean is None else f"mean {row.mean:.1f}"
        apart = f", {row.apart} points apart" if row.differs else ""
        told.append(f"{drawable(row.criterion.name)}: {mean}{apart} ({given or 'nobody'}).")
    return " ".join(told)


def _facts(summary: Summary) -> str:
    parts = [
        "Nothing scored yet"
        if summary.weighted is None
        else f"Weighted mean {summary.weighted:.1f} of {summary.points}"
    ]
    if summary.spread is not None:
        parts.append(f"spread {summary.spread:.1f}")
    parts.append(f"{summary.n} scorecard{'' if summary.n == 1 else 's'}")
    if summary.missing:
        parts.append(f"{len(summary.missing)} missing")
    if summary.unrated:
        parts.append(f"{summary.unrated} more in no figure")
    if summary.recused:
        parts.append(f"{summary.recused} stepped aside")
    return " · ".join(parts)


def _draw_head(draw: ImageDraw, sheet: _Sheet, *, plan: Plan, people: Mapping[PersonId, Person]) -> None:
    base = TITLE + HEAD
    for index, rater in enumerate(sheet.raters):
        middle = MARGIN + NAMES + sheet.cell * (index + 0.5)
        known = people.get(rater.person)
        who = shortened(_first(_called(people, rater.person), known), _NAME_BOLD, sheet.cell - 6)
        where = shortened(plan.session(rater.session).title, _SMALL, sheet.cell - 6)
        write(draw, (middle, base - 42), who, face=_NAME_BOLD, fill=INK, anchor="m")
        write(draw, (middle, base - 16), where, face=_SMALL, fill=MUTED, anchor="m")
    for point in range(1, sheet.summary.points + 1):
        write(draw, (sheet.x(point), base - 16), str(point), face=_SMALL, fill=MUTED, anchor="m")
    write(draw, (WIDTH - MARGIN, base - 16), "mean", face=_SMALL, fill=MUTED, anchor="r")


def _draw_row(draw: ImageDraw, row: Row, *, sheet: _Sheet, top: int) -> None:
    draw.line([(MARGIN, top), (WIDTH - MARGIN, top)], fill=GRID, width=1)
    if row.differs:
        draw.rectangle([(MARGIN - 18, top + 8), (MARGIN - 9, top + ROW - 8)], fill=_MARK)
    face = _NAME_BOLD if row.differs else _NAME
    write(draw, (MARGIN, top + 30), shortened(row.criterion.name, face, NAMES - 16), face=face, fill=INK)
    counts = "not counted" if row.criterion.independent else f"weight {row.criterion.weight}"
    apart = f" · {row.apart} points apart" if row.differs else ""
    write(draw, (MARGIN, top + 55), counts + apart, face=_SMALL, fill=_MARK if row.differs else MUTED)
    for index, rater in enumerate(sheet.raters):
        cell = next((c for c in row.cells if (c.session, c.person) == (rater.session, rater.person)), None)
        _draw_cell(draw, cell, sheet=sheet, left=MARGIN + NAMES + sheet.cell * index, top=top)
    _draw_strip(draw, row, sheet=sheet, middle=top + ROW / 2)
    mean = "–" if row.mean is None else f"{row.mean:.1f}"
    write(draw, (WIDTH - MARGIN, top + 42), mean, face=_MEAN, fill=INK, anchor="r")


def _draw_cell(draw: ImageDraw, cell: Cell | None, *, sheet: _Sheet, left: float, top: int) -> None:
    """A shade with its number; an outline for "could not assess"; a small dot where nobody was asked."""
    middle = left + sheet.cell / 2
    if cell is None:
        draw.ellipse([(middle - 3, top + ROW / 2 - 3), (middle + 3, top + ROW / 2 + 3)], fill=GRID)
        return
    box = [(left + 4, top + 7), (left + sheet.cell - 4, top + ROW - 7)]
    if cell.score is None:
        draw.rounded_rectangle(box, radius=8, outline=_STRIP, width=2)
        write(draw, (middle, top + 40), shortened("n/a", _SMALL, sheet.cell - 10), face=_SMALL, fill=MUTED, anchor="m")
        return
    share = (cell.score - 1) / max(sheet.summary.points - 1, 1)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(_LIGHT, _DARK, strict=True))
    draw.rounded_rectangle(box, radius=8, fill=f"#{red:02x}{green:02x}{blue:02x}")
    fill = "#ffffff" if share > 0.45 else INK  # noqa: PLR2004  # where white letters begin to be read better
    write(draw, (middle, top + 43), str(cell.score), face=_SCORE, fill=fill, anchor="m")


def _draw_strip(draw: ImageDraw, row: Row, *, sheet: _Sheet, middle: float) -> None:
    """The scale with a dot for each score, equal ones stacked, a bar from the lowest to the highest, a line at the mean."""
    left, right = sheet.strip
    draw.line([(left, middle), (right, middle)], fill=GRID, width=3)
    scores = sorted(cell.score for cell in row.cells if cell.score is not None)
    if not scores or row.mean is None:
        return
    colour = _MARK if row.differs else _STRIP
    draw.line([(sheet.x(scores[0]), middle), (sheet.x(scores[-1]), middle)], fill=colour, width=8)
    for score in dict.fromkeys(scores):
        for place in range(min(scores.count(score), 5)):
            x, y = sheet.x(score), middle - 11 * _offset(place)
            draw.ellipse([(x - 8, y - 8), (x + 8, y + 8)], fill=_DOT, outline="#ffffff", width=2)
    draw.line([(sheet.x(row.mean), middle - 24), (sheet.x(row.mean), middle + 24)], fill=INK, width=3)


def _offset(place: int) -> int:
    """0, 1, -1, 2, -2: equal dots grow away from the line."""
    return (place + 1) // 2 * (1 if place % 2 else -1)


def _called(people: Mapping[PersonId, Person], person: PersonId) -> str:
    known = people.get(person)
    return drawable_name(known.name, known.email) if known else "a colleague"


def _first(name: str, person: Person | None) -> str:
    """The first word of a name, which is what fits above a cell."""
    words: Sequence[str] = name.split()
    return words[0] if words and person else name


def _score(cell: Cell) -> str:
    return "could not assess" if cell.score is None else str(cell.score)
