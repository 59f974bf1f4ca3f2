"""Messages come, change and go; whoever can see them is woken."""

from __future__ import annotations

import time
from typing import Any, NoReturn

from workbench import shapes
from workbench.calls import Refused
from workbench.gate import faults
from workbench.people import Conversation, Post
from workbench.space import Refusal, Space
from workbench.workspace import Json

REFUSED_AS = ("no_text", "msg_too_long", "msg_blocks_too_long")


def check(space: Space, where: str, payload: Json) -> None:
    """Refuse a message that Slack would refuse, and remember it."""
    found = faults("message", payload)
    if found:
        error = next((name for name in REFUSED_AS if name in found), "invalid_blocks")
        refuse(space, where, error, tuple(text for text in found if text not in REFUSED_AS), payload)
    missing = missing_images(space, payload.get("blocks") or [])
    if missing:
        refuse(space, where, "invalid_blocks", missing, payload)


def refuse(space: Space, where: str, error: str, messages: tuple[str, ...], payload: Json) -> NoReturn:
    space.refusals.append(Refusal(where=where, error=error, messages=messages, payload=payload))
    raise Refused(error, *(f"[ERROR] {message}" for message in messages))


def missing_images(space: Space, blocks: list[Json]) -> tuple[str, ...]:
    """Pointers to `slack_file`s that are not uploaded, finished pictures."""
    found: list[str] = []
    _walk_images(space, blocks, "/blocks", found)
    return tuple(found)


def _walk_images(space: Space, value: Any, pointer: str, found: list[str]) -> None:
    if isinstance(value, list):
        for index, item in enumerate(value):
            _walk_images(space, item, f"{pointer}/{index}", found)
    elif isinstance(value, dict):
        reference = value.get("slack_file")
        if isinstance(reference, dict) and not is_picture(space, str(reference.get("id", ""))):
            found.append(f"invalid slack file [json-pointer:{pointer}/slack_file]")
        for key, item in value.items():
            _walk_images(space, item, f"{pointer}/{key}", found)


def is_picture(space: Space, file_id: str) -> bool:
    upload = space.uploads.get(file_id)
    return (
        upload is not None
        and upload.complete
        and not upload.deleted
        and time.monotonic() >= upload.seen_at + space.file_delay
        and shapes.file(space, upload)["mimetype"] in shapes.IMAGE_TYPES
    )


def from_bot(space: Space, content: Json) -> Json:
    """A message of the app, in the shape that history shows."""
    raw: Json = {"type": "message", "user": space.bot_user, "ts": space.tick(), "bot_id": space.bot_id}
    raw |= {"app_id": space.app_id, "team": space.team_id, "text": content.get("text", "")}
    bot = space.people[space.bot_user]
    raw["bot_profile"] = {"id": space.bot_id, "app_id": space.app_id, "user_id": bot.id, "name": bot.real_name}
    raw["bot_profile"] |= {"deleted": False, "updated": 0, "team_id": space.team_id}
    if content.get("blocks"):
        raw["blocks"] = shapes.completed(content["blocks"])
    for key in ("metadata", "thread_ts", "client_msg_id", "files", "subtype"):
        if content.get(key):
            raw[key] = content[key]
    return raw


def from_person(space: Space, user: str, text: str, *, thread_ts: str | None) -> Json:
    raw: Json = {"type": "message", "user": user, "ts": space.tick(), "text": text, "team": space.team_id}
    return raw if thread_ts is None else {**raw, "thread_ts": thread_ts}


def add(space: Space, where: Conversation, raw: Json, *, only: str | None = None) -> Post:
    root = raw.get("thread_ts")
    if root is not None:
        parent = where.post(root)
        if parent is None:
            raise Refused("cannot_reply_to_message")
        raw["parent_user_id"] = parent.raw["user"]
        raw["thread_ts"] = parent.root
    post = Post(raw=raw, only=only)
    where.posts.append(post)
    space.touch_all(space.sees(where, post))
    return post


def change(space: Space, where: Conversation, post: Post, content: Json) -> None:
    """What is given replaces what was there; blocks go when a new text comes without them."""
    post.raw["text"] = content.get("text", "")
    post.raw.pop("blocks", None)
    if content.get("blocks"):
        post.raw["blocks"] = shapes.completed(content["blocks"])
    if content.get("metadata"):
        post.raw["metadata"] = content["metadata"]
    post.raw["edited"] = {"user": space.bot_user, "ts": space.tick()}
    space.touch_all(space.sees(where, post))


def remove(space: Space, where: Conversation, post: Post) -> None:
    if post.only is None and not post.is_reply and where.replies(post.ts):
        post.raw = {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
            "hidden": True,
            "ts": post.ts,
        }
    else:
        where.posts.remove(post)
    space.touch_all(space.sees(where, post))
