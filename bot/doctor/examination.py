"""Everything that can be tried with the settings there are, from what the others need to what needs the others."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bot.composition import seal_keys
from bot.doctor import addresses, calendars, company, databases, mails, slack
from bot.doctor.finding import Finding, Progress
from bot.settings import SettingFault, Settings
from store.database import open_database
from store.faults import StoreFault
from store.schema import stands_at


@dataclass(frozen=True, slots=True)
class Wanted:
    """`calendars`: how many are tried, None for all. `mail_to`: whether the mail server would take mail to this address.
    None is sent."""

    calendars: int | None = calendars.SAMPLE
    mail_to: str = ""
    progress: Progress = lambda _: None


def examine(settings: Settings | tuple[SettingFault, ...], wanted: Wanted | None = None) -> tuple[Finding, ...]:
    wanted = wanted or Wanted()
    if isinstance(settings, tuple):
        return tuple(Finding(fault.name, well=False, says="missing or wrong", mend=fault.says) for fault in settings)
    wanted.progress("Slack")
    found = [Finding("settings", well=True, says="all there"), *slack.tried(settings)]
    wanted.progress("the database")
    found += _with_database(settings, wanted)
    wanted.progress("mail")
    return (*found, mails.tried(settings, wanted.mail_to))


def _with_database(settings: Settings, wanted: Wanted) -> list[Finding]:
    try:
        # A database that is not there yet is made; one of an older program's is its operator's to upgrade, not ours.
        was = stands_at(settings.database_url)
        keys = seal_keys(settings)
        database = open_database(settings.database_url, seal_keys=keys, migrate=was is None)
    except (StoreFault, OSError) as fault:
        return [Finding("database", well=False, says=type(fault).__name__, mend=str(fault))]
    except SQLAlchemyError as error:
        return [databases.broken(error)]
    found: list[Finding] = []
    try:
        found += databases.tried(settings, database, was=was)
        found += slack.heard(database)
        wanted.progress("the public address")
        found += addresses.tried(settings, keys)
        found += company.tried(database)
        found += calendars.tried(settings, database, many=wanted.calendars, progress=wanted.progress)
    except (SQLAlchemyError, TimeoutError) as error:
        found.append(databases.broken(error))
    finally:
        database.close()
    return found
