"""The one place where the parts of the local Slack are put together, and its start and end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from workbench import answers, api_files
from workbench.api import WebApi
from workbench.calls import Refused
from workbench.connections import Connections
from workbench.control import Control
from workbench.hooks import Hooks
from workbench.sockets import Sockets
from workbench.space import Space, Unanswered
from workbench.ui.routes import routes as ui_routes
from workbench.workspace import Json, Manifest, Workspace

HOST = "127.0.0.1"
START_WITHIN = 30.0


class Post:
    """The courier that takes Socket Mode or signed HTTP, whichever the app is set to at the moment."""

    def __init__(self, space: Space, sockets: Sockets, hooks: Hooks) -> None:
        self.space, self.sockets, self.hooks = space, sockets, hooks

    async def ask(self, kind: str, payload: Json, *, attempt: int = 0, reason: str = "") -> Json:
        way = self.sockets if self.space.http_events is None else self.hooks
        trouble = self.space.faults.meet(f"deliver {kind}")
        if trouble == "error":
            raise Unanswered("connection_failed")
        answer = await way.ask(kind, payload, attempt=attempt, reason=reason)
        if trouble == "drop":
            raise Unanswered("timeout")
        if trouble == "twice":
            await way.ask(kind, payload, attempt=attempt, reason=reason)
        return answer


class Server(uvicorn.Server):
    """The uvicorn server, which says when it is ready, and that lets nobody wait when it ends."""

    def __init__(self, config: uvicorn.Config, space: Space, hooks: Hooks) -> None:
        super().__init__(config)
        self.space, self.hooks = space, hooks
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.space.close()
        self.hooks.close()
        await super().shutdown(sockets)


def build(space: Space) -> tuple[Starlette, Connections, Hooks]:
    connections, sockets, hooks = Connections(), Sockets(space), Hooks(space)
    space.courier = Post(space, sockets, hooks)
    api = WebApi(space, connections, sockets.method)

    async def upload(request: Request) -> Response:
        status, text = api_files.receive(space, request.path_params["ticket"], await _sent(request))
        return PlainTextResponse(text, status_code=status)

    async def respond(request: Request) -> Response:
        try:
            payload = json.loads(await request.body())
            if not isinstance(payload, dict):
                raise ValueError  # noqa: TRY301, TRY004  # the same answer as for what is not JSON
            space.touched_since()
            answers.redeem(space, request.path_params["name"], payload)
        except ValueError:
            return PlainTextResponse("invalid_payload", status_code=400)
        except Refused as refused:
            status = 404 if refused.error in ("expired_url", "used_url") else 400
            space.note("response_url", payload, refused.answer())
            return JSONResponse(refused.answer(), status_code=status)
        space.note("response_url", payload, {"ok": True})
        return PlainTextResponse("ok")

    app = Starlette(
        routes=[
            Route("/api/{method:str}", api.endpoint, methods=["GET", "POST"]),
            Route("/upload/v1/{ticket:str}", upload, methods=["POST"]),
            Route("/response/{name:str}", respond, methods=["POST"]),
            WebSocketRoute("/link/", sockets.endpoint),
            *Control(space, sockets).routes(),
            *ui_routes(space),
        ]
    )
    return app, connections, hooks


async def _sent(request: Request) -> bytes:
    """The bytes of a file, sent plain or as the one file of a form."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for value in form.values():
            if not isinstance(value, str):
                return await value.read()
    return b""


def listening(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((HOST, port))
    return sock


def prepare(
    workspace: Workspace, *, manifest: Manifest | None = None, http_events: str | None = None, port: int = 0
) -> tuple[Server, socket.socket]:
    """A server and the socket that it is to serve on; nothing runs yet."""
    sock = listening(port)
    space = Space(workspace, manifest=manifest or Manifest())
    space.url = f"http://{HOST}:{sock.getsockname()[1]}"
    space.http_events = http_events
    app, connections, hooks = build(space)
    config = uvicorn.Config(
        app,
        http=connections.protocol(),
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,  # it is the whole process's, and the bot of a demo logs in the same one
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    return Server(config, space, hooks), sock


@dataclass(frozen=True, slots=True)
class Running:
    space: Space

    @property
    def url(self) -> str:
        return self.space.url

    @property
    def api(self) -> str:
        return f"{self.space.url}/api/"

    @property
    def bot_token(self) -> str:
        return self.space.bot_token

    @property
    def app_token(self) -> str:
        return self.space.app_token

    @property
    def signing_secret(self) -> str:
        return self.space.signing_secret

    def told(self) -> dict[str, Any]:
        """What a bot has to know to talk to this Slack."""
        names = ("url", "api", "bot_token", "app_token", "signing_secret")
        return {name: getattr(self, name) for name in names}


@contextlib.contextmanager
def running(
    workspace: Workspace | Json, *, manifest: Manifest | Json | None = None, http_events: str | None = None
) -> Iterator[Running]:
    """A local Slack in a thread of this process, for as long as the block lasts."""
    server, sock = prepare(
        workspace if isinstance(workspace, Workspace) else Workspace.model_validate(workspace),
        manifest=Manifest.parse(manifest) if isinstance(manifest, dict) else manifest,
        http_events=http_events,
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])), name="workbench", daemon=True)
    thread.start()
    if not server.ready.wait(START_WITHIN):
        raise RuntimeError("The workbench did not start.")
    try:
        yield Running(server.space)
    finally:
        server.should_exit = True
        thread.join()
        sock.close()
