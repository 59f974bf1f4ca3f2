"""Settings from the environment: what each is for, where to get it, and a clear word about any that is missing or wrong.

Nothing starts before all of them have been read. A value is never printed: many of them are secrets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from bot.mail import fault_in
from bot.members import RoleGroups
from bot.retention import SHAPE, read_policy
from hiring.model import Role
from hiring.rules.retention import Policy

_PORT = re.compile(r"[0-9]{1,5}")
HIGHEST_PORT = 65535
CalendarKind = Literal["google", "builtin"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One name in the environment, for people who set it up."""

    name: str
    purpose: str
    where: str
    default: str | None = None


SETTINGS: tuple[Setting, ...] = (
    Setting("SLACK_BOT_TOKEN", "lets Evenhand speak in Slack", "your app's page at Slack, OAuth & Permissions, xoxb-…"),
    Setting(
        "SLACK_APP_TOKEN",
        "opens the Socket Mode connection; leave it away for HTTP mode",
        "your app's page at Slack, Basic Information, App-Level Tokens with connections:write, xapp-…",
        "",
    ),
    Setting(
        "SLACK_SIGNING_SECRET",
        "proves that a request over HTTP comes from Slack; needed without SLACK_APP_TOKEN",
        "your app's page at Slack, Basic Information, Signing Secret",
        "",
    ),
    Setting(
        "SLACK_API_URL",
        "says where Slack's Web API is",
        "only for GovSlack and the workbench",
        "https://slack.com/api/",
    ),
    Setting(
        "EVENHAND_DATABASE_URL",
        "says where everything is kept: in an SQLite file, or, for several processes, in PostgreSQL 14 or newer",
        "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE",
        "sqlite:///var/evenhand.db",
    ),
    Setting(
        "EVENHAND_SEAL_KEYS",
        "opens sealed scorecards, notes and grounds; keep it apart from the database's backups",
        "`evenhand keys new` (with SQLite one is made in seal.keys at the first start); several, newest first, with commas",
        "",
    ),
    Setting(
        "EVENHAND_RETENTION",
        f"says how many days a candidate's record is kept at least, and after how many it is erased, by outcome: {SHAPE}",
        "",
        "",
    ),
    Setting(
        "EVENHAND_ROLE_GROUPS",
        "says which Slack user group gives which role, beside those in people.csv: recruiter=@recruiting, auditor=@audit",
        "",
        "",
    ),
    Setting("EVENHAND_BASE_URL", "is the public address of candidates' pages", "https://…", "http://127.0.0.1:8700"),
    Setting("EVENHAND_CALENDAR", "says which calendars are used: google or builtin", "", "builtin"),
    Setting(
        "EVENHAND_VIDEO_URL",
        "is the address of a video room for each interview with the built-in calendar, with {id} in it",
        "your video service; Google Calendar makes its own links",
        "",
    ),
    Setting("GOOGLE_SERVICE_ACCOUNT_FILE", "is the key file with domain-wide delegation", "Google Cloud console", ""),
    Setting(
        "GOOGLE_CALENDAR_API_URL",
        "says where Google Calendar's API is",
        "only to test against a stand-in",
        "https://www.googleapis.com/calendar/v3/",
    ),
    Setting(
        "SMTP_URL",
        "sends mail to candidates: smtp+starttls://user:password@host?from=interviews@example.com",
        "your mail provider",
        "",
    ),
    Setting("PORT", "is the port of the pages and, in HTTP mode, of Slack's requests", "", "8700"),
    Setting("HOST", "is the address the web server listens on; 0.0.0.0 behind a proxy", "", "127.0.0.1"),
    Setting(
        "EVENHAND_METRICS_PORT",
        "is where a process without the web part answers /healthz, /readyz and /metrics; left away, it does not",
        "any free port, another one for each such process on one machine",
        "",
    ),
    Setting("EVENHAND_CLOCK_URL", "follows another clock", "only for the workbench and tests", ""),
)


