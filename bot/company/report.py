"""What the person who imports sees: the faults with their places, or what was read and what is worth knowing."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.company.faults import Fault
from bot.company.folder import Company
from hiring.model import Plan
from hiring.rules.rubric import coverage

EYES_WANTED = 2


def print_faults(faults: Sequence[Fault], *, as_json: bool = False, console: Console | None = None) -> None:
    """A table for people on stderr, or a list of objects for programs on stdout."""
    if as_json:
        _write_json([asdict(fault) for fault in faults])
        return
    table = Table(title=f"Nothing was imported: {len(faults)} {_word(faults, 'fault')}", title_justify="left")
    table.add_column("where", overflow="fold")
    table.add_column("what", overflow="fold")
    table.add_column("expected", overflow="fold")
    for fault in faults:
        place = f"{fault.file}:{fault.line}:{fault.column}" if fault.line else fault.file
        table.add_row(*(escape(text) for text in (place, fault.what, fault.expected)))
    (console or Console(stderr=True)).print(table)


def print_summary(company: Company, *, as_json: bool = False, console: Console | None = None) -> None:
    """What was read, how well its plans cover their criteria, and what is worth knowing."""
    covered = _coverage(company)
    if as_json:
        _write_json({**_counts(company), "coverage": covered, "notes": company.notes})
        return
    console = console or Console()
    console.print(", ".join(f"{count} {name}" for name, count in _counts(company).items()))
    for line in covered:
        console.print(escape(line))
    for note in company.notes:
        console.print(f"Note: {escape(note)}")


def _counts(company: Company) -> dict[str, int]:
    names = ("people", "candidates", "openings", "plans", "pipelines", "calendars")
    return {name: len(getattr(company, name)) for name in names}


def _coverage(company: Company) -> list[str]:
    used = {plan for opening in company.openings for plan in opening.plans}
    return [
        line
        for plan in company.plans
        if plan.id in used
        for line in coverage_lines(plan, wanted=company.role_criteria.get(plan.id, ()))
    ]


def _write_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def coverage_lines(plan: Plan, *, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """One sentence if every criterion is seen by two people or more; otherwise one for each that is not."""
    names = {criterion.id: criterion.name for rubric in plan.rubrics for criterion in rubric.criteria}
    raters = {**dict.fromkeys(wanted, 0), **coverage(plan)}
    few = {criterion: count for criterion, count in raters.items() if count < EYES_WANTED}
    if not few:
        return (f"{plan.title}: each of its {len(raters)} criteria is rated by {EYES_WANTED} people or more",)
    return tuple(
        f"{plan.title}: {names.get(criterion, criterion)} is rated by {'one person only' if count else 'nobody'}"
        for criterion, count in few.items()
    )


def _word(things: Sequence[object], word: str) -> str:
    return word if len(things) == 1 else f"{word}s"
