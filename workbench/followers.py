"""Who goes by the workbench's clock: it is moved for all of them before anybody acts on the new time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

GONE: Final = 5.0
"""Seconds of silence after which a follower is thought to have ended; they ask twice a second."""


@dataclass(slots=True)
class Followers:
    """By the name each gives itself: the offset it last said it goes by, and when (monotonic seconds)."""

    _said: dict[str, tuple[str, float]] = field(default_factory=dict)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    def told(self, name: str, knows: str) -> None:
        self._said[name] = (knows, time.monotonic())
        self._heard.set()

    async def all_know(self, offset: Callable[[], float]) -> None:
        """Returns once every follower that still asks goes by `offset`, which may move on meanwhile."""
        while self._behind(str(offset())):
            self._heard.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._heard.wait(), GONE)

    def _behind(self, offset: str) -> bool:
        heard = time.monotonic() - GONE
        self._said = {name: said for name, said in self._said.items() if said[1] > heard}
        return any(knows != offset for knows, _ in self._said.values())
