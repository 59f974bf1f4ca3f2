"""What becomes of a delivery: done once, tried later, looked for, given up; and two workers never take the same one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.composition import Evenhand
from bot.lanes import SETTLED, Lane, Maker, Open, Turn
from bot.outcomes import Hopeless, Later, NotNow, Unclear
from bot.settings import Settings, read_settings
from bot.worker import PATIENT_TRIES, TRIES, Worker
from handlers.desk import no_page
from hiring.model import Delivery, Kind
from hiring.ports import Sent, Stale
from store.database import Database
from store.standings import Standing
from tests.database import fresh_database
from tests.hiring.worlds import NOW
from tests.waiting import eventually


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = fresh_database(tmp_path)
    yield made
    made.close()


def wish(database: Database, *keys: str) -> None:
    with database.begin() as uow:
        uow.enqueue([Delivery(key, Kind.BRIEF, key) for key in keys], now=NOW)


def standing(database: Database, key: str = "a") -> Standing:
    return next(one for one in database.deliveries.listing(limit=100) if one.delivery.key == key)


class Working:
    """A worker with one lane for as long as the block lasts."""

    def __init__(self, database: Database, make: Maker, *, name: str = "w", threads: int = 1, at_once: int = 1) -> None:
        lane = Lane(name="slack", kinds=(Kind.BRIEF,), threads=threads, make=make, at_once=at_once)
        self.worker = Worker(database, [lane], name=name)

    def __enter__(self) -> Worker:
        self.worker.start()
        return self.worker

    def __exit__(self, *_: object) -> None:
        self.worker.stop()


def after_one_try(database: Database, error: Exception, *, begun: bool = False) -> Standing:
    """How the delivery stands when its first try ended with `error`."""
    tried = threading.Event()

    def make(turn: Turn) -> Sent | None:
        if begun:
            turn.begin()
        tried.set()
        raise error

    wish(database, "a")
    with Working(database, make):
        assert tried.wait(60)
        assert eventually(lambda: standing(database).state not in {"claimed", "sending"})
        return standing(database)


LONG = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("error", "begun", "state", "reason"),
    [
        (Hopeless("channel_not_found"), False, "dead", "channel_not_found"),
        (Unclear("TimeoutError"), True, "unknown", "TimeoutError"),
        (Later("ratelimited", wait=LONG), False, "waiting", "ratelimited"),
        (NotNow(LONG), False, "waiting", ""),
        (RuntimeError("planted"), False, "waiting", "RuntimeError"),
        (RuntimeError("planted"), True, "unknown", "RuntimeError"),
        (KeyError("planted"), False, "waiting", "KeyError"),
    ],
)
def test_each_way_to_fail_has_its_fate(
    database: Database, error: Exception, begun: bool, state: str, reason: str
) -> None:
    found = after_one_try(database, error, begun=begun)
    assert (found.state, found.reason, found.worker) == (state, reason, None)


def test_later_is_not_before_it_was_asked_for(database: Database) -> None:
    before = database.now()
    assert after_one_try(database, Later("ratelimited", wait=LONG)).due >= before + LONG


def test_what_was_sent_is_remembered_and_done_is_done(database: Database) -> None:
    made: list[str] = []

    def make(turn: Turn) -> Sent:
        turn.begin()
        made.append(turn.claim.delivery.key)
        return Sent(turn.claim.delivery.key, "C1", "1.1")

    wish(database, "a")
    with Working(database, make) as worker:
        assert eventually(lambda: standing(database).state == "done")
        wish(database, "a")
        worker.wake()
        wish(database, "b")
        worker.wake()
        assert eventually(lambda: standing(database, "b").state == "done")
    assert made == ["a", "b"]
    with database.begin(read_only=True) as uow:
        assert uow.sent("a") == Sent("a", "C1", "1.1")


def test_a_maker_that_settled_it_itself_is_left_alone(database: Database) -> None:
    def make(turn: Turn) -> object:
        with database.begin() as uow:
            database.deliveries.finish_in(uow, turn.claim, now=database.now(), sent=None)
        return SETTLED

    wish(database, "a")
    with Working(database, make):  # type: ignore[arg-type]  # it returns SETTLED, which is one of the answers
        assert eventually(lambda: standing(database).state == "done")


@pytest.mark.parametrize("error", [Later("EngineFailed", wait=timedelta(), ours=True), Stale()])
def test_after_so_many_tries_of_our_own_it_is_given_up(database: Database, error: Exception) -> None:
    tries: list[int] = []

    def make(turn: Turn) -> None:
        tries.append(turn.claim.tries)
        raise error

    wish(database, "a")
    with Working(database, make):
        assert eventually(lambda: standing(database).state == "dead")
    assert tries == list(range(1, TRIES + 1))


def _tried(database: Database, times: int) -> None:
    """So often it was put off already."""
    for _ in range(times):
        now = database.now()
        (claim,) = database.deliveries.claim(worker="w", now=now, limit=1, lease=LONG)
        database.deliveries.later(claim, now=now, until=now, reason="busy")


@pytest.mark.parametrize(("times", "pause"), [(0, 1), (4, 16), (20, 300)])
def test_an_outage_is_waited_out_with_growing_pauses(database: Database, times: int, pause: int) -> None:
    with database.begin() as uow:
        uow.enqueue([Delivery("a", Kind.BRIEF, "a")], now=database.now())
    _tried(database, times)
    before = database.now()
    put_off = after_one_try(database, Later("busy", wait=timedelta()))
    assert put_off.state == "waiting"
    assert timedelta(seconds=pause) <= put_off.due - before <= timedelta(seconds=pause + 60)


FULL = OperationalError("UPDATE", {}, Exception("could not extend file: no space left on device"))
READ_ONLY = InternalError("UPDATE", {}, Exception("cannot execute UPDATE in a read-only transaction"))
EXHAUSTED = PoolTimeoutError("QueuePool limit of size 8 overflow 6 reached, connection timed out")


@pytest.mark.parametrize(
    "away", [FULL, READ_ONLY, EXHAUSTED, TimeoutError()], ids=["full", "read-only", "no connection", "busy"]
)
def test_a_database_that_is_away_uses_up_no_more_tries_than_any_outage(database: Database, away: Exception) -> None:
    wish(database, "a")
    _tried(database, TRIES)
    found = after_one_try(database, away)
    assert (found.state, found.reason) == ("waiting", type(away).__name__)


def test_what_never_works_is_given_up_in_the_end(database: Database) -> None:
    wish(database, "a")
    _tried(database, PATIENT_TRIES - 1)
    given_up = after_one_try(database, Later("busy", wait=timedelta()))
    assert (given_up.state, given_up.reason) == ("dead", "tried 24 times: busy")


@pytest.mark.parametrize(("days", "state"), [(1, "waiting"), (2, "dead")])
def test_what_wants_a_long_wait_each_time_is_given_up_after_days(database: Database, days: int, state: str) -> None:
    """As a mailbox that is full: asked each five minutes, it was never given up."""
    with database.begin() as uow:
        uow.enqueue([Delivery("a", Kind.BRIEF, "a")], now=database.now() - timedelta(days=days))
    _tried(database, PATIENT_TRIES)
    full = Later("the mail server does not take the recipient now (452)", wait=LONG)
    assert after_one_try(database, full).state == state


def test_what_is_days_old_and_was_hardly_tried_is_not_given_up(database: Database) -> None:
    with database.begin() as uow:
        uow.enqueue([Delivery("a", Kind.BRIEF, "a")], now=database.now() - timedelta(days=9))
    assert after_one_try(database, Later("greylisted (451)", wait=LONG)).state == "waiting"


def test_that_there_was_no_room_is_no_try(database: Database) -> None:
    """However often Slack said 429 or a budget was spent, an outage that follows is waited out in full."""
    with database.begin() as uow:
        uow.enqueue([Delivery("a", Kind.BRIEF, "a")], now=database.now())
    for _ in range(PATIENT_TRIES):
        now = database.now()
        (claim,) = database.deliveries.claim(worker="w", now=now, limit=1, lease=LONG)
        database.deliveries.later(claim, now=now, until=now, reason="ratelimited", counts=False)
    before = database.now()
    put_off = after_one_try(database, Later("busy", wait=timedelta()))
    assert put_off.state == "waiting"
    assert put_off.due - before < timedelta(seconds=61)


@pytest.mark.parametrize("at_once", [1, 7])
def test_two_workers_share_the_work_and_make_nothing_twice(database: Database, at_once: int) -> None:
    made: list[str] = []
    lock = threading.Lock()

    def make(turn: Turn) -> None:
        turn.begin()
        with lock:
            made.append(turn.claim.delivery.key)

    keys = [f"k{number}" for number in range(60)]
    wish(database, *keys)
    one = Working(database, make, name="one", threads=2, at_once=at_once)
    with one, Working(database, make, name="two", threads=2, at_once=at_once):
        assert eventually(lambda: len(made) >= len(keys) and database.deliveries.next_due() is None)
    assert sorted(made) == sorted(keys)


@pytest.mark.parametrize("at_once", [1, 5])
def test_stopping_finishes_what_was_begun_and_leaves_nothing_claimed(database: Database, at_once: int) -> None:
    at_it, go_on = threading.Event(), threading.Event()

    def make(turn: Turn) -> Sent:
        turn.begin()
        at_it.set()
        assert go_on.wait(60)
        return Sent(turn.claim.delivery.key, "C1", "1.1")

    wish(database, "a", "b")
    working = Working(database, make, at_once=at_once)
    working.worker.start()
    assert at_it.wait(60)
    threading.Timer(0.05, go_on.set).start()
    working.worker.stop()
    assert {one.delivery.key: one.state for one in database.deliveries.listing()} == {"a": "done", "b": "waiting"}


def test_what_fails_because_we_end_is_no_try(database: Database) -> None:
    """The engine's child is ended with us, in the middle of its search: often deployed is not often failed."""

    def make(_: Turn) -> None:
        working.worker.begin_no_more()
        raise Later("the search for a panel and times broke off", wait=timedelta(), ours=True)

    wish(database, "a")
    working = Working(database, make)
    with working:
        assert eventually(lambda: not working.worker.alive())
    (claim,) = database.deliveries.claim(worker="next", now=database.now(), limit=1, lease=LONG)
    assert (claim.attempt, claim.tries) == (2, 1)


