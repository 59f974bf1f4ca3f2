"""What is somebody's own: interviews to come, scorecards owed, questions to answer; alike in a reply and at home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers import ids
from handlers.blocks.parts import Block, actions, button, section
from handlers.blocks.text import clip, escape, minutes, name, when, when_between
from hiring.model import LoopId


@dataclass(frozen=True, slots=True)
class Interview:
    """One session somebody sits in. `candidate` is None until they have said that there is no conflict."""

    loop: LoopId
    session: str
    title: str
    start: datetime
    end: datetime
    candidate: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """A scorecard that is due."""

    loop: LoopId
    session: str
    title: str
    candidate: str
    ended: datetime
    draft_saved: bool = False
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A conflict question that waits for an answer: name and current employer, nothing more."""

    loop: LoopId
    candidate: str
    employer: str
    unseen: bool = False


def interviews(items: Sequence[Interview], *, zone: str) -> list[list[Block]]:
    return [[section(_interview(item, zone), _rubric(item))] for item in items]


def owed(items: Sequence[Owed], *, zone: str) -> list[list[Block]]:
    groups: list[list[Block]] = []
    for item in items:
        label = "Go on" if item.draft_saved else "Fill in"
        fill_in = button(label, ids.SCORECARD_OPEN, ids.pack(item.loop, item.session), style="primary")
        words = f"*{clip(item.title, 80)}* · {name(item.candidate)}\n{_since(item)} {when(item.ended, zone)}"
        groups.append([section(words, fill_in)])
    return groups


def asked(items: Sequence[Asked]) -> list[list[Block]]:
    return [[section(_asks(item)), actions(*answers(item.loop))] for item in items]


def answers(loop: LoopId) -> list[Block]:
    """Buttons: the three answers to the question about conflicts."""
    return [
        button("No conflict", ids.ATTEST_CLEAR, ids.pack(loop), style="primary"),
        button("I have a conflict", ids.ATTEST_CONFLICT, ids.pack(loop)),
        button("I am not sure", ids.ATTEST_UNSURE, ids.pack(loop)),
    ]


def _interview(item: Interview, zone: str) -> str:
    whom = f" · {name(item.candidate)}" if item.candidate else ""
    length = int((item.end - item.start).total_seconds() // 60)
    link = item.link if item.link and item.link.startswith(("https://", "http://")) else None
    join = f" · <{escape(link).replace('|', '%7C')[:1000]}|Join>" if link else ""
    return f"*{clip(item.title, 80)}*{whom} · {minutes(length)}\n{when_between(item.start, item.end, zone)}{join}"


def _rubric(item: Interview) -> Block | None:
    """Only for somebody who has said "no conflict" is the file open."""
    return button("What you will rate", ids.BRIEF_RUBRIC, ids.pack(item.loop, item.session)) if item.candidate else None


def _since(item: Owed) -> str:
    return "To score since" if item.unseen else "Ended"


def _asks(item: Asked) -> str:
    if item.unseen:
        return f"Can you score the take-home of *{name(item.candidate, 250)}* without knowing whose it is?"
    return f"Do you know *{name(item.candidate, 250)}*? {_employer(item)}"


def _employer(item: Asked) -> str:
    return f"Works at {clip(item.employer, 150)}." if item.employer.strip() else "Employer not known."
