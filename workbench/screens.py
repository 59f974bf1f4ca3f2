"""What one person can see, whole: the one answer that the browser, the tests and the demo draw from."""

from __future__ import annotations

import copy

from workbench import shapes
from workbench.people import Conversation, Post
from workbench.space import Space, View, direct_id
from workbench.workspace import Json


def person(space: Space, user: str) -> Json:
    one = space.people[user]
    shown: Json = {"id": one.id, "name": one.name, "real_name": one.real_name, "title": one.title}
    return shown | {"email": one.email, "tz": one.tz, "deleted": one.deleted, "is_bot": one.is_bot}


def screen(space: Space, user: str) -> Json:
    mine = [where for where in space.conversations.values() if user in where.members]
    home = space.homes.get(user)
    return {
        "me": person(space, user),
        "names": {one.id: one.real_name for one in space.people.values()},
        "conversations": [_conversation(space, user, where) for where in mine],
        "home": None if home is None else _view(home),
        "views": [_view(view) for view in space.stacks[user]],
        "notice": space.notices.get(user),
        "version": space.version(user),
    }


def visible_to(user: str, where: Conversation) -> list[Post]:
    return [post for post in where.posts if post.only in (None, user)]


def total_unread(space: Space, user: str) -> int:
    mine = (where for where in space.conversations.values() if user in where.members)
    return sum(unread(space, user, where, visible_to(user, where)) for where in mine)


def _view(view: View) -> Json:
    return {**copy.deepcopy(view.raw), "state": copy.deepcopy(view.values), "errors": dict(view.errors)}


def _conversation(space: Space, user: str, where: Conversation) -> Json:
    visible = visible_to(user, where)
    kind = {"channel": "channel", "mpim": "dm"}.get(where.kind, "app")
    return {
        "id": where.id,
        "kind": kind,
        "name": name(space, user, where),
        "is_private": where.is_private,
        "members": list(where.members),
        "unread": unread(space, user, where, visible),
        "messages": [message(space, user, where, post) for post in visible if not post.is_reply],
    }


def name(space: Space, user: str, where: Conversation) -> str:
    if where.id == direct_id(user):
        return space.people[space.bot_user].real_name
    if where.kind == "mpim":
        return ", ".join(space.people[member].real_name for member in where.members if member != user)
    return where.name


def message(space: Space, user: str, where: Conversation, post: Post) -> Json:
    shown = shapes.message(where, post)
    shown["is_ephemeral"] = post.only is not None
    shown["state"] = copy.deepcopy(space.message_values.get((user, where.id, post.ts), {}))
    if not post.is_reply:
        below = [reply for reply in where.replies(post.ts) if reply.only in (None, user)]
        shown["replies"] = [message(space, user, where, reply) for reply in below]
        shown.setdefault("reply_count", 0)
    return shown


def unread(space: Space, user: str, where: Conversation, visible: list[Post]) -> int:
    """Others' messages since this person last looked. In channels a reply counts for those who are in its thread."""
    since = space.last_read[user].get(where.id, "")
    return sum(
        post.ts > since
        and post.raw["user"] != user
        and (not post.is_reply or where.kind != "channel" or _takes_part(user, where, post.root))
        for post in visible
    )


def _takes_part(user: str, where: Conversation, root: str) -> bool:
    parent = where.post(root)
    return parent is not None and any(post.raw["user"] == user for post in [parent, *where.replies(root)])
