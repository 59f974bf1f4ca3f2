"""Chance that can be had again."""

from collections.abc import Iterable


class Draw:
    """Numbers that look random and are the same every time (splitmix64), so that an answer can be had again."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, bound: int) -> int:
        mask = (1 << 64) - 1
        self._state = (self._state + 0x9E3779B97F4A7C15) & mask
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        return (mixed ^ (mixed >> 31)) % bound

    def shuffled(self, names: Iterable[str]) -> list[str]:
        left = list(names)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]
