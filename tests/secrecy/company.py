"""A company small enough to play thousands of histories in, with somebody of every role in it."""

from __future__ import annotations

from dataclasses import replace

from hiring.model import (
    Candidate,
    Criterion,
    Opening,
    Person,
    Plan,
    ReleaseRule,
    Role,
    Rubric,
    SeatKind,
    SeatPlan,
    SessionPlan,
    TakeHome,
)
from tests.hiring.worlds import ANCHORS, person

RITA, ROB = person("Rita", roles=(Role.RECRUITER,)), person("Rob", roles=(Role.RECRUITER,))
HANS, OLGA = person("Hans", roles=(Role.HIRING_MANAGER,)), person("Olga", roles=(Role.HIRING_MANAGER,))
ADA, INES = person("Ada", roles=(Role.ADMIN,)), person("Ines", roles=(Role.AUDITOR,))
RATERS = (person("Ana", "coding"), person("Max", "coding"), person("Lee", "talk"), person("Noa", "talk"))
SPARE = (person("Kim", "coding", "talk"), person("Pia", "coding"), person("Tom", "talk"))
TRAINEE = person("Uli", "shadowing")
PEOPLE: tuple[Person, ...] = (RITA, ROB, HANS, OLGA, ADA, INES, *RATERS, *SPARE, TRAINEE)

JO = Candidate(id="jo", name="Jo Doe", email="jo@elsewhere.example", zone="Europe/Berlin", employer="Elsewhere")
SAM = Candidate(id="sam", name="Sam Roe", email="sam@elsewhere.example", zone="Europe/Berlin", employer="Somewhere")
CODING = Rubric(
    id="coding",
    title="Coding",
    criteria=(
        Criterion(id="solves", name="Solves problems", anchors=ANCHORS, weight=2),
        Criterion(id="explains", name="Explains", anchors=ANCHORS),
    ),
)
TALK = Rubric(id="talk", title="Talk", criteria=(Criterion(id="explains", name="Explains", anchors=ANCHORS),))
_SHADOW = SeatPlan(id="shadow", any_of=("shadowing",), kind=SeatKind.SHADOW, rates=False)
PLAN = Plan(
    id="onsite",
    title="On-site",
    sessions=(
        SessionPlan(
            id="coding",
            title="Coding",
            minutes=60,
            rubric="coding",
            seats=(SeatPlan("lead", ("coding",)), SeatPlan("pair", ("coding",), SeatKind.PAIR)),
        ),
        SessionPlan(id="talk", title="Talk", minutes=30, rubric="talk", seats=(SeatPlan("lead", ("talk",)), _SHADOW)),
    ),
    rubrics=(CODING, TALK),
    first="coding",
    lunch=None,
)
QUORUM = replace(PLAN, release=ReleaseRule(quorum=2, hours=24))
TAKE_HOME = Plan(
    id="home",
    title="Take-home",
    sessions=(
        SessionPlan(
            id="home",
            title="A small analysis",
            minutes=45,
            rubric="coding",
            seats=(SeatPlan("first", ("coding",)), SeatPlan("second", ("coding",))),
        ),
    ),
    rubrics=(CODING,),
    take_home=TakeHome(prompt="https://tasks.example/bikes", days=5),
)
OPENING = Opening(
    id="ds",
    title="Data scientist",
    team="data",
    hiring_manager="hans",
    recruiter="rita",
    plans=("onsite", "home"),
    channel="hiring-ds",
    channel_id="C1",
    digest_zone="Europe/Berlin",
    delegate="olga",
)
