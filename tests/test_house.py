"""The rules of the house that no linter knows: what pure modules may import and do, and what never stands in the tree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"hiring", "scheduling"}
READS_OUTSIDE_DATA = {"problem_file.py", "problem_parts.py", "parsing.py", "answer_file.py"}
"""The modules beside the engine that meet files, and so pydantic."""

IMPURE = re.compile(
    r"datetime\.now|date\.today|\btime\.(time|monotonic)\(|\brandom\b|os\.environ|\blogging\b|\bprint\(|uuid|secrets"
)


def pure() -> Iterator[Path]:
    yield from sorted((ROOT / "hiring" / "model").glob("*.py"))
    yield from sorted((ROOT / "hiring" / "rules").glob("*.py"))
    yield from (path for path in sorted((ROOT / "scheduling").glob("*.py")) if path.name not in READS_OUTSIDE_DATA)


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", list(pure()), ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_and_engine_import_the_standard_library_only(path: Path) -> None:
    assert imported(path) - set(sys.stdlib_module_names) - OURS == set()


@pytest.mark.parametrize("path", list(pure()), ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_and_engine_read_no_clock_draw_no_lots_and_log_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    code = "\n".join(ast.unparse(node) for node in tree.body if not _is_docstring(node))
    said = IMPURE.findall(re.sub(r"(\"\"\"|''')[\s\S]*?\1|'[^'\n]*'|\"[^\"\n]*\"", "", code))
    assert said == []


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def tracked() -> list[Path]:
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - git is wherever it is
    return [ROOT / line for line in told.splitlines() if (ROOT / line).is_file()]


def test_nothing_is_left_to_do_later() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|NotImplemented" + r"Error")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix == ".py" and marks.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_locks_hold_versions_and_hashes_and_no_addresses() -> None:
    for name in ("run", "test", "bench"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert re.findall(r"https?://|--index-url|--find-links", text) == []
        assert len(re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE | re.IGNORECASE)) > 20
        assert "--hash=sha256:" in text


def test_what_runs_is_a_part_of_what_tests_need() -> None:
    pins = {name: _pins(ROOT / "requirements" / f"{name}.txt") for name in ("run", "test", "bench")}
    assert pins["run"].items() <= pins["test"].items()
    assert pins["test"].items() <= pins["bench"].items()


def _pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", path.read_text(), re.MULTILINE))


def test_every_package_of_the_program_is_in_the_distribution() -> None:
    """A folder that is left out works in a checkout and is missing where Evenhand is installed."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    top = {package.split(".")[0] for package in told["setuptools"]["packages"]}
    there = {str(path.parent.relative_to(ROOT)).replace("/", ".") for path in tracked() if path.name == "__init__.py"}
    assert sorted(told["setuptools"]["packages"]) == sorted(p for p in there if p.split(".")[0] in top)
