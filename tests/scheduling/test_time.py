"""Caps, lunch, dates and weeks follow the zone of whom they protect, on the days when clocks change too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling import Loop, Lunch, Person, Planned, Problem, Seat, Session, faults
from scheduling.grid import Grid, local_minute, minute_of, week_of

from .stage import answer, person, plan, session, times

TALK = frozenset({"talk"})

CHANGES = [  # zone, date, and how many hours that date has
    ("America/New_York", date(2026, 3, 8), 23.0),
    ("America/New_York", date(2026, 11, 1), 25.0),
    ("Europe/Berlin", date(2026, 3, 29), 23.0),
    ("Europe/Berlin", date(2026, 10, 25), 25.0),
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ("Asia/Kathmandu", date(2026, 3, 29), 24.0),
]


def zoned(day: date, hour: int, minute: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
def test_a_date_has_as_many_starts_as_its_clocks_show(zone: str, day: date, hours: float) -> None:
    begin = minute_of(datetime.combine(day, time(), tzinfo=UTC)) - 2 * 24 * 60
    grid = Grid(begin, begin + 5 * 24 * 60, grain=15)
    starts = dict(grid.days(ZoneInfo(zone)))[day]
    assert starts.bit_count() == hours * 4
    shown = {grid.minute(position) for position in range(grid.size) if starts >> position & 1}
    local = {
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=at)).astimezone(ZoneInfo(zone)).date() for at in shown
    }
    assert local == {day}


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
def test_lunch_is_had_by_the_candidates_clock(zone: str, day: date, hours: float) -> None:  # noqa: ARG001 -- one table
    whole = (zoned(day, 8, 0, zone), zoned(day, 18, 0, zone))
    people = [person(f"p{number}", free=[whole]) for number in range(4)]
    loop = Loop.of(
        "jo",
        zone=zone,
        available=[(zoned(day, 10, 0, zone), zoned(day, 15, 0, zone))],
        sessions=[session(f"s{number}") for number in range(4)],
        lunch=Lunch(time(12), time(13), 60),
    )
    found = answer(people, loop, grain=15)
    assert faults(Problem(tuple(people), (loop,), grain=15), found) == ()
    clocks = [f"{slot.start.astimezone(ZoneInfo(zone)):%H:%M}" for slot in plan(found).sessions]
    assert clocks == ["10:00", "11:00", "13:00", "14:00"]


def test_day_caps_roll_over_at_the_persons_own_midnight() -> None:
    # 08:00 UTC is midnight in Los Angeles: the cap of the 30th leaves no room, the 1st does.
    ana = person(
        "ana",
        zone="America/Los_Angeles",
        day_load={date(2026, 11, 30): 60},
        day_cap=60,
        free=[(datetime(2026, 12, 1, 5, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC))],
    )
    loop = Loop.of(
        "jo",
        zone="Europe/Berlin",
        available=[(datetime(2026, 12, 1, 5, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC))],
        sessions=[session("chat")],
    )
    assert times(plan(answer([ana], loop))) == [("chat", "01 08:00", {"lead": "ana"})]


def test_week_loads_follow_the_iso_week_of_the_persons_own_zone() -> None:
    # Sunday 22:00 UTC is Monday in Berlin and still Sunday in New York: their loads are of different weeks.
    start = datetime(2026, 12, 6, 23, tzinfo=UTC)
    span = (start, start + timedelta(hours=1))
    loads = {"2026-W49": 0, "2026-W50": 120}
    people = [
        person("bea", zone="Europe/Berlin", week_load=loads, free=[span]),
        person("nat", zone="America/New_York", week_load=loads, free=[span]),
    ]
    found = plan(answer(people, Loop.of("jo", zone="UTC", available=[span], sessions=[session("chat")])))
    assert [slot.seats for slot in found.sessions] == [{"lead": "nat"}]
    assert found.cost.load == 3600
    assert found.why["chat.lead"].others == {"bea": "carries more: 120 min that week against 0"}


def test_the_week_that_two_years_share() -> None:
    assert [week_of(date(2026, 12, 31)), week_of(date(2027, 1, 1)), week_of(date(2027, 1, 4))] == [
        "2026-W53",
        "2026-W53",
        "2027-W01",
    ]
    span = (datetime(2027, 1, 1, 9, tzinfo=UTC), datetime(2027, 1, 1, 10, tzinfo=UTC))
    people = [person("ana", week_load={"2026-W53": 240}, week_cap=240, free=[span]), person("ben", free=[span])]
    found = plan(answer(people, Loop.of("jo", zone="UTC", available=[span], sessions=[session("chat")])))
    assert found.why["chat.lead"].others == {"ana": "week cap 240 reached"}


def test_candidate_and_panel_on_different_dates_at_one_instant() -> None:
    # Monday 23:30 UTC: Tuesday morning in Auckland, Monday in Los Angeles. Two sessions, one date of the candidate's.
    start = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)
    span = (start, start + timedelta(hours=2))
    loop = Loop.of(
        "jo", zone="Pacific/Auckland", available=[span], sessions=[session("one"), session("two")], max_days=1
    )
    people = [person(name, zone="America/Los_Angeles", free=[span]) for name in ("ana", "ben")]
    # 11:00 UTC is midnight in Auckland: only what starts from then on lies on one date.
    assert answer(people, loop).status == "impossible"
    later = (start, start + timedelta(hours=2, minutes=30))
    people = [person(name, zone="America/Los_Angeles", free=[later]) for name in ("ana", "ben")]
    loop = Loop.of("jo", zone="Pacific/Auckland", available=[later], sessions=loop.sessions, max_days=1)
    assert [f"{slot.start:%H:%M}" for slot in plan(answer(people, loop)).sessions] == ["11:00", "12:00"]


def test_a_skipped_time_counts_as_the_jump_later() -> None:
    zone = ZoneInfo("Europe/Berlin")
    gap = local_minute(date(2026, 3, 29), time(2, 30), zone)
    assert gap == minute_of(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


def test_instants_without_a_zone_are_refused() -> None:
    naive = datetime(2026, 11, 30, 9)  # noqa: DTZ001 -- that is the point
    with pytest.raises(ValueError, match="says no zone"):
        Person.of("ana", zone="UTC", qualifications=[], free=[(naive, naive)])


def test_instants_in_a_zone_that_folds_are_compared_as_instants() -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    end = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=zone)
    loop = Loop.of("jo", zone=zone, available=[(start, end)], sessions=[Session("chat", 60, (Seat("lead", TALK),))])
    found = answer([person("ana", free=[(start, end)])], loop)
    assert isinstance(found.loops[0], Planned)
    assert found.loops[0].sessions[0].start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
