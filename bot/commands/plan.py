"""`evenhand plan`: the engine on a problem file, for anyone who wants to check it.

The edge: here the clock is read, the file is opened and the table is printed. Exit 0 every loop planned, 3 some not,
2 bad input, 4 time ran out with nothing.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.commands.days import days_of
from bot.commands.words import brief, describe_repair, repair_json
from handlers.blocks.text import zone_name
from handlers.pictures.days import describe_days, draw_days
from scheduling.answer import Answer, Planned, Slot, Unplanned
from scheduling.answer_file import answer_json, read_answers
from scheduling.check import faults
from scheduling.problem import Loop, Problem
from scheduling.problem_file import read_problem
from scheduling.problem_parts import schema
from scheduling.repair import repair
from scheduling.solve import NotAProblem, solve
from scheduling.solve import Progress as Told

DONE, BAD_INPUT, NOT_ALL, NO_TIME = 0, 2, 3, 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="the problem, JSON ('-': standard input)")
    parser.add_argument("--options", type=_count, default=1, metavar="K", help="the K best answers (1)")
    parser.add_argument("--seconds", type=_seconds, default=10.0, metavar="S", help="the time it may take (10)")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    parser.add_argument("--picture", type=Path, metavar="FILE.png", help="the days of the best answer as a picture")
    parser.add_argument("--repair", metavar="ANSWER", help="mends this booked answer for the problem as it is now")
    parser.add_argument("--schema", action="store_true", help="prints the problem file's JSON schema")
    parser.add_argument("--check", nargs=2, metavar=("PROBLEM", "ANSWER"), help="says what is wrong with an answer")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    try:
        if args.schema:
            print(json.dumps(schema(), indent=2))  # noqa: T201 -- a command's output
            return DONE
        if args.check:
            return _check(*args.check)
        return _plan(args)
    except NotAProblem as wrong:
        for complaint in wrong.complaints:
            print(complaint, file=sys.stderr)  # noqa: T201 -- a command's output
        return BAD_INPUT


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evenhand plan", description="The best panels and times for a problem file.")
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def _count(text: str) -> int:
    most = 50
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number from 1 to {most}')
    return int(text)


def _seconds(text: str) -> float:
    most = 24 * 3600
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 < seconds <= most:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number of seconds above 0, such as 10 or 0.5')
    return seconds


def _read(name: str | None) -> bytes:
    if name is None:
        raise NotAProblem(("FILE: missing; write it like: evenhand plan examples/problems/one-loop.json",))
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as wrong:
        raise NotAProblem((f"{name}: {wrong.strerror or wrong}; name a file that can be read",)) from None


def _check(problem: str, answer: str) -> int:
    """The checker's word on each answer in the file, for people; exit 3 when any is wrong."""
    asked = read_problem(_read(problem))
    found = [fault for told in read_answers(_read(answer)) for fault in faults(asked, told)]
    for fault in found:
        print(fault)  # noqa: T201 -- a command's output
    if not found:
        print("The answer keeps every rule and its price is right.")  # noqa: T201 -- a command's output
    return NOT_ALL if found else DONE


def _plan(args: argparse.Namespace) -> int:
    problem = read_problem(_read(args.file))
    if args.repair is not None:
        return _repair(problem, read_answers(_read(args.repair))[0], args)
    with _bar(quiet=args.json) as told:
        answers = solve(problem, options=args.options, seconds=args.seconds, monotonic=time.monotonic, progress=told)
    if args.json:
        print(json.dumps(answer_json(answers), indent=1, ensure_ascii=False))  # noqa: T201 -- a command's output
    else:
        _print_answers(problem, answers)
    if args.picture is not None:
        _draw(problem, answers[0], args.picture, quiet=args.json)
    if answers[0].status == "unknown":
        return NO_TIME
    return NOT_ALL if answers[0].unplanned else DONE


