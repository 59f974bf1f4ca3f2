"""Workers: take deliveries and make each happen once.

Each lane has threads of its own, so that a slow calendar or the engine never keeps a message waiting.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime, timedelta

from bot.lanes import Lane, Open, Settled, Turn
from bot.outcomes import Hopeless, Later, NotNow, Unclear
from hiring.model import Kind
from hiring.ports import Sent, Stale
from store.causes import because_of
from store.claims import Claim
from store.database import Database
from store.faults import AWAY, LostClaim

log = logging.getLogger("evenhand.worker")

LEASE = timedelta(seconds=45)
"""More than twice any outside call's time-out."""
TRIES = 8
UNCLEAR_TRIES = 24
"""Each of them looked first, and waited out a lease."""
PATIENT_TRIES = 24
"""Of what certainly did not happen, each after a longer pause than the one before: an outage of an hour is waited out."""
LONG_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(days=2)
"""After this what has to wait for longer than `LONG_WAIT` each time is given up, too: a mailbox may be full for ever. Many
such answers within hours are usual: mail servers greet a new sender so."""
LONGEST_PAUSE = timedelta(minutes=5)
IDLE = 1.0
"""Seconds between looks when nobody wakes us: the net under the wake-ups."""


Wait = Callable[[threading.Event, float], object]
"""Until the event is set, or so many seconds have passed."""


class Worker:
    """`start` and `stop` threads; `wake` is called, from any thread, when there may be something new."""

    def __init__(
        self,
        database: Database,
        lanes: Sequence[Lane],
        *,
        name: str,
        lease: timedelta = LEASE,
        longest_pause: timedelta = LONGEST_PAUSE,
        now: Callable[[], datetime] | None = None,
        wait: Wait = threading.Event.wait,
    ) -> None:
        """`now` and `wait` are the database's clock and real waiting, unless time is simulated."""
        self._database = database
        self._now = now or database.now
        self._wait = wait
        self._name = name
        self._lease = lease
        self._longest_pause = longest_pause
        self._stopping = threading.Event()
        self._wakes: list[threading.Event] = []
        self._threads = [
            threading.Thread(
                target=self._work, args=(lane, self._new_wake()), name=f"{lane.name}-{number}", daemon=True
            )
            for lane in lanes
            for number in range(lane.threads)
        ]

    def _new_wake(self) -> threading.Event:
        wake = threading.Event()
        self._wakes.append(wake)
        return wake

    def start(self) -> None:
        self._database.come_to_work()
        for thread in self._threads:
            thread.start()

    def alive(self) -> bool:
        """Whether every thread is there that ought to be."""
        return all(thread.is_alive() for thread in self._threads)

    def wake(self) -> None:
        for wake in self._wakes:
            wake.set()

    def begin_no_more(self) -> None:
        self._stopping.set()
        self.wake()

    def stop(self, *, within: float = 4.0) -> None:
        """Finish what is being made, begin nothing new, and give back what was claimed and not begun."""
        self.begin_no_more()
        until = time.monotonic() + within
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))
        for thread in self._threads:
            self._database.deliveries.give_back(self._worker(thread.name))

    def _worker(self, thread: str) -> str:
        return f"{self._name}/{thread}"

    def _work(self, lane: Lane, wake: threading.Event) -> None:
        me = self._worker(threading.current_thread().name)
        while not self._stopping.is_set():
            wake.clear()
            there = Open(kinds=lane.kinds)
            try:
                there = lane.open() if lane.open else there
                made = self._next(lane, me, there.kinds)
            except Exception:
                # The outermost edge of a worker thread: it must outlive a locked or restarted database.
                log.exception("a worker could not go on", extra={"lane": lane.name})
                made = False
            if not made:
                self._rest(lane, wake, there)

    def _next(self, lane: Lane, me: str, kinds: Sequence[Kind]) -> bool:
        """Takes the most urgent deliveries of these kinds and makes them; False when there is none."""
        if not kinds:
            return False
        names = [str(kind) for kind in kinds]
        claims = self._database.deliveries.claim(
            worker=me, now=self._now(), limit=lane.at_once, lease=self._lease, kinds=names
        )
        for claim in claims:
            if self._stopping.is_set():
                break  # `stop` gives the others back
            self._turn(lane, claim)
        return bool(claims)

    def _rest(self, lane: Lane, wake: threading.Event, there: Open) -> None:
        """Until somebody wakes us, or there may be room again."""
        self._wait(self._stopping, lane.pause)
        if there.again is None:
            self._wait(wake, IDLE)
        elif there.kinds:
            self._wait(wake, min(IDLE, there.again))
        else:
            # New wishes are no reason to get up: there is no room for any.
            self._wait(self._stopping, min(IDLE, there.again))

    def _turn(self, lane: Lane, claim: Claim) -> None:
        held = _Held(self._database, claim, now=self._now)
        begun = time.monotonic()
        try:
            # What comes of it belongs to the same click as it does itself.
            with because_of(claim.cause), held.renewed() if lane.takes_long else nullcontext():
                made = lane.make(Turn(claim=claim, begin=held.begin))
        except LostClaim:
            tell(logging.WARNING, "lost its lease", claim)
        except Exception as error:  # noqa: BLE001 - the outermost edge: whatever it was, the row must get a fate
            with suppress(LostClaim):
                self._fate(held.claim, error, begun=held.begun)
        else:
            self._done(held.claim, made, took=time.monotonic() - begun)

    def _done(self, claim: Claim, made: Sent | Settled | None, *, took: float) -> None:
        try:
            now = self._kept(claim, made)
        except LostClaim:
            tell(logging.WARNING, "lost its lease", claim)
            return
        age = (now - claim.since).total_seconds()
        tell(logging.INFO, "done", claim, age=f"{age:.1f}", took=f"{took:.2f}", **_answer(made))

    def _kept(self, claim: Claim, made: Sent | Settled | None) -> datetime:
        """When it was marked done. What has happened is not to happen again because the database is away for a moment: it is
        waited for, as long as the lease is, since not everything can be looked for afterwards."""
        until = time.monotonic() + claim.lease.total_seconds()
        while True:
            try:
                now = self._now()
                if not isinstance(made, Settled):
                    self._database.deliveries.done(claim, now=now, sent=made)
            except AWAY:
                if self._stopping.is_set() or time.monotonic() > until:
                    raise
                self._wait(self._stopping, IDLE)
            else:
                return now

    def _fate(self, claim: Claim, error: Exception, *, begun: bool) -> None:
        now = self._now()
        match error:
            case Hopeless():
                self._give_up(claim, now, error.why)
            case NotNow():
                self._database.deliveries.planned(claim, until=now + error.wait)
            case Unclear() if claim.tries >= UNCLEAR_TRIES:
                self._give_up(claim, now, f"unknown after {claim.tries} tries: {error.why}")
            case Unclear():
                self._look_first(claim, now, error.why)
            case Later() if error.limited or self._stopping.is_set():
                # What fails now may have failed because we end: the engine's child does.
                self._put_off(claim, now, error.wait, error.why, counts=False)
            case Later() if _may_wait(claim, error, now):
                self._put_off(claim, now, self._pause(error, claim.tries), error.why)
            case Later():
                self._give_up(claim, now, f"tried {claim.tries} times: {error.why}")
            case _ if isinstance(error, AWAY) and not begun:
                # It certainly did not happen, and the database is an outage like any other.
                self._fate(claim, Later(type(error).__name__, wait=timedelta()), begun=False)
            case Stale() if claim.tries < TRIES:
                self._put_off(claim, now, timedelta(), "somebody else changed the loop")
            case _:
                log.error("unexpected %s", type(error).__name__, exc_info=error, extra={"key": claim.delivery.key})
                self._unexpected(claim, now, type(error).__name__, begun=begun)

    def _pause(self, error: Later, tries: int) -> timedelta:
        if error.ours:
            return error.wait
        return max(error.wait, min(timedelta(seconds=2 ** (tries - 1)), self._longest_pause))

    def _unexpected(self, claim: Claim, now: datetime, why: str, *, begun: bool) -> None:
        if claim.tries >= TRIES:
            self._give_up(claim, now, why)
        elif begun:
            self._look_first(claim, now, why)
        else:
            self._put_off(claim, now, timedelta(seconds=2**claim.tries), why)

    def _give_up(self, claim: Claim, now: datetime, why: str) -> None:
        self._database.deliveries.dead(claim, now=now, reason=why)
        tell(logging.ERROR, "given up", claim, why=why)

    def _look_first(self, claim: Claim, now: datetime, why: str) -> None:
        self._database.deliveries.unknown(claim, now=now, reason=why)
        tell(logging.WARNING, "outcome unknown", claim, why=why)

    def _put_off(self, claim: Claim, now: datetime, wait: timedelta, why: str, *, counts: bool = True) -> None:
        self._database.deliveries.later(claim, now=now, until=now + wait, reason=why, counts=counts)
        tell(logging.INFO, "put off", claim, why=why, again=f"{wait.total_seconds():.1f}")


