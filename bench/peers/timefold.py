"""Timefold's Java engine out of the PyPI wheel: our rules and cost in `Panels.java`, compiled and run beside us.

The score is calculated anew for each move (`EasyScoreCalculator`), moves are Timefold's defaults; somebody who knows
it well would make it faster with incremental scores and moves of their own.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date, time
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from bench.peers.told import Told, judged
from scheduling import Loop, Person, Problem
from scheduling.board import Board, Case, Plan, level_of
from scheduling.grid import local_minute, ones, week_of

GRACE = 60


def missing() -> str:
    """Why this peer can't run here; empty when it can."""
    if find_spec("timefold") is None:
        return "the package timefold is not installed"
    return "" if shutil.which("javac") and shutil.which("java") else "there is no Java compiler"


def solve(problem: Problem, *, seconds: float) -> Told:
    with tempfile.TemporaryDirectory() as folder:
        classes = _compiled(Path(folder))
        asked = Path(folder) / "problem.txt"
        asked.write_text("\n".join(_lines(problem)))
        began = perf_counter()
        command = ["java", "-Xmx1g", "-cp", classes, "Panels", str(asked), str(seconds)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + GRACE, check=False)  # noqa: S603 -- our own words
        spent = perf_counter() - began
    lines = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("= ")]  # the rest is its log
    if done.returncode or not lines:
        return Told(spent, None, note=(done.stderr.splitlines() or ["no answer"])[-1][:80])
    if int(lines[0][0]) < 0:
        return Told(spent, None, note=f"{-int(lines[0][0])} rules broken when time ran out")
    return judged(problem, dict(_plans(problem, lines[1:])), seconds=spent)


def _compiled(folder: Path) -> str:
    spec = find_spec("timefold")
    assert spec is not None  # noqa: S101 -- `missing` was asked before
    assert spec.submodule_search_locations is not None  # noqa: S101 -- a package has one
    jars = ":".join(str(jar) for jar in Path(next(iter(spec.submodule_search_locations))).glob("solver/jars/*.jar"))
    source = Path(__file__).with_name("Panels.java")
    command = ["javac", "-nowarn", "-proc:none", "-cp", jars, "-d", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- our own words
    return f"{jars}:{folder}"


def _row(*numbers: int) -> str:
    return " ".join(map(str, numbers))


def _lines(problem: Problem) -> Iterator[str]:
    board, weights = Board(problem), problem.weights
    yield _row(len(problem.people), len(problem.loops))
    yield _row(weights.load, weights.point, weights.wait_day, weights.idle_minute, weights.extra_date)
    yield _row(weights.discouraged, weights.empty_optional)
    for number, person in enumerate(problem.people):
        yield from _person(board, number, person)
    for loop in problem.loops:
        yield from _loop(board, loop)


def _person(board: Board, number: int, person: Person) -> Iterator[str]:
    days = [day for day, _ in board.grid.days(person.zone)]
    weeks = sorted({week_of(day) for day in days})
    spans = board.free_time.spans(number)
    yield _row(person.gap, _or_none(person.week_cap), _or_none(person.day_cap), len(days), len(weeks), len(spans))
    yield _row(*(local_minute(day, time(), person.zone) for day in days))
    yield _row(*(weeks.index(week_of(day)) for day in days))
    yield _row(*(person.day_load.get(day, 0) for day in days))
    yield _row(*(person.week_load.get(week, 0) for week in weeks))
    yield _row(*(level_of(person, week) for week in weeks))
    yield _row(*(minute for span in spans for minute in span))


def _or_none(cap: int | None) -> int:
    return -1 if cap is None else cap


def _loop(board: Board, loop: Loop) -> Iterator[str]:
    case = Case(board, loop)
    days: list[date] = [day for day, _ in board.grid.days(loop.zone)]
    first = loop.wait_from or min(span.start for span in loop.available).astimezone(loop.zone).date()
    rest, lunch = loop.rest, loop.lunch
    pairs = [(s, later) for s, after in enumerate(case.after) for later in ones(after)]
    yield _row(loop.max_days, rest.after if rest else 0, rest.minutes if rest else 0, lunch.minutes if lunch else 0)
    yield _row(len(days), len(pairs), len(loop.mix), len(loop.sessions))
    yield _row(*(local_minute(day, time(), loop.zone) for day in days))
    yield _row(*((day - first).days for day in days))
    yield _row(*(local_minute(day, lunch.start, loop.zone) if lunch else 0 for day in days))
    yield _row(*(local_minute(day, lunch.end, loop.zone) if lunch else 0 for day in days))
    yield _row(*(s for pair in pairs for s in pair))
    for mix in loop.mix:
        among = sorted(board.index[name] for name in mix.among)
        yield _row(mix.at_least, len(among), *among)
    for s, session in enumerate(loop.sessions):
        starts = [board.grid.minute(position) for position in ones(case.starts[s])]
        yield _row(session.minutes, len(starts), *starts, len(session.seats))
        for r in case.rows_of[s]:
            able = sorted({option.person for option in case.options[r]})
            likings = [loop.discouraged.get(board.people[who].id, 0) if who >= 0 else 0 for who in able]
            yield _row(len(able), *able, *likings)


def _plans(problem: Problem, lines: list[list[str]]) -> Iterator[tuple[str, Plan]]:
    board, at = Board(problem), iter(lines)
    for loop in problem.loops:
        case = Case(board, loop)
        starts: dict[int, int] = {}
        columns: dict[int, int] = {}
        for s in range(len(loop.sessions)):
            start, *who = map(int, next(at))
            starts[s] = start
            columns.update(zip(case.rows_of[s], who, strict=True))
        yield loop.id, case.visits(starts, columns)
