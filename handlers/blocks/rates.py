"""How conflicts are handled, for an auditor: a line for each qualification and quarter, and who overrides often."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from handlers.blocks.parts import Block, context, fitted, header, modal, section
from handlers.blocks.text import clip, counted, mention
from hiring.model import Person, PersonId
from hiring.rules.rates import FEW, Pool, Rates


def rates_modal(rates: Rates, *, people: Mapping[PersonId, Person]) -> Block:
    head = [
        context(
            f":lock: Quarters that are over, each figure as a range of {FEW}, so that nobody's answer can be worked out. "
            "As CSV: `evenhand audit rates`."
        ),
        *_repeated(rates, people),
    ]
    if not rates.pools:
        head.append(section("Nobody was asked about conflicts in a quarter that is over."))
    groups = [
        [*([header(quarter)] if first else []), section(_line(pool))]
        for quarter, pools in groupby(rates.pools, key=lambda pool: pool.quarter)
        for first, pool in zip([True, *[False] * len(rates.pools)], pools, strict=False)
    ]
    return modal("How conflicts go", fitted(head, groups, more=lambda left: f"and {left} more", most=100))


def _repeated(rates: Rates, people: Mapping[PersonId, Person]) -> list[Block]:
    lines = [
        f":warning: {mention(people, one.by)} overrode {counted(one.times, 'conflict')} in these quarters and since."
        for one in rates.repeated[:20]
    ]
    return [section("\n".join(lines))] if lines else []


def _line(pool: Pool) -> str:
    figures = {
        "asked": pool.asked,
        "no conflict": pool.no_conflict,
        "conflict": pool.conflict,
        "unsure": pool.unsure,
        "silent": pool.silent,
        "pinned": pool.pinned,
        "overridden": pool.overridden,
    }
    told = " · ".join(f"{what} {_range(figure)}" for what, figure in figures.items())
    return f"*{clip(pool.skill, 80)}*\n{told}"


def _range(figure: int) -> str:
    return f"{figure}–{figure + FEW - 1}" if figure else f"fewer than {FEW}"
