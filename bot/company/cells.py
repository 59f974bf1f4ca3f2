"""What stands in single cells: zones, working hours, qualifications, years. Each parser refuses with what would be right."""

import difflib
import re
from collections.abc import Callable, Collection, Iterator
from datetime import date, time
from functools import cache
from itertools import pairwise
from zoneinfo import available_timezones

from hiring.model import Hours, Qualification, Role, Step, Tenure

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_NAME = 200
_EMAIL = re.compile(r"^[^\s@,;<>\"()]+@[^\s@,;<>\"()]+\.[^\s@,;<>\"()]+$")
_ID = re.compile(r"^[a-z0-9][a-z0-9._-]{0,63}$")
_HOURS = re.compile(r"^(?P<days>[a-z]{3}(?:\s*[-,]\s*[a-z]{3})*)\s+(?P<spans>\d.*)$")
_SPAN = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$")
_YEARS = re.compile(r"^(?P<name>.*?)\s+(?P<start>\d{4})(?P<dash>\s*[-–]\s*(?P<end>\d{4})?)?$")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


class Refused(ValueError):
    """Says what is wrong in a cell; an empty `expected` leaves it to the column's own words."""

    def __init__(self, what: str, expected: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected


def name(text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise Refused(f"has {len(text)} characters", f"at most {LONGEST_NAME}")
    if "\n" in text or "\r" in text:
        raise Refused("runs over several lines", "one line")
    return text


def email(text: str) -> str:
    if not _EMAIL.match(text):
        raise Refused(f"`{text}` is no e-mail address")
    return text.lower()


def identifier(text: str) -> str:
    if not _ID.match(text):
        raise Refused(f"`{text}` can't be an id", "small letters, digits, dots, dashes; at most 64 of them")
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(text: str) -> str:
    if text in _zones():
        return text
    city = text.replace(" ", "_").rsplit("/", 1)[-1].lower()
    near = sorted(known for known in _zones() if known.rsplit("/", 1)[-1].lower() == city)
    near = near or difflib.get_close_matches(text, _zones(), n=1)
    hint = f"{near[0]}?" if near else ""
    raise Refused(f"`{text}` is no time zone", f"a zone such as Europe/Berlin{f' ({hint})' if hint else ''}")


def minutes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 10_000:  # noqa: PLR2004  # about a week of minutes
        raise Refused(f"`{text}` is no number of minutes")
    return int(text)


def hours(text: str) -> tuple[Hours, ...]:
    """`Mon-Thu 09:00-12:00, 13:00-17:30; Fri 09:00-15:00`, by weekday and start."""
    found: list[Hours] = []
    for part in _parts(text):
        match = _HOURS.match(part.lower())
        if match is None:
            raise Refused(f"`{part}` can't be read as days and times")
        for start, end in _spans(match["spans"]):
            found += [Hours(weekday=day, start=start, end=end) for day in _days(match["days"])]
    ordered = sorted(found, key=lambda part: (part.weekday, part.start))
    for before, after in pairwise(ordered):
        if before.weekday == after.weekday and after.start < before.end:
            day = DAYS[after.weekday].title()
            raise Refused(
                f"two stretches of {day} overlap ({_clock(before)} and {_clock(after)})",
                "stretches apart from each other",
            )
    return tuple(ordered)


def _clock(part: Hours) -> str:
    return f"{part.start:%H:%M}-{part.end:%H:%M}"


def _days(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, *rest = (day.strip() for day in part.split("-"))
        for day in (first, *rest):
            if day not in DAYS:
                raise Refused(f"`{day}` is no weekday", f"one of {', '.join(day.title() for day in DAYS)}")
        start, end = DAYS.index(first), DAYS.index(rest[-1] if rest else first)
        if end < start or len(rest) > 1:
            raise Refused(f"`{part.strip()}` runs backwards", "days in the order of the week, e.g. Mon-Fri")
        yield from range(start, end + 1)


def _spans(text: str) -> Iterator[tuple[time, time]]:
    for part in text.split(","):
        match = _SPAN.match(part.strip())
        start, end = (_time(match[1], match[2]), _time(match[3], match[4])) if match else (None, None)
        if start is None or end is None:
            raise Refused(f"`{part.strip()}` is no stretch of time", "HH:MM-HH:MM, e.g. 09:00-17:00")
        if end <= start:
            raise Refused(f"`{part.strip()}` ends before it starts", "an end later on the same day")
        yield start, end


def _time(hour: str, minute: str) -> time | None:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None


def qualifications(known: Collection[str]) -> Callable[[str], tuple[Qualification, ...]]:
    """A parser for `coding:qualified; sql:shadow`, where a skill alone is held in full."""

    def parse(text: str) -> tuple[Qualification, ...]:
        found: dict[str, Qualification] = {}
        for part in _parts(text):
            skill, _, step = (piece.strip().lower() for piece in part.partition(":"))
            if skill not in known:
                near = difflib.get_close_matches(skill, known, n=1)
                hint = f"`{near[0]}`, or one of" if near else "one of"
                raise Refused(f"there is no qualification `{skill}`", f"{hint} {', '.join(sorted(known))}")
            if step and step not in set(Step):
                raise Refused(f"`{step}` is no step of the ladder", f"one of {', '.join(Step)}")
            if skill in found:
                raise Refused(f"`{skill}` stands twice", "each qualification once")
            found[skill] = Qualification(skill=skill, step=Step(step) if step else Step.QUALIFIED)
        return tuple(found.values())

    return parse


def tenures(text: str) -> tuple[Tenure, ...]:
    """`Acme GmbH 2015-2019; Globex 2019-; Initech`: years are optional, an open end means to this day."""
    return tuple(_tenure(part) for part in _parts(text))


def _tenure(part: str) -> Tenure:
    match = _YEARS.match(part)
    if match is None:
        return Tenure(name=part)
    start = int(match["start"])
    end = None if match["dash"] and not match["end"] else int(match["end"] or start)
    if not _FIRST_YEAR <= start <= (end or _LAST_YEAR) <= _LAST_YEAR:
        raise Refused(f"the years of `{part}` are not in order")
    return Tenure(name=match["name"], start=start, end=end)


def roles(text: str) -> tuple[Role, ...]:
    found = [part.lower().replace(" ", "_") for part in _parts(text)]
    for role in found:
        if role not in set(Role):
            raise Refused(f"there is no role `{role}`", f"some of {', '.join(Role)}")
    return tuple(dict.fromkeys(Role(role) for role in found))


def yes_or_no(text: str) -> str:
    said = text.strip().casefold()
    if said not in {"yes", "no"}:
        raise Refused("this is neither yes nor no", "yes or no")
    return said


def dates(text: str) -> tuple[date, ...]:
    return tuple(sorted({_date(part) for part in _parts(text)}))


def _date(part: str) -> date:
    try:
        return date.fromisoformat(part)
    except ValueError:
        raise Refused(f"`{part}` is no date", "YYYY-MM-DD, e.g. 2026-12-25") from None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
