"""The one place where the parts are put together. Tests call the same function with settings of their own."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot import web
from bot.bookings import Bookings
from bot.budgets import Budgets
from bot.clock import FollowedClock, Job, SystemClock, Ticker
from bot.engine import Engine
from bot.letters import Letters
from bot.mail import Mailer
from bot.matching import match_accounts
from bot.members import mark_accounts, regroup
from bot.messages import Messages
from bot.messenger import Messenger
from bot.metrics import Metrics
from bot.retention import new_record
from bot.settings import Settings
from bot.watchdog import SocketLine, Watchdog
from bot.worker import LEASE, Lane, Worker, kinds_of
from handlers.app import slack_app
from handlers.desk import Desk, PageOf
from handlers.pages.app import PageDesk
from handlers.pages.tokens import page_url
from hiring.flows import dead_letters
from hiring.flows.erasing import erase_over
from hiring.flows.foretelling import foretell
from hiring.flows.sweeping import sweep
from hiring.ports import Clock
from scheduling.calendars.builtin import BuiltinCalendars
from scheduling.calendars.google_delegated import DelegatedCalendars
from scheduling.calendars.port import Calendars
from store.causes import CLOCK, PAGE, because_of
from store.database import Database, open_database
from store.faults import SealFault
from store.sealing import SealKeys

log = logging.getLogger("evenhand")

PARTS: Final = ("web", "worker", "clock")
SOCKET_THREADS: Final = 10
SWEEP_EVERY: Final = timedelta(seconds=2)
RESTS: Final = 9
"""A pass over many loops takes what an answer to a person needs, so that so many times as long there is none."""
MATCH_EVERY: Final = timedelta(minutes=10)
REGROUP_EVERY: Final = timedelta(minutes=1)
ACCOUNTS_EVERY: Final = timedelta(hours=1)
LOOK_EVERY: Final = timedelta(minutes=15)
"""People imported while the bot runs find their accounts without a restart."""
ERASE_EVERY: Final = timedelta(minutes=30)
REMEMBER: Final = timedelta(days=7)
"""How long an incoming event's id is kept; Slack stops repeating itself within hours."""


def seal_keys(settings: Settings, *, make: bool = True) -> SealKeys:
    """From the settings; otherwise from `seal.keys` beside the database, made at the first start."""
    if settings.seal_keys:
        return SealKeys.from_text(settings.seal_keys)
    place = settings.home / "seal.keys"
    if not place.exists():
        if not make:
            raise SealFault(f"There is no {place}, which holds the keys of this database; put it back from its backup")
        log.warning("made %s: back it up apart from the database; without it no scorecard can ever be opened", place)
    return SealKeys.ensure_file(place)


def calendars(settings: Settings, database: Database) -> Calendars:
    if settings.calendar == "google" and settings.google_file is not None:
        return DelegatedCalendars(settings.google_file, url=settings.google_url)

    def zone_of(email: str) -> str:
        with database.begin(read_only=True) as uow:
            person = uow.person_by_email(email)
        return person.zone if person else "UTC"

    return BuiltinCalendars(database.shelf, zone_of=zone_of, video=settings.video_url or None)


