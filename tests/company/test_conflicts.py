"""conflicts.yml: what comes out of it, what holds without it, and where each fault in it stands."""

from pathlib import Path

import pytest

from bot import importing
from bot.company import Company, read_company
from bot.company.conflicts import read_conflicts
from hiring.model import Ground
from hiring.rules.grounds import LookAt, Measure, Policy, Strength, Together
from store.database import Database
from tests.company.test_folder import ANA, HEADER, company, faults
from tests.database import fresh_database

EXAMPLE = Path(__file__).parents[2] / "examples" / "company"


def test_a_policy_is_read_whole() -> None:
    policy, found = read_conflicts((EXAMPLE / "conflicts.yml").read_bytes(), file="conflicts.yml")
    assert found == ()
    assert (policy.years, policy.look_at, policy.silence) == (6, LookAt.ATTESTATION, 960)
    assert (policy.together, policy.public_mail) == (Together.NAMED, ("mail.example",))
    assert policy.strength(Ground.WORKED_TOGETHER) is Strength.LOOK
    assert [one.name for one in policy.companies] == ["Nordlicht Energie AG", "Halden Logistics"]
    assert policy.companies[1].domains == ("halden.example",)


def test_without_the_file_or_a_key_the_usual_holds(tmp_path: Path) -> None:
    assert company(tmp_path, {"people.csv": HEADER + ANA}).conflicts is None
    assert read_conflicts(b"", file="conflicts.yml") == (Policy(), ())
    measured, _ = read_conflicts(b"lesser: add_member", file="conflicts.yml")
    assert measured.lesser is Measure.ADD_MEMBER
    policy, _ = read_conflicts(b"strengths: {friend: look}", file="conflicts.yml")
    assert (policy.strength(Ground.FRIEND), policy.strength(Ground.FAMILY)) == (Strength.LOOK, Strength.BARS)


def test_every_fault_is_named_with_its_place(tmp_path: Path) -> None:
    wrong = """\
strengths:
  friend: forbids
  neighbour: look
years: many
look_at: never
silence_hours: 0
public_mail: [not a domain]
colour: red
companies:
  - subsidiaries: [Globex]
"""
    assert faults(tmp_path, {"people.csv": HEADER + ANA, "conflicts.yml": wrong}) == EXPECTED


EXPECTED = [
    "conflicts.yml:2:11: `friend` is 'forbids'; expected one of bars, look, lesser, none",
    "conflicts.yml:3:3: there is no `neighbour` here; expected one of family, financial, friend, internal, managed, other, previous_interview, referred, same_institution, worked_together",
    "conflicts.yml:4:8: `years` is 'many'; expected integer (what both left more than so many years ago is not asked)",
    "conflicts.yml:5:10: `look_at` is 'never'; expected one of seating, attestation",
    "conflicts.yml:6:16: `silence_hours` is '0'; expected greater than or equal to 1 (working hours without an answer after which somebody else is asked, 1 to 80)",
    "conflicts.yml:7:15: `public_mail[0]` is 'not a domain'; expected a mail domain, e.g. globex.example",
    "conflicts.yml:8:1: there is no `colour` here; expected one of companies, lesser, look_at, public_mail, silence_hours, strengths, together, years",
    "conflicts.yml:10:5: `name` is missing; expected the name people write into their histories",
]


def test_a_name_stands_with_one_company(tmp_path: Path) -> None:
    twice = "companies:\n  - name: Globex GmbH\n  - name: Initech\n    subsidiaries: [Other, GLOBEX]\n"
    assert faults(tmp_path, {"people.csv": HEADER + ANA, "conflicts.yml": twice}) == [
        "conflicts.yml:4:27: `GLOBEX` stands with `Globex GmbH` already; expected each name with one company"
    ]


def _import(database: Database, folder: Path) -> None:
    found = read_company(folder)
    assert isinstance(found, Company)
    importing.save(database, found)


@pytest.mark.parametrize("said", [None, "years: 3"])
def test_it_is_imported_and_a_folder_that_says_nothing_changes_nothing(tmp_path: Path, said: str | None) -> None:
    database = fresh_database(tmp_path)
    (tmp_path / "people.csv").write_text(HEADER + ANA)
    (tmp_path / "conflicts.yml").write_text("years: 7")
    _import(database, tmp_path)
    if said is None:
        (tmp_path / "conflicts.yml").unlink()
    else:
        (tmp_path / "conflicts.yml").write_text(said)
    _import(database, tmp_path)
    with database.begin(read_only=True) as uow:
        assert uow.conflict_policy().years == (7 if said is None else 3)
    database.close()
