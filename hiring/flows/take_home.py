"""Entering what a candidate handed in: from then on it is scored by people who do not know whose it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from hiring.flows.settling import note, settle
from hiring.model import Loop, Person, Seat, Session, Work
from hiring.ports import UnitOfWork
from hiring.rules import replaced
from hiring.rules.blind import names
from hiring.rules.permissions import Refused, Verb, may
from hiring.rules.phase import Phase, phase
from hiring.rules.take_home import asked_on, deadline

MOST_FILES = 20
MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class HandedIn:
    link: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkFault:
    """What is wrong with the link, in words for the recruiter."""

    says: str


def hand_in(uow: UnitOfWork, loop: Loop, what: HandedIn, *, by: Person, now: datetime) -> Loop | Refused | LinkFault:
    """The work is there: scorers are found and asked. A link that names the candidate is refused, since what is opened
    there can't be cleaned."""
    refused = may(by, Verb.RUN_LOOP, loop)
    if refused is not None:
        return refused
    if phase(loop, now) is not Phase.AWAITING_WORK:
        return Refused("Nothing is awaited from this candidate any more.")
    fault = _fault(what, uow, loop)
    if fault is not None:
        return LinkFault(fault)
    (planned,) = loop.plan.sessions
    given = replace(
        loop,
        work=Work(link=what.link, files=what.files[:MOST_FILES], at=now, by=by.id),
        sessions=(Session(id=planned.id, start=now, end=now + timedelta(minutes=planned.minutes)),),
        seats=tuple(Seat(session=planned.id, id=seat.id, person=None) for seat in planned.seats),
        booked_at=now,
    )
    note(uow, given, "handed in", actor=by.id, now=now, files=str(len(what.files)))
    return settle(uow, given, now=now)


def replace_work(
    uow: UnitOfWork, loop: Loop, what: HandedIn, *, by: Person, now: datetime
) -> Loop | Refused | LinkFault:
    """The wrong file or link was entered: this stands in its place. Whoever was shown it is told, and can change what they
    have handed in; the trail tells that there were two, by code."""
    refused = may(by, Verb.RUN_LOOP, loop) or replaced.may_replace(loop, now)
    if refused is not None or loop.work is None:
        return refused or Refused("Nothing has been entered for this candidate yet.")
    fault = _fault(what, uow, loop)
    if fault is not None:
        return LinkFault(fault)
    if (what.link, what.files[:MOST_FILES]) == (loop.work.link, loop.work.files):
        return loop
    work = replace(loop.work, link=what.link, files=what.files[:MOST_FILES], replaced_at=now)
    note(
        uow, loop, "replaced the work", actor=by.id, now=now, before=replaced.code(loop.work), after=replaced.code(work)
    )
    return settle(uow, replace(loop, work=work), now=now)


def give_time(uow: UnitOfWork, loop: Loop, until: date, *, by: Person, now: datetime) -> Loop | Refused:
    """The candidate may hand it in until the end of that day of theirs. Their page says so at once; nobody who scores it
    hears of it."""
    refused = may(by, Verb.RUN_LOOP, loop)
    if refused is not None:
        return refused
    task, stands = loop.plan.take_home, deadline(loop)
    if phase(loop, now) is not Phase.AWAITING_WORK or task is None or stands is None:
        return Refused("Nothing is awaited from this candidate any more.")
    zone = ZoneInfo(loop.zone)
    if until <= stands.astimezone(zone).date() or until < now.astimezone(zone).date():
        return Refused("Choose a day that is later than the one they have now, and not over yet.")
    days = (until - asked_on(loop)).days
    if days > MOST_DAYS:
        return Refused(f"That is more than {MOST_DAYS} days after they were asked. Begin a new loop instead.")
    note(uow, loop, "gave more time", actor=by.id, now=now, until=until.isoformat())
    return settle(uow, loop.with_(plan=replace(loop.plan, take_home=replace(task, days=days))), now=now)


def _fault(what: HandedIn, uow: UnitOfWork, loop: Loop) -> str | None:
    if not what.link and not what.files:
        return "Give a link, or the names of files, or both."
    try:
        parts = urlsplit(what.link)
    except ValueError:
        return "This is not a link."
    if what.link and (parts.scheme not in {"http", "https"} or not parts.netloc):
        return "A link begins with https://"
    if names(what.link, uow.candidate(loop.candidate)):
        return "The link tells who the candidate is. Put the work under a neutral address and give that."
    return None
