"""`evenhand doctor`: tries every setting with harmless calls, before it is needed, and says what to mend and where.

No value of a setting is ever shown: many of them are secrets.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from sqlalchemy.exc import SQLAlchemyError

from bot.composition import calendars, seal_keys
from bot.mail import Mailer, MailUnavailable
from bot.members import look_up
from bot.messenger import Messenger
from bot.refusals import SlackRefused, SlackUnavailable
from bot.settings import Setting, SettingFault, Settings
from scheduling.calendars.google_delegated import DelegatedCalendars
from scheduling.calendars.port import Agenda, CalendarError, CalendarRefused, event_id
from store.database import Database, open_database
from store.faults import StoreFault
from store.schema import stands_at

SCOPES: Final = frozenset(
    {"channels:history", "channels:join", "channels:read", "chat:write", "commands", "files:write"}
    | {"groups:history", "im:history", "im:write", "usergroups:read", "users:read"}
    | {"users:read.email"}
)
"""What manifest.yml asks for; a test holds the two together."""
SKEW: Final = 30
"""Seconds that clocks may differ."""
SOCKETS: Final = "Slack: Socket Mode"
NEVER: Final = event_id("evenhand doctor: an event that never was", 1)
MAIL_WAIT: Final = 10.0
FOR_LOOKING_UP: Final = "nobody@corvid.example"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. `mend` says what to do when it is not well."""

    what: str
    well: bool
    says: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def examine(settings: Settings | tuple[SettingFault, ...]) -> tuple[Finding, ...]:
    """Everything that can be tried with these settings."""
    if isinstance(settings, tuple):
        return tuple(Finding(fault.name, well=False, says="missing or wrong", mend=fault.says) for fault in settings)
    found = [Finding("settings", well=True, says="all there")]
    found += _slack(settings)
    try:
        # A database that is not there yet is made; one of an older program's is its operator's to upgrade, not ours.
        was = stands_at(settings.database_url)
        database = open_database(settings.database_url, seal_keys=seal_keys(settings), migrate=was is None)
    except (StoreFault, OSError) as fault:
        return (*found, Finding("database", well=False, says=type(fault).__name__, mend=str(fault)), _mail(settings))
    except SQLAlchemyError as error:
        return (*found, _broken(error), _mail(settings))
    try:
        found += [
            Finding("database", well=True, says=f"opens, at schema {was or 'that was made now'}"),
            _seal(settings),
        ]
        database.check()
        found += [*_doubts(database), *_outbox(database), *_people(database)]
        found += _calendar(settings, database)
    except (SQLAlchemyError, TimeoutError) as error:
        found.append(_broken(error))
    finally:
        database.close()
    return (*found, _mail(settings))


def _broken(error: Exception) -> Finding:
    """What the database says may quote a row, so only the first line of it, which names the trouble, is shown."""
    original = getattr(error, "orig", None)
    says = " ".join([type(error).__name__, *str(original or "").splitlines()[:1]])
    mend = "It can't be read and written. Check EVENHAND_DATABASE_URL, the disk and the database's own log."
    return Finding("database", well=False, says=says, mend=mend)


def _slack(settings: Settings) -> list[Finding]:
    messenger = Messenger(token=settings.bot_token, base_url=settings.slack_api_url)
    tries: list[tuple[str, Callable[[], object]]] = [
        ("Slack: the bot's token", messenger.who_am_i),
        ("Slack: finding people by e-mail", lambda: messenger.account_of(FOR_LOOKING_UP)),
        ("Slack: finding channels", lambda: messenger.channel_named("no-such-channel-hopefully")),
    ]
    if settings.socket_mode:
        app = Messenger(token=settings.app_token, base_url=settings.slack_api_url)
        tries.append((SOCKETS, app.opens_sockets))
    return [*(_tried(what, call) for what, call in tries), *_granted(messenger), *_groups(settings, messenger)]


