"""Ways to hold a loop, for the recruiter to pick from: times, people, what each costs in words, and why these people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from handlers import ids
from handlers.blocks import conflicts, itinerary, plainly
from handlers.blocks.message import PICTURE_ID, Message, Picture, message, picture_block
from handlers.blocks.parts import Block, actions, button, context, divider, fitted, header, modal, section
from handlers.blocks.text import (
    bare,
    called,
    clip,
    clock,
    counted,
    listed,
    mention,
    minutes,
    name,
    plain,
    when,
    zone_name,
)
from handlers.pictures.days import Bar, Day, Row, describe_days, draw_days
from handlers.pictures.lettering import drawable_name
from hiring.model import Candidate, Loop, Opening, Option, Person, PersonId, Plan, Session
from hiring.rules.suggestions import Suggestion

SHOWN = 4
"""So many options fit a message and a mind."""
ALT = 700
"""How much of a message an option's picture may take in words."""
_QUARTER = 15
_MARKS = 6
_LIGHT, _ORDINARY = 8_000, 20_000
"""The engine's load points a person, below which a week is light, or ordinary: an hour more costs 3,600 in an empty week
and 18,000 on top of two hours."""


def options(
    loop: Loop,
    *,
    candidate: Candidate,
    opening: Opening,
    people: Mapping[PersonId, Person],
    zone: str,
    noticed: Mapping[PersonId, Sequence[Suggestion]] | None = None,
    own: Sequence[Suggestion] = (),
) -> Message:
    """`zone` is the recruiter's. Needs an answered planning with at least one option. `noticed` is what suggests a ground
    for those whom a human must look at first; it goes to nobody but the recruiter in charge. `own` is what suggests one of
    theirs."""
    planning = loop.planning
    found = planning.options if planning else ()
    pictures = [
        _picture(loop, option, index=index, candidate=candidate, people=people)
        for index, option in enumerate(found[:SHOWN])
    ]
    head = [
        header("Pick a time for the interviews"),
        section(
            f"{name(candidate.name)} · _{clip(opening.title, 150)}_\n"
            f"{counted(len(found), 'option')}, the best first. Times are yours; the candidate is on "
            f"{zone_name(candidate.zone)}."
        ),
    ]
    anew = [change for change in loop.changes if change.what == "planned anew"]
    if anew:
        head.append(section(f":arrows_counterclockwise: *Planned anew:* {clip(anew[-1].reason, 500)}."))
    head += conflicts.your_own(loop, own)
    groups = [
        _option(loop, index, picture=picture, candidate=candidate, people=people, zone=zone, noticed=noticed or {})
        for index, picture in enumerate(pictures)
    ]
    tail = [
        divider(),
        actions(
            button("Change availability", ids.LOOP_WINDOWS, ids.pack(loop.id)),
            button("Conflicts", ids.CONFLICTS_OPEN, ids.pack(loop.id)),
        ),
        context("After you pick, each interviewer is asked about conflicts; then everything is booked at once."),
    ]
    blocks = fitted(head, groups, tail, more=lambda left: f"and {counted(left, 'more option')}")
    return message("Evenhand: options for an interview loop are ready for you to pick", blocks, pictures=pictures)


def options_picked(
    loop: Loop, *, candidate: Candidate, opening: Opening, people: Mapping[PersonId, Person], zone: str
) -> Message:
    """The options' message once one was picked."""
    planning = loop.planning
    index = planning.chosen if planning and planning.chosen is not None else 0
    by = planning.chosen_by if planning else None
    head = [
        section(
            f":white_check_mark: {mention(people, by)} picked option {index + 1} for {name(candidate.name)} · "
            f"_{clip(opening.title, 150)}_"
        )
    ]
    chosen = planning.options[index] if planning and index < len(planning.options) else None
    lines = _lines(loop.plan, chosen, people=people, zone=zone) if chosen else []
    if chosen:
        head.append(context(itinerary.spread(chosen.sessions, zone)))
    tail = [
        context("Next: each interviewer answers the conflict question. You hear as soon as it is booked."),
        actions(button("Status", ids.LOOP_STATUS, ids.pack(loop.id))),
    ]
    blocks = fitted(head, [[section(line)] for line in lines], tail, more=_more_sessions)
    return message("Evenhand: an option was picked", blocks)


