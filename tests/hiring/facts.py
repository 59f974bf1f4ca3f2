"""Loops as pure values, in any phase, for tests of rules: nothing is stored and nobody is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hiring.model import (
    Answer,
    Attestation,
    Barred,
    Delivery,
    Loop,
    Option,
    Person,
    PersonId,
    Planning,
    Release,
    ReleaseHow,
    Seat,
    Session,
    Submitted,
)
from hiring.rules.due import due
from tests.hiring import worlds
from tests.hiring.worlds import MORNING, NOW, PLAN

KNOWN = {person.id: person for person in worlds.PEOPLE}
CODING = Session("coding", datetime(2026, 11, 25, 9, 0, tzinfo=UTC), datetime(2026, 11, 25, 10, 0, tzinfo=UTC))
TALK = Session("talk", datetime(2026, 11, 25, 10, 15, tzinfo=UTC), datetime(2026, 11, 25, 10, 45, tzinfo=UTC))
END = TALK.end
SEATS = (Seat("coding", "lead", "ana", since=NOW), Seat("talk", "lead", "lee", since=NOW))
OPTION = Option(sessions=(CODING, TALK), seats=SEATS)


def wished() -> Loop:
    """Windows are known, and the engine has been asked."""
    return Loop(
        id="L1", opening="ds", candidate="jo", plan=PLAN, recruiter="rita", hiring_manager="hans", created=NOW,
        created_by="rita", zone="Europe/Berlin", windows=(MORNING,), planning=Planning(1, NOW),
    )  # fmt: skip


def optioned() -> Loop:
    return replace(wished(), planning=Planning(1, NOW, NOW, (OPTION,)))


def chosen() -> Loop:
    """The panel is asked about conflicts."""
    picked = Planning(1, NOW, NOW, (OPTION,), chosen=0, chosen_at=NOW, chosen_by="rita")
    return replace(wished(), planning=picked, sessions=(CODING, TALK), seats=SEATS)


def attested() -> Loop:
    said = tuple(Attestation(person, Answer.NO_CONFLICT, NOW) for person in ("ana", "lee"))
    return replace(chosen(), attestations=said)


def booked() -> Loop:
    return replace(attested(), booked_at=NOW)


def handed_in(*pairs: tuple[str, PersonId], at: datetime = END) -> Loop:
    """Booked, with these scorecards in."""
    return replace(booked(), submitted=tuple(Submitted(session, person, at, "code") for session, person in pairs))


def released(at: datetime = END) -> Loop:
    return replace(handed_in(("coding", "ana"), ("talk", "lee")), released=Release(at, ReleaseHow.ALL_IN))


def barred(loop: Loop, person: PersonId) -> Loop:
    return replace(loop, barred=(*loop.barred, Barred(person, NOW)))


def due_at(loop: Loop, now: datetime, **people: Person) -> tuple[Delivery, ...]:
    return due(loop, now=now, people=KNOWN | people, opening=worlds.OPENING)


def keys(loop: Loop, now: datetime, **people: Person) -> list[str]:
    """The keys of what is due, without the loop's id."""
    return [delivery.key.removeprefix("L1/") for delivery in due_at(loop, now, **people)]


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
