"""An operator sees what did not go out, and mends or buries it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.operations.outbox import Operator, enqueue, give_up, states, stocked


@pytest.fixture
def operator(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Operator:
    return Operator(tmp_path, capsys, monkeypatch)


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
    assert operator.types(["retry", "brief/1"]) == (0, "It is back in the queue.\n", "")
    assert states(database) == {"brief/1": "waiting"}
    assert operator.types(["retry", "brief/1"])[0] == 3
    assert [(e["actor"], e["verb"], e["subject"]) for e in database.audit.export()] == [
        ("operator", "retried a delivery", "brief/1")
    ]
    database.close()


def test_all_dead_letters_are_retried_at_once(tmp_path: Path, operator: Operator) -> None:
    database = stocked(tmp_path)
    for number in range(3):
        enqueue(database, f"brief/{number}")
        give_up(database, f"brief/{number}")
    assert operator.types(["retry", "--all-dead"]) == (0, "3 dead letters are back in the queue.\n", "")
    assert set(states(database).values()) == {"waiting"}
    database.close()


def test_what_is_buried_stays_and_says_why(tmp_path: Path, operator: Operator) -> None:
    database = stocked(tmp_path)
    enqueue(database, "brief/1")
    assert operator.types(["bury", "brief/1", "--reason", "sent by hand"])[0] == 0
    assert operator.types(["bury", "brief/1", "--reason", "again"])[0] == 3
    (one,) = database.deliveries.listing()
    assert (one.state, one.reason) == ("dead", "buried: sent by hand")
    database.close()
