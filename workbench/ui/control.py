"""The control API, asked inside the process: the page knows its JSON and nothing of how it comes about."""

import json
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp

_OK = 200


class NotThere(LookupError):
    """The control API knows no such person or thing."""


async def ask(app: ASGIApp, address: str) -> Any:
    """The JSON that a GET of this address gives. Raises NotThere when it gives anything but 200."""
    parts = urlsplit(address)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "root_path": "",
        "query_string": parts.query.encode(),
        "headers": [(b"host", b"workbench")],
        "client": None,
        "server": ("workbench", 80),
    }
    status = 0
    body = bytearray()

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))

    await app(scope, receive, send)
    if status != _OK:
        raise NotThere(address)
    return json.loads(bytes(body))
