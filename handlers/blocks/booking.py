"""How a loop comes onto the calendars, for the recruiter; and what its people are told when it changes or ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from handlers import ids
from handlers.blocks import conflicts, itinerary, plainly
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, fitted, header, overflow, page_button, section
from handlers.blocks.text import between, clip, counted, cut, mention, name, quote, zone_name
from hiring.model import Candidate, Loop, Opening, Person, PersonId, Session, Span
from hiring.rules.phase import all_attested, empty_seats, panel

People = Mapping[PersonId, Person]
REASONS = 8
SWAPS = 5
MORE = (
    ("status", "Status"),
    ("reschedule", "Find another time"),
    ("replace", "Replace a person"),
    ("conflicts", "Conflicts"),
    ("cancel", "Cancel the loop"),
)
"""What the menu of a loop offers: the first part of the option's value, and its label."""


def unplannable(loop: Loop, *, candidate: Candidate, opening: Opening, people: People, zone: str) -> Message:
    """To the recruiter: what would help first, then what can't all be true together. Needs an answered planning without
    options. `zone` is the recruiter's."""
    because = loop.planning.because if loop.planning else ()
    helps = told("*Each of these would help*", plainly.helps(loop, because, people=people))
    why = told("*What can't all be had together*", plainly.hindrances(loop, because, people=people))
    clock = f"Times above are the candidate's, {zone_name(loop.zone)}. " if helps else ""
    return message(
        "Evenhand: no time was found for an interview loop",
        [
            header("No time was found"),
            section(_whose(candidate, opening)),
            *helps,
            *(why or [section("Nothing fits the times given.")]),
            *told("*When they can come*", [_window(one, theirs=loop.zone, yours=zone) for one in loop.windows]),
            context(
                f"{clock}More days or longer ones help most; you can also train or add people for what is named "
                "above. It is tried again a few times a day, and you are told when something fits."
            ),
            actions(
                button("Change availability", ids.LOOP_WINDOWS, ids.pack(loop.id), style="primary"),
                button("Status", ids.LOOP_STATUS, ids.pack(loop.id)),
                more_menu(loop),
            ),
        ],
    )


def _window(window: Span, *, theirs: str, yours: str) -> str:
    """On the candidate's clock, and on the reader's where that shows another time."""
    same = window.start.astimezone(ZoneInfo(theirs)).utcoffset() == window.start.astimezone(ZoneInfo(yours)).utcoffset()
    said = between(window.start, window.end, theirs)
    return said if same else f"{said}, for you {between(window.start, window.end, yours)}"


def unplannable_over(loop: Loop, *, candidate: Candidate, opening: Opening) -> Message:
    """The same message once times were found after all; a message of its own shows them."""
    return message(
        "Evenhand: times were found after all",
        [
            section(f":white_check_mark: ~No time was found~ Now some were found.\n{_whose(candidate, opening)}"),
            actions(button("Status", ids.LOOP_STATUS, ids.pack(loop.id))),
        ],
    )


def told(title: str, lines: Sequence[str]) -> list[Block]:
    """A titled list; nothing at all without lines."""
    more = [f"and {len(lines) - REASONS} more"] if len(lines) > REASONS else []
    shown = [f"• {cut(line, 300)}" for line in [*lines[:REASONS], *more]]
    return [section("\n".join([title, *shown]))] if lines else []


def booked(loop: Loop, *, candidate: Candidate, opening: Opening, people: People, zone: str, page: str = "") -> Message:
    """To the recruiter: the whole itinerary, and the address of the candidate's page."""
    blocks = _itinerary(loop, "Booked", candidate=candidate, opening=opening, people=people, zone=zone, page=page)
    return message("Evenhand: an interview loop is booked", blocks)


def replaced(
    loop: Loop, *, candidate: Candidate, opening: Opening, people: People, zone: str, page: str = ""
) -> Message:
    """The same message after a change of people or times, or once the events were put back: how it stands now. Why somebody
    left is not said here."""
    blocks = _itinerary(
        loop, "Booked, brought up to date", candidate=candidate, opening=opening, people=people, zone=zone, page=page
    )
    return message("Evenhand: a booked interview loop was brought up to date", blocks)


