"""Socket Mode: the bot's connections, the envelopes that go to one of them, and the acknowledgements."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import secrets
import uuid
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from workbench.calls import Args, Method, Refused
from workbench.space import Space, Unanswered
from workbench.workspace import Json

MOST = 10
ANSWERED = frozenset({"slash_commands", "interactive"})


class Sockets:
    def __init__(self, space: Space) -> None:
        self.space = space
        self.open: list[WebSocket] = []
        self.method = Method(self._ticket, (), "", token="app")  # noqa: S106  # the kind of token, not a token
        self._tickets: set[str] = set()
        self._waiting: dict[str, tuple[WebSocket, asyncio.Future[Json]]] = {}
        self._leaving: list[WebSocket] = []

    def _ticket(self, space: Space, _args: Args) -> Json:
        if space.http_events is not None:
            raise Refused("socket_mode_not_enabled")
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        address = space.url.replace("http://", "ws://", 1)
        return {"ok": True, "url": f"{address}/link/?ticket={ticket}&app_id={space.app_id}"}

    async def endpoint(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close()
            return
        self._tickets.discard(ticket)
        await socket.accept()
        if len(self.open) >= MOST:
            await self._send(socket, {"type": "disconnect", "reason": "too_many_websockets", "debug_info": DEBUG})
            await socket.close()
            return
        self.open.append(socket)
        await self._send(socket, self._hello())
        await self._let_go()
        try:
            await self._listen(socket)
        finally:
            # One that was let go for a newer one is not open any more: whoever was asked on it answers on the newer one.
            if socket in self.open:
                self.open.remove(socket)
                self._nobody_answers_on(socket)

    def _nobody_answers_on(self, gone: WebSocket) -> None:
        """Whoever was asked on it is dead: nobody need wait three seconds to learn that."""
        for socket, answer in self._waiting.values():
            if socket is gone and not answer.done():
                answer.set_exception(TimeoutError())

    def _hello(self) -> Json:
        info = {"app_id": self.space.app_id}
        return {"type": "hello", "connection_info": info, "num_connections": len(self.open), "debug_info": DEBUG}

    async def _listen(self, socket: WebSocket) -> None:
        while True:
            try:
                text = await socket.receive_text()
            except WebSocketDisconnect:
                return
            try:
                envelope = json.loads(text)
            except ValueError:
                continue
            if not isinstance(envelope, dict):
                continue
            _, waiting = self._waiting.pop(str(envelope.get("envelope_id")), (None, None))
            if waiting is not None and not waiting.done():
                payload = envelope.get("payload")
                waiting.set_result(payload if isinstance(payload, dict) else {})

    async def ask(self, kind: str, payload: Json, *, attempt: int = 0, reason: str = "") -> Json:
        """Hand one envelope to one connection, chosen by lot as Slack does; wait until it is acknowledged."""
        if not self.open:
            raise Unanswered("no_connection")
        envelope_id = str(uuid.uuid4())
        envelope: dict[str, Any] = {"envelope_id": envelope_id, "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind in ANSWERED
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        socket = random.choice(self.open)  # noqa: S311  # a lot, not a secret
        self._waiting[envelope_id] = (socket, answer)
        try:
            await self._send(socket, envelope)
            return await asyncio.wait_for(answer, self.space.patience)
        except TimeoutError:
            raise Unanswered("timeout") from None
        finally:
            self._waiting.pop(envelope_id, None)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """What Slack does every few hours: asks every connection to be made anew, and keeps each until that is done."""
        self._leaving = list(self.open)
        for socket in self._leaving:
            await self._send(socket, {"type": "disconnect", "reason": reason, "debug_info": DEBUG})

    async def _let_go(self) -> None:
        """A connection came: one that was asked to leave goes."""
        if self._leaving:
            old = self._leaving.pop(0)
            if old in self.open:
                self.open.remove(old)
                with contextlib.suppress(RuntimeError):
                    await old.close()

    async def hang_up(self) -> None:
        """Every connection ends without a word, as when a network fails."""
        old, self.open = self.open, []
        for socket in old:
            with contextlib.suppress(RuntimeError):
                await socket.close()

    async def _send(self, socket: WebSocket, message: Json) -> None:
        try:
            await socket.send_text(json.dumps(message))
        except (WebSocketDisconnect, RuntimeError):
            # The connection went away in this very moment; whoever waits for an answer learns it by the time-out.
            if socket in self.open:
                self.open.remove(socket)


DEBUG = {"host": "applink-workbench", "build_number": 1, "approximate_connection_time": 18060}
