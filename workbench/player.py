"""Playing a person over the control API, for tests and the demo: what they say, click, fill in, and see."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, Literal
from urllib.parse import urlencode

from workbench.reading import plain, screen_text
from workbench.shapes import elements_of
from workbench.workspace import Json

PATIENCE = 60.0
SHORT = 1.0
Place = Literal["view", "message", "home"]


class NotSeen(Exception):
    """What a player waited for or wanted to touch is not on the screen; the text says what is there instead."""


class Player:
    def __init__(self, url: str, user: str) -> None:
        self.url, self.user = url.rstrip("/"), user

    # --- what is there ---

    def screen(self) -> Json:
        return self._get("screen")

    def conversation(self, channel: str) -> Json:
        for one in self.screen()["conversations"]:
            if channel in (one["id"], one["name"]):
                found: Json = one
                return found
        raise NotSeen(f"{self.user} is in no conversation {channel}.")

    def dm(self) -> Json:
        """The conversation with the app."""
        for one in self.screen()["conversations"]:
            if one["kind"] == "app":
                found: Json = one
                return found
        raise NotSeen(f"{self.user} has no conversation with the app.")

    def messages(self, channel: str | None = None) -> list[Json]:
        """The messages of a conversation (id or name; by default the one with the app), each before its replies."""
        where = self.dm() if channel is None else self.conversation(channel)
        return [one for message in where["messages"] for one in (message, *message["replies"])]

    def view(self) -> Json | None:
        """The modal on top."""
        stack: list[Json] = self.screen()["views"]
        return stack[-1] if stack else None

    def notice(self) -> str | None:
        said: str | None = self.screen()["notice"]
        return said

    def transcript(self) -> str:
        """Everything this person has seen, as plain text."""
        return screen_text(self.screen())

    def wait_for(self, wanted: str | Callable[[Json], bool], timeout: float = PATIENCE) -> Json:
        """Wait until the screen shows a text, or fulfils a predicate; gives that screen."""
        until = time.monotonic() + timeout
        while True:
            screen = self.screen()
            if wanted(screen) if callable(wanted) else wanted in screen_text(screen):
                return screen
            left = until - time.monotonic()
            if left <= 0:
                raise NotSeen(f"{self.user} waited for {wanted!r} and saw:\n{screen_text(screen)}")
            self._get("wait", version=screen["version"], within=min(left, SHORT))

    # --- what they do ---

    def say(self, channel: str, text: str, *, thread_ts: str | None = None) -> Json:
        where = self.conversation(channel)["id"]
        return self._post("say", channel=where, text=text, **({"thread_ts": thread_ts} if thread_ts else {}))

    def command(self, text: str) -> Json:
        """A slash command, typed into the conversation with the app."""
        return self._post("say", channel=self.dm()["id"], text=text)

    def click(
        self,
        action_id: str,
        *,
        value: Any = None,
        near: str | None = None,
        on: Place | None = None,
        within: str | None = None,
    ) -> Json:
        """Click or choose: in the modal on top, else the newest message that has it, else App Home; `on` names the place.

        `near` picks the message or block that says this text; `value` is what is chosen (an option's value, a date…), or
        the value that a button carries when several buttons share an action_id. `within` picks the block by its id.
        Whoever reaches for what changes under their finger looks again, once.
        """
        try:
            return self._click(action_id, value=value, near=near, on=on, within=within)
        except Refusal as refusal:
            if "nothing to click" not in str(refusal):
                raise
        return self._click(action_id, value=value, near=near, on=on, within=within)

    def _click(self, action_id: str, *, value: Any, near: str | None, on: Place | None, within: str | None) -> Json:
        for container, block, element in self._within_reach(self.screen()):
            fits = element.get("action_id") == action_id and (near is None or near in container["says"] + plain(block))
            fits = fits and on in (None, container["kind"])
            fits = fits and within in {None, block["block_id"]}
            if element["type"] == "button" and value is not None:
                fits = fits and element.get("value") == value
            if fits:
                where = {key: text for key, text in container.items() if key != "says"}
                return self._post("act", container=where, block_id=block["block_id"], action_id=action_id, value=value)
        raise NotSeen(f"{self.user} finds no {action_id} to click in:\n{self.transcript()}")

    def _within_reach(self, screen: Json) -> Iterator[tuple[Json, Json, Json]]:
        """Everything that can be clicked, nearest first: container, block, element."""
        if screen["views"]:
            view = screen["views"][-1]
            yield from _elements({"kind": "view", "view_id": view["id"], "says": ""}, view["blocks"])
            return
        found = [
            ({"kind": "message", "channel": where["id"], "ts": one["ts"], "says": plain(one)}, one.get("blocks", []))
            for where in screen["conversations"]
            for message in where["messages"]
            for one in (message, *message["replies"])
        ]
        for container, blocks in sorted(found, key=lambda pair: str(pair[0]["ts"]), reverse=True):
            yield from _elements(container, blocks)
        if screen["home"] is not None:
            yield from _elements({"kind": "home", "says": ""}, screen["home"]["blocks"])

    def fill(self, **values: Any) -> Json:
        """Type into the modal on top, by block_id or action_id, as the browser does on its way; nothing is submitted.

        Gives the `state` that a submit of these values sends.
        """
        view = self._top()
        state: dict[str, dict[str, Any]] = {}
        for name, value in values.items():
            block_id, action_id = _input(view, name)
            state.setdefault(block_id, {})[action_id] = value
        self._post("type", view_id=view["id"], state=state)
        return state

    def submit(self, **values: Any) -> Json:
        """Submit the modal on top, with these values (by block_id or action_id) and those that stand there."""
        if values:
            self.fill(**values)
        return self._post("submit", view_id=self._top()["id"])

    def close(self, *, everything: bool = False) -> Json:
        return self._post("close", view_id=self._top()["id"], all=everything)

    def home(self) -> Json:
        """Open App Home."""
        return self._post("home")

    def read(self, channel: str | None = None) -> Json:
        where = self.dm() if channel is None else self.conversation(channel)
        return self._post("read", channel=where["id"])

    def suggestions(self, action_id: str, text: str) -> list[Json]:
        """What an external select in the modal on top offers for a text."""
        view = self._top()
        for _, block, element in _elements({"kind": "view"}, view["blocks"]):
            if element.get("action_id") == action_id:
                found = self._get(
                    "suggest", view_id=view["id"], block_id=block["block_id"], action_id=action_id, value=text
                )
                groups = found.get("option_groups") or [{"options": found.get("options", [])}]
                return [option for group in groups for option in group["options"]]
        raise NotSeen(f"{self.user} finds no {action_id} in this modal.")

    def picture(self, file_id: str) -> bytes:
        with urllib.request.urlopen(f"{self.url}/w/files/{file_id}?user={self.user}") as answer:  # noqa: S310  # ours
            data: bytes = answer.read()
            return data

    def _top(self) -> Json:
        view = self.view()
        if view is None:
            raise NotSeen(f"{self.user} has no modal open, and sees:\n{self.transcript()}")
        return view

    def _get(self, what: str, **query: Any) -> Json:
        return _send(f"{self.url}/w/{self.user}/{what}" + (f"?{urlencode(query)}" if query else ""), None)

    def _post(self, what: str, **body: Any) -> Json:
        return _send(f"{self.url}/w/{self.user}/{what}", body)


class Refusal(Exception):
    """The workbench said no, with a sentence."""


def control(url: str, what: str, body: Json | None = None) -> Json:
    """One call of the control API that concerns nobody in particular: `clock`, `people`, `log`, `refusals`."""
    return _send(f"{url.rstrip('/')}/w/{what}", body)


def _send(address: str, body: Json | None) -> Json:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data=data, headers={"Content-Type": "application/json"})  # noqa: S310  # ours
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310  # ours
            return dict(json.load(answer))
    except urllib.error.HTTPError as problem:
        with problem:
            raise Refusal(json.load(problem)["error"]) from None


def _elements(container: Json, blocks: list[Json]) -> Iterator[tuple[Json, Json, Json]]:
    for block in blocks:
        for element in elements_of(block):
            yield container, block, element


def _input(view: Json, name: str) -> tuple[str, str]:
    for _, block, element in _elements({}, view["blocks"]):
        if name in (block["block_id"], element.get("action_id")) and element["type"] != "button":
            return str(block["block_id"]), str(element["action_id"])
    raise NotSeen(f"This modal has no input {name}; it has: {', '.join(_names(view))}")


def _names(view: Json) -> list[str]:
    return [f"{block['block_id']}/{element.get('action_id')}" for _, block, element in _elements({}, view["blocks"])]
