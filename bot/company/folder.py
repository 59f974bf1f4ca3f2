"""A company's folder as a whole: everything is read and checked before anything is handed on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.company import people as tables
from bot.company.conflicts import ConflictFile, read_conflicts
from bot.company.faults import Fault, FaultsError
from bot.company.library import Library, build_library, ready_files
from bot.company.openings import OpeningFile, read_openings
from bot.company.plan_files import PlanFile
from bot.company.tables import Column
from hiring.model import (
    HIRING_MANAGER_SEAT,
    RECRUITER_SEAT,
    Candidate,
    Opening,
    Person,
    PersonId,
    Pipeline,
    Plan,
    Role,
)
from hiring.rules.grounds import Policy
from scheduling.calendars import ics

FILES = ("people.csv", "candidates.csv", "openings.yml", "conflicts.yml", "plans/*.yml", "calendars/E-MAIL.ics")
NO_LIBRARY = Library(plans=(), pipelines=(), qualifications={}, not_live=frozenset())


@dataclass(frozen=True, slots=True)
class Company:
    """What a folder holds, ready to be saved. `calendars` are exported .ics files by their owner's id; `notes` are things
    worth knowing that stop nothing; `role_criteria` maps a plan to the criteria its role's skills need; `conflicts` is None
    for a folder that says nothing of them."""

    people: tuple[Person, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    openings: tuple[Opening, ...] = ()
    plans: tuple[Plan, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    conflicts: Policy | None = None
    calendars: Mapping[PersonId, bytes] = field(default_factory=dict)
    role_criteria: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_company(folder: Path, *, by_group: frozenset[Role] = frozenset()) -> Company | tuple[Fault, ...]:
    """The whole company, or every fault found in any of its files, in the order of files and lines. Roles that come
    `by_group`, from Slack, need not stand in people.csv."""
    if not (folder / "people.csv").is_file():
        expected = f"a folder with {', '.join(FILES)}; only people.csv is required"
        return (Fault(str(folder), 0, 0, _missing(folder), expected),)
    faults: list[Fault] = []
    library = _library(folder, faults)
    people = _people(folder, library, faults)
    by_email = {person.email: person for person in people}
    candidates = _candidates(folder, by_email, faults)
    openings = _openings(folder, by_email, library, faults, by_group=by_group)
    conflicts = _conflicts(folder, faults)
    calendars = _calendars(folder, by_email, faults)
    if faults:
        return tuple(sorted(set(faults)))
    return Company(
        people=people,
        candidates=candidates,
        openings=openings,
        plans=library.plans,
        pipelines=library.pipelines,
        conflicts=conflicts,
        calendars=calendars,
        role_criteria=library.role_criteria,
        notes=tuple(_notes(people, openings, library.plans, calendars)),
    )


def schemas() -> dict[str, Any]:
    """The JSON schema of each kind of file; a CSV's describes one row, all cells as text."""
    return {
        "plans/*.yml": PlanFile.model_json_schema(),
        "openings.yml": OpeningFile.model_json_schema(),
        "conflicts.yml": ConflictFile.model_json_schema(),
        "people.csv": _table_schema(tables.PEOPLE),
        "candidates.csv": _table_schema(tables.CANDIDATES),
    }


def _table_schema(columns: tuple[Column, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            column.name: {"type": "string", "description": column.about, "examples": [column.example]}
            for column in columns
        },
        "required": [column.name for column in columns if column.required],
        "additionalProperties": False,
    }


# ---- file by file -------------------------------------------------------------------------------------------------


