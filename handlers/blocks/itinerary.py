"""Sessions in words: when, what, who, where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.blocks.text import clip, clock, day, escape, listed, mention, minutes, when_between, zone_name
from hiring.model import Loop, Opening, Person, PersonId, Plan, Seat, SeatKind, Session

TITLE = 80
SEAT_KINDS = {
    SeatKind.LEAD: "you lead it",
    SeatKind.PAIR: "you interview together with the lead",
    SeatKind.SHADOW: "you listen and learn",
    SeatKind.OBSERVER: "you observe",
}


def title(plan: Plan, session: str, limit: int = TITLE) -> str:
    return clip(plan.session(session).title, limit)


def in_order(sessions: Iterable[Session]) -> list[Session]:
    return sorted(sessions, key=lambda session: (session.start, session.id))


def seats_in(plan: Plan, seats: Iterable[Seat], session: str) -> list[Seat]:
    """The seats of a session that are taken or must be; an optional seat that nobody took is not worth a word."""
    optional = {planned.id for planned in plan.session(session).seats if planned.optional}
    return [seat for seat in seats if seat.session == session and (seat.person is not None or seat.id not in optional)]


def of_person(loop: Loop, person: PersonId) -> list[Session]:
    """The sessions in which somebody sits, in order."""
    mine = {seat.session for seat in loop.seats if seat.person == person}
    return in_order(session for session in loop.sessions if session.id in mine)


def kind_of(loop: Loop, session: str, person: PersonId) -> SeatKind:
    held = next((s.id for s in loop.seats if s.session == session and s.person == person), None)
    return next((seat.kind for seat in loop.plan.session(session).seats if seat.id == held), SeatKind.LEAD)


def mentions(people: Mapping[PersonId, Person], seats: Sequence[Seat], limit: int = 7) -> str:
    """Who sits there; a seat that is being refilled says so."""
    who = [mention(people, seat.person) if seat.person else "_to be filled_" for seat in seats]
    return listed(who, limit) or "_nobody yet_"


def line(plan: Plan, session: Session, zone: str) -> str:
    """Reads "*Coding* · 60 min · Tuesday, November 24th, 2026 at 10:00–11:00"."""
    time = when_between(session.start, session.end, zone)
    return f"*{title(plan, session.id)}* · {minutes(session.span.minutes)} · {time}"


def where(session: Session, opening: Opening) -> str:
    """The video link or the place, as markup; empty when there is neither yet."""
    if session.link and session.link.startswith(("https://", "http://")):
        return f"<{escape(session.link).replace('|', '%7C')[:1000]}|Join the video call>"
    if opening.place and not opening.video:
        return clip(opening.place, 200)
    return "The video link follows" if opening.video else ""


def days_of(sessions: Sequence[Session], zone: str) -> list[tuple[str, list[Session]]]:
    """The sessions by local day, the days as words."""
    found: dict[str, list[Session]] = {}
    for session in in_order(sessions):
        found.setdefault(day(session.start.astimezone(ZoneInfo(zone))), []).append(session)
    return list(found.items())


def spread(sessions: Sequence[Session], zone: str) -> str:
    """Reads "Tue 24 Nov 09:00–13:30 and Wed 25 Nov 10:00–11:00 (Berlin time)"."""
    parts = [
        f"{words} {clock(held[0].start, zone)}–{clock(_last(held), zone)}" for words, held in days_of(sessions, zone)
    ]
    return f"{listed(parts, 4)} ({zone_name(zone)})"


def _last(sessions: Sequence[Session]) -> datetime:
    return max(session.end for session in sessions)
