"""`evenhand erase`, `hold`, `retention` and `export`, as an operator types them."""

from __future__ import annotations

import csv
import io
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.command import main
from bot.commands import export
from bot.commands.opening import BAD, DONE, NO
from bot.settings import SETTINGS
from hiring.flows import erasing, scorecards
from hiring.rules import sight
from store.database import Database
from tests.database import fresh_database
from tests.erasure import company
from tests.erasure.company import JO
from tests.hiring.worlds import PLAN, card, expect

KEYS = "bWFkZSBmb3IgdGVzdHMsIG5vdCBhIHNlY3JldCAzMmI="
Types = Callable[..., tuple[int, str, str]]


@pytest.fixture
def types(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Types:
    """Types a command, with an answer to what it asks; gives its exit code, what it printed and what it said."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("EVENHAND_DATABASE_URL", f"sqlite:///{tmp_path / 'evenhand.db'}")
    monkeypatch.setenv("EVENHAND_SEAL_KEYS", KEYS)

    def typed(*words: str, answer: str = "", retention: str = "") -> tuple[int, str, str]:
        monkeypatch.setenv("EVENHAND_RETENTION", retention)
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        capsys.readouterr()
        code = main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return typed


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return fresh_database(tmp_path)


def there(database: Database) -> bool:
    with database.begin(read_only=True) as uow:
        return erasing.find(uow, JO.id) is not None


def test_a_dry_run_says_what_would_go_and_changes_nothing(types: Types, database: Database) -> None:
    company.decided(database)
    code, out, said = types("erase", JO.id, "--dry-run")
    assert (code, out) == (DONE, "")
    assert said.startswith("Would erase the record with 1 loop; take back 0 messages and 0 pictures in Slack, and 1 ")
    shown = json.loads(types("erase", JO.id, "--dry-run", "--json")[1])
    assert (shown["erased"], shown["dry_run"], shown["loops"], shown["calendars"]) == (False, True, ["L1"], 1)
    assert there(database)
    assert "erased" not in [entry["verb"] for entry in database.audit.export()]


def test_it_asks_for_the_id_and_takes_nothing_else(types: Types, database: Database) -> None:
    company.decided(database)
    for wrong in ("", "y\n", "jo\n"):
        code, _, said = types("erase", JO.id, answer=wrong)
        assert (code, said.endswith("What was typed is not the candidate's id. Nothing was erased.\n")) == (NO, True)
    assert there(database)
    code, _, said = types("erase", JO.email, answer=f"{JO.id}\n")
    assert (code, "Erased. Sealed contents of 1 loop can't be opened any more." in said) == (DONE, True)
    assert not there(database)
    assert types("erase", JO.id, "--yes")[0] == NO


def test_programs_are_told_what_went(types: Types, database: Database) -> None:
    company.decided(database)
    code, out, said = types("erase", JO.id, "--yes", "--json")
    told = json.loads(out)
    assert (code, told["erased"], told["record"].startswith("erased-"), said) == (DONE, True, True, "")
    assert "lanted" not in out
    assert json.loads(types("erase", JO.id, "--yes", "--json")[1])["erased"] is False


def test_what_must_be_kept_is_kept_unless_a_reason_is_given(types: Types, database: Database) -> None:
    company.decided(database)
    rule = "decline=36500..36500"
    code, _, said = types("erase", JO.id, "--yes", retention=rule)
    assert (code, said.startswith("EVENHAND_RETENTION has this record kept until")) == (NO, True)
    assert types("erase", JO.id, "--yes", "--early", "asked to", retention=rule)[0] == DONE
    assert list(database.audit.export())[-1]["facts"] == {"early": "asked to"}


def test_a_hold_says_who_and_why_until_it_is_lifted(types: Types, database: Database) -> None:
    company.decided(database)
    assert types("hold", JO.id, "--by", "Counsel", "--reason", "a claim was filed")[0] == DONE
    code, _, said = types("erase", JO.id, "--yes", "--early", "asked to")
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    assert (code, said) == (NO, f"A legal hold keeps this record. Counsel set it on {day}: a claim was filed\n")
    assert types("hold", JO.id, "--by", "Counsel", "--lift")[0] == DONE
    assert types("erase", JO.id, "--yes")[0] == DONE
    assert types("hold", JO.id, "--by", "Counsel", "--lift")[0] == NO


def test_the_report_comes_before_the_clock_erases(types: Types, database: Database) -> None:
    company.decided(database)
    assert "not set: nothing is erased by itself" in types("retention")[2]
    assert "No record is over within 30 days." in types("retention", retention="decline=..36500")[2]
    rule = "decline=..1"
    (one,) = json.loads(types("retention", "--within", "36500", "--json", retention=rule)[1])["records"]
    assert (one["candidate"], one["ending"], one["ended"], one["erase_at"]) == (
        JO.id, "decline", "2026-11-25", "2026-11-26"
    )  # fmt: skip
    assert JO.id in types("retention", "--within", "36500", retention=rule)[1]
    assert types("retention", retention="decline=9..5")[0] == BAD


# ---- export -------------------------------------------------------------------------------------------------------


def read(types: Types) -> dict[str, Any]:
    code, out, _ = types("export", JO.id, "--json")
    assert code == DONE
    return dict(json.loads(out))


def test_the_record_shows_both_versions_and_how_far_scores_moved(
    types: Types, database: Database, tmp_path: Path
) -> None:
    now = company.decided(database)
    with database.begin() as uow:
        loop = uow.loop("L1")
        by = uow.person(next(who for session, who in sight.owed(loop) if session == "coding"))
        expect(scorecards.submit(uow, loop, card("coding", by, score=1), by=by, now=now))
    (application,) = read(types)["applications"]
    found = [
        (one["interview"], one["version"], one["versions"], one["after_release"]) for one in application["scorecards"]
    ]
    assert found == [("Coding", 1, 2, False), ("Talk", 1, 1, False), ("Coding", 2, 2, True)]
    moved = {one["criterion"]: tuple(one.values())[2:] for one in application["moved"]}
    assert moved == {"Solves problems": (3, 1, None, None), "Explains": (3, 1, 3.0, -2.0)}
    assert by.id not in json.dumps([application["scorecards"], application["moved"]])
    types("export", JO.id, "--to", str(tmp_path / "out"))
    page = (tmp_path / "out" / "record.html").read_text()
    assert "version 2 of 2, changed after the scorecards were opened" in page
    assert "<td>Explains</td><td>3</td><td>1</td><td>3.0</td><td>-2.0</td>" in page
    rows = csv.DictReader(io.StringIO((tmp_path / "out" / "ratings.csv").read_text()))
    assert {(row["interview"], row["version"], row["after_release"]) for row in rows} == {
        ("Coding", "1 of 2", "no"), ("Coding", "2 of 2", "yes"), ("Talk", "1 of 1", "no"),
    }  # fmt: skip


def test_the_record_holds_what_the_release_has_opened(types: Types, database: Database) -> None:
    company.decided(database)
    record = read(types)
    (application,) = record["applications"]
    assert {name: record[name] for name in ("name", "email", "zone", "employer", "accommodation")} == {
        "name": JO.name, "email": JO.email, "zone": JO.zone, "employer": JO.employer, "accommodation": JO.accommodation,
    }  # fmt: skip
    assert [card["interview"] for card in application["scorecards"]] == ["Coding", "Talk"]
    rated = application["scorecards"][0]["ratings"][0]
    assert rated == {"criterion": "Solves problems", "score": 3, "points": 4, "evidence": company.EVIDENCE}
    assert (application["ended"]["reason"], application["ended"]["dissent"]) == (company.REASON, "planted dissent")
    assert [word for word in ("noa", "planted draft") if word in json.dumps(record)] == []
    assert {"author", "person", "referrer"} & set(application["scorecards"][0]) == set()
    last = list(database.audit.export())[-1]
    assert (last["verb"], last["subject"], last["facts"]) == ("exported", "L1", {"scorecards": "2"})


def test_nothing_sealed_is_given_out_and_nobody_learns_whether_it_is_there(types: Types, database: Database) -> None:
    company.booked(database)
    before = read(types)
    assert before["applications"][0]["scorecards"] == []
    assert before["left_out"][0] == {
        "what": "Scorecards of L1, if there are any",
        "why": "They are sealed until the whole panel's are opened.",
    }
    with database.begin() as uow:
        loop = uow.loop("L1")
        session, person = "coding", next(seat.person or "" for seat in loop.seats if seat.session == "coding")
        company.hand_in(uow, loop, session, person)
    after = read(types)
    assert {**after, "made": ""} == {**before, "made": ""}


def test_confidences_of_others_stay_theirs(types: Types, database: Database) -> None:
    company.cancelled(database)
    record = read(types)
    (application,) = record["applications"]
    assert application["ended"] == {
        "outcome": "cancelled", "at": "2026-11-23T09:00:00+00:00", "reason": "", "dissent": "", "known": ""
    }  # fmt: skip
    assert (application["interviews"], application["scorecards"]) == ([], [])
    assert [word for word in ("friend", "planted reason", "unavailable") if word in json.dumps(record)] == []


def test_files_are_for_the_owner_alone_and_harmless_in_a_spreadsheet(
    types: Types, database: Database, tmp_path: Path
) -> None:
    company.decided(database, evidence="=cmd|' /C calc'!A1 <script>alert(1)</script>, and so on at length.")
    folder = tmp_path / "out"
    code, out, _ = types("export", JO.email, "--to", str(folder))
    assert (code, out) == (DONE, "")
    files = {file.name: file for file in folder.iterdir()}
    assert set(files) == {"record.json", "record.html", "ratings.csv"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files.values()} == {0o600}
    rows = list(csv.DictReader(io.StringIO(files["ratings.csv"].read_text())))
    assert len(rows) == sum(len(rubric.criteria) for rubric in PLAN.rubrics)
    assert {row["evidence"][:5] for row in rows} == {"'=cmd"}
    page = files["record.html"].read_text()
    assert ("&lt;script&gt;" in page, "<script" in page, "What is left out, and why" in page) == (True, False, True)


def test_what_lies_where_it_is_written_is_replaced_and_not_written_into(
    types: Types, database: Database, tmp_path: Path
) -> None:
    """Somebody else may have put it there, readable by all, or as a link to a file of the operator's."""
    company.settled(database)
    folder, theirs = tmp_path / "out", tmp_path / "theirs"
    folder.mkdir()
    theirs.write_text("as it was")
    (folder / "record.json").symlink_to(theirs)
    (folder / "record.html").write_text("open to all")
    (folder / "record.html").chmod(0o666)
    assert types("export", JO.email, "--to", str(folder))[0] == DONE
    assert theirs.read_text() == "as it was"
    assert {(file.is_symlink(), stat.S_IMODE(file.stat().st_mode)) for file in folder.iterdir()} == {(False, 0o600)}


@pytest.mark.parametrize("begins", ["=1", "+1", "-1", "@x", "|x", "%x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＠x"])
def test_no_cell_is_taken_for_a_formula(begins: str) -> None:
    assert export.harmless({"evidence": begins, "score": -1}) == {"evidence": f"'{begins}", "score": -1}


def test_where_it_goes_must_be_said_and_whose_it_is_known(types: Types, database: Database, tmp_path: Path) -> None:
    company.settled(database)
    assert types("export", JO.id)[0] == BAD
    assert types("export", "nobody", "--json")[0] == NO
    (tmp_path / "file").write_text("")
    assert list(database.audit.export()) == []
    assert types("export", JO.id, "--to", str(tmp_path / "file"))[0] == BAD
    assert [entry["verb"] for entry in database.audit.export()] == ["exported"]
