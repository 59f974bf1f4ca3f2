"""The decision: asked for, made in a modal, told to the panel, and turned into words for the candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handlers import ids
from handlers.blocks.message import Message, message
from handlers.blocks.parts import (
    Block,
    actions,
    button,
    context,
    field,
    header,
    modal,
    option,
    radios,
    section,
    text_input,
)
from handlers.blocks.state import Errors, View, collected, held, length_fault
from handlers.blocks.text import bare, clip, mention, name, plain, quote, when
from hiring.model import Candidate, Loop, Opening, Outcome, Person, PersonId

OUTCOME: Final = "outcome"
REASON: Final = "reason"
DISSENT: Final = "dissent"
_SHORTEST = 10

OUTCOMES: Final = {
    Outcome.ADVANCE: ("Advance", "To the next stage, or to an offer"),
    Outcome.HOLD: ("Hold", "Not yet: say what must be known first"),
    Outcome.DECLINE: ("Decline", "Not for this opening"),
}


@dataclass(frozen=True, slots=True)
class Decided:
    outcome: Outcome
    reason: str
    dissent: str


def decide_modal(
    loop: Loop,
    *,
    candidate: Candidate,
    owner: Person,
    known: str,
    fields: Mapping[str, str] | None = None,
) -> Block:
    """`known` says what evidence there is; `fields` (`outcome`, `reason`, `dissent`) is what was typed before."""
    typed = fields or {}
    choices = [option(one.value, *OUTCOMES[one]) for one in OUTCOMES]
    return modal(
        "Decide",
        [
            section(f"*{name(candidate.name)}*\n{mention({owner.id: owner}, owner.id)} owns this decision."),
            context(f"What is known now: {clip(known, 500) or 'nothing is on record'}"),
            field(OUTCOME, "Decision", radios(ids.FIELD, choices, chosen=typed.get(OUTCOME))),
            field(
                REASON,
                "Reason",
                text_input(
                    initial=typed.get(REASON, ""),
                    multiline=True,
                    least=_SHORTEST,
                    hint="What in the evidence, for this job, led you here?",
                ),
                hint="Job-related. The panel reads it.",
            ),
            field(
                DISSENT,
                "Who saw it differently, and why",
                text_input(initial=typed.get(DISSENT, ""), multiline=True),
                hint="Kept with the decision, so that it can be learned from.",
                optional=True,
            ),
        ],
        callback=ids.DECIDE_VIEW,
        submit="Decide",
        close="Not yet",
        reference=ids.pack(loop.id),
    )


def read_decide(view: View) -> Decided | Errors:
    outcome, reason, dissent = held(view, OUTCOME), held(view, REASON).strip(), held(view, DISSENT).strip()
    short = None if len(reason) >= _SHORTEST else "Please give the job-related reason in a sentence."
    errors = collected(
        outcome=None if outcome in set(Outcome) else "Please choose one.",
        reason=short or length_fault(reason),
        dissent=length_fault(dissent),
    )
    return errors or Decided(outcome=Outcome(outcome), reason=reason, dissent=dissent)


def decision_remind(loop: Loop, *, candidate: Candidate, opening: Opening, zone: str) -> Message:
    """To who decides. Needs a released loop."""
    since = f" since {when(loop.released.at, zone)}" if loop.released else ""
    return message(
        "Evenhand: a decision of yours is waited for",
        [
            section(
                f"{name(candidate.name)} · _{clip(opening.title, 150)}_\nAll evidence is there{since}. "
                "The candidate and the panel wait for your decision."
            ),
            actions(
                button("Decide", ids.DECIDE_OPEN, ids.pack(loop.id), style="primary"),
                button("Read the summary", ids.SUMMARY_OPEN, ids.pack(loop.id)),
            ),
        ],
    )


def decision(loop: Loop, *, candidate: Candidate, people: Mapping[PersonId, Person]) -> Message:
    """To the panel. Needs a decided loop."""
    made = loop.decision
    if made is None:
        return message("Evenhand: no decision yet", [section("There is no decision yet.")])
    blocks = [
        section(
            f":scales: {name(candidate.name)}: *{OUTCOMES[made.outcome][0]}*, decided by {mention(people, made.owner)}"
        ),
        section(f"*Why*\n{quote(made.reason, 2800)}"),
    ]
    if made.dissent.strip():
        blocks.append(section(f"*Who saw it differently*\n{quote(made.dissent, 2800)}"))
    if made.known.strip():
        blocks.append(context(f"Known at that moment: {clip(made.known, 500)}"))
    blocks.append(context("Thank you for your work on this panel."))
    return message("Evenhand: a decision was made, with its reason", blocks)


def next_step(loop: Loop, *, candidate: Candidate, opening: Opening, people: Mapping[PersonId, Person]) -> Message:
    """To the recruiter: what happens now, with words for the candidate to copy. Needs a decided loop."""
    outcome = loop.decision.outcome if loop.decision else Outcome.HOLD
    owner = loop.decision.owner if loop.decision else loop.hiring_manager
    words = draft(outcome, candidate=candidate, opening=opening)
    return message(
        "Evenhand: a decision was made, a note to the candidate is drafted",
        [
            header("Tell the candidate"),
            section(
                f"{name(candidate.name)} · _{clip(opening.title, 150)}_\n"
                f"{mention(people, owner)} decided: *{OUTCOMES[outcome][0]}*. They deserve to hear it today."
            ),
            section(f"```{clip(words, 2900).replace('`', chr(0x2019))}```"),
            context("A draft: make it yours before you send it. It gives no reason from the scorecards on purpose."),
        ],
    )


def draft(outcome: Outcome, *, candidate: Candidate, opening: Opening) -> str:
    """Words for the candidate, as plain text."""
    hello = f"Hello {plain(bare(candidate.name), 200)},"
    thanks = f"thank you for the time and thought you gave to our interviews for {plain(opening.title, 150)}."
    match outcome:
        case Outcome.ADVANCE:
            rest = (
                "We would like to go on with you. I will call you to talk about the next step; "
                "which times in the next two days suit you? Until then, ask me anything."
            )
        case Outcome.HOLD:
            rest = (
                "We have not decided yet, and we owe you a clear answer. I will write again by [day], "
                "whatever happens. If something changes on your side, please tell me at once."
            )
        case Outcome.DECLINE:
            rest = (
                "We have decided not to go on with your application for this opening. This is not the answer you hoped "
                "for, and we do not take it lightly. If you would like feedback, tell me and I will arrange it."
            )
    return f"{hello}\n\n{thanks}\n\n{rest}\n\nKind regards"
