"""Candidates to look at: an ordinary one, and one with whom everything is as long and as mixed as it may be."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from handlers.pages.app import PageDesk, routes
from handlers.pages.case import Case
from handlers.pages.tokens import page_url
from hiring.model import (
    Answer,
    Attestation,
    Candidate,
    Loop,
    Opening,
    Person,
    Plan,
    Role,
    Seat,
    SeatKind,
    SeatPlan,
    Session,
    SessionPlan,
)
from store.database import Database
from tests.database import fresh_database

KEY = b"a signing key made up for the tests"
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
DAY = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""09:00 in New York."""


@dataclass
class StoppedClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def plan() -> Plan:
    return Plan(
        id="ds-onsite",
        title="Data scientist, on-site",
        sessions=(
            SessionPlan(
                "talk",
                "Presentation to the team",
                30,
                (SeatPlan("lead", ("talk",)), SeatPlan("pair", ("talk",), kind=SeatKind.PAIR)),
                tell_candidate="• One piece of your own work\n• The team’s questions\nChoose something finished. Slides are welcome and not rated for looks.",
            ),
            SessionPlan(
                "coding",
                "Coding with data",
                60,
                (
                    SeatPlan("lead", ("coding",)),
                    SeatPlan("shadow", ("coding-shadow",), kind=SeatKind.SHADOW, optional=True, rates=False),
                ),
                tell_candidate="• A small data problem, in a language you choose\nBring your usual editor.",
            ),
            SessionPlan("end", "Wrap-up", 15, (SeatPlan("lead", ("@recruiter",), rates=False),)),
        ),
    )


def ordinary() -> Case:
    people = {
        "ana": Person("ana", "Ana Sousa", "ana@example.com", "Europe/Berlin", title="Staff data scientist"),
        "lee": Person("lee", "Lee Chen", "lee@example.com", "America/New_York", title="Data scientist"),
        "max": Person("max", "Max Okafor", "max@example.com", "Europe/Berlin", title="Engineering manager"),
        "sam": Person("sam", "Sam O’Neill", "sam@example.com", "America/New_York"),
        "rui": Person("rui", "Rui Martins", "rui@example.com", "Europe/Berlin", title="Recruiter", roles=(Role.RECRUITER,)),
    }  # fmt: skip
    candidate = Candidate(id="jo", name="Joana D’Angelo", email="jo@example.org", zone="America/New_York")
    opening = Opening(
        id="ds",
        title="Senior data scientist",
        team="Data",
        hiring_manager="max",
        recruiter="rui",
        plans=("ds-onsite",),
    )
    loop = Loop(
        id="loop-1",
        opening="ds",
        candidate="jo",
        plan=plan(),
        recruiter="rui",
        hiring_manager="max",
        created=NOW - timedelta(days=1),
        created_by="rui",
        zone=candidate.zone,
        asked_availability_at=NOW - timedelta(days=1),
    )
    return Case(loop=loop, candidate=candidate, opening=opening, recruiter=people["rui"], people=people)


def booked(case: Case, *, link: str | None = "https://meet.example.com/abc-defg") -> Case:
    """09:00 talk, 09:30 break, 09:45 coding, 10:45 to 13:00 a gap that holds lunch, 13:00 wrap-up, New York time."""
    at = [(0, 30), (45, 105), (240, 255)]
    sessions = tuple(
        Session(planned.id, DAY + timedelta(minutes=start), DAY + timedelta(minutes=end), f"event-{planned.id}", link)
        for planned, (start, end) in zip(case.loop.plan.sessions, at, strict=True)
    )
    seats = (
        Seat("talk", "lead", "ana"),
        Seat("talk", "pair", "max"),
        Seat("coding", "lead", "lee"),
        Seat("coding", "shadow", "sam"),
        Seat("end", "lead", "rui"),
    )
    said = tuple(Attestation(person, Answer.NO_CONFLICT, NOW) for person in ("ana", "max", "lee", "sam", "rui"))
    loop = replace(case.loop, sessions=sessions, seats=seats, attestations=said, booked_at=NOW)
    return replace(case, loop=loop)


LONG = "Wolfeschlegelsteinhausenbergerdorff-Ślązak & Søn <b>ønsker</b> alle en god dag, år"
MIXED = "O'Brien 欧阳诸葛 عبد الرحمن श्रीमती Ωμέγα 👩‍👩‍👧‍👦"


def extreme() -> Case:
    case = ordinary()
    names = {"ana": LONG[:80], "lee": "عبد الرحمن بن محمد الأنصاري الدمشقي", "max": "श्रीमती सौदामिनी चट्टोपाध्याय", "sam": MIXED, "rui": LONG[:80]}  # fmt: skip
    people = {
        key: replace(person, name=names[key], title="Principal distinguished staff data scientist for " + "everything " * 5)
        for key, person in case.people.items()
    }  # fmt: skip
    told = "• " + "A topic that goes on and on " * 6 + "\n" + "Prepare by reading this whole long paragraph. " * 12
    wide = replace(
        case.loop.plan,
        sessions=tuple(
            replace(
                planned,
                title=f"{planned.title} 欧阳诸葛司马上官 {'with all that belongs to it ' * 3}",
                tell_candidate=told,
            )
            for planned in case.loop.plan.sessions
        ),
    )
    return replace(
        case,
        loop=replace(case.loop, plan=wide, zone="Asia/Kathmandu"),
        candidate=replace(case.candidate, name=MIXED + " " + LONG[:30], zone="Asia/Kathmandu"),
        opening=replace(case.opening, title="Senior " + "very " * 12 + "important data scientist 👩‍🔬", video=False, place="12 Example Street, 3rd floor, ring at “Data”, 10115 Berlin"),
        recruiter=people["rui"],
        people=people,
    )  # fmt: skip


def keep(database: Database, case: Case) -> Case:
    """Writes all of a case; returns it with the loop as stored."""
    with database.begin() as uow:
        for person in case.people.values():
            uow.save_person(person)
        uow.save_candidate(case.candidate)
        uow.save_plan(case.loop.plan)
        uow.save_opening(case.opening)
        loop = uow.save_loop(case.loop)
    return replace(case, loop=loop)


@dataclass
class Site:
    """The pages over a real database; `woken` counts the calls of `wake`."""

    database: Database
    clock: StoppedClock
    desk: PageDesk
    app: Starlette
    woken: list[None]

    def keep(self, case: Case) -> str:
        """Stores a case and returns the path of its page."""
        return page_url("", keep(self.database, case).loop, key=KEY)

    def loop(self, loop: str = "loop-1") -> Loop:
        with self.database.begin() as uow:
            return uow.loop(loop)

    def deliveries(self) -> list[str]:
        return [standing.delivery.kind for standing in self.database.deliveries.listing()]

    def audit(self) -> list[tuple[str, str, str, tuple[tuple[str, str], ...]]]:
        return [
            (row["actor"], row["verb"], row["subject"], tuple(row["facts"].items()))
            for row in self.database.audit.export()
        ]


def open_site(tmp_path: Path) -> Site:
    database, clock, woken = fresh_database(tmp_path), StoppedClock(), list[None]()
    desk = PageDesk(store=database, clock=clock, signing_key=KEY, wake=lambda: woken.append(None))
    return Site(database=database, clock=clock, desk=desk, app=Starlette(routes=routes(desk)), woken=woken)


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The app over real HTTP on a free port; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="error", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    # The listener takes connections already; whoever comes before the server is ready waits in its queue.
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
