"""Where histories begin: a loop that has come so far, another one beside it; made once, then copied."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hiring.flows import attesting, loops
from hiring.model import Answer, Plan
from hiring.rules.phase import panel
from tests.database import sqlite_place
from tests.hiring.worlds import MORNING, NOW, expect
from tests.secrecy.company import JO, OPENING, PEOPLE, RITA, SAM
from tests.secrecy.place import NAME
from tests.secrecy.world import World

ASKED, BOOKED, AT_HOME = "asked", "booked", "at home"
"""How far the loop has come: people are asked about conflicts; it is booked; a take-home is being worked on."""


def beginning(stands: str, plan: Plan, home: Path) -> Path:
    (home / NAME).write_bytes(_beginning(stands, plan))
    return home


@cache
def _beginning(stands: str, plan: Plan) -> bytes:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        sqlite_place(home).open().close()
        with World(home, may_differ=lambda *_: False) as world:
            _company(world, plan)
            world.work()
            if stands != AT_HOME:
                with world.database.begin() as uow:
                    expect(loops.choose(uow, uow.loop("L1"), number=1, index=0, by=RITA, now=NOW))
            if stands == BOOKED:
                _all_attest(world)
            world.work()
        with closing(sqlite3.connect(home / NAME)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return (home / NAME).read_bytes()


def _company(world: World, plan: Plan) -> None:
    windows = () if plan.take_home else (MORNING,)
    with world.database.begin() as uow:
        for someone in PEOPLE:
            uow.save_person(someone)
        for candidate in (JO, SAM):
            uow.save_candidate(candidate)
        uow.save_opening(OPENING)
        uow.save_plan(plan)
        expect(loops.start(uow, loops.Wish("L2", SAM, "ds", plan.id), by=RITA, now=NOW))
        expect(loops.start(uow, loops.Wish("L1", JO, "ds", plan.id, windows), by=RITA, now=NOW))


def _all_attest(world: World) -> None:
    with world.database.begin() as uow:
        found = uow.loop("L1")
        for someone in panel(found):
            said = attesting.Said(Answer.NO_CONFLICT)
            found = expect(attesting.answer(uow, found, said, by=uow.person(someone), now=NOW))