def options_why(
    loop: Loop, option: Option, *, people: Mapping[PersonId, Person], number: int = 0, discreet: bool = False
) -> Block:
    """A modal: for every seat why this person, and for everybody else why not. Options to pick from have a number.
    `discreet`: the reader may not know who has a conflict."""
    groups: list[list[Block]] = []
    names = plainly.names_in(loop, people)
    for session in itinerary.in_order(option.sessions):
        groups.append([section(f"*{itinerary.title(loop.plan, session.id)}*")])
        for seat in itinerary.seats_in(loop.plan, option.seats, session.id):
            why = seat.why.because if seat.why else "the only one who could"
            because = plainly.plainly(why, loop, people=people, names=names)
            groups[-1].append(section(f"{mention(people, seat.person)}: {because}"))
            if seat.why and seat.why.others:
                others = plainly.not_taken(seat.why.others, loop, people=people, names=names, discreet=discreet)
                groups[-1].append(context("\n".join(["*Not taken*", *(f"• {other}" for other in others)])))
    head = [
        context(
            "As a rule whoever interviews least is taken. A conflict is never named here: it reads “unavailable”. "
            f"Times are on {zone_name(loop.zone)}."
        )
    ]
    blocks = fitted(head, groups, more=_more_sessions, most=100, heaviest=60_000)
    return modal(f"Why these people ({number})" if number else "Why these people", blocks)


def _option(
    loop: Loop,
    index: int,
    *,
    picture: Picture,
    candidate: Candidate,
    people: Mapping[PersonId, Person],
    zone: str,
    noticed: Mapping[PersonId, Sequence[Suggestion]],
) -> list[Block]:
    planning = loop.planning
    option = planning.options[index] if planning else Option(sessions=(), seats=())
    number = str(planning.number) if planning else "0"
    sessions = itinerary.in_order(option.sessions)
    theirs = itinerary.spread(sessions, candidate.zone)
    starts = f"*Option {index + 1}*: starts {when(sessions[0].start, zone, weekday=True)}\nFor the candidate: {theirs}"
    reference = ids.pack(loop.id, number, str(index))
    marks = conflicts.marks(noticed, (seat.person for seat in option.seats if seat.person), people=people)
    return [
        divider(),
        section(
            starts, button(f"Pick option {index + 1}", ids.OPTIONS_PICK, reference, style=None if index else "primary")
        ),
        section("\n".join(_lines(loop.plan, option, people=people, zone=zone))),
        picture_block(picture),
        context("\n".join([_in_words(loop, option, index=index), *marks[:_MARKS]])),
        actions(button("Why these people?", ids.OPTIONS_WHY, reference)),
    ]


def _lines(plan: Plan, option: Option, *, people: Mapping[PersonId, Person], zone: str) -> list[str]:
    """A line for each session; over several days the first of each says which day it is."""
    days = itinerary.days_of(option.sessions, zone)
    made: list[str] = []
    for words, held in days:
        lines = [_line(plan, option, session, people=people, zone=zone) for session in held]
        made += [f"*{words}*\n{lines[0]}", *lines[1:]] if len(days) > 1 else lines
    return made


def _line(plan: Plan, option: Option, session: Session, *, people: Mapping[PersonId, Person], zone: str) -> str:
    who = itinerary.mentions(people, itinerary.seats_in(plan, option.seats, session.id), 4)
    time = f"{clock(session.start, zone)}–{clock(session.end, zone)}"
    return f"{time}  *{itinerary.title(plan, session.id, 60)}*  {who}"


def _more_sessions(left: int) -> str:
    return f"and {counted(left, 'more session')}"


