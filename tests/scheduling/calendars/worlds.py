"""The calendars the contract suite runs over, each with a hand to do what people do in their own programs."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from scheduling.calendars.builtin import BuiltinCalendars
from scheduling.calendars.directory import DirectoryShelf
from scheduling.calendars.google import GoogleCalendars
from scheduling.calendars.google_delegated import DelegatedCalendars
from scheduling.calendars.port import Calendars
from tests.scheduling.calendars.google_server import GoogleServer, google_server
from tests.scheduling.calendars.ics_files import calendar

Trait = Literal["tentative", "free", "declined", "out_of_office", "private", "cancelled"]
ZONES = {"ada@example.com": "Europe/Berlin", "bob@example.com": "America/New_York", "eve@example.com": "Asia/Kolkata"}
ADA, BOB, EVE = ZONES
ORGANIZER = "interviews@example.com"


class World(ABC):
    """`ada`, `bob` and `eve` have calendars; `interviews` is ours."""

    calendars: Calendars
    # Whether titles, kinds and our own ids can be told, or only that somebody is busy.
    tells: bool = True

    @abstractmethod
    def add(self, email: str, start: datetime, end: datetime, *traits: Trait, title: str = "Meeting") -> None:
        """Something in a person's calendar that they put there."""

    @abstractmethod
    def add_day(self, email: str, day: date) -> None:
        """A whole day."""

    @abstractmethod
    def make_unreadable(self, email: str) -> None: ...

    def delete_by_hand(self, id_: str) -> None:
        self.calendars.remove(ORGANIZER, id_)


class BuiltinWorld(World):
    _LINES: dict[Trait, str] = {  # noqa: RUF012 - a table nobody changes
        "tentative": "STATUS:TENTATIVE",
        "free": "TRANSP:TRANSPARENT",
        "declined": "ATTENDEE;PARTSTAT=DECLINED:mailto:{email}",
        "out_of_office": "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "private": "CLASS:PRIVATE",
        "cancelled": "STATUS:CANCELLED",
    }

    def __init__(self, folder: Path) -> None:
        self.shelf = DirectoryShelf(folder)
        self.calendars = BuiltinCalendars(self.shelf, zone_of=ZONES.__getitem__, video="https://meet.example.com/{id}")
        self._events: dict[str, list[str]] = {}

    def add(self, email: str, start: datetime, end: datetime, *traits: Trait, title: str = "Meeting") -> None:
        lines = [self._LINES[trait].format(email=email) for trait in traits]
        self._bring(email, "\n".join([f"DTSTART:{_utc(start)}", f"DTEND:{_utc(end)}", f"SUMMARY:{title}", *lines]))

    def add_day(self, email: str, day: date) -> None:
        self._bring(email, f"DTSTART;VALUE=DATE:{day:%Y%m%d}\nDTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}")

    def make_unreadable(self, email: str) -> None:
        self.shelf.bring(email, b"<html>Please sign in</html>")

    def _bring(self, email: str, event: str) -> None:
        self._events.setdefault(email, []).append(event)
        self.shelf.bring(email, calendar(*self._events[email]))


class GoogleWorld(World):
    def __init__(self, google: GoogleServer, folder: Path, *, by_events: bool) -> None:
        self.google = google
        self.tells = by_events
        google.state.delegated.add(ORGANIZER)
        google.state.add(ORGANIZER)
        for email, zone in ZONES.items():
            google.state.add(email, zone=zone, role="reader")
        self.real = GoogleCalendars(
            google.key_file(folder / "key.json"), subject=ORGANIZER, url=google.url, lists_events=lambda _: by_events
        )
        self.calendars = self.real

    def add(self, email: str, start: datetime, end: datetime, *traits: Trait, title: str = "Meeting") -> None:
        event: dict[str, Any] = {"summary": title, "start": _at(start), "end": _at(end)}
        event |= {"status": "tentative"} if "tentative" in traits else {}
        event |= {"status": "cancelled"} if "cancelled" in traits else {}
        event |= {"transparency": "transparent"} if "free" in traits else {}
        event |= {"eventType": "outOfOffice"} if "out_of_office" in traits else {}
        event |= {"visibility": "private"} if "private" in traits else {}
        if "declined" in traits:
            event["attendees"] = [{"email": email, "responseStatus": "declined"}]
        self.google.state.add_event(email, **event)

    def add_day(self, email: str, day: date) -> None:
        end = day + timedelta(days=1)
        self.google.state.add_event(email, start={"date": day.isoformat()}, end={"date": end.isoformat()})

    def make_unreadable(self, email: str) -> None:
        self.google.calendars[email].role = "none"


class DelegatedWorld(GoogleWorld):
    """Everybody's calendar is reached as themselves; the organizer's own setting does not matter."""

    def __init__(self, google: GoogleServer, folder: Path) -> None:
        super().__init__(google, folder, by_events=True)
        google.state.delegated.update(ZONES)
        for email in ZONES:
            google.calendars[email].role = "owner"
        self.delegated = DelegatedCalendars(google.key_file(folder / "key.json"), url=google.url)
        self.calendars = self.delegated

    def make_unreadable(self, email: str) -> None:
        self.google.state.delegated.discard(email)
        self.delegated.close()
        self.google.forget_tokens()


@contextmanager
def world(name: str, folder: Path) -> Iterator[World]:
    if name == "builtin":
        yield BuiltinWorld(folder / "calendars")
        return
    with google_server() as google:
        if name == "google delegated":
            everybody = DelegatedWorld(google, folder)
            yield everybody
            everybody.delegated.close()
            everybody.real.close()
            return
        made = GoogleWorld(google, folder, by_events=name == "google events")
        yield made
        made.real.close()


def _utc(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _at(when: datetime) -> dict[str, str]:
    return {"dateTime": when.isoformat()}
