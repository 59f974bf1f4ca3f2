from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from tests.workbench.ui.company import WORKSPACE
from workbench.server import Running, running
from workbench.ui.screens import Screen, compose

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
EIGHT = int(NOW.timestamp())
MARA = {"id": "U1", "name": "mara", "real_name": "Mara", "tz": "Europe/Berlin", "title": "Recruiter"}
DEVI = {"id": "U2", "name": "devi", "real_name": "Devi", "tz": "Asia/Kolkata", "title": "Engineer"}


def said(seconds: int, user: str = "U2", **more: Any) -> dict[str, Any]:
    return {"ts": f"{EIGHT + seconds}.000100", "user": user, "text": f"at {seconds}", **more}


def place(key: str, kind: str, *messages: dict[str, Any], unread: int = 0) -> dict[str, Any]:
    name = "Evenhand" if kind == "app" else f"name of {key}"
    return {
        "id": key,
        "kind": kind,
        "name": name,
        "unread": unread,
        "messages": list(messages),
        "members": ["U1", "UB"],
    }


def screen(*places: dict[str, Any], at: str = "", thread: str = "") -> Screen:
    raw = {"me": MARA, "conversations": list(places), "home": None, "views": [], "notice": None, "version": 1}
    return compose(raw, [MARA, DEVI], now=NOW, at=at, thread=thread)


@pytest.mark.parametrize(
    ("unread_in_channel", "unread_in_app", "at"), [(0, 0, "home"), (2, 0, "C1"), (0, 1, "D1"), (2, 1, "D1")]
)
def test_one_looks_first_where_something_is_new(unread_in_channel: int, unread_in_app: int, at: str) -> None:
    places = [place("C1", "channel", unread=unread_in_channel), place("D1", "app", unread=unread_in_app)]
    shown = screen(*places)
    assert (shown.at, shown.unread) == (at, unread_in_channel + unread_in_app)


def test_an_unknown_place_is_not_an_error() -> None:
    assert screen(place("C1", "channel"), at="C9").at == "home"


def test_messages_of_one_person_within_five_minutes_stand_together() -> None:
    messages = [said(-86_400), said(0), said(60), said(70, "U1"), said(80, is_ephemeral=True), said(90), said(500)]
    messages += [said(510, blocks=[]), said(520, blocks=[{"type": "divider"}]), said(530)]
    lines = screen(place("C1", "channel", *messages), at="C1").lines()
    assert [(one.day, one.author, one.follows, one.ephemeral) for one in lines] == [
        ("Yesterday", "Devi", False, False),
        ("Today", "Devi", False, False),
        ("", "Devi", True, False),
        ("", "Mara", False, False),
        ("", "Devi", False, True),
        ("", "Devi", False, False),
        ("", "Devi", False, False),
        ("", "Devi", True, False),
        ("", "Devi", False, False),
        ("", "Devi", False, False),
    ]


def test_the_app_is_named_and_marked() -> None:
    messages = [said(0, "UB", bot_id="B1"), said(1, "UB", bot_id="B1", bot_profile={"name": "Evenhand"})]
    messages.append(said(2, "UB", subtype="channel_join", text="<@UB> has joined the channel"))
    lines = screen(place("C1", "channel", *messages), place("D1", "app"), at="C1").lines()
    assert [(one.author, one.is_app) for one in lines] == [("Evenhand", True)] * 3
    assert "@<bdi>Evenhand</bdi></span> has joined the channel" in lines[2].body


def test_a_thread_is_its_message_and_the_replies() -> None:
    root = said(0, reply_count=1, replies=[said(5, "U1", edited={"user": "U1"})])
    shown = screen(place("C1", "channel", root, said(9)), at="C1", thread=root["ts"])
    assert [(str(one.body), one.replies, one.edited) for one in shown.thread_lines()] == [
        ('<div dir="auto">at 0</div>', 1, False),
        ('<div dir="auto">at 5</div>', 0, True),
    ]


@pytest.fixture(scope="module")
def slack() -> Iterator[Running]:
    with running(WORKSPACE) as started:
        yield started


def get(slack: Running, path: str) -> httpx.Response:
    return httpx.get(slack.url + path)


def test_the_first_page_is_of_whoever_has_most_to_read(slack: Running) -> None:
    assert get(slack, "/").headers["location"] == "/ui/U001"
    app = WebClient(token=slack.bot_token, base_url=slack.api)
    for channel in ("D002", "D003", "D003"):
        app.chat_postMessage(channel=channel, text="Yours")
    assert get(slack, "/").headers["location"] == "/ui/U003"


def test_somebody_who_is_not_there_is_told_where_to_go(slack: Running) -> None:
    answers = [get(slack, path) for path in ("/ui/U999", "/ui/U00B")]
    assert [(one.status_code, '<a href="/">' in one.text) for one in answers] == [(404, True), (404, True)]
    assert get(slack, "/ui/U999/parts").json() == {"error": "unknown_person"}


def test_only_our_own_scripts_run_on_the_page(slack: Running) -> None:
    answer = get(slack, "/ui/U001")
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src * data:; form-action 'none'"
    )
    assert "style=" not in answer.text


def test_what_the_page_asks_for_again_is_what_it_was_made_of(slack: Running) -> None:
    whole, parts = get(slack, "/ui/U001?at=C001").text, get(slack, "/ui/U001/parts?at=C001").json()
    steady = {
        name: html for name, html in parts["parts"].items() if name != "topbar"
    }  # the clock stands in the top bar
    assert {name for name, html in steady.items() if html not in whole} == set()
    assert (parts["at"], parts["unread"], parts["title"]) == ("C001", 0, "Mara Lindqvist · Workbench")