def _groups(settings: Settings, messenger: Messenger) -> list[Finding]:
    if not settings.role_groups:
        return []
    try:
        found = look_up(messenger, settings.role_groups)
    except (SlackRefused, SlackUnavailable) as error:
        mend = "Install the app again from manifest.yml: it needs usergroups:read. Until then roles stay as last known."
        return [Finding("Slack: user groups", well=False, says=str(error), mend=mend)]
    if found.missing:
        mend = "Check the handles in EVENHAND_ROLE_GROUPS. Until then the role stays with those who had it."
        return [Finding("Slack: user groups", well=False, says=f"not there: {', '.join(found.missing)}", mend=mend)]
    counts = ", ".join(f"{role} {len(members)}" for role, members in found.members.items())
    return [Finding("Slack: user groups", well=True, says=counts)]


def _granted(messenger: Messenger) -> list[Finding]:
    """Every scope of the manifest, and the clock: Slack refuses nothing of ours for it, but we would refuse Slack."""
    try:
        granted = messenger.granted()
    except (SlackRefused, SlackUnavailable):
        return []
    found = []
    if granted.scopes is not None:
        missing = sorted(SCOPES - granted.scopes)
        says = f"missing: {', '.join(missing)}" if missing else f"all {len(SCOPES)} of the manifest"
        mend = "Install the app again from manifest.yml and take its new token."
        found.append(Finding("Slack: scopes", well=not missing, says=says, mend=mend if missing else ""))
    if granted.at is not None:
        found.append(_clock(datetime.now(UTC) - granted.at))
    return found


def _clock(ahead: timedelta) -> Finding:
    """Slack's time has whole seconds, and was on its way for a moment."""
    off = round(ahead.total_seconds())
    well = abs(off) <= SKEW
    says = "agrees with Slack's" if well else f"is {abs(off)} s {'ahead of' if off > 0 else 'behind'} Slack's"
    mend = "Have this machine's clock set from the network (NTP): past five minutes, signed requests are refused."
    return Finding("clock", well=well, says=says, mend="" if well else mend)


def _tried(what: str, call: Callable[[], object]) -> Finding:
    try:
        call()
    except SlackRefused as refused:
        mend = "Install the app again from manifest.yml and take its new token." if "scope" in refused.code else ""
        check = "Check SLACK_APP_TOKEN: it needs connections:write." if what == SOCKETS else "Check SLACK_BOT_TOKEN."
        return Finding(what, well=False, says=refused.code, mend=check if what == SOCKETS else mend or check)
    except SlackUnavailable as busy:
        return Finding(
            what, well=False, says=busy.why, mend="Slack can't be reached. Check SLACK_API_URL and the network."
        )
    return Finding(what, well=True, says="works")


def _people(database: Database) -> list[Finding]:
    with database.begin(read_only=True) as uow:
        people, openings = uow.people(), uow.openings()
    if not people:
        return [Finding("company", well=False, says="nobody is in the database", mend="evenhand import DIR")]
    without = [person.email for person in people if person.active and person.slack_id is None]
    named = ", ".join(without[:5]) + (f" and {len(without) - 5} more" if len(without) > 5 else "")  # noqa: PLR2004 - as cut
    found = [Finding("company", well=True, says=f"{len(people)} people, {len(openings)} openings")]
    if without:
        says = f"{len(without)} people have no Slack account yet: {named}"
        found.append(
            Finding(
                "accounts", well=True, says=says, mend="They are matched by e-mail at each start and every ten minutes."
            )
        )
    return found


def _calendar(settings: Settings, database: Database) -> list[Finding]:
    now = datetime.now(UTC)
    with database.begin(read_only=True) as uow:
        people = [person for person in uow.people() if person.active]
    try:
        agendas = _tried_calendars(settings, database, [person.email for person in people], now)
    except CalendarRefused as refused:
        return [Finding("calendars", well=False, says="refused", mend=refused.remedy)]
    except CalendarError as error:
        return [Finding("calendars", well=False, says=str(error), mend="Try again; if it stays, check the settings.")]
    closed = [agenda for agenda in agendas if not agenda.readable]
    if closed:
        says = f"{len(closed)} of {len(agendas)} calendars can't be read, and count as busy"
        return [Finding("calendars", well=False, says=says, mend=closed[0].reason or "")]
    return [Finding("calendars", well=True, says=f"{len(agendas)} can be read, and written to")]


