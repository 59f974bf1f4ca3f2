"""The brief: all that an interviewer needs for one loop, in one message; and the rubric to read beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers import ids
from handlers.blocks import itinerary
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, divider, fitted, header, modal, section
from handlers.blocks.text import clip, counted, mention, name
from hiring.model import Candidate, Criterion, Loop, Opening, Person, PersonId, Rubric, Seat, SeatKind, Session

QUESTIONS = 2


def brief(
    loop: Loop, *, person: Person, candidate: Candidate, opening: Opening, people: Mapping[PersonId, Person]
) -> Message:
    return _brief(
        loop,
        person=person,
        opening=opening,
        people=people,
        head=[
            header("Your interview is booked"),
            section(f"*{name(candidate.name)}* · _{clip(opening.title, 150)}_"),
        ],
        preview="Evenhand: your interview is booked, here is your brief",
    )


def brief_changed(
    loop: Loop,
    *,
    person: Person,
    candidate: Candidate,
    opening: Opening,
    people: Mapping[PersonId, Person],
    what: str = "",
) -> Message:
    """The brief again, after a change; `what` says in a few words what is new."""
    news = f"*What is new:* {clip(what, 500)}" if what.strip() else "Something changed; this is how it stands now."
    return _brief(
        loop,
        person=person,
        opening=opening,
        people=people,
        head=[
            header("Your interview has changed"),
            section(f"*{name(candidate.name)}* · _{clip(opening.title, 150)}_\n{news}"),
        ],
        preview="Evenhand: something about your upcoming interview has changed",
    )


def _brief(
    loop: Loop,
    *,
    person: Person,
    opening: Opening,
    people: Mapping[PersonId, Person],
    head: list[Block],
    preview: str,
) -> Message:
    mine = itinerary.of_person(loop, person.id)
    groups = [_session(loop, session, person=person, opening=opening, people=people) for session in mine]
    tail = [
        divider(),
        context(
            f"Questions? {mention(people, loop.recruiter)} coordinates this loop. Ask everybody the same questions, "
            "write down what you hear, and talk about the candidate with nobody before all scorecards are in."
        ),
        actions(button("I should not be on this panel", ids.RECUSE_LOOP, ids.pack(loop.id))),
    ]
    blocks = fitted(head, groups, tail, more=lambda left: f"and {counted(left, 'more session')}: see App Home")
    return message(preview, blocks)


def _session(
    loop: Loop, session: Session, *, person: Person, opening: Opening, people: Mapping[PersonId, Person]
) -> list[Block]:
    planned = loop.plan.session(session.id)
    others = [seat for seat in itinerary.seats_in(loop.plan, loop.seats, session.id) if seat.person != person.id]
    place = itinerary.where(session, opening)
    lines = [
        itinerary.line(loop.plan, session, person.zone),
        f"{_company(loop, session.id, others, person, people)}.",
        *([f":round_pushpin: {place}"] if place else []),
    ]
    blocks = [divider(), section("\n".join(lines))]
    if planned.covers:
        blocks.append(section("\n".join(["*To cover*", *(f"• {clip(text, 150)}" for text in planned.covers[:8])])))
    if planned.questions:
        asked = [_question(question.text, question.follow_ups) for question in planned.questions[:QUESTIONS]]
        blocks.append(section("\n".join(["*Prepared questions*", *asked])))
    if loop.plan.rubric(session.id) is not None:
        blocks.append(actions(button("What you will rate", ids.BRIEF_RUBRIC, ids.pack(loop.id, session.id))))
    return blocks


def _company(
    loop: Loop, session: str, others: Sequence[Seat], person: Person, people: Mapping[PersonId, Person]
) -> str:
    """Who else is there, and what the person does beside them."""
    kind = itinerary.kind_of(loop, session, person.id)
    if not others:
        return f"You are on your own; {itinerary.SEAT_KINDS[kind]}"
    leads = [
        one.person for one in others if one.person and itinerary.kind_of(loop, session, one.person) is SeatKind.LEAD
    ]
    told = f"With {itinerary.mentions(people, others)}"
    if kind is not SeatKind.PAIR or not leads:
        return f"{told}; {itinerary.SEAT_KINDS[kind]}"
    if len(others) == 1:
        return f"{told}, who leads it; you interview together"
    return f"{told}; {mention(people, leads[0])} leads it, and you interview together"


def _question(text: str, follow_ups: tuple[str, ...]) -> str:
    lines = [f"• {clip(text, 600)}", *(f"\N{EM SPACE}◦ {clip(one, 150)}" for one in follow_ups[:3])]
    return "\n".join(lines)


_UNRATED = "Nobody rates this session: there is no scorecard to fill in."


def rubric_modal(loop: Loop, *, session: str) -> Block:
    """The rubric to read: every criterion with what each point looks like, and all prepared questions."""
    rubric = loop.plan.rubric(session)
    planned = loop.plan.session(session)
    groups = [_criterion(criterion) for criterion in rubric.criteria] if rubric else [[section(_UNRATED)]]
    if planned.questions:
        asked = [[section(_question(question.text, question.follow_ups))] for question in planned.questions]
        groups += [[divider(), section("*Prepared questions*"), *asked[0]], *asked[1:]]
    head = [section(f"*{itinerary.title(loop.plan, session, 150)}*" + (f" · {_about(rubric)}" if rubric else ""))]
    blocks = fitted(head, groups, more=lambda left: f"and {left} more", most=100, heaviest=100_000)
    return modal("What you will rate", blocks)


def _about(rubric: Rubric) -> str:
    return f"{counted(len(rubric.criteria), 'criterion', 'criteria')}, version {rubric.version}"


def _criterion(criterion: Criterion) -> list[Block]:
    return [divider(), section(criterion_words(criterion)), section(anchor_words(criterion))]


def criterion_words(criterion: Criterion) -> str:
    counts = "shown, not counted" if criterion.independent else f"weight {criterion.weight}"
    about = f"\n{clip(criterion.about, 1500)}" if criterion.about.strip() else ""
    return f"*{clip(criterion.name, 150)}* · {counts}{about}"


def anchor_words(criterion: Criterion) -> str:
    """What each point looks like, all points even when they are many: each gets its share of the room."""
    share = max(2900 // max(len(criterion.anchors), 1) - 12, 20)
    return "\n".join(f"*{point}*  {clip(text, share)}" for point, text in enumerate(criterion.anchors, start=1))
