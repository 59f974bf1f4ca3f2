"""One world: the real flows, store, renderers, lanes and pages, with everything that leaves them written down.

Slack, mail and the engine's process are replaced where bytes would leave the house; the time is what the history says.
"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import time as machine
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Self

from sqlalchemy import event

from bot.bookings import Bookings
from bot.engine import Engine
from bot.letters import Letters
from bot.logs import JsonLines
from bot.mail import Mailer
from bot.messages import Messages
from bot.messenger import Messenger, Post
from bot.worker import Maker, Settled, Turn
from handlers import messages as writing
from handlers.desk import Answer, Ask, Desk
from handlers.pages import app as pages
from handlers.pages.tokens import page_url
from hiring.flows import attesting, loops
from hiring.flows.sweeping import sweep
from hiring.model import Answer as Said
from hiring.model import Loop, PersonId, Plan, Scorecard
from hiring.ports import Clock, Sent
from hiring.rules.phase import panel
from scheduling.answer import Answer as Planned
from scheduling.calendars.builtin import BuiltinCalendars
from scheduling.problem import Problem
from scheduling.repair import Repair, repair
from scheduling.solve import solve
from store import mapping, sealing
from store.database import Database
from tests.database import sqlite_place
from tests.hiring.worlds import MORNING, NOW, expect
from tests.secrecy.company import JO, OPENING, PEOPLE, RITA, SAM

LEASE = timedelta(seconds=45)
PAGE_KEY = b"made for tests, no secret at all"
CODE = re.compile(r"\b[A-Z2-7]{5}-[A-Z2-7]{5}\b")
ASKED, BOOKED = "asked", "booked"
"""How far the loop has come when a history begins."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that reached somebody. `open` when the one who sees it may see what differs between the two worlds."""

    at: datetime
    viewer: str
    what: str
    body: str
    open: bool


class SetClock(Clock):
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


