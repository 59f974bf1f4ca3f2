"""What a bot says back: in an acknowledgement, or at a response_url (five times, for half an hour)."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from workbench import posts
from workbench.calls import Refused
from workbench.gate import options_faults
from workbench.people import Conversation, Post
from workbench.space import Space
from workbench.workspace import Json

USES = 5
LIFETIME = 1800.0
KEYS = frozenset(
    {"text", "blocks", "response_type", "replace_original", "delete_original", "thread_ts", "metadata"}
    | {"mrkdwn", "unfurl_links", "unfurl_media"}
)


@dataclass(slots=True)
class Ticket:
    user: str
    where: Conversation
    original: Post | None
    expires: float
    uses: int = 0


def open_url(space: Space, user: str, where: Conversation, original: Post | None) -> str:
    name = secrets.token_urlsafe(24)
    space.response_urls[name] = Ticket(user=user, where=where, original=original, expires=time.monotonic() + LIFETIME)
    return f"{space.url}/response/{name}"


def redeem(space: Space, name: str, payload: Json) -> None:
    ticket = space.response_urls.get(name)
    if ticket is None or time.monotonic() > ticket.expires:
        raise Refused("expired_url")
    if ticket.uses >= USES:
        raise Refused("used_url")
    ticket.uses += 1
    post(space, ticket.user, ticket.where, payload, original=ticket.original)


def post(space: Space, user: str, where: Conversation, payload: Json, *, original: Post | None) -> None:
    """Ephemeral unless it says `in_channel`; replaces or deletes the message that was clicked when it says so."""
    unknown = sorted(set(payload) - KEYS)
    if unknown:
        texts = tuple(f"unknown argument: {one}" for one in unknown)
        posts.refuse(space, "response_url", "invalid_payload", texts, payload)
    is_there = original is not None and original in where.posts
    if payload.get("delete_original"):
        if original is not None and is_there:
            posts.remove(space, where, original)
        return
    content = {key: payload[key] for key in ("text", "blocks", "metadata", "thread_ts") if payload.get(key)}
    posts.check(space, "response_url", content)
    if payload.get("replace_original") and original is not None and is_there:
        posts.change(space, where, original, content)
        return
    only = None if payload.get("response_type") == "in_channel" else user
    posts.add(space, where, posts.from_bot(space, content), only=only)


def checked_options(space: Space, answer: Json) -> Json:
    found = options_faults(answer)
    if found:
        posts.refuse(space, "block_suggestion", "invalid_options", found, answer)
    return answer
