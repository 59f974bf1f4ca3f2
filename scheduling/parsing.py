"""JSON text as one of the models of our files, or complaints: what is wrong, where, and how it would be right."""

import difflib
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from scheduling.problem_parts import EXAMPLES, PARTS, SPAN_EXAMPLE, WeightsPart
from scheduling.solve import NotAProblem

PartKind = TypeVar("PartKind", bound=BaseModel)
LONGEST_NUMBER = 1000


def parse(text: str | bytes, kind: type[PartKind]) -> PartKind:
    """JSON text as one of the models here; NotAProblem says what, where, and how it would be right."""
    try:
        raw = text if isinstance(text, str) else text.decode("utf-8-sig")
        json.loads(raw, object_pairs_hook=_once, parse_int=_short)
    except UnicodeDecodeError as wrong:
        raise NotAProblem((f"the file is not UTF-8 text (byte {wrong.start})",)) from None
    except json.JSONDecodeError as wrong:
        where = f"line {wrong.lineno}, column {wrong.colno}"
        raise NotAProblem((f"the file is not JSON: {wrong.msg} at {where}",)) from None
    except RecursionError:
        raise NotAProblem(("the file is nested deeper than a problem ever is",)) from None
    try:
        return kind.model_validate_json(raw)
    except ValidationError as wrong:
        raise NotAProblem(tuple(_complaint(error, kind) for error in wrong.errors())) from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object's keys, each said once: JSON itself would let the last one win in silence."""
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise NotAProblem((f'the key "{key}" stands twice in one object; say it once',))
        seen[key] = value
    return seen


def _short(digits: str) -> int:
    """Python refuses to read a whole number of some thousand digits."""
    if len(digits) > LONGEST_NUMBER:
        raise NotAProblem((f"the file has a number of {len(digits)} digits; a problem needs no such",))
    return int(digits)


def _complaint(error: Any, kind: type[BaseModel]) -> str:
    where = _path(error["loc"])
    name = next((str(part) for part in reversed(error["loc"]) if isinstance(part, str) and part != "[key]"), "")
    if error["type"] == "extra_forbidden":
        known = _keys_at(kind, error["loc"][:-1])
        close = difflib.get_close_matches(name, known, n=1)
        advice = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(known)}"
        return f"{where}: unknown key; {advice}"
    if error["type"] == "missing":
        return f"{where}: missing; write it like {_example(error['loc'], name)}"
    said = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    given = json.dumps(error["input"], default=str, ensure_ascii=False)
    longest = 60
    given = given if len(given) <= longest else given[: longest - 1] + "…"
    return f"{where}: {said}, got {given}; write it like {_example(error['loc'], name)}"


def _path(parts: Sequence[str | int]) -> str:
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "[key]":
            path += f".{part}" if path else part
    return path or "the file"


def _example(parts: Sequence[str | int], name: str) -> str:
    spans = ("free", "available")
    if name in spans and parts[-1] != name:
        depth = len(parts) - 1 - max(number for number, part in enumerate(parts) if part == name)
        return SPAN_EXAMPLE if depth == 1 else '"2026-11-30T08:00Z"'
    if name in EXAMPLES:
        return EXAMPLES[name]
    if name in NUMBERS:
        return "60"
    around = next((str(part) for part in reversed(parts[:-1]) if str(part) in MAPPINGS), None)
    if around is not None:
        return EXAMPLES[around]
    return '"ana"' if name == "id" else "in the documentation (--schema prints the form)"


MAPPINGS = frozenset({"week_load", "day_load", "level", "barred", "discouraged", "before", "mix", "qualifications"})
NUMBERS = frozenset({"grain", "gap", "week_cap", "day_cap", "max_days", "after", "at_least", *WeightsPart.model_fields})


def _keys_at(kind: type[BaseModel], parts: Sequence[str | int]) -> list[str]:
    """The keys that the model at this place knows."""
    model: type[BaseModel] = kind
    for part in parts:
        if isinstance(part, str):
            inner = PARTS.get(part)
            model = inner if inner is not None else model
    return [field.alias or name for name, field in model.model_fields.items()]
