"""files.*: announce, send, complete; and who may look at the bytes."""

from __future__ import annotations

import secrets
import time
from typing import Any

from workbench import api_chat, posts, shapes
from workbench.calls import Args, Method, Refused
from workbench.people import Conversation, Upload
from workbench.space import Space
from workbench.workspace import Json


def announce(space: Space, args: Args) -> Json:
    length = args.number("length", default=0)
    if length == 0:
        raise Refused("invalid_arguments", "[ERROR] must be greater than 0 [json-pointer:/length]")
    upload = Upload(
        id="F" + shapes.short_id(10).upper(),
        ticket=secrets.token_urlsafe(24),
        filename=args.need("filename"),
        length=length,
        alt_txt=args.get("alt_txt") or "",
        created=int(space.now.timestamp()),
    )
    space.uploads[upload.id] = upload
    return {"ok": True, "upload_url": f"{space.url}/upload/v1/{upload.ticket}", "file_id": upload.id}


def receive(space: Space, ticket: str, data: bytes) -> tuple[int, str]:
    """The bytes of an announced file; gives the HTTP status and text to answer with."""
    upload = next((upload for upload in space.uploads.values() if upload.ticket == ticket), None)
    if upload is None or upload.data is not None:
        return 404, "not found"
    if len(data) != upload.length:
        return 400, f"{upload.length} bytes were announced, {len(data)} came"
    upload.data = data
    return 200, f"OK - {len(data)}"


def found(space: Space, file_id: str) -> Upload:
    upload = space.uploads.get(file_id)
    if upload is None:
        raise Refused("file_not_found")
    if upload.deleted:
        raise Refused("file_deleted")
    return upload


def complete(space: Space, args: Args) -> Json:
    entries = args.structure("files", error="invalid_arguments")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise Refused("invalid_arguments", "[ERROR] must be a list of files [json-pointer:/files]")
    uploads = [found(space, str(entry.get("id", ""))) for entry in entries]
    if any(upload.data is None or upload.complete for upload in uploads):
        raise Refused("file_not_found")
    wanted = [name for name in (args.get("channels") or args.get("channel_id") or "").split(",") if name]
    places = [api_chat.joined(space, api_chat.place(space, Args({"channel": name}))) for name in wanted]
    for entry, upload in zip(entries, uploads, strict=True):
        upload.title = str(entry.get("title") or upload.filename)
        upload.complete, upload.seen_at = True, time.monotonic()
    shown = [shapes.file(space, upload) for upload in uploads]
    for where in places:
        share(space, where, args, shown)
    return {"ok": True, "files": [{**one, "channels": wanted} for one in shown]}


def share(space: Space, where: Conversation, args: Args, shown: list[Json]) -> None:
    said: Json = {"text": args.get("initial_comment") or "", "files": shown}
    if args.get("thread_ts"):
        said["thread_ts"] = args.get("thread_ts")
    posts.add(space, where, posts.from_bot(space, said))


def info(space: Space, args: Args) -> Json:
    upload = found(space, args.need("file", error="file_not_found"))
    return {"ok": True, "file": shapes.file(space, upload), "comments": []}


def delete(space: Space, args: Args) -> Json:
    upload = found(space, args.need("file", error="file_not_found"))
    upload.deleted, upload.data = True, None
    for where in space.conversations.values():
        for post in where.posts:
            if any(one["id"] == upload.id for one in post.raw.get("files", [])):
                post.raw["files"] = [one for one in post.raw["files"] if one["id"] != upload.id]
                space.touch_all(space.sees(where, post))
    return {"ok": True}


def may_see(space: Space, user: str, file_id: str) -> bool:
    """A file is seen by whoever sees a message or a view that holds it."""
    if any(_mentions(view.raw["blocks"], file_id) for view in space.stacks[user]):
        return True
    home = space.homes.get(user)
    if home is not None and _mentions(home.raw["blocks"], file_id):
        return True
    return any(
        _mentions(post.raw.get("files"), file_id) or _mentions(post.raw.get("blocks"), file_id)
        for where in space.conversations.values()
        if user in where.members
        for post in where.posts
        if post.only in (None, user)
    )


def _mentions(value: Any, file_id: str) -> bool:
    if isinstance(value, list):
        return any(_mentions(item, file_id) for item in value)
    if isinstance(value, dict):
        return value.get("id") == file_id or any(_mentions(item, file_id) for item in value.values())
    return False


WRITE, READ = ("files:write",), ("files:read",)
METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": Method(announce, WRITE, "filename length alt_txt snippet_type", tier=100),
    "files.completeUploadExternal": Method(
        complete, WRITE, "files channel_id channels initial_comment thread_ts", tier=100
    ),
    "files.info": Method(info, READ, "file page limit cursor count", tier=100),
    "files.delete": Method(delete, WRITE, "file"),
}
