"""How a loop or an opening stands, for those who run it. Of a scorecard only whether it is in, never what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers import ids
from handlers.blocks import dead_letter, delegate, itinerary, mine, release, standing
from handlers.blocks.booking import more_menu
from handlers.blocks.message import Message, message
from handlers.blocks.options import SHOWN
from handlers.blocks.parts import Block, actions, button, context, divider, fitted, header, section
from handlers.blocks.phases import badge, next_words
from handlers.blocks.standing import Standing
from handlers.blocks.text import at, clip, counted, listed, mention, minutes, plain_name, when
from hiring.flows.drifting import MENDED
from hiring.model import Answer, Candidate, Lead, Loop, Opening, Person, PersonId, ReleaseHow, Session
from hiring.ports import DeadLetter
from hiring.rules import sight
from hiring.rules.phase import OVER, Phase, attestation, needs_look, open_repair, panel, phase
from hiring.rules.take_home import deadline

People = Mapping[PersonId, Person]
MOST_NUDGES = 5


def status_loop(
    loop: Loop,
    *,
    candidate: Candidate,
    opening: Opening,
    people: People,
    zone: str,
    now: datetime,
    may_open: bool = False,
    leads: bool = False,
    vacant: Sequence[Lead] = (),
    undelivered: Sequence[DeadLetter] = (),
    reader: PersonId | None = None,
) -> Message:
    """What the reader may do: open the scorecards before all are in, step aside from what they lead, name somebody for
    what is `vacant`, or try again what is `undelivered`; and what waits for them themselves."""
    stands = phase(loop, now)
    head = [
        header(plain_name(candidate.name, 150)),
        section(f"_{clip(opening.title, 150)}_ · {badge(stands)} · {next_words(stands)}"),
    ]
    sessions = itinerary.in_order(loop.sessions)
    groups = [[section(_session(loop, session, people=people, zone=zone, now=now))] for session in sessions]
    missing = _waited_for(loop, now)
    tail = [
        *_answers(loop, people, silent=len(missing) > MOST_NUDGES),
        *_nudges(loop, missing, people=people, reader=reader),
        *([_open_early(loop)] if may_open else []),
        *_opened(loop, people),
        *delegate.vacancies(loop, vacant),
        *_still_to_press(loop, stands, zone=zone, now=now),
        *dead_letter.undelivered(undelivered, people),
        *_what_one_can_do(loop, stands),
        *([_step_aside(loop)] if leads else []),
    ]
    blocks = fitted(head, groups, tail, more=lambda left: f"and {counted(left, 'more session')}")
    return message("Evenhand: how a loop stands", blocks)


def status_opening(
    opening: Opening,
    *,
    loops: Sequence[Standing],
    people: People,
    zone: str,
    also: Sequence[Opening] = (),
    may_begin: bool = False,
) -> Message:
    """`also` are other openings the person may look at; `may_begin` is whether they may start a loop."""
    head = [
        header(plain_name(opening.title, 150)),
        context(
            f"Hiring manager {mention(people, opening.hiring_manager)}, recruiter {mention(people, opening.recruiter)}"
        ),
    ]
    if not loops:
        head.append(section(f"No loop that you may see is under way for this opening.{_begin(may=may_begin)}"))
    others = listed([f"_{clip(one.title, 60)}_" for one in also], 8)
    tail = (
        [context(f"Other openings: {others}. `/interview status` and a part of the title shows one.")] if also else []
    )
    groups = standing.groups(loops, people=people, zone=zone, titled=False)
    blocks = fitted(head, groups, tail, more=lambda left: f"and {counted(left, 'more loop')}")
    return message("Evenhand: how an opening stands", blocks)


def status_list(loops: Sequence[Standing], *, people: People, zone: str, may_begin: bool = False) -> Message:
    """All loops somebody may look at, when they named none."""
    none = section(f"No loop that you may see is under way.{_begin(may=may_begin)}")
    head = [header("Loops under way")] if loops else [none]
    groups = standing.groups(loops, people=people, zone=zone)
    blocks = fitted(head, groups, more=lambda left: f"and {counted(left, 'more loop')}: name one to see it")
    return message("Evenhand: how the loops stand", blocks)


def _begin(*, may: bool) -> str:
    return " `/interview new` begins one." if may else ""


def _session(loop: Loop, session: Session, *, people: People, zone: str, now: datetime) -> str:
    who = itinerary.mentions(people, itinerary.seats_in(loop.plan, loop.seats, session.id), 6)
    cards = [(s, p) for s, p in sight.owed(loop) if s == session.id] if session.end <= now else []
    in_ = sum(sight.is_in(loop, s, p) for s, p in cards)
    told = f" · {in_} of {counted(len(cards), 'scorecard')} in" if cards else ""
    if loop.plan.take_home is not None:
        # Each scores it when they like: its span is only there for their load.
        work = f"*{itinerary.title(loop.plan, session.id)}* · {minutes(session.span.minutes)}"
        return f"{work} · came in {when(session.start, zone)}\n{who}{told}"
    return f"{itinerary.line(loop.plan, session, zone)}\n{who}{told}"


def _answers(loop: Loop, people: People, *, silent: bool) -> list[Block]:
    """Who has not answered the conflict question, where the lines below don't name them all, and what is to be judged."""
    said = {person: attestation(loop, person) for person in panel(loop)}
    # Whose answer it is stays with them and the recruiter in charge: many may read this.
    judged = sum(
        one is not None and (one.answer is Answer.UNSURE or needs_look(loop, who)) for who, one in said.items()
    )
    unanswered = [mention(people, who) for who, one in said.items() if one is None and silent]
    lines = [f"{counted(judged, 'answer')} for the recruiter in charge to look at"] if judged else []
    lines += [f"Not yet answered about conflicts: {listed(unanswered, 12)}"] if unanswered else []
    return [context(*lines)] if lines and loop.released is None and loop.cancelled is None else []


