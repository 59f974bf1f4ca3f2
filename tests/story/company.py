"""A small company, whole enough for one loop: three sessions, four raters, and somebody to sit in for each of them."""

from __future__ import annotations

from bot.company import Company
from hiring.model import (
    HIRING_MANAGER_SEAT,
    RECRUITER_SEAT,
    Candidate,
    Criterion,
    Opening,
    Person,
    Plan,
    Qualification,
    Role,
    Rubric,
    SeatPlan,
    SessionPlan,
)


def _person(name: str, *skills: str, role: Role = Role.INTERVIEWER, zone: str = "Europe/Berlin") -> Person:
    return Person(
        id=name.casefold(),
        name=f"{name} Example",
        email=f"{name.casefold()}@example.org",
        zone=zone,
        title=role.value.replace("_", " "),
        team="data",
        roles=(role,),
        qualifications=tuple(Qualification(skill=skill) for skill in skills),
    )


RITA, HANS = _person("Rita", role=Role.RECRUITER), _person("Hans", role=Role.HIRING_MANAGER)
RATERS = (
    _person("Ana", "coding"),
    _person("Kim", "coding", zone="Europe/Athens"),
    _person("Max", "coding"),
    _person("Lee", "case"),
    _person("Noa", "case", zone="Europe/Athens"),
    _person("Sam", "case"),
)
OTHERS = (
    _person("Adi", role=Role.ADMIN),
    _person("Uma", role=Role.AUDITOR),
    _person("Gus", role=Role.HIRING_MANAGER),
    _person("Pat", zone="America/New_York"),
)
"""Nobody of these has a part in the loop."""

_ANCHORS = ("Could not begin", "Began with help", "Did it alone", "Did it and taught it")
CODING = Rubric(
    id="coding",
    title="Coding",
    criteria=(
        Criterion(id="solves", name="Solves problems", anchors=_ANCHORS, weight=2),
        Criterion(id="explains", name="Explains", anchors=_ANCHORS),
    ),
)
CASE = Rubric(
    id="case",
    title="Case",
    criteria=(
        Criterion(id="frames", name="Frames the question", anchors=_ANCHORS),
        Criterion(id="listens", name="Listens", anchors=_ANCHORS),
    ),
)
ONSITE = Plan(
    id="onsite",
    title="On-site",
    role="Data scientist",
    sessions=(
        SessionPlan(
            id="coding",
            title="Coding",
            minutes=45,
            rubric="coding",
            seats=(SeatPlan(id="lead", any_of=("coding",)), SeatPlan(id="pair", any_of=("coding",))),
            covers=("Reading data that is not clean",),
        ),
        SessionPlan(
            id="case",
            title="Case",
            minutes=30,
            rubric="case",
            seats=(SeatPlan(id="lead", any_of=("case",)), SeatPlan(id="pair", any_of=("case",))),
        ),
        SessionPlan(
            id="wrap",
            title="Wrap-up",
            minutes=15,
            seats=(
                SeatPlan(id="recruiter", any_of=(RECRUITER_SEAT,), rates=False),
                SeatPlan(id="manager", any_of=(HIRING_MANAGER_SEAT,), rates=False),
            ),
        ),
    ),
    rubrics=(CODING, CASE),
    first="coding",
    last="wrap",
)
RECITAL = Plan(
    id="recital",
    title="Recital",
    role="Pianist",
    sessions=(
        SessionPlan(
            id="piano", title="Piano", minutes=30, rubric="coding", seats=(SeatPlan(id="lead", any_of=("piano",)),)
        ),
    ),
    rubrics=(CODING,),
)
"""A plan that nobody is qualified for."""

JO = Candidate(id="jo", name="Jo Doe", email="jo@elsewhere.example", zone="Europe/Berlin", employer="Elsewhere")
KAI = Candidate(id="kai", name="Kai Roe", email="kai@elsewhere.example", zone="Europe/Berlin", employer="Elsewhere")
OPENING = Opening(
    id="ds",
    title="Data scientist",
    team="data",
    hiring_manager="hans",
    recruiter="rita",
    plans=("onsite", "recital"),
    channel="hiring-data",
    digest_hour=9,
    digest_zone="Europe/Berlin",
)
COMPANY = Company(
    people=(RITA, HANS, *RATERS, *OTHERS), candidates=(JO, KAI), openings=(OPENING,), plans=(ONSITE, RECITAL)
)
