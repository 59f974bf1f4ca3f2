"""One world: the real flows, store, renderers, lanes and pages, with everything that leaves them written down.

Slack, mail and the engine's process are replaced where bytes would leave the house; the time is what the history says.
"""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self

from bot.bookings import Bookings
from bot.budgets import Budgets
from bot.commands import export as export_command
from bot.commands import standings
from bot.lanes import SETTLED, Maker, Settled, Turn
from bot.letters import Letters
from bot.messages import Messages
from bot.metrics import Metrics
from bot.outcomes import Hopeless, NotNow
from handlers import messages as writing
from handlers.desk import Answer, Ask, Desk
from handlers.pages import app as pages
from handlers.pages.tokens import page_url
from hiring.flows import dead_letters
from hiring.flows.attesting import Said
from hiring.flows.records import read_record
from hiring.flows.sweeping import sweep
from hiring.model import Loop, PersonId, Scorecard
from hiring.ports import Sent
from scheduling.calendars.builtin import BuiltinCalendars
from store import mapping, sealing
from store.claims import Claim
from tests.secrecy.company import PEOPLE
from tests.secrecy.place import CHANGES, NAME, opened, opened_anew
from tests.secrecy.stand_ins import CANDIDATE, InThisProcess, Log, Mail, SetClock, Slack