def _tried_calendars(
    settings: Settings, database: Database, emails: Sequence[str], now: datetime
) -> tuple[Agenda, ...]:
    """All are read. Of one an event is taken away that never was: who may not write is refused before that is found out."""
    there = calendars(settings, database)
    try:
        agendas = there.agendas(emails, start=now, end=now + timedelta(days=1))
        for agenda in [agenda for agenda in agendas if agenda.readable][:1]:
            there.remove(agenda.email, NEVER)
        return agendas
    finally:
        if isinstance(there, DelegatedCalendars):
            there.close()


def _seal(settings: Settings) -> Finding:
    """That others can't read the file was checked when it was opened; here it is said, with the folder's mode."""
    if settings.seal_keys:
        return Finding("seal keys", well=True, says="from EVENHAND_SEAL_KEYS")
    file = settings.home / "seal.keys"
    mode = stat.S_IMODE(file.stat().st_mode)
    others = bool(stat.S_IMODE(file.parent.stat().st_mode) & (stat.S_IWGRP | stat.S_IWOTH))
    if others:
        mend = f"chmod go-w {file.parent}"
        return Finding("seal keys", well=False, says="others may replace the file of the keys", mend=mend)
    return Finding("seal keys", well=True, says=f"in {file.name}, which only its owner can read ({mode:o}); back it up")


def _doubts(database: Database) -> list[Finding]:
    doubts = database.doubts()
    if not doubts:
        return [Finding("database: settings", well=True, says="as they should be")]
    return [Finding("database: settings", well=False, says=says, mend=mend) for says, mend in doubts]


def _outbox(database: Database) -> list[Finding]:
    counts = database.deliveries.counts(database.now())
    ahead = (datetime.now(UTC) - database.now()).total_seconds()
    found = []
    if abs(ahead) > SKEW:
        mend = "Have both machines' clocks set from the network (NTP)."
        found.append(Finding("database: clock", well=False, says=f"differs by {abs(ahead):.0f} s", mend=mend))
    dead, _ = counts["dead"]
    if dead:
        mend = "evenhand deliveries list --state dead"
        found.append(Finding("deliveries", well=False, says=f"{dead} were given up", mend=mend))
    return found


def _mail(settings: Settings) -> Finding:
    if settings.smtp_url:
        try:
            Mailer(settings.smtp_url, timeout=MAIL_WAIT).greet()
        except MailUnavailable as busy:
            mend = "Check SMTP_URL, and whether this machine may reach the mail server."
            return Finding("mail", well=False, says=busy.why, mend=mend)
        return Finding("mail", well=True, says="the mail server answers and takes our sign-in")
    says = "SMTP_URL is not set: candidates get no mail; recruiters find the link to pass on in their messages"
    return Finding("mail", well=True, says=says)


def show(found: Sequence[Finding], settings: Sequence[Setting], console: Console) -> None:
    """Every setting, then what was found."""
    console.print("Settings, from the environment", style="bold", highlight=False)
    for setting in settings:
        console.print(setting.name, style="bold", highlight=False)
        known = [setting.purpose, setting.where, f"without it: {setting.default}" if setting.default else ""]
        told = "\n".join(line for line in known if line)
        console.print(Padding(told, (0, 0, 0, 4), expand=False), highlight=False)
    console.print()
    for finding in found:
        console.print(f"{'✓' if finding.well else '✗'} {finding.what}: {finding.says}", highlight=False)
        if finding.mend and not finding.well:
            console.print(f"    → {finding.mend}", highlight=False)
