"""The question before everything else: do you know this candidate? Name and current employer, and nothing more of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_

from handlers import ids
from handlers.blocks import conflicts, grounds, itinerary, take_home
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, field, header, modal, section, text_input
from handlers.blocks.state import Errors, View, collected, held, length_fault
from handlers.blocks.text import clip, mention, name, quote
from hiring.model import Answer, Candidate, Ground, Loop, Opening, Person, PersonId
from hiring.rules.suggestions import Suggestion


@dataclass(frozen=True, slots=True)
class Conflict:
    """What somebody says when they step aside."""

    ground: Ground = field_(repr=False)
    note: str = field_(repr=False)


def attest_ask(
    loop: Loop, *, person: Person, candidate: Candidate, opening: Opening, found: Sequence[Suggestion] = ()
) -> Message:
    """`found` is what suggests a ground: the person reads their own part of it."""
    if loop.plan.take_home is not None:
        return take_home.ask(loop, candidate=candidate, opening=opening)
    asked = _question(loop, person=person, candidate=candidate, opening=opening, found=found)
    return message(
        "Evenhand: do you know a candidate we would like you to interview?",
        [header("Do you know this person?"), *asked],
    )


def attest_remind(
    loop: Loop, *, person: Person, candidate: Candidate, opening: Opening, found: Sequence[Suggestion] = ()
) -> Message:
    if loop.plan.take_home is not None:
        return take_home.remind(loop, candidate=candidate, opening=opening)
    return message(
        "Evenhand: a question about an upcoming interview still waits for your answer",
        [
            header("A short answer is missing"),
            section("The interviews can't be booked before everybody on the panel has answered this one question."),
            *_question(loop, person=person, candidate=candidate, opening=opening, found=found),
        ],
    )


def attest_answered(loop: Loop, *, person: Person, candidate: Candidate, opening: Opening, answer: Answer) -> Message:
    """The question's message once it is answered; after a conflict nothing of the candidate is left in it."""
    if loop.plan.take_home is not None:
        return take_home.answered(answer)
    match answer:
        case Answer.NO_CONFLICT:
            told = f":white_check_mark: You said that nothing stands between you and {name(candidate.name)}. Thank you."
            next_ = _would_be(loop, person, opening) + "\nThe brief comes as soon as the interviews are booked."
        case Answer.CONFLICT:
            told = ":white_check_mark: You stepped aside from this loop. Thank you for saying so."
            next_ = "Somebody else takes the seat. You will hear no more of it, and colleagues see only “unavailable”."
        case Answer.UNSURE:
            told = ":hourglass_flowing_sand: You were not sure. The recruiter has your note and decides."
            next_ = "You need do nothing until you hear from them."
    return message("Evenhand: your answer is noted", [section(told), context(next_)])


def attest_closed(*, answered: bool) -> Message:
    """The question's message once its seat, or its time, is nobody's any more. Names nobody: nothing is asked."""
    told = "Your answer is kept, so you are not asked twice." if answered else "There is nothing to answer any more."
    return message(
        "Evenhand: a question is closed",
        [
            section(f":white_check_mark: This question is closed. {told}"),
            context("Should you be needed after all, you hear from me again."),
        ],
    )


def set_aside() -> Message:
    """The question's message once somebody else has judged it; nothing of the candidate is left in it."""
    told = "Somebody else takes the seat this time. Nothing is needed from you any more. Thank you."
    return message("Evenhand: nothing is needed any more", [section(f":white_check_mark: {told}")])


def conflict_modal(loop: Loop, *, ground: Ground | None = None, note: str = "") -> Block:
    return modal(
        "I have a conflict",
        [
            section("Thank you for saying so: it keeps the panel fair, and costs you nothing."),
            *grounds.fields(ground=ground, note=note),
        ],
        callback=ids.ATTEST_CONFLICT_VIEW,
        submit="Step aside",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def read_conflict(view: View) -> Conflict | Errors:
    ground, note = held(view, grounds.GROUND), held(view, grounds.NOTE).strip()
    errors = collected(
        ground=None if ground in set(Ground) else "Please choose what fits best.", note=length_fault(note)
    )
    return errors or Conflict(ground=Ground(ground), note=note)


def unsure_modal(loop: Loop, *, note: str = "") -> Block:
    return modal(
        "I am not sure",
        [
            section("Say in a sentence or two what connects you. The recruiter decides whether it matters."),
            field(
                grounds.NOTE,
                "Your note to the recruiter",
                text_input(initial=note, multiline=True, hint="We were at the same university, three years apart …"),
            ),
            grounds.who_sees(),
        ],
        callback=ids.ATTEST_UNSURE_VIEW,
        submit="Send",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def read_unsure(view: View) -> str | Errors:
    """The note, without the space around it."""
    note = held(view, grounds.NOTE).strip()
    missing = None if note else "Please say in a sentence what connects you."
    return collected(note=missing or length_fault(note)) or note


def unsure(
    loop: Loop,
    *,
    person: Person,
    candidate: Candidate,
    note: str,
    people: Mapping[PersonId, Person] | None = None,
    found: Sequence[Suggestion] = (),
) -> Message:
    """To the recruiter: somebody is not sure, in their own words, and beside them what we noticed."""
    who = mention(people or {person.id: person}, person.id)
    noticed = [section(f":mag: What we noticed: {conflicts.evidence(found)}")] if found else []
    return message(
        "Evenhand: an interviewer is not sure whether they should take part",
        [
            section(f"{who} is not sure whether they may interview {name(candidate.name)}, and writes:"),
            section(quote(note, 2900)),
            *noticed,
            context("When in doubt, set them aside: appearing unfair harms as much as being it. Only you see this."),
            actions(*conflicts.verdicts(loop, person.id)),
        ],
    )


def unsure_answered(*, person: Person, barred: bool) -> Message:
    """The recruiter's message once they have decided."""
    who = mention({person.id: person}, person.id)
    told = f"{who} was set aside; the seat is being refilled." if barred else f"{who} stays on the panel."
    return message("Evenhand: decided", [section(f":white_check_mark: {told}")])


def _question(
    loop: Loop, *, person: Person, candidate: Candidate, opening: Opening, found: Sequence[Suggestion]
) -> list[Block]:
    employer = f"Works at *{clip(candidate.employer, 150)}*" if candidate.employer.strip() else "Employer not known"
    return [
        section(f"*{name(candidate.name, 250)}*\n{employer}"),
        section(_would_be(loop, person, opening)),
        section(
            "Is there anything between you that could colour your judgement, or look as if it could? "
            "Family, friendship, shared work, a referral, money, an earlier interview."
        ),
        *conflicts.why_asked(found),
        actions(
            button("No conflict", ids.ATTEST_CLEAR, ids.pack(loop.id), style="primary"),
            button("I have a conflict", ids.ATTEST_CONFLICT, ids.pack(loop.id)),
            button("I am not sure", ids.ATTEST_UNSURE, ids.pack(loop.id)),
        ),
        context(":lock: A reason is read by the recruiter and the auditor only; others see “unavailable”."),
    ]


def _would_be(loop: Loop, person: Person, opening: Opening) -> str:
    sessions = itinerary.of_person(loop, person.id)
    lines = [f"• {itinerary.line(loop.plan, session, person.zone)}" for session in sessions[:5]]
    more = [f"• and {len(sessions) - 5} more"] if len(sessions) > 5 else []  # noqa: PLR2004  # as cut above
    return "\n".join([f"You would take part for the opening _{clip(opening.title, 150)}_:", *lines, *more])
