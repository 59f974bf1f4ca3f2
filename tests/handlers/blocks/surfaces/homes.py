"""Every App Home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.blocks import (
    home,
)
from hiring.model import (
    Role,
)
from tests.handlers.blocks.surfaces.facts import MONDAY, asked, interviews, load_of, owed, standings
from tests.handlers.blocks.world import World


def homes(world: World, *, many: int = 60) -> dict[str, dict[str, Any]]:
    person = replace(world.recruiter, roles=(*world.recruiter.roles, Role.AUDITOR))
    full = home.HomeView(
        person=person, today=MONDAY, this_week=MONDAY, interviews=interviews(world, many), owed=owed(world, many),
        asked=asked(world, many), load=load_of(world), runs=standings(world, many), hires=standings(world, many),
        audits=standings(world, many), commands=tuple(home.BUTTONS),
    )  # fmt: skip
    empty = home.HomeView(person=world.rater, today=MONDAY, this_week=MONDAY, commands=("help", "pause"))
    shown = {"home": full, "home empty": empty}
    return {key: home.home(view, people=world.people) for key, view in shown.items()} | {"nobodys": home.nobodys()}