class Evenhand:
    """The running program: Slack, the pages, workers and the clock, or those of them that are asked for."""

    def __init__(self, settings: Settings, *, only: Collection[str] = PARTS, lease: timedelta = LEASE) -> None:
        self._only = frozenset(only)
        self._settings = settings
        self.clock: Clock = FollowedClock(settings.clock_url) if settings.clock_url else SystemClock()
        keys = seal_keys(settings)
        self.database = open_database(settings.database_url, seal_keys=keys, wake=self._wake, migrate=True)
        self.calendars = calendars(settings, self.database)
        # A followed clock means a workbench, which counts no calls a minute: nobody who tries things out should wait.
        self.budgets = Budgets(rates={} if settings.clock_url else None, workers=self.database.workers)
        self.messenger = Messenger(
            token=settings.bot_token,
            base_url=settings.slack_api_url,
            budgets=self.budgets,
            uploading=self._keep_picture,
        )
        self._engine = Engine()
        signing_key = keys.derived("candidate pages")
        page_of = partial(page_url, settings.base_url, key=signing_key)
        self._bookings = Bookings(
            database=self.database, calendars=self.calendars, engine=self._engine, clock=self.clock
        )
        self._worker = Worker(self.database, self._lanes(page_of), name=f"worker-{secrets.token_hex(4)}", lease=lease)
        self._ticker = Ticker(
            [
                Job(self._tick, SWEEP_EVERY),
                Job(self._match, MATCH_EVERY),
                Job(self._regroup, REGROUP_EVERY),
                Job(self._mark_accounts, ACCOUNTS_EVERY),
                Job(self._look, LOOK_EVERY),
                Job(self._forget, timedelta(hours=6)),
                Job(self._erase_over, ERASE_EVERY),
            ],
            leads=self.database.lead("clock").held,
        )
        self._app = slack_app(
            bot_token=settings.bot_token,
            signing_secret=settings.signing_secret,
            api_url=settings.slack_api_url,
            desk=Desk(self.database.at_hand(), self.clock, page_of, settings.role_groups),
        )
        pages = PageDesk(store=self.database.at_hand(PAGE), clock=self.clock, signing_key=signing_key, wake=self._wake)
        self._socket: SocketModeHandler | None = None
        self._watchdog: Watchdog | None = None
        self._ticked: float | None = None
        self._rests_until = 0.0
        metrics = Metrics(
            database=self.database,
            budgets=self.budgets,
            clock=self.clock,
            ticked=lambda: self._ticked if self._ticker.led else None,
            renewals=lambda: self._watchdog.renewals if self._watchdog else 0,
        )
        metrics.timed(self._app)
        probes = web.Probes(ready=self.ready, metrics=metrics.page)
        slack = None if settings.socket_mode else self._app
        self.web = web.Server(
            [*probes.routes(), *web.routes_of(settings, slack=slack, pages=pages)],
            host=settings.host,
            port=settings.port,
        )
        self.watched: web.Server | None = None
        if not self.serves_pages and settings.metrics_port is not None:
            self.watched = web.Server(probes.routes(), host=settings.host, port=settings.metrics_port)

    @property
    def serves_pages(self) -> bool:
        return "web" in self._only

    def _lanes(self, page_of: PageOf) -> list[Lane]:
        messages = Messages(
            database=self.database, messenger=self.messenger, clock=self.clock, page_of=page_of, budgets=self.budgets
        )
        mailer = Mailer(self._settings.smtp_url) if self._settings.smtp_url else None
        letters = Letters(database=self.database, mailer=mailer, clock=self.clock, page_of=page_of)
        return [
            Lane(name="slack", kinds=kinds_of("slack"), threads=3, make=messages.make, pause=0.1, open=messages.open),
            Lane(
                name="engine",
                kinds=kinds_of("engine"),
                threads=1,
                make=self._bookings.plan,
                open=partial(self._bookings.open, kinds_of("engine")),
            ),
            Lane(
                name="calendar",
                kinds=kinds_of("calendar"),
                threads=1,
                make=self._bookings.keep,
                open=partial(self._bookings.open, kinds_of("calendar")),
            ),
            Lane(name="mail", kinds=kinds_of("mail"), threads=1, make=letters.make, at_once=5),
        ]

    def start(self) -> None:
        if self.watched is not None:
            self.watched.start()
        if "worker" in self._only:
            self._worker.start()
            threading.Thread(target=self._meet, name="match", daemon=True).start()
        if "clock" in self._only:
            self._ticker.start()
        if "web" in self._only:
            self.web.start()
            if self._settings.socket_mode:
                self._socket = self._connect()
                self._watchdog = Watchdog(SocketLine(self._socket.client), ask=self.messenger.who_am_i)
                self._watchdog.start()
        log.info("started: %s", ", ".join(part for part in PARTS if part in self._only))

    def _connect(self) -> SocketModeHandler:
        client = WebClient(token=self._settings.bot_token, base_url=self._settings.slack_api_url)
        handler = SocketModeHandler(self._app, self._settings.app_token, web_client=client, concurrency=SOCKET_THREADS)
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        return handler

    def ready(self) -> dict[str, bool]:
        """Whether each thing that this process needs for its work is there."""
        found = {"database": self._serves()}
        if "worker" in self._only:
            found["workers"] = self._worker.alive()
        if "clock" in self._only:
            found["clock"] = self._ticker.alive()
        if self._watchdog is not None:
            found["socket"] = self._watchdog.connected()
        return found

    def _serves(self) -> bool:
        try:
            self.database.check()
        except Exception:
            # The outermost edge of a question that is answered with yes or no.
            log.exception("the database does not serve")
            return False
        return True

    def stop(self) -> None:
        """Within ten seconds: nothing new is taken, what is under way is finished, leases are given back. A call that takes
        longer is left to end by itself; its row says `sending`, and whoever comes next looks before sending again."""
        self._worker.begin_no_more()
        if self._watchdog is not None:
            self._watchdog.stop()
        if self._socket is not None:
            self._socket.close()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        if "clock" in self._only:
            self._ticker.stop()
        self._engine.close()
        if "worker" in self._only:
            self._worker.stop()
        if "web" in self._only:
            self.web.stop()
        if self.watched is not None:
            self.watched.stop()
        if isinstance(self.clock, FollowedClock):
            self.clock.close()
        self.database.close()

    def _wake(self) -> None:
        with suppress(AttributeError):  # the database may call before the worker is there
            self._worker.wake()

    def _match(self) -> None:
        try:
            match_accounts(self.database, self.messenger)
        except Exception:
            # The outermost edge of this thread; without it nobody would know why people have no accounts.
            log.exception("people could not be matched to Slack accounts")

    def _meet(self) -> None:
        """At the start: who has which account, who has left meanwhile, and who has which role."""
        with because_of(CLOCK):
            self._match()
            self._mark_accounts()
            self._regroup()

    def _regroup(self) -> None:
        try:
            regroup(self.database, self.messenger, self._settings.role_groups, clock=self.clock)
        except Exception:
            # The outermost edge of the clock: the next pass looks again, and roles stay as they were.
            log.exception("roles could not be brought in step with user groups")

    def _mark_accounts(self) -> None:
        try:
            mark_accounts(self.database, self.messenger, clock=self.clock)
        except Exception:
            # The outermost edge of the clock: the next pass looks again, and everybody stays as they were.
            log.exception("who has left could not be looked up")

    def _look(self) -> None:
        try:
            self._bookings.look()
        except Exception:
            # The outermost edge of this thread: the next pass looks again.
            log.exception("calendars could not be compared with what was booked")

    def _forget(self) -> None:
        with self.database.begin() as uow:
            uow.forget_inbox(self.clock.now() - REMEMBER)
        self.database.deliveries.forget_drawn(self.database.now() - REMEMBER)

    def _keep_picture(self, file: str, key: str) -> None:
        with self.database.begin() as uow:
            uow.keep_picture(file, key)

    def _erase_over(self) -> None:
        try:
            foretell(self.database, policy=self._settings.retention, now=self.clock.now())
            gone = erase_over(
                self.database, policy=self._settings.retention, new_record=new_record, now=self.clock.now()
            )
        except Exception:
            # The outermost edge of the clock: the next pass tries again.
            log.exception("records whose time is over could not be erased")
            return
        if gone:
            log.info("erased %d records whose time was over", gone)

    def _tick(self) -> None:
        begun = time.monotonic()
        if begun < self._rests_until:
            return
        for look in (sweep, dead_letters.tell):
            try:
                look(self.database, now=self.clock.now())
            except ExceptionGroup as several:
                for error in several.exceptions:
                    log.exception("something could not be brought up to date", exc_info=error)
            except Exception:
                # The outermost edge of the clock: the next tick looks again at everything.
                log.exception("a pass of the clock failed")
        self._ticked = time.monotonic()
        self._rests_until = self._ticked + RESTS * (self._ticked - begun)
