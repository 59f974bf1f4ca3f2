"""Submitting and closing modals: what Slack's client checks, what the bot answers, what becomes of the stack."""

from __future__ import annotations

from typing import Any

from workbench import answers, inputs, posts, shapes, views
from workbench.calls import Refused
from workbench.interactions import Mistaken, ask, common
from workbench.space import Space, View
from workbench.workspace import Json

TROUBLE = "We had some trouble connecting. Try again?"


def on_screen(space: Space, user: str, view_id: str) -> View:
    stack = space.stacks[user]
    if not stack or stack[-1].id != view_id:
        raise Mistaken("That modal is not on top of this person's screen.")
    return stack[-1]


async def submit(space: Space, user: str, view_id: str, given: inputs.Values) -> Json:
    view = on_screen(space, user, view_id)
    if view.raw["submit"] is None:
        raise Mistaken("This modal has nothing to submit.")
    space.notice(user, None)
    try:
        view.values = inputs.merged(view.raw["blocks"], view.values, given, loaded=views.loaded(space, user, view.id))
    except inputs.Unfit as unfit:
        raise Mistaken(str(unfit)) from None
    view.errors = inputs.client_errors(view.raw["blocks"], view.values)
    space.touch(user)
    if view.errors:
        return {"result": "errors", "errors": dict(view.errors)}
    payload = common(space, user, "view_submission") | {"view": views.as_answer(space, view)}
    payload["response_urls"] = _response_urls(space, view)
    payload["trigger_id"] = space.trigger(user, view_id=view.id, is_submission=True)
    answer = await ask(space, user, "interactive", payload, failing=TROUBLE)
    if answer is None:
        return {"result": "timeout", "errors": {}}
    try:
        return _respond(space, view, answer)
    except Refused as refused:
        space.notice(user, f"{TROUBLE} ({refused.error})")
        return {"result": "timeout", "errors": {}}


def _response_urls(space: Space, view: View) -> list[Json]:
    """Where to answer, for each conversation that was chosen in a select which asked for that."""
    chosen = (
        (field, space.conversations.get(str(view.values[field.block_id][field.action_id])))
        for field in inputs.fields(view.raw["blocks"])
        if field.element.get("response_url_enabled")
    )
    return [
        {"block_id": field.block_id, "action_id": field.action_id, "channel_id": where.id}
        | {"response_url": answers.open_url(space, view.user, where, None)}
        for field, where in chosen
        if where is not None
    ]


def _respond(space: Space, view: View, answer: Json) -> Json:
    stack = space.stacks[view.user]
    match answer.get("response_action"):
        case None:
            if answer:
                posts.refuse(space, "view_submission", "invalid_response", ("no response_action",), answer)
            if view in stack:
                stack.remove(view)
            result = "closed"
        case "clear":
            _clear(space, view.user)
            result = "closed"
        case "errors":
            view.errors = _checked_errors(space, view, answer)
            result = "errors"
        case "update":
            payload = views.check(space, "response_action update", answer.get("view"), surface="modal")
            views.replace(space, view, payload)
            result = "updated"
        case "push":
            payload = views.check(space, "response_action push", answer.get("view"), surface="modal")
            views.place_on(space, stack, payload, view.user)
            result = "pushed"
        case other:
            posts.refuse(space, "view_submission", "invalid_response", (f"response_action {other!r}",), answer)
    space.touch(view.user)
    return {"result": result, "errors": dict(view.errors) if result == "errors" else {}}


def _checked_errors(space: Space, view: View, answer: Json) -> dict[str, str]:
    """Slack takes errors for input blocks that are there, and drops the whole answer otherwise."""
    errors: Any = answer.get("errors")
    there = {block["block_id"] for block in view.raw["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        posts.refuse(space, "response_action errors", "invalid_response", ("errors must name input blocks",), answer)
    strange = sorted(str(block_id) for block_id in errors if block_id not in there)
    if strange or not all(isinstance(text, str) and text for text in errors.values()):
        texts = tuple(f"{block_id} is no input block of this view" for block_id in strange)
        posts.refuse(space, "response_action errors", "invalid_response", texts or ("errors must be texts",), answer)
    return dict(errors)


def _clear(space: Space, user: str) -> None:
    """The whole stack goes; whoever asked to be told of it is told."""
    stack, space.stacks[user] = space.stacks[user], []
    for view in reversed(stack):
        _tell_closed(space, view, is_cleared=True)


def _tell_closed(space: Space, view: View, *, is_cleared: bool) -> None:
    """What stood in the inputs is not told: Slack makes no promise that it would be, so nothing may rely on it."""
    if view.raw["notify_on_close"]:
        payload = common(space, view.user, "view_closed")
        payload |= {"view": shapes.view(space, view, state={}), "is_cleared": is_cleared}
        space.spawn(_deliver(space, payload))


async def _deliver(space: Space, payload: Json) -> None:
    """Nobody waits for this one: when the bot does not take it, it is lost, as in Slack."""
    await ask(space, payload["user"]["id"], "interactive", payload, failing=TROUBLE)


def close(space: Space, user: str, view_id: str, *, everything: bool) -> Json:
    view = on_screen(space, user, view_id)
    space.notice(user, None)
    if everything or view.raw["clear_on_close"]:
        _clear(space, user)
    else:
        space.stacks[user].remove(view)
        _tell_closed(space, view, is_cleared=False)
    space.touch(user)
    return {"result": "closed"}
