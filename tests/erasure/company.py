"""A loop played to its end, with planted words in everything that is kept about the candidate."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hiring.flows import attesting, deciding, loops, scorecards
from hiring.flows.sweeping import sweep
from hiring.model import Answer, Candidate, Ground, Loop, Outcome, PersonId, Tenure
from hiring.ports import UnitOfWork
from hiring.rules import sight
from store.database import Database
from tests.hiring import worlds
from tests.hiring.worlds import ANA, HANS, NOW, RITA, expect

DAY = timedelta(days=1)
JO = Candidate(
    id="jo-planted",
    name="Jo Planted",
    email="jo.planted@planted.example",
    zone="Europe/Lisbon",
    employer="Plantedco",
    schools=(Tenure("Planted College", 2011, 2015),),
    referrer="noa",
    accommodation="planted captions",
)
EVIDENCE = "planted evidence: asked for the loss function first, then wrote the test."
REASON = "planted reason: the panel saw what the job needs."


def settled(database: Database) -> None:
    worlds.settled(database)
    with database.begin() as uow:
        uow.save_candidate(JO)


def booked(database: Database) -> None:
    settled(database)
    wish = loops.Wish(loop="L1", candidate=JO, opening="ds", plan="onsite", windows=(worlds.MORNING,))
    with database.begin() as uow:
        expect(loops.start(uow, wish, by=RITA, now=NOW))
    loop = worlds.planned(database)
    with database.begin() as uow:
        loop = expect(loops.choose(uow, loop, number=1, index=0, by=RITA, now=NOW))
    for person in {seat.person or "" for seat in loop.seats}:
        with database.begin() as uow:
            said = attesting.Said(Answer.NO_CONFLICT)
            expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(person), now=NOW))
    with database.begin() as uow:
        loop = uow.loop("L1")
        uow.save_loop(replace(loop, booked_at=NOW))


def hand_in(uow: UnitOfWork, loop: Loop, session: str, person: PersonId, *, evidence: str = EVIDENCE) -> None:
    """A scorecard, and after it a draft of one more thought."""
    by, now = uow.person(person), worlds.after(loop, hours=1)
    card = worlds.card(session, by)
    card = replace(card, ratings=tuple(replace(rating, evidence=evidence) for rating in card.ratings))
    expect(scorecards.submit(uow, loop, card, by=by, now=now))
    scorecards.keep_field(uow, loop, session, {"note": "planted draft"}, by=by, now=now)


def decided(database: Database, outcome: Outcome = Outcome.DECLINE, *, evidence: str = EVIDENCE) -> datetime:
    """Everything is in and open, and decided; returns when."""
    booked(database)
    with database.begin(read_only=True) as uow:
        loop = uow.loop("L1")
    for session, person in sight.owed(loop):
        with database.begin() as uow:
            hand_in(uow, uow.loop("L1"), session, person, evidence=evidence)
    now = worlds.after(loop, hours=1)
    with database.begin() as uow:
        verdict = deciding.Verdict(outcome=outcome, reason=REASON, dissent="planted dissent")
        expect(deciding.decide(uow, uow.loop("L1"), verdict, by=HANS, now=now))
    sweep(database, now=now)
    return now


def cancelled(database: Database) -> datetime:
    """Before anything was booked, with a confidence in it."""
    settled(database)
    wish = loops.Wish(loop="L1", candidate=JO, opening="ds", plan="onsite", windows=(worlds.MORNING,))
    with database.begin() as uow:
        expect(loops.start(uow, wish, by=RITA, now=NOW))
    worlds.planned(database)
    with database.begin() as uow:
        expect(loops.choose(uow, uow.loop("L1"), number=1, index=0, by=RITA, now=NOW))
    with database.begin() as uow:
        loop = uow.loop("L1")
        who = next(seat.person for seat in loop.seats if seat.session == "coding") or ANA.id
        said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND, note="planted friend")
        expect(attesting.answer(uow, loop, said, by=uow.person(who), now=NOW))
    with database.begin() as uow:
        expect(loops.cancel(uow, uow.loop("L1"), reason="planted reason", by=RITA, now=NOW))
    return NOW
