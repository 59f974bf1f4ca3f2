"""What is asked all day long never reads all of the past."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from handlers import facts
from handlers.home import home_view
from handlers.messages.leading import write_digest
from hiring.flows import dead_letters, delegating, erasing, pool, records, self_service, tallying
from hiring.flows.erasing import erase_over
from hiring.flows.foretelling import foretell
from hiring.flows.settling import people_in
from hiring.flows.sweeping import sweep
from hiring.model import Delivery, Ended, Kind, Loop, Role
from hiring.rules.retention import Ending, Term
from store.database import Database
from store.standings import Which
from store.vault import masters_in_use
from tests.database import Place, fresh_database, postgres_place, sqlite_place
from tests.hiring import worlds
from tests.hiring.worlds import NOW

GROW = frozenset(
    {
        *[
            "loops",
            "loop_people",
            "deliveries",
            "episodes",
            "audit",
            "inbox",
            "scorecards",
            "bookings",
            "pictures",
            "candidates",
            "name_ends",
            "data_keys",
        ]
    }
)
WHOLE = re.compile(r"^SCAN (\w+?)(_\d+)?( USING (COVERING )?INDEX (\w+))?$")
"""How SQLite says that it reads a table, or an index, from end to end."""
SMALL = frozenset(
    {
        *("ix_deliveries_queue", "ix_deliveries_place", "ix_deliveries_held", "ix_deliveries_untold"),
        *("ix_deliveries_dead", "ix_deliveries_buried", "ix_episodes_open", "ix_candidates_unentered"),
        "ix_loops_under_way",
    }
)
"""Indexes that skip the past: to read one whole is to read what is open. Of the buried only the first is asked for."""
DAY = timedelta(days=1)
AUDITOR = worlds.person("Oda", roles=(Role.AUDITOR,))


def _read(of: Callable[[Any], object]) -> Callable[[Database], object]:
    def ask(database: Database) -> object:
        with database.begin() as uow:
            return of(uow)

    return ask


def _home(person: str) -> Callable[[Database], object]:
    return _read(lambda uow: home_view(uow, uow.person(person), now=NOW))


def _digest(uow: Any) -> object:
    refs = (("opening", "ds"), ("day", str(NOW.date())))
    return write_digest(uow, Delivery(key="digest", kind=Kind.DIGEST, refs=refs), NOW)


def _erasure(uow: Any) -> object:
    return erasing.foresee(uow, uow.candidate("jo"), record="record", policy={}, early=False, now=NOW)


def _masters(there: Database) -> object:
    with there._engine.connect() as connection:
        return masters_in_use(connection)


POLICY = {Ending.CANCELLED: Term(erase=3000 * DAY)}
ASKED: dict[str, Callable[[Database], object]] = {
    "work": lambda there: there.deliveries.claim(worker="w", now=there.now(), limit=1, lease=DAY, kinds=list(Kind)),
    "next": lambda there: there.deliveries.next_due(),
    "backlog": lambda there: there.deliveries.backlog(there.now()),
    "sweep": lambda there: sweep(there, now=NOW + DAY),
    "dead letters": lambda there: dead_letters.tell(there, now=NOW),
    "dead letters of a loop": _read(lambda uow: uow.dead_letters(loop="L1")),
    "home of a recruiter": _home("rita"),
    "home of an interviewer": _home("ana"),
    "status": _read(lambda uow: facts.visible(uow, uow.person("rita"), now=NOW)),
    "what an auditor follows": _read(lambda uow: facts.audited(uow, AUDITOR, now=NOW)),
    "digest": _read(_digest),
    "rates": _read(lambda uow: tallying.company_rates(uow, now=NOW)),
    "inbox": _read(lambda uow: uow.first_time("Ev1", now=NOW)),
    "who is asking": _read(lambda uow: uow.person_by_slack("UANA")),
    "a candidate by e-mail": _read(lambda uow: uow.candidate_by_email("jo@elsewhere.example")),
    "trail": _read(lambda uow: uow.entries("L1")),
    "load": _read(lambda uow: self_service.loads(uow, [uow.person("ana")], now=NOW)),
    "facts to plan": _read(lambda uow: pool.gather(uow, uow.loop("L1"), now=NOW)),
    "record": _read(lambda uow: records.read_record(uow, uow.candidate("jo"), by="operator", now=NOW)),
    "erasure": _read(_erasure),
    "states": lambda there: there.deliveries.counts(there.now()),
    "what is left to deliver": lambda there: there.deliveries.listing(which=Which(undone=True)),
    "dead ones": lambda there: there.deliveries.listing("dead"),
    "candidates with some letters": _read(lambda uow: uow.candidates_like("al", most=20)),
    "any candidates": _read(lambda uow: uow.candidates_like("", most=20)),
    "names to enter": _read(lambda uow: uow.enter_names(most=25)),
    "candidates who work here": _read(delegating.recognise),
    "records soon to be erased": lambda there: foretell(there, policy=POLICY, now=NOW),
    "records that are over": lambda there: erase_over(there, policy=POLICY, new_record=str, now=NOW),
    "master keys in use": _masters,
}


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _whole_in_sqlite(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """Tables that grow, each with the index that is read whole, if it is one."""
    steps = [step for *_, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    found = [match for step in steps if (match := WHOLE.match(step)) and match[5] not in SMALL]
    return [match[0] for match in found if match[1] in GROW]


def _whole_in_postgresql(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """The same; where it can't be avoided it would still read a table whole, though told not to."""
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    return [f"{node['Node Type']} {node['Relation Name']}" for node in nodes(plan[0]["Plan"]) if _is_whole(node)]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def _is_whole(node: dict[str, Any]) -> bool:
    small = node.get("Index Name") in SMALL
    by_rows = node["Node Type"] in {"Bitmap Heap Scan", "ModifyTable"}
    return node.get("Relation Name") in GROW and "Index Cond" not in node and not small and not by_rows


