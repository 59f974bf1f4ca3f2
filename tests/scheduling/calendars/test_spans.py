from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendars.port import Busy
from scheduling.calendars.spans import Span, clip, day_span, free, intersect, merge, span, subtract, working_spans

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def spans(*pairs: tuple[int, int]) -> tuple[Span, ...]:
    return tuple(Span(at(start), at(end)) for start, end in pairs)


def minutes_of(some: tuple[Span, ...]) -> set[int]:
    """The half-open minutes covered: what a span means, spelled out."""
    return {
        minute
        for each in some
        for minute in range(
            int((each.start - NOON).total_seconds() // 60), int((each.end - NOON).total_seconds() // 60)
        )
    }


some_spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: Span(at(pair[0]), at(pair[0] + pair[1]))),
    max_size=8,
).map(tuple)


def test_touching_spans_become_one() -> None:
    assert merge(spans((30, 40), (0, 10), (10, 20))) == spans((0, 20), (30, 40))


def test_touching_is_not_overlapping() -> None:
    assert intersect(spans((0, 10)), spans((10, 20))) == ()
    assert subtract(spans((0, 10)), spans((10, 20))) == spans((0, 10))


def test_a_hole_in_the_middle_leaves_two() -> None:
    assert subtract(spans((0, 60)), spans((10, 20), (15, 30))) == spans((0, 10), (30, 60))


def test_clip() -> None:
    assert clip(spans((0, 10), (20, 30)), start=at(5), end=at(25)) == spans((5, 10), (20, 25))
    assert clip(spans((0, 10)), start=at(5), end=at(5)) == ()


@given(some_spans)
def test_merging_keeps_each_instant_and_leaves_gaps_between(some: tuple[Span, ...]) -> None:
    merged = merge(some)
    assert minutes_of(merged) == minutes_of(some)
    assert all(left.end < right.start for left, right in pairwise(merged))


@given(some_spans, some_spans)
def test_sets_of_minutes_agree(some: tuple[Span, ...], others: tuple[Span, ...]) -> None:
    assert minutes_of(intersect(some, others)) == minutes_of(some) & minutes_of(others)
    assert minutes_of(subtract(some, others)) == minutes_of(some) - minutes_of(others)
    assert intersect(some, others) == intersect(others, some)


def test_a_span_is_an_instant_range_whatever_the_zone() -> None:
    tokyo = Span(at(0).astimezone(ZoneInfo("Asia/Tokyo")), at(10).astimezone(ZoneInfo("America/New_York")))
    assert (tokyo.start.tzinfo, tokyo) == (UTC, Span(at(0), at(10)))


def test_in_the_repeated_hour_a_span_is_compared_by_instants() -> None:
    # 02:50 summer time to 02:10 winter time of one zone object: backwards on the wall, twenty minutes in truth.
    berlin = ZoneInfo(BERLIN)
    start = datetime(2026, 10, 25, 2, 50, tzinfo=berlin)
    assert Span(start, datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=berlin)).length == timedelta(minutes=20)


@pytest.mark.parametrize(("start", "end"), [(at(0), at(0)), (at(1), at(0)), (at(0).replace(tzinfo=None), at(1))])
def test_what_is_no_span_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="A span"):
        Span(start, end)


def test_free_is_working_time_less_what_is_busy() -> None:
    busy = [Busy(at(10), at(20), "busy"), Busy(at(20), at(30), "tentative"), Busy(at(50), at(55), "out_of_office")]
    assert free(spans((0, 60)), busy) == spans((0, 10), (30, 50), (55, 60))
    assert free(spans((0, 60)), busy, at_least=timedelta(minutes=10)) == spans((0, 10), (30, 50))


def test_soft_words_may_be_booked_over_but_never_what_could_not_be_read() -> None:
    busy = [
        Busy(at(0), at(10), "busy", "Focus"),
        Busy(at(10), at(20), "busy", "1:1"),
        Busy(at(20), at(30), "unreadable", "Focus"),
    ]
    assert free(spans((0, 40)), busy, may_book_over=lambda each: each.title == "Focus") == spans((0, 10), (30, 40))


def test_a_loop_that_is_moved_is_not_in_its_own_way() -> None:
    busy = [
        Busy(at(0), at(10), "busy", booking="ours1"),
        Busy(at(10), at(20), "busy", booking="ours2"),
        Busy(at(20), at(30), "busy"),
    ]
    assert free(spans((0, 40)), busy, but={"ours1"}) == spans((0, 10), (30, 40))


def test_a_zero_length_busy_stretch_blocks_nothing() -> None:
    assert free(spans((0, 40)), [Busy(at(10), at(10), "busy")]) == spans((0, 40))


