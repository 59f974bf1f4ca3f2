"""Changes one thing at a time in the rules that keep secrets, and says which changes no test notices.

    python -m tests.attack.mutants                    all of them
    python -m tests.attack.mutants release sight      these
    python -m tests.attack.mutants sight --only 17    one

Each mutant gets a process of its own, forked from one in which all is imported and collected, and has the functions do
otherwise. Exits with 3 when a mutant survives that `EQUAL` does not explain. [security.md](../../docs/security.md) says what was found.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

import pytest

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
    "suggestions": _rule("suggestions", ("suggestions", "recusal", "recusal_flows")),
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
}
"""Mutants that change nothing anybody could see, by what they say of themselves, each with the reason."""

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_CALCULATED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Mod: ast.Add,
}  # fmt: skip
_NAMES: Final = {"any": "all", "all": "any", "max": "min", "min": "max"}


@dataclass(frozen=True, slots=True)
class Mutant:
    number: int
    line: int
    was: str
    becomes: str
    source: str

    def __str__(self) -> str:
        return f"{self.was} → {self.becomes}"


def mutants(source: str, *, only_in: frozenset[str] | None = None) -> list[Mutant]:
    tree = ast.parse(source)
    found: list[Mutant] = []
    for holder, name, index, other in _changes(tree, only_in):
        was = _get(holder, name, index)
        _set(holder, name, index, other)
        text = ast.unparse(ast.fix_missing_locations(tree))
        _set(holder, name, index, was)
        line = getattr(was, "lineno", getattr(holder, "lineno", 0))
        found.append(Mutant(len(found), line, _told(was), _told(other), text))
    return found


Change = tuple[Any, str, int | None, Any]
"""The node, the field of it, the place in that where it is a list, and what comes there."""


def _changes(tree: ast.Module, only_in: frozenset[str] | None) -> Iterator[Change]:
    for top in ast.walk(tree):
        if isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef) and (only_in is None or top.name in only_in):
            for node in _own(top):
                yield from _in(node)
        elif only_in is None and isinstance(top, ast.Assign | ast.AnnAssign) and top.value is not None:
            for node in ast.walk(top.value):
                yield from _shorter(node)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Every node of a function, those of functions inside it left to themselves; no annotations."""
    yield function
    for name, value in ast.iter_fields(function):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _own(child)


def _in(node: ast.AST) -> Iterator[Change]:
    yield from _shorter(node)
    yield from _signs(node)
    yield from _values(node)
    for name in ("body", "orelse"):
        statements = getattr(node, name, ())
        for i, statement in enumerate(statements if isinstance(statements, list) else ()):
            if _does_something(statement):
                yield node, name, i, ast.Pass()


def _signs(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare(ops=ops):
            yield from ((node, "ops", i, _COMPARED[type(op)]()) for i, op in enumerate(ops))
        case ast.BoolOp(op=ast.And()):
            yield node, "op", None, ast.Or()
        case ast.BoolOp(op=ast.Or()):
            yield node, "op", None, ast.And()
        case ast.UnaryOp(op=ast.Not()):
            yield node, "op", None, ast.UAdd()
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _CALCULATED:
            yield node, "op", None, _CALCULATED[type(op)]()


def _values(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield from ((node, "test", None, ast.Constant(value)) for value in (True, False))
            yield node, "test", None, ast.UnaryOp(ast.Not(), test)
        case ast.comprehension(ifs=ifs):
            yield from ((node, "ifs", i, ast.Constant(value=True)) for i in range(len(ifs)))
        case ast.Constant(value=bool() as value):
            yield node, "value", None, not value
        case ast.Constant(value=int() as value):
            yield node, "value", None, value + 1
        case ast.Name(id=id) if id in _NAMES:
            yield node, "id", None, _NAMES[id]
        case ast.Return(value=ast.AST() as value) if not isinstance(value, ast.Constant):
            yield node, "value", None, ast.Constant(value=None)


def _does_something(statement: ast.AST) -> bool:
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Assign | ast.AugAssign | ast.Raise)


def _shorter(node: ast.AST) -> Iterator[Change]:
    """A set, tuple, dict or list of words to join with one of them left out."""
    match node:
        case ast.Set(elts=kept) | ast.Tuple(elts=kept, ctx=ast.Load()) | ast.List(elts=kept) if len(kept) > 1:
            for i in range(len(kept)):
                yield node, "elts", None, [one for at, one in enumerate(kept) if at != i]
        case ast.BoolOp(values=kept):
            for i in range(len(kept)):
                yield node, "values", None, [one for at, one in enumerate(kept) if at != i] * 2


def _get(holder: Any, name: str, index: int | None) -> Any:
    held = getattr(holder, name)
    return held if index is None else held[index]


def _set(holder: Any, name: str, index: int | None, value: Any) -> None:
    if index is None:
        setattr(holder, name, value)
    else:
        getattr(holder, name)[index] = value


def _told(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_told(one) for one in value)}]"
    if isinstance(value, ast.expr | ast.stmt):
        return ast.unparse(copy.deepcopy(value))
    return type(value).__name__ if isinstance(value, ast.AST) else repr(value)


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