def _open_early(loop: Loop) -> Block:
    return actions(button("Open the scorecards early", ids.RELEASE_OPEN, ids.pack(loop.id)))


def _step_aside(loop: Loop) -> Block:
    return actions(button("I have a conflict with the candidate", ids.RECUSE_LOOP, ids.pack(loop.id)))


def _opened(loop: Loop, people: People) -> list[Block]:
    early = loop.released is not None and loop.released.how is ReleaseHow.EARLY
    return [context(release.opened_early(loop, people=people))] if early else []


def _waited_for(loop: Loop, now: datetime) -> list[tuple[str, PersonId]]:
    """(what for, whom) that a reminder may go to."""
    if phase(loop, now) in OVER:
        return []
    found = [("attestation", person) for person in panel(loop) if attestation(loop, person) is None]
    if loop.booked_at is not None and loop.released is None:
        late = [who for s, who in sight.owed(loop) if loop.session(s).end <= now and not sight.is_in(loop, s, who)]
        found += [("scorecard", who) for who in dict.fromkeys(late)]
    if loop.released is not None and loop.decision is None:
        found.append(("decision", loop.hiring_manager))
    return found


def _nudges(
    loop: Loop, missing: Sequence[tuple[str, PersonId]], *, people: People, reader: PersonId | None
) -> list[Block]:
    """What waits for the reader, to be done at once, and for others, to remind them of."""
    words = {
        "attestation": "has not answered the question about conflicts",
        "scorecard": "owes a scorecard",
        "decision": "owes the decision",
    }
    shown = [block for about, who in missing if who == reader for block in _own(loop, about)]
    others = [(about, who) for about, who in missing if who != reader]
    shown += [
        section(
            f"{mention(people, who)} {words[about]}",
            button("Remind", ids.NUDGE_SEND, ids.pack(loop.id, who, about)),
        )
        for about, who in others[:MOST_NUDGES]
    ]
    if len(others) > MOST_NUDGES:
        shown.append(context(f"and {len(others) - MOST_NUDGES} more; `/interview nudge` reminds each of them"))
    return [divider(), *shown] if shown else []


