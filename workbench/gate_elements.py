"""Every interactive element, its fields and its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from workbench.gate_checks import (
    Check,
    any_text,
    at,
    by_type,
    flag,
    listing,
    one_of,
    pattern,
    plain,
    plainly,
    text,
    thing,
    unique,
    url,
    whole,
)
from workbench.gate_rich_text import rich_text
from workbench.workspace import Json

INPUT_MOST = 3000
OPTIONS_MOST = 100
EVER = 10**10 - 1

action_id = text(255)
user_id = pattern(r"[UW][A-Z0-9]+", called="a user id")
channel_id = pattern(r"[CG][A-Z0-9]+", called="a channel id")
conversation_id = pattern(r"[CGDUW][A-Z0-9]+", called="a conversation id")
day = pattern(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", called="a date in the form YYYY-MM-DD")
clock_time = pattern(r"([01]\d|2[0-3]):[0-5]\d", called="a time in the form HH:mm")
number = pattern(r"-?\d+(\.\d+)?", called="a number in a string")
instant = whole(10**9, EVER)
style = one_of("primary", "danger")
confirm = thing({"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)}, {"style": style})
dispatch = thing({}, {"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), most=2)})
filters = thing(
    {},
    {
        "include": listing(one_of("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)


def option(label: Check) -> Check:
    return thing({"text": label, "value": text(150)}, {"description": label, "url": url})


menu_option = option(plain(75))
rich_option = option(any_text(75))


def group(item: Check) -> Check:
    return thing({"label": plain(75), "options": listing(item, most=OPTIONS_MOST)})


def _listed(element: Json) -> list[Json]:
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    return [one for entry in groups for one in entry["options"]]


def chosen_fit(element: Json, pointer: str) -> Iterator[str]:
    """Options are told apart by their values, and what is chosen at first is one of them to the letter."""
    if ("options" in element) == ("option_groups" in element):
        yield at("give either options or option_groups", pointer)
        return
    offered = _listed(element)
    yield from unique([one["value"] for one in offered], pointer, called="option value")
    known = [plainly(one) for one in offered]
    if "initial_option" in element and plainly(element["initial_option"]) not in known:
        yield at("initial_option must match one of the options", f"{pointer}/initial_option")
    for index, one in enumerate(element.get("initial_options", [])):
        if plainly(one) not in known:
            yield at("initial_options must match the options", f"{pointer}/initial_options/{index}")
    yield from few_enough(element, pointer)


def few_enough(element: Json, pointer: str) -> Iterator[str]:
    most = element.get("max_selected_items")
    for name in ("initial_options", "initial_users", "initial_conversations", "initial_channels"):
        if most is not None and len(element.get(name, [])) > most:
            yield at("more initial values than max_selected_items", f"{pointer}/{name}")


def length_fits(element: Json, pointer: str) -> Iterator[str]:
    least, most = element.get("min_length", 0), element.get("max_length", INPUT_MOST)
    if least > most:
        yield at("min_length must not exceed max_length", f"{pointer}/min_length")
    if len(element.get("initial_value", "")) > most:
        yield at(f"must be less than {most + 1} characters", f"{pointer}/initial_value")


def number_fits(element: Json, pointer: str) -> Iterator[str]:
    low, high = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    start = element.get("initial_value")
    if low > high:
        yield at("min_value must not exceed max_value", f"{pointer}/min_value")
    elif start is not None and not low <= float(start) <= high:
        yield at("must lie between min_value and max_value", f"{pointer}/initial_value")
    if not element["is_decimal_allowed"]:
        for name in ("initial_value", "min_value", "max_value"):
            if "." in element.get(name, ""):
                yield at("must be a whole number", f"{pointer}/{name}")


def picture_fits(picture: Json, pointer: str) -> Iterator[str]:
    if ("image_url" in picture) == ("slack_file" in picture):
        yield at("give either image_url or slack_file", pointer)


def file_named(reference: Json, pointer: str) -> Iterator[str]:
    if ("id" in reference) == ("url" in reference):
        yield at("give either id or url", pointer)


slack_file = thing({}, {"id": pattern(r"F[A-Z0-9]+", called="a file id"), "url": url}, also=file_named)
picture = {"image_url": url, "slack_file": slack_file}


def _control(required: Mapping[str, Check] | None = None, /, *, also: Check | None = None, **optional: Check) -> Check:
    """An element with an action_id, and nothing but these fields."""
    return thing(required or {}, {"action_id": action_id, **optional}, also=also)


def _menu(initial: str, value: Check, /, *, also: Check | None = None, **optional: Check) -> Check:
    named = {initial: value, "confirm": confirm, "focus_on_load": flag, "placeholder": plain(150)}
    return thing({}, {"action_id": action_id, **named, **optional}, also=also)


def _several(initial: str, value: Check, /, *, also: Check = few_enough, **optional: Check) -> Check:
    most = whole(1, 1000)
    return _menu(initial, listing(value, most=OPTIONS_MOST), also=also, max_selected_items=most, **optional)


OFFERED: dict[str, Check] = {
    "options": listing(menu_option, most=OPTIONS_MOST),
    "option_groups": listing(group(menu_option), most=OPTIONS_MOST),
}
TYPED: dict[str, Check] = {
    "dispatch_action_config": dispatch,
    "focus_on_load": flag,
    "placeholder": plain(150),
}
CONVERSATIONS: dict[str, Check] = {"default_to_current_conversation": flag, "filter": filters}
TICKED: dict[str, Check] = {"confirm": confirm, "focus_on_load": flag}


@cache
def elements() -> dict[str, Check]:
    query = whole(0, 1000)
    few = listing(rich_option, most=10)
    return {
        "button": _control(
            {"text": plain(75)}, url=url, value=text(2000), style=style, confirm=confirm, accessibility_label=text(75)
        ),
        "overflow": _control({"options": listing(menu_option, most=5)}, confirm=confirm),
        "static_select": _menu("initial_option", menu_option, also=chosen_fit, **OFFERED),
        "multi_static_select": _several("initial_options", menu_option, also=chosen_fit, **OFFERED),
        "external_select": _menu("initial_option", menu_option, min_query_length=query),
        "multi_external_select": _several("initial_options", menu_option, min_query_length=query),
        "users_select": _menu("initial_user", user_id),
        "multi_users_select": _several("initial_users", user_id),
        "conversations_select": _menu(
            "initial_conversation", conversation_id, response_url_enabled=flag, **CONVERSATIONS
        ),
        "multi_conversations_select": _several("initial_conversations", conversation_id, **CONVERSATIONS),
        "channels_select": _menu("initial_channel", channel_id, response_url_enabled=flag),
        "multi_channels_select": _several("initial_channels", channel_id),
        "datepicker": _menu("initial_date", day),
        "timepicker": _menu("initial_time", clock_time, timezone=text(255)),
        "datetimepicker": _control(initial_date_time=instant, **TICKED),
        "radio_buttons": _control({"options": few}, initial_option=rich_option, also=chosen_fit, **TICKED),
        "checkboxes": _control({"options": few}, initial_options=few, also=chosen_fit, **TICKED),
        "plain_text_input": _control(
            initial_value=text(INPUT_MOST, least=0),
            multiline=flag,
            min_length=whole(0, INPUT_MOST),
            max_length=whole(1, INPUT_MOST),
            also=length_fits,
            **TYPED,
        ),
        "number_input": _control(
            {"is_decimal_allowed": flag},
            initial_value=number,
            min_value=number,
            max_value=number,
            also=number_fits,
            **TYPED,
        ),
        "email_text_input": _control(initial_value=text(INPUT_MOST), **TYPED),
        "url_text_input": _control(initial_value=text(INPUT_MOST), **TYPED),
        "rich_text_input": _control(initial_value=by_type({"rich_text": rich_text}), **TYPED),
        "image": thing({"alt_text": text(2000)}, picture, also=picture_fits),
    }


def chosen(names: set[str]) -> Check:
    """One of these elements."""
    return by_type({name: check for name, check in elements().items() if name in names})


def offered_options(answer: Any) -> Iterator[str]:
    """What a bot may answer to a search in an external select."""
    entries: dict[str, Check] = {
        "options": listing(menu_option, most=OPTIONS_MOST, least=0),
        "option_groups": listing(group(menu_option), most=OPTIONS_MOST, least=0),
    }
    faults = list(thing({}, entries)(answer, ""))
    if not faults and ("options" in answer) == ("option_groups" in answer):
        faults.append(at("give either options or option_groups", ""))
    if not faults:
        faults += unique([one["value"] for one in _listed(answer)], "", called="option value")
    yield from faults
