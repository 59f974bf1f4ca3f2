"""Changes one thing at a time in the rules that keep secrets, and says which changes no test notices.

    python -m tests.attack.mutants                    all of them
    python -m tests.attack.mutants release sight      these
    python -m tests.attack.mutants sight --only 17    one, with what the tests say about it

Each mutant gets a process of its own, forked from one in which all is imported, and has the functions do otherwise. Exits
with 3 when a mutant survives that `EQUAL` does not explain. [security.md](../../docs/security.md) says what was found.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 240
"""Seconds; a mutant that makes the tests run longer is noticed too."""
SUBJECTS: Final[dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]] = {
    "recusal": ("hiring/rules/recusal.py", ("recusal",), ("tests/hiring", "tests/secrecy/test_equal.py")),
    "grounds": ("hiring/rules/grounds.py", ("suggestions", "recusal"), ("tests/company/test_conflicts.py", "tests/hiring")),
    "suggestions": ("hiring/rules/suggestions.py", ("suggestions", "recusal"), ("tests/hiring", "tests/secrecy/test_equal.py")),
    "delegates": ("hiring/rules/delegates.py", ("delegates",), ("tests/hiring", "tests/handlers/test_permissions.py")),
    "release": ("hiring/rules/release.py", ("release", "early", "frozen", "set_aside", "tests/take_home"), ("tests/hiring",)),
    "sight": ("hiring/rules/sight.py", ("sight", "permission_rules"), ("tests/hiring", "tests/handlers/test_permissions.py")),
    "permissions": ("hiring/rules/permissions.py", ("permission_rules", "sight"), ("tests/hiring", "tests/handlers/test_permissions.py")),
    "tokens": ("handlers/pages/tokens.py", ("tests/handlers/pages/test_tokens.py",), ("tests/attack", "tests/handlers/pages/test_app.py")),
    "sealing": ("store/sealing.py", ("tests/store/test_sealing.py",), ("tests/bot/test_command.py", "tests/bot/test_proving.py", "tests/erasure")),
    "signature": ("bot/web.py", ("tests/attack/test_requests.py",), ()),
}  # fmt: skip
"""By name: what is changed, the tests that notice nearly all, and those that are asked when they do not."""
ONLY_IN: Final = {"signature": frozenset({"slack_route", "events", "_stamped", "_signed", "_read"})}
"""Of a file that holds more, the functions in question."""
EQUAL: Final[dict[str, str]] = {}
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


def survives(path: str, mutant: Mutant, tests: Sequence[str], *, loud: bool = False) -> bool:
    child = os.fork()
    if child == 0:
        become(importlib.import_module(path.removesuffix(".py").replace("/", ".")), mutant.source)
        os._exit(_tested(tests, loud=loud))
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(PATIENCE)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    return status == 0


def goes_unnoticed(path: str, mutant: Mutant, quick: Sequence[str], rest: Sequence[str], *, loud: bool = False) -> bool:
    return survives(path, mutant, quick, loud=loud) and (not rest or survives(path, mutant, rest, loud=loud))


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


def _tested(tests: Sequence[str], *, loud: bool) -> int:
    plain = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov"]
    with ExitStack() as quiet:
        if not loud:
            nowhere = quiet.enter_context(Path(os.devnull).open("w"))
            quiet.enter_context(redirect_stdout(nowhere))
            quiet.enter_context(redirect_stderr(nowhere))
        return int(pytest.main([*plain, *dict.fromkeys(tests)]))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("subjects", nargs="*", default=list(SUBJECTS))
    parser.add_argument("--only", type=int, help="this mutant, with what the tests say")
    parser.add_argument("--quick", action="store_true", help="ask the tests of the rules alone")
    asked = parser.parse_args()
    os.chdir(ROOT)
    unexplained = 0
    for subject in asked.subjects:
        path, names, rest = SUBJECTS[subject]
        quick = [
            name if "/" in name else f"tests/hiring/test_{name}.py" for name in (*names, "tests/attack/test_rules.py")
        ]
        _tested([*quick, "--collect-only"], loud=False)
        made = mutants((ROOT / path).read_text(), only_in=ONLY_IN.get(subject))
        if not survives(path, Mutant(-1, 0, "", "", (ROOT / path).read_text()), quick):
            print(f"{subject}: the tests fail without any change")  # noqa: T201 - a program
            return 2
        tried = made if asked.only is None else [made[asked.only]]
        rest = () if asked.quick else rest
        left = 0
        for mutant in tried:
            if goes_unnoticed(path, mutant, quick, rest, loud=asked.only is not None):
                why = EQUAL.get(str(mutant))
                left, unexplained = left + 1, unexplained + (why is None)
                print(f"{path}:{mutant.line} #{mutant.number} {mutant}  ({why or 'SURVIVES'})", flush=True)  # noqa: T201 - a program
        print(f"{subject}: {len(tried)} mutants, {len(tried) - left} noticed", flush=True)  # noqa: T201 - as above
    return 3 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
