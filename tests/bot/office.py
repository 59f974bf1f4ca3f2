"""One loop, the built-in calendar and the real engine; what a calendar does may be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.bookings import Bookings
from bot.engine import Engine
from bot.lanes import SETTLED, Turn
from hiring.model import Kind, Loop
from hiring.rules.phase import Phase, panel, phase
from scheduling.calendars.builtin import BuiltinCalendars
from scheduling.calendars.port import Agenda, Booked, Calendars, Event
from store.database import Database
from tests.handlers.rig import At
from tests.hiring import worlds
from tests.hiring.worlds import NOW


class Trouble(Calendars):
    """The built-in calendar, whose nth call of a kind fails as told."""

    def __init__(self, real: Calendars) -> None:
        self.real = real
        self.planned: dict[tuple[str, int], Exception] = {}
        self.calls = {"agendas": 0, "put": 0, "remove": 0}

    def _meet(self, call: str) -> None:
        self.calls[call] += 1
        error = self.planned.pop((call, self.calls[call]), None)
        if error is not None:
            raise error

    def agendas(self, emails: Sequence[str], *, start: datetime, end: datetime) -> tuple[Agenda, ...]:
        self._meet("agendas")
        return self.real.agendas(emails, start=start, end=end)

    def put(self, event: Event) -> Booked:
        self._meet("put")
        return self.real.put(event)

    def move(self, event: Event) -> Booked:
        return self.real.move(event)

    def find(self, calendar: str, id: str) -> Booked | None:  # noqa: A002 - the port's word for it
        return self.real.find(calendar, id)

    def remove(self, calendar: str, event: str) -> None:
        self._meet("remove")
        self.real.remove(calendar, event)


class Office:
    def __init__(self, database: Database, engine: Engine) -> None:
        self.database = database
        self.calendars = Trouble(BuiltinCalendars(database.shelf, zone_of=lambda _: "Europe/Berlin"))
        self.bookings = Bookings(database=database, calendars=self.calendars, engine=engine, clock=At(NOW))
        self.later = timedelta()

    def turn(self, *kinds: Kind) -> Turn:
        """The next delivery of a kind, claimed as a worker does; each time later than any lease."""
        self.later += timedelta(hours=1)
        now = datetime.now(UTC) + self.later
        (claim,) = self.database.deliveries.claim(worker="w", now=now, limit=1, lease=timedelta(minutes=1), kinds=kinds)
        return Turn(claim=claim, begin=lambda: self._begin(claim, now))

    def _begin(self, claim: object, now: datetime) -> None:
        self.database.deliveries.sending(claim, now=now)  # type: ignore[arg-type]  # the claim just taken

    def make(self, *kinds: Kind) -> None:
        turn = self.turn(*kinds)
        make = self.bookings.plan if kinds[0].startswith("engine.") else self.bookings.keep
        if make(turn) is not SETTLED:
            self.database.deliveries.done(turn.claim, now=datetime.now(UTC), sent=None)

    def loop(self) -> Loop:
        with self.database.begin(read_only=True) as uow:
            return uow.loop("L1")

    def standing(self) -> list[tuple[str, str]]:
        """Whose calendar holds what of ours."""
        far = timedelta(days=400)
        found = self.database.shelf.entries(start=NOW - far, end=NOW + far)
        return sorted((one.event.calendar.split("@")[0], one.event.title) for one in found)

    def attested(self) -> Loop:
        loop = worlds.attested(self.database)
        assert phase(loop, NOW) is Phase.BOOKING
        return loop


def busy(office: Office, loop: Loop, who: str) -> None:
    """Somebody puts a meeting of their own where their interview would be."""
    session = loop.session("coding")
    office.calendars.real.put(
        Event(id="evenhand00000", calendar=f"{who}@corvid.example", title="Own", description="", start=session.start,
              end=session.end, zone="UTC")
    )  # fmt: skip


def whole(loop: Loop) -> list[tuple[str, str]]:
    """What stands on calendars when the loop is booked."""
    sessions = [("rita", "Interview: Coding (Data scientist)"), ("rita", "Interview: Talk (Data scientist)")]
    return sorted([*sessions, *((who, "Write the scorecard") for who in panel(loop))])
