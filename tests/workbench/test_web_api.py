"""The Web API as slack_sdk meets it: what it gives, and what it refuses by Slack's names."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.workbench.worlds import ANA, BEN, BOT, CY, LOBBY, SECRET, client, company
from workbench.player import Player, control
from workbench.server import Running, running
from workbench.workspace import GroupEntry

DM = "D0ANA"


def refusal(call: Callable[[], Any]) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        call()
    answer: dict[str, Any] = caught.value.response.data
    return answer


def error(call: Callable[[], Any]) -> str:
    return str(refusal(call)["error"])


def test_the_token_comes_first(slack: Running) -> None:
    assert error(WebClient(base_url=slack.api).auth_test) == "not_authed"
    assert error(client(slack, "xoxb-wrong").auth_test) == "invalid_auth"
    assert error(client(slack, slack.app_token).auth_test) == "not_allowed_token_type"
    assert error(lambda: client(slack).apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"
    assert error(lambda: client(slack).api_call("chat.shout")) == "unknown_method"


def test_who_the_bot_is(web: WebClient, slack: Running) -> None:
    assert web.auth_test().data == {
        "ok": True,
        "url": f"{slack.url}/",
        "team": "Example",
        "user": "evenhand",
        "team_id": "T0TEAM",
        "user_id": BOT,
        "bot_id": "B0BOT",
        "is_enterprise_install": False,
    }


def test_scopes_are_those_of_the_manifest() -> None:
    manifest = {
        "features": {"app_home": {"messages_tab_enabled": True}},
        "oauth_config": {"scopes": {"bot": ["chat:write", "channels:history"]}},
    }
    with running(company(), manifest=manifest) as slack:
        web = client(slack)
        assert web.chat_postMessage(channel=LOBBY, text="Hi")["ok"]
        assert len(web.conversations_history(channel=LOBBY)["messages"]) == 1
        refused = refusal(lambda: web.users_info(user=ANA))
        assert refused == {
            "ok": False,
            "error": "missing_scope",
            "needed": "users:read",
            "provided": "channels:history,chat:write",
        }
        assert refusal(lambda: web.conversations_history(channel=DM))["needed"] == "im:history"
        assert error(lambda: web.views_publish(user_id=ANA, view={"type": "home", "blocks": []})) == "not_enabled"


def test_a_message_has_the_shape_that_history_gives_back(web: WebClient) -> None:
    metadata = {"event_type": "asked", "event_payload": {"key": "k1"}}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Hi*"}, "block_id": "b"}]
    posted = web.chat_postMessage(channel=LOBBY, text="Hi", blocks=blocks, metadata=metadata, client_msg_id="one")
    expected = {
        "type": "message",
        "user": BOT,
        "ts": posted["ts"],
        "bot_id": "B0BOT",
        "app_id": "A0TEAM",
        "team": "T0TEAM",
        "text": "Hi",
        "bot_profile": {
            "id": "B0BOT",
            "app_id": "A0TEAM",
            "user_id": BOT,
            "name": "Evenhand",
            "deleted": False,
            "updated": 0,
            "team_id": "T0TEAM",
        },
        "blocks": [{**blocks[0], "text": {"type": "mrkdwn", "text": "*Hi*", "verbatim": False}}],
        "client_msg_id": "one",
    }
    assert web.conversations_history(channel=LOBBY)["messages"] == [expected]
    assert web.conversations_history(channel=LOBBY, include_all_metadata=True)["messages"] == [
        expected | {"metadata": metadata}
    ]


def test_where_the_bot_may_not_post(web: WebClient) -> None:
    def post(channel: str) -> str:
        return error(lambda: web.chat_postMessage(channel=channel, text="Hi"))

    assert [post(channel) for channel in (SECRET, "C0NOWHERE", "U0NOBODY", CY)] == ["channel_not_found"] * 4
    assert post(BOT) == "channel_not_found"


def test_a_person_stands_for_the_conversation_with_them(web: WebClient, slack: Running) -> None:
    assert web.chat_postMessage(channel=ANA, text="Hi")["channel"] == DM
    assert web.conversations_open(users=ANA)["channel"] == {"id": DM}
    assert error(lambda: web.conversations_open(users=CY)) == "user_disabled"
    assert error(lambda: web.conversations_open(users="U0NOBODY")) == "user_not_found"
    several = web.conversations_open(users=[ANA, BEN])["channel"]["id"]
    assert web.conversations_open(users=[BEN, ANA])["channel"]["id"] == several
    assert Player(slack.url, BEN).conversation(several)["name"] == "Ana Ruiz, Evenhand"


def test_refused_messages_are_named_pointed_at_and_kept(web: WebClient, slack: Running) -> None:
    silent = {"channel": LOBBY, "blocks": [{"type": "divider"}]}
    assert error(lambda: web.api_call("chat.postMessage", json=silent)) == "no_text"
    assert error(lambda: web.chat_postMessage(channel=LOBBY, text="x" * 40_001)) == "msg_too_long"
    assert error(lambda: web.chat_postMessage(channel=LOBBY, text="x", blocks="[")) == "invalid_blocks_format"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    reasons = [
        "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]
    assert refusal(lambda: web.chat_postMessage(channel=LOBBY, text="x", blocks=[section])) == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [reason.removeprefix("[ERROR] ") for reason in reasons],
        "response_metadata": {"messages": reasons},
    }
    assert [refused.error for refused in slack.space.refusals] == ["no_text", "msg_too_long", "invalid_blocks"]
    assert control(slack.url, "refusals")["refusals"][2]["payload"] == {"text": "x", "blocks": [section]}
    assert (
        error(lambda: web.chat_postMessage(channel=LOBBY, text="x", metadata={"event_type": 1}))
        == "invalid_metadata_schema"
    )
    large = {"event_type": "e", "event_payload": {"all": "x" * 8000}}
    assert error(lambda: web.chat_postMessage(channel=LOBBY, text="x", metadata=large)) == "metadata_too_large"
    assert refusal(lambda: web.chat_postMessage(channel=LOBBY, text="x", colour="red"))["errors"] == [
        "unknown argument: colour"
    ]


def test_threads(web: WebClient, slack: Running) -> None:
    root = web.chat_postMessage(channel=LOBBY, text="Root")["ts"]
    first = web.chat_postMessage(channel=LOBBY, text="One", thread_ts=root)["ts"]
    second = web.chat_postMessage(channel=LOBBY, text="Two", thread_ts=first)["message"]
    assert (second["thread_ts"], second["parent_user_id"]) == (root, BOT)
    assert [one["text"] for one in web.conversations_replies(channel=LOBBY, ts=root)["messages"]] == [
        "Root",
        "One",
        "Two",
    ]
    (shown,) = web.conversations_history(channel=LOBBY)["messages"]
    assert (shown["reply_count"], shown["reply_users"], shown["latest_reply"]) == (2, [BOT], second["ts"])
    assert (
        error(lambda: web.chat_postMessage(channel=LOBBY, text="x", thread_ts="1.000000")) == "cannot_reply_to_message"
    )
    assert error(lambda: web.conversations_replies(channel=LOBBY, ts="1.000000")) == "thread_not_found"
    web.chat_delete(channel=LOBBY, ts=root)
    assert [one["text"] for one in Player(slack.url, ANA).messages("lobby")] == [
        "This message was deleted.",
        "One",
        "Two",
    ]


def test_update_and_delete_only_what_is_ones_own(web: WebClient, slack: Running) -> None:
    blocks = [{"type": "divider"}]
    ts = web.chat_postMessage(channel=LOBBY, text="Before", blocks=blocks)["ts"]
    updated = web.chat_update(channel=LOBBY, ts=ts, text="After")["message"]
    assert (updated["text"], "blocks" in updated, updated["edited"]["user"]) == ("After", False, BOT)
    theirs = Player(slack.url, ANA).say("lobby", "Mine")["ts"]
    assert error(lambda: web.chat_update(channel=LOBBY, ts=theirs, text="x")) == "cant_update_message"
    assert error(lambda: web.chat_delete(channel=LOBBY, ts=theirs)) == "cant_delete_message"
    assert error(lambda: web.chat_update(channel=LOBBY, ts="1.000000", text="x")) == "message_not_found"
    web.chat_delete(channel=LOBBY, ts=ts)
    assert [one["text"] for one in web.conversations_history(channel=LOBBY)["messages"]] == ["Mine"]


def test_an_ephemeral_message_is_one_persons_alone(web: WebClient, slack: Running) -> None:
    web.chat_postEphemeral(channel=LOBBY, user=ANA, text="Psst")
    assert [one["text"] for one in Player(slack.url, ANA).messages("lobby")] == ["Psst"]
    assert Player(slack.url, BEN).messages("lobby") == []
    assert web.conversations_history(channel=LOBBY)["messages"] == []
    assert error(lambda: web.chat_postEphemeral(channel=LOBBY, user=CY, text="Psst")) == "user_not_in_channel"


def test_people(web: WebClient) -> None:
    first = web.users_list(limit=3)
    second = web.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [one["id"] for one in first["members"] + second["members"]] == ["USLACKBOT", ANA, BEN, CY, BOT]
    assert second["response_metadata"]["next_cursor"] == ""
    ana = web.users_info(user=ANA)["user"]
    assert (ana["tz"], ana["profile"]["email"], ana["profile"]["title"]) == (
        "Europe/Berlin",
        "ana@example.org",
        "Recruiter",
    )
    assert web.users_lookupByEmail(email="BEN@example.org")["user"]["id"] == BEN
    assert error(lambda: web.users_lookupByEmail(email="cy@example.org")) == "users_not_found"
    assert error(lambda: web.users_info(user="U0NOBODY")) == "user_not_found"
    assert web.users_info(user=CY)["user"]["deleted"] is True


def test_channels(web: WebClient) -> None:
    assert [one["id"] for one in web.conversations_list()["channels"]] == [LOBBY]
    assert web.conversations_list(types="private_channel")["channels"] == []
    assert web.conversations_members(channel=LOBBY)["members"] == [ANA, BEN, BOT]
    assert web.conversations_info(channel=LOBBY)["channel"]["is_member"] is True
    assert error(lambda: web.conversations_info(channel=SECRET)) == "channel_not_found"


def test_history_in_pages_and_spans(web: WebClient) -> None:
    stamps = [web.chat_postMessage(channel=LOBBY, text=str(number))["ts"] for number in range(5)]
    assert stamps == sorted(set(stamps))

    def texts(**asked: Any) -> list[str]:
        return [one["text"] for one in web.conversations_history(channel=LOBBY, **asked)["messages"]]

    assert texts(limit=2) == ["4", "3"]
    assert texts(limit=2, cursor="next:2") == ["2", "1"]
    assert texts(oldest=stamps[1], latest=stamps[3]) == ["2"]
    assert texts(oldest=stamps[1], latest=stamps[3], inclusive=True) == ["3", "2", "1"]
    assert error(lambda: texts(cursor="what")) == "invalid_cursor"


def test_forms_and_queries_do_as_well_as_json(slack: Running) -> None:
    form = {"token": slack.bot_token, "channel": LOBBY, "text": "Hi", "blocks": '[{"type": "divider"}]'}
    posted = httpx.post(f"{slack.api}chat.postMessage", data=form).json()
    assert posted["message"]["blocks"][0]["type"] == "divider"
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": "application/json"}
    shown = httpx.post(f"{slack.api}auth.test", content=b"{}", headers=headers).json()
    assert (shown["warning"], shown["response_metadata"]) == ("missing_charset", {"warnings": ["missing_charset"]})


def test_some_methods_do_not_read_json(web: WebClient) -> None:
    assert error(lambda: web.api_call("users.info", json={"user": ANA})) == "user_not_found"
    assert web.api_call("users.info", params={"user": ANA})["user"]["id"] == ANA
    assert (
        error(lambda: web.api_call("conversations.replies", json={"channel": LOBBY, "ts": "1"})) == "channel_not_found"
    )


def test_the_log_says_what_became_visible_to_whom(web: WebClient, slack: Running) -> None:
    web.chat_postMessage(channel=LOBBY, text="All")
    web.chat_postEphemeral(channel=LOBBY, user=BEN, text="You")
    web.conversations_history(channel=LOBBY)
    calls = control(slack.url, "log")["calls"]
    assert [(call["method"], call["seen_by"]) for call in calls] == [
        ("chat.postMessage", [ANA, BEN]),
        ("chat.postEphemeral", [BEN]),
        ("conversations.history", []),
    ]
    assert calls[0]["args"] == {"channel": LOBBY, "text": "All"}


def test_reactions(web: WebClient, slack: Running) -> None:
    ts = web.chat_postMessage(channel=LOBBY, text="One")["ts"]
    web.reactions_add(channel=LOBBY, timestamp=ts, name="eyes")
    assert Player(slack.url, ANA).messages("lobby")[0]["reactions"] == [{"name": "eyes", "users": [BOT], "count": 1}]
    assert error(lambda: web.reactions_add(channel=LOBBY, timestamp=ts, name="eyes")) == "already_reacted"
    assert error(lambda: web.reactions_add(channel=LOBBY, timestamp="1.000000", name="eyes")) == "message_not_found"


def test_links_to_messages(web: WebClient, slack: Running) -> None:
    ts = web.chat_postMessage(channel=LOBBY, text="One")["ts"]
    link = web.chat_getPermalink(channel=LOBBY, message_ts=ts)["permalink"]
    assert link == f"{slack.url}/archives/{LOBBY}/p{ts.replace('.', '')}"
    assert error(lambda: web.chat_getPermalink(channel=LOBBY, message_ts="1.000000")) == "message_not_found"


def test_bots_profiles_and_groups(web: WebClient) -> None:
    assert web.bots_info(bot="B0BOT")["bot"]["user_id"] == BOT
    assert error(lambda: web.bots_info(bot="B0OTHER")) == "bot_not_found"
    profile = web.users_profile_get(user=BEN)["profile"]
    assert (profile["first_name"], profile["last_name"], profile["display_name"]) == ("Ben", "O'Neill", "ben")
    assert web.usergroups_list()["usergroups"] == []
    assert error(lambda: web.usergroups_users_list(usergroup="S0")) == "no_such_subteam"


def test_groups_have_members_until_these_are_deactivated(slack: Running, web: WebClient) -> None:
    slack.space.groups["S0REC"] = GroupEntry(id="S0REC", handle="recruiting", users=(ANA, CY))
    slack.space.groups["S0OLD"] = GroupEntry(id="S0OLD", handle="old", users=(BEN,), disabled=True)
    shown = web.usergroups_list(include_users=True, include_count=True)["usergroups"]
    assert [(one["handle"], one["users"], one["user_count"], one["date_delete"]) for one in shown] == [
        ("recruiting", [ANA], 1, 0)
    ]
    assert [one["handle"] for one in web.usergroups_list(include_disabled=True)["usergroups"]] == ["recruiting", "old"]
    assert web.usergroups_users_list(usergroup="S0REC")["users"] == [ANA]
    assert error(lambda: web.usergroups_users_list(usergroup="S0OLD")) == "no_such_subteam"


def test_conversations_of_several(web: WebClient) -> None:
    where = web.conversations_open(users=[ANA, BEN], return_im=True)["channel"]
    assert (where["is_mpim"], where["is_private"], where["num_members"]) == (True, True, 3)
    assert [one["id"] for one in web.conversations_list(types="mpim")["channels"]] == [where["id"]]
    assert web.conversations_open(channel=where["id"])["already_open"] is True
    assert error(lambda: web.conversations_open(users=[ANA, BOT])) == "cannot_dm_bot"
    assert error(lambda: web.api_call("conversations.open", json={})) == "users_list_not_supplied"
    assert error(lambda: web.conversations_list(types="secret")) == "invalid_types"
    assert error(lambda: web.conversations_join(channel=DM)) == "method_not_supported_for_channel_type"
    assert web.conversations_join(channel=LOBBY)["warning"] == "already_in_channel"


def test_what_is_malformed_is_said_to_be(web: WebClient) -> None:
    def call(method: str, **body: Any) -> str:
        return error(lambda: web.api_call(method, json=body))

    assert call("chat.postMessage", channel=LOBBY, text="x", blocks={"type": "divider"}) == "invalid_blocks_format"
    assert call("chat.postMessage", channel=LOBBY, text="x", metadata="{") == "invalid_metadata_format"
    assert call("chat.postMessage", channel=LOBBY, text="x", metadata=[]) == "invalid_metadata_format"
    assert call("chat.postMessage", channel=LOBBY, text="x", attachments=[{}]) == "invalid_attachments"
    assert call("chat.postMessage", channel=[LOBBY], text="x") == "invalid_arguments"
    assert call("chat.postMessage", text="x") == "channel_not_found"
    ts = web.chat_postMessage(channel=LOBBY, text="x")["ts"]
    assert call("chat.update", channel=LOBBY, ts=ts, text="x" * 4001) == "msg_too_long"
    assert call("views.publish", user_id="U0NOBODY", view={"type": "home", "blocks": []}) == "invalid_arguments"
    assert call("views.publish", user_id=ANA, view="{") == "invalid_arguments"
    assert call("views.publish", user_id=ANA, view={"type": "modal", "blocks": []}) == "invalid_arguments"
    web.views_publish(user_id=ANA, view={"type": "home", "blocks": []})
    assert call("views.publish", user_id=ANA, view={"type": "home", "blocks": []}, hash="old") == "hash_conflict"
    assert call("views.update", view={"type": "home", "blocks": []}) == "invalid_arguments"
    assert call("views.push", trigger_id="1.2.3", view={}) == "invalid_trigger_id"
    many = {"channel": LOBBY, "limit": "many"}
    assert error(lambda: web.api_call("conversations.history", params=many)) == "invalid_arguments"
