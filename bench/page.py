"""docs/performance.md: each section of the bench between marks of its own, so that one can be run again by itself."""

import platform
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from os import cpu_count, getloadavg
from pathlib import Path
from pkgutil import iter_modules
from statistics import median, quantiles

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BUSY = 1.1
HEAD = """# Performance

Measured, not promised: `make bench` runs everything and writes this page; `python -m bench NAME ...` runs one section
again (`python -m bench --list`). Peers solve the same problems, and what they find is put to the same checker and the
same cost function. Where a peer wins, or a figure we set ourselves is missed, the text says so. Seeds are public: seed
n of a shape is `bench.problems.draw_problem(n, shape)`, the same on every machine.
"""


@dataclass(frozen=True, slots=True)
class Section:
    """`run` measures and returns Markdown."""

    title: str
    run: Callable[[], str]


def sections() -> dict[str, Section]:
    """What every module of this folder offers as `SECTIONS`."""
    found: dict[str, Section] = {}
    for module in iter_modules([str(Path(__file__).parent)]):
        if not module.name.startswith("__"):
            found |= getattr(import_module(f"bench.{module.name}"), "SECTIONS", {})
    return dict(sorted(found.items()))


def write(name: str, section: Section, text: str) -> None:
    """Puts the section's text in its place, or at the end when it is new."""
    page = PAGE.read_text() if PAGE.exists() else HEAD
    opens, closes = f"<!-- bench {name} -->", f"<!-- end {name} -->"
    body = f"{opens}\n## {section.title}\n\n{text.strip()}\n\n{_measured(name)}\n{closes}\n"
    mark = re.compile(f"{re.escape(opens)}.*{re.escape(closes)}\n", re.DOTALL)
    page = mark.sub(lambda _: body, page) if mark.search(page) else f"{page.rstrip()}\n\n{body}"
    PAGE.write_text(page)


def _measured(name: str) -> str:
    load = getloadavg()[0]
    when = datetime.now(UTC)
    python = ".".join(map(str, sys.version_info[:3]))
    busy = load > BUSY * (cpu_count() or 1)
    word = (
        " Other work shared the cores, so these times are too long: measure again on a quiet machine." if busy else ""
    )
    return (
        f"*`python -m bench {name}`, {when:%Y-%m-%d}, {cpu_count()} cores ({platform.machine()}), {platform.system()}, "
        f"Python {python}; load average at the end {load:.1f}.{word}*"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(str(cell) for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def spread(seconds: Sequence[float], *, unit: str = "ms") -> str:
    """Median, and in brackets the ninth tenth and the worst."""
    scale = 1000 if unit == "ms" else 1
    ninth = quantiles(seconds, n=10)[-1] if len(seconds) > 1 else seconds[0]
    middle, late, worst = (scale * value for value in (median(seconds), min(ninth, max(seconds)), max(seconds)))
    return f"{middle:.1f} {unit} (p90 {late:.1f}, worst {worst:.1f})"
