"""Lanes: which kinds of deliveries are made by whom, in how many threads, and whether there is room for more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hiring.model import Kind
from hiring.ports import Sent
from store.claims import Claim


@dataclass(frozen=True, slots=True)
class Turn:
    """One claim in the hands of a maker. `begin` must be called right before the first outside call that has an effect, and
    again before a later one that must not be made twice; a maker that has kept its result and `done` in one transaction
    returns `SETTLED`."""

    claim: Claim
    begin: Callable[[], None]


class Settled:
    """What a maker returns when it has marked the delivery done itself."""


SETTLED = Settled()
Maker = Callable[[Turn], Sent | Settled | None]
"""Makes one delivery. None: done, and nothing to remember of it (or nothing left to do)."""


@dataclass(frozen=True, slots=True)
class Open:
    """Which kinds there is room for at this moment, and in how many seconds there may be room for others."""

    kinds: tuple[Kind, ...]
    again: float | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """`threads` of its own for some kinds of deliveries. `open` says which of them there is room for; without it, all."""

    name: str
    kinds: tuple[Kind, ...]
    threads: int
    make: Maker
    pause: float = 0.25
    """Seconds at least between two looks that found nothing: every button pressed wakes every lane, and a look at a long
    queue takes what an answer to a person needs."""
    open: Callable[[], Open] | None = None
    at_once: int = 1
    """How many a thread claims in one transaction, to make them one after another. It pays where making is quick and there
    is no limit to keep; what comes in meanwhile waits behind them, however urgent."""
    takes_long: bool = False
    """Making one may take longer than a lease, which is renewed meanwhile."""


def kinds_of(prefix: str) -> tuple[Kind, ...]:
    """The kinds that one lane makes: `slack`, `engine`, `calendar` or `mail`."""
    return tuple(kind for kind in Kind if kind.startswith(f"{prefix}."))
