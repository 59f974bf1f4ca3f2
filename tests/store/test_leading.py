"""Who of several processes leads: one, until it leaves, dies or falls silent."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.demo.stage import ROOT
from store.database import Database
from store.dialects.foremost import Foremost
from store.dialects.leading import SILENCE, Leader
from tests.database import Place, postgres_place, sqlite_place
from tests.store.killing import kill_connections
from tests.waiting import eventually


@pytest.fixture(params=["postgresql", "sqlite"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return postgres_place() if request.param == "postgresql" else sqlite_place(tmp_path)


def test_one_leads_until_it_leaves_and_then_another(anywhere: Place) -> None:
    databases = anywhere.open(), anywhere.open()
    one, other = (database.lead("clock") for database in databases)
    assert [one.held(), other.held(), one.held(), other.held()] == [True, False, True, False]
    one.release()
    assert [other.held(), one.held()] == [True, False]
    for database in databases:
        database.close()


def test_leads_of_different_names_do_not_mix(anywhere: Place) -> None:
    one, other = anywhere.open(), anywhere.open()
    assert [one.lead("clock").held(), other.lead("sweeper").held()] == [True, True]
    one.close()
    other.close()


def test_who_closes_the_database_leads_no_more(anywhere: Place) -> None:
    one, other = anywhere.open(), anywhere.open()
    assert [one.lead("clock").held(), other.lead("clock").held()] == [True, False]
    one.close()
    assert other.lead("clock").held()
    other.close()


def test_who_lost_the_connection_leads_no_more_and_never_two_do(server: Place, both: tuple[Database, Database]) -> None:
    one, other = (database.lead("clock") for database in both)
    assert one.held()
    assert not other.held()
    kill_connections(server)
    assert sorted([other.held(), one.held(), other.held(), one.held()][2:]) == [False, True]


def test_who_froze_leads_no_more_and_knows_it_when_it_wakes(both: tuple[Database, Database]) -> None:
    """Its machine answers for its connection, so nothing but its silence shows it."""
    leads = [database._dialect.lead(database._engine, "clock") for database in both]
    one, other = [lead for lead in leads if isinstance(lead, Leader)]
    assert [one.held(), other.held()] == [True, False]
    assert one._connection is not None
    assert one._connection.exec_driver_sql("SHOW idle_session_timeout").scalar() == f"{SILENCE}s"
    one._connection.exec_driver_sql("SET idle_session_timeout = '200ms'")
    assert eventually(other.held)
    assert [one.held(), other.held()] == [False, True]
    one.release()
    other.release()


def test_of_many_threads_of_two_processes_one_process_leads(both: tuple[Database, Database]) -> None:
    leads = [database.lead("clock") for database in both]
    together = threading.Barrier(8)
    answers: list[tuple[int, bool]] = []

    def ask(number: int) -> None:
        together.wait()
        answers.extend((number % 2, leads[number % 2].held()) for _ in range(20))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    led = {process for process, held in answers if held}
    assert len(led) == 1
    assert {held for process, held in answers if process in led} == {True}


def test_who_froze_beside_an_sqlite_file_leads_no_more_and_knows_it_when_it_wakes(tmp_path: Path) -> None:
    """Its lock stays where it is; whoever comes next finds its silence and puts another file there."""
    path = tmp_path / "evenhand.db-clock"
    one, impatient = Foremost(path), Foremost(path, silence=0.2)
    assert one.held()
    assert eventually(impatient.held)
    assert [one.held(), impatient.held(), one.held()] == [False, True, False]
    impatient.release()
    assert one.held()
    one.release()


def test_who_says_so_again_is_not_taken_for_frozen(tmp_path: Path) -> None:
    path = tmp_path / "evenhand.db-clock"
    one, other = Foremost(path), Foremost(path)
    assert one.held()
    os.utime(path, ns=(0, 0))
    assert one.held()
    assert not other.held()
    one.release()


LEADS = """
import pathlib, sys, time
from store.dialects.foremost import Foremost
lead = Foremost(pathlib.Path(sys.argv[1]))
print(lead.held(), flush=True)
time.sleep(600)
"""


def test_who_is_killed_leads_no_more_at_once(tmp_path: Path) -> None:
    path = tmp_path / "evenhand.db-clock"
    lead = Foremost(path)
    command = [sys.executable, "-c", LEADS, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as leads:  # noqa: S603 - our own interpreter
        assert leads.stdout is not None
        assert leads.stdout.readline() == b"True\n"
        assert not lead.held()
        leads.kill()
    assert lead.held()
    lead.release()


def test_where_no_file_can_be_locked_nobody_leads(tmp_path: Path) -> None:
    assert not Foremost(tmp_path / "nowhere" / "evenhand.db-clock").held()
