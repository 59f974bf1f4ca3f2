"""A small company for tests of rules and flows: real store, real engine, a calendar in memory that keeps every promise."""

from __future__ import annotations

import time as machine
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from hiring.flows import attesting, booking, loops, offering, planning, pool, repairing, scorecards
from hiring.model import (
    Answer,
    Candidate,
    Confidence,
    Criterion,
    Loop,
    Lunch,
    Opening,
    Overall,
    Person,
    Plan,
    Qualification,
    Rating,
    Rest,
    Role,
    Rubric,
    Scorecard,
    SeatPlan,
    SessionPlan,
    Span,
)
from hiring.rules.permissions import Refused
from hiring.rules.phase import panel
from scheduling import answer as engine
from scheduling.calendars.port import Agenda, Booked
from scheduling.problem import Problem
from scheduling.solve import solve
from store.database import Database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday."""
MORNING = Span(start=datetime(2026, 11, 25, 9, 0, tzinfo=UTC), end=datetime(2026, 11, 25, 16, 0, tzinfo=UTC))

ANCHORS = ("Could not begin", "Began with help", "Did it alone", "Did it and taught it")
CODING = Rubric(
    id="coding",
    title="Coding",
    criteria=(
        Criterion(id="solves", name="Solves problems", anchors=ANCHORS, weight=2),
        Criterion(id="explains", name="Explains", anchors=ANCHORS),
    ),
)
TALK = Rubric(id="talk", title="Talk", criteria=(Criterion(id="explains", name="Explains", anchors=ANCHORS),))
PLAN = Plan(
    id="onsite",
    title="On-site",
    sessions=(
        SessionPlan(
            id="coding", title="Coding", minutes=60, rubric="coding", seats=(SeatPlan(id="lead", any_of=("coding",)),)
        ),
        SessionPlan(id="talk", title="Talk", minutes=30, rubric="talk", seats=(SeatPlan(id="lead", any_of=("talk",)),)),
    ),
    rubrics=(CODING, TALK),
    first="coding",
    rest=Rest(),
    lunch=Lunch(start=time(11, 30), end=time(14), minutes=45),
)


def person(
    name: str, *skills: str, roles: tuple[Role, ...] = (Role.INTERVIEWER,), zone: str = "Europe/Berlin"
) -> Person:
    return Person(
        id=name.casefold(),
        name=name,
        email=f"{name.casefold()}@corvid.example",
        zone=zone,
        slack_id=f"U{name.upper()}",
        team="data",
        roles=roles,
        qualifications=tuple(Qualification(skill=skill) for skill in skills),
    )


RITA = person("Rita", roles=(Role.RECRUITER,))
HANS = person("Hans", roles=(Role.HIRING_MANAGER,))
ANA, LEE, KIM = person("Ana", "coding"), person("Lee", "talk"), person("Kim", "coding", "talk")
MAX, NOA = person("Max", "coding"), person("Noa", "talk")
PEOPLE = (RITA, HANS, ANA, LEE, KIM, MAX, NOA)
JO = Candidate(id="jo", name="Jo Doe", email="jo@elsewhere.example", zone="Europe/Berlin", employer="Elsewhere")
OPENING = Opening(
    id="ds",
    title="Data scientist",
    team="data",
    hiring_manager="hans",
    recruiter="rita",
    plans=("onsite",),
    channel="hiring-ds",
    channel_id="C1",
    digest_zone="Europe/Berlin",
)


def settled(database: Database) -> Database:
    """The company in the database."""
    with database.begin() as uow:
        for someone in PEOPLE:
            uow.save_person(someone)
        uow.save_candidate(JO)
        uow.save_opening(OPENING)
        uow.save_plan(PLAN)
    return database


def expect(done: Loop | Refused | object) -> Loop:
    assert isinstance(done, Loop), done
    return done


def agendas(emails: Sequence[str]) -> tuple[Agenda, ...]:
    return tuple(Agenda(email=email, busy=(), readable=True) for email in emails)


def started(database: Database, *, windows: tuple[Span, ...] = (MORNING,), now: datetime = NOW) -> Loop:
    with database.begin() as uow:
        wish = loops.Wish(loop="L1", candidate=uow.candidate(JO.id), opening="ds", plan="onsite", windows=windows)
        return expect(loops.start(uow, wish, by=RITA, now=now))


def planned(database: Database, *, now: datetime = NOW) -> Loop:
    """What the engine's worker does."""
    with database.begin() as uow:
        loop = uow.loop("L1")
        facts = pool.gather(uow, loop, now=now)
        problem = planning.problem(facts, agendas([p.email for p in facts.people]), now=now)
        answers = solve(problem, options=3, seconds=5, monotonic=machine.monotonic)
        assert loop.planning is not None
        if loop.sessions:
            return expect(repairing.record_refill(uow, "L1", answers[0], number=loop.refilling, now=now))
        return expect(offering.record_options(uow, "L1", answers, number=loop.planning.number, now=now))


def chosen(database: Database, *, now: datetime = NOW) -> Loop:
    started(database)
    return chosen_from(database, now=now)


def chosen_from(database: Database, *, now: datetime = NOW) -> Loop:
    """The first option of a loop that was started."""
    loop = planned(database)
    assert loop.planning is not None
    with database.begin() as uow:
        return expect(loops.choose(uow, loop, number=loop.planning.number, index=0, by=RITA, now=now))


def attested(database: Database, *, now: datetime = NOW) -> Loop:
    loop = chosen(database)
    for someone in panel(loop):
        with database.begin() as uow:
            by = uow.person(someone)
            loop = expect(attesting.answer(uow, uow.loop("L1"), attesting.Said(Answer.NO_CONFLICT), by=by, now=now))
    return loop


def booked(database: Database, *, now: datetime = NOW) -> Loop:
    loop = attested(database)
    with database.begin() as uow:
        wanted = booking.bookable(uow, "L1", attempt=loop.attempt, now=now)
        assert wanted is not None
        stands = {event.id: Booked(event.id, None, "https://video.example/1", "1") for event in wanted.events}
        return expect(booking.record_booked(uow, "L1", stands, attempt=loop.attempt, now=now))


def card(session: str, author: Person, *, score: int = 3) -> Scorecard:
    rubric = PLAN.rubric(session)
    assert rubric is not None
    return Scorecard(
        loop="L1",
        session=session,
        author=author.id,
        rubric=rubric.id,
        rubric_version=1,
        ratings=tuple(
            Rating(c.id, score, evidence="They did this and that, in so many words that it says something.")
            for c in rubric.criteria
        ),
        overall=Overall.YES,
        confidence=Confidence.HIGH,
    )


def after(loop: Loop, **hours: float) -> datetime:
    return max(session.end for session in loop.sessions) + timedelta(**hours)


def hand_in(database: Database, session: str, author: str, *, now: datetime, score: int = 3) -> Loop:
    with database.begin() as uow:
        by = uow.person(author)
        return expect(scorecards.submit(uow, uow.loop("L1"), card(session, by, score=score), by=by, now=now))


def seated(loop: Loop, session: str) -> str:
    return next(seat.person or "" for seat in loop.seats if seat.session == session)


def solved(problem: Problem) -> engine.Answer:
    return solve(problem, options=1, seconds=5, monotonic=machine.monotonic)[0]
