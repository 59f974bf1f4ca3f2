"""The strict gate, limit by limit: what just fits passes, one more is refused."""

from typing import Any

import pytest

from workbench.gate import faults, options_faults

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str = "Label") -> Json:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[Json]:
    return [option(f"v{number}") for number in range(count)]


def message(*blocks: Json, **more: Any) -> Json:
    return {"text": "Something", "blocks": list(blocks)} | more


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Go"), "blocks": list(blocks)} | more


def section(text: str = "Words", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text)} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Press"), "action_id": "press"} | more


def asked(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element} | more


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": options(2)} | more


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


FINE_MESSAGES = [
    {"text": "x" * 40_000},
    message(*[{"type": "divider"}] * 50),
    message(section("x" * 3000)),
    message({"type": "section", "fields": [mrkdwn("x" * 800)] * 10}),
    message({"type": "header", "text": plain("x" * 150)}),
    message({"type": "context", "elements": [mrkdwn("x")] * 10}),
    message(actions(*[button(action_id=f"a{number}") for number in range(25)])),
    message(section(accessory=button(value="x" * 2000, url="https://example.org", style="danger"))),
    message(
        section("Hi <@U0ANA>, <#C0LOBBY>, <!here>, <https://example.org|there>, <mailto:a@b.c|mail>, a &lt; b, 2 > 1")
    ),
    message(section("<!date^1700000000^{date_short_pretty} at {time}|soon>")),
    message(
        {
            "type": "table",
            "rows": [[cell()] * 20] * 100,
            "column_settings": [None, {"align": "right", "is_wrapped": True}],
        }
    ),
    message({"type": "table", "rows": [[cell(), rich({"type": "text", "text": "bold", "style": {"bold": True}})]]}),
    message({"type": "image", "alt_text": "A chart", "slack_file": {"id": "F0123"}}),
    message({"type": "markdown", "text": "x" * 12_000}),
    message(
        rich({"type": "user", "user_id": "U0ANA"}, {"type": "date", "timestamp": 1_700_000_000, "format": "{date}"})
    ),
    message(section(accessory=select(initial_option=option("v1")))),
    message(section(accessory={"type": "overflow", "action_id": "o", "options": options(5)})),
    message(section(accessory={"type": "image", "alt_text": "A face", "image_url": "https://example.org/a.png"})),
    message(
        {**section("x" * 3000), "block_id": "a"},
        {**section("x" * 3000), "block_id": "b"},
        section("x" * 3000),
        section("x" * 3000),
    ),
]


@pytest.mark.parametrize("payload", FINE_MESSAGES)
def test_what_slack_takes_passes(payload: Json) -> None:
    assert faults("message", payload) == ()


