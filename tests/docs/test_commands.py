"""The commands that the pages name exist, and do what is said of them."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.command import parser
from hiring.model import Person, Role
from hiring.rules.permissions import COMMANDS, may_command
from tests.docs.pages import PAGES, ROOT, commands, name, spans, text

USING = ROOT / "docs" / "using.md"
EVERYBODY = "For everybody"
ROLES = {"For recruiters": Role.RECRUITER, "For interviewers": None, "For hiring managers": Role.HIRING_MANAGER}

pages = pytest.mark.parametrize("page", PAGES, ids=name)


def _said(page: Path) -> list[str]:
    """Every command of a page, in blocks and in the prose."""
    return [*commands(page), *spans(page)]


def _is_taken(words: list[str]) -> bool:
    try:
        parser().parse_args(words)
    except SystemExit as ended:
        return ended.code == 0
    return True


@pages
def test_every_evenhand_command_is_taken(page: Path) -> None:
    ours = [line for line in _said(page) if re.match(r"(?:\.venv/bin/)?evenhand\b(?!\.)", line)]
    refused = [line for line in ours if not _is_taken(shlex.split(line)[1:]) and not _is_group(line)]
    assert refused == []


def _is_group(line: str) -> bool:
    """`evenhand audit` names a family of commands."""
    words = shlex.split(line)
    return len(words) <= 2 and _is_taken([*words[1:], "--help"])


@pages
def test_every_make_target_is_one(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    wanted = {line.split()[1] for line in _said(page) if re.match(r"make [a-z]+\b", line)}
    assert wanted - targets == set()


@pages
def test_what_make_hands_on_is_taken(page: Path) -> None:
    handed = [found for line in _said(page) for found in re.findall(r"make demo ARGS=(\"[^\"]+\"|[^\s\"]+)", line)]
    assert [words for words in handed if not _is_taken(["demo", *shlex.split(words.strip('"'))])] == []


@pages
def test_every_word_of_the_slash_command_is_one(page: Path) -> None:
    words = {found for line in _said(page) for found in re.findall(r"^/interview ?(\w*)", line)}
    assert words - set(COMMANDS) == set()


@pages
def test_every_module_that_is_run_is_there(page: Path) -> None:
    modules = {found for line in _said(page) for found in re.findall(r"python -m ([\w.]+)", line)} - {"venv", "pip"}
    missing = {
        one for one in modules if not any(ROOT.glob(one.replace(".", "/") + end) for end in (".py", "/__main__.py"))
    }
    assert missing == set()


@pytest.mark.parametrize(("section", "role"), ROLES.items(), ids=str)
def test_each_role_is_told_what_it_may_type(section: str, role: Role | None) -> None:
    told = _table(EVERYBODY) | _table(section)
    person = Person(
        id="p", name="P", email="p@corvid.example", zone="UTC", roles=(role,) if role else (Role.INTERVIEWER,)
    )
    assert told == {word for word in COMMANDS if may_command(person, word) is None}


def _table(section: str) -> set[str]:
    page = text(USING).split(f"## {section}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `/interview ?(\w*)` \|", page, re.MULTILINE))


def test_what_the_procfile_and_the_unit_start_is_taken() -> None:
    procfile = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    unit = re.findall(r"^ExecStart=\S+/(evenhand .+)$", text(ROOT / "docs" / "install.md"), re.MULTILINE)
    assert set(procfile) == {"web", "worker", "clock"}
    lines = [*procfile.values(), *(line.replace("%i", part) for line in unit for part in procfile)]
    assert [line for line in lines if not _is_taken(shlex.split(line)[1:])] == []
    assert unit == ["evenhand serve", "evenhand serve --only %i"]


def test_the_backup_is_a_copy_that_opens(tmp_path: Path) -> None:
    (line,) = [line for line in commands(ROOT / "docs" / "install.md") if ".backup(" in line]
    script = shlex.split(line)[2]
    with closing(sqlite3.connect(tmp_path / "there.db")) as there:
        there.execute("PRAGMA journal_mode = WAL")
        there.execute("CREATE TABLE kept (word TEXT)")
        there.execute("INSERT INTO kept VALUES ('all of it')")
        there.commit()
        command = [sys.executable, "-c", script, str(tmp_path / "there.db"), str(tmp_path / "copy.db")]
        subprocess.run(command, check=True, timeout=60)  # noqa: S603 - the line of the page, with files of ours
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT word FROM kept").fetchall() == [("all of it",)]
