"""Whether what is read is what was handed in, code by code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.blocks import itinerary
from handlers.blocks.parts import Block, context, fitted, modal, section
from handlers.blocks.text import clip, counted, mention
from hiring.model import Loop, Person, PersonId
from hiring.rules.proving import Checked


def codes_modal(loop: Loop, checked: Sequence[Checked], *, people: Mapping[PersonId, Person]) -> Block:
    wrong = [one for one in checked if not one.holds]
    if not checked:
        return modal("The codes", [section("No scorecard of this loop that you may read has been handed in yet.")])
    told = (
        f":rotating_light: *{counted(len(wrong), 'scorecard')} not as handed in.* Please tell whoever runs Evenhand at once."
        if wrong
        else ":white_check_mark: *All is as it was handed in.* Each scorecard was computed anew and gives its code."
    )
    tail = [
        context(
            "Its author got the code when they handed it in, and still has it in their messages: compare the two when you "
            "want to be sure. A code says nothing of what a scorecard says."
        )
    ]
    groups = [[section(_line(loop, one, people))] for one in [*wrong, *(one for one in checked if one.holds)]]
    blocks = fitted([section(told)], groups, tail, more=lambda left: f"and {left} more", most=100, heaviest=60_000)
    return modal("The codes", blocks)


def _line(loop: Loop, one: Checked, people: Mapping[PersonId, Person]) -> str:
    sign = ":white_check_mark:" if one.holds else ":x:"
    version = "" if one.latest else " · earlier version"
    where = itinerary.title(loop.plan, one.session, 60)
    return f"{sign} `{clip(one.commitment, 100)}` {mention(people, one.person)} ({where}){version}"
