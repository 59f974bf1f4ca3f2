"""Units of work that queue share a commit, and nothing else."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, QueuePool, event, text

from store import dialect
from store.dialects.patience import patience
from store.faults import NotKept
from store.turns import AT_LEAST, Turns

PATIENCE = 120.0


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = dialect.connect(f"sqlite:///{tmp_path / 'turns.db'}", create=True)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
    yield made
    made.dispose()


@pytest.fixture
def commits(engine: Engine) -> list[Connection]:
    seen: list[Connection] = []
    event.listen(engine, "commit", seen.append)
    return seen


def kept(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT word FROM words ORDER BY word")))


def write(connection: Connection, word: str) -> None:
    connection.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})


def queued(
    turns: Turns, first: Callable[[Connection], None], others: list[Callable[[Connection], None]]
) -> list[Future[None]]:
    """Runs `first`, with all the others in the queue before it ends."""

    def work(do: Callable[[Connection], None]) -> None:
        with turns.turn() as connection:
            do(connection)

    def first_of_all(connection: Connection) -> None:
        begun.set()
        until = time.monotonic() + PATIENCE
        while turns.waiting < len(others) and time.monotonic() < until:
            time.sleep(0.002)
        first(connection)

    begun = threading.Event()
    with ThreadPoolExecutor(len(others) + 1) as pool:
        ends = [pool.submit(work, first_of_all)]
        assert begun.wait(PATIENCE)
        ends += [pool.submit(work, other) for other in others]
    return ends


def test_those_that_queue_are_committed_together(engine: Engine, commits: list[Connection]) -> None:
    turns = Turns(engine, lambda _: None, patience=PATIENCE, together=4)
    words = [f"w{n}" for n in range(8)]
    ends = queued(turns, lambda c: write(c, words[0]), [lambda c, word=word: write(c, word) for word in words[1:]])  # type: ignore[misc]
    assert [end.exception() for end in ends] == [None] * 8
    assert (kept(engine), len(commits)) == (words, 2)


def test_who_waits_longest_is_next_whoever_else_comes(engine: Engine) -> None:
    turns, came = Turns(engine, lambda _: None, patience=PATIENCE, together=1), list[str]()

    def come(name: str) -> None:
        with turns.turn() as connection:
            write(connection, name)
            came.append(name)

    with ThreadPoolExecutor(3) as pool:
        with turns.turn():
            for number, name in enumerate("abc", start=1):
                pool.submit(come, name)
                until = time.monotonic() + PATIENCE
                while turns.waiting < number and time.monotonic() < until:
                    time.sleep(0.002)
        come("again")
    assert came == ["a", "b", "c", "again"]


def test_who_has_queued_waits_for_the_database_only_as_long_as_is_left(engine: Engine) -> None:
    """Who has pressed a button looks on for three seconds, wherever they are spent."""
    turns, left = (
        Turns(engine, lambda c: left.append(patience(c, usually=0)), patience=PATIENCE, together=1),
        list[int](),
    )
    ends = queued(turns, lambda _: time.sleep(0.05), [lambda _: None])
    assert [end.exception() for end in ends] == [None, None]
    assert left[0] == 1000 * PATIENCE > left[1] >= 1000 * AT_LEAST


def test_one_that_fails_takes_nobody_with_it(engine: Engine, commits: list[Connection]) -> None:
    def fail(connection: Connection) -> None:
        write(connection, "never")
        raise LookupError("planted")

    turns = Turns(engine, lambda _: None, patience=PATIENCE)
    ends = queued(turns, lambda c: write(c, "a"), [fail, fail, lambda c: write(c, "b")])
    assert [type(end.exception()) for end in ends] == [type(None), LookupError, LookupError, type(None)]
    assert kept(engine) == ["a", "b"]
    assert 1 <= len(commits) <= 2


def test_the_first_that_fails_leaves_the_turn_to_the_next(engine: Engine) -> None:
    def fail(connection: Connection) -> None:
        write(connection, "never")
        raise LookupError("planted")

    turns = Turns(engine, lambda _: None, patience=PATIENCE)
    ends = queued(turns, fail, [lambda c: write(c, "a"), lambda c: write(c, "b")])
    assert [type(end.exception()) for end in ends] == [LookupError, type(None), type(None)]
    assert kept(engine) == ["a", "b"]


def test_when_the_database_gives_up_nobody_is_told_that_it_kept_anything(engine: Engine) -> None:
    def lost(connection: Connection) -> None:
        connection.connection.driver_connection.execute("ROLLBACK")  # type: ignore[union-attr]  # as SQLite itself does when the disk is full
        raise LookupError("planted")

    turns = Turns(engine, lambda _: None, patience=PATIENCE)
    ends = queued(turns, lambda c: write(c, "a"), [lost, lambda c: write(c, "b"), lambda c: write(c, "c")])
    assert isinstance(ends[0].exception(), NotKept)
    assert ends[1].exception() is not None
    # Who comes after it has a transaction that lasts, and what is said is true of both.
    assert [end.exception() for end in ends[2:]] == [None, None]
    assert kept(engine) == ["b", "c"]


def test_each_has_a_transaction_of_its_own_where_that_is_asked_for(engine: Engine, commits: list[Connection]) -> None:
    turns = Turns(engine, lambda _: None, patience=PATIENCE, together=1)
    ends = queued(turns, lambda c: write(c, "a"), [lambda c: write(c, "b"), lambda c: write(c, "c")])
    assert [end.exception() for end in ends] == [None] * 3
    assert (kept(engine), len(commits)) == (["a", "b", "c"], 3)


def test_one_that_could_not_begin_leaves_its_turn_and_its_connection(engine: Engine) -> None:
    def refuse(_: Connection) -> None:
        raise TimeoutError("planted")

    pool = engine.pool
    assert isinstance(pool, QueuePool)
    turns, refused = Turns(engine, lambda _: None, patience=PATIENCE), Turns(engine, refuse, patience=0.1)
    held: list[BaseException] = []  # an error that somebody keeps keeps its frames, and what stands in them
    for _ in range(3):
        with pytest.raises(TimeoutError, match="planted") as told, refused.turn():
            pass
        held.append(told.value)
    assert pool.checkedout() == 0
    with turns.turn() as connection:
        write(connection, "a")
    assert kept(engine) == ["a"]
