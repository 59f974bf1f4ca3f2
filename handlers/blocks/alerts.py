"""A bottleneck: what is stuck, on whom, since when in their working hours, and the button that mends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers import ids
from handlers.blocks import mine
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, divider, fitted, header, section
from handlers.blocks.text import clip, mention, minutes, name, when
from hiring.model import Candidate, CandidateId, Loop, LoopId, Opening, OpeningId, Person, PersonId
from hiring.rules.bottlenecks import Bottleneck, Stuck

People = Mapping[PersonId, Person]

WHAT = {
    Stuck.AVAILABILITY: "The candidate has not said when they can come",
    Stuck.WORK: "The take-home was not handed in",
    Stuck.ATTESTATION: "The conflict question is unanswered",
    Stuck.UNSURE: "Somebody is not sure about a conflict, and waits for your word",
    Stuck.BOOKING: "The interviews are not booked",
    Stuck.SCORECARD: "A scorecard is missing",
    Stuck.DECISION: "The decision is due",
}
TO_DO = {
    Stuck.AVAILABILITY: "Write or call them, or enter the times yourself.",
    Stuck.WORK: "Ask the candidate whether they need more time, or enter what they handed in.",
    Stuck.ATTESTATION: "Remind them, or ask somebody else.",
    Stuck.UNSURE: "Read their note under *Conflicts*, and judge it: *No conflict* or *Conflict*.",
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
    viewer: Person,
) -> Message:
    """By whom it waits for: the viewer first, then the others, whoever is longest over their time before the rest."""
    if not found:
        return message(
            "Evenhand: nothing is stuck", [section(":seedling: Nothing is stuck. Everybody is within their time.")]
        )
    ordered = sorted(found, key=lambda one: (-(one.working - one.limit), one.key))
    owners = sorted(dict.fromkeys(one.owner for one in ordered), key=lambda owner: owner != viewer.id)
    groups = []
    for owner in owners:
        whose = "*Waits for you*" if owner == viewer.id else f"*Waits for {_who(owner, people)}*"
        told = [
            _one(one, loop=loops[one.loop], candidates=candidates, openings=openings, viewer=viewer)
            for one in ordered
            if one.owner == owner
        ]
        groups += [[divider(), section(whose), *told[0]], *told[1:]]
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
    viewer: Person,
) -> list[Block]:
    """What the next step is, and a button; in full once it takes too long, in two lines before."""
    candidate, opening = candidates[loop.candidate], openings[loop.opening]
    about = f"{name(candidate.name)} · _{clip(opening.title, 100)}_"
    if one.working >= one.limit:
        words = f"*{WHAT[one.stuck]}*\n{about}\n{_since(one, viewer.zone)}"
    else:
        words = f"{WHAT[one.stuck]}\n{about} · {minutes(one.working)} of the usual {minutes(one.limit)}"
    if one.owner != viewer.id:
        return [section(words, _mends(one, loop)[0])]
    if one.stuck is Stuck.ATTESTATION:
        return [section(words), actions(*mine.answers(loop.id))]
    return [section(words, _own(one, loop))]


def _own(one: Bottleneck, loop: Loop) -> Block:
    """Nobody reminds themselves: the button is the deed."""
    match one.stuck:
        case Stuck.SCORECARD:
            return button("What I owe", ids.FEEDBACK_OPEN, style="primary")
        case Stuck.DECISION:
            return button("Decide", ids.DECIDE_OPEN, ids.pack(loop.id), style="primary")
        case Stuck.UNSURE:
            return button("Conflicts", ids.CONFLICTS_OPEN, ids.pack(loop.id), style="primary")
        case _:
            return button("Status", ids.LOOP_STATUS, ids.pack(loop.id))


def _who(owner: PersonId | None, people: People) -> str:
    return mention(people, owner) if owner else "the candidate"


def _facts(one: Bottleneck, people: People, zone: str) -> str:
    return f"Waits for {_who(one.owner, people)}. {_since(one, zone)}"


def _since(one: Bottleneck, zone: str) -> str:
    clock = "their working hours" if one.owner else "your working hours"
    return f"Since {when(one.since, zone)}: *{minutes(one.working)}* of {clock}, where {minutes(one.limit)} are usual."


def _mends(one: Bottleneck, loop: Loop) -> list[Block]:
    """The button that mends it first, then others."""
    status = button("Status", ids.LOOP_STATUS, ids.pack(loop.id))
    match one.stuck:
        case Stuck.AVAILABILITY | Stuck.WORK:
            times = one.stuck is Stuck.AVAILABILITY
            words, action = ("Enter the times", ids.LOOP_WINDOWS) if times else ("Enter the work", ids.TAKE_HOME_OPEN)
            return [button(words, action, ids.pack(loop.id), style="primary"), status]
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
            return [button("Conflicts", ids.CONFLICTS_OPEN, ids.pack(loop.id), style="primary"), status]


def _remind(one: Bottleneck, loop: Loop, about: str) -> list[Block]:
    if one.owner is None:
        return []
    return [button("Remind", ids.NUDGE_SEND, ids.pack(loop.id, one.owner, about), style="primary")]
