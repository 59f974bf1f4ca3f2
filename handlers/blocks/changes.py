"""What a recruiter does to a loop, each with a reason: cancel it, find another time, replace a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers import ids
from handlers.blocks import itinerary
from handlers.blocks.parts import Block, actions, context, fault, field, modal, page_button, section, select, text_input
from handlers.blocks.state import Errors, View, collected, held, length_fault
from handlers.blocks.text import called, name, plain, zone_name
from handlers.blocks.windows import Window, from_spans, rows
from hiring.model import Candidate, Loop, Person, PersonId, Session, Span

REASON: Final = "reason"
PERSON: Final = "person"
WINDOWS: Final = "windows"


BY_HAND: Final = (
    ":envelope: *No mail is sent from here.* Give the candidate the address of their page yourself: it has {what}. "
)


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who leaves the panel, and why."""

    person: PersonId
    reason: str


def started(loop: Loop, *, candidate: Candidate, page: str = "", mails: bool = True) -> Block:
    """What the modal of a new loop turns into: what happens now. `page` is the address of the candidate's page, which the
    recruiter passes on where no `mails` go out."""
    if loop.plan.take_home is not None:
        words = "The candidate gets a mail with what to do. " if mails else BY_HAND.format(what="the task")
        words += "Enter what they hand in with `/interview status`."
    elif loop.windows:
        words = "Options are being worked out. They come as a message, usually within a minute; you can close this."
    else:
        asked = "The candidate is asked by e-mail when they can come. "
        words = asked if mails else BY_HAND.format(what="the question when they can come")
        words += "Options follow as soon as they have answered."
    told = [section(f":white_check_mark: *{name(candidate.name)}*\n{words}")]
    return modal("The loop has begun", [*told, *([actions(*page_button(page))] if page else [])])


def cancel_modal(loop: Loop, *, candidate: Candidate, reason: str = "", mails: bool = True) -> Block:
    told = "everybody is told" if mails else "the panel is told. No mail is sent from here: tell the candidate yourself"
    return modal(
        "Cancel the loop",
        [
            section(f"*{name(candidate.name)}*\nAll its interviews leave all calendars, and {told}."),
            _reason(reason, hint="The hiring manager reads it; the panel and the candidate do not."),
        ],
        callback=ids.LOOP_CANCEL_VIEW,
        submit="Cancel the loop",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def still_open(loop: Loop, *, zone: str, now: datetime) -> tuple[Window, ...]:
    """The rows in which another time may lie: what is to come of the candidate's windows, without those that the interviews
    fill from end to end. An empty row when none is left."""
    return from_spans(
        [one for one in loop.windows if one.start > now and not _is_filled(one, loop.sessions)], zone=zone
    )


def _is_filled(window: Span, sessions: Sequence[Session]) -> bool:
    inside = [one for one in sessions if window.overlaps(one.span)]
    return bool(inside) and Span(min(one.start for one in inside), max(one.end for one in inside)).contains(window)


def reschedule_modal(
    loop: Loop,
    *,
    candidate: Candidate,
    zone: str,
    windows: Sequence[Window],
    reason: str = "",
    errors: Mapping[str, str] | None = None,
) -> Block:
    """When they can come instead, and why it moves. `windows` may be no more than an empty row."""
    told = errors or {}
    again = "Remove what does not work any more: the times of before are looked at again like all others."
    return modal(
        "Find another time",
        [
            section(f"*{name(candidate.name)}*\nWhen can they come? Times are on *{zone_name(zone)}*."),
            *rows(windows, errors=told),
            *fault(told.get(WINDOWS)),
            *([] if all(window.blank for window in windows) else [context(again)]),
            _reason(reason, hint="Kept with the loop, so that it is known why it moved."),
            *fault(told.get(REASON)),
        ],
        callback=ids.LOOP_RESCHEDULE_VIEW,
        submit="Look for times",
        close="Go back",
        reference=ids.pack(loop.id, zone),
    )


def replace_modal(loop: Loop, *, people: Mapping[PersonId, Person], reason: str = "") -> Block:
    seated = dict.fromkeys(seat.person for seat in loop.seats if seat.person is not None)
    choices = [(person, _seated(loop, person, people)) for person in seated]
    if not choices:
        return modal("Replace a person", [section("Nobody sits on this panel yet, so there is nobody to replace.")])
    return modal(
        "Replace a person",
        [
            field(PERSON, "Who can't take part?", select(ids.FIELD, choices, hint="Choose a person")),
            _reason(reason, hint="They are told only that they are no longer needed."),
            context("Whoever comes is asked about conflicts first. Times move only if nothing else works."),
        ],
        callback=ids.LOOP_REPLACE_VIEW,
        submit="Replace",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def typed_reason(view: View) -> str:
    return held(view, REASON).strip()


def read_cancel(view: View) -> str | Errors:
    reason = typed_reason(view)
    return collected(reason=_reason_fault(reason)) or reason


def read_replace(view: View) -> Replacement | Errors:
    person, reason = held(view, PERSON), typed_reason(view)
    errors = collected(person=None if person else "Please choose a person.", reason=_reason_fault(reason))
    return errors or Replacement(person=person, reason=reason)


def _seated(loop: Loop, person: PersonId, people: Mapping[PersonId, Person]) -> str:
    where = ", ".join(plain(loop.plan.session(s.id).title, 30) for s in itinerary.of_person(loop, person))
    return f"{called(people, person, 40)}: {where}"


def _reason(reason: str, *, hint: str) -> Block:
    return field(REASON, "Reason", text_input(initial=reason, multiline=True), hint=hint)


def _reason_fault(reason: str) -> str | None:
    return length_fault(reason) if reason else "Please give a reason in a few words."
