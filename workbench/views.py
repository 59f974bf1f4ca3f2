"""Modals in stacks of three, and App Home: what is on a person's screen besides messages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from workbench import inputs, posts, shapes
from workbench.calls import Refused
from workbench.gate import faults
from workbench.space import Space, Trigger, View
from workbench.workspace import Json

MOST = 3


def use_trigger(space: Space, name: str) -> Trigger:
    trigger = space.triggers.get(name)
    if trigger is None:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if time.monotonic() > trigger.expires:
        raise Refused("expired_trigger_id")
    return trigger


def check(space: Space, where: str, payload: Any, *, surface: str) -> Json:
    """A view as the bot gave it, refused when Slack would refuse it."""
    if not isinstance(payload, dict):
        raise Refused("invalid_arguments", "[ERROR] must be a view [json-pointer:/view]")
    kind = "home" if surface == "home" else "modal"
    if payload.get("type") != kind:
        posts.refuse(space, where, "invalid_arguments", (f"must be {kind} [json-pointer:/view/type]",), payload)
    found = faults("home" if kind == "home" else "modal", payload)
    found += posts.missing_images(space, payload.get("blocks", []))
    if found:
        error = "view_too_large" if "view_too_large" in found else "invalid_arguments"
        pointed = tuple(text.replace("json-pointer:/", "json-pointer:/view/") for text in found)
        posts.refuse(space, where, error, pointed, payload)
    return payload


def raw_view(space: Space, payload: Json, *, view_id: str | None = None) -> Json:
    is_modal = payload["type"] == "modal"
    raw: Json = {
        "id": view_id or "V" + shapes.short_id(10).upper(),
        "team_id": space.team_id,
        "type": payload["type"],
        "blocks": shapes.completed(payload["blocks"]),
        "private_metadata": payload.get("private_metadata", ""),
        "callback_id": payload.get("callback_id", ""),
        "hash": f"{space.tick().split('.')[0]}.{shapes.short_id(8)}",
        "title": _plain(payload.get("title")),
        "clear_on_close": bool(payload.get("clear_on_close", False)),
        "notify_on_close": bool(payload.get("notify_on_close", False)),
        "close": _plain(payload.get("close")),
        "submit": _plain(payload.get("submit")),
        "previous_view_id": None,
        "root_view_id": None,
        "app_id": space.app_id,
        "external_id": payload.get("external_id", ""),
        "bot_id": space.bot_id,
    }
    if is_modal:
        raw["submit_disabled"] = bool(payload.get("submit_disabled", False))
    return raw


def _plain(text: Json | None) -> Json | None:
    return None if text is None else {"emoji": True, **text}


def find(space: Space, view_id: str) -> View | None:
    for stack in space.stacks.values():
        for view in stack:
            if view.id == view_id:
                return view
    return next((home for home in space.homes.values() if home.id == view_id), None)


def by_external(space: Space, external_id: str) -> View | None:
    every = [view for stack in space.stacks.values() for view in stack] + list(space.homes.values())
    return next((view for view in every if view.raw["external_id"] == external_id), None)


def place_on(space: Space, stack: list[View], payload: Json, user: str) -> View:
    external_id = payload.get("external_id")
    if external_id and by_external(space, external_id) is not None:
        raise Refused("duplicate_external_id")
    if len(stack) >= MOST:
        raise Refused("push_limit_reached")
    raw = raw_view(space, payload)
    raw["previous_view_id"] = stack[-1].id if stack else None
    raw["root_view_id"] = stack[0].id if stack else raw["id"]
    view = View(raw=raw, user=user, values=inputs.start_values(raw["blocks"]))
    stack.append(view)
    space.touch(user)
    return view


def replace(space: Space, view: View, payload: Json) -> View:
    """The new content under the old id; what was typed stays where block_id and action_id stay."""
    external_id = payload.get("external_id")
    other = by_external(space, external_id) if external_id else None
    if other is not None and other is not view:
        raise Refused("duplicate_external_id")
    raw = raw_view(space, payload, view_id=view.id)
    for key in ("previous_view_id", "root_view_id"):
        raw[key] = view.raw[key]
    view.values = inputs.start_values(raw["blocks"], kept=view.values)
    view.raw, view.errors = raw, {}
    space.touch(view.user)
    return view


def publish(space: Space, user: str, payload: Json) -> View:
    home = space.homes.get(user)
    if home is not None:
        return replace(space, home, payload)
    raw = raw_view(space, payload)
    raw["root_view_id"] = raw["id"]
    space.homes[user] = View(raw=raw, user=user, values=inputs.start_values(raw["blocks"]))
    space.touch(user)
    return space.homes[user]


def loaded(space: Space, user: str, surface: str) -> Mapping[tuple[str, str], Mapping[str, Json]]:
    """Options that came from the bot while this person searched, by block and action."""
    prefix = f"{surface}\n"
    return {
        (where.removeprefix(prefix), action_id): options
        for (who, where, action_id), options in space.suggested.items()
        if who == user and where.startswith(prefix)
    }


def state(space: Space, view: View) -> Json:
    """`state.values` as Slack sends it."""
    return state_of(view.raw["blocks"], view.values, loaded=loaded(space, view.user, view.id))


def state_of(
    blocks: list[Json], values: inputs.Values, *, loaded: Mapping[tuple[str, str], Mapping[str, Json]]
) -> Json:
    shown: dict[str, Json] = {}
    for field in inputs.fields(blocks):
        value = values.get(field.block_id, {}).get(field.action_id, inputs.initial(field.element))
        options = loaded.get((field.block_id, field.action_id), {})
        shown.setdefault(field.block_id, {})[field.action_id] = inputs.typed(field, value, loaded=options)
    return shown


def as_answer(space: Space, view: View) -> Json:
    return shapes.view(space, view, state=state(space, view))
