"""`evenhand import DIR`: a folder of files becomes the company in the database, whole or not at all, as often as wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from bot.company.folder import Company
from hiring.flows import membership
from hiring.flows.delegating import recognise
from hiring.model import Candidate, Opening, Person, PersonId, Plan, Qualification
from hiring.ports import UnitOfWork, Unknown
from hiring.rules import roles
from store.database import Database

BY: Final = "operator"
"""Who changes people, in the trail, when a folder is imported."""


@dataclass(frozen=True, slots=True)
class Imported:
    people: int
    candidates: int
    openings: int
    plans: int
    calendars: int
    left: tuple[PersonId, ...] = ()


def save(
    database: Database,
    company: Company,
    *,
    today: date | None = None,
    now: datetime | None = None,
    absent_left: bool = False,
) -> Imported:
    """Everything in one transaction; calendar files after it, each replacing the one brought before.

    What people have set for themselves in Slack (pauses, preferences, their account, a channel's digest) is kept. A plan
    that changed becomes a new version; loops under way keep the one they began with. What somebody may do anew they may
    do since `today`, so that they are not flooded; in the first import nothing is new. With `absent_left` whoever is not in
    the folder any more has left the company. Who left or has other roles stands in the audit trail.
    """
    now = now or datetime.now(UTC)
    with database.begin() as uow:
        since = today if uow.people() else None
        for person in company.people:
            _save_person(uow, person, since=since, now=now)
        gone = _absent(uow, company) if absent_left else ()
        for left in gone:
            membership.mark_left(uow, left, by=BY, now=now)
        for candidate in company.candidates:
            uow.save_candidate(_candidate(uow, candidate))
        recognise(uow)
        for opening in company.openings:
            uow.save_opening(_opening(uow, opening))
        _name_recruiters(uow)
        for plan in company.plans:
            _save_plan(uow, plan)
        for pipeline in company.pipelines:
            uow.save_pipeline(pipeline)
        if company.conflicts is not None:
            uow.save_conflict_policy(company.conflicts)
    addresses = {person.id: person.email for person in company.people}
    for owner, content in company.calendars.items():
        database.shelf.bring(addresses[owner], content)
    return Imported(
        people=len(company.people),
        candidates=len(company.candidates),
        openings=len(company.openings),
        plans=len(company.plans),
        calendars=len(company.calendars),
        left=gone,
    )


def _name_recruiters(uow: UnitOfWork) -> None:
    """Each person keeps the openings that name them: who may run a loop is asked of the person alone."""
    openings = uow.openings()
    for person in uow.people():
        recruits = tuple(sorted(one.id for one in openings if one.recruiter == person.id))
        if recruits != person.recruits:
            uow.save_person(replace(person, recruits=recruits))


def _absent(uow: UnitOfWork, company: Company) -> tuple[PersonId, ...]:
    there = {person.id for person in company.people}
    return tuple(person.id for person in uow.people() if person.active and person.id not in there)


def _save_person(uow: UnitOfWork, person: Person, *, since: date | None, now: datetime) -> None:
    try:
        before = uow.person(person.id)
    except Unknown:
        uow.save_person(_dated(person, (), since=since))
        return
    after = roles.imported(_person(person, before, since=since), before)
    uow.save_person(after)
    membership.note_changes(uow, before, after, by=BY, now=now)


def _person(person: Person, known: Person, *, since: date | None) -> Person:
    dated = _dated(person, known.qualifications, since=since)
    kept = replace(dated, slack_id=known.slack_id, pauses=known.pauses, recruits=known.recruits)
    if not known.own_prefs:
        return kept
    return replace(
        kept, hours=known.hours, day_cap=known.day_cap, week_cap=known.week_cap, gap=known.gap, own_prefs=True
    )


def _candidate(uow: UnitOfWork, candidate: Candidate) -> Candidate:
    try:
        return replace(candidate, legal_hold=uow.candidate(candidate.id).legal_hold)
    except Unknown:
        return candidate


def _dated(person: Person, before: Iterable[Qualification], *, since: date | None) -> Person:
    days = {(held.skill, held.step): held.since for held in before}
    dated = (replace(held, since=days.get((held.skill, held.step), since)) for held in person.qualifications)
    return replace(person, qualifications=tuple(dated))


def _save_plan(uow: UnitOfWork, plan: Plan) -> None:
    try:
        known = uow.plan(plan.id)
    except Unknown:
        uow.save_plan(plan)
        return
    if replace(plan, version=known.version) != known:
        uow.save_plan(replace(plan, version=max(plan.version, known.version + 1)))


def _opening(uow: UnitOfWork, opening: Opening) -> Opening:
    try:
        known = uow.opening(opening.id)
    except Unknown:
        return opening
    if known.own_digest:
        return replace(
            opening,
            digest_hour=known.digest_hour,
            digest_zone=known.digest_zone,
            channel_id=known.channel_id,
            own_digest=True,
        )
    same = known.channel == opening.channel
    return replace(opening, channel_id=known.channel_id if same else None)
