"""A bottleneck: what is stuck, on whom, since when in their working hours, and the button that mends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers import ids
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, fitted, header, section
from handlers.blocks.text import clip, mention, minutes, name, when
from hiring.model import Candidate, CandidateId, Loop, LoopId, Opening, OpeningId, Person, PersonId
from hiring.rules.bottlenecks import Bottleneck, Stuck

People = Mapping[PersonId, Person]

WHAT = {
    Stuck.AVAILABILITY: "The candidate has not said when they can come",
    Stuck.ATTESTATION: "The conflict question is unanswered",
    Stuck.UNSURE: "Somebody is not sure about a conflict, and waits for your word",
    Stuck.BOOKING: "The interviews are not booked",
    Stuck.SCORECARD: "A scorecard is missing",
    Stuck.DECISION: "The decision is due",
}
TO_DO = {
    Stuck.AVAILABILITY: "Write or call them, or enter the times yourself.",
    Stuck.ATTESTATION: "Remind them, or ask somebody else.",
    Stuck.UNSURE: "Look at the note they sent you, and clear them or set them aside.",
    Stuck.BOOKING: "Pick an option, or give more time to choose from.",
    Stuck.SCORECARD: "Remind them: nothing opens before it is in.",
    Stuck.DECISION: "Remind them: the candidate waits.",
}


def alert(
    bottleneck: Bottleneck, *, loop: Loop, candidate: Candidate, opening: Opening, people: People, zone: str
) -> Message:
    """To the recruiter; one message for as long as it lasts."""
    return message(
        "Evenhand: something is stuck and needs you",
        [
            section(
                f":construction: *{WHAT[bottleneck.stuck]}*\n{name(candidate.name)} · _{clip(opening.title, 150)}_"
            ),
            section(_facts(bottleneck, people, zone)),
            section(TO_DO[bottleneck.stuck]),
            actions(*_mends(bottleneck, loop)),
        ],
    )


def alert_resolved(
    bottleneck: Bottleneck, *, candidate: Candidate, opening: Opening, at: datetime, zone: str
) -> Message:
    """The same message once it has cleared."""
    return message(
        "Evenhand: what was stuck has cleared",
        [
            section(
                f":white_check_mark: ~{WHAT[bottleneck.stuck]}~\n{name(candidate.name)} · _{clip(opening.title, 150)}_"
            ),
            context(f"Cleared {when(at, zone)}. There is nothing left to do here."),
        ],
    )


def bottlenecks(
    found: Sequence[Bottleneck],
    *,
    loops: Mapping[LoopId, Loop],
    candidates: Mapping[CandidateId, Candidate],
    openings: Mapping[OpeningId, Opening],
    people: People,
    zone: str,
) -> Message:
    """All of them, the longest waiting first."""
    if not found:
        return message(
            "Evenhand: nothing is stuck", [section(":seedling: Nothing is stuck. Everybody is within their time.")]
        )
    ordered = sorted(found, key=lambda one: (-(one.working - one.limit), one.key))
    groups = [
        _one(one, loop=loops[one.loop], candidates=candidates, openings=openings, people=people, zone=zone)
        for one in ordered
    ]
    stuck = any(one.working >= one.limit for one in found)
    blocks = fitted(
        [header("What is stuck" if stuck else "Who is awaited")], groups, more=lambda left: f"and {left} more"
    )
    return message("Evenhand: what is stuck" if stuck else "Evenhand: who is awaited", blocks)


def _one(
    one: Bottleneck,
    *,
    loop: Loop,
    candidates: Mapping[CandidateId, Candidate],
    openings: Mapping[OpeningId, Opening],
    people: People,
    zone: str,
) -> list[Block]:
    """Whom the next step is on, and a button; in full once it takes too long, in two lines before."""
    candidate, opening = candidates[loop.candidate], openings[loop.opening]
    about = f"{name(candidate.name)} · _{clip(opening.title, 100)}_"
    if one.working >= one.limit:
        words = f"*{WHAT[one.stuck]}*\n{about}\n{_facts(one, people, zone)}"
    else:
        who = mention(people, one.owner) if one.owner else "The candidate"
        words = f"{who} · {WHAT[one.stuck]}\n{about} · {minutes(one.working)} of the usual {minutes(one.limit)}"
    return [section(words, _mends(one, loop)[0])]


def _facts(one: Bottleneck, people: People, zone: str) -> str:
    who = mention(people, one.owner) if one.owner else "the candidate"
    clock = "their working hours" if one.owner else "your working hours"
    return (
        f"Waits for {who} since {when(one.since, zone)}: *{minutes(one.working)}* of {clock}, where "
        f"{minutes(one.limit)} are usual."
    )


def _mends(one: Bottleneck, loop: Loop) -> list[Block]:
    """The button that mends it first, then others."""
    status = button("Status", ids.LOOP_STATUS, ids.pack(loop.id))
    match one.stuck:
        case Stuck.AVAILABILITY:
            return [button("Enter the times", ids.LOOP_WINDOWS, ids.pack(loop.id), style="primary"), status]
        case Stuck.ATTESTATION:
            replace = button("Ask somebody else", ids.LOOP_REPLACE, ids.pack(loop.id))
            return [*_remind(one, loop, "attestation"), replace, status]
        case Stuck.BOOKING:
            return [status, button("Change availability", ids.LOOP_WINDOWS, ids.pack(loop.id))]
        case Stuck.SCORECARD:
            return [*_remind(one, loop, "scorecard"), status]
        case Stuck.DECISION:
            return [*_remind(one, loop, "decision"), status]
        case Stuck.UNSURE:
            return [status]


def _remind(one: Bottleneck, loop: Loop, about: str) -> list[Block]:
    if one.owner is None:
        return []
    return [button("Remind", ids.NUDGE_SEND, ids.pack(loop.id, one.owner, about), style="primary")]
