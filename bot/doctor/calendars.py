"""Whether each calendar can be read and written to, without writing: Google says which role we have on it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.composition import calendars
from bot.doctor import clocks
from bot.doctor.finding import Finding, Progress, amount, some
from bot.settings import Settings
from hiring.model import Person, Role
from scheduling.calendars.google_delegated import DelegatedCalendars
from scheduling.calendars.port import CalendarError, CalendarRefused, CalendarUnavailable, event_id
from store.database import Database

SAMPLE: Final = 200
TOGETHER: Final = 40
NEVER: Final = event_id("evenhand doctor: an event that never was", 1)
WRITES: Final = frozenset({"writer", "owner"})
ROUNDS: Final = 4
LONGEST: Final = 60.0
PATIENCE: Final = 300.0
"""Seconds that it may wait in all for a Google that has too much to do."""
UNWRITTEN: Final = 'Evenhand may read and not write there. Give it "Make changes to events".'


def tried(settings: Settings, database: Database, *, many: int | None, progress: Progress) -> list[Finding]:
    with database.begin(read_only=True) as uow:
        people = [person for person in uow.people() if person.active]
    chosen = sampled(people, many)
    there = calendars(settings, database)
    try:
        if isinstance(there, DelegatedCalendars):
            clock = clocks.by_answer(settings.google_url, whose="Google's", what="calendars: clock")
            return [*clock, *_google(there, [person.email for person in chosen], of=len(people), progress=progress)]
        day = datetime.now(UTC), datetime.now(UTC) + timedelta(days=1)
        there.agendas([person.email for person in chosen], start=day[0], end=day[1])
    except CalendarRefused as refused:
        return [Finding("calendars", well=False, says=str(refused), mend=refused.remedy)]
    except CalendarError as error:
        return [Finding("calendars", well=False, says=str(error), mend="Try again; if it stays, check the settings.")]
    finally:
        if isinstance(there, DelegatedCalendars):
            there.close()
    return [
        Finding("calendars", well=True, says=f"built in; {amount(len(chosen), 'calendar')} can be read and written to")
    ]


def sampled(people: Sequence[Person], many: int | None) -> list[Person]:
    """Recruiters first, since events stand on their calendars; then who interviews; spread over the whole list."""
    if many is None or many >= len(people):
        return list(people)
    recruiters = [person for person in people if Role.RECRUITER in person.roles][: many // 2]
    others = [person for person in people if person not in recruiters]
    others.sort(key=lambda person: not person.qualifications)
    qualified = [person for person in others if person.qualifications] or others
    left = many - len(recruiters)
    pool = qualified if len(qualified) >= left else others
    return [*recruiters, *(pool[number * len(pool) // left] for number in range(left))]


def _google(there: DelegatedCalendars, emails: Sequence[str], *, of: int, progress: Progress) -> list[Finding]:
    roles = _asked(there, emails, progress)
    faults = _faults(roles)
    fine = [email for email in emails if roles[email] in WRITES]
    if fine:
        try:
            # A scope that lets us read only shows in nothing but a write: this one has nothing to take away.
            there.remove(fine[0], NEVER)
        except CalendarRefused as refused:
            return [Finding("calendars", well=False, says=str(refused), mend=refused.remedy)]
    sample = f"; a sample of {of:,}, `--calendars all` tries each" if len(emails) < of else ""
    says = f"{len(fine):,} of {len(emails):,} can be read and written to{sample}"
    return [Finding("calendars", well=len(fine) == len(emails), says=says), *faults]


def _faults(roles: dict[str, str | CalendarError]) -> list[Finding]:
    """One for each reason, with some of those whom it concerns."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for email, role in roles.items():
        if isinstance(role, CalendarRefused):
            alike[str(role), role.remedy].append(email)
        elif isinstance(role, CalendarError):
            alike["Google had too much to do to say", "Try again in a while."].append(email)
        elif role not in WRITES:
            alike[f"Evenhand's role there is {role}", UNWRITTEN].append(email)
    return [
        Finding("calendars", well=False, says=f"{amount(len(whom), 'calendar')}: {why}: {some(whom)}", mend=mend)
        for (why, mend), whom in alike.items()
    ]


def _asked(
    there: DelegatedCalendars, emails: Sequence[str], progress: Progress, *, patience: float = PATIENCE
) -> dict[str, str | CalendarError]:
    """What Google has too much of is asked again when it says, for a few rounds and minutes; the rest is not asked."""
    roles: dict[str, str | CalendarError] = dict.fromkeys(emails, CalendarUnavailable("not asked"))
    left = list(emails)
    for _ in range(ROUNDS):
        for at in range(0, len(left), TOGETHER):
            progress(f"calendars: {len(emails) - len(left) + at:,} of {len(emails):,}")
            chunk = left[at : at + TOGETHER]
            roles |= there.roles(chunk)
            wait = _wait(roles, chunk)
            patience -= wait
            if patience < 0:
                return roles
            time.sleep(wait)
        left = [email for email in left if isinstance(roles[email], CalendarUnavailable)]
    return roles


def _wait(roles: dict[str, str | CalendarError], asked: Sequence[str]) -> float:
    errors = [error for email in asked if isinstance(error := roles[email], CalendarUnavailable) and error.limited]
    waits = [(error.retry_after or timedelta(seconds=5)).total_seconds() for error in errors]
    return min(max(waits, default=0.0), LONGEST)
