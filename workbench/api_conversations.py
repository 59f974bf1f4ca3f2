"""conversations.* and reactions.add: where the bot can look and be."""

from __future__ import annotations

from workbench import posts, shapes
from workbench.api_chat import joined, place
from workbench.calls import Args, Method, Refused, page
from workbench.people import Conversation, Post
from workbench.space import Space, direct_id
from workbench.workspace import Json

KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
GROUP_MOST = 8


def kind_of(where: Conversation) -> str:
    if where.kind == "channel":
        return "private_channel" if where.is_private else "public_channel"
    return where.kind


def need_scope(space: Space, where: Conversation, verb: str) -> None:
    """Reading each kind of conversation has a scope of its own."""
    need(space, f"{KINDS[kind_of(where)]}:{verb}")


def need(space: Space, scope: str) -> None:
    if not space.manifest.grants(scope):
        provided = ",".join(sorted(space.manifest.scopes or ()))
        raise Refused("missing_scope", needed=scope, provided=provided)


def open_direct(space: Space, args: Args) -> Json:
    if args.get("channel"):
        where = place(space, args)
        return {"ok": True, "no_op": True, "already_open": True, "channel": {"id": where.id}}
    users = [user for user in args.need("users", error="users_list_not_supplied").split(",") if user]
    people = [space.people.get(user) for user in users]
    if any(person is None for person in people):
        raise Refused("user_not_found")
    if any(person is not None and person.deleted for person in people):
        raise Refused("user_disabled")
    if space.bot_user in users:
        raise Refused("cannot_dm_bot")
    if len(users) > GROUP_MOST:
        raise Refused("too_many_users")
    need(space, "im:write" if len(users) == 1 else "mpim:write")
    where = space.conversations[direct_id(users[0])] if len(users) == 1 else group(space, users)
    channel = shapes.conversation(space, where) if args.flag("return_im") else {"id": where.id}
    return {"ok": True, "no_op": False, "already_open": False, "channel": channel}


def group(space: Space, users: list[str]) -> Conversation:
    members = [*dict.fromkeys(users), space.bot_user]
    for where in space.conversations.values():
        if where.kind == "mpim" and set(where.members) == set(members):
            return where
    number = sum(where.kind == "mpim" for where in space.conversations.values()) + 1
    names = "--".join(space.people[member].name for member in members)
    where = Conversation(
        id=f"C0MPIM{number:04d}",
        name=f"mpdm-{names}-1",
        kind="mpim",
        members=members,
        created=int(space.now.timestamp()),
    )
    space.conversations[where.id] = where
    space.touch_all(space.sees(where))
    return where


def within(post: Post, args: Args) -> bool:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    at = float(post.ts)
    if args.flag("inclusive"):
        return oldest <= at <= latest
    return oldest < at < latest


def history(space: Space, args: Args) -> Json:
    where = joined(space, place(space, args))
    need_scope(space, where, "history")
    shown = [post for post in where.posts if post.only is None and not post.is_reply and within(post, args)]
    return _read(where, list(reversed(shown)), args)


def replies(space: Space, args: Args) -> Json:
    where = joined(space, place(space, args))
    need_scope(space, where, "history")
    root = where.post(args.need("ts", error="thread_not_found"))
    if root is None:
        raise Refused("thread_not_found")
    parent = where.post(root.root) or root
    below = [post for post in where.replies(parent.ts) if post.only is None and within(post, args)]
    return _read(where, [parent, *below], args)


def _read(where: Conversation, found: list[Post], args: Args) -> Json:
    shown, metadata = page(found, args, default=100, most=999)
    with_metadata = args.flag("include_all_metadata")
    return {
        "ok": True,
        "messages": [shapes.message(where, post, with_metadata=with_metadata) for post in shown],
        "has_more": bool(metadata["next_cursor"]),
        "pin_count": 0,
        "response_metadata": metadata,
    }


def list_all(space: Space, args: Args) -> Json:
    kinds = (args.get("types") or "public_channel").replace(" ", "").split(",")
    if any(kind not in KINDS for kind in kinds):
        raise Refused("invalid_types")
    found = [
        where
        for where in space.conversations.values()
        if kind_of(where) in kinds and (space.bot_user in where.members or kind_of(where) == "public_channel")
    ]
    for where in found:
        need_scope(space, where, "read")
    shown, metadata = page(found, args, default=100, most=999)
    return {
        "ok": True,
        "channels": [shapes.conversation(space, where) for where in shown],
        "response_metadata": metadata,
    }


def info(space: Space, args: Args) -> Json:
    where = place(space, args)
    need_scope(space, where, "read")
    return {"ok": True, "channel": shapes.conversation(space, where)}


def members(space: Space, args: Args) -> Json:
    where = place(space, args)
    need_scope(space, where, "read")
    shown, metadata = page(where.members, args, default=100, most=999)
    return {"ok": True, "members": shown, "response_metadata": metadata}


def join(space: Space, args: Args) -> Json:
    where = place(space, args)
    if kind_of(where) != "public_channel":
        raise Refused("method_not_supported_for_channel_type")
    if space.bot_user in where.members:
        shown = shapes.conversation(space, where)
        return {"ok": True, "channel": shown, "warning": "already_in_channel"}
    where.members.append(space.bot_user)
    raw = posts.from_person(space, space.bot_user, f"<@{space.bot_user}> has joined the channel", thread_ts=None)
    posts.add(space, where, {**raw, "subtype": "channel_join"})
    return {"ok": True, "channel": shapes.conversation(space, where)}


def react(space: Space, args: Args) -> Json:
    where = joined(space, place(space, args))
    post = where.post(args.need("timestamp", error="no_item_specified"))
    if post is None:
        raise Refused("message_not_found")
    name = args.need("name", error="invalid_name").strip(":")
    reactions: list[Json] = post.raw.setdefault("reactions", [])
    mine = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if mine is None:
        mine = {"name": name, "users": [], "count": 0}
        reactions.append(mine)
    if space.bot_user in mine["users"]:
        raise Refused("already_reacted")
    mine["users"].append(space.bot_user)
    mine["count"] += 1
    space.touch_all(space.sees(where, post))
    return {"ok": True}


READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
SPAN = "oldest latest inclusive limit cursor include_all_metadata"
METHODS: dict[str, Method] = {
    "conversations.open": Method(open_direct, ("im:write", "mpim:write"), "users channel return_im prevent_creation"),
    "conversations.history": Method(history, HISTORY, f"channel {SPAN}"),
    "conversations.replies": Method(replies, HISTORY, f"channel ts {SPAN}"),
    "conversations.list": Method(list_all, READ, "types exclude_archived limit cursor team_id", tier=20),
    "conversations.info": Method(info, READ, "channel include_locale include_num_members"),
    "conversations.members": Method(members, READ, "channel limit cursor", tier=100),
    "conversations.join": Method(join, ("channels:join",), "channel"),
    "reactions.add": Method(react, ("reactions:write",), "channel timestamp name"),
}
