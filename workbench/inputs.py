"""What stands in an input: plain values in, Slack's typed state out, and the checks that Slack's own client makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.shapes import elements_of
from workbench.workspace import Json

Values = dict[str, dict[str, Any]]

TEXT_LIKE = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
}
PICKED = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "rich_text_input": "rich_text_value",
}
ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons"})
MANY_OPTIONS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
STATEFUL = frozenset(TEXT_LIKE) | frozenset(PICKED) | ONE_OPTION | MANY_OPTIONS
LISTS = frozenset(name for name in STATEFUL if name.startswith("multi_")) | {"checkboxes"}
INITIAL = {
    **dict.fromkeys(TEXT_LIKE, "initial_value"),
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
    "users_select": "initial_user",
    "multi_users_select": "initial_users",
    "conversations_select": "initial_conversation",
    "multi_conversations_select": "initial_conversations",
    "channels_select": "initial_channel",
    "multi_channels_select": "initial_channels",
    "rich_text_input": "initial_value",
}


class Unfit(Exception):  # the value does not fit the input; a sentence for whoever gave it
    pass


@dataclass(frozen=True, slots=True)
class Field:
    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        return str(self.element["action_id"])

    @property
    def kind(self) -> str:
        return str(self.element["type"])


def fields(blocks: list[Json]) -> Iterator[Field]:
    """Every element that keeps a value, in order."""
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in STATEFUL:
                yield Field(block, element)


def initial(element: Json) -> Any:
    kind = element["type"]
    if kind in ONE_OPTION:
        return (element.get("initial_option") or {}).get("value")
    if kind in MANY_OPTIONS:
        return [option["value"] for option in element.get("initial_options", [])]
    start = element.get(INITIAL[kind])
    return list(start or []) if kind in LISTS else start


def start_values(blocks: list[Json], *, kept: Values | None = None) -> Values:
    """The values of a fresh surface. Where block_id and action_id (and the kind) stayed, what was there stays, too."""
    values: Values = {}
    for field in fields(blocks):
        old = (kept or {}).get(field.block_id, {})
        keep = field.action_id in old and still_fits(field, old[field.action_id])
        value = old[field.action_id] if keep else initial(field.element)
        values.setdefault(field.block_id, {})[field.action_id] = value
    return values


def still_fits(field: Field, value: Any) -> bool:
    """Whether a kept value can stand in an input that was made anew."""
    if (field.kind in LISTS) != isinstance(value, list):
        return value is None and field.kind not in LISTS
    if field.kind not in ONE_OPTION | MANY_OPTIONS or field.kind.endswith("external_select") or not value:
        return True
    chosen = value if isinstance(value, list) else [value]
    return all(one in options_of(field.element) for one in chosen)


def options_of(element: Json) -> dict[str, Json]:
    """The options that can be chosen, by value; initial ones are known even when the rest is loaded from outside."""
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    known = [*element.get("initial_options", []), *([element["initial_option"]] if "initial_option" in element else [])]
    found = {option["value"]: option for option in known}
    return found | {option["value"]: option for group in groups for option in group["options"]}


def take(field: Field, value: Any, *, loaded: Mapping[str, Json]) -> Any:
    """A plain value as this input would hold it. Raises Unfit with a sentence."""
    kind = field.kind
    if value in (None, "", []):
        return [] if kind in LISTS else None
    if kind in LISTS:
        if not isinstance(value, list):
            raise Unfit(f"{field.block_id}/{field.action_id} takes a list.")
        if len(value) > field.element.get("max_selected_items", len(value)):
            raise Unfit(f"{field.block_id}/{field.action_id} takes no more than {field.element['max_selected_items']}.")
        known = {**options_of(field.element), **loaded} if kind in MANY_OPTIONS else None
        _known(field, value, known)
        return list(value)
    if kind in ONE_OPTION:
        _known(field, [value], {**options_of(field.element), **loaded})
        return value
    if kind == "datetimepicker":
        if not str(value).isdecimal():
            raise Unfit(f"{field.block_id}/{field.action_id} takes seconds since 1970.")
        return int(value)
    if kind == "rich_text_input":
        return value if isinstance(value, dict) else rich_text(str(value))
    _well_formed(field, str(value))
    return str(value)


def _known(field: Field, chosen: list[Any], known: Mapping[str, Json] | None) -> None:
    strange = [one for one in chosen if known is not None and one not in known]
    if strange:
        raise Unfit(f"{field.block_id}/{field.action_id} has no option {strange[0]!r}.")


FORMS = {"datepicker": re.compile(r"\d{4}-\d{2}-\d{2}"), "timepicker": re.compile(r"\d{2}:\d{2}")}


def _well_formed(field: Field, value: str) -> None:
    form = FORMS.get(field.kind)
    if form is not None and form.fullmatch(value) is None:
        raise Unfit(f"{field.block_id}/{field.action_id} takes {form.pattern!r}, not {value!r}.")


def rich_text(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def typed(field: Field, value: Any, *, loaded: Mapping[str, Json]) -> Json:
    """One entry of `state.values`."""
    known = {**options_of(field.element), **loaded} if field.kind in ONE_OPTION | MANY_OPTIONS else {}
    if field.kind in ONE_OPTION:
        return {"type": field.kind, "selected_option": None if value is None else known.get(value, _unlisted(value))}
    if field.kind in MANY_OPTIONS:
        return {"type": field.kind, "selected_options": [known.get(one, _unlisted(one)) for one in value or []]}
    return {"type": field.kind, (TEXT_LIKE | PICKED)[field.kind]: value}


def _unlisted(value: str) -> Json:
    """An option that was loaded from outside once, and whose text nobody remembers."""
    return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}


def merged(
    blocks: list[Json], values: Values, given: Values, *, loaded: Mapping[tuple[str, str], Mapping[str, Json]]
) -> Values:
    """The values of a surface after somebody typed. Raises Unfit for inputs that are not there."""
    there = {(field.block_id, field.action_id): field for field in fields(blocks)}
    after = {block_id: dict(actions) for block_id, actions in values.items()}
    for block_id, actions in given.items():
        for action_id, value in actions.items():
            field = there.get((block_id, action_id))
            if field is None:
                raise Unfit(f"There is no input {block_id}/{action_id} here.")
            fit = take(field, value, loaded=loaded.get((block_id, action_id), {}))
            after.setdefault(block_id, {})[action_id] = fit
    return after


EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+")
LINE = 3000


def client_errors(blocks: list[Json], values: Values) -> dict[str, str]:
    """What Slack's own client says before it submits anything: block_id to sentence."""
    errors: dict[str, str] = {}
    for field in fields(blocks):
        if field.block["type"] != "input":
            continue
        value = values.get(field.block_id, {}).get(field.action_id)
        problem = _problem(field, value)
        if problem is not None:
            errors[field.block_id] = problem
    return errors


def _problem(field: Field, value: Any) -> str | None:
    if value in (None, "", []) or (isinstance(value, str) and not value.strip()):
        return None if field.block.get("optional") else "Please complete this required field."
    element = field.element
    match field.kind:
        case "plain_text_input":
            return _length_problem(str(value), element.get("min_length", 0), element.get("max_length", LINE))
        case "number_input":
            return _number_problem(str(value), element)
        case "email_text_input" if EMAIL.fullmatch(str(value)) is None:
            return "Please enter a valid email address."
        case "url_text_input" if URL.fullmatch(str(value)) is None:
            return "Please enter a valid URL."
        case _:
            return None


def _length_problem(value: str, least: int, most: int) -> str | None:
    if len(value) < least:
        return f"This field must be at least {least} characters."
    if len(value) > most:
        return f"This field must be less than {most + 1} characters."
    return None


def _number_problem(value: str, element: Json) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if re.fullmatch(pattern, value) is None:
        return "Please enter a number." if element.get("is_decimal_allowed") else "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number that is at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number that is at most {element['max_value']}."
    return None
