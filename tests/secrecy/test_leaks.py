"""A leak that is planted is found: without this, that nothing was found would prove nothing."""

from __future__ import annotations

import pytest

from tests.secrecy.histories import differences, history
from tests.secrecy.leaks import LEAKS, Leak

TRIES = 12
TELLING = (7, 3, 18, 34, 61, 12, 67)
"""Histories in which much happens: most leaks come to light in the first of these that is of their kind."""


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_a_planted_leak_comes_to_light(leak: Leak, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = [seed for seed in range(400) if history(seed).about == leak.about][:TRIES]
    first = [seed for seed in TELLING if history(seed).about == leak.about]
    leak.plant(monkeypatch)
    tried = dict.fromkeys([*first, *seeds])
    assert any(differences(history(seed)).wrong for seed in tried), "it was not noticed"
