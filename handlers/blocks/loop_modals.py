"""What a recruiter does to a loop, each with a reason: cancel it, find another time, replace a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handlers import ids
from handlers.blocks import itinerary
from handlers.blocks.parts import Block, Option, context, field, modal, section, select, text_input
from handlers.blocks.state import Errors, View, collected, held, length_fault
from handlers.blocks.text import called, name, plain
from hiring.model import Candidate, Loop, Person, PersonId, Seat

REASON: Final = "reason"
SEAT: Final = "seat"
PERSON: Final = "person"
ANYONE: Final = "@anyone"


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who leaves which seat, why, and who comes (None: whoever fits best)."""

    session: str
    seat: str
    person: PersonId | None
    reason: str


def cancel_modal(loop: Loop, *, candidate: Candidate, reason: str = "") -> Block:
    return modal(
        "Cancel the loop",
        [
            section(f"*{name(candidate.name)}*\nAll its interviews leave all calendars, and everybody is told."),
            _reason(reason, hint="The hiring manager reads it; the panel and the candidate do not."),
        ],
        callback=ids.LOOP_CANCEL_VIEW,
        submit="Cancel the loop",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def reschedule_modal(loop: Loop, *, candidate: Candidate, reason: str = "") -> Block:
    return modal(
        "Find another time",
        [
            section(f"*{name(candidate.name)}*\nNew options are worked out. What is booked stays until you pick one."),
            _reason(reason, hint="Kept with the loop, so that it is known why it moved."),
        ],
        callback=ids.LOOP_RESCHEDULE_VIEW,
        submit="Look for times",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def replace_modal(
    loop: Loop, *, people: Mapping[PersonId, Person], could: Sequence[PersonId] = (), reason: str = ""
) -> Block:
    """`could` are those who may take a seat of this loop; the engine checks the one chosen."""
    seats = _seats(loop, people)
    choices: list[Option] = [(ANYONE, "Whoever fits best"), *((who, called(people, who, 70)) for who in could[:99])]
    return modal(
        "Replace a person",
        [
            field(SEAT, "Whose seat?", select(ids.FIELD, seats, hint="Choose a seat"))
            if seats
            else section("Nobody is seated yet."),
            field(PERSON, "Who takes it?", select(ids.FIELD, choices, hint="Choose a person", chosen=ANYONE)),
            _reason(reason, hint="The person who leaves is told only that they are no longer needed."),
            context(
                "Whoever comes is asked about conflicts first. Times told to the candidate move only if nothing else works."
            ),
        ],
        callback=ids.LOOP_REPLACE_VIEW,
        submit="Replace",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def read_reason(view: View) -> str | Errors:
    """The reason of a cancellation or of another time."""
    reason = held(view, REASON).strip()
    return collected(reason=_reason_fault(reason)) or reason


def read_replace(view: View) -> Replacement | Errors:
    seat, person, reason = held(view, SEAT), held(view, PERSON), held(view, REASON).strip()
    errors = collected(seat=None if seat else "Please choose whose seat it is.", reason=_reason_fault(reason))
    if errors:
        return errors
    session, place = ids.unpack(seat)
    return Replacement(session=session, seat=place, person=None if person in {"", ANYONE} else person, reason=reason)


def _seats(loop: Loop, people: Mapping[PersonId, Person]) -> list[Option]:
    """The seats in the order of the day; an empty one can be filled, too."""
    order = {session.id: place for place, session in enumerate(itinerary.in_order(loop.sessions))}
    placed = sorted(loop.seats, key=lambda seat: (order.get(seat.session, 0), seat.id))
    return [(ids.pack(seat.session, seat.id), _seat(loop, seat, people)) for seat in placed]


def _seat(loop: Loop, seat: Seat, people: Mapping[PersonId, Person]) -> str:
    who = called(people, seat.person, 36) if seat.person else "empty"
    return f"{plain(loop.plan.session(seat.session).title, 34)}: {who}"


def _reason(reason: str, *, hint: str) -> Block:
    return field(REASON, "Reason", text_input(initial=reason, multiline=True), hint=hint)


def _reason_fault(reason: str) -> str | None:
    return length_fault(reason) if reason else "Please give a reason in a few words."
