"""What an interviewer reads of the company they are in, and what App Home puts first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.blocks import brief, home
from handlers.blocks.mine import Asked
from hiring.model import Loop, Plan, Seat, SeatKind, SeatPlan
from tests.handlers.blocks import world

WORLD = world.ordinary()


def panel(*seats: tuple[str, SeatKind]) -> Loop:
    """The coding interview with these people, each in a seat of their kind."""
    planned = tuple(SeatPlan(f"s{n}", ("coding",), kind=kind) for n, (_, kind) in enumerate(seats))
    sessions = tuple(replace(one, seats=planned) if one.id == "coding" else one for one in WORLD.loop.plan.sessions)
    plan: Plan = replace(WORLD.loop.plan, sessions=sessions)
    held = tuple(Seat("coding", f"s{n}", who) for n, (who, _) in enumerate(seats))
    return WORLD.loop.with_(plan=plan, seats=held)


@pytest.mark.parametrize(
    ("seats", "reads"),
    [
        ([("lee", SeatKind.LEAD)], "You are on your own; you lead it."),
        ([("lee", SeatKind.LEAD), ("ana", SeatKind.PAIR)], "With {ana}; you lead it."),
        ([("ana", SeatKind.LEAD), ("lee", SeatKind.PAIR)], "With {ana}, who leads it; you interview together."),
        (
            [("ana", SeatKind.LEAD), ("lee", SeatKind.PAIR), ("max", SeatKind.SHADOW)],
            "With {ana} and {max}; {ana} leads it, and you interview together.",
        ),
        ([("ana", SeatKind.LEAD), ("lee", SeatKind.SHADOW)], "With {ana}; you listen and learn."),
    ],
)
def test_the_brief_says_who_leads(seats: list[tuple[str, SeatKind]], reads: str) -> None:
    told = brief.brief(
        panel(*seats), person=WORLD.people["lee"], candidate=WORLD.candidate, opening=WORLD.opening, people=WORLD.people
    )
    lines = [line for block in told.blocks if block["type"] == "section" for line in block["text"]["text"].splitlines()]
    mentions = {who: f"<@{person.slack_id}>" for who, person in WORLD.people.items()}
    assert reads.format_map(mentions) in lines


def test_what_waits_stands_above_the_buttons() -> None:
    person = WORLD.people["lee"]
    quiet = home.HomeView(person=person, today=world.NOW.date(), this_week=world.NOW.date(), commands=("help", "pause"))
    asked = replace(quiet, asked=(Asked(WORLD.loop.id, "Joana", "Northwind"),))

    def labels(view: home.HomeView) -> list[str]:
        rows = [
            block["elements"] for block in home.home(view, people=WORLD.people)["blocks"] if block["type"] == "actions"
        ]
        return [row[0]["text"]["text"] for row in rows]

    assert (labels(quiet), labels(asked)) == (["Help"], ["No conflict", "Help"])
