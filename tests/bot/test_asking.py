"""How calendars are asked that fail: nothing is asked anew that was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.asking import FRESH, Asking
from bot.outcomes import Later
from scheduling.calendars.port import Agenda, Booked, Calendars, CalendarUnavailable, Event, event_id
from tests.hiring.worlds import NOW

ADA, BEA = "ada@corvid.example", "bea@corvid.example"
END = NOW + timedelta(hours=1)


@dataclass
class Failing(Calendars):
    """Fails as told, once each, and remembers what it was asked."""

    troubles: list[CalendarUnavailable] = field(default_factory=list)
    asked: list[object] = field(default_factory=list)

    def _meet(self, what: object) -> None:
        self.asked.append(what)
        if self.troubles:
            raise self.troubles.pop(0)

    def agendas(self, emails: Sequence[str], *, start: datetime, end: datetime) -> tuple[Agenda, ...]:  # noqa: ARG002 - the port's form
        self._meet(tuple(emails))
        return tuple(agenda(email) for email in emails)

    def put(self, event: Event) -> Booked:
        self._meet(event.id)
        return Booked(event.id, None, None, "")

    def remove(self, calendar: str, id: str) -> None:  # noqa: A002 - the port's word for it
        self._meet((calendar, id))

    def find(self, calendar: str, id: str) -> Booked | None:  # noqa: A002 - the port's word for it
        raise AssertionError(calendar, id)

    def move(self, event: Event) -> Booked:
        raise AssertionError(event)


@dataclass
class Rig:
    calendars: Failing = field(default_factory=Failing)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.slept: list[float] = []
        self.asking = Asking(self.calendars, monotonic=lambda: self.at, sleep=self.slept.append)


@pytest.fixture
def rig() -> Rig:
    return Rig()


def agenda(email: str) -> Agenda:
    return Agenda(email, busy=(), readable=True)


def lecture(number: int) -> Event:
    return Event(id=event_id("e", number), calendar=ADA, title="", description="", zone="UTC", start=NOW, end=END)


def test_who_could_be_read_is_not_read_anew_because_somebody_else_could_not(rig: Rig) -> None:
    rig.calendars.troubles = [CalendarUnavailable("busy", partly=(agenda(ADA),))]
    assert rig.asking.agendas([ADA, BEA], start=NOW, end=END) == (agenda(ADA), agenda(BEA))
    assert rig.calendars.asked == [(ADA, BEA), (BEA,)]
    rig.asking.agendas([ADA, BEA], start=NOW, end=END)
    assert rig.calendars.asked[2:] == [(ADA, BEA)]


def test_what_was_read_to_book_upon_is_good_for_a_minute_and_until_something_was_put(rig: Rig) -> None:
    long = CalendarUnavailable("busy", retry_after=timedelta(seconds=30), limited=True)
    rig.asking.agendas_to_book([ADA], start=NOW, end=END)
    rig.calendars.troubles = [long]
    with pytest.raises(Later):
        rig.asking.put_all([lecture(1)])
    rig.at = FRESH - 1
    rig.asking.agendas_to_book([ADA], start=NOW, end=END)
    assert rig.calendars.asked == [(ADA,), lecture(1).id]
    rig.at = FRESH
    rig.asking.agendas_to_book([ADA], start=NOW, end=END)
    rig.asking.put_all([lecture(1)])
    rig.asking.agendas_to_book([ADA], start=NOW, end=END)
    assert rig.calendars.asked[2:] == [(ADA,), lecture(1).id, (ADA,)]


def test_what_was_taken_away_is_not_taken_away_anew_unless_it_was_put_again(rig: Rig) -> None:
    one, other = lecture(1), lecture(2)
    for event in (one, one, other):
        rig.asking.remove(ADA, event.id)
    rig.asking.put_all([one])
    rig.asking.remove(ADA, one.id)
    assert rig.calendars.asked == [(ADA, one.id), (ADA, other.id), one.id, (ADA, one.id)]


@pytest.mark.parametrize("limited", [True, False])
def test_to_be_told_to_wait_for_no_time_is_no_leave_to_ask_without_a_pause(rig: Rig, limited: bool) -> None:
    rig.calendars.troubles = [CalendarUnavailable("busy", retry_after=timedelta(), limited=limited)] * 3
    rig.asking.agendas([ADA], start=NOW, end=END)
    assert len(rig.slept) == 3
    assert min(rig.slept) > 0


def test_calendars_are_asked_again_within_an_hour_however_long_they_want_to_be_left_alone(rig: Rig) -> None:
    rig.calendars.troubles = [CalendarUnavailable("busy", retry_after=timedelta(days=9000), limited=True)]
    with pytest.raises(Later) as told:
        rig.asking.agendas([ADA], start=NOW, end=END)
    assert (told.value.wait, rig.asking.wait()) == (timedelta(hours=1), 3600.0)
