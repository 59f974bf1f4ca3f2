"""Working hours, caps and breathing space, set by the person they protect."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Final

from handlers import ids
from handlers.blocks.parts import Block, context, field, modal, select, text_input
from handlers.blocks.state import Errors, View, held
from handlers.blocks.text import WEEKDAYS, minutes, zone_name
from hiring.flows.self_service import Prefs
from hiring.model import Hours, Person

HOURS: Final = "hours"
DAY_CAP: Final = "day_cap"
WEEK_CAP: Final = "week_cap"
GAP: Final = "gap"
GAPS = ("0", "5", "10", "15", "20", "30", "45", "60")
_DAY = 24 * 60

LONGEST_LINE = 200
_LINE = re.compile(r"(?P<days>[a-z ,\-–]+?)\s+(?P<start>\d{1,2}(?::\d{2})?)\s*(?:-|–|to)\s*(?P<end>\d{1,2}(?::\d{2})?)")
_EXAMPLE = "Mon-Fri 09:00-17:00"


def prefs_modal(person: Person, *, fields: Mapping[str, str] | None = None) -> Block:
    """`fields` is what was typed before; without it the modal shows what is set."""
    typed = fields or {
        HOURS: written(person.hours),
        DAY_CAP: _cap(person.day_cap),
        WEEK_CAP: _cap(person.week_cap),
        GAP: str(person.gap),
    }
    gaps = [(gap, f"{gap} minutes") for gap in sorted({*GAPS, typed.get(GAP, "15")}, key=_number)]
    return modal(
        "Your preferences",
        [
            field(
                HOURS,
                "Working hours",
                text_input(initial=typed.get(HOURS, ""), multiline=True, most=500, hint=_EXAMPLE),
                hint=f"One line for days that are alike, in {zone_name(person.zone)}, such as “{_EXAMPLE}”.",
            ),
            field(DAY_CAP, "Minutes of interviews a day, at most", _minutes(typed.get(DAY_CAP, "")), optional=True),
            field(WEEK_CAP, "Minutes of interviews a week, at most", _minutes(typed.get(WEEK_CAP, "")), optional=True),
            field(
                GAP, "Free time between two interviews", select(ids.FIELD, gaps, hint="Minutes", chosen=typed.get(GAP))
            ),
            context(
                "Empty means no limit. Your time zone comes from your company's list; ask your recruiter to change it."
            ),
        ],
        callback=ids.PREFS_VIEW,
        submit="Save",
    )


def read(view: View) -> Prefs | Errors:
    hours = parsed(held(view, HOURS))
    errors: Errors = {HOURS: hours} if isinstance(hours, str) else {}
    caps = {block: held(view, block).strip() for block in (DAY_CAP, WEEK_CAP)}
    for block, most in ((DAY_CAP, _DAY), (WEEK_CAP, 7 * _DAY)):
        if caps[block] and not (caps[block].isdecimal() and int(caps[block]) <= most):
            errors[block] = f"Please write whole minutes from 0 to {most:,}, or nothing for no limit."
    gap = held(view, GAP)
    if not gap.isdecimal():
        errors[GAP] = "Please choose how many minutes."
    if errors or isinstance(hours, str):
        return errors
    if all(caps.values()) and int(caps[DAY_CAP]) > int(caps[WEEK_CAP]):
        return {DAY_CAP: "A day can't hold more than the week does. Please lower this, or raise the week's minutes."}
    day_cap, week_cap = (int(caps[block]) if caps[block] else None for block in (DAY_CAP, WEEK_CAP))
    return Prefs(hours=hours, day_cap=day_cap, week_cap=week_cap, gap=int(gap))


def saved(prefs: Prefs) -> str:
    """What was saved, in words."""
    hours = "; ".join(written(prefs.hours).splitlines())
    caps = [
        f"at most {minutes(cap)} a {span}" if cap is not None else f"no limit a {span}"
        for cap, span in ((prefs.day_cap, "day"), (prefs.week_cap, "week"))
    ]
    return f"{hours}; {', '.join(caps)}; {prefs.gap} minutes free between two interviews."


def written(hours: Sequence[Hours]) -> str:
    """Working hours as lines, days that follow each other and are alike in one: "Mon-Thu 09:00-17:00"."""
    lines: list[str] = []
    by_time: dict[tuple[time, time], list[int]] = {}
    for one in sorted(hours, key=lambda h: (h.weekday, h.start)):
        by_time.setdefault((one.start, one.end), []).append(one.weekday)
    for (start, end), days in by_time.items():
        lines.append(f"{', '.join(_ranges(days))} {start:%H:%M}-{end:%H:%M}")
    return "\n".join(lines)


def parsed(text: str) -> tuple[Hours, ...] | str:
    """What `written` writes, and whatever a person means by something like it; or a sentence that says what to mend."""
    found: list[Hours] = []
    for line in (line.strip() for line in text.lower().splitlines()):
        if not line:
            continue
        match = _LINE.fullmatch(line) if len(line) <= LONGEST_LINE else None
        days = _weekdays(match["days"]) if match else None
        times = _times(match["start"], match["end"]) if match else None
        if days is None or times is None:
            return f"“{line[:60]}” is not clear to me. Please write it like “{_EXAMPLE}”."
        if times[1] == times[0]:
            return f"“{line[:60]}” ends when it begins. Please leave out the days on which you do not work."
        found += [Hours(weekday=weekday, start=times[0], end=times[1]) for weekday in days]
    if not found:
        return f"Please write at least one line, such as “{_EXAMPLE}”."
    return tuple(sorted(set(found), key=lambda h: (h.weekday, h.start)))


def _weekdays(text: str) -> list[int] | None:
    names = [day.lower() for day in WEEKDAYS]
    days: list[int] = []
    for part in filter(None, re.split(r"[,\s]+", re.sub(r"\s*[-–]\s*", "-", text.strip()))):
        ends = [names.index(end[:3]) if end[:3] in names else None for end in part.split("-")]
        if None in ends or len(ends) > 2:  # noqa: PLR2004  # a stretch has two ends
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        days += [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
    return days or None


def _times(start: str, end: str) -> tuple[time, time] | None:
    try:
        first, last = (time.fromisoformat((one if ":" in one else f"{one}:00").zfill(5)) for one in (start, end))
    except ValueError:
        return None
    # "9-5" means an afternoon to many, and a night to a clock.
    return None if last < first and ":" not in end else (first, last)


def _ranges(days: Sequence[int]) -> list[str]:
    parts: list[list[int]] = []
    for day in days:
        if parts and parts[-1][-1] + 1 == day:
            parts[-1].append(day)
        else:
            parts.append([day])
    return [WEEKDAYS[p[0]] if len(p) == 1 else f"{WEEKDAYS[p[0]]}-{WEEKDAYS[p[-1]]}" for p in parts]


def _minutes(initial: str) -> Block:
    made: Block = {
        "type": "number_input",
        "action_id": ids.FIELD,
        "is_decimal_allowed": False,
        "min_value": "0",
        "max_value": str(7 * _DAY),
    }
    return made | {"initial_value": initial} if initial else made


def _cap(cap: int | None) -> str:
    return "" if cap is None else str(cap)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
