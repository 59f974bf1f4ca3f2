"""What `evenhand plan` says in words: reasons cut short, and what a repair disturbs, for people and as JSON."""

from typing import Any

from scheduling.answer_file import answer_json
from scheduling.repair import Repair

MOST_NAMES = 8


def brief(text: str) -> str:
    """A reason with no more than a few of its names; the JSON has them all."""
    names = text.split(", ")
    if len(names) <= MOST_NAMES + 1:
        return text
    _, *rest = names[-1].split(" (", 1)
    more = f"{', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} more"
    return more + "".join(f" ({part}" for part in rest)


def repair_json(mended: Repair) -> dict[str, Any]:
    disturbed = {"moved": list(mended.moved), "changed": list(mended.changed), "least": mended.least}
    return {**answer_json((mended.answer,)), "repair": disturbed}


def describe_repair(mended: Repair) -> str:
    lines = [
        f"Sessions that move: {', '.join(mended.moved) or 'none'}.",
        f"Seats that change: {', '.join(mended.changed) or 'none'}.",
    ]
    if mended.least:
        lines.append("Proved: it can't be done with fewer sessions moved, nor with as few and fewer people changed.")
    return "\n".join(lines)