def _without_waiting_for_the_disk(database: Database) -> None:
    """No power is cut here; what one process wrote, another reads all the same."""
    event.listen(database._engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    database._engine.dispose()


class _Engine(Engine):
    """In this process: what it answers is what counts here."""

    def solve(self, problem: Problem, *, options: int = 3, seconds: float = 5) -> tuple[Planned, ...]:
        return solve(problem, options=options, seconds=seconds, monotonic=machine.monotonic)

    def repair(self, problem: Problem, booked: Planned, *, seconds: float = 5) -> Repair:
        return repair(problem, booked, seconds=seconds, monotonic=machine.monotonic)


class _Slack(Messenger):
    def __init__(self, world: World) -> None:
        self._world = (
            world  # the real one's client, which nothing uses here, takes as long to make as ten steps to play
        )
        self._counts: Counter[str] = Counter()

    def direct(self, slack_id: str) -> str:
        return f"D{slack_id}"

    def post(self, post: Post) -> Sent:
        self._counts[post.channel] += 1
        self._world.saw(post.channel, "post", repr(post))
        return Sent(key=post.key, channel=post.channel, ts=str(self._counts[post.channel]))

    def edit(self, post: Post, *, ts: str) -> Sent:
        self._world.saw(post.channel, f"edit of {ts}", repr(post))
        return Sent(key=post.key, channel=post.channel, ts=ts)

    def publish_home(self, slack_id: str, view: Any) -> None:
        self._world.saw(f"D{slack_id}", "home", repr(view))


class _Mail(Mailer):
    def __init__(self, world: World) -> None:
        self._world = world  # as with Slack: nothing leaves, so nothing is needed to leave with

    def send(self, *, to: str, **letter: Any) -> None:
        self._world.saw(to, "mail", repr(letter))


class _Log(logging.Handler):
    def __init__(self, world: World) -> None:
        super().__init__(level=logging.DEBUG)
        self._world = world
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        line = json.loads(self.format(record))
        del line["at"]  # the machine's clock, not the history's
        self._world.saw("operator", "log", json.dumps(line))


class World:
    """`may_differ` says of a viewer whether what differs may be seen by them now. `written` are all scorecards so far,
    `said` all conflicts: what a planted leak has to give away."""

    now_playing: ClassVar[list[World]] = []
    """The world being played, for leaks that are planted."""

    def __init__(self, home: Path, *, may_differ: Callable[[World, str], bool]) -> None:
        self.home = home
        self.clock = SetClock()
        self.seen: list[Seen] = []
        self.written: list[Scorecard] = []
        self.said: list[attesting.Said] = []
        self._may_differ = may_differ
        self._slack, self._mail = _Slack(self), _Mail(self)
        self._log = _Log(self)
        self._open()

    def _open(self) -> None:
        self.database: Database = sqlite_place(self.home).open(migrate=not (self.home / "evenhand.db").exists())
        _without_waiting_for_the_disk(self.database)
        database, clock = self.database, self.clock
        page_of = partial(page_url, "https://evenhand.example", key=PAGE_KEY)
        calendars = BuiltinCalendars(database.shelf, zone_of=lambda _: "UTC", video="https://video.example/{id}")
        bookings = Bookings(database=database, calendars=calendars, engine=_Engine(), clock=clock)
        letters = Letters(database=database, mailer=self._mail, clock=clock, page_of=page_of)
        messages = Messages(database=database, messenger=self._slack, clock=clock, page_of=page_of)
        self._lanes: dict[str, Maker] = {
            "engine": bookings.plan,
            "calendar": bookings.keep,
            "mail": letters.make,
            "slack": messages.make,
        }
        self.desk = Desk(store=database, clock=clock, page_of=page_of)
        self._pages = pages.PageDesk(store=database, clock=clock, signing_key=PAGE_KEY, wake=lambda: None)
        self._page_of = page_of

    def __enter__(self) -> Self:
        self.now_playing.append(self)
        log = logging.getLogger("evenhand")
        log.addHandler(self._log)
        log.setLevel(logging.DEBUG)
        log.propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        log = logging.getLogger("evenhand")
        log.removeHandler(self._log)
        log.setLevel(logging.NOTSET)
        log.propagate = True
        self.now_playing.remove(self)
        self.database.close()

    def restart(self) -> None:
        self.database.close()
        self._open()

    # ---- what people see -------------------------------------------------------------------------------------------------

    def saw(self, where: str, what: str, body: str) -> None:
        """A commitment's code is random, so it is left out; whether it can be confirmed is the operator's to try."""
        viewer = VIEWER_OF.get(where, where)
        body = CODE.sub("<code>", body)
        self.seen.append(Seen(self.clock.at, viewer, what, body, self._may_differ(self, viewer)))

    def loop(self) -> Loop:
        with self.database.begin(read_only=True) as uow:
            return uow.loop("L1")

    def ask(
        self,
        person: PersonId,
        what: str,
        do: Callable[[Ask], Answer],
        *,
        values: tuple[str, ...] = (),
        view: dict[str, Any] | None = None,
        action: dict[str, Any] | None = None,
        text: str = "",
    ) -> Answer:
        """Somebody presses, types or hands in; what comes back reaches them."""
        slack_id = next(someone.slack_id for someone in PEOPLE if someone.id == person) or ""
        answer = self.desk._ask(
            do, {}, slack_id=slack_id, mark=None, values=values, view=view, action=action, text=text
        )
        self.saw(person, what, repr(answer))
        return answer

    def home_of(self, person: PersonId) -> None:
        with self.database.begin(read_only=True) as uow:
            view = writing.render_home(uow, uow.person(person), now=self.clock.at)
        self.saw(person, "home", repr(view))

    def page(self) -> None:
        token = self._page_of(self.loop()).rsplit("/", 1)[-1]
        shown = pages._show(self._pages, token)
        self.saw(JO.email, "page", repr((shown.status_code, shown.headers.raw, bytes(shown.body))))
        invite = pages._invite(self._pages, token)
        self.saw(JO.email, "invite", repr((invite.status_code, bytes(invite.body))))

    def work(self) -> None:
        """Every delivery that can be made, in the order in which the outbox gives them."""
        sweep(self.database, now=self.clock.at)
        while claims := self.database.deliveries.claim(worker="one", now=self.clock.at, limit=50, lease=LEASE):
            for claim in claims:
                lane = claim.delivery.kind.partition(".")[0]
                made = self._lanes[lane](Turn(claim=claim, begin=lambda: None))
                if not isinstance(made, Settled):
                    self.database.deliveries.done(claim, now=self.clock.at, sent=made)

    # ---- what the operator sees --------------------------------------------------------------------------------------

    def operator_looks(self, guesses: Iterable[Scorecard]) -> None:
        """The audit trail, and the database as it lies on the disk. What is sealed shows its length; the codes of
        commitments, which are random, show only whether somebody who guesses the content can confirm it."""
        self.saw("operator", "audit", repr([{**e, "digest": "", "before": ""} for e in self.database.audit.export()]))
        with closing(sqlite3.connect(self.home / "evenhand.db")) as raw:
            tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            dump = {name: raw.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(tables)}  # noqa: S608 - our own tables' names
            codes = [code for (code,) in raw.execute("SELECT commitment FROM scorecards ORDER BY n")]
        del dump["audit"]  # the trail as exported holds the same without digests of times
        confirmed = {sealing.commitment(sealing_text(card), nonce="0" * 32) for card in guesses}
        text = repr({name: [_without_blobs(row) for row in rows] for name, rows in dump.items()})
        for number, code in enumerate(codes):
            text = text.replace(code, f"<code {number}: {code in confirmed}>")
        self.saw("disk", "database", text)


def _without_blobs(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(f"<{len(value)} bytes>" if isinstance(value, bytes) else value for value in row)


def sealing_text(card: Scorecard) -> str:
    """What the commitment is made of, as somebody who knows the code would write it."""
    return mapping.canonical(mapping.SCORECARD.dump_python(card, mode="json"))


VIEWER_OF = {f"D{someone.slack_id}": someone.id for someone in PEOPLE}


# ---- where histories begin -----------------------------------------------------------------------------------------------


@cache
def _beginning(stands: str, plan: Plan) -> bytes:
    """A database in which the loop has come so far, another one beside it; made once, then copied."""
    with TemporaryDirectory() as home, World(Path(home), may_differ=lambda *_: False) as world:
        with world.database.begin() as uow:
            for someone in PEOPLE:
                uow.save_person(someone)
            for candidate in (JO, SAM):
                uow.save_candidate(candidate)
            uow.save_opening(OPENING)
            uow.save_plan(plan)
            expect(loops.start(uow, loops.Wish("L2", SAM, "ds", plan.id), by=RITA, now=NOW))
            expect(loops.start(uow, loops.Wish("L1", JO, "ds", plan.id, (MORNING,)), by=RITA, now=NOW))
        world.work()
        with world.database.begin() as uow:
            expect(loops.choose(uow, uow.loop("L1"), number=1, index=0, by=RITA, now=NOW))
        if stands == BOOKED:
            _all_attest(world, "L1")
        world.work()
        world.database.close()
        with closing(sqlite3.connect(world.home / "evenhand.db")) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return (world.home / "evenhand.db").read_bytes()


def _all_attest(world: World, loop: str) -> None:
    with world.database.begin() as uow:
        found = uow.loop(loop)
        for someone in panel(found):
            said = attesting.Said(Said.NO_CONFLICT)
            found = expect(attesting.answer(uow, found, said, by=uow.person(someone), now=NOW))


def beginning(stands: str, plan: Plan, home: Path) -> Path:
    (home / "evenhand.db").write_bytes(_beginning(stands, plan))
    return home
