"""What an input shows: what the person entered before, else what the app put there.

A plain value is a string, a list of strings, or whole seconds for a date with time; never Slack's nested objects.
"""

from collections.abc import Mapping
from typing import Any

State = Mapping[str, Mapping[str, Any]]
PLURAL = frozenset(
    {
        "multi_static_select",
        "multi_external_select",
        "multi_users_select",
        "multi_conversations_select",
        "multi_channels_select",
        "checkboxes",
    }
)
_INITIAL = {
    "plain_text_input": "initial_value",
    "rich_text_input": "initial_value",
    "email_text_input": "initial_value",
    "url_text_input": "initial_value",
    "number_input": "initial_value",
    "static_select": "initial_option",
    "external_select": "initial_option",
    "radio_buttons": "initial_option",
    "multi_static_select": "initial_options",
    "multi_external_select": "initial_options",
    "checkboxes": "initial_options",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
    "users_select": "initial_user",
    "multi_users_select": "initial_users",
    "conversations_select": "initial_conversation",
    "multi_conversations_select": "initial_conversations",
    "channels_select": "initial_channel",
    "multi_channels_select": "initial_channels",
}


def current(element: Mapping[str, Any], block_id: str, state: State) -> Any:
    """The plain value now in an element; None (or an empty list for those that take several) when there is none."""
    empty: Any = [] if element["type"] in PLURAL else None
    entered = state.get(block_id) or {}
    action_id = element.get("action_id", "")
    if action_id in entered:
        value = entered[action_id]
        return empty if value is None else _plain(value)
    initial = element.get(_INITIAL.get(element["type"], ""))
    if initial is None:
        return empty
    return [_plain(one) for one in initial] if isinstance(initial, list) else _plain(initial)


def options(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All options in order, those in groups too; an external select has none but what is chosen in it."""
    grouped = [option for group in element.get("option_groups") or () for option in group["options"]]
    initial = element.get("initial_options") or [element.get("initial_option")]
    return [*(element.get("options") or ()), *grouped] or [option for option in initial if option]


def is_chosen(option: Mapping[str, Any], value: Any) -> bool:
    chosen: bool = option.get("value") in value if isinstance(value, list) else option.get("value") == value
    return chosen


def all_words(block: Any) -> list[str]:
    """Every text inside a block, in the order in which it stands there."""
    if isinstance(block, Mapping):
        own = block.get("text")
        here = [own] if isinstance(own, str) else []
        return here + [line for key, value in block.items() if key != "text" or not here for line in all_words(value)]
    if isinstance(block, list):
        return [line for one in block for line in all_words(one)]
    return []


def _plain(initial: Any) -> Any:
    """An option's value; of rich text, which can be typed here without its styles, the words."""
    if isinstance(initial, Mapping):
        return initial["value"] if "value" in initial else "".join(all_words(initial))
    return initial
