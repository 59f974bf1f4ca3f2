"""A person's own reminder to somebody, with the button for what is owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers import ids
from handlers.blocks import itinerary
from handlers.blocks.attest import attest_remind
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, section
from handlers.blocks.text import clip, mention, name
from hiring.model import Candidate, Loop, Opening, Person, PersonId


def nudge(
    loop: Loop,
    *,
    about: str,
    person: Person,
    by: PersonId,
    candidate: Candidate,
    opening: Opening,
    people: Mapping[PersonId, Person],
    sessions: Sequence[str] = (),
) -> Message:
    """`about` is `attestation`, `scorecard` or `decision`; `sessions` are those whose scorecards the person owes."""
    asks = f":bell: {mention(people, by)} asks you"
    if about == "attestation":
        question = attest_remind(loop, person=person, candidate=candidate, opening=opening)
        return message(question.text, [section(f"{asks} to answer a question."), *question.blocks[1:]])
    whose = f"{name(candidate.name)} · _{clip(opening.title, 150)}_"
    if about == "decision":
        return message(
            "Evenhand: somebody asks you for a decision",
            [
                section(f"{asks} to decide.\n{whose}"),
                actions(
                    button("Decide", ids.DECIDE_OPEN, ids.pack(loop.id), style="primary"),
                    button("Read the summary", ids.SUMMARY_OPEN, ids.pack(loop.id)),
                ),
            ],
        )
    return message(
        "Evenhand: somebody asks you for a scorecard",
        [section(f"{asks} for your scorecard.\n{whose}"), *(_owed(loop, session) for session in sessions[:10])],
    )


def _owed(loop: Loop, session: str) -> Block:
    fill_in = button("Fill in", ids.SCORECARD_OPEN, ids.pack(loop.id, session), style="primary")
    return section(f"*{itinerary.title(loop.plan, session)}*", fill_in)
