from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendars.ics import IcsFault, check, parse
from scheduling.calendars.invite import Invite, Method, write_invite
from scheduling.calendars.port import Busy

TEN = datetime(2026, 11, 5, 10, tzinfo=UTC)
INVITE = Invite(
    "loop-7.session-2@evenhand",
    0,
    "Interview: coding",
    TEN.astimezone(ZoneInfo("Asia/Kolkata")),
    TEN + timedelta(hours=1),
    location="Room 5, 2nd floor",
    description="With Zoë.\nBring a keyboard; or don't.",
    url="https://example.com/c/token",
)


def written(*invites: Invite, method: Method = "REQUEST") -> bytes:
    return write_invite(
        invites,
        method=method,
        organizer="interviews@example.com",
        organizer_name='Evenhand "Interviews"\r\nBCC: x',
        attendee="cleo@example.com",
        stamp=TEN,
    )


def test_the_whole_invitation() -> None:
    assert written(INVITE).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Evenhand//Interviews//EN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "SUMMARY:Interview: coding",
        "DTSTART:20261105T100000Z",
        "DTEND:20261105T110000Z",
        "DTSTAMP:20261105T100000Z",
        "UID:loop-7.session-2@evenhand",
        "SEQUENCE:0",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:cleo@",
        " example.com",
        "DESCRIPTION:With Zoë.\\nBring a keyboard\\; or don't.",
        "LOCATION:Room 5\\, 2nd floor",
        "ORGANIZER;CN=\"Evenhand ^'Interviews^' BCC: x\":mailto:interviews@example.co",
        " m",
        "STATUS:CONFIRMED",
        "URL:https://example.com/c/token",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_cancellation_is_of_the_same_uid_and_later() -> None:
    data = written(replace(INVITE, sequence=1), method="CANCEL")
    calendar = icalendar.Calendar.from_ical(data)
    (event,) = calendar.walk("VEVENT")
    assert [calendar["METHOD"], event["UID"], event["SEQUENCE"], event["STATUS"]] == [
        "CANCEL",
        INVITE.uid,
        1,
        "CANCELLED",
    ]


def test_a_published_day_holds_several_and_asks_nobody() -> None:
    second = replace(INVITE, uid="two", start=TEN + timedelta(hours=2), end=TEN + timedelta(hours=3))
    data = written(INVITE, second, method="PUBLISH")
    found = parse(data, owner="cleo@example.com", zone="UTC", start=TEN, end=TEN + timedelta(days=1))
    assert found == (
        Busy(TEN, TEN + timedelta(hours=1), "busy", "Interview: coding"),
        Busy(TEN + timedelta(hours=2), TEN + timedelta(hours=3), "busy", "Interview: coding"),
    )
    assert b"ATTENDEE" not in data


def test_a_request_is_about_one_thing_and_for_somebody() -> None:
    with pytest.raises(ValueError, match="REQUEST is about one uid"):
        written(INVITE, replace(INVITE, uid="two"))
    with pytest.raises(ValueError, match="CANCEL is about one uid"):
        write_invite([INVITE], method="CANCEL", organizer="a@example.com", organizer_name="A", stamp=TEN)


@given(st.text(), st.text(), st.text())
def test_any_text_is_carried_in_lines_that_programs_take(title: str, location: str, description: str) -> None:
    data = written(replace(INVITE, title=title, location=location, description=description))
    assert check(data, file="invite.ics") == ()
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    found = parse(data, owner="cleo@example.com", zone="UTC", start=TEN, end=TEN + timedelta(days=1))
    assert not isinstance(found, IcsFault)
    assert [(busy.start, busy.end) for busy in found] == [(TEN, TEN + timedelta(hours=1))]
