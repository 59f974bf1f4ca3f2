"""The example's calendars hold what makes real ones hard, and leave room for every opening's loop."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import pytest

from bot.company import Company, read_company
from hiring.flows import planning, pool
from hiring.model import HIRING_MANAGER_SEAT, Loop, Opening, Person, Plan, Span
from scheduling.calendars import ics
from scheduling.calendars.port import Agenda
from scheduling.solve import solve

EXAMPLE = Path(__file__).parents[2] / "examples" / "company"
FORTNIGHT = timedelta(days=14)


@pytest.fixture(scope="module")
def company() -> Company:
    found = read_company(EXAMPLE)
    assert isinstance(found, Company), [str(fault) for fault in found]
    # Whoever isn't in Slack is not asked; in this world everybody is.
    return replace(found, people=tuple(replace(person, slack_id=person.id) for person in found.people))


@pytest.mark.parametrize(
    "line",
    [
        "PRODID:-//Google Inc",
        "PRODID:-//Microsoft Corporation",
        "PRODID:-//Apple Inc.",
        "TZID:W. Europe Standard Time",
        "TZID:Eastern Standard Time",
        "TZID:Pacific Standard Time",
        "TZID:India Standard Time",
        "EXDATE;TZID=",
        "RECURRENCE-ID;TZID=",
        "VALUE=DATE:",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "STATUS:TENTATIVE",
        "PARTSTAT=DECLINED",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "DTSTART;TZID=Europe/Berlin:20260329T003000",
        "DTSTART;TZID=Europe/Berlin:20261025T003000",
        "DTSTART;TZID=America/New_York:20260308T003000",
        "DTSTART;TZID=America/New_York:20261101T003000",
    ],
)
def test_somewhere_in_the_calendars_there_is(company: Company, line: str) -> None:
    assert any(line in data.decode() for data in company.calendars.values())


def test_some_calendars_define_several_zones(company: Company) -> None:
    assert any(data.count(b"BEGIN:VTIMEZONE") > 1 for data in company.calendars.values())


@pytest.mark.parametrize("today", [date(2026, 3, 20), date(2026, 11, 22), date(2026, 12, 20), date(2028, 7, 7)])
def test_every_loop_of_every_opening_can_be_held_within_two_weeks_of_any_day(company: Company, today: date) -> None:
    plans = {plan.id: plan for plan in company.plans}
    unplanned = [
        (opening.id, plan)
        for opening in company.openings
        for plan in opening.plans
        if not _planned(company, opening, plans[plan], today=today)
    ]
    assert unplanned == []


def _planned(company: Company, opening: Opening, plan: Plan, *, today: date) -> bool:
    now = datetime.combine(today, time(6), UTC)
    zone = next(person.zone for person in company.people if person.id == opening.hiring_manager)
    loop = Loop(
        id="loop",
        opening=opening.id,
        candidate="candidate",
        plan=plan,
        recruiter=opening.recruiter,
        hiring_manager=opening.hiring_manager,
        created=now,
        created_by=opening.recruiter,
        zone=zone,
        windows=_office_days(today, zone),
    )
    people = tuple(person for person in company.people if _may_sit(person, loop))
    agendas = [_agenda(company, person, now) for person in people]
    facts = pool.Facts(
        loop=loop, opening=opening, people=people, bookings=(), barred={}, seen={}, entering={}, start=now,
        end=now + FORTNIGHT,
    )  # fmt: skip
    (answer,) = solve(planning.problem(facts, agendas, now=now), seconds=30, monotonic=monotonic)
    return bool(answer.planned)


def _office_days(today: date, zone: str) -> tuple[Span, ...]:
    days = [today + timedelta(days=ahead) for ahead in range(1, 14)]
    return tuple(
        Span(
            start=datetime.combine(day, time(9), ZoneInfo(zone)).astimezone(UTC),
            end=datetime.combine(day, time(18), ZoneInfo(zone)).astimezone(UTC),
        )
        for day in days
        if day.weekday() < 5
    )


def _may_sit(person: Person, loop: Loop) -> bool:
    pools = {skill for session in loop.plan.sessions for seat in session.seats for skill in seat.any_of}
    assert HIRING_MANAGER_SEAT in pools or not loop.plan.id.endswith("onsite")
    return person.id in {loop.recruiter, loop.hiring_manager} or any(person.holds(skill) for skill in pools)


def _agenda(company: Company, person: Person, now: datetime) -> Agenda:
    data = company.calendars[person.id]
    busy = ics.parse(
        data, owner=person.email, zone=person.zone, start=now, end=now + FORTNIGHT, file=f"{person.email}.ics"
    )
    assert isinstance(busy, tuple)
    return Agenda(email=person.email, busy=busy, readable=True)
