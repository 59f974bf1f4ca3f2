"""A seat that can't be refilled at the times that stand: the change that disturbs least, for the recruiter to confirm;
or why nothing works, and what would help."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import ids
from handlers.blocks import itinerary, plainly
from handlers.blocks.booking import more_menu, told
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, fitted, header, section
from handlers.blocks.text import between, clip, counted, listed, mention, name
from hiring.flows.repairing import moved
from hiring.model import Candidate, Loop, Opening, Option, Person, PersonId, Repair

People = Mapping[PersonId, Person]


def repair(
    loop: Loop, told_of: Repair, *, candidate: Candidate, opening: Opening, people: People, zone: str
) -> Message:
    """To the recruiter. `zone` is theirs."""
    head = [
        header("A seat is empty, and nobody can take it"),
        section(f"{name(candidate.name)} · _{clip(opening.title, 150)}_\n{_empty(loop)}"),
    ]
    if told_of.option is None:
        return message("Evenhand: a seat can't be refilled", [*head, *_nothing(loop, told_of, people=people)])
    groups = [[section(line)] for line in _changes(loop, told_of.option, people=people, zone=zone)]
    reference = ids.pack(loop.id, str(loop.repairs.index(told_of)))
    tail = [
        context(
            "Nothing moves before you say so. Then the calendars follow, and the candidate hears when everybody has "
            "answered about conflicts. Somebody for the old time is looked for every hour."
        ),
        actions(
            button("Move it", ids.REPAIR_TAKE, reference, style="primary"),
            button("Why these people?", ids.REPAIR_WHY, reference),
            button("Find another time", ids.LOOP_WINDOWS, ids.pack(loop.id)),
            more_menu(loop),
        ),
    ]
    least = "*The smallest change that works*" if told_of.option.proved else "*A change that works*"
    blocks = fitted([*head, section(least)], groups, tail, more=lambda left: f"and {counted(left, 'more change')}")
    return message("Evenhand: a seat can only be refilled at another time", blocks)


def repair_over(loop: Loop, *, candidate: Candidate, opening: Opening) -> Message:
    """The same message once the seat is filled, or the loop went another way."""
    return message(
        "Evenhand: an empty seat is taken care of",
        [
            section(f":white_check_mark: ~A seat was empty~\n{name(candidate.name)} · _{clip(opening.title, 150)}_"),
            actions(button("Status", ids.LOOP_STATUS, ids.pack(loop.id))),
        ],
    )


def _empty(loop: Loop) -> str:
    titles = dict.fromkeys(itinerary.title(loop.plan, seat.session) for seat in loop.seats if seat.person is None)
    return f"It is in {listed([f'*{title}*' for title in titles], 4)}."


def _nothing(loop: Loop, found: Repair, *, people: People) -> list[Block]:
    return [
        *told("*Each of these would help*", plainly.helps(loop, found.because, people=people)),
        *told("*What can't all be had together*", plainly.hindrances(loop, found.because, people=people)),
        context("The rest of the panel stands. Somebody is looked for again every hour, and when a pause ends."),
        actions(
            button("Find another time", ids.LOOP_WINDOWS, ids.pack(loop.id), style="primary"),
            button("Status", ids.LOOP_STATUS, ids.pack(loop.id)),
            more_menu(loop),
        ),
    ]


def _changes(loop: Loop, option: Option, *, people: People, zone: str) -> list[str]:
    """A line for each session that moves, and for each seat that somebody else takes."""
    before = {(seat.session, seat.id): seat.person for seat in loop.seats}
    lines = []
    for session in moved(loop, option):
        was = loop.session(session.id)
        lines.append(
            f"*{itinerary.title(loop.plan, session.id)}* moves: ~{between(was.start, was.end, zone)}~ → "
            f"*{between(session.start, session.end, zone)}*"
        )
    for seat in option.seats:
        then = before.get((seat.session, seat.id))
        if seat.person is not None and seat.person != then:
            instead = f" instead of {mention(people, then)}" if then else ""
            lines.append(f"*{itinerary.title(loop.plan, seat.session)}*: {mention(people, seat.person)}{instead}")
    return lines
