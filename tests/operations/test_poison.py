"""A problem that the engine can't survive kills its child and nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, cast

import pytest

from bot.engine import MEMORY, Engine, EngineFailed
from scheduling.problem import Problem


@dataclass(frozen=True)
class Glutton:
    """Asks for more memory than a child may have, when it is unpacked there."""

    size: int

    def __reduce__(self) -> Any:
        return (bytearray, (self.size,))


@dataclass(frozen=True)
class Killer:
    """Ends the process that unpacks it."""

    def __reduce__(self) -> Any:
        return (os._exit, (9,))


@pytest.mark.parametrize("poison", [Killer(), Glutton(2 * MEMORY)], ids=["killed", "out of memory"])
def test_the_bot_outlives_it_and_the_next_problem_finds_a_new_child(poison: object) -> None:
    engine = Engine()
    try:
        for _ in range(2):
            with pytest.raises(EngineFailed):
                engine.solve(cast("Problem", poison), seconds=1.0)
    finally:
        engine.close()
