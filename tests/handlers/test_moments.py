"""Person × moment × surface: who gets to see each thing that may be read, in each phase of a loop. Everybody who is not named is
denied."""

from __future__ import annotations

import pytest

from handlers import ids
from tests.handlers.company import AFTER, WHO
from tests.handlers.presses import button
from tests.handlers.test_permissions import Stage, stage

__all__ = ["stage"]  # the fixture

MOMENTS = ("LASKING", "LBOOKED", "LSCORING", "LHOME", "LOPEN")
"""The panel is asked, booked, writing; a take-home is scored; the scorecards are open."""
NOBODY: frozenset[str] = frozenset()
PANEL, AUDITOR = frozenset({"panel"}), frozenset({"auditor"})
JUDGES = frozenset({"recruiter", "auditor"})
FOLLOWERS = frozenset({"manager", "recruiter", "other recruiter", "admin"})
READERS = frozenset({"panel", "manager", "recruiter", "auditor"})
SEEN = {
    #                        asked      booked     writing    take-home  open
    ids.SUMMARY_OPEN:       (NOBODY,    NOBODY,    NOBODY,    NOBODY,    READERS),
    ids.CODES_CHECK:        (PANEL,     PANEL,     PANEL,     NOBODY,    READERS),
    ids.DECIDE_OPEN:        (NOBODY,    NOBODY,    NOBODY,    NOBODY,    frozenset({"manager"})),
    ids.RELEASE_OPEN:       (NOBODY,    NOBODY,    frozenset({"manager", "recruiter", "admin"}), NOBODY, NOBODY),
    ids.CONFLICTS_OPEN:     (JUDGES,    JUDGES,    JUDGES,    JUDGES,    JUDGES),
    ids.TRAIL_OPEN:         (AUDITOR,   AUDITOR,   AUDITOR,   AUDITOR,   AUDITOR),
    ids.LOOP_STATUS:        (FOLLOWERS, FOLLOWERS, FOLLOWERS, FOLLOWERS, FOLLOWERS),
}  # fmt: skip


@pytest.mark.parametrize("surface", SEEN)
def test_who_sees_what_and_when(surface: str, stage: Stage) -> None:
    found = {
        loop: {who for who, user in WHO.items() if stage.send(button(surface, loop, now=AFTER), user)[0] == "shown"}
        for loop in MOMENTS
    }
    assert found == dict(zip(MOMENTS, SEEN[surface], strict=True))
