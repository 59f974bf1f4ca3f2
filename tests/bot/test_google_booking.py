"""A loop from chosen to booked on Google Calendar, over real HTTP to a local server that answers as Google documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bookings import Bookings
from bot.engine import Engine
from bot.lanes import SETTLED, Turn
from bot.outcomes import Later
from hiring.flows import attesting, loops
from hiring.model import Answer, Kind, Loop
from hiring.ports import Clock
from hiring.rules.phase import Phase, panel, phase
from scheduling.calendars.google_delegated import DelegatedCalendars
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import NOW
from tests.scheduling.calendars.google_server import GoogleServer, How, google_server


class StoppedClock(Clock):
    def now(self) -> datetime:
        return NOW


@dataclass(frozen=True)
class Office:
    database: Database
    google: GoogleServer
    bookings: Bookings

    def turn(self, kind: Kind) -> Turn:
        """The next delivery of a kind, claimed as a worker does."""
        claims = self.database.deliveries.claim(
            worker="w", now=datetime.now(UTC), limit=1, lease=timedelta(minutes=1), kinds=[kind]
        )
        claim = claims[0]
        return Turn(claim=claim, begin=lambda: None)

    def loop(self) -> Loop:
        with self.database.begin(read_only=True) as uow:
            return uow.loop("L1")

    def events(self) -> list[tuple[str, str]]:
        """Whose calendar holds what of ours."""
        return sorted(
            (email, str(event["summary"]))
            for email, calendar in self.google.calendars.items()
            for event in calendar.events.values()
            if str(event["id"]).startswith("evenhand")
            and event["status"] != "cancelled"
            and event["organizer"]["email"] == email
        )


@contextmanager
def office(tmp_path: Path) -> Iterator[Office]:
    database = worlds.settled(fresh_database(tmp_path))
    with google_server() as google:
        for person in worlds.PEOPLE:
            google.state.add(person.email, zone=person.zone)
            google.state.delegated.add(person.email)
        calendars = DelegatedCalendars(google.key_file(tmp_path / "key.json"), url=google.url)
        engine = Engine()
        try:
            bookings = Bookings(database=database, calendars=calendars, engine=engine, clock=StoppedClock())
            yield Office(database=database, google=google, bookings=bookings)
        finally:
            engine.close()
            calendars.close()
            database.close()


def attested(here: Office) -> Loop:
    loop = worlds.attested(here.database)
    assert phase(loop, NOW) is Phase.BOOKING
    return loop


def test_every_session_and_every_write_up_stands_on_its_owners_calendar(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        loop = attested(here)
        assert here.bookings.keep(here.turn(Kind.CALENDAR_BOOK)) is SETTLED
        coder, talker = (next(s.person for s in loop.seats if s.session == name) for name in ("coding", "talk"))
        assert here.events() == sorted(
            [
                ("rita@corvid.example", "Interview: Coding (Data scientist)"),
                ("rita@corvid.example", "Interview: Talk (Data scientist)"),
                (f"{coder}@corvid.example", "Write the scorecard"),
                (f"{talker}@corvid.example", "Write the scorecard"),
            ]
        )
        booked = here.loop()
        assert phase(booked, NOW) is Phase.BOOKED
        assert all(session.event and session.link for session in booked.sessions)


def test_no_event_names_the_candidate(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        attested(here)
        here.bookings.keep(here.turn(Kind.CALENDAR_BOOK))
        told = repr([list(calendar.events.values()) for calendar in here.google.calendars.values()])
        assert "Interview: Coding" in told
        assert "Jo" not in told
        assert "elsewhere" not in told.casefold()


def test_somebody_who_is_busy_by_now_leaves_nothing_on_any_calendar_and_new_options_are_sought(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        loop = attested(here)
        seat = loop.seats[0]
        session = loop.session(seat.session)
        here.google.state.add_event(
            f"{seat.person}@corvid.example",
            summary="Came up meanwhile",
            start={"dateTime": session.start.isoformat()},
            end={"dateTime": session.end.isoformat()},
        )
        here.bookings.keep(here.turn(Kind.CALENDAR_BOOK))
        assert here.events() == []
        after = here.loop()
        assert (phase(after, NOW), after.attempt) == (Phase.PLANNING, 2)
        assert {said.person for said in after.attestations} == set(panel(loop))


def test_a_calendar_that_cannot_be_read_is_busy(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        loop = attested(here)
        here.google.state.delegated.discard(f"{loop.seats[0].person}@corvid.example")
        here.bookings.keep(here.turn(Kind.CALENDAR_BOOK))
        assert here.events() == []
        assert phase(here.loop(), NOW) is Phase.PLANNING


@pytest.mark.parametrize("empty", [False, True])
def test_a_key_that_is_being_replaced_is_waited_for(tmp_path: Path, empty: bool) -> None:
    """Its file is empty for a moment, or holds one that Google does not take."""
    with office(tmp_path) as here:
        attested(here)
        file = tmp_path / "key.json"
        others = json.loads(file.read_text()) | {"client_email": "others@project.example"}
        file.write_text("" if empty else json.dumps(others))
        turn = here.turn(Kind.CALENDAR_BOOK)
        with pytest.raises(Later, match="service account's key") as told:
            here.bookings.keep(turn)
        assert not told.value.ours
        assert phase(here.loop(), NOW) is Phase.BOOKING
        here.google.key_file(file)
        assert here.bookings.keep(turn) is SETTLED
        assert (phase(here.loop(), NOW), len(here.events())) == (Phase.BOOKED, 4)


def test_a_refusal_half_way_takes_back_what_was_put(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        loop = attested(here)
        talker = next(seat.person for seat in loop.seats if seat.session == "talk")
        here.google.calendars[f"{talker}@corvid.example"].role = "reader"
        here.bookings.keep(here.turn(Kind.CALENDAR_BOOK))
        assert here.google.operations().count("insert") == 4
        assert here.events() == []
        assert phase(here.loop(), NOW) is Phase.PLANNING


@pytest.mark.parametrize("how", ["reset", "reset_after", "hang_up_after"])
def test_a_passing_trouble_is_tried_again_at_once_and_books_once(tmp_path: Path, how: How) -> None:
    with office(tmp_path) as here:
        attested(here)
        here.google.fail_next("insert", how=how)
        assert here.bookings.keep(here.turn(Kind.CALENDAR_BOOK)) is SETTLED
        assert len(here.events()) == 4
        assert phase(here.loop(), NOW) is Phase.BOOKED


def test_what_was_put_before_google_had_enough_is_not_put_anew(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        attested(here)
        here.google.fail_next("insert", how="reset_after")
        here.google.fail_next("get", status=429, reason="rateLimitExceeded", retry_after="60")
        turn = here.turn(Kind.CALENDAR_BOOK)
        with pytest.raises(Later) as told:
            here.bookings.keep(turn)
        assert (told.value.limited, told.value.wait) == (True, timedelta(seconds=60))
        assert here.bookings.open([Kind.CALENDAR_BOOK]).kinds == ()
        assert here.bookings.keep(turn) is SETTLED
        assert len(here.events()) == 4


@pytest.mark.parametrize("reason", ["internalError", "notFound"])
def test_a_calendar_that_can_not_be_read_for_the_moment_is_waited_for(tmp_path: Path, reason: str) -> None:
    """One that is not ours to read is busy, and others are looked for."""
    with office(tmp_path) as here:
        loop = attested(here)
        wrong = {"errors": [{"domain": "global", "reason": reason}], "busy": []}
        told = {"calendars": {f"{seat.person}@corvid.example": wrong for seat in loop.seats}}
        here.google.fail_next("list", status=403, reason="forbidden", times=2)
        here.google.fail_next("freebusy", status=200, body=json.dumps(told), times=2)
        turn = here.turn(Kind.CALENDAR_BOOK)
        if reason == "internalError":
            with pytest.raises(Later):
                here.bookings.keep(turn)
            assert here.bookings.keep(turn) is SETTLED
        else:
            here.bookings.keep(turn)
        assert (phase(here.loop(), NOW) is Phase.BOOKED) is (reason == "internalError")


def test_a_cancelled_loop_leaves_no_calendar_as_it_was(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        attested(here)
        here.bookings.keep(here.turn(Kind.CALENDAR_BOOK))
        with here.database.begin() as uow:
            worlds.expect(loops.cancel(uow, uow.loop("L1"), reason="The job is gone", by=worlds.RITA, now=NOW))
        here.bookings.keep(here.turn(Kind.CALENDAR_CLEAR))
        assert here.events() == []


def test_the_replacement_is_invited_only_after_they_said_no_conflict(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        loop = attested(here)
        here.bookings.keep(here.turn(Kind.CALENDAR_BOOK))
        gone = next(s.person for s in loop.seats if s.session == "coding") or ""
        with here.database.begin() as uow:
            worlds.expect(loops.replace_person(uow, uow.loop("L1"), gone, reason="Ill", by=worlds.RITA, now=NOW))
        here.bookings.keep(here.turn(Kind.CALENDAR_SYNC))
        assert _guests(here) == []
        here.bookings.plan(here.turn(Kind.ENGINE_REFILL))
        came = next(s.person for s in here.loop().seats if s.session == "coding") or ""
        assert came not in {"", gone}
        assert _guests(here) == []
        with here.database.begin() as uow:
            said = attesting.Said(Answer.NO_CONFLICT)
            worlds.expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(came), now=NOW))
        here.bookings.keep(here.turn(Kind.CALENDAR_SYNC))
        assert _guests(here) == [f"{came}@corvid.example"]


def _guests(here: Office) -> list[str]:
    """Who is invited to the coding interview on the recruiter's calendar."""
    events = here.google.calendars["rita@corvid.example"].events.values()
    coding = next(event for event in events if "Coding" in str(event["summary"]))
    return sorted(guest["email"] for guest in coding.get("attendees", []))
