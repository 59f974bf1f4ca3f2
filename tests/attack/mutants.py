"""Changes one thing at a time in the rules that keep secrets, and says which changes no test notices.

    python -m tests.attack.mutants                    all of them
    python -m tests.attack.mutants release sight      these
    python -m tests.attack.mutants sight --only 17    one

Each mutant gets a process of its own, forked from one in which all is imported and collected, and has the functions do
otherwise. Exits with 3 when a mutant survives that `EQUAL` does not explain. [security.md](../../docs/security.md) says what was found.
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

import pytest

from tests.attack.changes import Mutant, mutants

ROOT = Path(__file__).parents[2]
SPARE = 20
"""Seconds of the processor beyond three times what the tests need; a mutant that uses them up is noticed, too."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is changed, the tests that notice nearly all, and those that are asked when they do not. Of a file that holds more
    than what is meant, the functions in question."""

    path: str
    first: tuple[str, ...]
    rest: tuple[str, ...] = ()
    only_in: frozenset[str] | None = None

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")

    def is_rest(self, test: str) -> bool:
        return not test.startswith(self.first)


MISSING: Final = tuple(f"tests/attack/test_{name}.py" for name in ("rules", "recusal_rules", "delegate_rules"))
"""What was found missing; quick, and so asked first."""


def _rule(name: str, tests: Sequence[str], *rest: str) -> Subject:
    first = (*MISSING, *(f"tests/hiring/test_{test}.py" for test in tests))
    return Subject(f"hiring/rules/{name}.py", first, ("tests/hiring", *rest))


SUBJECTS: Final[dict[str, Subject]] = {
    "recusal": _rule("recusal", ("recusal", "suggestions", "recusal_flows"), "tests/secrecy/test_equal.py"),
    "grounds": _rule("grounds", ("suggestions", "recusal"), "tests/company/test_conflicts.py"),
    "suggestions": _rule("suggestions", ("suggestions", "acquaintances", "recusal", "recusal_flows")),
    "delegates": _rule("delegates", ("delegates",), "tests/handlers/test_permissions.py"),
    "release": _rule("release", ("release", "early", "frozen", "set_aside"), "tests/take_home"),
    "sight": _rule("sight", ("sight", "permission_rules"), "tests/handlers/test_permissions.py"),
    "permissions": _rule("permissions", ("permission_rules", "sight"), "tests/handlers/test_permissions.py"),
    "tokens": Subject("handlers/pages/tokens.py", ("tests/handlers/pages/test_tokens.py", "tests/attack/test_pages.py")),
    "sealing": Subject("store/sealing.py", ("tests/store/test_sealing.py",), ("tests/bot/test_command.py", "tests/bot/test_proving.py")),
    "signature": Subject(
        "bot/web.py", ("tests/attack/test_requests.py",), only_in=frozenset({"slack_route", "events", "_stamped", "_signed", "_read"})
    ),
}  # fmt: skip
EQUAL: Final[dict[str, str]] = {
    "new → True": "with nobody new the loop is copied, and the copy is equal to it",
    "[PersonId, Person] → [Person]": "a type, which nothing looks at when it runs",
    "[PersonId, Person] → [PersonId]": "a type, as above",
    "[Clue, str, str] → [str, str]": "a type, as above",
    "[Clue, str, str] → [Clue, str]": "a type, as above",
}
"""Mutants that change nothing anybody could see, by what they say of themselves, each with the reason."""

# ---- trying -------------------------------------------------------------------------------------------------------------


class Trial:
    """A run of pytest that collects once and then runs the tests again and again, each time in a process of its own in which
    one thing is different. Whatever noticed the last ones is asked first."""

    def __init__(self, subject: Subject, tried: Sequence[Mutant], *, quick: bool) -> None:
        self.subject, self.tried, self.quick = subject, tried, quick
        self.left: list[Mutant] = []
        self.sound = False
        self._seconds = 3600
        self._pipe = -1

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        rest = [item for item in session.items if self.subject.is_rest(item.nodeid)]
        first = [item for item in session.items if item not in rest]
        wait = [first] if self.quick else [first, rest]
        self.sound = self._noticed(None, [first]) is None
        for mutant in self.tried if self.sound else ():
            noticed = self._noticed(mutant, wait)
            if noticed is None:
                self.left.append(mutant)
                say(f"{self.subject.path}:{mutant.line} #{mutant.number} {mutant}  ({why(mutant)})")
            for items in wait:
                items.sort(key=lambda item: item.nodeid != noticed)
        return True

    def _noticed(self, mutant: Mutant | None, wait: Sequence[list[pytest.Item]]) -> str | None:
        """The test that noticed, or why it ended else; None when none did."""
        out, self._pipe = os.pipe()
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (self._seconds, self._seconds))
            if mutant is not None:
                become(importlib.import_module(self.subject.module), mutant.source)
            _run([item for items in wait for item in items])
            os._exit(0)
        os.close(self._pipe)
        with os.fdopen(out, encoding="utf-8") as told:
            noticed = told.read()
        _, status, used = os.wait4(child, 0)
        if mutant is None:
            self._seconds = int(used.ru_utime + used.ru_stime) * 3 + SPARE
        return noticed or (None if status == 0 else f"ended with {status}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os.write(self._pipe, report.nodeid.encode())
            os._exit(1)


def _run(items: Sequence[pytest.Item]) -> None:
    for item, following in zip_longest(items, items[1:]):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def say(text: str) -> None:
    """To who runs this, past what keeps pytest quiet."""
    os.write(1, f"{text}\n".encode())


def why(mutant: Mutant) -> str:
    return EQUAL.get(str(mutant), "SURVIVES")


def become(module: ModuleType, source: str) -> None:
    """Everybody who has taken a function from the module keeps it, and it does what the source says."""
    other: dict[str, Any] = {"__name__": module.__name__}
    exec(compile(source, str(module.__file__), "exec"), other)  # noqa: S102 - our own module, changed in one place
    for name, value in other.items():
        mine = module.__dict__.get(name)
        if isinstance(value, FunctionType) and isinstance(mine, FunctionType):
            mine.__code__, mine.__kwdefaults__ = value.__code__, value.__kwdefaults__
        elif isinstance(value, type) and isinstance(mine, type):
            _become(mine, value)
        elif isinstance(value, dict | frozenset | set | tuple | int) and not name.startswith("__"):
            module.__dict__[name] = value


def _become(mine: type, other: type) -> None:
    for name, value in vars(other).items():
        held = vars(mine).get(name)
        was, new = getattr(held, "__func__", held), getattr(value, "__func__", value)
        if isinstance(held, property) and isinstance(value, property):
            was, new = held.fget, value.fget
        if isinstance(was, FunctionType) and isinstance(new, FunctionType):
            was.__code__, was.__kwdefaults__ = new.__code__, new.__kwdefaults__


def tried(subject: Subject, made: Sequence[Mutant], *, quick: bool) -> Trial:
    trial = Trial(subject, made, quick=quick)
    plain = ["-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov"]
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        pytest.main([*plain, *subject.first, *(() if quick else subject.rest)], plugins=[trial])
    return trial


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("subjects", nargs="*", default=list(SUBJECTS))
    parser.add_argument("--only", type=int, action="append", help="this mutant; may be given again")
    parser.add_argument("--quick", action="store_true", help="ask the tests of the rules alone")
    asked = parser.parse_args()
    os.chdir(ROOT)
    unexplained = 0
    for name in asked.subjects:
        subject = SUBJECTS[name]
        every = mutants((ROOT / subject.path).read_text(), only_in=subject.only_in)
        made = [one for one in every if asked.only is None or one.number in asked.only]
        trial = tried(subject, made, quick=asked.quick)
        if not trial.sound:
            say(f"{name}: the tests fail without any change")
            return 2
        unexplained += sum(str(one) not in EQUAL for one in trial.left)
        say(f"{name}: {len(made)} mutants, {len(made) - len(trial.left)} noticed")
    return 3 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
