"""The examples in the docs are read as they stand, and the tables name every column."""

import re
from pathlib import Path

from bot.company import Company, read_company
from bot.company.people import CANDIDATES, PEOPLE
from hiring.rules.grounds import STRENGTHS

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_plan_in_the_docs_can_be_imported(tmp_path: Path) -> None:
    text, *_ = blocks("plans.md", "yaml")
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "sales.yml").write_text(text, encoding="utf-8")
    (tmp_path / "people.csv").write_text("name,email,zone\nAna,ana@corvid.example,UTC\n", encoding="utf-8")
    found = read_company(tmp_path)
    assert isinstance(found, Company), found
    plan = next(plan for plan in found.plans if plan.id == "account-manager-onsite")
    assert [session.id for session in plan.sessions] == ["opening-talk", "sales-talk", "stakeholders", "wrap-up"]


def test_the_tables_and_openings_in_the_docs_can_be_imported(tmp_path: Path) -> None:
    people, candidates = blocks("import.md", "csv")
    openings, conflicts = blocks("import.md", "yaml")
    rest = "{0},{0}@corvid.example,,,,UTC,,,,recruiter; hiring_manager\n"
    people += "".join(rest.format(name) for name in ("greta.osterloh", "ilse.brandt"))
    files = {"people.csv": people, "candidates.csv": candidates, "openings.yml": openings, "conflicts.yml": conflicts}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_company(tmp_path)
    assert isinstance(found, Company), found
    assert [opening.id for opening in found.openings] == ["ds-forecasting-berlin"]
    assert [candidate.name for candidate in found.candidates] == ["Jo O'Connell"]
    assert found.conflicts is not None
    assert [one.name for one in found.conflicts.companies] == ["Nordlicht Energie AG"]


def test_the_docs_name_every_ground_with_its_usual_strength() -> None:
    section = (DOCS / "import.md").read_text(encoding="utf-8").split("## conflicts.yml\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \| `(\w+)` \|", section, flags=re.MULTILINE)
    said = {name: strength for names, strength in rows for name in re.findall(r"`(\w+)`", names)}
    assert said == STRENGTHS


def test_the_docs_name_every_column_and_nothing_else() -> None:
    text = (DOCS / "import.md").read_text(encoding="utf-8")
    for title, columns in (("people.csv", PEOPLE), ("candidates.csv", CANDIDATES)):
        section = text.split(f"## {title}\n")[1].split("\n## ")[0]
        first_cells = re.findall(r"^\| (`[^|]+) \|", section, flags=re.MULTILINE)
        named = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
        assert named == {column.name for column in columns}


def test_every_ready_plan_is_named_in_the_docs() -> None:
    text = (DOCS / "plans.md").read_text(encoding="utf-8")
    for role in ("data-scientist", "machine-learning-engineer", "data-engineer", "data-analyst", "software-engineer"):
        assert f"`{role}-onsite`" in text
        assert f"`{role}-technical-call`" in text
