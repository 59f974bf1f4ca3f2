"""Trouble on order, for tests: the nth call of a method loses its answer, fails, or never comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Trouble = Literal["drop", "error", "hang", "twice", "limit"]


@dataclass(frozen=True, slots=True)
class Fault:
    """For a method of the Web API: `drop` takes effect, then the connection closes unanswered; `error` is HTTP 500
    without effect; `hang` takes effect and is never answered; `limit` is HTTP 429 with a second to wait, without effect.

    For a delivery to the bot, named `deliver events_api`, `deliver slash_commands` or `deliver interactive`: `drop` reaches
    the bot and its answer is lost, `error` never reaches it, `twice` reaches it a second time once it has answered.
    """

    method: str
    nth: int
    trouble: Trouble


@dataclass(slots=True)
class Faults:
    planned: list[Fault] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)

    def plan(self, method: str, trouble: Trouble, *, nth: int = 1) -> None:
        """The nth call from now on meets this trouble."""
        self.planned.append(Fault(method=method, nth=self.calls[method] + nth, trouble=trouble))

    def meet(self, method: str) -> Trouble | None:
        self.calls[method] += 1
        for fault in self.planned:
            if fault.method == method and fault.nth == self.calls[method]:
                self.planned.remove(fault)
                return fault.trouble
        return None
