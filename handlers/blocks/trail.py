"""Who did what with a loop, and who read what: the audit trail as an auditor sees it in Slack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from handlers.blocks.deeds import actor, deed
from handlers.blocks.parts import Block, context, fitted, header, modal, section
from handlers.blocks.text import clip, clock, day, listed, name, size, zone_name
from hiring.model import AuditEntry, Candidate, Loop, Person, PersonId

_SECTION: Final = 2_900
_NAMED: Final = 20


def trail_modal(
    loop: Loop,
    entries: Sequence[AuditEntry],
    *,
    candidate: Candidate,
    people: Mapping[PersonId, Person],
    zone: str,
) -> Block:
    """By day, the newest first, in the reader's zone; what several people did in one minute is one line."""
    head = [section(f"*{name(candidate.name)}* · `{clip(loop.id, 60)}`")]
    if loop.released is None:
        head.append(context(":lock: Who has handed in stands here when the scorecards are open."))
    tail = [
        context(
            f"The newest first, {zone_name(zone)}. `evenhand audit export` prints all of it, `evenhand audit verify` "
            "proves it whole."
        )
    ]
    groups = [
        block
        for when, found in groupby(entries, key=lambda entry: entry.at.astimezone(ZoneInfo(zone)).date())
        for block in _day(when, list(found), loop, people=people, zone=zone)
    ]
    blocks = fitted(head, groups, tail, more=lambda _: "and what was before", most=100, heaviest=60_000)
    return modal("Who did what", blocks)


def _day(
    when: date, entries: Sequence[AuditEntry], loop: Loop, *, people: Mapping[PersonId, Person], zone: str
) -> Iterator[list[Block]]:
    lines = _lines(entries, loop, people=people, zone=zone)
    for number, text in enumerate(_sections(lines)):
        yield [*([header(f"{day(when)} {when.year}")] if number == 0 else []), section(text)]


def _lines(entries: Sequence[AuditEntry], loop: Loop, *, people: Mapping[PersonId, Person], zone: str) -> Iterator[str]:
    def told(entry: AuditEntry) -> tuple[str, str]:
        return clock(entry.at, zone), deed(entry, loop, people=people)

    for (at, words), alike in groupby(entries, key=told):
        who = dict.fromkeys(actor(entry.actor, people) for entry in alike)
        yield f"{at} · {listed(list(who), _NAMED)} {words}"


def _sections(lines: Iterator[str]) -> Iterator[str]:
    """The lines in as few texts as Slack lets us have."""
    held: list[str] = []
    for line in lines:
        if held and size("\n".join([*held, line])) > _SECTION:
            yield "\n".join(held)
            held = []
        held.append(line)
    if held:
        yield "\n".join(held)
