"""Nothing that tells whose work it is stands in what is shown: names in every spelling, addresses, employers, schools."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, replace

import pytest

from hiring.model import Candidate, Tenure, Work
from hiring.rules.blind import BlindWork, as_seen, cleaned, handle, names, unseen
from tests.hiring.worlds import HANS, RITA
from tests.take_home.company import JO, KIM, LOOP

JANE = Candidate(
    id="c1",
    name="Jürgen Ó Súilleabháin-Łęcki",
    email="j.lecki+jobs@mail.example",
    zone="UTC",
    employer="Kestrel Insurance GmbH",
    employers=(Tenure("Osprey Retail"),),
    schools=(Tenure("Université de Calloway"),),
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Jürgen_Łęcki_take-home.zip", "<K>_take-home.zip"),
        ("juergen.lecki.ipynb", "<K>.ipynb"),
        ("LECKI Jurgen - final (2).PDF", "<K> - final (2).PDF"),
        ("jlecki_analysis.py", "<K>_analysis.py"),
        ("analysis-of-suilleabhain.md", "analysis-of-<K>.md"),
        ("https://git.example/jurgenlecki/task", "https://git.example/<K>/task"),
        ("https://files.example/J%C3%BCrgen%20%C5%81%C4%99cki.zip", "https://files.example/<K>.zip"),
        ("j.lecki@mail.example", "<K>"),
        ("kestrel_insurance_bikes.csv", "<K>_bikes.csv"),
        ("from Kestrel to Osprey", "from <K> to <K>"),
        ("thesis, calloway", "thesis, <K>"),
        ("J\u200bür\u00adgen\u2060_take-home.zip", "<K>\u2060_take-home.zip"),
        ("bike_rides.csv", "bike_rides.csv"),
        ("insurance_university_data.csv", "insurance_university_data.csv"),
    ],
)
def test_every_spelling_of_the_candidate_is_taken_out(given: str, shown: str) -> None:
    for form in ("NFC", "NFD"):
        assert unicodedata.normalize("NFC", cleaned(unicodedata.normalize(form, given), JANE, handle="<K>")) == shown
    assert names(given, JANE) is (given != shown)


@pytest.mark.parametrize(
    ("name", "given", "shown"),
    [
        ("李 小龙", "作业-李小龙.zip", "作业-<K>.zip"),
        ("山田太郎", "課題_山田太郎.pdf", "課題_<K>.pdf"),
        ("Анна Ковалёва", "ковалева_анна.zip", "<K>.zip"),
        ("محمد علي", "واجب محمد علي.pdf", "واجب <K>.pdf"),
        ("Jo Bo", "jo_bo.json", "<K>.json"),
        ("Jo Bo", "json_bob.txt", "json_bob.txt"),
        ("Cher", "cher.zip", "<K>.zip"),
        ("Σοφία Παπαδοπούλου", "ΠΑΠΑΔΟΠΟΥΛΟΥ.docx", "<K>.docx"),
    ],
)
def test_any_script_and_short_names(name: str, given: str, shown: str) -> None:
    assert cleaned(given, Candidate(id="c", name=name, email="", zone="UTC"), handle="<K>") == shown


def test_a_name_that_is_a_pattern_does_no_harm() -> None:
    wild = Candidate(id="c", name=r"(.*)+\1 [A-Z]{99}", email=".*@x", zone="UTC", employer="***")
    assert cleaned("report (final).pdf", wild, handle=r"\1") == "report (final).pdf"
    assert cleaned("x" * 3000, JANE, handle="<K>") == "x" * 3000


def test_what_is_shown_has_no_place_for_an_author() -> None:
    assert {one.name for one in fields(BlindWork)} == {"handle", "link", "files"}
    work = Work(link="https://neutral.example/1", files=("jo_planted.zip",), at=LOOP.created, by="rita")
    shown = unseen(replace(LOOP, work=work), JO)
    assert shown == BlindWork(handle(LOOP), "https://neutral.example/1", (f"{handle(LOOP)}.zip",))
    assert unseen(LOOP, JO) is None


def test_those_who_run_it_see_the_name_and_nobody_else() -> None:
    assert [as_seen(JO, LOOP, who) == JO for who in (RITA, HANS, KIM, None)] == [True, True, False, False]
    seen = as_seen(JO, LOOP, KIM)
    assert (seen.name, seen.employer, seen.email, seen.id) == (handle(LOOP), "", "", handle(LOOP))
    assert handle(LOOP) != handle(replace(LOOP, id="L2"))