LEASE = timedelta(seconds=45)
PAGE_KEY = b"made for tests, no secret at all"
CODE = re.compile(r"\b[A-Z2-7]{5}-[A-Z2-7]{5}\b")


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that reached somebody. `open` when the one who sees it may see what differs between the two worlds."""

    at: datetime
    viewer: str
    what: str
    body: str
    open: bool


class World:
    """To be entered; the database lies at `home`. `may_differ` says of a viewer whether what differs may be seen by them
    now. `written` are all scorecards so far, `said` all conflicts: what a planted leak has to give away."""

    now_playing: ClassVar[list[World]] = []
    """The world being played, for leaks that are planted."""

    def __init__(self, home: Path, *, may_differ: Callable[[World, str], bool], anew: bool = False) -> None:
        self.home = home
        self.clock = SetClock()
        self.seen: list[Seen] = []
        self.written: list[Scorecard] = []
        self.said: list[Said] = []
        self.slack, self._mail = Slack(self), Mail(self)
        self._may_differ = may_differ
        self._anew = anew
        self._read: tuple[int, Loop] | None = None
        self._log = Log(self)

    def copied(self, home: Path) -> World:
        """Another world in which all has been the same so far."""
        self.database.close()
        shutil.copyfile(self.home / NAME, home / NAME)
        other = World(home, may_differ=self._may_differ, anew=self._anew)
        other.clock.at = self.clock.at
        other.seen, other.written, other.said = self.seen.copy(), self.written.copy(), self.said.copy()
        other.slack.counts, other.slack.refuses = self.slack.counts.copy(), self.slack.refuses
        return other

    def _open(self) -> None:
        self.database = opened_anew(self.home) if self._anew else opened(self.home)
        database, clock = self.database, self.clock
        page_of = partial(page_url, "https://evenhand.example", key=PAGE_KEY)
        calendars = BuiltinCalendars(database.shelf, zone_of=lambda _: "UTC", video="https://video.example/{id}")
        bookings = Bookings(database=database, calendars=calendars, engine=InThisProcess(), clock=clock)
        self.bookings = bookings
        letters = Letters(database=database, mailer=self._mail, clock=clock, page_of=page_of)
        messages = Messages(database=database, messenger=self.slack, clock=clock, page_of=page_of)
        self._lanes: dict[str, Maker] = {
            "engine": bookings.plan,
            "calendar": bookings.keep,
            "mail": letters.make,
            "slack": messages.make,
        }
        self.desk = Desk(store=database, clock=clock, page_of=page_of)
        self.pages = pages.PageDesk(store=database, clock=clock, signing_key=PAGE_KEY, wake=lambda: None)
        self._page_of = page_of

    def __enter__(self) -> Self:
        self._open()
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

    def restart(self, *, anew: bool = False) -> None:
        """Every connection is closed and every part of the program made again; `anew`: the database's own parts, too."""
        self.database.close()
        self._anew = self._anew or anew
        self._open()

    # ---- what people see -------------------------------------------------------------------------------------------------

    def saw(self, where: str, what: str, body: str) -> None:
        """A commitment's code is random, so it is left out; whether it can be confirmed is the operator's to try."""
        viewer = VIEWER_OF.get(where, where)
        body = CODE.sub("<code>", body)
        self.seen.append(Seen(self.clock.at, viewer, what, body, self._may_differ(self, viewer)))

    def loop(self) -> Loop:
        if self._read is None or self._read[0] != CHANGES.count:
            with self.database.begin(read_only=True) as uow:
                self._read = (CHANGES.count, uow.loop("L1"))
        return self._read[1]

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
        answer = self.desk._ask(
            do, {}, slack_id=ACCOUNTS[person], mark=None, values=values, view=view, action=action, text=text
        )
        self.saw(person, what, repr(answer))
        return answer

    def home_of(self, person: PersonId) -> None:
        with self.database.begin(read_only=True) as uow:
            view = writing.render_home(uow, uow.person(person), now=self.clock.at)
        self.saw(person, "home", repr(view))

    def page(self, fields: Mapping[str, str] | None = None) -> None:
        """The candidate opens their page and the invitation, or sends the page's form."""
        token = self._page_of(self.loop()).rsplit("/", 1)[-1]
        if fields is not None:
            sent = pages._send(self.pages, token, fields)
            self.saw(CANDIDATE, "form", repr((sent.status_code, sent.headers.raw, bytes(sent.body))))
            return
        shown = pages._show(self.pages, token)
        self.saw(CANDIDATE, "page", repr((shown.status_code, shown.headers.raw, bytes(shown.body))))
        invite = pages._invite(self.pages, token)
        self.saw(CANDIDATE, "invite", repr((invite.status_code, invite.headers.raw, bytes(invite.body))))

    def work(self) -> None:
        """The clock's pass, and every delivery that can be made, in the order in which the outbox gives them."""
        sweep(self.database, now=self.clock.at)
        deliveries = self.database.deliveries
        while kinds := tuple(deliveries.backlog(self.clock.at)):
            claims = deliveries.claim(worker="one", now=self.clock.at, limit=50, lease=LEASE, kinds=kinds)
            made = [(claim, self._made(claim)) for claim in claims]
            with self.database.begin() as uow:
                for claim, sent in made:
                    if not isinstance(sent, Settled):
                        deliveries.finish_in(uow, claim, now=self.clock.at, sent=sent)
            if self.slack.refuses:
                dead_letters.tell(self.database, now=self.clock.at)

    def _made(self, claim: Claim) -> Sent | Settled | None:
        lane = claim.delivery.kind.partition(".")[0]
        try:
            return self._lanes[lane](Turn(claim=claim, begin=lambda: None))
        except Hopeless as hopeless:
            self.database.deliveries.dead(claim, now=self.clock.at, reason=hopeless.why)
        except NotNow as quiet:
            self.database.deliveries.planned(claim, until=self.clock.at + quiet.wait)
        return SETTLED

    # ---- what the operator sees --------------------------------------------------------------------------------------

    def operator_looks(self, guesses: Iterable[Scorecard]) -> None:
        """The audit trail, and the database as it lies on the disk. What is sealed shows its length; the codes of
        commitments, which are random, show only whether somebody who guesses the content can confirm it."""
        self.saw("operator", "audit", repr([{**e, "digest": "", "before": ""} for e in self.database.audit.export()]))
        with closing(sqlite3.connect(self.home / NAME)) as raw:
            tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            dump = {name: raw.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(tables)}  # noqa: S608 - our own tables' names
            codes = [code for (code,) in raw.execute("SELECT commitment FROM scorecards ORDER BY n")]
        del dump["audit"]  # the trail as exported holds the same without digests of times
        confirmed = {sealing.commitment(sealing_text(card), nonce="0" * 32) for card in guesses}
        text = repr({name: [_without_blobs(row) for row in rows] for name, rows in dump.items()})
        for number, code in enumerate(codes):
            text = text.replace(code, f"<code {number}: {code in confirmed}>")
        self.saw("disk", "database", text)

    def operator_lists(self) -> None:
        """`evenhand deliveries`, and the metrics without what the machine's own clock is in."""
        deliveries = self.database.deliveries
        standing = [standings.as_json(one) for one in deliveries.listing(limit=1000)]
        self.saw("operator", "deliveries", repr((deliveries.counts(self.clock.at), standing)))
        read = Metrics(
            database=self.database, budgets=Budgets(), clock=self.clock, ticked=lambda: None, renewals=lambda: 0
        ).page()
        lines = [
            line for line in read.decode().splitlines() if line.startswith(("evenhand_deliveries{", "evenhand_loops"))
        ]
        self.saw("operator", "metrics", repr(lines))

    def export(self) -> None:
        """What `evenhand export` writes, all three files."""
        with self.database.begin() as uow:
            found = read_record(uow, uow.candidate(self.loop().candidate), by="operator", now=self.clock.at)
        files = (export_command._json(found), export_command.page(found), export_command.table(found))
        self.saw("record", "export", repr(files))


def _without_blobs(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(f"<{len(value)} bytes>" if isinstance(value, bytes) else value for value in row)


def sealing_text(card: Scorecard) -> str:
    """What the commitment is made of, as somebody who knows the code would write it."""
    return mapping.canonical(mapping.SCORECARD.dump_python(card, mode="json"))


ACCOUNTS = {someone.id: someone.slack_id or "" for someone in PEOPLE}
VIEWER_OF = {f"D{account}": person for person, account in ACCOUNTS.items()}
