"""`python -m workbench --workspace FILE.json`: a local Slack until it is interrupted."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import socket
import sys
import threading
from pathlib import Path

from pydantic import ValidationError

from workbench.server import Running, Server, prepare
from workbench.workspace import Manifest, Workspace

BAD_INPUT = 2


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="workbench", description="A local Slack, as strict as the real one.")
    parser.add_argument("--workspace", type=Path, required=True, help="JSON: team, people, channels, bot, now")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--manifest", type=Path, help="the app's manifest.yml: scopes, commands, events")
    parser.add_argument("--http-events", metavar="URL", help="deliver by signed HTTP to this address")
    parser.add_argument("--limits", action="store_true", help="keep Slack's rate limits")
    return parser.parse_args(given)


async def serve(server: Server, sock: socket.socket, told: str) -> None:
    def tell() -> None:
        server.ready.wait()
        sys.stdout.write(told + "\n")
        sys.stdout.flush()

    threading.Thread(target=tell, daemon=True).start()
    await server.serve(sockets=[sock])


def main(given: list[str] | None = None) -> int:
    asked = arguments(given)
    try:
        workspace = Workspace.read(asked.workspace)
        manifest = Manifest.read(asked.manifest) if asked.manifest else None
    except (OSError, ValidationError) as problem:
        sys.stderr.write(f"The workspace or the manifest can't be read: {problem}\n")
        return BAD_INPUT
    try:
        server, sock = prepare(workspace, manifest=manifest, http_events=asked.http_events, port=asked.port)
    except OSError as problem:
        sys.stderr.write(f"Port {asked.port} can't be used: {problem.strerror}.\n")
        return BAD_INPUT
    server.space.limits = asked.limits
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(server, sock, json.dumps(Running(server.space).told())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
