"""What people change by hand on the calendars is noticed, told once, and put back when somebody says so."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bookings import Bookings
from bot.engine import Engine
from bot.logs import JsonLines
from handlers import messages
from handlers.blocks.message import Message
from hiring.flows import booking, drifting
from hiring.model import Delivery, Drift, Drifted, Kind
from hiring.rules.permissions import Refused
from hiring.rules.phase import Phase, phase
from scheduling.calendars.port import CalendarUnavailable, Event, event_id
from tests.bot.office import Office, busy, whole
from tests.handlers.rig import At
from tests.hiring.worlds import NOW, RITA, expect, seated
from workbench.reading import plain


@pytest.fixture
def later(office: Office) -> Office:
    """A booked loop, an hour later."""
    office.attested()
    office.make(Kind.CALENDAR_BOOK)
    office.bookings = Bookings(
        database=office.database, calendars=office.calendars, engine=Engine(), clock=At(NOW + timedelta(hours=1))
    )
    return office


def session_event(office: Office, session: str) -> Event:
    with office.database.begin(read_only=True) as uow:
        wanted = booking.booked(uow, "L1", revision=1)
    assert wanted is not None
    return next(event for event in wanted.events if event.id == event_id(f"L1/{session}", 1))


def by_hand(office: Office, what: Drifted) -> Drift:
    """Somebody does `what` to the coding interview; returns what should be noticed."""
    event, who = session_event(office, "coding"), seated(office.loop(), "coding")
    calendar = office.calendars.real
    match what:
        case Drifted.GONE:
            calendar.remove(event.calendar, event.id)
        case Drifted.MOVED:
            moved = replace(event, start=event.start + timedelta(days=1), end=event.end + timedelta(days=1))
            calendar.put(moved)
            return Drift("coding", what, start=moved.start, end=moved.end)
        case Drifted.DECLINED:
            calendar.put(replace(event, guests=()))
        case Drifted.CLASH:
            busy(office, office.loop(), who)
    return Drift("coding", what, who if what in {Drifted.DECLINED, Drifted.CLASH} else None)


@pytest.mark.parametrize("what", Drifted)
def test_what_is_changed_by_hand_is_told_once_and_changes_nothing(later: Office, what: Drifted) -> None:
    later.bookings.look()
    assert later.loop().drift == ()
    expected = by_hand(later, what)
    before, standing = later.loop(), later.standing()
    later.bookings.look()
    later.bookings.look()
    told = later.loop()
    assert (told.drift, told.drifts, told.sessions, told.seats) == ((expected,), 1, before.sessions, before.seats)
    assert later.standing() == standing


@pytest.mark.parametrize("what", [Drifted.GONE, Drifted.MOVED])
def test_it_is_put_back_when_a_recruiter_says_so(later: Office, what: Drifted) -> None:
    by_hand(later, what)
    later.bookings.look()
    at = NOW + timedelta(hours=1)
    with later.database.begin() as uow:
        expect(drifting.put_back(uow, uow.loop("L1"), by=RITA, now=at))
    later.make(Kind.CALENDAR_BOOK if what is Drifted.GONE else Kind.CALENDAR_SYNC)
    if what is Drifted.GONE:
        later.make(Kind.CALENDAR_CLEAR)
    after = later.loop()
    assert (phase(after, at), later.standing(), after.drift) == (Phase.BOOKED, whole(after), ())
    with later.database.begin() as uow:
        again = drifting.put_back(uow, after, by=RITA, now=at)
        brief = messages.render(uow, Delivery("k", Kind.BRIEF, seated(after, "coding"), refs=(("loop", "L1"),)), now=at)
    assert isinstance(again, Refused)
    assert isinstance(brief, Message)
    assert ("all were made anew, for the same times" in plain(list(brief.blocks))) == (what is Drifted.GONE)


def test_a_calendar_that_does_not_answer_is_no_news(later: Office) -> None:
    by_hand(later, Drifted.GONE)
    later.calendars.planned["agendas", later.calendars.calls["agendas"] + 1] = CalendarUnavailable(
        "busy", retry_after=timedelta(minutes=1)
    )
    later.bookings.look()
    assert later.loop().drift == ()


def test_a_loop_with_which_something_is_wrong_keeps_no_other_from_being_looked_at(
    later: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Both have lost an interview; looking at the first of them fails."""
    by_hand(later, Drifted.GONE)
    with later.database.begin() as uow:
        twin = replace(uow.loop("L1"), id="L2", seats=(), version=0)
        uow.save_loop(twin)
    later.calendars.planned["agendas", later.calendars.calls["agendas"] + 1] = RuntimeError("planted")
    with caplog.at_level(logging.ERROR, logger="evenhand.bookings"):
        later.bookings.look()
    with later.database.begin(read_only=True) as uow:
        found = {loop.id for loop in uow.loops() if loop.drift}
    (line,) = [json.loads(JsonLines().format(record)) for record in caplog.records]
    assert (line["says"], line["error"]) == ("a loop could not be compared with its calendars", "RuntimeError")
    assert "planted" not in str(line)
    assert {line["loop"]} | found == {"L1", "L2"}
    assert len(found) == 1


def test_right_after_it_was_booked_calendars_are_left_in_peace(office: Office) -> None:
    office.attested()
    office.make(Kind.CALENDAR_BOOK)
    by_hand(office, Drifted.GONE)
    office.bookings.look()
    assert office.loop().drift == ()
