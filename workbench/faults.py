"""Trouble on order, for tests: the nth call of a method loses its answer, fails, or never comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Trouble = Literal["drop", "error", "hang"]


@dataclass(frozen=True, slots=True)
class Fault:
    """`drop`: takes effect, then the connection closes unanswered. `error`: HTTP 500, no effect.
    `hang`: takes effect and is never answered."""

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
