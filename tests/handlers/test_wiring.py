"""Ids, listeners, kinds, commands, scopes, settings and packages are each one thing, said in several places."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from slack_bolt.listener_matcher.builtins import BuiltinListenerMatcher

from bot.settings import SETTINGS
from handlers import ids, messages
from handlers.blocks import status
from handlers.commands import WORDS
from hiring.model import Kind
from hiring.rules.permissions import COMMANDS
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.blocks import surfaces, world
from tests.hiring.worlds import NOW

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())
PACKAGES = ("bot", "handlers", "hiring", "plans", "scheduling", "store", "workbench")

SCOPES = {
    "channels:history": ("conversations.history", "conversations.replies"),
    "channels:join": ("conversations.join",),
    "channels:read": ("conversations.list",),
    "chat:write": ("chat.postMessage", "chat.update", "chat.delete"),
    "files:write": ("files.getUploadURLExternal", "files.completeUploadExternal", "files.delete"),
    "groups:history": ("conversations.history", "conversations.replies"),
    "im:history": ("conversations.history",),
    "im:write": ("conversations.open",),
    "usergroups:read": ("usergroups.list",),
    "users:read": ("users.list",),
    "users:read.email": ("users.lookupByEmail",),
}
"""Each scope with the methods that need it, as Slack's reference pages of those methods say."""
WITHOUT_METHOD = {
    "commands": "the slash command",
}
FREE = {"auth.test", "views.open", "views.push", "views.update", "views.publish"}
"""Methods that need no scope."""


def _rendered() -> tuple[set[str], set[str], set[str], set[str]]:
    """Of everything blocks can make: action ids, callback ids, those told when closed, and menus that ask us for options."""
    actions: set[str] = set()
    callbacks: set[str] = set()
    closed: set[str] = set()
    asking: set[str] = set()
    made = world.ordinary()
    before_release = made.loop.with_(released=None, decision=None, submitted=())
    running = status.status_loop(
        before_release,
        candidate=made.candidate,
        opening=made.opening,
        people=made.people,
        zone="UTC",
        now=world.NOW,
    )
    shown = [{"blocks": list(one.blocks)} for one in (running, *surfaces.messages(made).values())]
    for view in [*shown, *surfaces.modals(made).values(), *surfaces.homes(made).values()]:
        for part in _parts(view):
            if "action_id" in part:
                actions.add(part["action_id"])
            if part.get("type") == "external_select":
                asking.add(part["action_id"])
            if part.get("callback_id"):
                callbacks.add(part["callback_id"])
                if part.get("notify_on_close"):
                    closed.add(part["callback_id"])
    return actions, callbacks, closed, asking


def _parts(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for one in value.values():
            yield from _parts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _parts(one)


def _listened(tmp_path: Path) -> dict[str, set[str]]:
    """Every id that the app listens for, by the kind of listener, read from the matchers that Bolt made of them."""
    bolt = rig.app(fresh_database(tmp_path), NOW, api="http://127.0.0.1:9/api/")
    found: dict[str, set[str]] = {}
    for listener in bolt._listeners:
        for matcher in listener.matchers:
            assert isinstance(matcher, BuiltinListenerMatcher)
            kind, constraint = _constraint(matcher)
            found.setdefault(kind, set()).add(constraint)
    return found


def _constraint(matcher: BuiltinListenerMatcher) -> tuple[str, str]:
    """The function that made the matcher, and the one string it was made with, however deep Bolt wraps it."""
    function: Any = matcher.func
    kind = ""
    while True:
        kind = re.sub(r"\.<locals>.*", "", function.__qualname__)
        inside = inspect.getclosurevars(function).nonlocals
        strings = [value for value in inside.values() if isinstance(value, str)]
        if strings:
            return kind, strings[0]
        function = next(value for value in inside.values() if callable(value))


def declared() -> set[str]:
    return {
        value
        for name, value in vars(ids).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, str)
    }


def test_whatever_can_be_pressed_has_a_listener_and_every_listener_something_to_press(tmp_path: Path) -> None:
    listened = _listened(tmp_path)
    actions, callbacks, closed, asking = _rendered()
    found = (
        listened["action"],
        listened["view_submission"],
        listened["view_closed"],
        listened["options"],
    )
    assert found == (actions - {ids.FIELD}, callbacks, closed, asking)


def test_no_id_is_declared_that_nothing_renders() -> None:
    actions, callbacks, _, _ = _rendered()
    assert declared() == actions | callbacks


def test_every_message_kind_has_a_writer_and_is_made_by_something() -> None:
    slack = {kind for kind in Kind if kind.startswith("slack.")}
    assert set(messages.WRITERS) == slack - {Kind.HOME, Kind.DIGEST, Kind.DEAD_LETTER, Kind.HELP, Kind.TAKE_BACK}
    made = {
        node.attr
        for folder in ("hiring/rules", "hiring/flows", "handlers")
        for file in (ROOT / folder).glob("*.py")
        if file.name != "messages.py"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Kind"
    }
    assert {kind.name for kind in Kind} == made


def test_commands_are_the_same_in_rules_code_and_manifest() -> None:
    listed = ["help", "new", "status", "feedback", "recuse", "swap", "pause", "prefs", "load", "decide", "digest",
              "bottlenecks", "nudge"]  # fmt: skip
    (command,) = MANIFEST["features"]["slash_commands"]
    assert list(COMMANDS) == list(WORDS) == ["", *listed]
    assert command["usage_hint"].split(" | ") == listed
    assert command["command"] == "/interview"


def test_the_manifest_asks_for_exactly_the_scopes_of_the_methods_we_call() -> None:
    called = _called()
    assert called == {method for methods in SCOPES.values() for method in methods} | FREE
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == set(SCOPES) | set(WITHOUT_METHOD)


def _called() -> set[str]:
    """The Web API methods in the messenger's and the listeners' source: by name, or as a method of the client."""
    found: set[str] = set()
    for file in (ROOT / "bot" / "messenger.py", ROOT / "bot" / "members.py", *(ROOT / "handlers").glob("*.py")):
        source = file.read_text()
        found |= set(re.findall(r'"((?:auth|chat|conversations|files|usergroups|users|views)\.[A-Za-z.]+)"', source))
        found |= {name.replace("_", ".") for name in re.findall(r"client\.(views_[a-z]+)\(", source)}
    return found


def test_the_manifest_subscribes_to_the_events_that_are_listened_for(tmp_path: Path) -> None:
    listened = _listened(tmp_path)
    subscribed = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    # A message is sent as `message`, whatever kind of conversation it was subscribed for.
    assert listened["event"] == {name.partition(".")[0] for name in subscribed}
    assert listened["command"] == {"/interview"}


def test_every_setting_is_in_the_docs_and_nothing_else_is() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(setting.name for setting in SETTINGS)


def test_the_packages_are_these_and_come_from_this_checkout() -> None:
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert {name.split(".")[0] for name in packaged} == set(PACKAGES)
    here = {
        ".".join(file.parent.relative_to(ROOT).parts)
        for package in PACKAGES
        for file in (ROOT / package).rglob("__init__.py")
    }
    assert set(packaged) == here
    for name in PACKAGES:
        assert Path(str(importlib.import_module(name).__file__)).parent == ROOT / name
