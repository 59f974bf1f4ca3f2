from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendars.ics import IcsFault, check, parse
from scheduling.calendars.port import Busy
from tests.scheduling.calendars.ics_files import END, START, calendar, own_zone


def busy(data: bytes, *, zone: str = "Europe/Berlin") -> tuple[Busy, ...]:
    found = parse(data, owner="ada@example.com", zone=zone, start=START, end=END)
    assert not isinstance(found, IcsFault), found
    return found


def times(data: bytes, *, zone: str = "Europe/Berlin") -> list[str]:
    """Each stretch as `MM-DD HH:MM/HH:MM` in UTC, the end with its day where that is another."""
    return [
        f"{each.start:%m-%d %H:%M}/{each.end:{'%H:%M' if each.start.date() == each.end.date() else '%m-%d %H:%M'}}"
        for each in busy(data, zone=zone)
    ]


def test_a_plain_event() -> None:
    assert busy(calendar("DTSTART:20261105T100000Z\nDTEND:20261105T110000Z\nSUMMARY:Budget\\, part 2")) == (
        Busy(datetime(2026, 11, 5, 10, tzinfo=UTC), datetime(2026, 11, 5, 11, tzinfo=UTC), "busy", "Budget, part 2"),
    )


WEEKLY = "UID:weekly\nDTSTART;TZID=Europe/Berlin:20261020T100000\nDTEND;TZID=Europe/Berlin:20261020T110000\n"


def test_a_weekly_meeting_keeps_its_wall_clock_over_the_change_and_loses_and_gains_dates() -> None:
    series = (
        WEEKLY
        + "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20261103T100000\nRDATE;TZID=Europe/Berlin:20261105T100000"
    )
    assert times(calendar(series)) == [
        "10-20 08:00/09:00",
        "10-27 09:00/10:00",
        "11-05 09:00/10:00",
        "11-10 09:00/10:00",
    ]


def test_one_of_a_series_is_moved_into_the_span_and_one_out_of_it_and_one_is_cancelled() -> None:
    exceptions = (
        "UID:weekly\nRECURRENCE-ID;TZID=Europe/Berlin:20270105T100000\nDTSTART:20261106T150000Z\nDTEND:20261106T153000Z",
        "UID:weekly\nRECURRENCE-ID;TZID=Europe/Berlin:20261027T100000\nDTSTART:20270201T150000Z\nDTEND:20270201T153000Z",
        "UID:weekly\nRECURRENCE-ID;TZID=Europe/Berlin:20261103T100000\nDTSTART:20261103T090000Z\nDTEND:20261103T100000Z\nSTATUS:CANCELLED",
    )
    series = WEEKLY + "RRULE:FREQ=WEEKLY;UNTIL=20270201T000000Z"
    assert times(calendar(series, *exceptions)) == [
        "10-20 08:00/09:00",
        "11-06 15:00/15:30",
        "11-10 09:00/10:00",
        "11-17 09:00/10:00",
        "11-24 09:00/10:00",
    ]


def test_the_owner_declines_one_of_a_series() -> None:
    invited = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:Ada@Example.com\nATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com\n"
    refused = "ATTENDEE;PARTSTAT=DECLINED:MAILTO:ada@example.com\n"
    instance = "UID:weekly\nRECURRENCE-ID;TZID=Europe/Berlin:20261027T100000\nDTSTART:20261027T090000Z\nDTEND:20261027T100000Z\n"
    series = WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=3\n" + invited
    assert times(calendar(series, instance + refused)) == ["10-20 08:00/09:00", "11-03 09:00/10:00"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Berlin", "10-24 22:00/10-25 23:00"),
        ("America/New_York", "10-25 04:00/10-26 04:00"),
        ("Asia/Kolkata", "10-24 18:30/10-25 18:30"),
    ],
)
def test_a_whole_day_is_the_owners_day(zone: str, expected: str) -> None:
    assert times(calendar("DTSTART;VALUE=DATE:20261025\nDTEND;VALUE=DATE:20261026"), zone=zone) == [expected]


def test_a_whole_day_at_the_edge_of_the_span_in_a_zone_far_away() -> None:
    first = "DTSTART;VALUE=DATE:20260930\nDTEND;VALUE=DATE:20261001"
    last = "DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261202"
    assert times(calendar(first, last), zone="Pacific/Honolulu") == ["09-30 10:00/10-01 10:00"]
    assert times(calendar(first, last), zone="Pacific/Kiritimati") == ["11-30 10:00/12-01 10:00"]


def test_floating_times_are_the_owners() -> None:
    floating = calendar("DTSTART:20261105T100000\nDTEND:20261105T110000\nRRULE:FREQ=DAILY;COUNT=2")
    assert times(floating, zone="Asia/Kolkata") == ["11-05 04:30/05:30", "11-06 04:30/05:30"]