@dataclass(frozen=True, slots=True)
class Settings:
    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    slack_api_url: str
    database_url: str = field(repr=False)
    seal_keys: str = field(repr=False)
    base_url: str
    calendar: CalendarKind
    video_url: str
    google_file: Path | None
    google_url: str
    smtp_url: str = field(repr=False)
    host: str
    port: int
    clock_url: str
    metrics_port: int | None = None
    retention: Policy = field(default_factory=dict)
    role_groups: RoleGroups = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """The folder of the embedded database: what else is made at the first start lies beside it."""
        place = self.database_url.removeprefix("sqlite:///")
        return Path(place).parent if place != self.database_url else Path("var")

    @property
    def socket_mode(self) -> bool:
        return bool(self.app_token)


@dataclass(frozen=True, slots=True)
class SettingFault:
    """`name` is missing or wrong; `says` is a sentence that tells what to do. Never holds the value."""

    name: str
    says: str


def read_settings(environment: Mapping[str, str]) -> Settings | tuple[SettingFault, ...]:
    """All settings, or everything that is wrong with them at once. An empty one is one that is not set."""
    given = {setting.name: environment.get(setting.name, "").strip() or setting.default or "" for setting in SETTINGS}
    faults = tuple(_faults(given))
    if faults:
        return faults
    return Settings(
        bot_token=given["SLACK_BOT_TOKEN"],
        app_token=given["SLACK_APP_TOKEN"],
        signing_secret=given["SLACK_SIGNING_SECRET"],
        slack_api_url=given["SLACK_API_URL"],
        database_url=given["EVENHAND_DATABASE_URL"],
        seal_keys=given["EVENHAND_SEAL_KEYS"],
        base_url=given["EVENHAND_BASE_URL"].rstrip("/"),
        calendar=cast("CalendarKind", given["EVENHAND_CALENDAR"]),
        video_url=given["EVENHAND_VIDEO_URL"],
        google_file=Path(given["GOOGLE_SERVICE_ACCOUNT_FILE"]) if given["GOOGLE_SERVICE_ACCOUNT_FILE"] else None,
        google_url=given["GOOGLE_CALENDAR_API_URL"],
        smtp_url=given["SMTP_URL"],
        host=given["HOST"],
        port=int(given["PORT"]),
        clock_url=given["EVENHAND_CLOCK_URL"],
        metrics_port=int(given["EVENHAND_METRICS_PORT"]) if given["EVENHAND_METRICS_PORT"] else None,
        retention=read_policy(given["EVENHAND_RETENTION"]) or {},
        role_groups=read_role_groups(given["EVENHAND_ROLE_GROUPS"]) or {},
    )


def read_role_groups(text: str) -> RoleGroups | None:
    """The group's handle or id for each role; None when it can't be read."""
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    found = {role.strip(): group.strip().removeprefix("@") for role, _, group in parts}
    if len(found) != len(parts) or not set(found) <= set(Role) or not all(found.values()):
        return None
    return {Role(role): group for role, group in found.items()}


def _faults(given: Mapping[str, str]) -> list[SettingFault]:
    found = [_fault(name, says) for name, wrong, says in _CHECKS if wrong(given)]
    if given["SMTP_URL"] and (says := fault_in(given["SMTP_URL"])):
        found.append(SettingFault("SMTP_URL", says))
    return list({fault.name: fault for fault in reversed(found)}.values())[::-1]


def _fault(name: str, says: str) -> SettingFault:
    setting = next(setting for setting in SETTINGS if setting.name == name)
    where = f" Get it from: {setting.where}." if setting.where else ""
    return SettingFault(name=name, says=f"{name} {says}. It {setting.purpose}.{where}")


def _not_like(value: str, prefix: str) -> bool:
    return bool(value) and not value.startswith(prefix)


def _no_port(value: str) -> bool:
    return not _PORT.fullmatch(value) or int(value) > HIGHEST_PORT