def test_a_question_for_room_that_fails_does_not_end_a_worker(database: Database) -> None:
    made, asked = threading.Event(), list[str]()

    def room() -> Open:
        asked.append("")
        if len(asked) == 1:
            raise OSError("planted")
        return Open(kinds=(Kind.BRIEF,))

    wish(database, "a")
    lane = Lane(name="slack", kinds=(Kind.BRIEF,), threads=1, make=lambda _: made.set(), open=room)
    worker = Worker(database, [lane], name="w")
    worker.start()
    assert made.wait(60)
    worker.stop()


def test_a_broken_database_does_not_end_a_worker(database: Database) -> None:
    """What it meets is written down, and it looks again."""
    made = threading.Event()

    class Broken:
        """The deliveries as they are, but for the first look, which fails."""

        failed = False

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        def claim(self, **asked: object) -> object:
            if not self.failed:
                self.failed = True
                raise OSError("planted")
            return real.claim(**asked)  # type: ignore[arg-type]  # handed on as it came

    real = database.deliveries
    database.deliveries = Broken()  # type: ignore[assignment]  # stands in for a locked database
    wish(database, "a")
    with Working(database, lambda _: made.set()):
        assert made.wait(60)
    database.deliveries = real
    assert standing(database).state == "done"


@pytest.mark.parametrize("begun", [False, True])
def test_what_takes_longer_than_its_lease_is_nobody_elses_meanwhile(database: Database, begun: bool) -> None:
    """Time is moved by hand, a lease by one: without a new one each time the other would have it."""
    lease, now, taken = timedelta(seconds=0.3), [database.now()], list[str]()

    def lease_until() -> datetime:
        (held,) = database.deliveries.listing()
        assert held.lease_until is not None
        return held.lease_until

    def make(turn: Turn) -> None:
        if begun:
            turn.begin()
        for _ in range(3):
            now[0] = lease_until() - timedelta(seconds=0.01)
            assert eventually(lambda: lease_until() == now[0] + lease)
            others = database.deliveries.claim(worker="other", now=now[0], limit=1, lease=lease)
            taken.extend(claim.delivery.key for claim in others)

    wish(database, "a")
    lane = Lane(name="engine", kinds=(Kind.BRIEF,), threads=1, make=make, takes_long=True)
    worker = Worker(database, [lane], name="w", lease=lease, now=lambda: now[0])
    worker.start()
    assert eventually(lambda: standing(database).state == "done")
    worker.stop()
    assert taken == []