def _repair(problem: Problem, booked: Answer, args: argparse.Namespace) -> int:
    mended = repair(problem, booked, seconds=args.seconds, monotonic=time.monotonic)
    if args.json:
        print(json.dumps(repair_json(mended), indent=1, ensure_ascii=False))  # noqa: T201 -- a command's output
    else:
        _print_answers(problem, [mended.answer])
        print(describe_repair(mended))  # noqa: T201 -- a command's output
    return NOT_ALL if mended.answer.unplanned else DONE


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Told | None]:
    """A progress bar on the terminal, where there is one."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (TextColumn("planning"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def told(share: float, cost: int | None, bound: int) -> None:
            words = "nothing yet" if cost is None else f"cost {cost:,}, at least {bound:,}"
            bar.update(task, completed=share, description=words)

        yield told


def _print_answers(problem: Problem, answers: Sequence[Answer]) -> None:
    console = Console(soft_wrap=False)
    loops = {loop.id: loop for loop in problem.loops}
    for number, answer in enumerate(answers, 1):
        if len(answers) > 1:
            console.rule(f"Option {number} of {len(answers)}")
        for loop in answer.loops:
            if isinstance(loop, Planned):
                console.print(_table(problem, loops[loop.id], loop))
            else:
                _print_unplanned(console, loop)
        console.print(_verdict(answer))


def _table(problem: Problem, loop: Loop, planned: Planned) -> Table:
    point = problem.weights.point
    table = Table(
        title=f"{escape(loop.id)} ({loop.zone.key})",
        caption=f"cost {planned.cost.total(point=point):,}: {_parts(planned, point)}",
        title_justify="left",
        caption_justify="left",
    )
    for column in ("when", "session", "seat", "who", "why"):
        table.add_column(column, overflow="fold", no_wrap=column == "when")
    before = None
    for slot in planned.sessions:
        when = _when(loop, slot, before)
        before = slot
        seats = [seat.id for session in loop.sessions if session.id == slot.id for seat in session.seats]
        for seat in seats or [""]:
            why = planned.why.get(f"{slot.id}.{seat}")
            reason = "" if why is None else why.because
            table.add_row(when, escape(slot.id), escape(seat), escape(slot.seats.get(seat, "–")), escape(reason))
            when = ""
    return table


def _parts(planned: Planned, point: int) -> str:
    cost = planned.cost
    points = {
        "waiting": cost.wait,
        "idle": cost.idle,
        "more dates": cost.dates,
        "discouraged": cost.discouraged,
        "empty seats": cost.optional,
    }
    told = [f"load {cost.load:,}"] + [f"{name} {value} × {point}" for name, value in points.items() if value]
    return ", ".join(told)


def _when(loop: Loop, slot: Slot, before: Slot | None) -> str:
    start, end = slot.start.astimezone(loop.zone), slot.end.astimezone(loop.zone)
    same = before is not None and before.start.astimezone(loop.zone).date() == start.date()
    return ("" if same else f"{start:%a %d %b}\n") + f"{start:%H:%M}-{end:%H:%M}"


def _print_unplanned(console: Console, loop: Unplanned) -> None:
    sure = "" if loop.smallest or not loop.proved else " (some of it may not matter)"
    console.print(f"[bold]{escape(loop.id)}[/bold] can't be planned. Together these can't be met{sure}:")
    for text in loop.because:
        console.print(f"  · {brief(text)}", markup=False)
    if loop.would_help:
        console.print("One of these would help (each was tried):")
        for text in loop.would_help:
            console.print(f"  · {text}", markup=False)


def _verdict(answer: Answer) -> str:
    if answer.status == "optimal":
        return f"Proved best: cost {answer.cost:,}, in {answer.seconds:.2f} s."
    if answer.status == "feasible":
        apart = 100 * (answer.cost - answer.bound) / max(1, answer.cost)
        return f"Cost {answer.cost:,}; no answer costs less than {answer.bound:,} ({apart:.2f} % apart)."
    if answer.status == "impossible":
        return f"Proved: none of it can be planned ({answer.seconds:.2f} s)."
    return "Time ran out before anything was found; give it more with --seconds."


def _draw(problem: Problem, answer: Answer, path: Path, *, quiet: bool) -> None:
    if not answer.planned:
        return
    zone = next(loop.zone for loop in problem.loops if loop.id == answer.planned[0].id)
    days = days_of(problem, answer)
    # One picture has one clock, also where the loops have several: it says whose.
    title = f"{zone_name(zone.key)}: {', '.join(loop.id for loop in answer.planned)}"
    try:
        path.write_bytes(draw_days(days, title=title, zone=zone))
    except OSError as wrong:
        raise NotAProblem((f"{path}: {wrong.strerror or wrong}; name a file that can be written",)) from None
    if not quiet:
        print(f"{path} ({zone_name(zone.key)}): {describe_days(days, zone=zone)}")  # noqa: T201 -- a command's output


if __name__ == "__main__":
    sys.exit(main())