def _no_url(value: str) -> bool:
    try:
        return urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc
    except ValueError:  # as for https://[
        return True


def _no_database(value: str) -> bool:
    return not value.startswith("sqlite:///") and not _is_postgresql(value)


def _is_postgresql(value: str) -> bool:
    return value.partition("://")[0] in {"postgresql", "postgresql+psycopg", "postgres"} and "://" in value


def _no_api(value: str) -> bool:
    return _no_url(value) or not value.endswith("/api/")


_CHECKS: tuple[tuple[str, Callable[[Mapping[str, str]], bool], str], ...] = (
    ("SLACK_BOT_TOKEN", lambda given: not given["SLACK_BOT_TOKEN"], "is missing"),
    ("SLACK_BOT_TOKEN", lambda given: _not_like(given["SLACK_BOT_TOKEN"], "xoxb-"), "should begin with xoxb-"),
    ("SLACK_APP_TOKEN", lambda given: _not_like(given["SLACK_APP_TOKEN"], "xapp-"), "should begin with xapp-"),
    (
        "SLACK_SIGNING_SECRET",
        lambda given: not given["SLACK_APP_TOKEN"] and not given["SLACK_SIGNING_SECRET"],
        "is missing, and SLACK_APP_TOKEN too: set one of them, for HTTP mode or Socket Mode",
    ),
    ("SLACK_API_URL", lambda given: _no_api(given["SLACK_API_URL"]), "should be an http(s) address that ends in /api/"),
    ("EVENHAND_BASE_URL", lambda given: _no_url(given["EVENHAND_BASE_URL"]), "should be an http(s) address"),
    (
        "EVENHAND_DATABASE_URL",
        lambda given: _no_database(given["EVENHAND_DATABASE_URL"]),
        "should look like sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE",
    ),
    (
        "EVENHAND_SEAL_KEYS",
        lambda given: not given["EVENHAND_SEAL_KEYS"] and _is_postgresql(given["EVENHAND_DATABASE_URL"]),
        "is missing: with PostgreSQL every process must be given the same; `evenhand keys new` prints one",
    ),
    (
        "EVENHAND_CALENDAR",
        lambda given: given["EVENHAND_CALENDAR"] not in {"google", "builtin"},
        "is google or builtin",
    ),
    (
        "EVENHAND_VIDEO_URL",
        lambda given: bool(given["EVENHAND_VIDEO_URL"]) and "{id}" not in given["EVENHAND_VIDEO_URL"],
        "must hold {id}, so that each interview has a room of its own",
    ),
    (
        "GOOGLE_SERVICE_ACCOUNT_FILE",
        lambda given: (
            given["EVENHAND_CALENDAR"] == "google" and not Path(given["GOOGLE_SERVICE_ACCOUNT_FILE"]).is_file()
        ),
        "should name a readable key file",
    ),
    (
        "GOOGLE_CALENDAR_API_URL",
        lambda given: not given["GOOGLE_CALENDAR_API_URL"].endswith("/calendar/v3/"),
        "must end in /calendar/v3/",
    ),
    (
        "EVENHAND_RETENTION",
        lambda given: read_policy(given["EVENHAND_RETENTION"]) is None,
        "should name outcomes once each with days kept at least and days until erased, the second no fewer",
    ),
    ("PORT", lambda given: _no_port(given["PORT"]), "should be a number up to 65535"),
    (
        "EVENHAND_ROLE_GROUPS",
        lambda given: read_role_groups(given["EVENHAND_ROLE_GROUPS"]) is None,
        f"should name roles once each with a user group: {', '.join(Role)}",
    ),
    (
        "EVENHAND_METRICS_PORT",
        lambda given: bool(given["EVENHAND_METRICS_PORT"]) and _no_port(given["EVENHAND_METRICS_PORT"]),
        "should be a number up to 65535",
    ),
)
"""Which setting, when something is wrong with it, and what. Of several about one setting the first is told."""
