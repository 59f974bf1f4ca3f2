"""The TCP connections of the server, so that one can be cut in the middle of an answer."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol


class Connections:
    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """The HTTP protocol of uvicorn, which also keeps its connection here while it is open."""
        connections = self._open

        class Kept(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
                super().connection_made(transport)
                connections[transport.get_extra_info("peername")[:2]] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                connections.pop(self.transport.get_extra_info("peername")[:2], None)
                super().connection_lost(exc)

        return Kept

    def cut(self, request: Request) -> None:
        """The caller sees the connection end where an answer should have come."""
        if request.client is not None:
            transport = self._open.get((request.client.host, request.client.port))
            if transport is not None:
                transport.abort()
