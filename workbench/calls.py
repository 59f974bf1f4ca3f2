"""One call of the Web API: its arguments, its refusals, and what a method is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from workbench.space import Space
from workbench.workspace import Json

TRUE = frozenset({"true", "1", "yes", "on"})


class Refused(Exception):  # a refusal is an ordinary answer of this server
    """`{"ok": false, "error": ...}`, with the sentences Slack puts beside it."""

    def __init__(self, error: str, *messages: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.more = more

    def answer(self) -> Json:
        answer: Json = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            answer["errors"] = [message.removeprefix("[ERROR] ") for message in self.messages]
            answer["response_metadata"] = {"messages": list(self.messages)}
        return answer


@dataclass(frozen=True, slots=True)
class Args:
    """Arguments as they came: text in a form or a query, anything in JSON."""

    raw: Json

    def get(self, name: str) -> str | None:
        value = self.raw.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
        raise Refused("invalid_arguments", f"[ERROR] must be a string [json-pointer:/{name}]")

    def need(self, name: str, *, error: str | None = None) -> str:
        value = self.get(name)
        if value is None:
            raise Refused(error or "invalid_arguments", f"[ERROR] missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.raw.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value).lower() in TRUE

    def number(self, name: str, *, default: int) -> int:
        value = self.get(name)
        if value is None:
            return default
        if not value.isdecimal():
            raise Refused("invalid_arguments", f"[ERROR] must be a non-negative integer [json-pointer:/{name}]")
        return int(value)

    def structure(self, name: str, *, error: str) -> Any:
        """JSON given as itself or, as forms do, as text."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None


Run = Callable[[Space, Args], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes`: any one of them will do. `tier`: calls a minute. `args`: every argument it takes."""

    run: Run
    scopes: tuple[str, ...] = ()
    args: str = ""
    tier: int = 50
    token: Literal["bot", "app"] = "bot"  # noqa: S105  # the kind of token, not a token


def page(items: list[Any], args: Args, *, default: int, most: int) -> tuple[list[Any], Json]:
    """One page by cursor. Slack's cursor is opaque; ours is the index, disguised no further than it has to be."""
    limit = min(args.number("limit", default=default), most) or default
    cursor = args.get("cursor")
    start = 0
    if cursor is not None:
        if not cursor.startswith("next:") or not cursor[5:].isdecimal():
            raise Refused("invalid_cursor")
        start = int(cursor[5:])
    following = f"next:{start + limit}" if start + limit < len(items) else ""
    return items[start : start + limit], {"next_cursor": following}
