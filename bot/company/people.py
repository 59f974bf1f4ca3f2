"""people.csv and candidates.csv, row by row."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.company import cells
from bot.company.faults import Fault
from bot.company.tables import Column, Row, read_rows
from hiring.model import OFFICE_HOURS, Candidate, Person, PersonId, Qualification, Role

PEOPLE = (
    Column(
        "id", "a short name that never changes; left out, it is what stands before the @ of the e-mail", "ana.silva"
    ),
    Column("name", "the name as colleagues write it", "Ana Silva", required=True),
    Column("email", "the work e-mail, by which Slack and calendars know them", "ana@corvid.example", required=True),
    Column("title", "the job title", "Data scientist"),
    Column("team", "the team's name, the same for all its members", "Data Science"),
    Column("manager", "the e-mail of the person they report to", "tomasz@corvid.example"),
    Column("zone", "a time zone by its tz name", "Europe/Berlin", required=True),
    Column("working_hours", "days and times in their zone", "Mon-Thu 09:00-12:30, 13:30-17:30; Fri 09:00-15:00"),
    Column("qualifications", "skill:step, with semicolons between", "coding:qualified; sql:shadow"),
    Column("day_cap", "most minutes of interviews a day", "120"),
    Column("week_cap", "most minutes of interviews a week", "240"),
    Column("gap", "minutes kept free between two interviews", "15"),
    Column("employers", "former employers with years, semicolons between", "Acme GmbH 2015-2019; Globex 2019-2021"),
    Column("schools", "schools with years, semicolons between", "Universität Tiefenbach 2009-2014"),
    Column("roles", f"some of {', '.join(Role)}", "interviewer; hiring_manager"),
    Column("active", "no for somebody who has left", "yes"),
    Column("holidays", "days off as dates, semicolons between", "2026-12-25; 2027-01-01"),
)
CANDIDATES = (
    Column("id", "a short name that never changes; left out, it is what stands before the @ of the e-mail", "jo-park"),
    Column("name", "the name as the candidate writes it", "Jo Park", required=True),
    Column("email", "the candidate's e-mail", "jo@mail.example", required=True),
    Column("zone", "a time zone by its tz name", "America/New_York", required=True),
    Column("employer", "the current employer", "Globex"),
    Column("employers", "employers with years, semicolons between; an open end means to this day", "Globex 2019-"),
    Column("schools", "schools with years, semicolons between", "Calloway College 2011-2015"),
    Column("referrer", "the e-mail of the colleague who referred them", "ana@corvid.example"),
    Column("accommodation", "what makes the interviews accessible to them; raters never see it", "captions"),
)
Named = TypeVar("Named", Person, Candidate)


def read_people(data: bytes, *, file: str, skills: Collection[str]) -> tuple[tuple[Person, ...], tuple[Fault, ...]]:
    """All people, and what is wrong; the people are whole only when nothing is. Raises `FaultsError` for the file."""
    faults: list[Fault] = []
    rows = read_rows(data, file=file, columns=PEOPLE)
    people = [_person(row, cells.qualifications(skills), faults) for row in rows]
    faults += _repeated(rows, people)
    ids = {person.email: person.id for person in people}
    managed = [_with_manager(row, person, ids, faults) for row, person in zip(rows, people, strict=True)]
    faults += _circles(rows, managed)
    return tuple(managed), tuple(faults)


def read_candidates(
    data: bytes, *, file: str, people: Mapping[str, PersonId]
) -> tuple[tuple[Candidate, ...], tuple[Fault, ...]]:
    """`people` maps e-mails to ids, for the referrers."""
    faults: list[Fault] = []
    rows = read_rows(data, file=file, columns=CANDIDATES)
    candidates = [_candidate(row, people, faults) for row in rows]
    return tuple(candidates), (*faults, *_repeated(rows, candidates))


def _id(row: Row, email: str, faults: list[Fault]) -> str:
    return row.take("id", cells.identifier, email.partition("@")[0].partition("+")[0], faults)


def _person(row: Row, qualifications: Callable[[str], tuple[Qualification, ...]], faults: list[Fault]) -> Person:
    email = row.take("email", cells.email, "", faults)
    return Person(
        id=_id(row, email, faults),
        name=row.take("name", cells.name, "", faults),
        email=email,
        zone=row.take("zone", cells.zone, "UTC", faults),
        title=row.take("title", cells.name, "", faults),
        team=row.take("team", cells.name, "", faults),
        roles=row.take("roles", cells.roles, (Role.INTERVIEWER,), faults),
        hours=row.take("working_hours", cells.hours, OFFICE_HOURS, faults),
        qualifications=row.take("qualifications", qualifications, (), faults),
        day_cap=row.take("day_cap", cells.minutes, 120, faults),
        week_cap=row.take("week_cap", cells.minutes, 240, faults),
        gap=row.take("gap", cells.minutes, 15, faults),
        employers=row.take("employers", cells.tenures, (), faults),
        schools=row.take("schools", cells.tenures, (), faults),
        holidays=row.take("holidays", cells.dates, (), faults),
        active=row.take("active", cells.yes_or_no, "yes", faults) == "yes",
    )


def _candidate(row: Row, people: Mapping[str, PersonId], faults: list[Fault]) -> Candidate:
    email = row.take("email", cells.email, "", faults)
    return Candidate(
        id=_id(row, email, faults),
        name=row.take("name", cells.name, "", faults),
        email=email,
        zone=row.take("zone", cells.zone, "UTC", faults),
        employer=row.take("employer", cells.name, "", faults),
        employers=row.take("employers", cells.tenures, (), faults),
        schools=row.take("schools", cells.tenures, (), faults),
        referrer=_colleague(row, "referrer", people, faults),
        accommodation=row.text("accommodation"),
    )


def _colleague(row: Row, column: str, people: Mapping[str, PersonId], faults: list[Fault]) -> PersonId | None:
    wanted = row.take(column, cells.email, "", faults)
    if wanted and wanted not in people:
        faults.append(row.fault(column, f"nobody in people.csv has the e-mail {wanted}"))
    return people.get(wanted) if wanted else None


def _with_manager(row: Row, person: Person, ids: Mapping[str, PersonId], faults: list[Fault]) -> Person:
    manager = _colleague(row, "manager", ids, faults)
    return replace(person, manager=manager)


def _repeated(rows: Iterable[Row], found: Iterable[Named]) -> list[Fault]:
    """Rows that say an e-mail or an id again."""
    faults: list[Fault] = []
    emails: dict[str, int] = {}
    ids: dict[str, int] = {}
    for row, entry in zip(rows, found, strict=True):
        if entry.email and emails.setdefault(entry.email, row.line) != row.line:
            what = f"{entry.email} stands in line {emails[entry.email]} already"
            faults.append(row.fault("email", what, "each e-mail once"))
        elif entry.id and ids.setdefault(entry.id, row.line) != row.line:
            what = f"`{entry.id}` stands for line {ids[entry.id]} already"
            faults.append(row.fault("id", what, "an id of its own for each row, written into the column `id`"))
    return faults


def _circles(rows: Iterable[Row], people: Iterable[Person]) -> list[Fault]:
    """People who, by way of their managers, report to themselves."""
    people = tuple(people)
    manager = {person.id: person.manager for person in people}
    faults = []
    for row, person in zip(rows, people, strict=True):
        above, passed = person.manager, {person.id}
        while above is not None and above not in passed:
            passed.add(above)
            above = manager.get(above)
        if above == person.id:
            faults.append(row.fault("manager", "the reporting line comes back to this person", "a line that ends"))
    return faults
