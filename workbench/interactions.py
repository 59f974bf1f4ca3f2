"""What a person does, as the bot gets to know it: commands, clicks, submissions, closings, searches, events."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from workbench import answers, inputs, posts, shapes, views
from workbench.calls import Refused
from workbench.people import Conversation, Post
from workbench.space import Space, Unanswered, View, direct_id
from workbench.workspace import Json

MESSAGE_EVENTS = {"im": "message.im", "mpim": "message.mpim"}
ATTEMPTS = 3


class Mistaken(Exception):  # what a person or a test asked for can't be done; a sentence
    pass


def who(space: Space, user: str) -> Json:
    name = space.people[user].name
    return {"id": user, "username": name, "name": name, "team_id": space.team_id}


def common(space: Space, user: str, kind: str) -> Json:
    return {
        "type": kind,
        "team": {"id": space.team_id, "domain": space.team_name.lower().replace(" ", "-")},
        "user": who(space, user),
        "api_app_id": space.app_id,
        "token": space.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


async def ask(space: Space, user: str, kind: str, payload: Json, *, failing: str) -> Json | None:
    """Deliver something a person waits for. None means it failed, and the person has been told."""
    if kind == "interactive" and not space.manifest.interactive:
        space.notice(user, "This app is not configured to handle interactive responses.")
        return None
    try:
        return await space.courier.ask(kind, payload)
    except Unanswered as unanswered:
        space.notice(user, f"{failing} ({unanswered})")
        return None


# --- messages and commands ---------------------------------------------------------------------------------------


def conversation(space: Space, user: str, channel: str) -> Conversation:
    where = space.conversations.get(channel)
    if where is None or user not in where.members:
        raise Mistaken(f"{space.people[user].name} is in no conversation {channel}.")
    return where


async def say(space: Space, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Json:
    where = conversation(space, user, channel)
    space.notice(user, None)
    if text.startswith("/") and thread_ts is not None:
        space.notice(user, f"{text.split(maxsplit=1)[0]} is not supported in threads. Sorry!")
        return {"result": "unknown"}
    if text.startswith("/"):
        return await command(space, user, where, text)
    if not text.strip():
        raise Mistaken("There is nothing to say.")
    raw = posts.from_person(space, user, text, thread_ts=thread_ts)
    try:
        post = posts.add(space, where, raw)
    except Refused:
        raise Mistaken(f"There is no message {thread_ts} to reply to.") from None
    read(space, user, channel)
    _tell_of_message(space, where, post)
    return {"result": "said", "ts": post.ts}


def _tell_of_message(space: Space, where: Conversation, post: Post) -> None:
    if space.bot_user not in where.members:
        return
    if where.kind == "channel":
        kind, name = ("group", "message.groups") if where.is_private else ("channel", "message.channels")
    else:
        kind, name = where.kind, MESSAGE_EVENTS[where.kind]
    event = {**post.raw, "channel": where.id, "channel_type": kind, "event_ts": post.ts}
    if space.manifest.wants(name):
        space.spawn(tell(space, event))
    if where.kind != "im" and f"<@{space.bot_user}>" in str(post.raw["text"]) and space.manifest.wants("app_mention"):
        space.spawn(tell(space, {**post.raw, "type": "app_mention", "channel": where.id, "event_ts": post.ts}))


async def command(space: Space, user: str, where: Conversation, text: str) -> Json:
    name, _, rest = text.partition(" ")
    if not space.manifest.knows_command(name):
        space.notice(user, f"{name} is not a valid command. In Slack, all messages that start with “/” are commands.")
        return {"result": "unknown"}
    payload = {
        "token": space.verification_token,
        "team_id": space.team_id,
        "team_domain": space.team_name.lower().replace(" ", "-"),
        "channel_id": where.id,
        "channel_name": "directmessage" if where.kind == "im" else where.name,
        "user_id": user,
        "user_name": space.people[user].name,
        "command": name,
        "text": rest.strip(),
        "api_app_id": space.app_id,
        "is_enterprise_install": "false",
        "response_url": answers.open_url(space, user, where, None),
        "trigger_id": space.trigger(user),
    }
    answer = await ask(space, user, "slash_commands", payload, failing=f"{name} failed: the app did not respond")
    if answer is None:
        return {"result": "timeout"}
    if answer.get("text") or answer.get("blocks"):
        try:
            answers.post(space, user, where, answer, original=None)
        except Refused as refused:
            space.notice(user, f"{name} failed with the error “{refused.error}”")
    return {"result": "ok"}


def read(space: Space, user: str, channel: str) -> None:
    where = conversation(space, user, channel)
    seen = [post.ts for post in where.posts if post.only in (None, user)]
    if seen and space.last_read[user].get(channel) != seen[-1]:
        space.last_read[user][channel] = seen[-1]
        space.touch(user)


# --- events --------------------------------------------------------------------------------------------------------


async def tell(space: Space, event: Json) -> None:
    """An event, with Slack's three further tries; what none of them delivers is lost."""
    payload = {
        "token": space.verification_token,
        "team_id": space.team_id,
        "api_app_id": space.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(space.now.timestamp()),
        "authorizations": [
            {"enterprise_id": None, "team_id": space.team_id, "user_id": space.bot_user, "is_bot": True}
            | {"is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
    }
    reason = ""
    for attempt in range(ATTEMPTS + 1):
        if attempt:
            await asyncio.sleep(space.retry_delays[min(attempt, len(space.retry_delays)) - 1])
        try:
            await space.courier.ask("events_api", payload, attempt=attempt, reason=reason)
        except Unanswered as unanswered:
            reason = str(unanswered)
        else:
            return


def open_home(space: Space, user: str) -> None:
    space.notice(user, None)
    event: Json = {"type": "app_home_opened", "user": user, "channel": direct_id(user), "tab": "home"}
    event["event_ts"] = space.tick()
    if user in space.homes:
        event["view"] = views.as_answer(space, space.homes[user])
    if space.manifest.wants("app_home_opened"):
        space.spawn(tell(space, event))


# --- clicks --------------------------------------------------------------------------------------------------------


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
