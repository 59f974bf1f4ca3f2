"""The `evenhand` command: exit codes, what programs may read, and a sentence for every mistake."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import command
from bot.command import main
from bot.commands.opening import BAD, DONE, NO
from bot.settings import SETTINGS
from store.database import open_database
from store.sealing import SealKeys
from tests.hiring import worlds

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "company"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, and an environment without any setting but the database's place."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("EVENHAND_DATABASE_URL", f"sqlite:///{tmp_path / 'evenhand.db'}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("asked", [[], ["nonsense"], ["audit"], ["keys", "nonsense"], ["serve", "--only", "all"]])
def test_what_is_no_command_is_told_so(asked: list[str], home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(asked)
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (BAD, "")
    assert "usage: evenhand" in told.err
    assert list(home.iterdir()) == []


def commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Every command that takes no further word."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield parser
    for action in below:
        for one in action.choices.values():
            yield from commands(one)


def test_every_command_does_something() -> None:
    every = list(commands(command.parser()))
    assert len(every) >= 15
    assert [one.prog for one in every if not callable(one.get_default("run"))] == []


def test_a_problem_is_planned_from_the_command_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = home / "days.png"
    problem = EXAMPLE.parent / "problems" / "one-loop.json"
    assert main(["plan", str(problem), "--seconds", "30", "--picture", str(picture)]) == DONE
    assert f"{picture} (New York time): Monday 30 Nov 2026: " in capsys.readouterr().out
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_serving_without_settings_names_them_and_starts_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve"]) == BAD
    told = capsys.readouterr().err
    assert [line.split(" ")[0] for line in told.splitlines()[:2]] == ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]
    assert told.endswith("`evenhand doctor` lists every setting. To try Evenhand without any: evenhand demo\n")
    assert list(home.iterdir()) == []


def test_the_database_is_made_and_made_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [main(["migrate"]), main(["migrate"])] == [DONE, DONE]
    assert capsys.readouterr().err == "The database is up to date.\n" * 2
    assert (home / "evenhand.db").exists()
    assert (home / "seal.keys").stat().st_mode & 0o077 == 0


def test_a_folder_is_imported_and_reported_for_programs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(EXAMPLE), "--json"]) == DONE
    told = capsys.readouterr()
    assert json.loads(told.out)["people"]
    assert told.err == ""
    assert home.exists()


def test_a_folder_that_is_not_there_or_not_named_is_bad_input(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import"]) == BAD
    assert capsys.readouterr().err == "Name the folder to read: evenhand import examples/company\n"
    assert main(["import", str(home / "nowhere")]) == BAD
    assert not (home / "evenhand.db").exists()


def test_schemas_are_printed_without_any_setting(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "--schema"]) == DONE
    assert json.loads(capsys.readouterr().out)
    assert list(home.iterdir()) == []


def test_a_trail_that_was_tampered_with_is_a_no(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["migrate"])
    keys = SealKeys.ensure_file(home / "seal.keys")
    database = open_database(f"sqlite:///{home / 'evenhand.db'}", seal_keys=keys)
    worlds.settled(database)
    worlds.started(database)
    capsys.readouterr()
    assert main(["audit", "verify"]) == DONE
    assert capsys.readouterr().err == "The trail is whole: 1 entry.\n"
    assert main(["audit", "verify", "--json"]) == DONE
    assert json.loads(capsys.readouterr().out)["whole"] is True
    assert main(["audit", "rates"]) == DONE
    assert capsys.readouterr().out == (
        "quarter,qualification,asked_at_least,no_conflict_at_least,conflict_at_least,unsure_at_least,"
        "silent_at_least,pinned_at_least,overridden_at_least\r\n"
    )
    assert main(["audit", "export"]) == DONE
    (entry,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (entry["actor"], entry["verb"], entry["subject"]) == ("rita", "started", "L1")
    with database.begin() as uow:
        triggers = uow._connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
        for (name,) in triggers:
            uow._connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        uow._connection.exec_driver_sql("UPDATE audit SET entry = replace(entry, 'rita', 'hans')")
    database.close()
    assert main(["audit", "verify"]) == NO
    assert capsys.readouterr().err.startswith("The trail is broken at entry 1")
    assert main(["audit", "verify", "--json"]) == NO
    assert json.loads(capsys.readouterr().out)["whole"] is False


def test_keys_are_made_and_rotated(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["keys", "new"]) == DONE
    first = capsys.readouterr().out.strip()
    monkeypatch.setenv("EVENHAND_SEAL_KEYS", first)
    assert main(["import", str(EXAMPLE)]) == DONE
    main(["keys", "new"])
    second = capsys.readouterr().out.strip().splitlines()[-1]
    monkeypatch.setenv("EVENHAND_SEAL_KEYS", f"{second},{first}")
    assert main(["keys", "rotate"]) == DONE
    monkeypatch.setenv("EVENHAND_SEAL_KEYS", second)
    assert main(["migrate"]) == DONE
    monkeypatch.setenv("EVENHAND_SEAL_KEYS", first)
    assert main(["migrate"]) == BAD
    told = capsys.readouterr().err
    assert first not in told
    assert second not in told
    assert home.exists()


def test_a_database_that_can_not_be_used_is_named_in_a_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENHAND_DATABASE_URL", "mysql://planted@host/x")
    assert main(["migrate"]) == BAD
    told = capsys.readouterr().err
    assert "EVENHAND_DATABASE_URL" in told
    assert "planted" not in told
    assert list(home.iterdir()) == []


def test_the_doctor_names_what_is_missing_for_people_and_programs(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--json"]) == BAD
    found = json.loads(capsys.readouterr().out)
    assert {one["what"] for one in found if not one["well"]} == {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"}
    assert main(["doctor"]) == BAD
    told = capsys.readouterr().out
    assert [setting.name for setting in SETTINGS if setting.name not in told] == []
    assert list(home.iterdir()) == []
