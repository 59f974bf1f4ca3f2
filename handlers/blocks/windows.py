"""When the candidate can be there: rows of a day, from and to, that grow and shrink inside a modal.

The rows are `actions` blocks, which Slack gives no error texts of their own: errors are drawn below them by building the
modal anew (`response_action: update`), which keeps what was typed since the block ids stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handlers import ids
from handlers.blocks.itinerary import title
from handlers.blocks.parts import Block, actions, button, context, fault, modal, section, words
from handlers.blocks.state import Errors, View, day_of, held
from handlers.blocks.text import counted, minutes, name, zone_name
from hiring.model import Candidate, Loop, Span

WINDOW: Final = "window:"
MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Window:
    """One row as typed: "2026-11-30", "09:00", "17:00", or empty. `number` names its block for as long as it lives."""

    number: int
    day: str = ""
    start: str = ""
    end: str = ""

    @property
    def blank(self) -> bool:
        return not (self.day or self.start or self.end)


def grown(windows: Sequence[Window]) -> tuple[Window, ...]:
    """One row more: the day after the last, at the same hours."""
    if len(windows) >= MOST:
        return tuple(windows)
    last = windows[-1] if windows else Window(number=0)
    day = day_of(last.day)
    next_day = (day + timedelta(days=1)).isoformat() if day else ""
    number = max((window.number for window in windows), default=0) + 1
    return (*windows, replace(last, number=number, day=next_day))


def without(windows: Sequence[Window], number: int) -> tuple[Window, ...]:
    """The rows without one; the last one is emptied instead, under a new number."""
    left = tuple(window for window in windows if window.number != number)
    return left or (Window(number=number + 1),)


def from_spans(spans: Sequence[Span], *, zone: str) -> tuple[Window, ...]:
    """Known windows as rows; one that crosses midnight becomes several."""
    rows: list[Window] = []
    for span in sorted(spans):
        start, end = span.start.astimezone(ZoneInfo(zone)), span.end.astimezone(ZoneInfo(zone))
        while start.date() < end.date() and end.time() != time(0):
            rows.append(Window(len(rows) + 1, start.date().isoformat(), f"{start:%H:%M}", "00:00"))
            start = datetime.combine(start.date() + timedelta(days=1), time(0), tzinfo=ZoneInfo(zone))
        rows.append(Window(len(rows) + 1, start.date().isoformat(), f"{start:%H:%M}", f"{end:%H:%M}"))
    return tuple(rows[:MOST]) or (Window(number=1),)


def rows(
    windows: Sequence[Window], *, errors: Mapping[str, str], add: str = ids.WINDOW_ADD, remove: str = ids.WINDOW_REMOVE
) -> list[Block]:
    made: list[Block] = []
    for window in windows[:MOST]:
        block_id = f"{WINDOW}{window.number}"
        made.append(
            actions(
                _picker("datepicker", ids.WINDOW_DAY, "initial_date", window.day, hint="Day"),
                _picker("timepicker", ids.WINDOW_FROM, "initial_time", window.start, hint="From"),
                _picker("timepicker", ids.WINDOW_TO, "initial_time", window.end, hint="To"),
                button("Remove", remove, str(window.number)),
                block_id=block_id,
            )
        )
        made += fault(errors.get(block_id))
    if len(windows) < MOST:
        made.append(actions(button("Add another", add), block_id="windows"))
    return made


def _picker(kind: str, action: str, key: str, value: str, *, hint: str) -> Block:
    made: Block = {"type": kind, "action_id": action, "placeholder": words(hint)}
    return made | {key: value} if value else made


def typed(view: View) -> tuple[Window, ...]:
    """The rows as they stand in the modal, blank ones too."""
    numbers = [
        int(str(block["block_id"]).removeprefix(WINDOW))
        for block in view.get("blocks", ())
        if str(block.get("block_id", "")).startswith(WINDOW)
    ]
    return tuple(
        Window(
            number=number,
            day=held(view, f"{WINDOW}{number}", ids.WINDOW_DAY),
            start=held(view, f"{WINDOW}{number}", ids.WINDOW_FROM),
            end=held(view, f"{WINDOW}{number}", ids.WINDOW_TO),
        )
        for number in numbers
    )


def read(windows: Sequence[Window], *, zone: str, now: datetime) -> tuple[Span, ...] | Errors:
    """The rows as spans in order, blank ones left out; or what is wrong with which. Raises LookupError for a zone that is
    none."""
    there = _zone(zone)
    spans: list[Span] = []
    errors: Errors = {}
    for window in windows:
        if window.blank:
            continue
        span = _span(window, there)
        sentence = span if isinstance(span, str) else _clash(span, spans, now=now)
        if sentence:
            errors[f"{WINDOW}{window.number}"] = sentence
        elif isinstance(span, Span):
            spans.append(span)
    return errors or tuple(sorted(spans))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except OSError:
        # Zones are files, and a name may be too long for one, or a folder's.
        raise LookupError("a zone that is none") from None


def _span(window: Window, zone: ZoneInfo) -> Span | str:
    if not (window.day and window.start and window.end):
        return "Please choose a day, a start and an end, or remove this row."
    on = day_of(window.day)
    if on is None:
        return "Please choose a day within the next months."
    until = on + timedelta(days=1) if window.end == "00:00" else on
    start = datetime.combine(on, time.fromisoformat(window.start), tzinfo=zone).astimezone(UTC)
    end = datetime.combine(until, time.fromisoformat(window.end), tzinfo=zone).astimezone(UTC)
    if end <= start:
        return "The end must come after the start."
    return Span(start=start, end=end)


def _clash(span: Span, others: Sequence[Span], *, now: datetime) -> str | None:
    if span.end <= now:
        return "This lies in the past. Please choose a day to come."
    if any(span.overlaps(other) for other in others):
        return "This overlaps another row. Please change one of them."
    return None


def windows_modal(
    loop: Loop,
    *,
    candidate: Candidate,
    windows: Sequence[Window] | None = None,
    zone: str,
    errors: Mapping[str, str] | None = None,
) -> Block:
    """The availability of a loop, to be changed. Without `windows` it starts from what the loop knows."""
    shown = from_spans(loop.windows, zone=zone) if windows is None else windows
    sessions = ", ".join(title(loop.plan, session.id, 40) for session in loop.plan.sessions[:10])
    total = sum(session.minutes for session in loop.plan.sessions)
    return modal(
        "When can they come?",
        [
            section(f"*{name(candidate.name)}*: times are on {zone_name(zone)}."),
            context(f"{counted(len(loop.plan.sessions), 'session')}, {minutes(total)} in all: {sessions}"),
            *rows(shown, errors=errors or {}),
            *fault((errors or {}).get("windows")),
        ],
        callback=ids.LOOP_WINDOWS_VIEW,
        submit="Plan anew",
        reference=ids.pack(loop.id, zone),
    )
