"""The one place where the parts are put together. Tests call the same function with settings of their own."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from typing import Final

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import web
from bot.bookings import Bookings
from bot.budgets import Budgets
from bot.chores import Chores
from bot.clock import FollowedClock, SystemClock, Ticker
from bot.engine import Engine
from bot.lanes import Lane, kinds_of
from bot.letters import Letters
from bot.mail import Mailer
from bot.messages import ASLEEP, Messages
from bot.messenger import Messenger
from bot.metrics import Metrics
from bot.proof import Proof
from bot.refusals import SlackRefused, refusal_of
from bot.settings import Settings
from bot.watchdog import SocketLine, Watchdog
from bot.worker import LEASE, Worker
from handlers.app import slack_app
from handlers.desk import Desk, PageOf
from handlers.pages.app import PageDesk
from handlers.pages.tokens import page_url
from hiring.ports import Clock
from scheduling.calendars.builtin import BuiltinCalendars
from scheduling.calendars.google_delegated import DelegatedCalendars
from scheduling.calendars.port import Calendars
from store.causes import PAGE
from store.database import Database, open_database
from store.faults import SealFault
from store.sealing import SealKeys

log = logging.getLogger("evenhand")

VERSION: Final = version("evenhand")
PARTS: Final = ("web", "worker", "clock")
SOCKET_THREADS: Final = 10
FIRST: Final = 20.0
"""Seconds for which the first Socket Mode connection is waited for, before the watchdog cares for it."""
CLOSING: Final = 5.0
"""Seconds for which the Socket Mode connection may take its leave, when all else has ended."""


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
        # The database may call before the worker is there.
        self._wakes: list[Callable[[], None]] = []
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
        self._wakes.append(self._worker.wake)
        self._chores = Chores(
            database=self.database,
            messenger=self.messenger,
            bookings=self._bookings,
            clock=self.clock,
            settings=settings,
        )
        self._ticker = Ticker(self._chores.jobs(), leads=self.database.lead("clock").held)
        self._app = slack_app(
            bot_token=settings.bot_token,
            signing_secret=settings.signing_secret,
            api_url=settings.slack_api_url,
            desk=Desk(
                self.database.at_hand(),
                self.clock,
                page_of,
                mails=bool(settings.smtp_url),
                role_groups=settings.role_groups,
            ),
        )
        pages = PageDesk(store=self.database.at_hand(PAGE), clock=self.clock, signing_key=signing_key, wake=self._wake)
        self._socket: SocketModeHandler | None = None
        self._watchdog: Watchdog | None = None
        self.web, self.watched = self._servers(pages, Proof.of(keys))

    @property
    def serves_pages(self) -> bool:
        return "web" in self._only

    def _lanes(self, page_of: PageOf) -> list[Lane]:
        messages = Messages(
            database=self.database,
            messenger=self.messenger,
            clock=self.clock,
            page_of=page_of,
            budgets=self.budgets,
            # Where visitors move the clock, hours pass in no time.
            asleep=timedelta(seconds=1) if self._settings.clock_url else ASLEEP,
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
                takes_long=True,
            ),
            Lane(
                name="calendar",
                kinds=kinds_of("calendar"),
                threads=1,
                make=self._bookings.keep,
                open=partial(self._bookings.open, kinds_of("calendar")),
            ),
            # A server that takes its time takes it at each of ten steps: two workers would send the letter twice.
            Lane(name="mail", kinds=kinds_of("mail"), threads=1, make=letters.make, at_once=5, takes_long=True),
        ]

    def _servers(self, pages: PageDesk, proof: Proof) -> tuple[web.Server, web.Server | None]:
        """What Slack and candidates reach, and beside a process that serves neither what tells its health, if wanted."""
        metrics = Metrics(
            database=self.database,
            budgets=self.budgets,
            clock=self.clock,
            ticked=lambda: self._chores.swept if self._ticker.led else None,
            renewals=lambda: self._watchdog.renewals if self._watchdog else 0,
        )
        metrics.timed(self._app)
        probes = web.Probes(ready=self.ready, metrics=metrics.page)
        slack = None if self._settings.socket_mode else self._app
        served = web.Server(
            [*probes.routes(), proof.route(version=VERSION), *web.routes_of(self._settings, slack=slack, pages=pages)],
            host=self._settings.host,
            port=self._settings.port,
        )
        if self.serves_pages or self._settings.metrics_port is None:
            return served, None
        return served, web.Server(probes.routes(), host=self._settings.host, port=self._settings.metrics_port)

    def start(self) -> None:
        if self.watched is not None:
            self.watched.start()
        if "worker" in self._only:
            self._worker.start()
            threading.Thread(target=self._chores.meet, name="match", daemon=True).start()
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
        refused: list[SlackApiError] = []
        first = threading.Thread(target=_first_connection, args=(handler, refused), name="socket", daemon=True)
        first.start()
        first.join(timeout=FIRST)
        if refused:
            raise refused[0]
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
        self._ticker.begin_no_more()
        if self._watchdog is not None:
            self._watchdog.stop()
        # While it connects anew to a Slack that hangs, closing waits for that, and leases would not be given back.
        closing = threading.Thread(target=_close, args=(self._socket,), name="closing", daemon=True)
        closing.start()
        self._engine.close()
        if "worker" in self._only:
            self._worker.stop()
        if "web" in self._only:
            self.web.stop()
        if self.watched is not None:
            self.watched.stop()
        # Last: it may be asking Slack or a calendar for long, and nothing of it is lost when the program ends meanwhile.
        self._ticker.stop()
        closing.join(timeout=CLOSING)
        if isinstance(self.clock, FollowedClock):
            self.clock.close()
        self.database.close()

    def _wake(self) -> None:
        for wake in self._wakes:
            wake()

    def _keep_picture(self, file: str, key: str) -> None:
        with self.database.begin() as uow:
            uow.keep_picture(file, key)


def _first_connection(handler: SocketModeHandler, refused: list[SlackApiError]) -> None:
    """Where Slack is away the watchdog goes on trying. Where it refuses us for good somebody has to mend that first."""
    try:
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    except SlackApiError as error:
        if isinstance(refusal_of(error, writes=False), SlackRefused):
            refused.append(error)
        log.warning("Slack gives no Socket Mode connection out")
    except Exception as error:  # noqa: BLE001 - the outermost edge of a thread, and the SDK raises what it meets
        log.warning("no Socket Mode connection yet: %s", type(error).__name__)


def _close(handler: SocketModeHandler | None) -> None:
    if handler is None:
        return
    try:
        handler.close()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    except Exception as error:  # noqa: BLE001 - as above
        log.warning("the Socket Mode connection did not close well: %s", type(error).__name__)
