"""An operator sees what did not go out, and mends or buries it."""

from __future__ import annotations

import io
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands.standings import print_each
from hiring.model import Delivery, Kind
from store.causes import because_of
from store.database import Database
from tests.database import postgres_place, sqlite_place
from tests.operations.outbox import Operator, enqueue, give_up, states, stock, stocked


@pytest.fixture
def operator(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Operator:
    return Operator(sqlite_place(tmp_path).url, capsys, monkeypatch)


def test_the_list_holds_what_is_not_done_and_the_count_of_every_state(tmp_path: Path, operator: Operator) -> None:
    database = stocked(tmp_path)
    enqueue(database, "brief/1")
    give_up(database, "brief/1")
    enqueue(database, "brief/2")
    database.close()
    read = operator.reads(["list"])
    told = {(one["key"], one["state"], one["reason"]) for one in read["deliveries"]}
    assert told == {("brief/1", "dead", "channel_not_found"), ("brief/2", "waiting", None)}
    assert {state: one["count"] for state, one in read["counts"].items() if one["count"]} == {"waiting": 1, "dead": 1}
    assert [one["key"] for one in operator.reads(["list", "--state", "dead"])["deliveries"]] == ["brief/1"]


def test_the_list_in_words_names_nobody(tmp_path: Path, operator: Operator) -> None:
    database = stocked(tmp_path)
    enqueue(database, "brief/1")
    give_up(database, "brief/1")
    database.close()
    code, out, _ = operator.types([])
    assert code == 0
    assert "brief/1" in out
    assert [secret for secret in ("Cleo", "Planted", "Ada", "@") if secret in out] == []


def test_one_is_shown_from_its_cause_to_the_answer(tmp_path: Path, operator: Operator) -> None:
    database = stocked(tmp_path)
    enqueue(database, "brief/1")
    give_up(database, "brief/1")
    database.close()
    shown = operator.reads(["show", "brief/1"])
    kept = {name: shown[name] for name in ("key", "kind", "to", "about", "state", "attempts", "reason", "channel")}
    assert kept == {
        "key": "brief/1",
        "kind": "slack.brief",
        "to": "ada",
        "about": "loop-1",
        "state": "dead",
        "attempts": 1,
        "reason": "channel_not_found",
        "channel": None,
    }


@pytest.mark.parametrize("verb", [["show", "nothing"], ["retry", "nothing"], ["bury", "nothing", "--reason", "x"]])
def test_a_key_that_is_not_there_is_a_no(tmp_path: Path, operator: Operator, verb: list[str]) -> None:
    stocked(tmp_path).close()
    said = "There is no delivery nothing. `evenhand deliveries list` shows what there is.\n"
    assert operator.types(verb) == (3, "", said)


def test_a_dead_letter_is_retried_and_a_living_one_is_not(tmp_path: Path, operator: Operator) -> None:
    database = stocked(tmp_path)
    enqueue(database, "brief/1")
    give_up(database, "brief/1")
    assert operator.types(["retry", "brief/1"]) == (0, "1 delivery was put back into the queue.\n", "")
    assert states(database) == {"brief/1": "waiting"}
    assert operator.types(["retry", "brief/1"])[0] == 3
    assert [(e["actor"], e["verb"], e["subject"]) for e in database.audit.export()] == [
        ("operator", "retried a delivery", "brief/1")
    ]
    database.close()


@pytest.mark.parametrize("verb", [["retry", "brief/1"], ["bury", "brief/1", "--reason", "sent by hand"]])
def test_what_cannot_be_written_into_the_trail_is_not_done(tmp_path: Path, operator: Operator, verb: list[str]) -> None:
    database = _given_up(tmp_path, "brief/1")
    before = database.deliveries.standing("brief/1")
    sqlite_place(tmp_path).raw("ALTER TABLE audit RENAME TO elsewhere")
    assert operator.types(verb)[0] == 2
    assert database.deliveries.standing("brief/1") == before
    database.close()


def test_all_dead_letters_are_retried_at_once(tmp_path: Path, operator: Operator) -> None:
    database = stocked(tmp_path)
    for number in range(3):
        enqueue(database, f"brief/{number}")
        give_up(database, f"brief/{number}")
    assert operator.types(["bury", "brief/1", "--reason", "sent by hand"])[0] == 0
    assert operator.types(["retry", "--all-dead"]) == (0, "2 deliveries were put back into the queue.\n", "")
    assert states(database) == {"brief/0": "waiting", "brief/1": "dead", "brief/2": "waiting"}
    database.close()


def _given_up(home: Path, *keys: str) -> Database:
    database = stocked(home)
    for key in keys:
        enqueue(database, key)
        give_up(database, key)
    return database


def test_several_are_named_at_once_and_one_that_can_not_be_is_a_no(tmp_path: Path, operator: Operator) -> None:
    database = _given_up(tmp_path, "brief/1", "brief/2")
    enqueue(database, "brief/3")
    said = "brief/3 is not among the dead letters: it is done, or still on its way.\n"
    told = (3, "2 deliveries were put back into the queue.\n", said)
    assert operator.types(["retry", "brief/1", "brief/2", "brief/3", "brief/1"]) == told
    assert set(states(database).values()) == {"waiting"}
    database.close()


@pytest.mark.parametrize("words", [["retry"], ["retry", "brief/1", "--all-dead"], ["bury", "--reason", "moot"]])
def test_which_of_them_must_be_said_in_one_way(tmp_path: Path, operator: Operator, words: list[str]) -> None:
    stocked(tmp_path).close()
    assert operator.types(words) == (2, "", "Name the keys, or say --all-dead, and not both.\n")


def test_what_would_be_touched_is_said_and_left_alone(tmp_path: Path, operator: Operator) -> None:
    database = _given_up(tmp_path, "brief/1", "brief/2")
    code, out, _ = operator.types(["bury", "--all-dead", "--dry-run", "--reason", "moot"])
    assert (code, out.splitlines()[-1]) == (0, "Nothing was changed. 2 deliveries would be buried.")
    assert {line for line in out.splitlines() if line.startswith("brief")} == {"brief/1", "brief/2"}
    none = "There is no dead delivery of the kind mail to ada.\n"
    assert operator.types(["retry", "--all-dead", "--kind", "mail", "--to", "ada"]) == (0, none, "")
    assert set(states(database).values()) == {"dead"}
    database.close()


@pytest.mark.parametrize("answer", [("yes\n", 0, "waiting"), ("no\n", 3, "dead"), ("", 3, "dead")])
def test_on_a_terminal_it_is_asked_before_several_are_touched(
    tmp_path: Path, operator: Operator, monkeypatch: pytest.MonkeyPatch, answer: tuple[str, int, str]
) -> None:
    typed, code, after = answer

    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    database = _given_up(tmp_path, "brief/1", "brief/2")
    monkeypatch.setattr(sys, "stdin", Keyboard(typed))
    found, _, said = operator.types(["retry", "--all-dead"])
    assert (found, said) == (code, "2 deliveries will be put back into the queue. Type yes to go on.\n")
    assert set(states(database).values()) == {after}
    database.close()


def test_on_a_narrow_terminal_a_key_stays_whole_and_all_else_fits(tmp_path: Path) -> None:
    key = "loop-1/options/1/" + "long/" * 20
    database = _given_up(tmp_path, key)
    screen = Console(width=80, record=True, file=io.StringIO())
    now = database.now() + timedelta(hours=2)
    print_each(database.deliveries.listing(), screen, now=now)
    database.close()
    lines = screen.export_text().splitlines()
    assert lines[1] == key
    assert [line.strip() for line in lines[3:]] == ["dead, tried once", "channel_not_found"]
    assert lines[2].startswith("    slack.brief, to ada, written ")
    assert lines[2].endswith(" (2 h ago)")
    assert max(len(line) for line in [*lines[:1], *lines[2:]]) <= 80


def test_what_is_buried_says_why_and_concerns_nobody_any_more(tmp_path: Path, operator: Operator) -> None:
    database = stocked(tmp_path)
    enqueue(database, "brief/1")
    give_up(database, "brief/1")
    enqueue(database, "brief/2")
    for key in ("brief/1", "brief/2"):
        assert operator.types(["bury", key, "--reason", "sent by hand [/b]"])[0] == 0
        assert operator.types(["bury", key, "--reason", "again"])[0] == 3
    assert {one.reason for one in database.deliveries.listing()} == {"buried: sent by hand [/b]"}
    assert operator.types([]) == (0, "In all: 2 buried.\nNothing is left to do.\n", "")
    assert operator.types(["--state", "dead"])[1] == "In all: 2 buried.\nThere is no dead delivery.\n"
    assert "buried: sent by hand [/b]" in operator.types(["--state", "buried"])[1]
    counts = database.deliveries.counts(database.now())
    assert (counts["dead"][0], counts["buried"][0]) == (0, 2)
    database.close()


def test_the_list_is_narrowed_to_what_is_looked_for(tmp_path: Path, operator: Operator) -> None:
    database = stocked(tmp_path)
    with because_of("click"):
        enqueue(database, "brief/1")
    enqueue(database, "mail/1", kind=Kind.MAIL_ITINERARY, to="")
    with database.begin() as uow:
        uow.enqueue([Delivery("digest/1", Kind.DIGEST, "#C1", refs=(("opening", "data"),))], now=database.now())
    database.close()
    found = {
        words: [one["key"] for one in operator.reads(["list", *words.split()])["deliveries"]]
        for words in (
            "--kind mail", "--kind slack.brief", "--to ada", "--to #C1", "--about loop-1", "--about data",
            "--about loop", "--cause click", "--limit 1",
        )
    }  # fmt: skip
    assert found == {
        "--kind mail": ["mail/1"],
        "--kind slack.brief": ["brief/1"],
        "--to ada": ["brief/1"],
        "--to #C1": ["digest/1"],
        "--about loop-1": ["mail/1", "brief/1"],
        "--about data": ["digest/1"],
        "--about loop": [],
        "--cause click": ["brief/1"],
        "--limit 1": ["digest/1"],
    }
    assert operator.reads(["--kind", "mail", "list"]) == operator.reads(["--kind", "mail"])


def test_a_line_is_whole_however_long_for_whoever_searches_through_it(tmp_path: Path, operator: Operator) -> None:
    database = stocked(tmp_path)
    key = f"brief/{'long/' * 60}"
    enqueue(database, key)
    database.close()
    assert any(key in line and "waiting" in line for line in operator.types([])[1].splitlines())


def test_nothing_was_ever_to_be_delivered(tmp_path: Path, operator: Operator) -> None:
    stocked(tmp_path).close()
    assert operator.types([]) == (0, "Nothing was ever to be delivered.\n", "")
    assert operator.reads([])["deliveries"] == []


def test_looking_makes_no_database_and_no_keys(
    tmp_path: Path, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "evenhand.db"
    none = f"There is no database at {file}; `evenhand migrate` makes one\n"
    assert operator.types([]) == (2, "", none)
    stocked(tmp_path).close()
    monkeypatch.delenv("EVENHAND_SEAL_KEYS")
    code, _, said = operator.types([])
    assert (code, said.partition(",")[0]) == (2, f"There is no {tmp_path / 'seal.keys'}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evenhand.db"]


def test_a_database_that_is_none_is_told_in_a_sentence(tmp_path: Path, operator: Operator) -> None:
    (tmp_path / "evenhand.db").write_text("this is a letter and no database")
    said = "The database can't be used now (DatabaseError). `evenhand doctor` tries it.\n"
    assert operator.types([]) == (2, "", said)


def test_all_of_it_works_on_postgresql(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    place = postgres_place()
    operator = Operator(place.url, capsys, monkeypatch)
    database = stock(place.open())
    for number in (1, 2):
        enqueue(database, f"brief/{number}")
        give_up(database, f"brief/{number}")
    assert [one["key"] for one in operator.reads(["--about", "loop-1", "--kind", "slack"])["deliveries"]] == [
        "brief/2", "brief/1",
    ]  # fmt: skip
    assert operator.reads(["show", "brief/1"])["reason"] == "channel_not_found"
    assert operator.types(["bury", "brief/2", "--reason", "moot"])[0] == 0
    assert operator.types(["retry", "--all-dead"])[1] == "1 delivery was put back into the queue.\n"
    assert operator.types(["show", "nothing"])[0] == 3
    counts = {state: one["count"] for state, one in operator.reads([])["counts"].items() if one["count"]}
    assert counts == {"waiting": 1, "buried": 1}
    database.close()
