"""What a person does, as the bot gets to know it: commands, clicks, submissions, closings, searches, events."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import replace

from workbench import answers, posts, shapes, views
from workbench.calls import Refused
from workbench.people import Conversation, Post
from workbench.space import Space, Unanswered, direct_id
from workbench.workspace import Json

MESSAGE_EVENTS = {"im": "message.im", "mpim": "message.mpim"}
ATTEMPTS = 3
ESCAPED_MENTION = re.compile(r"&lt;([@#][A-Z0-9]+)&gt;")
HANDLE = re.compile(r"(?<![\w<])[@#][\w.-]*\w")
OWN_COMMANDS = frozenset({"/invite", "/remove"})


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
        answer = await space.courier.ask(kind, payload)
        if answer:
            space.note(f"ack {payload.get('type', kind)}", answer, {}, before=(user,))
        return answer  # noqa: TRY300  # the two ends of one question stand together
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
    if where.kind == "im" and space.manifest.messages_tab_read_only:
        raise Mistaken("Sending messages to this app has been turned off.")
    if text.startswith("/") and thread_ts is not None:
        space.notice(user, f"{text.split(maxsplit=1)[0]} is not supported in threads. Sorry!")
        return {"result": "unknown"}
    if text.startswith("/"):
        return await command(space, user, where, text)
    if not text.strip():
        raise Mistaken("There is nothing to say.")
    raw = posts.from_person(space, user, with_mentions(space, escaped(text), named=False), thread_ts=thread_ts)
    try:
        post = posts.add(space, where, raw)
    except Refused:
        raise Mistaken(f"There is no message {thread_ts} to reply to.") from None
    read(space, user, channel)
    _tell_of_message(space, where, post)
    return {"result": "said", "ts": post.ts}


def escaped(text: str) -> str:
    """Typed text as Slack stores it; what already is a mention stays one."""
    bare = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return ESCAPED_MENTION.sub(r"<\1>", bare)


def with_mentions(space: Space, text: str, *, named: bool) -> str:
    """`@handle` and `#channel` as the ids behind them; commands get the name along, messages do not."""
    people = {f"@{person.name}": (f"@{person.id}", person.name) for person in space.people.values()}
    channels = {f"#{where.name}": (f"#{where.id}", where.name) for where in space.conversations.values()}

    def mention(found: re.Match[str]) -> str:
        known = (people | channels).get(found[0])
        return found[0] if known is None else f"<{known[0]}|{known[1]}>" if named else f"<{known[0]}>"

    return HANDLE.sub(mention, text)


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
    if name in OWN_COMMANDS and where.kind == "channel":
        return membership(space, where, is_wanted=name == "/invite")
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
        "text": with_mentions(space, rest.strip(), named=True) if name in space.manifest.escaped else rest.strip(),
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


def membership(space: Space, where: Conversation, *, is_wanted: bool) -> Json:
    """Slack's own `/invite @app` and `/remove @app`: the app comes into a channel, or goes."""
    if is_wanted and space.bot_user not in where.members:
        where.members.append(space.bot_user)
    elif not is_wanted and space.bot_user in where.members:
        where.members.remove(space.bot_user)
    space.touch_all(space.sees(where))
    return {"result": "ok"}


def leave(space: Space, user: str) -> None:
    """A person's account is deactivated: they are still named, and can no longer be reached."""
    space.people[user] = replace(space.people[user], deleted=True)
    if space.manifest.wants("user_change"):
        shown = shapes.user(space, space.people[user], with_email=False)
        space.spawn(tell(space, {"type": "user_change", "user": shown, "event_ts": space.tick()}))
    for person in space.humans():
        space.touch(person.id)


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
