"""Where a person clicks and types: messages, modals and App Home; and what the bot gets to know of it."""

from __future__ import annotations

from typing import Any

from workbench import answers, inputs, shapes, views
from workbench.calls import Refused
from workbench.interactions import Mistaken, ask, common, conversation
from workbench.people import Conversation, Post
from workbench.space import Space, View
from workbench.workspace import Json


class Surface:
    """Where somebody clicks: a message, a modal or App Home, with one way to its blocks and values."""

    def __init__(self, space: Space, user: str, container: Json) -> None:
        self.space, self.user = space, user
        self.where: Conversation | None = None
        self.post: Post | None = None
        self.view: View | None = None
        match container.get("kind"):
            case "message":
                self.where = conversation(space, user, str(container.get("channel")))
                self.post = self.where.post(str(container.get("ts")), viewer=user)
            case "view":
                wanted = str(container.get("view_id"))
                self.view = next((view for view in space.stacks[user] if view.id == wanted), None)
            case "home":
                self.view = space.homes.get(user)
        if self.post is None and self.view is None:
            raise Mistaken("What was to be clicked is not on this person's screen.")

    @property
    def name(self) -> str:
        if self.view is not None:
            return self.view.id
        return f"{self.where.id if self.where else ''}/{self.post.ts if self.post else ''}"

    @property
    def blocks(self) -> list[Json]:
        source = self.view.raw if self.view is not None else self.post.raw if self.post is not None else {}
        blocks: list[Json] = source.get("blocks", [])
        return blocks

    @property
    def values(self) -> inputs.Values:
        if self.view is not None:
            return self.view.values
        key = (self.user, self.where.id if self.where else "", self.post.ts if self.post else "")
        return self.space.message_values[key]

    @values.setter
    def values(self, values: inputs.Values) -> None:
        if self.view is not None:
            self.view.values = values
        else:
            key = (self.user, self.where.id if self.where else "", self.post.ts if self.post else "")
            self.space.message_values[key] = values

    @property
    def loaded(self) -> Any:
        return views.loaded(self.space, self.user, self.name)

    def type_in(self, given: inputs.Values) -> None:
        try:
            self.values = inputs.merged(self.blocks, self.values, given, loaded=self.loaded)
        except inputs.Unfit as unfit:
            raise Mistaken(str(unfit)) from None

    def element(self, block_id: str, action_id: str) -> tuple[Json, Json]:
        for block in self.blocks:
            for element in shapes.elements_of(block):
                if (block["block_id"], element.get("action_id")) == (block_id, action_id):
                    return block, element
        raise Mistaken(f"There is nothing to click at {block_id}/{action_id}.")

    def state(self) -> Json:
        return {"values": views.state_of(self.blocks, self.values, loaded=self.loaded)}

    def describe(self) -> Json:
        """The part of a payload that says where it came from."""
        if self.view is not None:
            shown = views.as_answer(self.space, self.view)
            return {"container": {"type": "view", "view_id": self.view.id}, "view": shown}
        if self.where is None or self.post is None:
            raise AssertionError
        is_ephemeral = self.post.only is not None
        container: Json = {"type": "message", "message_ts": self.post.ts, "channel_id": self.where.id}
        container["is_ephemeral"] = is_ephemeral
        if self.post.is_reply:
            container["thread_ts"] = self.post.root
        name = "directmessage" if self.where.kind == "im" else self.where.name
        described: Json = {"container": container, "channel": {"id": self.where.id, "name": name}}
        described["state"] = self.state()
        described["response_url"] = answers.open_url(self.space, self.user, self.where, self.post)
        if not is_ephemeral:
            described["message"] = shapes.message(self.where, self.post)
        return described


def acted(surface: Surface, block: Json, element: Json, value: Any) -> Json:
    """The one entry of `actions`: the element, and what was done to it."""
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    action["action_ts"] = surface.space.tick()
    if element["type"] == "button":
        action |= {key: element[key] for key in ("text", "value", "style") if key in element}
    elif element["type"] == "overflow":
        chosen = inputs.options_of(element).get(str(value))
        if chosen is None:
            raise Mistaken(f"The menu has no entry {value!r}.")
        action["selected_option"] = chosen
    else:
        surface.type_in({block["block_id"]: {element["action_id"]: value}})
        field = inputs.Field(block, element)
        options = surface.loaded.get((field.block_id, field.action_id), {})
        action |= inputs.typed(field, surface.values[field.block_id][field.action_id], loaded=options)
    return action


async def type_in(surface: Surface, given: inputs.Values) -> Json:
    """Values put into inputs, in order. An input with `dispatch_action` speaks at once, a text only when it asked to
    speak with every letter; otherwise it waits for Enter, which is a click on it.
    """
    for field in list(inputs.fields(surface.blocks)):
        actions = given.get(field.block_id, {})
        if field.action_id not in actions:
            continue
        if speaks_at_once(field):
            target = {"block_id": field.block_id, "action_id": field.action_id, "value": actions[field.action_id]}
            await act(surface, target, given={})
        else:
            surface.type_in({field.block_id: {field.action_id: actions[field.action_id]}})
    surface.type_in(given)
    surface.space.touch(surface.user)
    return {"result": "kept"}


def speaks_at_once(field: inputs.Field) -> bool:
    if field.block["type"] != "input":
        return True
    config = field.element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    is_text = field.kind in inputs.TEXT_LIKE or field.kind == "rich_text_input"
    return bool(field.block.get("dispatch_action")) and (not is_text or "on_character_entered" in config)


async def act(surface: Surface, target: Json, *, given: inputs.Values) -> Json:
    """A click or a choice. In inputs it reaches the bot only when they ask for it with `dispatch_action`."""
    space, user = surface.space, surface.user
    space.notice(user, None)
    surface.type_in(given)
    block, element = surface.element(str(target.get("block_id")), str(target.get("action_id")))
    action = acted(surface, block, element, target.get("value"))
    space.touch(user)
    if block["type"] == "input" and not block.get("dispatch_action"):
        return {"result": "kept"}
    if element["type"] == "button" and element.get("url"):
        # Slack opens the address and still tells the app.
        action["value"] = element.get("value", "")
    payload = common(space, user, "block_actions") | surface.describe() | {"actions": [action]}
    payload["trigger_id"] = space.trigger(user, view_id=surface.view.id if surface.view is not None else None)
    answer = await ask(space, user, "interactive", payload, failing="That didn’t work: the app did not respond")
    return {"result": "timeout" if answer is None else "ok"}


async def suggest(surface: Surface, *, block_id: str, action_id: str, query: str) -> Json:
    """Options of an external select, from the bot."""
    space, user = surface.space, surface.user
    _, element = surface.element(block_id, action_id)
    if len(query) < element.get("min_query_length", 3):
        return {"options": []}
    payload = common(space, user, "block_suggestion") | surface.describe()
    payload |= {"block_id": block_id, "action_id": action_id, "value": query}
    answer = await ask(space, user, "interactive", payload, failing="The options could not be loaded")
    if answer is None:
        return {"options": []}
    try:
        found = answers.checked_options(space, answer)
    except Refused as refused:
        space.notice(user, f"The options could not be loaded ({refused.error})")
        return {"options": []}
    groups = found.get("option_groups") or [{"options": found.get("options", [])}]
    known = {option["value"]: option for group in groups for option in group["options"]}
    space.suggested[user, f"{surface.name}\n{block_id}", action_id] |= known
    return found
