"""Everybody who may press something, and a loop at each moment at which something can be pressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from hiring.model import (
    Answer,
    Attestation,
    Barred,
    Delivery,
    Disclosure,
    Drift,
    Drifted,
    Kind,
    Loop,
    Option,
    Repair,
    Role,
    Seat,
    Session,
    Span,
    Work,
)
from store.database import Database
from tests.hiring import facts, worlds
from tests.hiring.facts import END, TALK
from tests.hiring.worlds import JO, MORNING, NOW, person
from tests.take_home import company as home

ADMIN = person("Adam", roles=(Role.ADMIN,))
AUDITOR = person("Aude", roles=(Role.AUDITOR,))
OTHER_RECRUITER = person("Remy", roles=(Role.RECRUITER,))
OTHER_MANAGER = person("Olga", roles=(Role.HIRING_MANAGER,))
LEFT = replace(person("Gone", roles=(Role.RECRUITER,)), active=False)

WHO: Final[Mapping[str, str]] = {
    "panel": "UANA",  # sits in the coding interview
    "off panel": "UMAX",
    "recused": "UKIM",  # stepped aside from every loop here
    "other manager": "UOLGA",
    "manager": "UHANS",
    "recruiter": "URITA",
    "other recruiter": "UREMY",
    "auditor": "UAUDE",
    "admin": "UADAM",
    "left": "UGONE",
    "stranger": "UNOBODY",
}
DURING = TALK.start + timedelta(minutes=5)
AFTER = END + timedelta(minutes=5)
LATER = Span(MORNING.start + timedelta(days=7), MORNING.end + timedelta(days=7))


def _about(loop: Loop, key: str) -> Loop:
    """A loop of its own, with kim aside."""
    return replace(loop, id=key, candidate=f"c-{key}", barred=(Barred("kim", NOW),))


def loops() -> dict[str, Loop]:
    unsure = replace(facts.chosen(), attestations=(Attestation("lee", Answer.UNSURE, NOW),))
    return {
        "LCHOOSING": _about(_optioned(), "LCHOOSING"),
        "LASKING": _about(unsure, "LASKING"),
        "LBOOKED": _about(_moved(facts.booked(), days=7), "LBOOKED"),
        "LEMPTY": _about(_left(), "LEMPTY"),
        "LMOVED": _about(_changed_by_hand(), "LMOVED"),
        "LSCORING": _about(facts.handed_in(("talk", "lee")), "LSCORING"),
        "LVACANT": facts.barred(_about(_moved(facts.handed_in(("talk", "lee")), days=-14), "LVACANT"), "hans"),
        "LHOME": replace(_about(home.LOOP, "LHOME"), opening="ds"),
        "LENTERED": replace(_about(_entered(), "LENTERED"), opening="ds"),
        "LOPEN": _about(_moved(facts.released(), days=-7), "LOPEN"),
    }


def _optioned() -> Loop:
    """At a time that none of the others has: else the option would be gone when it is picked."""
    loop, stands = facts.optioned(), _moved(facts.booked(), days=28)
    assert loop.planning is not None
    (option,) = loop.planning.options
    return replace(loop, planning=replace(loop.planning, options=(replace(option, sessions=stands.sessions),)))


def _entered() -> Loop:
    """A take-home whose work was entered, and that nobody can score yet."""
    work = Work("https://neutral.example/1", (), NOW, "rita")
    return replace(home.LOOP, work=work, sessions=(Session("home", NOW, NOW + timedelta(minutes=45)),), booked_at=NOW)


def _left() -> Loop:
    """Nobody can code at that time; half an hour later Max can."""
    stands = _moved(facts.booked(), days=14)
    coding, talk = stands.sessions
    later = replace(coding, start=coding.start - timedelta(minutes=30), end=coding.end - timedelta(minutes=30))
    way = Option(sessions=(later, talk), seats=(Seat("coding", "lead", "max"), stands.seats[1]))
    empty = (replace(stands.seats[0], person=None), stands.seats[1])
    return replace(stands, seats=empty, refilling=1, repairs=(Repair(1, NOW, way),))


def _changed_by_hand() -> Loop:
    return replace(_moved(facts.booked(), days=21), drift=(Drift("coding", Drifted.MOVED),), drifts=1)


def _moved(loop: Loop, *, days: int) -> Loop:
    by = timedelta(days=days)
    return replace(loop, sessions=tuple(replace(one, start=one.start + by, end=one.end + by) for one in loop.sessions))


def settled(database: Database) -> Database:
    worlds.settled(database)
    with database.begin() as uow:
        for one in (ADMIN, AUDITOR, OTHER_RECRUITER, OTHER_MANAGER, LEFT):
            uow.save_person(one)
        uow.save_opening(
            replace(worlds.OPENING, id="de", title="Data engineer", hiring_manager="olga", recruiter="remy")
        )
        for key, loop in loops().items():
            uow.save_candidate(replace(JO, id=f"c-{key}", name=f"Candidate {key}", email=f"{key}@elsewhere.example"))
            uow.save_loop(loop)
        uow.save_disclosure(Disclosure("LASKING", "lee", Answer.UNSURE, NOW, note="Planted: we shared a flat"))
        for session, author in (("coding", "ana"), ("talk", "lee")):
            card = worlds.card(session, uow.person(author))
            uow.save_scorecard(replace(card, loop="LOPEN", at=END, note="Planted note"))
        uow.save_scorecard(
            replace(worlds.card("talk", uow.person("lee")), loop="LSCORING", at=END, note="Planted note")
        )
        uow.enqueue([Delivery("LBOOKED/given up", Kind.BRIEF, "ana", refs=(("loop", "LBOOKED"),))], now=NOW)
    lease = timedelta(seconds=30)
    for claim in database.deliveries.claim(worker="w", now=NOW, limit=99, lease=lease, kinds=[Kind.BRIEF]):
        database.deliveries.dead(claim, now=NOW, reason="the person has no Slack account")
    return database