@pytest.mark.parametrize(
    "start",
    [
        "DTSTART;TZID=W. Europe Standard Time:20261105T100000",
        "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20261105T100000",
        "DTSTART;TZID=Europe/Berlin:20261105T100000",
        'DTSTART;TZID="Europe/Berlin":20261105T100000',
        "DTSTART:20261105T090000Z",
    ],
)
def test_zone_names_of_several_programs(start: str) -> None:
    assert times(calendar(f"{start}\nDURATION:PT45M")) == ["11-05 09:00/09:45"]


def test_two_files_may_define_the_same_zone_name_differently() -> None:
    event = 'DTSTART;TZID="Customized: Time Zone":20261020T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2'
    europe = own_zone("Customized: Time Zone", summer="+0200", winter="+0100")
    mountain = own_zone("Customized: Time Zone", summer="-0600", winter="-0700")
    assert times(calendar(event, before=europe)) == ["10-20 08:00/09:00", "10-27 09:00/10:00"]
    assert times(calendar(event, before=mountain)) == ["10-20 16:00/17:00", "10-27 17:00/18:00"]
    assert times(calendar(event, after=europe)) == ["10-20 08:00/09:00", "10-27 09:00/10:00"]


def test_a_recurring_meeting_exported_in_utc_follows_the_calendars_zone() -> None:
    event = "DTSTART:20261020T080000Z\nDTEND:20261020T090000Z\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert times(calendar(event, before="X-WR-TIMEZONE:Europe/Berlin\n")) == ["10-20 08:00/09:00", "10-27 09:00/10:00"]
    assert times(calendar(event, before="X-WR-TIMEZONE:Moon/Base\n")) == ["10-20 08:00/09:00", "10-27 08:00/09:00"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("DTSTART;TZID=America/New_York:20261101T003000\nDURATION:PT2H", ["11-01 04:30/06:30"]),
        ("DTSTART;TZID=America/New_York:20261031T120000\nDURATION:P1DT1H", ["10-31 16:00/11-01 18:00"]),
        ("DTSTART;VALUE=DATE:20261105\nDURATION:P2D", ["11-04 23:00/11-06 23:00"]),
        ("DTSTART;VALUE=DATE:20261105", ["11-04 23:00/11-05 23:00"]),
        ("DTSTART:20261105T100000Z", []),
        (
            "DTSTART;TZID=America/New_York:20261101T010000\nDTEND;TZID=America/New_York:20261101T030000",
            ["11-01 05:00/08:00"],
        ),
    ],
)
def test_lengths_and_missing_ends(lines: str, expected: list[str]) -> None:
    assert times(calendar(lines)) == expected


def test_in_spring_a_time_that_is_skipped_is_the_hour_after() -> None:
    event = calendar("DTSTART;TZID=Europe/Berlin:20260327T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=4")
    found = parse(event, owner="", zone="UTC", start=START - timedelta(days=300), end=END)
    assert not isinstance(found, IcsFault)
    assert [f"{each.start:%d %H:%M}" for each in found] == ["27 01:30", "28 01:30", "29 01:30", "30 00:30"]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ("", "busy"),
        ("TRANSP:OPAQUE\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY", "busy"),
        ("TRANSP:TRANSPARENT", None),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", None),
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", None),
        ("STATUS:CANCELLED", None),
        ("STATUS:TENTATIVE", "tentative"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "tentative"),
        ("ATTENDEE;CN=Ada;PARTSTAT=TENTATIVE:mailto:ada@example.com", "tentative"),
        ("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ada@example.com", "busy"),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:ada@example.com", None),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com", "busy"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", "out_of_office"),
        ("SUMMARY:Out of office", "out_of_office"),
        ("SUMMARY:🌴 OOO - back on Monday", "out_of_office"),
        ("SUMMARY:Abwesend", "out_of_office"),
        ("SUMMARY:How to be out of office", "busy"),
        ("SUMMARY:Out of office\nTRANSP:TRANSPARENT", None),
    ],
)
def test_how_busy_an_event_makes_its_owner(lines: str, kind: str | None) -> None:
    found = busy(calendar(f"DTSTART:20261105T100000Z\nDTEND:20261105T110000Z\n{lines}"))
    assert [each.kind for each in found] == ([kind] if kind else [])


@pytest.mark.parametrize("secret", ["PRIVATE", "CONFIDENTIAL"])
def test_a_private_title_stays_private(secret: str) -> None:
    (found,) = busy(calendar(f"DTSTART:20261105T100000Z\nDTEND:20261105T110000Z\nSUMMARY:Doctor\nCLASS:{secret}"))
    assert found.title is None