NOTHING_MATCHED = "failed to match all allowed schemas [json-pointer:/blocks/0/text]"
REFUSED_MESSAGES: list[tuple[Json, tuple[str, ...]]] = [
    ({}, ("no_text",)),
    ({"text": "  ", "blocks": []}, ("no_text",)),
    ({"text": "x" * 40_001}, ("msg_too_long",)),
    ({"text": "a < b"}, ("an unescaped < or a broken mention, link or date [json-pointer:/text]",)),
    (message(*[{"type": "divider"}] * 51), ("no more than 50 items allowed [json-pointer:/blocks]",)),
    (
        message(section("x" * 3001)),
        (NOTHING_MATCHED, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ),
    (message(section("")), (NOTHING_MATCHED, "must be more than 0 characters [json-pointer:/blocks/0/text/text]")),
    (message({"type": "section"}), ("give text or fields [json-pointer:/blocks/0]",)),
    (
        message({"type": "section", "fields": [mrkdwn("x")] * 11}),
        ("no more than 10 items allowed [json-pointer:/blocks/0/fields]",),
    ),
    (
        message({"type": "header", "text": plain("x" * 151)}),
        ("must be less than 151 characters [json-pointer:/blocks/0/text/text]",),
    ),
    (
        message({"type": "header", "text": mrkdwn("x")}),
        ("unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",),
    ),
    (
        message({"type": "context", "elements": [mrkdwn("x")] * 11}),
        ("no more than 10 items allowed [json-pointer:/blocks/0/elements]",),
    ),
    (
        message({"type": "context", "elements": [button()]}),
        ("unsupported type: button [json-pointer:/blocks/0/elements/0/type]",),
    ),
    (message({"type": "video"}), ("unsupported type: video [json-pointer:/blocks/0/type]",)),
    (message({"text": "x"}), ("missing required field: type [json-pointer:/blocks/0]",)),
    (message(asked({"type": "plain_text_input"})), ("unsupported type: input [json-pointer:/blocks/0/type]",)),
    (message(section(colour="red")), ("invalid additional property: colour [json-pointer:/blocks/0]",)),
    (message(actions()), ("no fewer than 1 items allowed [json-pointer:/blocks/0/elements]",)),
    (
        message(actions(*[button(action_id=f"a{number}") for number in range(26)])),
        ("no more than 25 items allowed [json-pointer:/blocks/0/elements]",),
    ),
    (message(actions(button(), button())), ("action_id 'press' already exists [json-pointer:/blocks/0]",)),
    (message(section(block_id="a"), section(block_id="a")), ("block_id 'a' already exists [json-pointer:/blocks]",)),
    (message(section(block_id="x" * 256)), ("must be less than 256 characters [json-pointer:/blocks/0/block_id]",)),
    (
        message(actions(button(text=plain("x" * 76)))),
        ("must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",),
    ),
    (
        message(actions(button(value="x" * 2001))),
        ("must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",),
    ),
    (
        message(actions(button(style="blue"))),
        ("must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]",),
    ),
    (message(actions(button(url="nowhere"))), ("must be a valid URL [json-pointer:/blocks/0/elements/0/url]",)),
    (
        message(
            actions(
                button(
                    confirm={
                        "title": plain("Sure?"),
                        "text": plain("x"),
                        "confirm": plain("x" * 31),
                        "deny": plain("No"),
                    }
                )
            )
        ),
        ("must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/confirm/text]",),
    ),
    (
        message(actions(select(options=options(101)))),
        ("no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",),
    ),
    (
        message(actions(select(options=[option("x" * 151)]))),
        ("must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",),
    ),
    (
        message(actions(select(options=[option("a", "x" * 76)]))),
        ("must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",),
    ),
    (
        message(actions(select(options=[option("a"), option("a")]))),
        ("option value 'a' already exists [json-pointer:/blocks/0/elements/0]",),
    ),
    (
        message(actions(select(initial_option=option("v0", "Other words")))),
        ("initial_option must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]",),
    ),
    (
        message(actions(select(option_groups=[{"label": plain("G"), "options": options(1)}]))),
        ("give either options or option_groups [json-pointer:/blocks/0/elements/0]",),
    ),
    (
        message(actions({"type": "overflow", "options": options(6)})),
        ("no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",),
    ),
    (
        message(actions({"type": "checkboxes", "options": options(11)})),
        ("no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",),
    ),
    (
        message(actions({"type": "datepicker", "initial_date": "2026-13-01"})),
        ("must be a date in the form YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",),
    ),
    (
        message(actions({"type": "timepicker", "initial_time": "24:00"})),
        ("must be a time in the form HH:mm [json-pointer:/blocks/0/elements/0/initial_time]",),
    ),
    (
        message(actions({"type": "datetimepicker", "initial_date_time": 1_700_000_000_000})),
        ("must be between 1000000000 and 9999999999 [json-pointer:/blocks/0/elements/0/initial_date_time]",),
    ),
    (
        message({"type": "image", "image_url": "https://example.org/a.png"}),
        ("missing required field: alt_text [json-pointer:/blocks/0]",),
    ),
    (message({"type": "image", "alt_text": "x"}), ("give either image_url or slack_file [json-pointer:/blocks/0]",)),
    (
        message({"type": "table", "rows": [[cell()]] * 101}),
        ("no more than 100 items allowed [json-pointer:/blocks/0/rows]",),
    ),
    (
        message({"type": "table", "rows": [[cell()] * 21]}),
        ("no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",),
    ),
    (
        message({"type": "table", "rows": [[cell("")]]}),
        ("must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]",),
    ),
    (
        message({"type": "table", "rows": [[cell()], [cell(), cell()]]}),
        ("all rows must have the same number of cells [json-pointer:/blocks/0/rows]",),
    ),
    (message(*[{"type": "table", "rows": [[cell()]]}] * 2), ("only_one_table_allowed [json-pointer:/blocks]",)),
    (
        message({"type": "table", "rows": [[cell("x" * 3000)] * 4]}),
        ("the cells of a table take 10000 characters in all [json-pointer:/blocks]",),
    ),
    (message(*[section("x" * 2700)] * 5), ("msg_blocks_too_long",)),
    (message(*[section("x" * 150)] * 50), ("msg_blocks_too_long",)),
    (
        message(section("<!date^soon^{time}|x>")),
        (NOTHING_MATCHED, "an unescaped < or a broken mention, link or date [json-pointer:/blocks/0/text/text]"),
    ),
    (
        message(section("<!date^1700000000^{hour}|x>")),
        (NOTHING_MATCHED, "a date without a known token [json-pointer:/blocks/0/text/text]"),
    ),
    (
        message(section("<@ana> said so")),
        (NOTHING_MATCHED, "an unescaped < or a broken mention, link or date [json-pointer:/blocks/0/text/text]"),
    ),
    (
        message(rich({"type": "text", "text": ""})),
        ("must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",),
    ),
    (message(section(), "section"), ("missing required field: type [json-pointer:/blocks/1]",)),  # type: ignore[arg-type]  # wrong on purpose
    ({"text": "x", "blocks": "[]"}, ("must be an array [json-pointer:/blocks]",)),
]


@pytest.mark.parametrize(("payload", "expected"), REFUSED_MESSAGES)
def test_what_slack_refuses_in_a_message_is_named(payload: Json, expected: tuple[str, ...]) -> None:
    assert faults("message", payload) == expected


FINE_MODALS = [
    modal(),
    modal(*[{"type": "divider"}] * 100),
    modal(section(), submit=plain("x" * 24), close=plain("x" * 24), title=plain("x" * 24), private_metadata="x" * 3000),
    modal(
        asked(
            {"type": "plain_text_input", "max_length": 3000, "min_length": 1, "multiline": True, "initial_value": "x"}
        )
    ),
    modal(
        asked(
            {
                "type": "number_input",
                "is_decimal_allowed": False,
                "min_value": "1",
                "max_value": "5",
                "initial_value": "3",
            }
        )
    ),
    modal(asked({"type": "multi_users_select", "initial_users": ["U0ANA"], "max_selected_items": 1})),
    modal(asked({"type": "conversations_select", "filter": {"include": ["public"], "exclude_bot_users": True}})),
    modal(
        asked(
            {"type": "radio_buttons", "options": [{"text": mrkdwn("*A*"), "value": "a", "description": plain("why")}]}
        )
    ),
    modal(
        asked(
            {"type": "external_select", "min_query_length": 1, "placeholder": plain("Whom?")},
            optional=True,
            hint=plain("Hint"),
        )
    ),
    modal(asked({"type": "datetimepicker", "initial_date_time": 1_700_000_000}, dispatch_action=True)),
    modal(asked({"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}})),
]


@pytest.mark.parametrize("payload", FINE_MODALS)
def test_modals_that_slack_takes_pass(payload: Json) -> None:
    assert faults("modal", payload) == ()


WITHOUT_SUBMIT = {"type": "modal", "title": plain("T"), "blocks": [asked({"type": "plain_text_input"})]}
REFUSED_MODALS: list[tuple[Json, tuple[str, ...]]] = [
    (WITHOUT_SUBMIT, ("missing required field: submit [json-pointer:]",)),
    (modal(*[{"type": "divider"}] * 101), ("no more than 100 items allowed [json-pointer:/blocks]",)),
    (modal(title=plain("x" * 25)), ("must be less than 25 characters [json-pointer:/title/text]",)),
    (modal(submit=plain("x" * 25)), ("must be less than 25 characters [json-pointer:/submit/text]",)),
    (modal(private_metadata="x" * 3001), ("must be less than 3001 characters [json-pointer:/private_metadata]",)),
    (modal(callback_id="x" * 256), ("must be less than 256 characters [json-pointer:/callback_id]",)),
    (modal(state={}), ("invalid additional property: state [json-pointer:]",)),
    (modal({"type": "table", "rows": [[cell()]]}), ("unsupported type: table [json-pointer:/blocks/0/type]",)),
    (modal(asked(button())), ("unsupported type: button [json-pointer:/blocks/0/element/type]",)),
    (
        modal(asked({"type": "plain_text_input", "max_length": 3001})),
        ("must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",),
    ),
    (
        modal(asked({"type": "plain_text_input", "max_length": 3, "initial_value": "four"})),
        ("must be less than 4 characters [json-pointer:/blocks/0/element/initial_value]",),
    ),
    (
        modal(asked({"type": "plain_text_input", "min_length": 5, "max_length": 3})),
        ("min_length must not exceed max_length [json-pointer:/blocks/0/element/min_length]",),
    ),
    (
        modal(asked({"type": "number_input", "is_decimal_allowed": False, "initial_value": "1.5"})),
        ("must be a whole number [json-pointer:/blocks/0/element/initial_value]",),
    ),
    (
        modal(asked({"type": "number_input"})),
        ("missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]",),
    ),
    (
        modal(
            asked(
                {
                    "type": "multi_static_select",
                    "options": options(3),
                    "initial_options": options(2),
                    "max_selected_items": 1,
                }
            )
        ),
        ("more initial values than max_selected_items [json-pointer:/blocks/0/element/initial_options]",),
    ),
    (
        modal(*[asked({"type": "plain_text_input", "focus_on_load": True})] * 2),
        ("only one element may have focus_on_load [json-pointer:/blocks]",),
    ),
    (
        modal(asked({"type": "plain_text_input"}, label=mrkdwn("x"))),
        ("unsupported type: mrkdwn [json-pointer:/blocks/0/label/type]",),
    ),
    (modal(*[section("x" * 3000)] * 90), ("view_too_large",)),
]


@pytest.mark.parametrize(("payload", "expected"), REFUSED_MODALS)
def test_what_slack_refuses_in_a_modal_is_named(payload: Json, expected: tuple[str, ...]) -> None:
    assert faults("modal", payload) == expected


def test_app_home_has_no_buttons_of_its_own_and_not_every_input() -> None:
    home = {"type": "home", "blocks": [section()]}
    assert faults("home", home) == ()
    assert faults("home", {**home, "submit": plain("Go")}) == ("invalid additional property: submit [json-pointer:]",)
    number = asked({"type": "number_input", "is_decimal_allowed": False})
    assert faults("home", {"type": "home", "blocks": [number]}) == (
        "unsupported type: number_input [json-pointer:/blocks/0/element/type]",
    )


def test_answers_to_a_search() -> None:
    assert options_faults({"options": options(100)}) == ()
    assert options_faults({"options": []}) == ()
    assert options_faults({"option_groups": [{"label": plain("G"), "options": options(2)}]}) == ()
    assert options_faults({"options": options(101)}) == ("no more than 100 items allowed [json-pointer:/options]",)
    assert options_faults({}) == ("give either options or option_groups [json-pointer:]",)
