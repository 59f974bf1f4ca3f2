"""Who did what with a loop, and who read what: the audit trail as an auditor sees it in Slack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.blocks.parts import Block, context, fitted, modal, section
from handlers.blocks.text import clip, cut, mention, name, when
from hiring.model import AuditEntry, Candidate, Loop, Person, PersonId

_PEOPLE = frozenset({"person", "of", "to"})
"""Facts that are somebody's id."""


def trail_modal(
    loop: Loop,
    entries: Sequence[AuditEntry],
    *,
    candidate: Candidate,
    people: Mapping[PersonId, Person],
    zone: str,
) -> Block:
    head = [section(f"*{name(candidate.name)}* · `{clip(loop.id, 60)}`")]
    if loop.released is None:
        head.append(context(":lock: Who has handed in stands here when the scorecards are open."))
    tail = [
        context("The newest first. `evenhand audit export` prints all of it, `evenhand audit verify` proves it whole.")
    ]
    groups = [[section(_line(entry, people=people, zone=zone))] for entry in entries]
    blocks = fitted(head, groups, tail, more=lambda left: f"and {left} older ones", most=100, heaviest=60_000)
    return modal("Who did what", blocks)


def _line(entry: AuditEntry, *, people: Mapping[PersonId, Person], zone: str) -> str:
    who = mention(people, entry.actor) if entry.actor in people else f"`{clip(entry.actor, 60)}`"
    facts = ", ".join(_fact(key, value, people) for key, value in entry.facts)
    return cut(f"{when(entry.at, zone)} · {who} · *{clip(entry.verb, 60)}*" + (f" ({facts})" if facts else ""), 600)


def _fact(key: str, value: str, people: Mapping[PersonId, Person]) -> str:
    told = mention(people, value) if key in _PEOPLE and value in people else clip(value, 200)
    return f"{clip(key.replace('_', ' '), 40)}: {told}"
