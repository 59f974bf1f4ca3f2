"""Several processes over one PostgreSQL: who is woken, who claims, what a lost connection or a restart leaves."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import QueuePool, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from hiring.model import AuditEntry, Pipeline
from store.audit import Verified
from store.database import Database
from tests.database import Place, fresh_database, postgres
from tests.store.killing import kill_connections
from tests.store.values import NOON, a_delivery, a_loop
from tests.waiting import eventually


def test_a_database_that_is_forgotten_leaves_no_connection_open(server: Place) -> None:
    database = server.open()
    with database.begin(read_only=True):
        pass
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    assert [tuple(row) for row in server.raw(others)] == [(1,)]
    del database
    gc.collect()
    assert eventually(lambda: [tuple(row) for row in server.raw(others)] == [(0,)])


# ---- waking -------------------------------------------------------------------------------------------------------


@pytest.fixture
def listening(server: Place) -> Iterator[tuple[Database, Database, list[None]]]:
    """One process that delivers, one that only writes, and how often the first was woken."""
    woken: list[None] = []
    with ExitStack() as stack:
        worker = server.open(wake=lambda: woken.append(None))
        stack.callback(worker.close)
        web = server.open()
        stack.callback(web.close)
        assert eventually(lambda: _listeners(server) == 1)
        yield worker, web, woken


def _listeners(place: Place) -> int:
    return len(place.raw("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"))


def _enqueue(database: Database, key: str) -> None:
    with database.begin() as uow:
        uow.enqueue([a_delivery(key)], now=NOON)


def test_what_one_process_writes_wakes_another(listening: tuple[Database, Database, list[None]]) -> None:
    _, web, woken = listening
    _enqueue(web, "a")
    assert eventually(lambda: len(woken) == 1)


def test_what_is_rolled_back_wakes_nobody_and_nobody_is_woken_twice_by_itself(
    listening: tuple[Database, Database, list[None]],
) -> None:
    worker, web, woken = listening
    with pytest.raises(ZeroDivisionError), web.begin() as uow:  # noqa: PT012 - the error inside is the subject
        uow.enqueue([a_delivery("a")], now=NOON)
        1 / 0  # noqa: B018 - raised on purpose
    _enqueue(worker, "b")
    _enqueue(web, "c")
    assert eventually(lambda: len(woken) == 2)
    _enqueue(web, "d")
    assert eventually(lambda: len(woken) == 3)


def test_a_letter_that_is_retried_by_hand_wakes_the_workers(listening: tuple[Database, Database, list[None]]) -> None:
    worker, web, woken = listening
    _enqueue(worker, "a")
    (claim,) = worker.deliveries.claim(worker="w", now=worker.now(), limit=1, lease=timedelta(seconds=30))
    worker.deliveries.dead(claim, now=worker.now(), reason="")
    before = len(woken)
    with web.begin() as uow:
        assert web.deliveries.retry_in(uow, "a", now=web.now())
    assert eventually(lambda: len(woken) == before + 1)


def test_a_listener_whose_connection_died_listens_again_and_looks_at_once(
    server: Place, listening: tuple[Database, Database, list[None]]
) -> None:
    _, web, woken = listening
    assert kill_connections(server, where="query LIKE 'LISTEN%'") == 1
    assert eventually(lambda: len(woken) == 1)
    assert eventually(lambda: _listeners(server) == 1)
    _enqueue(web, "a")
    assert eventually(lambda: len(woken) == 2)


def test_processes_that_work_see_how_many_they_are(
    server: Place, listening: tuple[Database, Database, list[None]]
) -> None:
    worker, web, _ = listening
    second = server.open(wake=lambda: None)
    worker.come_to_work()
    second.come_to_work()
    assert eventually(lambda: [one.workers() for one in (worker, web, second)] == [2, 2, 2])
    kill_connections(server, where="application_name = 'evenhand worker'")
    assert eventually(lambda: worker.workers() == 2)
    second.close()
    assert eventually(lambda: worker.workers() == 1)


def test_on_sqlite_one_process_works(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    assert database.workers() == 1
    database.close()


def test_a_process_needs_no_more_connections_than_is_written(server: Place) -> None:
    """docs/postgresql.md says 14 to read and deliver, two to write, one to listen and one to lead: see to it there, too."""
    process = server.open(wake=lambda: None)
    assert eventually(lambda: _listeners(server) == 1)
    assert process.lead("clock").held()
    with ExitStack() as stack:
        stack.callback(process.close)
        for _ in range(14):
            stack.enter_context(process.begin(read_only=True)).people()
        stack.enter_context(process.begin()).people()
        here = "FROM pg_stat_activity WHERE datname = current_database()"
        mine = f"SELECT count(*) {here} AND application_name ~ '^evenhand [0-9.]+$'"
        assert eventually(lambda: server.raw(mine) == [(17,)])
        pool = process._engine.pool
        assert isinstance(pool, QueuePool)
        pool._timeout = 0.1
        with pytest.raises(PoolTimeoutError), process.begin(read_only=True):
            pass


# ---- claims -------------------------------------------------------------------------------------------------------


def test_who_is_just_taking_something_to_a_place_keeps_others_from_it(both: tuple[Database, Database]) -> None:
    """Two who look at the same moment do not see each other: the place itself is taken before the row is."""
    one, other = both
    with one.begin() as uow:
        uow.enqueue([a_delivery("1", to="ada"), a_delivery("2", to="ada"), a_delivery("3", to="bob")], now=NOON)

    def claim() -> list[str]:
        claims = other.deliveries.claim(worker="w", now=other.now(), limit=3, lease=timedelta(seconds=30))
        return [claim.delivery.key for claim in claims]

    with one._settle() as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        assert one._dialect.hold_places(connection, ["slack ada"]) == {"slack ada"}
        assert claim() == ["3"]
        assert claim() == []
    assert claim() == ["1"]


def test_who_takes_a_row_does_not_keep_others_waiting_for_it(server: Place, both: tuple[Database, Database]) -> None:
    one, other = both
    with one.begin() as uow:
        uow.enqueue([a_delivery("1"), a_delivery("2")], now=NOON)
    with server.connected() as connection, connection.execution_options(isolation_level="READ COMMITTED").begin():
        connection.exec_driver_sql("SELECT 1 FROM deliveries WHERE key = '1' FOR UPDATE")
        (claim,) = other.deliveries.claim(worker="w", now=other.now(), limit=2, lease=timedelta(seconds=30))
        assert claim.delivery.key == "2"


def test_what_is_about_to_be_taken_back_is_sent_by_nobody_meanwhile(both: tuple[Database, Database]) -> None:
    """Claims do not wait for units of work: one that came between the look and the deed would send what nobody takes back."""
    one, other = both
    with one.begin() as uow:
        loop = uow.save_loop(a_loop())
        uow.enqueue([a_delivery("a", to="ada")], now=NOON)
    with one.begin() as uow:
        assert [told.state for told in uow.told([loop])] == ["waiting"]
        assert other.deliveries.claim(worker="w", now=other.now(), limit=1, lease=timedelta(seconds=30)) == ()
        uow.drop_unsent(["a"], now=NOON)
    assert [(known.state, known.reason) for known in other.deliveries.listing()] == [("done", "erased")]


def test_leases_run_on_the_clock_of_the_server(server: Place, both: tuple[Database, Database]) -> None:
    ((before,),) = server.raw("SELECT clock_timestamp()")
    read = [database.now() for database in both]
    ((after,),) = server.raw("SELECT clock_timestamp()")
    assert [before, *read, after] == sorted([before, *read, after])
    assert [now.utcoffset() for now in read] == [timedelta(), timedelta()]


# ---- lost connections and restarts --------------------------------------------------------------------------------


def test_a_unit_of_work_whose_connection_was_killed_leaves_nothing_and_the_next_one_passes(
    server: Place, both: tuple[Database, Database]
) -> None:
    one, other = both
    with pytest.raises(OperationalError), one.begin() as uow:  # noqa: PT012 - dies inside
        uow.save_loop(a_loop())
        uow.audit(AuditEntry(at=NOON, actor="rita", verb="v", subject="s"))
        uow.enqueue([a_delivery("a")], now=NOON)
        assert kill_connections(server) >= 1
        uow.loops()
    for database in both:
        with database.begin() as uow:
            assert (uow.loops(), uow.first_time("event", now=NOON)) == ((), database is one)
            uow.audit(AuditEntry(at=NOON, actor="rita", verb="v", subject="s"))
    verified = other.audit.verify()
    assert isinstance(verified, Verified)
    assert (verified.count, other.deliveries.listing()) == (2, ())


def test_a_connection_that_died_in_the_pool_costs_no_unit_of_work(
    server: Place, both: tuple[Database, Database]
) -> None:
    for database in both:
        with database.begin() as uow:
            uow.people()
    assert kill_connections(server) >= len(both)
    for number, database in enumerate(both):
        with database.begin() as uow:
            uow.save_pipeline(Pipeline(id=str(number), title="", stages=()))
    with both[0].begin(read_only=True) as uow:
        assert [pipeline.id for pipeline in uow.pipelines()] == ["0", "1"]


def test_after_a_restart_of_the_server_everything_committed_is_there_and_work_goes_on(
    server: Place, listening: tuple[Database, Database, list[None]]
) -> None:
    worker, web, woken = listening
    lead = worker.lead("clock")
    assert lead.held()
    _enqueue(web, "a")
    (claim,) = worker.deliveries.claim(worker="w", now=worker.now(), limit=1, lease=timedelta(seconds=30))
    postgres().restart()
    worker.deliveries.done(claim, now=worker.now(), sent=None)
    _enqueue(web, "b")
    assert {one.delivery.key: one.state for one in worker.deliveries.listing()} == {"a": "done", "b": "waiting"}
    assert eventually(lead.held)
    before = len(woken)
    assert eventually(lambda: _listeners(server) == 1)
    _enqueue(web, "c")
    assert eventually(lambda: len(woken) > before)


def test_who_froze_in_a_unit_of_work_does_not_stop_the_others_for_ever(
    both: tuple[Database, Database],
) -> None:
    one, other = both
    with pytest.raises(DBAPIError, match="idle-in-transaction"), one.begin() as uow:  # noqa: PT012 - dies inside
        uow.save_pipeline(Pipeline(id="mine", title="", stages=()))
        uow._connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '200ms'")
        with other.begin() as later:  # waits for the writer, whom the server ends
            later.save_pipeline(Pipeline(id="yours", title="", stages=()))
        uow.pipelines()
    with one.begin(read_only=True) as uow:
        assert [pipeline.id for pipeline in uow.pipelines()] == ["yours"]


@pytest.mark.parametrize("read_only", [True, False])
def test_nobody_waits_or_holds_for_ever(both: tuple[Database, Database], read_only: bool) -> None:
    """What docs/postgresql.md says of each session, so that who froze or hangs gives up what it holds."""
    with both[0].begin(read_only=read_only) as uow:
        uow.people()
        found = {
            name: uow._connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        }
    assert [*found.values()] == ["30s", "1min", "15s"]


def test_who_waits_too_long_for_the_writer_is_told(both: tuple[Database, Database]) -> None:
    one, other = both
    with one.begin(), pytest.raises(TimeoutError, match="kept busy"), other.begin(patience=0.1):
        pass


def test_a_unit_of_work_sees_what_was_kept_before_its_turn_whatever_the_server_usually_shows(server: Place) -> None:
    """Else two who wait for each other could both take somebody's last hour."""
    usually = "ALTER DATABASE {} SET default_transaction_isolation = 'repeatable read'"
    server.raw(usually.format(make_url(server.url).database))
    one, other = server.open(), server.open()

    def look() -> list[str]:
        with other.begin() as uow:
            return [pipeline.id for pipeline in uow.pipelines()]

    with ThreadPoolExecutor(1) as pool:
        with one.begin() as uow:
            uow._connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            seen = pool.submit(look)
            assert eventually(lambda: bool(server.raw(_WAITING)))
            uow.save_pipeline(Pipeline(id="mine", title="", stages=()))
        assert seen.result() == ["mine"]
    one.close()
    other.close()


_WAITING = (
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
