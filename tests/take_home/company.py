"""A company with a take-home, and a candidate whose every trace can be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hiring.flows import attesting, loops, take_home
from hiring.flows.take_home import HandedIn
from hiring.model import (
    Answer,
    Candidate,
    Criterion,
    Loop,
    Plan,
    Qualification,
    Role,
    Rubric,
    SeatPlan,
    SessionPlan,
    TakeHome,
    Tenure,
)
from hiring.rules.phase import panel
from store.database import Database
from tests.hiring import worlds
from tests.hiring.worlds import ANCHORS, HANS, NOW, OPENING, RITA, expect, person

JO = Candidate(
    id="c-1",
    name="Jo Planted",
    email="jo.planted@mailbox.example",
    zone="Europe/Lisbon",
    employer="Plantco",
    schools=(Tenure("Plantville College"),),
)
RUBRIC = Rubric(
    id="home",
    title="Home",
    criteria=(
        Criterion(id="solves", name="Solves problems", anchors=ANCHORS, weight=2),
        Criterion(id="explains", name="Explains", anchors=ANCHORS),
    ),
)
PLAN = Plan(
    id="home",
    title="Take-home",
    sessions=(
        SessionPlan(
            id="home",
            title="A small analysis",
            minutes=45,
            rubric="home",
            covers=("Run it",),
            seats=(SeatPlan(id="first", any_of=("coding",)), SeatPlan(id="second", any_of=("coding",))),
        ),
    ),
    rubrics=(RUBRIC,),
    take_home=TakeHome(prompt="https://tasks.example/bikes", days=5),
)
ANA, KIM, MAX, SUE = person("Ana", "coding"), person("Kim", "coding"), person("Max", "coding"), person("Sue", "coding")
OLA = replace(person("Ola", "coding"), roles=(Role.INTERVIEWER, Role.RECRUITER))
PEOPLE = (RITA, HANS, ANA, KIM, MAX, SUE, OLA, worlds.LEE)
LOOP = Loop(
    id="L1", opening="ds", candidate="c-1", plan=PLAN, recruiter="rita", hiring_manager="hans", created=NOW,
    created_by="rita", asked_availability_at=NOW,
)  # fmt: skip
WORK = HandedIn(link="https://neutral.example/w/17", files=("Jo_Planted_analysis.zip", "plantco-notes.md"))


def settled(database: Database, *, candidate: Candidate = JO) -> None:
    with database.begin() as uow:
        for someone in PEOPLE:
            uow.save_person(replace(someone, qualifications=someone.qualifications or (Qualification("talk"),)))
        uow.save_candidate(candidate)
        uow.save_opening(replace(OPENING, plans=("home",)))
        uow.save_plan(PLAN)


def started(database: Database, *, now: datetime = NOW) -> Loop:
    wish = loops.Wish(loop="L1", candidate=JO, opening="ds", plan="home")
    with database.begin() as uow:
        return expect(loops.start(uow, wish, by=RITA, now=now))


def handed_in(database: Database, *, now: datetime = NOW) -> Loop:
    with database.begin() as uow:
        return expect(take_home.hand_in(uow, uow.loop("L1"), WORK, by=RITA, now=now))


def says(database: Database, who: str, said: attesting.Said, *, now: datetime = NOW) -> Loop:
    with database.begin() as uow:
        return expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(who), now=now))


def all_attested(database: Database, *, now: datetime = NOW) -> Loop:
    with database.begin(read_only=True) as uow:
        loop = uow.loop("L1")
    for who in panel(loop):
        loop = says(database, who, attesting.Said(Answer.NO_CONFLICT), now=now)
    return loop