def _read(path: Path, file: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = f"the file can't be read ({error.strerror})"
        raise FaultsError([Fault(file, 0, 0, what, "a file that you may read")]) from error


def _missing(folder: Path) -> str:
    if folder.is_dir():
        return "there is no people.csv in it"
    return "this is a file, not a folder" if folder.exists() else "there is no such folder"


def _library(folder: Path, faults: list[Fault]) -> Library:
    own = []
    for path in sorted((folder / "plans").glob("*.y*ml")):
        try:
            own.append((f"plans/{path.name}", _read(path, f"plans/{path.name}")))
        except FaultsError as error:
            faults += error.faults
    ready = ready_files()
    found = build_library(ready, own=own)
    if isinstance(found, Library):
        return found
    faults += found
    # The rest is checked against the ready plans meanwhile, so that one slip in a plan does not hide all others.
    fallback = build_library(ready)
    return fallback if isinstance(fallback, Library) else NO_LIBRARY


def _people(folder: Path, library: Library, faults: list[Fault]) -> tuple[Person, ...]:
    try:
        data = _read(folder / "people.csv", "people.csv")
        people, found = tables.read_people(data, file="people.csv", skills=library.qualifications)
    except FaultsError as error:
        faults += error.faults
        return ()
    faults += found
    if not people:
        faults.append(Fault("people.csv", 1, 1, "nobody stands below the first line", "one row for each person"))
    return people


def _candidates(folder: Path, people: Mapping[str, Person], faults: list[Fault]) -> tuple[Candidate, ...]:
    path = folder / "candidates.csv"
    if not path.exists() or not people:
        return ()
    ids = {email: person.id for email, person in people.items()}
    try:
        candidates, found = tables.read_candidates(_read(path, path.name), file=path.name, people=ids)
    except FaultsError as error:
        faults += error.faults
        return ()
    faults += found
    return candidates


def _openings(
    folder: Path, people: Mapping[str, Person], library: Library, faults: list[Fault], *, by_group: frozenset[Role]
) -> tuple[Opening, ...]:
    path = folder / "openings.yml"
    if not path.exists() or not people:
        return ()
    try:
        openings, found = read_openings(
            _read(path, path.name), file=path.name, people=people, library=library, by_group=by_group
        )
    except FaultsError as error:
        faults += error.faults
        return ()
    faults += found
    return openings


def _conflicts(folder: Path, faults: list[Fault]) -> Policy | None:
    path = folder / "conflicts.yml"
    if not path.exists():
        return None
    try:
        policy, found = read_conflicts(_read(path, path.name), file=path.name)
    except FaultsError as error:
        faults += error.faults
        return None
    faults += found
    return policy


def _calendars(folder: Path, people: Mapping[str, Person], faults: list[Fault]) -> dict[PersonId, bytes]:
    calendars: dict[PersonId, bytes] = {}
    for path in sorted((folder / "calendars").glob("*.ics")):
        file, owner = f"calendars/{path.name}", people.get(path.name.removesuffix(".ics").lower())
        if owner is None:
            if people:
                what = "the file's name is nobody's e-mail"
                faults.append(Fault(file, 0, 0, what, "the e-mail of somebody in people.csv, then .ics"))
            continue
        try:
            data = _read(path, file)
        except FaultsError as error:
            faults += error.faults
            continue
        faults += [
            Fault(file, fault.line or 0, 1 if fault.line else 0, fault.what, fault.expected)
            for fault in ics.check(data, file=file)
        ]
        calendars[owner.id] = data
    return calendars


# ---- worth knowing ------------------------------------------------------------------------------------------------


def _notes(
    people: tuple[Person, ...],
    openings: tuple[Opening, ...],
    plans: tuple[Plan, ...],
    calendars: Mapping[PersonId, bytes],
) -> Iterator[str]:
    for person in people:
        if person.id not in calendars:
            yield f"{person.name} has no calendar in calendars/"
    used = {plan for opening in openings for plan in opening.plans}
    for plan in plans:
        if plan.id in used:
            yield from _empty_pools(plan, people)


def _empty_pools(plan: Plan, people: tuple[Person, ...]) -> Iterator[str]:
    for session in plan.sessions:
        pools: dict[tuple[str, ...], int] = {}
        for seat in session.seats:
            if not seat.optional and not {RECRUITER_SEAT, HIRING_MANAGER_SEAT} & set(seat.any_of):
                pools[seat.any_of] = pools.get(seat.any_of, 0) + 1
        for pool, seats in pools.items():
            holders = sum(1 for person in people if any(person.holds(skill) for skill in pool))
            if holders < seats:
                wanted = " or ".join(pool)
                yield f"{plan.title}: {session.title} needs {seats} people qualified for {wanted}, and there are {holders}"
