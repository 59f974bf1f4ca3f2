"""A leak that is planted is found: without this, that nothing was found would prove nothing."""

from __future__ import annotations

import pytest

from tests.secrecy.comparing import differences
from tests.secrecy.histories import telling
from tests.secrecy.leaks import LEAKS, Leak

TRIES = 40
"""Most leaks come to light in the first history that is tried."""


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_a_planted_leak_comes_to_light(leak: Leak, monkeypatch: pytest.MonkeyPatch) -> None:
    leak.plant(monkeypatch)
    assert any(differences(told).wrong for told in telling(leak.about, leak.verb)[:TRIES]), "it was not noticed"
