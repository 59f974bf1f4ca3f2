"""The web process: Slack's signed requests, candidates' pages, health. Bolt's sync app runs in a thread pool."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

import uvicorn
from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.settings import Settings
from handlers.pages.app import PageDesk
from handlers.pages.app import routes as page_routes

LARGEST = 1_000_000
"""Bytes of a request from Slack; its own views and messages stay far below."""
SMALL = 300
"""Bytes that are read of a request that nobody signed."""
STAMP = 10
"""Digits of the time of signing, in seconds: so it is until the year 2286."""
PATIENCE = 10.0
ENDING = 3
"""Seconds that answers under way may still take when the program ends: Slack waits no longer than that for any."""


def slack_route(app: App, *, signing_secret: str) -> Route:
    """`POST /slack/events`: commands, actions, modals and events.

    Bolt checks signatures too, but only when it has read the body, and fails on some that are no request at all. Anybody
    can send one, so nothing is read here before it is known to be Slack's.
    """
    verifier = SignatureVerifier(signing_secret)

    async def events(request: Request) -> Response:
        if await _looks_at_the_certificate(request):
            return Response("")
        if not _stamped(request):
            return Response("Not signed", status_code=401)
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST:
                return Response("Too large", status_code=413)
        if not _signed(request, bytes(body), verifier):
            return Response("Not signed", status_code=401)
        asked = _read(bytes(body), dict(request.headers))
        if asked is None:
            return Response("Not readable", status_code=400)
        answer = await run_in_threadpool(app.dispatch, asked)
        return Response(answer.body, status_code=answer.status, headers=dict(answer.first_headers()))

    return Route("/slack/events", events, methods=["GET", "POST"])


async def _looks_at_the_certificate(request: Request) -> bool:
    """Whether this is one of the calls by which Slack looks, now and then, whether a command's address has a good one: it
    has `ssl_check=1` and need not be signed. Nothing is done about it, so anybody may send one; all but the smallest bodies
    stay unread."""
    if request.method == "GET":
        return request.query_params.get("ssl_check") == "1"
    length = request.headers.get("content-length", "")
    if len(length) > len(str(SMALL)) or not length.isdecimal() or int(length) > SMALL:
        return False
    return parse_qs((await request.body()).decode("ascii", "replace")).get("ssl_check") == ["1"]


def _stamped(request: Request) -> bool:
    """Whether the time of signing is a number. The check of the signature fails on any other, and anybody can send one."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    return stamp.isdecimal() and len(stamp) == STAMP


def _signed(request: Request, body: bytes, verifier: SignatureVerifier) -> bool:
    """Whether Slack signed these very bytes, within the last five minutes. Its own are ASCII and UTF-8."""
    if not request.headers.get("x-slack-signature", "").isascii():
        return False
    try:
        return verifier.is_valid_request(body, dict(request.headers))
    except UnicodeDecodeError:
        return False


def _read(body: bytes, headers: dict[str, str | Sequence[str]]) -> BoltRequest | None:
    """None when it can't be read: Bolt looks into a body while it reads it, and fails in many ways on the odd ones."""
    try:
        return BoltRequest(body=body.decode(), headers=headers)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class Probes:
    """What those who watch over the program ask. `ready` names each thing it needs and whether it is there."""

    ready: Callable[[], Mapping[str, bool]]
    metrics: Callable[[], bytes]

    def routes(self) -> list[BaseRoute]:
        return [Route("/healthz", health), Route("/readyz", self._readyz), Route("/metrics", self._metrics)]

    def _readyz(self, _: Request) -> Response:
        found = self.ready()
        status = 200 if all(found.values()) else 503
        return JSONResponse({"ready": all(found.values()), **found}, status_code=status)

    def _metrics(self, _: Request) -> Response:
        return Response(self.metrics(), media_type="text/plain; version=0.0.4")


def routes_of(settings: Settings, *, slack: App | None, pages: PageDesk) -> list[BaseRoute]:
    """What the web process serves: candidates' pages and, in HTTP mode, Slack."""
    ways_in = [slack_route(slack, signing_secret=settings.signing_secret)] if slack is not None else []
    return [*page_routes(pages), *ways_in]


def health(_: Request) -> Response:
    """Alive: the server answers. Whether all it needs is there, `/readyz` says."""
    return JSONResponse({"status": "ok"})


class Server:
    """uvicorn in a thread of its own. `port` is known once it has started; 0 takes a free one."""

    def __init__(self, routes: Sequence[BaseRoute], *, host: str, port: int) -> None:
        self._host = host
        self._asked = port
        config = uvicorn.Config(
            Starlette(routes=list(routes)),
            # uvicorn's own way of logging prints an exception with its text, and the paths, each of which is a key.
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=ENDING,
        )
        self._server = uvicorn.Server(config)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        if self._socket is None:
            raise RuntimeError("The server has not started")
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Raises OSError when the port is taken."""
        self._socket = socket.create_server((self._host, self._asked), backlog=512)
        sockets = [self._socket]
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._server.serve(sockets=sockets)), name="web", daemon=True
        )
        self._thread.start()
        until = time.monotonic() + PATIENCE
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=ENDING + 1)
