"""The time a search may take, on a clock that its caller owns."""

from collections.abc import Callable

LOOK_AT_CLOCK = 64


class OutOfTime(Exception):
    """An outcome, not an error: what was found by then is still good."""


class Deadline:
    """The instant after which a search stops, on a clock that the caller owns."""

    __slots__ = ("_count", "_monotonic", "_until")

    def __init__(self, monotonic: Callable[[], float], until: float) -> None:
        self._monotonic, self._until, self._count = monotonic, until, 0

    def check(self) -> None:
        self._count += 1
        if self._count % LOOK_AT_CLOCK == 0:
            self.look()

    def look(self) -> None:
        if self._monotonic() >= self._until:
            raise OutOfTime

    def left(self) -> float:
        return self._until - self._monotonic()

    def sooner(self, seconds: float) -> "Deadline":
        """A deadline within this one, at most so many seconds from now."""
        return Deadline(self._monotonic, min(self._until, self._monotonic() + seconds))
