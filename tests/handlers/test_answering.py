"""An answer pressed where nothing can change by itself is acknowledged in words; elsewhere the message itself changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handlers import ids
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.company import AFTER, WHO, settled


@pytest.mark.parametrize("passing", [True, False])
def test_no_conflict_said_in_a_passing_answer_is_thanked_for(tmp_path: Path, passing: bool) -> None:
    database = settled(fresh_database(tmp_path))
    with rig.web_api() as hands:
        press = rig.action(WHO["panel"], ids.ATTEST_CLEAR, "LASKING")
        press["container"] = {"type": "message", "is_ephemeral": passing}
        assert rig.send(rig.app(database, AFTER, api=hands.api), press).status == 200
        shown = hands.take()
    database.close()
    assert ["nothing stands between you" in json.dumps(call) for call in shown] == [True] * passing
