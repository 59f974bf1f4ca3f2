"""The problem cut in parts: tolls that are at their end may rise further when loops may start early only, or late only.

At the best tolls a loop often takes half of one plan and half of another. A session that starts sooner in one half than in
the other makes two parts: in one it starts by some time, in the other later. Every answer lies in one of them, so none
costs less than the lesser of their bounds, and each has tolls of its own. The part with the least bound is cut next.
"""

import heapq
from collections.abc import Iterable, Mapping
from itertools import pairwise

from scheduling.board import Plan
from scheduling.deadline import Deadline
from scheduling.problem import Loop
from scheduling.relaxed import Cut, Relaxed

ROUNDS = 4
"""Of the auction in a new part."""
EVEN = 0.05
"""A cut leaves at least this much of a loop's plans on either side."""


class Branches:
    """The bound: of the whole problem until its tolls have settled, then of its parts."""

    def __init__(self, whole: Relaxed) -> None:
        self.whole = whole
        self._open = [(whole.bound, 0, whole)]
        self._count = 1
        self.ended = False
        """Whether nothing raises it any more."""

    @property
    def bound(self) -> int:
        """No answer costs less."""
        return max(self.whole.bound, self._open[0][0])

    def raise_bound(
        self, plans: Mapping[str, Plan], cost: int, deadline: Deadline, *, seen: Iterable[tuple[Loop, Plan]]
    ) -> None:
        """A step; `plans`, which cost `cost`, are the best answer so far, `seen` further plans. Raises OutOfTime."""
        _, number, part = self._open[0]
        cut = None if part is self.whole and not part.settled else self.cut(part)
        if cut is not None:
            halves = [part.half(cut, early=early) for early in (True, False)]
            for half in halves:
                self._settle(half, plans, cost, deadline)
            heapq.heapreplace(self._open, (halves[0].bound, self._count, halves[0]))
            heapq.heappush(self._open, (halves[1].bound, self._count + 1, halves[1]))
            self._count += 2
        elif part.settled:
            self.ended = True
        else:
            part.raise_bound(plans, cost, deadline, seen=seen if part is self.whole else ())
            heapq.heapreplace(self._open, (part.bound, number, part))

    @staticmethod
    def _settle(part: Relaxed, plans: Mapping[str, Plan], cost: int, deadline: Deadline) -> None:
        for _ in range(ROUNDS):
            if part.bound < cost:
                part.raise_bound(plans, cost, deadline, seen=())

    @staticmethod
    def cut(part: Relaxed) -> Cut | None:
        """Where the part's mixture is cut most evenly: a time by which half of a loop's plans start a session."""
        best, chosen = EVEN, None
        for loop, plans in part.mixture():
            for session in loop.sessions:
                starts = sorted(
                    (visit.start, share) for plan, share in plans for visit in plan if visit.session == session.id
                )
                total, early = sum(share for _, share in starts), 0.0
                for (start, share), (following, _) in pairwise(starts):
                    early += share
                    if start < following and min(early, total - early) > best:
                        best, chosen = min(early, total - early), Cut(loop, session.id, (start + following) // 2)
        return chosen
