"""How conflicts are handled, for an auditor: bars for each qualification and quarter, and who overrides often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from handlers.blocks.parts import Block, context, fitted, header, modal, section
from handlers.blocks.text import clip, counted, listed, mention
from hiring.model import Person, PersonId
from hiring.rules.rates import FEW, Pool, Rates

CELLS: Final = 10


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
        group
        for quarter, pools in groupby(rates.pools, key=lambda pool: pool.quarter)
        for group in _quarter(quarter, list(pools))
    ]
    return modal("How conflicts go", fitted(head, groups, more=lambda left: f"and {left} more", most=100))


def _repeated(rates: Rates, people: Mapping[PersonId, Person]) -> list[Block]:
    lines = [
        f":warning: {mention(people, one.by)} overrode {counted(one.times, 'conflict')} in these quarters and since."
        for one in rates.repeated[:20]
    ]
    return [section("\n".join(lines))] if lines else []


def _quarter(quarter: str, pools: Sequence[Pool]) -> Iterator[list[Block]]:
    """A picture of each pool; those in which hardly anything was, in one line."""
    told = [_pool(pool) for pool in pools if any(_figures(pool).values()) or pool.asked]
    few = [_skill(pool) for pool in pools if not (any(_figures(pool).values()) or pool.asked)]
    lines = [*told, *([f"Fewer than {FEW} asked: {listed(few, 20)}"] if few else [])]
    for number, line in enumerate(lines):
        yield [*([header(quarter)] if number == 0 else []), section(line)]


def _pool(pool: Pool) -> str:
    """Each figure as a bar, whose whole length is how many were asked; what is too small for one is only named."""
    figures = _figures(pool)
    bars = [f"{_bar(low, pool.asked)}{what} {_range(low)}" for what, low in figures.items() if low]
    rest = [what for what, low in figures.items() if not low]
    small = [f"_Fewer than {FEW}{' each' if len(rest) > 1 else ''}: {', '.join(rest)}_"] if rest else []
    return "\n".join([f"*{_skill(pool)}* · asked {_range(pool.asked)}", *bars, *small])


def _figures(pool: Pool) -> dict[str, int]:
    return {
        "no conflict": pool.no_conflict,
        "conflict": pool.conflict,
        "not sure": pool.unsure,
        "silent": pool.silent,
        "pinned": pool.pinned,
        "overridden": pool.overridden,
    }


def _bar(low: int, asked: int) -> str:
    """Made of the lower ends of both ranges alone: it tells no more than they do. Nothing where hardly anybody was asked."""
    full = min(CELLS, round(CELLS * low / asked)) if asked else 0
    return f"`{'▰' * full}{'▱' * (CELLS - full)}` " if asked else ""


def _skill(pool: Pool) -> str:
    return clip(pool.skill.replace("-", " "), 80)


def _range(low: int) -> str:
    return f"{low}–{low + FEW - 1}" if low else f"fewer than {FEW}"
