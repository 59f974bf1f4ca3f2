"""chat.*: the messages of the bot."""

from __future__ import annotations

import json
from typing import Any

from workbench import posts, shapes
from workbench.calls import Args, Method, Refused
from workbench.people import Conversation, Post
from workbench.space import Space, direct_id
from workbench.workspace import Json

UPDATE_TEXT = 4000
METADATA = 8000
CONTENT = "text blocks mrkdwn parse link_names unfurl_links unfurl_media metadata attachments"


def place(space: Space, args: Args, *, name: str = "channel") -> Conversation:
    """A conversation the bot can see: a private channel it is not in does not exist for it."""
    where = space.conversations.get(args.need(name, error="channel_not_found"))
    if where is None or (where.is_private and space.bot_user not in where.members):
        raise Refused("channel_not_found")
    return where


def joined(space: Space, where: Conversation) -> Conversation:
    if space.bot_user not in where.members:
        raise Refused("not_in_channel")
    return where


def content(space: Space, args: Args, where: str) -> Json:
    """What a message says, checked."""
    if args.raw.get("attachments"):
        posts.refuse(space, where, "invalid_attachments", ("attachments are not played here",), dict(args.raw))
    payload: Json = {"text": args.get("text")}
    blocks = args.structure("blocks", error="invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    payload["blocks"] = blocks
    metadata = args.structure("metadata", error="invalid_metadata_format")
    if metadata is not None:
        payload["metadata"] = checked_metadata(metadata)
    given = {key: value for key, value in payload.items() if value is not None}
    posts.check(space, where, given)
    return given


def checked_metadata(metadata: Any) -> Json:
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA:
        raise Refused("metadata_too_large")
    return metadata


def post_message(space: Space, args: Args) -> Json:
    target = args.need("channel", error="channel_not_found")
    if target in space.people:
        # A person's id stands for the conversation with them.
        args = Args({**args.raw, "channel": direct_id(target)})
    where = joined(space, place(space, args))
    check_direct(space, where)
    said = content(space, args, "chat.postMessage")
    for key in ("thread_ts", "client_msg_id"):
        if args.get(key):
            said[key] = args.get(key)
    post = posts.add(space, where, posts.from_bot(space, said))
    return {"ok": True, "channel": where.id, "ts": post.ts, "message": shapes.message(where, post)}


def check_direct(space: Space, where: Conversation) -> None:
    if where.kind == "im":
        if space.people[where.members[0]].deleted:
            raise Refused("channel_not_found")
        if not space.manifest.messages_tab:
            raise Refused("messages_tab_disabled")


def own_post(space: Space, where: Conversation, args: Args, *, error: str) -> Post:
    post = where.post(args.need("ts", error="message_not_found"))
    if post is None:
        raise Refused("message_not_found")
    if post.raw["user"] != space.bot_user:
        raise Refused(error)
    return post


def update(space: Space, args: Args) -> Json:
    where = place(space, args)
    post = own_post(space, where, args, error="cant_update_message")
    said = content(space, args, "chat.update")
    if len(said.get("text", "")) > UPDATE_TEXT:
        posts.refuse(space, "chat.update", "msg_too_long", (), said)
    posts.change(space, where, post, said)
    shown = shapes.message(where, post)
    return {"ok": True, "channel": where.id, "ts": post.ts, "text": post.raw["text"], "message": shown}


def delete(space: Space, args: Args) -> Json:
    where = place(space, args)
    post = own_post(space, where, args, error="cant_delete_message")
    posts.remove(space, where, post)
    return {"ok": True, "channel": where.id, "ts": post.ts}


def post_ephemeral(space: Space, args: Args) -> Json:
    where = joined(space, place(space, args))
    user = args.need("user", error="user_not_found")
    if user not in space.people:
        raise Refused("user_not_found")
    if user not in where.members:
        raise Refused("user_not_in_channel")
    said = content(space, args, "chat.postEphemeral")
    if args.get("thread_ts"):
        said["thread_ts"] = args.get("thread_ts")
    post = posts.add(space, where, posts.from_bot(space, said), only=user)
    return {"ok": True, "message_ts": post.ts}


def get_permalink(space: Space, args: Args) -> Json:
    where = place(space, args)
    ts = args.need("message_ts", error="message_not_found")
    if where.post(ts) is None:
        raise Refused("message_not_found")
    return {"ok": True, "channel": where.id, "permalink": f"{space.url}/archives/{where.id}/p{ts.replace('.', '')}"}


WRITE = ("chat:write",)
METHODS: dict[str, Method] = {
    "chat.postMessage": Method(
        post_message, WRITE, f"channel thread_ts reply_broadcast client_msg_id {CONTENT}", tier=100
    ),
    "chat.update": Method(update, WRITE, f"channel ts {CONTENT}"),
    "chat.delete": Method(delete, WRITE, "channel ts"),
    "chat.postEphemeral": Method(post_ephemeral, WRITE, f"channel user thread_ts {CONTENT}", tier=100),
    "chat.getPermalink": Method(get_permalink, (), "channel message_ts", tier=100),
}