def _in_words(loop: Loop, option: Option, *, index: int) -> str:
    """The parts of the cost as a person would say them."""
    cost = dict(option.cost)
    days = len({session.start.astimezone(ZoneInfo(loop.zone)).date() for session in option.sessions})
    parts = ["on one day" if days == 1 else f"over {days} days"]
    idle = _gaps(option)
    parts.append(f"{minutes(idle)} of breaks in all" if idle else "no breaks")
    seated = len({seat.person for seat in option.seats if seat.person})
    load = cost.get("load", 0) // max(seated, 1)
    week = "a light week" if load < _LIGHT else "an ordinary week" if load < _ORDINARY else "a busy week"
    parts.append(f"{counted(seated, 'interviewer')}, {week} for them")
    if cost.get("discouraged"):
        parts.append("somebody is better spared, or meets another candidate of this opening around that day")
    if cost.get("optional"):
        parts.append("an optional seat stays empty")
    best = "Nothing better exists on other days." if index else "Nothing better exists."
    proved = best if option.proved else "Good, though not proved the best."
    return f":scales: {_sentence('; '.join(parts))}. {proved}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _gaps(option: Option) -> int:
    return sum(int((after.start - before.end).total_seconds() // 60) for before, after in _same_day(option.sessions))


def _same_day(sessions: tuple[Session, ...]) -> list[tuple[Session, Session]]:
    placed = itinerary.in_order(sessions)
    return [pair for pair in pairwise(placed) if pair[1].start - pair[0].end < timedelta(hours=8)]


# ---- the picture of the days --------------------------------------------------------------------------------------


def _picture(
    loop: Loop, option: Option, *, index: int, candidate: Candidate, people: Mapping[PersonId, Person]
) -> Picture:
    days = days_of(loop, option, candidate=candidate, people=people)
    zone = ZoneInfo(candidate.zone)
    return Picture(
        png=draw_days(days, title=f"Option {index + 1}, {zone_name(candidate.zone)}", zone=zone),
        alt=plain(describe_days(days, zone=zone), ALT),
        title=f"Option {index + 1} on {zone_name(candidate.zone)}",
        name="days",
        place=f"{PICTURE_ID}/{index + 1}",
    )


def days_of(loop: Loop, option: Option, *, candidate: Candidate, people: Mapping[PersonId, Person]) -> tuple[Day, ...]:
    """The option's days in the candidate's zone: the candidate first, then everybody in their own row."""
    zone = ZoneInfo(candidate.zone)
    dates = sorted({session.start.astimezone(zone).date() for session in option.sessions})
    made = []
    for date in dates:
        held = [s for s in itinerary.in_order(option.sessions) if s.start.astimezone(zone).date() == date]
        who = dict.fromkeys(
            seat.person
            for s in held
            for seat in itinerary.seats_in(loop.plan, option.seats, s.id)
            if seat.person is not None
        )
        rows = [
            Row(name=drawable_name(candidate.name, candidate.email), detail="candidate", bars=_with_breaks(loop, held))
        ]
        for person in who:
            mine = {seat.session for seat in option.seats if seat.person == person}
            bars = tuple(_bar(loop.plan, s) for s in held if s.id in mine)
            known = people.get(person)
            shown = drawable_name(known.name, known.email) if known else called(people, person)
            rows.append(Row(name=shown, detail=_own_clock(held, mine, known), bars=bars))
        made.append(Day(date=date, rows=tuple(rows)))
    return tuple(made)


def _own_clock(held: list[Session], mine: set[str], person: Person | None) -> str:
    """When it is for them, in the zone they live in."""
    if person is None:
        return ""
    return listed([clock(s.start, person.zone) for s in held if s.id in mine], 3) + f" {zone_name(person.zone)}"


def _bar(plan: Plan, session: Session) -> Bar:
    return Bar(start=session.start, end=session.end, label=bare(plan.session(session.id).title), kind="session")


def _with_breaks(loop: Loop, held: list[Session]) -> tuple[Bar, ...]:
    bars = [_bar(loop.plan, session) for session in held]
    for before, after in pairwise(held):
        rest = int((after.start - before.end).total_seconds() // 60)
        if rest >= _QUARTER:
            lunch = loop.plan.lunch is not None and rest >= loop.plan.lunch.minutes and _midday(loop, before.end)
            label = "Lunch" if lunch else "Break"
            bars.append(Bar(start=before.end, end=after.start, label=label, kind="lunch" if lunch else "break"))
    return tuple(sorted(bars, key=lambda bar: bar.start))


def _midday(loop: Loop, instant: datetime) -> bool:
    lunch = loop.plan.lunch
    local = instant.astimezone(ZoneInfo(loop.zone)).time()
    return lunch is not None and time(lunch.start.hour) <= local < lunch.end
