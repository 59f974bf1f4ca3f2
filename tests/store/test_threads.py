from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from threading import Barrier

from sqlmodel import col, select

from hiring.model import AuditEntry
from store.audit import Verified
from store.database import Database
from store.tables import LoopRow
from tests.database import Place
from tests.store.values import NOON, a_loop

THREADS, TIMES = 8, 200


def test_many_small_transactions_of_many_threads_all_pass(database: Database) -> None:
    """Each reads a number and writes it back one higher, beside others that only read: nothing is lost or locked."""
    with database.begin() as uow:
        uow.save_loop(a_loop())
    together = Barrier(THREADS)

    def work(number: int) -> None:
        together.wait()
        for time in range(TIMES):
            with database.begin() as uow:
                loop = uow.loop("loop-1")
                uow.save_loop(loop.with_(refilling=loop.refilling + 1))
                uow.audit(AuditEntry(at=NOON, actor=str(number), verb="counted", subject=str(time)))
            with database.begin(read_only=True) as uow:
                assert uow.loop("loop-1").refilling > time

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    with database.begin(read_only=True) as uow:
        assert uow.loop("loop-1").refilling == THREADS * TIMES
    verified = database.audit.verify()
    assert isinstance(verified, Verified)
    assert verified.count == THREADS * TIMES


def test_two_that_share_nothing_else_do_not_lock_each_other_out(place: Place) -> None:
    """As two processes: nothing but the database is shared."""
    both = [place.open(), place.open()]
    with both[0].begin() as uow:
        uow.save_loop(a_loop())
    together = Barrier(4)

    def work(database: Database) -> int:
        together.wait()
        new = 0
        for event in range(TIMES):
            with database.begin() as uow:
                loop = uow.loop("loop-1")
                uow.save_loop(loop.with_(refilling=loop.refilling + 1))
                new += uow.first_time(str(event), now=NOON)
        return new

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, both * 2)) == TIMES
    with both[1].begin(read_only=True) as uow:
        assert uow.loop("loop-1").refilling == 4 * TIMES
    for database in both:
        database.close()


def test_instants_are_stored_in_utc_and_come_back_aware(database: Database) -> None:
    elsewhere = datetime.fromisoformat("2026-03-02T17:30:00+05:30")
    with database.begin() as uow:
        uow.save_loop(a_loop().with_(created=elsewhere))
        (created,) = uow._scalars(select(col(LoopRow.created)))
    assert created.isoformat() == "2026-03-02T12:00:00+00:00"


def test_after_a_rush_the_few_who_work_share_the_connection_that_was_used_last(database: Database) -> None:
    """In turn with the others, each would have lost by then what makes it quick: a worker made a fifth fewer deliveries."""
    with ExitStack() as rush:
        for _ in range(6):
            rush.enter_context(database.begin(read_only=True)).people()
    used = set()
    for _ in range(6):
        with database._engine.connect() as connection:
            used.add(id(connection.connection.dbapi_connection))
    assert len(used) == 1
