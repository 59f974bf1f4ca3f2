"""Writes `company/calendars/` for the people of `company/people.csv`; run it after changing them.

Everything is drawn from one seed, so that the same files come out every time, and the written files are checked in:
they are the truth. Recurring meetings begin in 2025 and have no end: whenever the demo is run, the calendars are about as
full as those of real people, and leave room for interviews.
"""  # noqa: INP001  # a script, run as it is

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from ics_writer import Event, calendar

COMPANY = Path(__file__).parent / "company"
SEED = 20251103
DOMAIN = "corvid.example"
INDIA = "Asia/Kolkata"
FIRST_MONDAY = datetime(2025, 1, 6)  # noqa: DTZ001  # times on the wall, as calendars keep them
DAYS = ("MO", "TU", "WE", "TH", "FR")
FLAVOURS = ("google", "outlook", "apple")
MEETINGS = (
    ("1:1 with my manager", 30),
    ("Project sync", 45),
    ("Planning, every other week", 90),
    ("Pairing", 60),
    ("Review of last week's work", 45),
    ("Customer calls", 60),
    ("Open door", 45),
)
KINDS = ("tentative", "declined", "doctor", "abroad", "birthday", "half day")
NIGHT_TEAMS = {"Product Engineering", "Data Platform", "Machine Learning"}
SHARE_OFF_SITE = 0.3
HALF_HOUR = 30


@dataclass(frozen=True, slots=True)
class Owner:
    local: str
    name: str
    email: str
    zone: str
    team: str

    @property
    def late(self) -> bool:
        """Whether the day begins at ten or eleven, to meet the other sites."""
        return self.zone == INDIA


def owners() -> list[Owner]:
    with (COMPANY / "people.csv").open(encoding="utf-8", newline="") as file:
        return [
            Owner(row["email"].split("@")[0], row["name"], row["email"], row["zone"], row["team"])
            for row in csv.DictReader(file)
        ]


def write_calendars(people: list[Owner]) -> None:
    folder = COMPANY / "calendars"
    folder.mkdir(exist_ok=True)
    for number, row in enumerate(people):
        draw = random.Random(f"{SEED}:{row.local}")  # noqa: S311  # a company that comes out the same every time
        flavour = FLAVOURS[number % len(FLAVOURS)]
        data = calendar(_events(row, draw), flavour=flavour, owner=row.email, owner_name=row.name, zone=row.zone)
        (folder / f"{row.email}.ics").write_bytes(data)


def _events(row: Owner, draw: random.Random) -> Iterator[Event]:
    zone = row.zone
    yield from _weekly(row, draw, zone)
    yield from _now_and_then(row, draw, zone)
    yield from _once(row, draw, zone)


def _at(day: datetime, hour: int, minute: int = 0) -> datetime:
    return day.replace(hour=hour, minute=minute)


def _weekly(row: Owner, draw: random.Random, zone: str) -> Iterator[Event]:
    """Team meeting, stand-up, one-to-ones, a recurring focus block, each in a place of its own in the week."""
    late = row.late
    stand_up = _at(FIRST_MONDAY, 10 if late else 9, 30)
    yield Event(
        f"standup-{row.local}@{DOMAIN}", "Stand-up", stand_up, timedelta(minutes=15), zone,
        rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", answer="ACCEPTED",
        without=tuple(stand_up + timedelta(days=days) for days in (98, 354, 359)),
    )  # fmt: skip
    team_day = sum(map(ord, row.team)) % 5
    team = _at(FIRST_MONDAY + timedelta(days=team_day), 14 if not late else 15)
    yield Event(
        f"team-{row.team.lower().replace(' ', '-')}@{DOMAIN}", f"{row.team}: weekly, plans & risks", team,
        timedelta(minutes=60), zone, rule=f"FREQ=WEEKLY;BYDAY={DAYS[team_day]}", answer="ACCEPTED",
        without=(team + timedelta(weeks=51),),
        moved=tuple((team + timedelta(weeks=w), team + timedelta(weeks=w, days=1, hours=1)) for w in (40, 96, 99, 118)),
        place="Rookery, 3rd floor; video link in the notes", note="Agenda:\n1. numbers, 2. risks; 3. anything else",
    )  # fmt: skip
    taken = {(team_day, team.hour)}
    for label, minutes in MEETINGS:
        day, hour = _place(draw, taken, late=late)
        start = _at(FIRST_MONDAY + timedelta(days=day), hour, draw.choice((0, 0, 30) if minutes <= HALF_HOUR else (0,)))
        other_week = "INTERVAL=2;" if "every other" in label else ""
        moved = draw.randrange(90, 110)
        yield Event(
            f"{label.split()[0].strip(',').lower().replace(':', '-')}-{row.local}@{DOMAIN}", label, start,
            timedelta(minutes=minutes), zone, rule=f"FREQ=WEEKLY;{other_week}BYDAY={DAYS[day]}", answer="ACCEPTED",
            moved=() if other_week else ((start + timedelta(weeks=moved), start + timedelta(weeks=moved, hours=2)),),
        )  # fmt: skip
    day, hour = _place(draw, taken, late=late)
    focus = _at(FIRST_MONDAY + timedelta(days=day), hour)
    yield Event(
        f"focus-{row.local}@{DOMAIN}", "Focus time", focus, timedelta(minutes=90), zone,
        rule=f"FREQ=WEEKLY;BYDAY={DAYS[day]}",
    )  # fmt: skip


