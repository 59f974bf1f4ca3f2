"""views.*: modals and App Home."""

from __future__ import annotations

from workbench import posts, views
from workbench.calls import Args, Method, Refused
from workbench.space import Space, View
from workbench.workspace import Json


def given(space: Space, args: Args, where: str, *, surface: str) -> Json:
    payload = args.structure("view", error="invalid_arguments")
    return views.check(space, where, payload, surface=surface)


def answer(space: Space, view: View) -> Json:
    return {"ok": True, "view": views.as_answer(space, view)}


def open_modal(space: Space, args: Args) -> Json:
    trigger = views.use_trigger(space, args.need("trigger_id"))
    payload = given(space, args, "views.open", surface="modal")
    if trigger.is_submission:
        # Slack says ok to this, and then shows the new modal on some devices and not on others.
        reason = "opening a modal in answer to a submission does not work; answer with response_action"
        posts.refuse(space, "views.open", "invalid_arguments", (reason,), payload)
    fresh: list[View] = []
    view = views.place_on(space, fresh, payload, trigger.user)
    trigger.used = True
    space.stacks[trigger.user] = fresh
    return answer(space, view)


def push(space: Space, args: Args) -> Json:
    trigger = views.use_trigger(space, args.need("trigger_id"))
    stack = space.stacks[trigger.user]
    if trigger.view_id is None or all(view.id != trigger.view_id for view in stack):
        raise Refused("invalid_trigger_id")
    payload = given(space, args, "views.push", surface="modal")
    view = views.place_on(space, stack, payload, trigger.user)
    trigger.used = True
    return answer(space, view)


def update(space: Space, args: Args) -> Json:
    view_id, external_id = args.get("view_id"), args.get("external_id")
    if (view_id is None) == (external_id is None):
        raise Refused("invalid_arguments", "[ERROR] give either view_id or external_id")
    view = views.find(space, view_id) if view_id else views.by_external(space, external_id or "")
    if view is None:
        raise Refused("not_found")
    given_hash = args.get("hash")
    if given_hash is not None and given_hash != view.raw["hash"]:
        raise Refused("hash_conflict")
    payload = given(space, args, "views.update", surface=str(view.raw["type"]))
    return answer(space, views.replace(space, view, payload))


def publish(space: Space, args: Args) -> Json:
    user = args.need("user_id")
    person = space.people.get(user)
    if person is None or person.is_bot:
        raise Refused("invalid_arguments", "[ERROR] unknown user [json-pointer:/user_id]")
    if not space.manifest.home_tab:
        raise Refused("not_enabled")
    home, given_hash = space.homes.get(user), args.get("hash")
    if home is not None and given_hash is not None and given_hash != home.raw["hash"]:
        raise Refused("hash_conflict")
    return answer(space, views.publish(space, user, given(space, args, "views.publish", surface="home")))


METHODS: dict[str, Method] = {
    "views.open": Method(open_modal, (), "trigger_id view", tier=100),
    "views.push": Method(push, (), "trigger_id view", tier=100),
    "views.update": Method(update, (), "view_id external_id view hash", tier=100),
    "views.publish": Method(publish, (), "user_id view hash", tier=100),
}
