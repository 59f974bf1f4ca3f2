"""What the person who imports sees: the faults with their places, or what was read and what is worth knowing."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.company.coverage import EYES_WANTED, cover
from bot.company.faults import Fault
from bot.company.folder import Company
from hiring.model import Plan


def print_faults(faults: Sequence[Fault], *, console: Console) -> None:
    table = Table(title=f"Nothing was imported: {len(faults)} {_word(faults, 'fault')}", title_justify="left")
    table.add_column("where", overflow="fold")
    table.add_column("what", overflow="fold")
    table.add_column("expected", overflow="fold")
    for fault in faults:
        place = f"{fault.file}:{fault.line}:{fault.column}" if fault.line else fault.file
        table.add_row(*(escape(text) for text in (place, fault.what, fault.expected)))
    console.print(table)


def print_summary(company: Company, *, console: Console) -> None:
    console.print(
        f"{len(company.people)} people, {len(company.candidates)} candidates, {len(company.openings)} openings, "
        f"{len(company.plans)} plans, {len(company.pipelines)} pipelines, {len(company.calendars)} calendars"
    )
    used = {plan for opening in company.openings for plan in opening.plans}
    for plan in company.plans:
        if plan.id in used:
            for line in coverage_lines(plan, wanted=company.role_criteria.get(plan.id, ())):
                console.print(escape(line))
    for note in company.notes:
        console.print(f"Note: {escape(note)}")


def coverage_lines(plan: Plan, *, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """One sentence if every criterion is seen by two people or more; otherwise one for each that is not."""
    names = {criterion.id: criterion.name for rubric in plan.rubrics for criterion in rubric.criteria}
    coverage = cover(plan, wanted=wanted)
    few = [entry for entry in coverage if entry.raters < EYES_WANTED]
    if not few:
        return (f"{plan.title}: each of its {len(coverage)} criteria is rated by {EYES_WANTED} people or more",)
    return tuple(
        f"{plan.title}: {names.get(entry.criterion, entry.criterion)} is rated by "
        f"{'nobody' if entry.raters == 0 else 'one person only'}"
        for entry in few
    )


def _word(things: Sequence[object], word: str) -> str:
    return word if len(things) == 1 else f"{word}s"
