"""Instants as the reader's own clock shows them. English and 24 hours for everybody, so that screens compare."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workbench.ui.readers import Reader

_TOKEN = re.compile(r"\{(\w+)\}")
_MORNING = time(9)
_SATURDAY = 5


def from_ts(ts: str) -> datetime:
    """Slack's "1700000000.000100" as an aware instant."""
    return datetime.fromtimestamp(float(ts), UTC)


def clock_time(moment: datetime, reader: Reader) -> str:
    return f"{moment.astimezone(reader.zone):%H:%M}"


def clock_line(reader: Reader) -> str:
    """Now, as app.js writes it from then on."""
    local = reader.now.astimezone(reader.zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def full_date(moment: datetime, reader: Reader) -> str:
    local = moment.astimezone(reader.zone)
    return f"{local:%A}, {local.day} {local:%B %Y}, {local:%H:%M %Z}"


def day_name(day: date, reader: Reader) -> str:
    near = _near(day, reader)
    if near:
        return near.capitalize()
    year = "" if day.year == _today(reader).year else f" {day.year}"
    return f"{day:%A}, {day.day} {day:%B}{year}"


def format_date(timestamp: int, pattern: str, reader: Reader) -> str:
    """Slack's date tokens, as in `{date_short_pretty} at {time}`; an unknown token stays as it was written."""
    moment = datetime.fromtimestamp(timestamp, UTC)
    shown = _tokens(moment, reader)
    text = _TOKEN.sub(lambda found: shown.get(found[1], found[0]), pattern)
    # Slack writes "Today" at the start of a text and "today" inside it.
    return text[:1].upper() + text[1:] if pattern.startswith("{") else text


def _tokens(moment: datetime, reader: Reader) -> dict[str, str]:
    local = moment.astimezone(reader.zone)
    near = _near(local.date(), reader)
    plain = f"{local.day} {local:%B %Y}"
    short = f"{local.day} {local:%b %Y}"
    long = f"{local:%A}, {plain}"
    return {
        "date": plain,
        "date_num": f"{local:%Y-%m-%d}",
        "date_slash": f"{local:%d/%m/%Y}",
        "date_short": short,
        "date_long": long,
        "date_pretty": near or plain,
        "date_short_pretty": near or short,
        "date_long_pretty": near or long,
        "day_divider_pretty": near or long,
        "time": f"{local:%H:%M}",
        "time_secs": f"{local:%H:%M:%S}",
        "ago": ago(moment, reader.now),
    }


def ago(moment: datetime, now: datetime) -> str:
    seconds = int((now - moment).total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = abs(seconds) // size
        if count:
            words = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def until_next_morning(now: datetime, zone: ZoneInfo) -> timedelta:
    """How long until the next nine o'clock of a Monday to Friday there."""
    local = now.astimezone(zone)
    day = local.date()
    while True:
        morning = datetime.combine(day, _MORNING, zone)
        if day.weekday() < _SATURDAY and morning > local:
            return morning.astimezone(UTC) - now
        day += timedelta(days=1)


def local_input(timestamp: int, reader: Reader) -> str:
    """What `<input type="datetime-local">` shows for an instant."""
    return f"{datetime.fromtimestamp(timestamp, UTC).astimezone(reader.zone):%Y-%m-%dT%H:%M}"


def _today(reader: Reader) -> date:
    return reader.now.astimezone(reader.zone).date()


def _near(day: date, reader: Reader) -> str | None:
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((day - _today(reader)).days)
