"""The audit trail as people read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import hiring.flows
from handlers.blocks.deeds import WORDS, deed
from handlers.blocks.trail import trail_modal
from hiring.model import AuditEntry
from tests.handlers.blocks.world import NOW, World, ordinary

WORLD: World = ordinary()
FLOWS = Path(hiring.flows.__file__).parent
ELSEWHERE = {"recused elsewhere", "read", "exported", "erased", "held", "hold lifted"}
"""What is noted by other means than `note`."""


def noted() -> Iterator[str]:
    """Every verb that a flow notes about a loop."""
    for file in FLOWS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note" and len(node.args) > 2:
                yield from words(node.args[2])
            if file.stem == "conflicts" and isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "verb":
                assert isinstance(node.value, ast.IfExp)
                yield from (*words(node.value.body), *words(node.value.orelse))


def words(node: ast.expr) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def entry(verb: str, who: str = "evenhand", **facts: str) -> AuditEntry:
    return AuditEntry(NOW, who, verb, WORLD.loop.id, tuple(facts.items()))


def test_every_verb_that_is_noted_about_a_loop_is_a_sentence() -> None:
    assert set(noted()) == set(WORDS) - ELSEWHERE


@pytest.mark.parametrize(
    ("told", "reads"),
    [
        (entry("read", what="scorecards"), "read the scorecards"),
        (entry("chose", option="2", of="3"), "picked option 2 of 3"),
        (entry("planned", options="1"), "found 1 option"),
        (entry("submitted", session="coding"), "handed in the scorecard of *Coding*"),
        (entry("submitted", session="gone"), "handed in the scorecard of gone"),
        (entry("released", how="all_in"), "opened the scorecards: all were in"),
        (entry("released", how="early", missing="coding/lee"), "opened the scorecards: early (missing: <@ULEE> (*Coding*))"),
        (entry("decided", outcome="advance", known="4 of 4 scorecards were in"), "decided: *Advance* (4 of 4 scorecards were in)"),
        (entry("recused"), "stepped aside"),
        (entry("recused", because_of="l9", person="lee"), "had <@ULEE> step aside, as in another loop about the candidate"),
        (entry("erased", early="a wish"), "erased the record (early: a wish)"),
        (entry("read"), "*read*"),
        (entry("danced {well}", how="<fast>"), "*danced {well}* (how: &lt;fast&gt;)"),
    ],
)  # fmt: skip
def test_a_sentence(told: AuditEntry, reads: str) -> None:
    people = WORLD.people | {"lee": replace(WORLD.rater, id="lee", slack_id="ULEE")}
    assert deed(told, WORLD.loop, people=people) == reads


def test_a_day_is_one_text_and_a_minute_one_line() -> None:
    read = [entry("read", who, what="brief") for who in ("evenhand", "candidate")]
    before = replace(entry("booked"), at=NOW - timedelta(days=1))
    shown = trail_modal(WORLD.loop, [*read, before], candidate=WORLD.candidate, people={}, zone="Europe/Berlin")
    assert [block["text"]["text"] for block in shown["blocks"][1:-1]] == [
        "Mon 23 Nov 2026",
        "16:00 · Evenhand and the candidate read the brief",
        "Sun 22 Nov 2026",
        "16:00 · Evenhand put the interviews on the calendars",
    ]