def _place(draw: random.Random, taken: set[tuple[int, int]], *, late: bool) -> tuple[int, int]:
    hours = (11, 12, 14, 16, 17) if late else (10, 11, 13, 15, 16)
    free = [
        (day, hour) for day in range(5) for hour in hours if (day, hour) not in taken and (day, hour - 1) not in taken
    ]
    chosen = draw.choice(free)
    taken.add(chosen)
    return chosen


def _now_and_then(row: Owner, draw: random.Random, zone: str) -> Iterator[Event]:
    """What makes calendars hard to read: free, tentative, declined, private, in somebody else's zone, all day."""
    lunch = _at(FIRST_MONDAY, 13 if row.late else 12, 15)
    yield Event(
        f"lunch-{row.local}@{DOMAIN}", "Lunch", lunch, timedelta(minutes=30), zone,
        rule="FREQ=DAILY", busy="FREE",
    )  # fmt: skip
    kind = draw.choice(KINDS)
    day = draw.randrange(5)
    start = _at(FIRST_MONDAY + timedelta(days=day), 15)
    weekly = f"FREQ=WEEKLY;BYDAY={DAYS[day]}"
    if kind == "tentative":
        yield Event(
            f"maybe-{row.local}@{DOMAIN}", "Reading group (if time allows)", start, timedelta(minutes=60), zone,
            rule=f"FREQ=WEEKLY;INTERVAL=2;BYDAY={DAYS[day]}", answer="TENTATIVE", busy="TENTATIVE",
        )  # fmt: skip
    elif kind == "declined":
        yield Event(
            f"declined-{row.local}@{DOMAIN}", "Vendor showcase, all hands on deck", start, timedelta(hours=2), zone,
            rule=weekly, answer="DECLINED",
        )  # fmt: skip
    elif kind == "doctor":
        first = (start.day - 1) // 7 + 1
        yield Event(
            f"doctor-{row.local}@{DOMAIN}", "Doctor", start, timedelta(minutes=90), zone,
            rule=f"FREQ=MONTHLY;BYDAY={first}{DAYS[day]}", private=True,
        )  # fmt: skip
    elif kind == "abroad":
        other = "America/New_York" if row.zone in {"Europe/Berlin", INDIA} else "Europe/Berlin"
        hour = 9 if row.zone in {"Europe/Berlin", INDIA} else 17
        yield Event(
            f"abroad-{row.local}@{DOMAIN}", "Sync with the other side of the sea", _at(start, hour),
            timedelta(minutes=45), other, rule=weekly, answer="ACCEPTED",
        )  # fmt: skip
    elif kind == "birthday":
        born = date(2025, draw.randrange(1, 13), draw.randrange(1, 28))
        yield Event(
            f"birthday-{row.local}@{DOMAIN}", "Birthday 🎂", born, timedelta(days=1), zone,
            rule="FREQ=YEARLY", busy="FREE",
        )  # fmt: skip
    else:
        yield Event(
            f"half-{row.local}@{DOMAIN}", "Out of office: looking after the children",
            _at(FIRST_MONDAY + timedelta(days=4), 15), timedelta(hours=3), zone, rule="FREQ=WEEKLY;BYDAY=FR", busy="OOF",
        )  # fmt: skip


def _once(row: Owner, draw: random.Random, zone: str) -> Iterator[Event]:
    """Holidays taken, an off-site, and a night's work on each of the days on which the clocks change."""
    away = date(2026, draw.choice((2, 5, 7, 8)), draw.randrange(1, 20))
    yield Event(
        f"away-{row.local}@{DOMAIN}", "Out of office", away, timedelta(days=draw.randrange(3, 12)), zone, busy="OOF",
    )  # fmt: skip
    if draw.random() < SHARE_OFF_SITE:
        yield Event(
            f"offsite-{row.local}@{DOMAIN}", "Off-site: two days in the woods", date(2026, 9, 10), timedelta(days=2), zone,
            answer="ACCEPTED",
        )  # fmt: skip
    if row.team in NIGHT_TEAMS:
        nights = ((2026, 3, 29), (2026, 10, 25)) if row.zone == "Europe/Berlin" else ((2026, 3, 8), (2026, 11, 1))
        for number, (year, month, day) in enumerate(nights):
            yield Event(
                f"night-{number}-{row.local}@{DOMAIN}", "Release night: watch the clocks change",
                datetime(year, month, day, 0, 30), timedelta(hours=4), zone, answer="ACCEPTED",  # noqa: DTZ001
            )  # fmt: skip


if __name__ == "__main__":
    write_calendars(owners())
