"""YAML with places: every fault that pydantic finds is told with the line and column it stands in.

Only true/false, whole and broken numbers and null are more than text here, so that `11:30` and `no` stay what was typed.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml.reader import ReaderError

from bot.company.faults import Fault, FaultsError
from bot.company.text import decode

Model = TypeVar("Model", bound=BaseModel)
Loc = tuple[int | str, ...]
# Far more than any plan needs, far less than what a document of nested aliases grows to.
MOST_NODES = 100_000
SHOWN_CHARACTERS = 40
# Faults whose rule our own description of the value tells better.
# What the library raises for values like numbers of 5,000 digits and words said to be dates.
_UNREADABLE = (yaml.YAMLError, ValueError, TypeError, AttributeError, LookupError)
_SAID_BY_EXPECTED = {"string_pattern_mismatch", "string_too_short", "string_too_long", "literal_error"}


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain values instead of 1.1's surprises (`no` as false, `11:30` as 690)."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]+", "-+0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


class Marked:
    """A YAML document with the places of its parts."""

    def __init__(self, file: str, root: yaml.Node | None, value: Any) -> None:
        self.file = file
        self._root = root
        self.value = value

    def fault(self, loc: Loc, what: str, expected: str, *, at_key: bool = False) -> Fault:
        """A fault at the deepest part of `loc` that the document has: at its value, or at its key."""
        line, column = self._place(loc, at_key=at_key)
        return Fault(file=self.file, line=line, column=column, what=what, expected=expected)

    def _place(self, loc: Loc, *, at_key: bool) -> tuple[int, int]:
        node, mark = self._root, self._root.start_mark if self._root else None
        for step in loc:
            # pydantic also names the member of a union and `[key]`; the document has no such part.
            if isinstance(node, yaml.MappingNode):
                found = next(((key, value) for key, value in node.value if str(key.value) == str(step)), None)
                if found is not None:
                    key, node = found
                    mark = key.start_mark if at_key or isinstance(node, yaml.CollectionNode) else node.start_mark
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def read_yaml(data: bytes, *, file: str) -> Marked:
    """Raises `FaultsError` for what is not YAML, or says one key twice."""
    text = decode(data, file=file)
    try:
        loader = _Loader(text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = f"there is a character that YAML does not allow (U+{error.character:04X})"
        raise FaultsError(
            [Fault(file, line, error.position - text.rfind("\n", 0, error.position), what, "text")]
        ) from error
    try:
        root = loader.get_single_node()
        if root is not None:
            _refuse(tuple(_keys_said_twice(root, file=file)))
        value = {} if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        what = f"this is not YAML ({error.problem or error.context})"
        raise FaultsError([Fault(file, *place, what, "keys and values like `title: Coding`")]) from error
    except FaultsError:
        raise
    except RecursionError:
        raise FaultsError([Fault(file, 0, 0, "the document is nested too deep", "a flatter one")]) from None
    except _UNREADABLE as error:
        raise FaultsError([Fault(file, 0, 0, "this is not YAML", "keys and values like `title: Coding`")]) from error
    finally:
        loader.dispose()
    return Marked(file, root, value)


def _refuse(faults: tuple[Fault, ...]) -> None:
    if faults:
        raise FaultsError(faults)


def _keys_said_twice(root: yaml.Node, *, file: str) -> Iterator[Fault]:
    waiting, visited = [root], 0
    while waiting:
        node = waiting.pop()
        visited += 1
        if visited > MOST_NODES:
            yield Fault(file, 0, 0, "the document is too large or repeats itself through aliases", "a smaller file")
            return
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            seen: dict[str, int] = {}
            for key, value in node.value:
                mark = key.start_mark
                if str(key.value) in seen:
                    what = f"`{key.value}` stands here and in line {seen[str(key.value)]}"
                    yield Fault(file, mark.line + 1, mark.column + 1, what, "each key once")
                seen[str(key.value)] = mark.line + 1
                waiting.append(value)


def validated(marked: Marked, model: type[Model]) -> Model:
    """The document as a `model`; raises `FaultsError` with every fault and its place."""
    try:
        return model.model_validate(marked.value)
    except ValidationError as error:
        schema = model.model_json_schema()
        raise FaultsError(_fault(marked, details, schema) for details in error.errors()) from error


def _fault(marked: Marked, details: ErrorDetails, schema: Mapping[str, Any]) -> Fault:
    loc, kind = details["loc"], details["type"]
    last = str(loc[-1]) if loc else marked.file
    if kind == "extra_forbidden":
        known = sorted(_schema_at(schema, loc[:-1]).get("properties", ()))
        near = difflib.get_close_matches(last, known, n=1)
        hint = f"`{near[0]}`, or one of {', '.join(known)}" if near else f"one of {', '.join(known)}"
        return marked.fault(loc, f"there is no `{last}` here", hint, at_key=True)
    if not loc:
        sections = ", ".join(_schema_at(schema, ()).get("properties", ()))
        return marked.fault(loc, f"the file is {_shown(details['input'])}", f"keys such as {sections}")
    described = _description(schema, loc)
    if kind == "missing":
        return marked.fault(loc, f"`{last}` is missing", described or f"a value for `{last}`")
    if kind == "refused":
        return marked.fault(loc, details["msg"], str(details["ctx"]["expected"]))
    if len(loc) > 1 and isinstance(loc[-1], int):
        last = f"{loc[-2]}[{last}]"
    what = f"`{last}` is {_shown(details['input'])}"
    if kind not in _SAID_BY_EXPECTED:
        described = f"{_limit(details['msg'])} ({described})" if described else _limit(details["msg"])
    return marked.fault(loc, what, described or _limit(details["msg"]))


def _limit(message: str) -> str:
    """What pydantic asked for, without its grammar."""
    message = re.sub(r"(valid )?dictionary( or instance of \w+)?", "group of keys", message)
    message = re.sub(r" after validation, not \d+$", "", message)
    return re.sub(r"^(Input|String|List|Dictionary) should (be|have) (an? )?(valid )?", "", message)


def _shown(value: object) -> str:
    match value:
        case dict():
            return "a group of keys"
        case list():
            return f"a list of {len(value)}"
        case None:
            return "empty"
    text = str(value)
    return repr(text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…")


def _schema_at(schema: Mapping[str, Any], loc: Loc) -> Mapping[str, Any]:
    """The part of a JSON schema that describes `loc`, as far as it goes."""
    here = schema
    for step in loc:
        here = _resolved(schema, here)
        if isinstance(step, int) and "items" in here:
            here = here["items"]
        elif "properties" in here and str(step) in here["properties"]:
            here = here["properties"][str(step)]
        elif isinstance(here.get("additionalProperties"), dict):
            here = here["additionalProperties"]
    return _resolved(schema, here)


def _resolved(schema: Mapping[str, Any], here: Mapping[str, Any]) -> Mapping[str, Any]:
    if "anyOf" in here:
        here = {**next(option for option in here["anyOf"] if option.get("type") != "null"), **_words(here)}
    if "$ref" in here:
        here = {**schema["$defs"][here["$ref"].rsplit("/", 1)[-1]], **_words(here)}
    return here


def _words(here: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": here["description"]} if "description" in here else {}


def _description(schema: Mapping[str, Any], loc: Loc) -> str:
    found = _schema_at(schema, loc)
    if "enum" in found:
        return "one of " + ", ".join(map(str, found["enum"]))
    described = str(found.get("description", ""))
    # The docstring of a whole section says nothing of what is wrong in it.
    return "" if "properties" in found else described
