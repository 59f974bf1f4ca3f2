"""The digest of an opening for its channel: where each candidate stands. Never a word that release has not opened."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.blocks.message import Message, message
from handlers.blocks.parts import context, fitted, header, section
from handlers.blocks.phases import badge
from handlers.blocks.text import counted, day, mention, name, plain, when, zone_name
from hiring.model import Outcome, Person, PersonId
from hiring.rules.digest import Digest, DigestLine
from hiring.rules.phase import Phase

_OUTCOMES = {Outcome.ADVANCE: "goes on", Outcome.HOLD: "on hold", Outcome.DECLINE: "not continued"}


def digest(digest: Digest, *, people: Mapping[PersonId, Person]) -> Message:
    opening = digest.opening
    head = [
        header(plain(opening.title, 120)),
        context(
            f"{day(digest.day)} · hiring manager {mention(people, opening.hiring_manager)}, recruiter "
            f"{mention(people, opening.recruiter)}"
        ),
    ]
    if not digest.lines:
        head.append(section("No interviews are under way for this opening."))
    groups = []
    for phase in Phase:
        lines = [line for line in digest.lines if line.phase is phase]
        groups += [[section(_line(line, opening.digest_zone))] for line in lines]
    hour = (
        f" at {opening.digest_hour:02}:00 ({zone_name(opening.digest_zone)})" if opening.digest_hour is not None else ""
    )
    tail = [context(f"Updated through the day; a new one comes each day{hour}.")]
    blocks = fitted(head, groups, tail, more=lambda left: f"and {counted(left, 'more candidate')}")
    return message("Evenhand: where the interviews for an opening stand today", blocks)


def _line(line: DigestLine, zone: str) -> str:
    outcome = f": {_OUTCOMES[line.outcome]}" if line.outcome else ""
    at = f" · next {when(line.next_at, zone)}" if line.next_at else ""
    return f"*{name(line.candidate)}* · {badge(line.phase)}{outcome}{at}"