NINE_TO_FIVE = dict.fromkeys(range(5), ((time(9), time(12, 30)), (time(13), time(17))))


def test_working_hours_are_local_and_leave_out_weekends_and_holidays() -> None:
    found = working_spans(
        NINE_TO_FIVE,
        zone="Asia/Kolkata",
        holidays={date(2026, 11, 9)},
        start=datetime(2026, 11, 6, 4, tzinfo=UTC),
        end=datetime(2026, 11, 10, 5, tzinfo=UTC),
    )
    assert found == (
        Span(datetime(2026, 11, 6, 4, 0, tzinfo=UTC), datetime(2026, 11, 6, 7, 0, tzinfo=UTC)),
        Span(datetime(2026, 11, 6, 7, 30, tzinfo=UTC), datetime(2026, 11, 6, 11, 30, tzinfo=UTC)),
        Span(datetime(2026, 11, 10, 3, 30, tzinfo=UTC), datetime(2026, 11, 10, 5, 0, tzinfo=UTC)),
    )


def test_nine_oclock_stays_nine_oclock_when_the_clocks_change() -> None:
    for change in (date(2026, 3, 29), date(2026, 10, 25)):
        found = working_spans(
            dict.fromkeys(range(7), ((time(9), time(10)),)),
            zone=BERLIN,
            start=datetime.combine(change - timedelta(days=1), time(0), UTC),
            end=datetime.combine(change + timedelta(days=1), time(0), UTC),
        )
        assert [each.start.astimezone(ZoneInfo(BERLIN)).hour for each in found] == [9, 9]
        assert [each.length for each in found] == [timedelta(hours=1)] * 2


@pytest.mark.parametrize(
    ("day", "shift", "hours"),
    [
        (date(2026, 3, 28), (time(22), time(6)), 7),
        (date(2026, 10, 24), (time(22), time(6)), 9),
        (date(2026, 3, 29), (time(2), time(3)), 0),
        (date(2026, 3, 29), (time(2, 30), time(4)), 1),
        (date(2026, 10, 25), (time(2), time(3)), 2),
        (date(2026, 3, 29), (time(0), time(0)), 23),
        (date(2026, 10, 25), (time(0), time(0)), 25),
        (date(2026, 11, 5), (time(20), time(0)), 4),
    ],
)
def test_shifts_on_the_nights_the_clocks_change(day: date, shift: tuple[time, time], hours: int) -> None:
    found = working_spans(
        {day.weekday(): (shift,)},
        zone=BERLIN,
        start=datetime.combine(day, time(0), UTC) - timedelta(hours=12),
        end=datetime.combine(day, time(0), UTC) + timedelta(days=2),
    )
    assert sum((each.length for each in found), timedelta(0)) == timedelta(hours=hours)


def test_a_shift_that_began_the_evening_before_the_span_counts() -> None:
    start = datetime(2026, 11, 6, 0, tzinfo=UTC)
    found = working_spans({3: ((time(22), time(6)),)}, zone="UTC", start=start, end=start + timedelta(hours=12))
    assert found == (Span(start, start + timedelta(hours=6)),)


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.sampled_from(
        [BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"]
    ),
)
def test_days_follow_on_each_other_without_gap_or_overlap(day: date, zone: str) -> None:
    today, tomorrow = day_span(day, zone=zone), day_span(day + timedelta(days=1), zone=zone)
    assert today.end == tomorrow.start
    assert today.start.astimezone(ZoneInfo(zone)).date() == day
    assert (today.end - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() == day


CHANGES = {
    BERLIN: (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "America/Santiago": (date(2026, 4, 4), date(2026, 4, 5), date(2026, 9, 6)),
}


@given(
    st.sampled_from([(zone, day) for zone, days in CHANGES.items() for day in (*days, date(2026, 11, 5))]),
    st.integers(0, 23),
    st.integers(0, 23),
)
def test_working_time_is_exactly_when_the_wall_clock_shows_it(
    zone_and_day: tuple[str, date], begins: int, ends: int
) -> None:
    zone, day = zone_and_day
    where = ZoneInfo(zone)
    whole = day_span(day, zone=zone)
    hours = {day.weekday(): ((time(begins), time(ends)),)} if begins < ends else {}
    found = working_spans(hours, zone=zone, start=whole.start, end=whole.end)
    moment = whole.start
    while moment < whole.end:
        shown = moment.astimezone(where).time().replace(fold=0)
        working = any(each.start <= moment < each.end for each in found)
        assert working == (time(begins) <= shown < time(ends)), moment
        moment += timedelta(minutes=30)


def test_no_span_where_nothing_lies_between() -> None:
    assert span(at(5), at(5)) == ()
