"""Speaking to Slack through trouble: what is known not to have happened, what may have, and that nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.budgets import Budgets
from bot.matching import Matched, channel_named, match_accounts
from bot.messenger import Messenger, Post
from bot.refusals import SlackRefused, SlackUnavailable
from handlers.blocks.message import PICTURE_ID, Message, Picture
from hiring.ports import Sent
from tests.database import fresh_database
from tests.handlers.rig import web_api
from tests.hiring import worlds
from tests.workbench.worlds import ANA, BEN, LOBBY, SECRET, company
from workbench.server import Running, running

HELLO = Message(text="hello", blocks=({"type": "section", "text": {"type": "mrkdwn", "text": "hello"}},))
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003860180345cd5360000000049454e44ae426082"
)
PICTURED = Message(
    text="hello",
    blocks=({"type": "image", "slack_file": {"id": PICTURE_ID}, "alt_text": "one dot"},),
    pictures=(Picture(name="dot", title="Dot", png=PNG, alt="one dot"),),
)


@pytest.fixture(scope="module")
def slack() -> Iterator[Running]:
    with running(company()) as space:
        yield space


@pytest.fixture
def messenger(slack: Running) -> Messenger:
    return Messenger(token=slack.bot_token, base_url=slack.api, budgets=Budgets(), timeout=1)


def said(slack: Running, key: str) -> int:
    """How many messages carry the key, as Slack kept them."""
    found = Messenger(token=slack.bot_token, base_url=slack.api)
    answer = found._call("conversations.history", channel=LOBBY, limit=100, include_all_metadata=True)
    payloads = [(one.get("metadata") or {}).get("event_payload") or {} for one in answer["messages"]]
    return sum(payload.get("key") == key for payload in payloads)


def test_a_message_is_posted_found_and_edited(slack: Running, messenger: Messenger) -> None:
    sent = messenger.post(Post("plain", LOBBY, HELLO))
    assert messenger.find(key="plain", channel=LOBBY) == sent
    assert messenger.find(key="other", channel=LOBBY) is None
    assert messenger.edit(Post("plain", LOBBY, HELLO), ts=sent.ts) == sent
    under = messenger.post(Post("under", LOBBY, HELLO, thread=sent.ts))
    assert messenger.find(key="under", channel=LOBBY, thread=sent.ts) == Sent("under", LOBBY, under.ts)
    assert said(slack, "plain") == 1


def test_slack_is_not_asked_to_find_calls_in_the_new_words() -> None:
    with web_api() as hands:
        Messenger(token="xoxb-test", base_url=hands.api).edit(Post("plain", LOBBY, HELLO), ts="1.1")
        assert [(method, body["parse"]) for method, body in hands.calls] == [("chat.update", "none")]


@pytest.mark.parametrize(("trouble", "happened"), [("drop", 1), ("hang", 1), ("error", 0)])
def test_no_answer_means_that_it_may_have_happened_and_looking_tells(
    slack: Running, messenger: Messenger, trouble: Any, happened: int
) -> None:
    slack.space.faults.plan("chat.postMessage", trouble)
    with pytest.raises(SlackUnavailable) as told:
        messenger.post(Post(trouble, LOBBY, HELLO))
    assert told.value.outcome_unknown
    assert "hello" not in str(told.value)
    assert (said(slack, trouble), messenger.find(key=trouble, channel=LOBBY) is not None) == (happened, happened == 1)


def test_an_edit_without_an_answer_may_be_done_over(slack: Running, messenger: Messenger) -> None:
    sent = messenger.post(Post("edited", LOBBY, HELLO))
    slack.space.faults.plan("chat.update", "drop")
    with pytest.raises(SlackUnavailable):
        messenger.edit(Post("edited", LOBBY, HELLO), ts=sent.ts)
    assert messenger.edit(Post("edited", LOBBY, HELLO), ts=sent.ts) == sent


@pytest.mark.parametrize("trouble", ["drop", "error"])
def test_a_question_without_an_answer_changed_nothing(slack: Running, messenger: Messenger, trouble: Any) -> None:
    slack.space.faults.plan("conversations.open", trouble)
    with pytest.raises(SlackUnavailable) as told:
        messenger.direct(ANA)
    assert not told.value.outcome_unknown
    assert messenger.direct(ANA).startswith("D")


def test_refusals_say_slacks_own_code(messenger: Messenger) -> None:
    for post, code in (
        (Post("a", "C0NOWHERE", HELLO), "channel_not_found"),
        (Post("a", SECRET, HELLO), "channel_not_found"),
        (Post("a", LOBBY, Message("x", ({"type": "nonsense"},))), "invalid_blocks"),
    ):
        with pytest.raises(SlackRefused) as told:
            messenger.post(post)
        assert told.value.code == code


def test_a_picture_is_uploaded_and_shown(slack: Running, messenger: Messenger) -> None:
    messenger.post(Post("pictured", LOBBY, PICTURED))
    assert said(slack, "pictured") == 1
    assert [upload.data for upload in slack.space.uploads.values()].count(PNG) == 1


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
def test_a_picture_that_is_lost_on_its_way_says_nothing_yet(slack: Running, messenger: Messenger, method: str) -> None:
    slack.space.faults.plan(method, "drop")
    with pytest.raises(SlackUnavailable) as told:
        messenger.post(Post(method, LOBBY, PICTURED))
    assert (told.value.outcome_unknown, said(slack, method)) == (False, 0)


def test_a_slack_that_is_not_there(slack: Running) -> None:
    nowhere = Messenger(token=slack.bot_token, base_url="http://127.0.0.1:9/api/")
    with pytest.raises(SlackUnavailable) as told:
        nowhere.who_am_i()
    assert (told.value.outcome_unknown, slack.bot_token in str(told.value)) == (False, False)


def test_a_wrong_token_is_refused(slack: Running) -> None:
    with pytest.raises(SlackRefused) as told:
        Messenger(token="xoxb-wrong", base_url=slack.api).who_am_i()
    assert told.value.code == "invalid_auth"


def test_accounts_and_channels(messenger: Messenger) -> None:
    assert messenger.account_of("ana@example.org") == ANA
    assert messenger.account_of("nobody@example.org") is None
    assert messenger.account_of("cy@example.org") is None  # deactivated
    assert channel_named(messenger, "lobby") == LOBBY
    assert channel_named(messenger, "secret") is None
    assert channel_named(messenger, "no-such") is None


class _ManyChannels(WebClient):
    """Thirty pages of them, and the second of two calls is told to come again."""

    calls = 0

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:
        assert api_method == "conversations.list"
        self.calls += 1
        page = int(given["params"]["cursor"] or 0)
        there = [{"id": f"C{page}", "name": f"channel-{page}"}]
        next_page = {"next_cursor": str(page + 1) if page < 29 else ""}
        if self.calls % 2 == 0:
            raise SlackApiError("", _answer(429, {"error": "ratelimited"}))  # type: ignore[no-untyped-call]  # Slack leaves it untyped
        return _answer(200, {"channels": there, "response_metadata": next_page})


def _answer(status: int, data: dict[str, Any]) -> SlackResponse:
    return SlackResponse(
        client=None,
        http_verb="POST",
        api_url="",
        req_args={},
        data=data,
        status_code=status,
        headers={"Retry-After": "0"},
    )


def test_a_channel_is_found_behind_more_pages_than_slack_gives_out_in_a_row() -> None:
    client = _ManyChannels(retry_handlers=[])
    slack = Messenger(token="", base_url="http://nowhere.example/api/", budgets=Budgets(rates={}), client=client)
    assert channel_named(slack, "channel-25") == "C25"
    assert client.calls == 51, "no page is asked for twice that was read"


def test_matching_finds_accounts_and_channels_and_stops_for_nobody(
    slack: Running, messenger: Messenger, tmp_path: Path
) -> None:
    database = fresh_database(tmp_path)
    people = [worlds.person(name) for name in ("Ana", "Ben", "Cy", "Noa")]
    with database.begin() as uow:
        for one in people:
            address = f"{one.id}@example.org"
            uow.save_person(replace(one, email=address, slack_id="UOLD" if one.id == "noa" else None))
        uow.save_opening(replace(worlds.OPENING, channel="lobby", channel_id=None))
        uow.save_opening(replace(worlds.OPENING, id="de", channel="no-such", channel_id=None))
    slack.space.faults.plan("users.lookupByEmail", "drop")
    expected = Matched(accounts=2, without=("cy@example.org",), no_channel=("no-such",))
    assert match_accounts(database, messenger) == expected
    assert match_accounts(database, messenger) == Matched(
        accounts=0, without=("cy@example.org",), no_channel=("no-such",)
    )
    with database.begin(read_only=True) as uow:
        assert {one.id: one.slack_id for one in uow.people()} == {
            "ana": "U0ANA", "ben": "U0BEN", "cy": None, "noa": "UOLD",
        }  # fmt: skip
        assert uow.opening("ds").channel_id == LOBBY
    database.close()


def test_whose_account_cant_be_looked_up_now_keeps_nobody_else_from_theirs(
    slack: Running, messenger: Messenger, tmp_path: Path
) -> None:
    database = fresh_database(tmp_path)
    with database.begin() as uow:
        for name in ("Ana", "Ben"):
            one = worlds.person(name)
            uow.save_person(replace(one, email=f"{one.id}@example.org", slack_id=None))
    slack.space.faults.plan("users.lookupByEmail", "drop")
    first = match_accounts(database, messenger, patience=0)
    assert (first.accounts, first.without) == (1, ("ana@example.org",))
    assert match_accounts(database, messenger).without == ()
    database.close()


class _RefusesOne(WebClient):
    """Of two people it knows one, and refuses to look for the other with this code."""

    code = ""

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:
        assert api_method == "users.lookupByEmail"
        if given["params"]["email"].startswith("ana@"):
            raise SlackApiError("", _answer(200, {"error": self.code}))  # type: ignore[no-untyped-call]  # Slack leaves it untyped
        return _answer(200, {"user": {"id": BEN}})


@pytest.mark.parametrize(("code", "found"), [("invalid_arguments", BEN), ("missing_scope", None)])
def test_who_is_refused_keeps_nobody_else_from_their_account_unless_all_would_be(
    tmp_path: Path, code: str, found: str | None
) -> None:
    database = fresh_database(tmp_path)
    with database.begin() as uow:
        for name in ("Ana", "Ben"):
            uow.save_person(replace(worlds.person(name), slack_id=None))
    client = _RefusesOne(retry_handlers=[])
    client.code = code
    slack = Messenger(token="", base_url="http://nowhere.example/api/", budgets=Budgets(rates={}), client=client)
    with nullcontext() if found else pytest.raises(SlackRefused):
        assert match_accounts(database, slack).without == ("ana@corvid.example",)
    with database.begin(read_only=True) as uow:
        assert uow.person("ben").slack_id == found
    database.close()
