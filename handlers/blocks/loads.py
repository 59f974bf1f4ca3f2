"""How much somebody interviews, week by week: bars in text."""

from __future__ import annotations

from datetime import date

from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, context, header, section
from handlers.blocks.text import day, minutes
from hiring.flows.self_service import Load

CELLS = 8
WEEKS = 9


def bar(given: int, cap: int | None) -> str:
    """Reads "▰▰▱▱▱▱▱▱ 1 h of 4 h"; without a cap eight hours are the whole length. The least is to be seen, too."""
    whole = cap if cap is not None else 480
    full = max(1, min(CELLS, round(CELLS * given / whole))) if whole and given else CELLS * bool(given)
    of = f" of {minutes(cap)}" if cap is not None else ", no cap"
    over = " :small_orange_diamond: over the cap" if cap is not None and given > cap else ""
    return f"`{'▰' * full}{'▱' * (CELLS - full)}` {minutes(given)}{of}{over}"


def own_load(load: Load, *, this_week: date) -> Message:
    """Somebody's own weeks; `this_week` is the Monday of the present one."""
    return message(
        "Evenhand: how much you interview", [header("How much you interview"), *weeks(load, this_week=this_week)]
    )


def weeks(load: Load, *, this_week: date) -> list[Block]:
    if not any(given for _, given in load.weeks[:WEEKS]):
        return [section("No interviews in these weeks."), _caps(load)]
    lines = [
        f"{bar(given, load.person.week_cap)} · {'*this week*' if monday == this_week else f'from {day(monday)}'}"
        for monday, given in load.weeks[:WEEKS]
    ]
    return [section("\n".join(lines)), _caps(load)]


def _caps(load: Load) -> Block:
    day_cap, week_cap = load.person.day_cap, load.person.week_cap
    caps = [f"{minutes(cap)} a {span}" for cap, span in ((day_cap, "day"), (week_cap, "week")) if cap is not None]
    told = f"At most {' and '.join(caps)}. " if caps else ""
    return context(f"{told}`/interview prefs` changes your caps.")