class _Held:
    """A claim whose lease is renewed when it begins, and meanwhile where that takes long."""

    def __init__(self, database: Database, claim: Claim, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self.claim = claim
        self.begun = False

    def begin(self) -> None:
        self.claim = self._database.deliveries.sending(self.claim, now=self._now())
        self.begun = True

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Nobody else takes it while the block lasts, unless this process is frozen: two who work longer than a lease would
        take it from each other for ever."""
        over = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(over,), name="renewing", daemon=True)
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()

    def _renew(self, over: threading.Event) -> None:
        while not over.wait(self.claim.lease.total_seconds() / 3):
            try:
                self._database.deliveries.renew(self.claim, now=self._now())
            except AWAY:
                continue
            except LostClaim:
                return


def _may_wait(claim: Claim, error: Later, now: datetime) -> bool:
    if claim.tries < (TRIES if error.ours else PATIENT_TRIES):
        return True
    return error.wait > LONG_WAIT and now - claim.since < LONGEST_WAIT


def tell(level: int, says: str, claim: Claim, **what: str) -> None:
    """One line that leads from what was pressed (`cause`) to the answer."""
    delivery = claim.delivery
    ids = {
        "cause": claim.cause,
        "key": delivery.key,
        "kind": delivery.kind.value,
        "loop": dict(delivery.refs).get("loop"),
    }
    told = {name: value for name, value in ids.items() if value}
    log.log(level, says, extra={**told, "tries": str(claim.tries), **what})


def _answer(made: Sent | Settled | None) -> dict[str, str]:
    return {"channel": made.channel, "ts": made.ts} if isinstance(made, Sent) else {}
