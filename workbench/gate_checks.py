"""The small checks that the gate is made of. Each takes a value and its JSON pointer, and gives what is wrong with it.

The sentences are those of Slack's own answers where those are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workbench.workspace import Json

Check = Callable[[Any, str], Iterator[str]]

MENTION = re.compile(
    r"<(?:@[UW][A-Z0-9]+(?:\|[^<>]*)?"
    r"|\#[CG][A-Z0-9]+(?:\|[^<>]*)?"
    r"|!(?:here|channel|everyone)(?:\|[^<>]*)?"
    r"|!subteam\^S[A-Z0-9]+(?:\|[^<>]*)?"
    r"|!date\^-?\d+\^(?P<form>[^<>^|]+)(?:\^[^<>|]+)?\|[^<>|]+"
    r"|(?:https?|mailto|tel|slack|slack-action):[^<>|\s]+(?:\|[^<>]+)?)>"
)
DATE_TOKENS = frozenset(
    {"date_num", "date", "date_short", "date_long", "date_slash", "date_long_full", "date_long_pretty", "ago"}
    | {"date_pretty", "date_short_pretty", "time", "time_secs", "day_divider_pretty"}
)
TOKEN = re.compile(r"\{([^{}]*)\}")
URL = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)


def at(message: str, pointer: str) -> str:
    return f"{message} [json-pointer:{pointer}]"


def text(most: int, *, least: int = 1) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield at("must be a string", pointer)
        elif len(value) > most:
            yield at(f"must be less than {most + 1} characters", pointer)
        elif len(value) < least:
            yield at(f"must be more than {least - 1} characters", pointer)

    return check


def pattern(form: str, *, called: str) -> Check:
    compiled = re.compile(form)

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str) or compiled.fullmatch(value) is None:
            yield at(f"must be {called}", pointer)

    return check


def flag(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield at("must be a boolean", pointer)


def whole(least: int, most: int) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield at("must be an integer", pointer)
        elif not least <= value <= most:
            yield at(f"must be between {least} and {most}", pointer)

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield at(f"must be one of {', '.join(allowed)}", pointer)

    return check


def url(value: Any, pointer: str) -> Iterator[str]:
    faults = list(text(3000)(value, pointer))
    if not faults and URL.fullmatch(value) is None:
        faults = [at("must be a valid URL", pointer)]
    yield from faults


def listing(item: Check, *, most: int, least: int = 1) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield at("must be an array", pointer)
            return
        if len(value) > most:
            yield at(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            yield at(f"no fewer than {least} items allowed", pointer)
        for index, one in enumerate(value):
            yield from item(one, f"{pointer}/{index}")

    return check


def thing(
    required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *, also: Check | None = None
) -> Check:
    """An object with these fields and no others; `also` sees it whole once its fields are right."""
    known = {**(optional or {}), **required}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield at("must be an object", pointer)
            return
        faults = [at(f"missing required field: {name}", pointer) for name in required if name not in value]
        for name, one in value.items():
            if name == "type":
                continue
            if name not in known:
                faults.append(at(f"invalid additional property: {name}", pointer))
            else:
                faults += known[name](one, f"{pointer}/{name}")
        if not faults and also is not None:
            faults += also(value, pointer)
        yield from faults

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which check it has to pass."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            yield at("missing required field: type", pointer)
        elif kind not in kinds:
            yield at(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            yield from kinds[kind](value, pointer)

    return check


def mrkdwn_text(most: int) -> Check:
    sized = text(most)

    def check(value: Any, pointer: str) -> Iterator[str]:
        yield from sized(value, pointer)
        if isinstance(value, str):
            yield from broken_markup(value, pointer)

    return check


def broken_markup(value: str, pointer: str) -> Iterator[str]:
    """A `<` that begins no mention, link or date would swallow text, or show something that was not meant."""
    if "<" in MENTION.sub("", value):
        yield at("an unescaped < or a broken mention, link or date", pointer)
    for date in MENTION.finditer(value):
        form = date.group("form")
        tokens = TOKEN.findall(form) if form else []
        if form and (not tokens or any(token not in DATE_TOKENS for token in tokens)):
            yield at("a date without a known token", pointer)


def plain(most: int) -> Check:
    return by_type({"plain_text": thing({"text": text(most)}, {"emoji": flag})})


def mrkdwn(most: int) -> Check:
    return thing({"text": mrkdwn_text(most)}, {"verbatim": flag})


def any_text(most: int) -> Check:
    """A text object of either kind."""
    return _matched(by_type({"plain_text": thing({"text": text(most)}, {"emoji": flag}), "mrkdwn": mrkdwn(most)}))


def _matched(inner: Check) -> Check:
    """Slack says first that nothing matched, then why."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        faults = list(inner(value, pointer))
        if faults:
            yield at("failed to match all allowed schemas", pointer)
        yield from faults

    return check


def unique(values: list[Any], pointer: str, *, called: str) -> Iterator[str]:
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            yield at(f"{called} {value!r} already exists", pointer)
        seen.add(value)


def plainly(value: Json) -> Json:
    """An option without what Slack adds by itself, to compare with."""
    texts = {"text", "description"}
    return {
        key: {inner: one[inner] for inner in sorted(one) if inner in ("type", "text")} if key in texts else one
        for key, one in value.items()
    }