def _itinerary(
    loop: Loop, title: str, *, candidate: Candidate, opening: Opening, people: People, zone: str, page: str
) -> tuple[Block, ...]:
    sessions = itinerary.in_order(loop.sessions)
    head = [
        header(title),
        section(f"{_whose(candidate, opening)}\nFor the candidate: {itinerary.spread(sessions, candidate.zone)}"),
    ]
    groups = [[section(_line(loop, session, opening=opening, people=people, zone=zone))] for session in sessions]
    related = conflicts.together((seat.person for seat in loop.seats if seat.person), people=people)
    tail = [
        *([context("\n".join(related))] if related else []),
        *_who_asked_to_leave(loop, people),
        context(f"{_who_is_told(loop)} The candidate's itinerary is on their own page."),
        actions(button("Status", ids.LOOP_STATUS, ids.pack(loop.id)), *page_button(page), more_menu(loop)),
    ]
    return fitted(head, groups, tail, more=lambda left: f"and {counted(left, 'more session')}")


_STOOD_DOWN = {
    "rescheduled": "The interview{whom} moves to another time. The old time leaves your calendar; you may be asked again.",
    "recused": "You stepped aside from the interview{whom}. It leaves your calendar.",
    "silent": "Nobody heard from you in time, so somebody else was asked for the interview{whom}.",
    "replaced": "You are no longer needed for the interview{whom}. It leaves your calendar.",
    "swapped": "As you asked, you are off this panel. The interview{whom} leaves your calendar.",
}


def _who_asked_to_leave(loop: Loop, people: People) -> list[Block]:
    """Whose swap left a seat to somebody else, with the reason that they were told the recruiter reads."""
    asked = {change.by: change.reason for change in loop.changes if change.what == f"replaced {change.by}"}
    return [
        section(f":wave: {mention(people, who)} asked to be replaced.\n{quote(reason, 300)}")
        for who, reason in asked.items()
        if who not in panel(loop)
    ][:SWAPS]


def _who_is_told(loop: Loop) -> str:
    if empty_seats(loop):
        return "A seat is empty; everybody else has the invitation and their brief."
    if not all_attested(loop):
        return "Whoever is new is asked about conflicts first; everybody else has the invitation and their brief."
    return "Everybody has the invitation and their brief."


def stood_down(loop: Loop, *, person: Person, why: str, candidate: Candidate | None = None) -> Message:
    """To somebody who is not needed after all; `why` is what `StoodDown` holds, and never a reason of anybody's. Without
    `candidate` no name is said."""
    whom = f" with {name(candidate.name)}" if candidate else ""
    own_wish = any(change.by == person.id and change.what == f"replaced {person.id}" for change in loop.changes)
    words = "swapped" if why == "replaced" and own_wish else why
    told = _STOOD_DOWN.get(words, _STOOD_DOWN["replaced"]).format(whom=whom)
    day = f"It was planned for {itinerary.spread(loop.sessions, person.zone)}. " if loop.sessions else ""
    return message(
        "Evenhand: you are no longer needed for an interview",
        [section(told), context(f"{day}There is nothing you need to do. Thank you for having been ready.")],
    )


def cancelled(loop: Loop, *, person: Person, candidate: Candidate, opening: Opening) -> Message:
    """To the panel and the recruiter; the reason stands there for the recruiter and the hiring manager only."""
    inside = person.id in {loop.recruiter, loop.hiring_manager}
    reason = (
        [section(quote(loop.cancelled.reason, 2000))] if inside and loop.cancelled and loop.cancelled.reason else []
    )
    return message(
        "Evenhand: an interview loop was cancelled",
        [
            section(f":x: The interviews are cancelled. {_whose(candidate, opening)}"),
            *reason,
            context("They leave the calendars. You need not write a scorecard for them."),
        ],
    )


def more_menu(loop: Loop) -> Block:
    return overflow(ids.LOOP_MORE, [(ids.pack(key, loop.id), label) for key, label in MORE])


def _whose(candidate: Candidate, opening: Opening) -> str:
    return f"{name(candidate.name)} · _{clip(opening.title, 150)}_"


def _line(loop: Loop, session: Session, *, opening: Opening, people: People, zone: str) -> str:
    who = itinerary.mentions(people, itinerary.seats_in(loop.plan, loop.seats, session.id), 6)
    place = itinerary.where(session, opening)
    return f"{itinerary.line(loop.plan, session, zone)}\n{who}" + (f" · {place}" if place else "")
