"""The booked loop as its candidate sees it: their days, their zone, who and what about, breaks and lunch.

Names only those who have said that they have no conflict; an empty seat, a recusal or a reason never shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from handlers.blocks.text import bare, minutes
from handlers.pages import words
from handlers.pages.case import Case
from hiring.model import Lunch, Seat, SeatKind, Session, Span
from hiring.rules.phase import was_cleared

BULLET = "• "
_SHORTEST_BREAK = 5
_PART = {
    SeatKind.LEAD: "",
    SeatKind.PAIR: "",
    SeatKind.SHADOW: "listens and learns",
    SeatKind.OBSERVER: "listens",
}


class RestKind(StrEnum):
    BREAK = "Break"
    LUNCH = "Lunch break"


@dataclass(frozen=True, slots=True)
class Host:
    name: str
    title: str
    part: str


@dataclass(frozen=True, slots=True)
class Where:
    """A link to open, or words; both empty when it is not known yet."""

    link: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One interview, told to the candidate."""

    id: str
    title: str
    start: datetime
    end: datetime
    time: str
    lasts: str
    hosts: tuple[Host, ...]
    topics: tuple[str, ...]
    prepare: str
    where: Where


@dataclass(frozen=True, slots=True)
class Rest:
    kind: RestKind
    start: datetime
    end: datetime
    time: str
    lasts: str


@dataclass(frozen=True, slots=True)
class Day:
    title: str
    zone: str
    time: str
    rows: tuple[Meeting | Rest, ...]


@dataclass(frozen=True, slots=True)
class Itinerary:
    """`where` is set when it is the same for all meetings, and then need not be told with each."""

    days: tuple[Day, ...]
    where: Where | None

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        return tuple(row for day in self.days for row in day.rows if isinstance(row, Meeting))


def itinerary(case: Case) -> Itinerary:
    zone = ZoneInfo(case.candidate.zone)
    placed = sorted(case.loop.sessions, key=lambda session: (session.start, session.id))
    dates = dict.fromkeys(session.start.astimezone(zone).date() for session in placed)
    days = tuple(_day(case, [s for s in placed if s.start.astimezone(zone).date() == date], zone) for date in dates)
    places = {_where(case, session) for session in placed}
    return Itinerary(days=days, where=places.pop() if len(places) == 1 else None)


def _day(case: Case, sessions: Sequence[Session], zone: ZoneInfo) -> Day:
    rows: list[Meeting | Rest] = [_meeting(case, sessions[0], zone)]
    for before, after in pairwise(sessions):
        gap = Span(start=before.end, end=after.start)
        if gap.minutes >= _SHORTEST_BREAK:
            rows.append(_rest(gap, case.loop.plan.lunch, zone))
        rows.append(_meeting(case, after, zone))
    start, end = sessions[0].start, max(session.end for session in sessions)
    return Day(
        title=words.day(start.astimezone(zone).date()),
        zone=words.zone(case.candidate.zone, start),
        time=words.between(start, end, zone),
        rows=tuple(rows),
    )


def _rest(gap: Span, lunch: Lunch | None, zone: ZoneInfo) -> Rest:
    return Rest(
        kind=RestKind.LUNCH if lunch is not None and _holds_lunch(gap, lunch, zone) else RestKind.BREAK,
        start=gap.start,
        end=gap.end,
        time=words.between(gap.start, gap.end, zone),
        lasts=minutes(gap.minutes),
    )


def _holds_lunch(gap: Span, lunch: Lunch, zone: ZoneInfo) -> bool:
    date = gap.start.astimezone(zone).date()
    opens = max(gap.start, datetime.combine(date, lunch.start, tzinfo=zone))
    closes = min(gap.end, datetime.combine(date, lunch.end, tzinfo=zone))
    return closes - opens >= timedelta(minutes=lunch.minutes)


def _meeting(case: Case, session: Session, zone: ZoneInfo) -> Meeting:
    planned = case.loop.plan.session(session.id)
    told = [line.strip() for line in planned.tell_candidate.splitlines() if line.strip()]
    return Meeting(
        id=session.id,
        title=bare(planned.title),
        start=session.start,
        end=session.end,
        time=words.between(session.start, session.end, zone),
        lasts=minutes(session.span.minutes),
        hosts=tuple(_host(case, seat) for seat in case.loop.seats if seat.session == session.id and _known(case, seat)),
        topics=tuple(line.removeprefix(BULLET).strip() for line in told if line.startswith(BULLET)),
        prepare=" ".join(line for line in told if not line.startswith(BULLET)),
        where=_where(case, session),
    )


def _known(case: Case, seat: Seat) -> bool:
    return seat.person is not None and seat.person in case.people and was_cleared(case.loop, seat.person)


def _host(case: Case, seat: Seat) -> Host:
    person = case.people[seat.person or ""]
    planned = next((p for p in case.loop.plan.session(seat.session).seats if p.id == seat.id), None)
    part = _PART[planned.kind] if planned is not None else ""
    return Host(name=bare(person.name), title=bare(person.title) if person.title.strip() else "", part=part)


def _where(case: Case, session: Session) -> Where:
    if session.link and session.link.startswith(("https://", "http://")):
        return Where(link=session.link)
    if case.opening.place.strip() and not case.opening.video:
        return Where(place=" ".join(case.opening.place.split()))
    return Where()
