"""A source with one thing changed at a time: a comparison turned round, a condition left out, a word taken from a set."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

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