def settings_in(tmp_path: Path) -> Settings:
    settings = read_settings({
        "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "EVENHAND_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}",
    })  # fmt: skip
    assert isinstance(settings, Settings)
    return settings


def test_a_mail_server_that_takes_its_time_gets_no_letter_from_two_workers(tmp_path: Path) -> None:
    evenhand = Evenhand(settings_in(tmp_path))
    lanes = {lane.name: lane.takes_long for lane in evenhand._lanes(no_page)}
    evenhand.database.close()
    assert (lanes["mail"], lanes["engine"]) == (True, True)


class _Hangs(SocketModeHandler):
    """A connection that is being made anew, to a Slack that does not answer."""

    def __init__(self) -> None:
        self.answers = threading.Event()

    def close(self) -> None:
        self.answers.wait()


def test_what_is_claimed_is_given_back_while_slack_hangs(tmp_path: Path) -> None:
    evenhand, socket = Evenhand(settings_in(tmp_path), only=("worker",)), _Hangs()
    evenhand._worker.start()
    database, late = evenhand.database, evenhand.database.now() + timedelta(hours=1)
    with database.begin() as uow:
        uow.enqueue([Delivery("a", Kind.BRIEF, "a", not_before=late)], now=NOW)
    assert (
        len(database.deliveries.claim(worker=evenhand._worker._worker("slack-0"), now=late, limit=1, lease=LONG)) == 1
    )
    evenhand._socket = socket
    stopping = threading.Thread(target=evenhand.stop)
    stopping.start()
    try:
        assert eventually(lambda: standing(database).state == "waiting")
    finally:
        socket.answers.set()
        stopping.join()