def _own(loop: Loop, about: str) -> list[Block]:
    match about:
        case "attestation":
            return [section("*You* have not answered the question about conflicts"), actions(*mine.answers(loop.id))]
        case "scorecard":
            return [section("*You* owe a scorecard", button("What I owe", ids.FEEDBACK_OPEN, style="primary"))]
        case _:
            return [section("*You* decide", button("Decide", ids.DECIDE_OPEN, ids.pack(loop.id), style="primary"))]


def _awaited(loop: Loop) -> list[Block]:
    until = deadline(loop)
    return [context(f"The candidate has until {at(until, loop.zone)} to hand it in.")] if until else []


def _replaced(loop: Loop) -> list[Block]:
    at = loop.work.replaced_at if loop.work else None
    return [context(f"The work was replaced {when(at, loop.zone)}.")] if at else []


def _still_to_press(loop: Loop, stands: Phase, *, zone: str, now: datetime) -> list[Block]:
    """What the loop's own messages ask of whoever runs it, once more: Slack does not repeat a click that was lost."""
    planning, repair = loop.planning, open_repair(loop, now)
    found: list[Block] = []
    if stands is Phase.CHOOSING and planning is not None:
        found += [
            section(
                f"*Option {index + 1}*: {itinerary.spread(itinerary.in_order(option.sessions), zone)}",
                button(
                    f"Pick option {index + 1}", ids.OPTIONS_PICK, ids.pack(loop.id, str(planning.number), str(index))
                ),
            )
            for index, option in enumerate(planning.options[:SHOWN])
        ]
    if repair is not None and repair.option is not None:
        times = itinerary.spread(itinerary.in_order(repair.option.sessions), zone)
        move = button("Move it", ids.REPAIR_TAKE, ids.pack(loop.id, str(loop.repairs.index(repair))))
        found.append(section(f"A seat is empty. It would go like this: {times}", move))
    if {one.what for one in loop.drift} & MENDED:
        back = button("Put it back", ids.DRIFT_PUT_BACK, ids.pack(loop.id))
        found.append(section("The calendars differ from what was booked.", back))
    return found


def _what_one_can_do(loop: Loop, stands: Phase) -> list[Block]:
    if stands in OVER:
        return []
    if loop.released is not None:
        return [actions(button("Read the scorecards", ids.SUMMARY_OPEN, ids.pack(loop.id)))]
    if loop.plan.take_home is not None:
        cancel = button("Cancel the loop", ids.LOOP_CANCEL, ids.pack(loop.id), style="danger")
        if stands is Phase.AWAITING_WORK:
            enter = button("Enter the work", ids.TAKE_HOME_OPEN, ids.pack(loop.id), style="primary")
            more = button("Give more time", ids.TAKE_HOME_TIME, ids.pack(loop.id))
            return [*_awaited(loop), actions(enter, more, cancel)]
        instead = button("Replace the work", ids.TAKE_HOME_OPEN, ids.pack(loop.id))
        return [*_replaced(loop), actions(instead, cancel)]
    if not loop.sessions:
        return [actions(button("Change availability", ids.LOOP_WINDOWS, ids.pack(loop.id)), more_menu(loop))]
    return [
        actions(
            button("Find another time", ids.LOOP_RESCHEDULE, ids.pack(loop.id)),
            button("Replace a person", ids.LOOP_REPLACE, ids.pack(loop.id)),
            button("Conflicts", ids.CONFLICTS_OPEN, ids.pack(loop.id)),
            button("Cancel the loop", ids.LOOP_CANCEL, ids.pack(loop.id), style="danger"),
        )
    ]
