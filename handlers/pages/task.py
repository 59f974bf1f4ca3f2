"""What a candidate is asked to do at home, for page and letter."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.blocks.text import bare, clock, day, zone_name
from handlers.pages.case import Case
from hiring.rules.take_home import deadline


@dataclass(frozen=True, slots=True)
class Task:
    """`until` is in the candidate's zone; `link` only when the task is nothing but a link."""

    prompt: str
    link: str
    until: str
    handed_in: bool


def task(case: Case) -> Task | None:
    """None for a loop that meets the candidate."""
    plan, end = case.loop.plan, deadline(case.loop)
    if plan.take_home is None or end is None:
        return None
    zone, prompt = case.candidate.zone, bare(plan.take_home.prompt)
    return Task(
        prompt=prompt,
        link=prompt if prompt.startswith("https://") and " " not in prompt else "",
        until=f"{day(end.astimezone(ZoneInfo(zone)).date())}, {clock(end, zone)} ({zone_name(zone)})",
        handed_in=case.loop.work is not None,
    )
