"""Whose turn it is: two sides share the time, and whichever gained more for its time lately gets more of it."""

from math import exp

LEAST, MOST, FAR = 0.15, 0.45, 0.7
"""What the bound gets of the time: at least, at most, and at most while it is far off. What plans will gain shows late."""


class Side:
    """What one side gained lately, and the time that it took."""

    __slots__ = ("gain", "seconds")

    def __init__(self) -> None:
        self.gain = self.seconds = 0.0

    @property
    def rate(self) -> float:
        return self.gain / self.seconds if self.seconds else 0.0

    def fade(self, kept: float) -> None:
        self.gain *= kept
        self.seconds *= kept


class Turns:
    """`memory` is for how many seconds a gain counts, about."""

    def __init__(self, memory: float) -> None:
        self.memory = memory
        self.plans, self.bound = Side(), Side()

    def took(self, side: Side, *, seconds: float, gain: float) -> None:
        for each in (self.plans, self.bound):
            each.fade(exp(-seconds / self.memory))
        side.gain += gain
        side.seconds += seconds

    def bound_is_due(self, *, far: bool) -> bool:
        """`far` says whether the gap is so wide that the bound deserves most of the time."""
        rates, most = self.plans.rate + self.bound.rate, FAR if far else MOST
        share = min(most, max(LEAST, self.bound.rate / rates)) if rates else most
        return self.bound.seconds <= share * (self.plans.seconds + self.bound.seconds)
