"""Modals: triggers, stacks, values, errors, closings; through a real Bolt app in Socket Mode."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from tests.waiting import eventually
from tests.workbench.test_web_api import error, refusal
from tests.workbench.worlds import ANA, LOBBY, app, company, socket_bot
from workbench.player import NotSeen, Player, Refusal
from workbench.server import Running, running

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def asked(block_id: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id),
        "element": {"action_id": "a", **element},
    } | more


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Go"),
        "blocks": list(blocks),
    } | more


NAME = asked("name", {"type": "plain_text_input", "min_length": 2, "max_length": 5})
A, B = {"text": plain("A"), "value": "a"}, {"text": plain("B"), "value": "b"}


class Desk:
    """A bot whose answers a test sets, and that keeps every payload it got."""

    def __init__(self, slack: Running) -> None:
        self.slack = slack
        self.view: Json = modal(NAME)
        self.answer: Json = {}
        self.heard: list[Json] = []
        self.app: App = app(slack)
        self.app.command("/form")(self.open)
        self.app.view("form")(self.submitted)
        self.app.view_closed("form")(self.other)
        self.app.action("a")(self.other)
        self.app.options("a")(self.offer)

    def open(self, ack: Ack, client: WebClient, body: Json) -> None:
        self.heard.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=self.view)
        ack()

    def submitted(self, ack: Ack, body: Json) -> None:
        self.heard.append(body)
        ack(self.answer)

    def other(self, ack: Ack, body: Json) -> None:
        self.heard.append(body)
        ack()

    def offer(self, ack: Ack, body: Json) -> None:
        self.heard.append(body)
        ack({"options": [A, B]})


@pytest.fixture
def desk(slack: Running) -> Iterator[Desk]:
    desk = Desk(slack)
    with socket_bot(slack, desk.app):
        yield desk


@pytest.fixture
def ana(slack: Running) -> Player:
    return Player(slack.url, ANA)


def heard(desk: Desk, count: int) -> list[Json]:
    """What the bot got, once it is that many."""
    assert eventually(lambda: len(desk.heard) >= count)
    return desk.heard


def test_slacks_own_checks_never_reach_the_bot(desk: Desk, ana: Player) -> None:
    number = {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "5"}
    desk.view = modal(NAME, asked("n", number), asked("free", {"type": "plain_text_input"}, optional=True))
    ana.command("/form")
    required = "Please complete this required field."
    assert ana.submit() == {"result": "errors", "errors": {"name": required, "n": required}}
    assert ana.submit(name="x", n="7") == {
        "result": "errors",
        "errors": {
            "name": "This field must be at least 2 characters.",
            "n": "Please enter a number that is at most 5.",
        },
    }
    assert ana.submit(name="x" * 6, n="1.5") == {
        "result": "errors",
        "errors": {"name": "This field must be less than 6 characters.", "n": "Please enter a whole number."},
    }
    assert len(desk.heard) == 1
    assert ana.submit(name="Ann", n="5") == {"result": "closed", "errors": {}}
    assert desk.heard[1]["view"]["state"]["values"] == {
        "name": {"a": {"type": "plain_text_input", "value": "Ann"}},
        "n": {"a": {"type": "number_input", "value": "5"}},
        "free": {"a": {"type": "plain_text_input", "value": None}},
    }


def test_the_state_of_every_kind_of_input(desk: Desk, ana: Player) -> None:
    kinds: dict[str, tuple[Json, Any, Json]] = {
        "static_select": ({"options": [A, B]}, "b", {"selected_option": B}),
        "multi_static_select": ({"options": [A, B]}, ["a", "b"], {"selected_options": [A, B]}),
        "radio_buttons": ({"options": [A, B]}, "a", {"selected_option": A}),
        "checkboxes": ({"options": [A, B], "initial_options": [A]}, ["b"], {"selected_options": [B]}),
        "users_select": ({}, ANA, {"selected_user": ANA}),
        "multi_users_select": ({}, [ANA], {"selected_users": [ANA]}),
        "conversations_select": ({}, LOBBY, {"selected_conversation": LOBBY}),
        "multi_channels_select": ({}, [LOBBY], {"selected_channels": [LOBBY]}),
        "datepicker": ({}, "2026-12-01", {"selected_date": "2026-12-01"}),
        "timepicker": ({}, "09:30", {"selected_time": "09:30"}),
        "datetimepicker": ({}, 1_700_000_000, {"selected_date_time": 1_700_000_000}),
        "email_text_input": ({}, "a@b.org", {"value": "a@b.org"}),
        "url_text_input": ({}, "https://b.org", {"value": "https://b.org"}),
    }
    desk.view = modal(*[asked(kind, {"type": kind, **fields}) for kind, (fields, _, _) in kinds.items()])
    ana.command("/form")
    assert ana.submit(**{kind: value for kind, (_, value, _) in kinds.items()})["result"] == "closed"
    assert desk.heard[1]["view"]["state"]["values"] == {
        kind: {"a": {"type": kind, **expected}} for kind, (_, _, expected) in kinds.items()
    }


def test_what_does_not_fit_an_input_is_refused_with_a_sentence(desk: Desk, ana: Player) -> None:
    several = {"type": "multi_static_select", "options": [A, B], "max_selected_items": 1}
    desk.view = modal(
        asked("pick", {"type": "static_select", "options": [A]}),
        asked("day", {"type": "datepicker"}),
        asked("few", several),
    )
    ana.command("/form")
    with pytest.raises(Refusal, match="pick/a has no option 'z'"):
        ana.fill(pick="z")
    with pytest.raises(Refusal, match="few/a takes no more than 1"):
        ana.fill(few=["a", "b"])
    with pytest.raises(Refusal, match="not 'soon'"):
        ana.fill(day="soon")
    with pytest.raises(NotSeen, match="has no input other; it has: pick/a, day/a, few/a"):
        ana.fill(other="z")


def test_the_bots_errors_stand_at_their_inputs_and_must_name_them(desk: Desk, ana: Player) -> None:
    ana.command("/form")
    desk.answer = {"response_action": "errors", "errors": {"name": "Taken"}}
    assert ana.submit(name="Ann") == {"result": "errors", "errors": {"name": "Taken"}}
    view = ana.view()
    assert view is not None
    assert (view["errors"], view["state"]) == ({"name": "Taken"}, {"name": {"a": "Ann"}})
    desk.answer = {"response_action": "errors", "errors": {"nowhere": "Taken"}}
    assert ana.submit()["result"] == "timeout"
    assert ana.notice() == "We had some trouble connecting. Try again? (invalid_response)"
    assert [one.messages for one in desk.slack.space.refusals] == [("nowhere is no input block of this view",)]
    assert ana.view() is not None


def test_a_chosen_conversation_can_be_answered_in(desk: Desk, ana: Player) -> None:
    desk.view = modal(asked("where", {"type": "conversations_select", "response_url_enabled": True}))
    ana.command("/form")
    ana.submit(where=LOBBY)
    (given,) = desk.heard[1]["response_urls"]
    assert (given["block_id"], given["action_id"], given["channel_id"]) == ("where", "a", LOBBY)
    assert httpx.post(given["response_url"], json={"text": "Here", "response_type": "in_channel"}).text == "ok"
    assert [one["text"] for one in ana.messages("lobby")] == ["Here"]


def test_update_push_and_clear(desk: Desk, ana: Player) -> None:
    ana.command("/form")
    desk.answer = {"response_action": "update", "view": modal(NAME, asked("more", {"type": "plain_text_input"}))}
    assert ana.submit(name="Ann")["result"] == "updated"
    view = ana.view()
    assert view is not None
    assert view["state"] == {"name": {"a": "Ann"}, "more": {"a": None}}
    desk.answer = {"response_action": "push", "view": modal(NAME, notify_on_close=True, title=plain("Second"))}
    assert ana.submit(more="x")["result"] == "pushed"
    stack = ana.screen()["views"]
    assert [one["title"]["text"] for one in stack] == ["Form", "Second"]
    assert (stack[1]["previous_view_id"], stack[1]["root_view_id"]) == (stack[0]["id"], stack[0]["id"])
    desk.answer = {"response_action": "clear"}
    assert ana.submit(name="Ben")["result"] == "closed"
    assert ana.view() is None
    closed = heard(desk, 5)[4]
    assert (closed["type"], closed["is_cleared"], closed["view"]["id"]) == ("view_closed", True, stack[1]["id"])


def test_three_modals_and_no_more(desk: Desk, ana: Player) -> None:
    desk.answer = {"response_action": "push", "view": modal(NAME)}
    ana.command("/form")
    assert [ana.submit(name="Ann")["result"] for _ in range(3)] == ["pushed", "pushed", "timeout"]
    assert ana.notice() == "We had some trouble connecting. Try again? (push_limit_reached)"
    ana.close()
    assert len(ana.screen()["views"]) == 2


def test_closing_tells_only_those_who_asked(desk: Desk, ana: Player) -> None:
    ana.command("/form")
    ana.close()
    assert ana.view() is None
    desk.view = modal(NAME, notify_on_close=True, private_metadata="draft-7")
    ana.command("/form")
    ana.fill(name="Ann")
    ana.close()
    assert [body.get("type", "command") for body in heard(desk, 3)] == ["command", "command", "view_closed"]
    closed = desk.heard[2]
    assert (closed["is_cleared"], closed["view"]["private_metadata"]) == (False, "draft-7")
    assert closed["view"]["state"] == {"values": {}}


def test_an_update_keeps_what_was_typed_unless_the_block_is_a_new_one(desk: Desk, ana: Player) -> None:
    web = WebClient(desk.slack.bot_token, base_url=desk.slack.api)
    ana.command("/form")
    ana.fill(name="Ann")
    view = ana.view()
    assert view is not None
    initial = asked("name", {"type": "plain_text_input", "initial_value": "New"})
    answer = web.views_update(view_id=view["id"], hash=view["hash"], view=modal(initial))["view"]
    assert answer["state"]["values"] == {"name": {"a": {"type": "plain_text_input", "value": "Ann"}}}
    assert (
        error(lambda: web.views_update(view_id=view["id"], hash=view["hash"], view=modal(initial))) == "hash_conflict"
    )
    answer = web.views_update(view_id=view["id"], view=modal({**initial, "block_id": "name2"}))["view"]
    assert answer["state"]["values"] == {"name2": {"a": {"type": "plain_text_input", "value": "New"}}}
    ana.close()
    assert error(lambda: web.views_update(view_id=view["id"], view=modal(NAME))) == "not_found"


def test_triggers_are_used_once_and_expire(desk: Desk, ana: Player) -> None:
    web = WebClient(desk.slack.bot_token, base_url=desk.slack.api)
    ana.command("/form")
    trigger = desk.heard[0]["trigger_id"]
    assert error(lambda: web.views_open(trigger_id=trigger, view=modal(NAME))) == "exchanged_trigger_id"
    assert error(lambda: web.views_open(trigger_id="1.2.3", view=modal(NAME))) == "invalid_trigger_id"
    desk.slack.space.patience = 0.2
    late = desk.slack.space.trigger(ANA)
    time.sleep(0.25)
    assert error(lambda: web.views_open(trigger_id=late, view=modal(NAME))) == "expired_trigger_id"


def test_a_bad_view_is_refused_and_does_not_use_up_the_trigger(slack: Running) -> None:
    web = WebClient(slack.bot_token, base_url=slack.api)
    trigger = slack.space.trigger(ANA)
    refused = refusal(lambda: web.views_open(trigger_id=trigger, view=modal(NAME, title=plain("x" * 25))))
    assert refused["error"] == "invalid_arguments"
    assert refused["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert web.views_open(trigger_id=trigger, view=modal(NAME, external_id="x"))["ok"]
    assert (
        error(lambda: web.views_open(trigger_id=slack.space.trigger(ANA), view=modal(NAME, external_id="x")))
        == "duplicate_external_id"
    )
    assert web.views_update(external_id="x", view=modal(NAME))["ok"]


def test_inputs_speak_only_when_asked_to(desk: Desk, ana: Player) -> None:
    pick = {"type": "static_select", "options": [A, B]}
    desk.view = modal(asked("quiet", pick), asked("loud", pick, dispatch_action=True), NAME)
    ana.command("/form")
    view = ana.view()
    assert view is not None
    container = {"kind": "view", "view_id": view["id"]}
    quiet = ana._post("act", container=container, block_id="quiet", action_id="a", value="a")
    assert quiet == {"result": "kept"}
    said = ana._post(
        "act", container=container, block_id="loud", action_id="a", value="b", state={"name": {"a": "Ann"}}
    )
    assert said == {"result": "ok"}
    body = desk.heard[1]
    (action,) = body["actions"]
    del action["action_ts"]
    assert action == {"type": "static_select", "action_id": "a", "block_id": "loud", "selected_option": B}
    assert body["container"] == {"type": "view", "view_id": view["id"]}
    assert body["view"]["state"]["values"] == {
        "quiet": {"a": {"type": "static_select", "selected_option": A}},
        "loud": {"a": {"type": "static_select", "selected_option": B}},
        "name": {"a": {"type": "plain_text_input", "value": "Ann"}},
    }
    assert "response_url" not in body


def test_a_text_speaks_with_every_letter_when_it_asked_to(desk: Desk, ana: Player) -> None:
    text = {"type": "plain_text_input"}
    each_letter = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    desk.view = modal(
        asked("enter", text, dispatch_action=True), asked("live", text | each_letter, dispatch_action=True)
    )
    ana.command("/form")
    ana.fill(enter="one", live="two")
    (action,) = desk.heard[1]["actions"]
    assert (len(desk.heard), action["block_id"], action["value"]) == (2, "live", "two")
    assert desk.heard[1]["view"]["state"]["values"]["enter"] == {"a": {"type": "plain_text_input", "value": "one"}}
    ana.click("a", value="one more")
    (action,) = desk.heard[2]["actions"]
    assert (action["block_id"], action["value"]) == ("enter", "one more")


def test_no_modal_is_opened_in_answer_to_a_submission(desk: Desk, ana: Player) -> None:
    web = WebClient(desk.slack.bot_token, base_url=desk.slack.api)
    desk.answer = {"response_action": "update", "view": modal(NAME)}
    ana.command("/form")
    ana.submit(name="Ann")
    trigger = desk.heard[1]["trigger_id"]
    assert error(lambda: web.views_open(trigger_id=trigger, view=modal(NAME))) == "invalid_arguments"
    assert (
        web.views_push(trigger_id=trigger, view=modal(NAME))["view"]["previous_view_id"] == desk.heard[1]["view"]["id"]
    )
    assert [one.where for one in desk.slack.space.refusals] == ["views.open"]


def test_options_from_the_bot(desk: Desk, ana: Player) -> None:
    desk.view = modal(asked("who", {"type": "external_select", "min_query_length": 2}))
    ana.command("/form")
    assert ana.suggestions("a", "x") == []
    assert ana.suggestions("a", "xy") == [A, B]
    body = desk.heard[1]
    assert (body["type"], body["block_id"], body["action_id"], body["value"]) == ("block_suggestion", "who", "a", "xy")
    ana.submit(who="b")
    assert desk.heard[2]["view"]["state"]["values"] == {"who": {"a": {"type": "external_select", "selected_option": B}}}


def test_a_silent_bot_leaves_the_modal_open_and_the_person_told() -> None:
    with running(company()) as slack:
        bot = app(slack)
        bot.view("form")(lambda: None)
        ana = Player(slack.url, ANA)
        with socket_bot(slack, bot):
            client = WebClient(slack.bot_token, base_url=slack.api)
            client.views_open(trigger_id=slack.space.trigger(ANA), view=modal(NAME))
            slack.space.patience = 0.3
            assert ana.submit(name="Ann") == {"result": "timeout", "errors": {}}
        assert ana.notice() == "We had some trouble connecting. Try again? (timeout)"
        view = ana.view()
        assert view is not None
        assert view["state"] == {"name": {"a": "Ann"}}


def test_a_press_may_push_and_a_close_may_clear(desk: Desk, ana: Player) -> None:
    web = WebClient(desk.slack.bot_token, base_url=desk.slack.api)
    row = {"type": "actions", "elements": [{"type": "button", "text": plain("More"), "action_id": "a"}]}
    desk.view = modal(row, notify_on_close=True)
    ana.command("/form")
    ana.click("a")
    last = modal(notify_on_close=True, clear_on_close=True)
    assert web.views_push(trigger_id=desk.heard[1]["trigger_id"], view=last)["view"]["previous_view_id"] is not None
    stale = desk.slack.space.trigger(ANA)
    assert error(lambda: web.views_push(trigger_id=stale, view=last)) == "invalid_trigger_id"
    with pytest.raises(Refusal, match="not on top"):
        ana._post("submit", view_id=desk.heard[1]["view"]["id"])
    ana.close()
    assert ana.view() is None
    assert [body["is_cleared"] for body in heard(desk, 4)[2:]] == [True, True]


def test_menus_and_searches_in_messages(desk: Desk, ana: Player) -> None:
    web = WebClient(desk.slack.bot_token, base_url=desk.slack.api)
    menu = {"type": "overflow", "action_id": "a", "options": [A, B]}
    search = {"type": "external_select", "action_id": "a", "min_query_length": 0}
    blocks = [
        {"type": "section", "block_id": "menu", "text": plain("Menu"), "accessory": menu},
        {"type": "section", "block_id": "search", "text": plain("Search"), "accessory": search},
    ]
    posted = web.chat_postMessage(channel=LOBBY, text="Choose", blocks=blocks)
    ana.click("a", value="b", within="menu")
    assert heard(desk, 1)[0]["actions"][0]["selected_option"] == B
    with pytest.raises(Refusal, match="The menu has no entry 'z'"):
        ana.click("a", value="z", within="menu")
    asked_for = {"channel": LOBBY, "ts": posted["ts"], "block_id": "search", "action_id": "a", "value": ""}
    assert ana._get("suggest", **asked_for) == {"options": [A, B]}
    ana.click("a", value="a", within="search")
    assert heard(desk, 3)[2]["state"] == {
        "values": {"search": {"a": {"type": "external_select", "selected_option": A}}}
    }


def test_a_bad_list_of_options_is_refused_and_the_person_told(slack: Running, web: WebClient, ana: Player) -> None:
    bot = app(slack)
    bot.options("a")(lambda ack: ack({"options": [A, A]}))
    search = asked("who", {"type": "multi_external_select", "min_query_length": 1})
    web.views_open(trigger_id=slack.space.trigger(ANA), view=modal(search))
    with socket_bot(slack, bot):
        assert ana.suggestions("a", "x") == []
    assert ana.notice() == "The options could not be loaded (invalid_options)"
    assert [one.messages for one in slack.space.refusals] == [("option value 'a' already exists [json-pointer:]",)]


def test_a_submission_must_be_answered_as_slack_wants_it(desk: Desk, ana: Player) -> None:
    ana.command("/form")
    for answer, reason in (
        ({"text": "ok"}, "no response_action"),
        ({"response_action": "dance"}, "response_action 'dance'"),
        ({"response_action": "errors", "errors": {}}, "errors must name input blocks"),
        ({"response_action": "errors", "errors": {"name": ""}}, "errors must be texts"),
    ):
        desk.answer = answer
        assert ana.submit(name="Ann")["result"] == "timeout"
        assert desk.slack.space.refusals[-1].messages == (reason,)
