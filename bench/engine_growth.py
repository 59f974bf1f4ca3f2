"""E5 and E6: how it grows, and how soon it is there."""

import statistics
import subprocess
import sys
import time
import tracemalloc
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from bench.page import PAGE, Section, spread, table
from bench.problems import Shape, draw_problem
from scheduling import solve
from scheduling.board import Board
from scheduling.deadline import Deadline
from scheduling.many import Many

PICTURE = "bench-growth.png"
RUNS = range(5)
FIRST = """
import time; began = time.perf_counter()
import scheduling
from datetime import UTC, datetime
day = datetime(2026, 11, 30, 9, tzinfo=UTC), datetime(2026, 11, 30, 17, tzinfo=UTC)
seat = scheduling.Seat("lead", frozenset({"talk"}))
loop = scheduling.Loop.of("jo", zone="UTC", available=[day], sessions=[scheduling.Session("chat", 60, (seat,))])
ana = scheduling.Person.of("ana", zone="UTC", qualifications=["talk"], free=[day])
scheduling.solve(scheduling.Problem((ana,), (loop,)), seconds=5, monotonic=time.monotonic)
print(time.perf_counter() - began)
"""


def _growth(shape: Shape) -> tuple[float, float]:
    """Seconds (median) to the proof, or to the first plan when there are several loops; and megabytes at the peak."""
    took = []
    for seed in RUNS:
        problem = draw_problem(seed, shape)
        began = time.perf_counter()
        if shape.loops == 1:
            solve(problem, seconds=60, monotonic=time.monotonic)
        else:
            Many(Board(problem), deadline=Deadline(time.monotonic, time.monotonic() + 60), told=None).begin()
        took.append(time.perf_counter() - began)
    problem = draw_problem(0, shape)
    tracemalloc.start()
    if shape.loops == 1:
        solve(problem, seconds=60, monotonic=time.monotonic)
    else:
        Many(Board(problem), deadline=Deadline(time.monotonic, time.monotonic() + 60), told=None).begin()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return statistics.median(took), peak


def e5() -> str:
    ways = {
        "loops (60 people, 10 days), first plan": [
            (n, Shape(loops=n, people=60, busy=0.4)) for n in (1, 2, 5, 10, 20, 50)
        ],
        "people (one loop, 10 days), proof": [(n, Shape(people=n)) for n in (10, 50, 200, 500, 2000)],
        "days (one loop, pool 50), proof": [(n, Shape(pool=50, days=n)) for n in (5, 10, 20, 40)],
    }
    measured = {way: [(size, *_growth(shape)) for size, shape in sizes] for way, sizes in ways.items()}
    rows = [
        (way, size, f"{1000 * seconds:.0f} ms", f"{megabytes:.1f} MB")
        for way, points in measured.items()
        for size, seconds, megabytes in points
    ]
    drawn = _draw(measured)
    return (
        "Median of five seeds; memory is the peak of what Python allocated, of one seed.\n\n"
        f"{table(('what grows', 'size', 'time', 'memory'), rows)}\n\n{drawn}\n\n"
        "Where it bends: with people, the time goes into turning free time into masks, one pass over everyone's spans, so "
        "it is linear and the search itself hardly notices. With days, likewise: only the first few dates are ever looked "
        "at closely, since each day of waiting costs as much as an hour of idle time. With loops, each new one is searched "
        "beside the work of all before it; late ones find the first days taken and look at more dates."
    )


def _draw(measured: dict[str, list[tuple[int, float, float]]]) -> str:
    if find_spec("matplotlib") is None:
        return "(No plot: matplotlib is not installed.)"
    import_module("matplotlib").use("Agg")
    plt = import_module("matplotlib.pyplot")
    figure, axes = plt.subplots(1, len(measured), figsize=(13, 3.6))
    for axis, (way, points) in zip(axes, measured.items(), strict=True):
        sizes = [size for size, _, _ in points]
        axis.loglog(sizes, [seconds for _, seconds, _ in points], "o-", label="seconds")
        axis.loglog(sizes, [megabytes / 1000 for _, _, megabytes in points], "s--", label="gigabytes")
        axis.set_xlabel(way)
        axis.grid(visible=True, which="both", alpha=0.3)
        axis.legend()
    figure.tight_layout()
    folder = PAGE.parent / "pictures"
    folder.mkdir(exist_ok=True)
    figure.savefig(folder / PICTURE, dpi=90)
    return f"![Time and memory against loops, people and days](pictures/{PICTURE})"


def e6() -> str:
    root = Path(__file__).parents[1]
    took = []
    for _ in range(11):
        done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True, cwd=root)  # noqa: S603 -- our own words
        took.append(float(done.stdout))
    code = (
        "import sys; before = set(sys.modules); import scheduling; "
        "names = {name.split('.')[0] for name in set(sys.modules) - before if not name.startswith('_sysconfigdata')}; "
        "print(sorted(names - set(sys.stdlib_module_names) - {'scheduling'}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root).stdout  # noqa: S603 -- as above
    return (
        "A fresh interpreter, from the first `import` to the first answer, eleven times. To reach: at most 0.2 s, nothing "
        f"beyond the standard library.\n\n{spread(took)}. What `import scheduling` loads beyond the standard library: "
        f"`{found.strip()}`."
    )


SECTIONS = {"E5": Section("E5: growth", e5), "E6": Section("E6: start", e6)}
