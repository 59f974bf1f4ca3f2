"""Sixteen hours without the bot, after interviews were held: one pass brings the world to where it would be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.kills import Stand
from tests.chaos.people import Patient
from tests.chaos.stages import world
from tests.chaos.test_kills import STANDS
from tests.story.outside import Outside, differences
from tests.story.world import eventually

SILENCE, DAY, RATERS = 16, 12, 4
"""Hours from the end of the interviews, at noon, to early morning, and on through a working day; who owes a scorecard then."""

FIRST, DIGEST_OF = "A reminder: two minutes now", "· hiring manager @"


@pytest.mark.parametrize("stand", STANDS, ids=lambda stand: stand.database)
def test_after_a_night_without_the_bot_the_world_is_as_if_it_had_been_there(stand: Stand, tmp_path: Path) -> None:
    there, away = (_after_a_night(stand, tmp_path / name, away=name == "away") for name in ("there", "away"))
    found = differences(there, away)
    overtaken = [line for line in found if line[0] == "-" and ("/remind/1 to" in line or FIRST in line)]
    # Nobody needs the first reminder where the second is due, and the digest of a day gone by.
    wrong = [line for line in found if line not in overtaken and DIGEST_OF not in line]
    assert wrong == [], "\n".join(wrong)
    first, second = (
        {line.split("/remind")[0] for line in away.deliveries if f"/remind/{n} to" in line} for n in (1, 2)
    )
    assert (len(first | second), len(overtaken)) == (RATERS, 2 * len(second - first))


def _after_a_night(stand: Stand, home: Path, *, away: bool) -> Outside:
    with world(home, stand.database, google=stand.google) as here:
        eventually(here.is_ready, "the bot is never ready", within=300)
        people = Patient(here.stage, here.bot.check)
        people.book()
        if away:
            here.bot.go_away()
        people.leap()
        for hour in range(SILENCE + DAY):
            if away and hour == SILENCE:
                here.bot.start()
                eventually(here.is_ready, "the bot is never ready again", within=300)
            if not away or hour >= SILENCE:
                people.quiet()
            here.stage.advance(3600)
        people.quiet()
        return here.seen()