def settled(place: Place) -> Database:
    database = worlds.settled(place.open())
    worlds.booked(database)
    with database.begin() as uow:
        uow.save_opening(replace(worlds.OPENING, digest_hour=0))
    return database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Database]]:
    where = sqlite_place(tmp_path_factory.mktemp("grown")) if request.param == "sqlite" else postgres_place()
    database = settled(where)
    yield where, database
    database.close()


@pytest.mark.parametrize("what", ASKED)
def test_nothing_that_grows_is_read_whole(lived: tuple[Place, Database], what: str) -> None:
    place, database = lived
    with statements() as asked:
        ASKED[what](database)
    read = {statement: parameters for statement, parameters in asked if statement.startswith(("SELECT", "WITH"))}
    whole = _whole_in_sqlite if place.kind == "sqlite" else _whole_in_postgresql
    with database._engine.begin() as connection:
        found = {statement: whole(connection, statement, parameters) for statement, parameters in read.items()}
    assert {statement: plan for statement, plan in found.items() if plan and not _is_newest(statement)} == {}


def _is_newest(statement: str) -> bool:
    """The last entry of the trail, found from the end."""
    return "FROM audit ORDER BY audit.n DESC" in " ".join(statement.split())


def test_what_ended_long_ago_is_not_read_for_a_digest(tmp_path: Path) -> None:
    database = worlds.settled(fresh_database(tmp_path))
    loop = worlds.started(database)
    over = {"runs": None, "just": NOW - DAY, "long ago": NOW - 3 * DAY}
    for name, at in over.items():
        ended = Ended(at=at, by="rita", reason="filled") if at else None
        other: Loop = replace(loop, id=name, version=0, created=NOW - 100 * DAY, cancelled=ended)
        with database.begin() as uow:
            uow.save_loop(other)
    with database.begin(read_only=True) as uow:
        found = {one.id for one in uow.loops(opening="ds", active=False, ended_after=NOW - 2 * DAY)}
    assert found == {loop.id, "runs", "just"}
    database.close()


def test_going_through_everybody_reads_them_at_once(tmp_path: Path) -> None:
    database = worlds.settled(fresh_database(tmp_path))
    with database.begin() as uow, statements() as asked:
        people = people_in(uow)
        assert people["ana"] == worlds.ANA
        assert {person.id for person in people.values()} == {person.id for person in worlds.PEOPLE}
    assert len([statement for statement, _ in asked if statement.startswith("SELECT")]) == 2
    database.close()


def test_a_dead_letter_that_was_told_of_is_not_read_again(tmp_path: Path) -> None:
    database = worlds.settled(fresh_database(tmp_path))
    with database.begin() as uow, statements() as asked:
        uow.dead_letters()
    ((statement, parameters),) = asked
    with database._engine.connect() as connection:
        plan = [step for *_, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert plan[0] == "SCAN deliveries USING INDEX ix_deliveries_untold"
    database.close()
