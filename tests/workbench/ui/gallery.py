"""One of everything an app can show, as the raw payloads that Slack takes."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def md(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def run(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def section_of(*runs: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(runs)}


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


FRUIT = [option("Apple", "apple"), option("Pear", "pear"), option("Quince, the slow one", "quince")]
LONG_WORDS = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 2
BUTTONS: Json = {
    "type": "actions",
    "block_id": "buttons",
    "elements": [
        {"type": "button", "action_id": "b.primary", "text": plain("No conflict"), "style": "primary", "value": "ok"},
        {
            "type": "button",
            "action_id": "b.danger",
            "text": plain("Cancel the loop"),
            "style": "danger",
            "value": "no",
            "confirm": {
                "title": plain("Cancel this loop?"),
                "text": md("Everybody is told, and *nothing* stays booked."),
                "confirm": plain("Cancel it"),
                "deny": plain("Keep it"),
                "style": "danger",
            },
        },
        {"type": "button", "action_id": "b.plain", "text": plain("Unsure"), "value": "?"},
        {"type": "button", "action_id": "b.link", "text": plain("Open the brief"), "url": "https://example.com/brief"},
        {"type": "static_select", "action_id": "b.select", "placeholder": plain("Snooze"), "options": FRUIT},
        {
            "type": "overflow",
            "action_id": "b.more",
            "options": [option("Hand it on", "hand"), option("Why me?", "why")],
        },
    ],
}
TABLE: Json = {
    "type": "table",
    "column_settings": [{"is_wrapped": True}, {"align": "right"}, {"align": "center"}],
    "rows": [
        [cell("Criterion"), cell("Devi"), cell("Siobhán")],
        [
            {"type": "rich_text", "elements": [section_of(run("Problem solving", bold=True), run(" at a whiteboard"))]},
            cell("4"),
            cell("2"),
        ],
        [cell("Explains to a lay person, patiently, and answers what was asked"), cell("3"), cell("3")],
    ],
}
RICH: Json = {
    "type": "rich_text",
    "elements": [
        section_of(
            run("Bold", bold=True),
            run(", "),
            run("italic", italic=True),
            run(", "),
            run("gone", strike=True),
            run(" and "),
            run("code", code=True),
            run(" for "),
            {"type": "user", "user_id": "U004"},
            run(" in "),
            {"type": "channel", "channel_id": "C001"},
            run(" "),
            {"type": "emoji", "name": "tada"},
        ),
        {"type": "rich_text_list", "style": "bullet", "elements": [section_of(run("One")), section_of(run("Two"))]},
        {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [section_of(run("Two and a half"))]},
        {"type": "rich_text_quote", "elements": [run("It was clear from the first minute.")]},
        {"type": "rich_text_preformatted", "elements": [run("select *\n  from loops")]},
    ],
}
EVERYTHING: list[Json] = [
    {"type": "header", "text": plain("Interview loop: Data Scientist")},
    {
        "type": "section",
        "block_id": "intro",
        "text": md(
            "*Tuesday* <!date^1795509000^{date_short_pretty} at {time}|24 Nov> with <@U003> and <@U004> in <#C001>.\n"
            "From 10:00–11:00, then 12:30; _bring_ ~paper~ `a laptop` :coffee:\n"
            "> What would you do with a *late* column?\n• as typed\n• <https://example.com/a_b_c|the brief>"
        ),
        "accessory": {
            "type": "overflow",
            "action_id": "s.more",
            "options": [option("Reschedule", "r", description=plain("Asks why"))],
        },
    },
    {
        "type": "section",
        "fields": [md("*Where*\nRoom Ada, 3rd floor"), md("*Contact*\n<@U001>"), md(f"*Long*\n{LONG_WORDS}")],
    },
    {"type": "divider"},
    BUTTONS,
    TABLE,
    RICH,
    {
        "type": "markdown",
        "text": "## Summary\n\n**Strong** on *evidence*, ~~late~~.\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    },
    {"type": "context", "elements": [md(":lock: Sealed until all three are in"), plain("Loop 12")]},
]


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


FORM: list[Json] = [
    {"type": "section", "text": md("*Presentation to the team*, Tuesday 10:00–10:30. All of it is saved as you go.")},
    field(
        "score",
        "Structures an unclear problem",
        {
            "type": "radio_buttons",
            "action_id": "v",
            "options": [
                option(
                    "4 · Finds the question behind the question",
                    "4",
                    description=plain("Names what is not known, and what it would change"),
                ),
                option("3 · Splits it into parts that can be worked on", "3"),
                option("2 · Needs a hint to begin", "2"),
                option("Could not assess", "na"),
            ],
        },
    ),
    field(
        "evidence",
        "What did they say or do?",
        {
            "type": "plain_text_input",
            "action_id": "v",
            "multiline": True,
            "max_length": 600,
            "placeholder": plain("In their words where you can"),
        },
        hint=plain("At least one sentence. Nobody reads it before everybody is in."),
    ),
    field("when", "Day", {"type": "datepicker", "action_id": "v", "initial_date": "2026-11-24"}),
    field("at", "From", {"type": "timepicker", "action_id": "v", "initial_time": "10:00"}),
    field(
        "exactly",
        "Exactly",
        {"type": "datetimepicker", "action_id": "v", "initial_date_time": 1795509000},
        optional=True,
    ),
    field(
        "panel",
        "Panel",
        {"type": "multi_users_select", "action_id": "v", "max_selected_items": 3, "initial_users": ["U002"]},
    ),
    field("person", "Contact", {"type": "users_select", "action_id": "v", "initial_user": "U001"}, optional=True),
    field("fruit", "Fruit", {"type": "multi_static_select", "action_id": "v", "options": FRUIT}, optional=True),
    field("topics", "Topics", {"type": "checkboxes", "action_id": "v", "options": FRUIT}, optional=True),
    field(
        "number",
        "Minutes",
        {"type": "number_input", "action_id": "v", "is_decimal_allowed": False, "min_value": "15"},
        optional=True,
    ),
    field("ask", "Candidate", {"type": "external_select", "action_id": "v", "min_query_length": 1}, optional=True),
    field(
        "plan",
        "Plan",
        {"type": "static_select", "action_id": "v", "options": FRUIT, "placeholder": plain("Choose a plan")},
        dispatch_action=True,
        optional=True,
    ),
]

NOTE = field("note", "Note", {"type": "plain_text_input", "action_id": "v", "multiline": True})
# One that is saved while it is typed, and one that is sent with Enter.
SAVED = [
    field(
        "saved",
        "Saved as you go",
        {
            "type": "plain_text_input",
            "action_id": "v",
            "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
        },
        dispatch_action=True,
        optional=True,
    ),
    field(
        "sent", "Sent with Enter", {"type": "plain_text_input", "action_id": "v"}, dispatch_action=True, optional=True
    ),
]


def modal(blocks: list[Json], *, title: str = "Scorecard", submit: str | None = "Seal it", **more: Any) -> Json:
    made = {"type": "modal", "title": plain(title), "close": plain("Later"), "blocks": blocks, **more}
    return made | ({"submit": plain(submit)} if submit else {})


HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Good morning")},
        {
            "type": "section",
            "text": md("You owe *one scorecard*."),
            "accessory": {"type": "button", "action_id": "home.open", "text": plain("Score now")},
        },
        {"type": "divider"},
        {"type": "context", "elements": [md("This week: 90 of 240 minutes")]},
    ],
}