def test_many_threads_may_ask_the_same_file() -> None:
    data = calendar(*(WEEKLY.replace("weekly", f"weekly{number}") + "RRULE:FREQ=DAILY" for number in range(5)))
    alone = busy(data)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(busy, [data] * 24)) == [alone] * 24


def test_no_title_is_shown_in_logs() -> None:
    (found,) = busy(calendar("DTSTART:20261105T100000Z\nDTEND:20261105T110000Z\nSUMMARY:Doctor"))
    assert (found.title, "Doctor" in repr(found)) == ("Doctor", False)


def test_what_is_broken_but_says_nothing_of_when_does_not_matter() -> None:
    alarm = "BEGIN:VALARM\nTRIGGER:soon\nEND:VALARM"
    todo = "BEGIN:VTODO\nDUE:whenever\nEND:VTODO\n"
    event = f"DTSTART:20261105T100000Z\nDTEND:20261105T110000Z\nGEO:here\nSEQUENCE:many\nSUMMARY;X=\n{alarm}"
    assert times(calendar(event, after=todo)) == ["11-05 10:00/11:00"]


def test_lines_folded_in_the_middle_of_a_letter_and_a_byte_order_mark() -> None:
    folded = calendar("DTSTART:20261105T100000Z\nDTEND:20261105T110000Z\nSUMMARY:Überblick")
    middle = folded.index("Ü".encode()) + 1
    (found,) = busy(b"\xef\xbb\xbf" + folded[:middle] + b"\r\n " + folded[middle:])
    assert found.title == "Überblick"


HOUR = "DTSTART:20261105T100000Z\nDTEND:20261105T110000Z\n"
NO_CALENDAR = ("this is no calendar", "BEGIN:VCALENDAR as the first line")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", (1, *NO_CALENDAR)),
        (b"\r\n<html></html>", (2, *NO_CALENDAR)),
        (b"name,start\nada,9\n", (1, *NO_CALENDAR)),
        (b"BEGIN:VCARD\nEND:VCARD\n", (1, *NO_CALENDAR)),
        (b"\x89PNG\r\n\xff\xfe", (1, "bytes that are not UTF-8", "a calendar exported as UTF-8 text")),
        (calendar(HOUR)[:-15], (1, "BEGIN of VCALENDAR without an end", "END:VCALENDAR before the file ends")),
        (
            calendar(HOUR).replace(b"END:VEVENT\r\n", b""),
            (9, "END of VCALENDAR that did not begin", "an END for each BEGIN"),
        ),
        (
            calendar(HOUR + "and this"),
            (9, "a line that is no property", "NAME:value, or a blank before a line that goes on"),
        ),
        (calendar("SUMMARY:When?"), (4, "an event without a start", "a DTSTART line in each event")),
        (calendar("DTSTART:tomorrow"), (7, "DTSTART can't be read", "a time like 20261105T100000Z")),
        (calendar(HOUR + "RRULE:FREQ=SOMETIMES"), (9, "RRULE can't be read", "a rule like FREQ=WEEKLY;BYDAY=MO")),
        (
            calendar(HOUR + "RRULE:COUNT=3"),
            (9, "a recurrence that can't be worked out", "a rule like FREQ=WEEKLY;BYDAY=MO"),
        ),
        (calendar(HOUR + "RRULE:FREQ=SECONDLY"), (9, "an event each minute or second", "FREQ=HOURLY or rarer")),
        (
            calendar("DTSTART;TZID=Moon/Base:20261105T100000"),
            (7, "the time zone 'Moon/Base' is not known", "a VTIMEZONE for it, or a name like Europe/Berlin"),
        ),
    ],
)
def test_a_file_that_is_no_calendar_is_named_by_line(data: bytes, fault: tuple[int, str, str]) -> None:
    assert check(data, file="ada.ics") == (IcsFault("ada.ics", *fault),)
    assert parse(data, owner="", zone="UTC", start=START, end=END, file="ada.ics") == IcsFault("ada.ics", *fault)


def test_each_fault_of_a_file_is_reported() -> None:
    data = calendar("DTSTART:tomorrow", HOUR, "SUMMARY:When?")
    assert [fault.line for fault in check(data, file="ada.ics")] == [7, 15]
    assert check(calendar(HOUR), file="ada.ics") == ()


def test_no_fault_quotes_what_an_event_is_about() -> None:
    data = calendar("SUMMARY:Doctor\nDTSTART:tomorrow", HOUR + "Doctor at ten")
    assert "Doctor" not in repr(check(data, file="ada.ics"))


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_damage_gets_past_as_an_exception(noise: bytes, at: int) -> None:
    whole = calendar(WEEKLY + "RRULE:FREQ=WEEKLY;COUNT=4", before=own_zone("Here", summer="+0200", winter="+0100"))
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    assert isinstance(parse(damaged, owner="", zone="UTC", start=START, end=END), tuple | IcsFault)
