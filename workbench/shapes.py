"""What Slack's objects look like on the wire, and how Slack completes the blocks it is given."""

from __future__ import annotations

import copy
import secrets
import string
from typing import Any

from workbench.people import Conversation, Person, Post, Upload
from workbench.space import Space, View
from workbench.workspace import Json

ALPHABET = string.ascii_letters + string.digits
WITHOUT_ACTION = frozenset({"image", "plain_text", "mrkdwn", "feedback_buttons"})
FILE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "csv": "text/csv"}
IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif"})


def short_id(length: int = 5) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def completed(blocks: list[Json]) -> list[Json]:
    """Blocks as Slack stores them: every block and element with an id, every text object with its defaults."""
    full: list[Json] = copy.deepcopy(blocks)
    for block in full:
        block.setdefault("block_id", short_id())
        _complete_texts(block)
        for element in elements_of(block):
            if element.get("type") not in WITHOUT_ACTION:
                element.setdefault("action_id", short_id())
    return full


def _complete_texts(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _complete_texts(item)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text" and isinstance(value.get("text"), str):
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn" and isinstance(value.get("text"), str):
            value.setdefault("verbatim", False)
        for item in value.values():
            _complete_texts(item)


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of one block, in order."""
    match block.get("type"):
        case "actions":
            return [element for element in block.get("elements", []) if isinstance(element, dict)]
        case "section":
            accessory = block.get("accessory")
            return [accessory] if isinstance(accessory, dict) else []
        case "input":
            element = block.get("element")
            return [element] if isinstance(element, dict) else []
        case _:
            return []


def user(space: Space, person: Person, *, with_email: bool) -> Json:
    names = person.real_name.split()
    profile: Json = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "first_name": names[0] if names else "",
        "last_name": " ".join(names[1:]),
        "title": person.title,
        "team": space.team_id,
    }
    if with_email and person.email:
        profile["email"] = person.email
    shown: Json = {
        "id": person.id,
        "team_id": space.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "real_name": person.real_name,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if not person.deleted:
        shown |= {"tz": person.tz, "tz_label": person.tz, "is_admin": False, "is_owner": False}
        shown |= {"is_primary_owner": False, "is_restricted": False, "is_ultra_restricted": False}
    if person.is_bot:
        profile |= {"api_app_id": space.app_id, "bot_id": space.bot_id}
    return shown


def conversation(space: Space, where: Conversation) -> Json:
    shown: Json = {"id": where.id, "created": where.created, "is_im": where.kind == "im", "is_archived": False}
    shown |= {"is_org_shared": False, "context_team_id": space.team_id}
    if where.kind == "im":
        person = next((member for member in where.members if member != space.bot_user), space.bot_user)
        return shown | {"user": person, "is_user_deleted": space.people[person].deleted}
    return shown | {
        "name": where.name,
        "name_normalized": where.name,
        "is_channel": where.kind == "channel" and not where.is_private,
        "is_group": where.kind == "channel" and where.is_private,
        "is_mpim": where.kind == "mpim",
        "is_private": where.is_private or where.kind == "mpim",
        "is_member": space.bot_user in where.members,
        "is_general": False,
        "num_members": len(where.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def message(where: Conversation, post: Post, *, with_metadata: bool = True) -> Json:
    """A message as history shows it, with the numbers of its thread."""
    shown = copy.deepcopy(post.raw)
    if not with_metadata:
        shown.pop("metadata", None)
    replies = [] if post.is_reply else [reply for reply in where.replies(post.ts) if reply.only is None]
    if replies:
        users = list(dict.fromkeys(str(reply.raw["user"]) for reply in replies))
        shown |= {"thread_ts": post.ts, "reply_count": len(replies), "reply_users_count": len(users)}
        shown |= {"reply_users": users, "latest_reply": replies[-1].ts, "is_locked": False, "subscribed": False}
    return shown


def view(space: Space, shown: View, *, state: Json) -> Json:
    """A view as payloads carry it: with the state of its inputs."""
    return {**copy.deepcopy(shown.raw), "state": {"values": state}, "app_installed_team_id": space.team_id}


def file(space: Space, upload: Upload) -> Json:
    """A file; what kind it is stands there only once Slack has looked at it."""
    kind = upload.filename.rsplit(".", 1)[-1].lower() if "." in upload.filename else ""
    mimetype = FILE_TYPES.get(kind, "application/octet-stream") if upload.complete else ""
    address = f"{space.url}/w/files/{upload.id}"
    return {
        "id": upload.id,
        "created": upload.created,
        "timestamp": upload.created,
        "name": upload.filename,
        "title": upload.title or upload.filename,
        "alt_txt": upload.alt_txt,
        "mimetype": mimetype,
        "filetype": kind,
        "user": space.bot_user,
        "size": upload.length,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": address,
        "url_private_download": address,
        "permalink": address,
    }
