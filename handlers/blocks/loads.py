"""How much people interview: bars in text for one person, a picture for several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.blocks.message import Message, Picture, message, picture_block
from handlers.blocks.parts import Block, context, header, section
from handlers.blocks.text import day, minutes
from handlers.pictures.lettering import drawable_name
from handlers.pictures.load import LoadBar, describe_load, draw_load
from hiring.flows.self_service import Load

CELLS = 12
WEEKS = 9


def bar(given: int, cap: int | None) -> str:
    """Reads "▰▰▰▱▱▱▱▱▱▱▱▱ 1 h of 4 h"; without a cap eight hours are the whole length."""
    whole = cap if cap is not None else 480
    full = min(CELLS, round(CELLS * given / whole)) if whole else (CELLS if given else 0)
    of = f" of {minutes(cap)}" if cap is not None else ", no cap"
    over = " :small_orange_diamond: over the cap" if cap is not None and given > cap else ""
    return f"`{'▰' * full}{'▱' * (CELLS - full)}` {minutes(given)}{of}{over}"


def own_load(load: Load, *, this_week: date) -> Message:
    """Somebody's own weeks; `this_week` is the Monday of the present one."""
    return message(
        "Evenhand: how much you interview", [header("How much you interview"), *weeks(load, this_week=this_week)]
    )


def weeks(load: Load, *, this_week: date) -> list[Block]:
    lines = [
        f"{bar(given, load.person.week_cap)} · {'*this week*' if monday == this_week else f'from {day(monday)}'}"
        for monday, given in load.weeks[:WEEKS]
    ]
    cap = load.person.day_cap
    daily = f"At most {minutes(cap)} a day. " if cap is not None else ""
    return [section("\n".join(lines) or "Nothing yet."), context(f"{daily}`/interview prefs` changes your caps.")]


def team_load(loads: Sequence[Load], *, week: date) -> Message:
    """Everybody's week as a picture, the most loaded first."""
    bars = [
        LoadBar(
            name=drawable_name(load.person.name, load.person.email),
            minutes=dict(load.weeks).get(week, 0),
            cap=load.person.week_cap,
        )
        for load in loads
    ]
    bars.sort(key=lambda one: (-one.minutes, one.name))
    title = f"Interviewing in the week from {day(week)}"
    picture = Picture(png=draw_load(bars, title=title), alt=describe_load(bars), title=title, name="load.png")
    blocks = [header("Who interviews how much"), picture_block(picture), context("The dark line is each person's cap.")]
    return message("Evenhand: who interviews how much", blocks, picture=picture)
