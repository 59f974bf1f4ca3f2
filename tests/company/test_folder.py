"""A company's folder: what comes out of a good one, and what is said of each way in which one can be wrong."""

import json
from datetime import date, time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.company import Company, Fault, print_faults, print_summary, read_company, schemas
from hiring.model import Candidate, Hours, Opening, Person, Qualification, Role, Step, Tenure

EXAMPLE = Path(__file__).parents[2] / "examples" / "company"
HEADER = "id,name,email,zone,working_hours,qualifications,manager,roles,employers\n"
ANA = "ana,Ana Silva,ana@corvid.example,Europe/Berlin,,coding,,interviewer; hiring_manager,\n"
BO = "bo,Bo Chen,bo@corvid.example,America/New_York,,,ana@corvid.example,recruiter,\n"
CAL = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20250101T000000Z\r\n"
    b"DTSTART:20261201T090000Z\r\nDTEND:20261201T100000Z\r\nSUMMARY:Stand-up\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
OPENING = """\
openings:
  - id: job
    title: A job
    team: Data
    hiring_manager: ana@corvid.example
    recruiter: bo@corvid.example
    plans: [recruiter-call]
"""


def folder(tmp_path: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path


def company(tmp_path: Path, files: dict[str, str | bytes]) -> Company:
    found = read_company(folder(tmp_path, files))
    assert isinstance(found, Company), [str(fault) for fault in found]
    return found


def faults(tmp_path: Path, files: dict[str, str | bytes]) -> list[str]:
    found = read_company(folder(tmp_path, files))
    assert isinstance(found, tuple), "nothing was refused"
    return [str(fault) for fault in found]


def test_every_column_of_people_is_read(tmp_path: Path) -> None:
    text = (
        "id,name,email,title,team,manager,zone,working_hours,qualifications,day_cap,week_cap,gap,employers,schools,roles,holidays\n"
        "boss,Bo,bo@corvid.example,,,,Asia/Kolkata,,,,,,,,,\n"
        '"ana","Ana ""Nana"" Silva",ANA@corvid.example,Data scientist,Data,bo@corvid.example,Europe/Berlin,'
        '"Mon-Tue 9:00-12:00, 13:00-17:30; Fri 09:00-15:00",coding; sql:shadow,90,180,20,'
        "Acme GmbH 2015-2019; Globex 2020-; Initech 2014; Umbrella,Uni X 2009–2014,hiring manager; admin,2027-01-01; 2026-12-25\n"
    )
    boss, ana = company(tmp_path, {"people.csv": text}).people
    assert boss == Person(id="boss", name="Bo", email="bo@corvid.example", zone="Asia/Kolkata")
    assert ana == Person(
        id="ana",
        name='Ana "Nana" Silva',
        email="ana@corvid.example",
        zone="Europe/Berlin",
        title="Data scientist",
        team="Data",
        manager="boss",
        roles=(Role.HIRING_MANAGER, Role.ADMIN),
        hours=(
            Hours(weekday=0, start=time(9), end=time(12)),
            Hours(weekday=0, start=time(13), end=time(17, 30)),
            Hours(weekday=1, start=time(9), end=time(12)),
            Hours(weekday=1, start=time(13), end=time(17, 30)),
            Hours(weekday=4, start=time(9), end=time(15)),
        ),
        qualifications=(Qualification(skill="coding"), Qualification(skill="sql", step=Step.SHADOW)),
        day_cap=90,
        week_cap=180,
        gap=20,
        employers=(
            Tenure(name="Acme GmbH", start=2015, end=2019),
            Tenure(name="Globex", start=2020),
            Tenure(name="Initech", start=2014, end=2014),
            Tenure(name="Umbrella"),
        ),
        schools=(Tenure(name="Uni X", start=2009, end=2014),),
        holidays=(date(2026, 12, 25), date(2027, 1, 1)),
    )


def test_candidates_openings_and_calendars_are_read(tmp_path: Path) -> None:
    found = company(
        tmp_path,
        {
            "people.csv": HEADER + ANA + BO,
            "candidates.csv": "name,email,zone,employer,referrer,accommodation\n"
            'Jo,jo+job@mail.example,Europe/Dublin,Globex,Ana@Corvid.example,"Captions,\nand breaks"\n',
            "openings.yml": OPENING
            + "    digest: {hour: 8, zone: Asia/Kolkata}\n    channel: hiring-job\n    video: false\n",
            "calendars/ana@corvid.example.ics": CAL,
        },
    )
    assert found.candidates == (
        Candidate(
            id="jo",
            name="Jo",
            email="jo+job@mail.example",
            zone="Europe/Dublin",
            employer="Globex",
            referrer="ana",
            accommodation="Captions,\nand breaks",
        ),
    )
    assert found.openings == (
        Opening(
            id="job",
            title="A job",
            team="Data",
            hiring_manager="ana",
            recruiter="bo",
            plans=("recruiter-call",),
            channel="hiring-job",
            digest_hour=8,
            digest_zone="Asia/Kolkata",
            video=False,
        ),
    )
    assert found.calendars == {"ana": CAL}
    assert found.notes == ("Bo Chen has no calendar in calendars/",)


@pytest.mark.parametrize(
    "data",
    [
        (HEADER + ANA + BO).encode("utf-8-sig"),
        (HEADER + ANA + BO).encode("utf-16"),
        (HEADER + ANA + BO).replace("\n", "\r\n").encode(),
        (HEADER + ANA + BO).replace("; ", " / ").replace(",", ";").replace(" / ", ",").replace("interviewer,hiring", "interviewer;hiring").replace("interviewer;hiring_manager", '"interviewer; hiring_manager"').encode(),
        b"sep=;\r\n" + HEADER.replace(",", ";").encode() + ANA.replace(",", ";").replace("interviewer; hiring_manager", '"interviewer; hiring_manager"').encode() + BO.replace(",", ";").encode(),
        (HEADER + ANA + BO).replace(",", "\t").encode(),
        (HEADER.replace("working_hours", "Working Hours").strip() + ",,\n\n" + ANA.strip() + ",,\n,,,,,,,,,,\n" + BO.strip() + ",,\n").encode(),
    ],
    ids=["mark", "utf-16", "crlf", "semicolons", "excel's own line", "tabs", "empty columns and rows"],
)  # fmt: skip
def test_files_as_spreadsheets_save_them_come_out_the_same(tmp_path: Path, data: bytes) -> None:
    plain = company(tmp_path / "plain", {"people.csv": HEADER + ANA + BO})
    assert company(tmp_path / "other", {"people.csv": data}) == plain


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,,x@corvid.example,Europe/Berlin,,,,,", "people.csv:4:2: name: is empty; expected the name as colleagues write it, e.g. Ana Silva"),
        ("x,X,x at corvid,Europe/Berlin,,,,,", "people.csv:4:3: email: `x at corvid` is no e-mail address; expected the work e-mail, by which Slack and calendars know them, e.g. ana@corvid.example"),
        ("x,X,ana@corvid.example,Europe/Berlin,,,,,", "people.csv:4:3: email: ana@corvid.example stands in line 2 already; expected each e-mail once"),
        ("ana,X,x@corvid.example,Europe/Berlin,,,,,", "people.csv:4:1: id: `ana` stands for line 2 already; expected an id of its own for each row, written into the column `id`"),
        ("x,X,x@corvid.example,Berlin,,,,,", "people.csv:4:4: zone: `Berlin` is no time zone; expected a zone such as Europe/Berlin (Europe/Berlin?)"),
        ("x,X,x@corvid.example,Europe/Berlin,9 to 5,,,,", "people.csv:4:5: working_hours: `9 to 5` can't be read as days and times; expected days and times in their zone, e.g. Mon-Thu 09:00-12:30, 13:30-17:30; Fri 09:00-15:00"),
        ("x,X,x@corvid.example,Europe/Berlin,Mon-Wed 09:00-17:00; Tue 16:00-18:00,,,,", "people.csv:4:5: working_hours: two stretches of Tue overlap (09:00-17:00 and 16:00-18:00); expected stretches apart from each other"),
        ("x,X,x@corvid.example,Europe/Berlin,Mon 17:00-09:00,,,,", "people.csv:4:5: working_hours: `17:00-09:00` ends before it starts; expected an end later on the same day"),
        ("x,X,x@corvid.example,Europe/Berlin,Mon 25:00-26:00,,,,", "people.csv:4:5: working_hours: `25:00-26:00` is no stretch of time; expected HH:MM-HH:MM, e.g. 09:00-17:00"),
        ("x,X,x@corvid.example,Europe/Berlin,Fri-Mon 09:00-17:00,,,,", "people.csv:4:5: working_hours: `fri-mon` runs backwards; expected days in the order of the week, e.g. Mon-Fri"),
        ("x,X,x@corvid.example,Europe/Berlin,,coding:expert,,,", "people.csv:4:6: qualifications: `expert` is no step of the ladder; expected one of reading, shadow, reverse_shadow, qualified"),
        ("x,X,x@corvid.example,Europe/Berlin,,coding; coding:shadow,,,", "people.csv:4:6: qualifications: `coding` stands twice; expected each qualification once"),
        ("x,X,x@corvid.example,Europe/Berlin,,,no@corvid.example,,", "people.csv:4:7: manager: nobody in people.csv has the e-mail no@corvid.example; expected the e-mail of the person they report to, e.g. tomasz@corvid.example"),
        ("x,X,x@corvid.example,Europe/Berlin,,,x@corvid.example,,", "people.csv:4:7: manager: the reporting line comes back to this person; expected a line that ends"),
        ("x,X,x@corvid.example,Europe/Berlin,,,,boss,", "people.csv:4:8: roles: there is no role `boss`; expected some of interviewer, hiring_manager, recruiter, auditor, admin, opening_recruiter"),
        ("x,X,x@corvid.example,Europe/Berlin,,,,,Acme 2019-2015", "people.csv:4:9: employers: the years of `Acme 2019-2015` are not in order; expected former employers with years, semicolons between, e.g. Acme GmbH 2015-2019; Globex 2019-2021"),
        ("x,X,x@corvid.example,Europe/Berlin", "people.csv:4:4: the row has 4 cells; expected 9, as in the first line; a cell that holds the separator stands in double quotes"),
        ('x,"X,x@corvid.example,Europe/Berlin,,,,,', "people.csv:4:1: this is not CSV from here on (unexpected end of data); expected each double quote inside a quoted cell doubled"),
        (f"x,{'X' * 201},x@corvid.example,Europe/Berlin,,,,,", "people.csv:4:2: name: has 201 characters; expected at most 200"),
        ("x,X\x07,x@corvid.example,Europe/Berlin,,,,,", "people.csv:4:2: name: holds a control character; expected printable text"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_by_file_line_cell_and_what_would_be_right(tmp_path: Path, row: str, said: str) -> None:
    assert faults(tmp_path, {"people.csv": HEADER + ANA + BO + row + "\n"}) == [said]


def test_lines_count_as_an_editor_shows_them_even_past_cells_of_several_lines(tmp_path: Path) -> None:
    text = (
        HEADER
        + ANA
        + 'bo,Bo,bo@corvid.example,Europe/Berlin,,,,,"Acme\n2015-2019"\n\nx,X,x@corvid.example,Nowhere,,,,,\n'
    )
    assert [said.split(": ")[0] for said in faults(tmp_path, {"people.csv": text})] == ["people.csv:6:4"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"people.csv": ""}, "people.csv: the file is empty; expected a first line with the names "),
        ({"people.csv": HEADER}, "people.csv:1:1: nobody stands below the first line; expected one row for each person"),
        ({"people.csv": ANA}, "people.csv:1:1: the first line names no known column; expected id,name,email,"),
        ({"people.csv": "name,mail,zone\n"}, "people.csv:1:2: there is no column `mail`; expected `email`"),
        ({"people.csv": "name,email,zone,name\n"}, "people.csv:1:4: the column `name` stands here twice; expected each column once"),
        ({"people.csv": "name,email\n"}, "people.csv:1:3: the column `zone` is missing; expected a time zone by its tz name"),
        ({"people.csv": b"PK\x03\x04\x14"}, "people.csv: this is a spreadsheet or archive (.xlsx, .ods, .zip); expected a CSV file in UTF-8; from a spreadsheet, save as CSV UTF-8"),
        ({"people.csv": b"\x89PNG\r\n"}, "people.csv: this is a picture; expected a CSV file in UTF-8"),
        ({"people.csv": b"\x00\x01\x02"}, "people.csv:1:1: there are zero bytes in it; this is not text; expected a CSV file in UTF-8"),
        ({"people.csv": HEADER + ANA.replace("Ana Silva", "Anä"), "x": b""}, ""),
        ({"people.csv": (HEADER + ANA.replace("Silva", "Sílva")).encode("latin-1")}, "people.csv:2:10: byte 0xed is not UTF-8; the file is probably saved as Latin-1 or Windows; expected a CSV file in UTF-8; save it again as UTF-8"),
        ({"candidates.csv": "name,email,zone\n"}, " there is no people.csv in it; expected a folder with people.csv, candidates.csv, openings.yml, conflicts.yml, plans/*.yml, calendars/E-MAIL.ics; only people.csv is required"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_should_be_is_called_what_it_is(
    tmp_path: Path, files: dict[str, str | bytes], said: str
) -> None:
    if not said:
        assert isinstance(read_company(folder(tmp_path, files)), Company)
    else:
        assert said in faults(tmp_path, files)[0]


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    found = read_company(tmp_path / "nowhere")
    assert isinstance(found, tuple)
    assert [(fault.file, fault.what) for fault in found] == [(str(tmp_path / "nowhere"), "there is no such folder")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("ana@corvid.example", "eve@corvid.example"), "openings.yml:5:21: nobody in people.csv has the e-mail eve@corvid.example; expected the e-mail of somebody in people.csv"),
        (("recruiter: bo", "recruiter: ana"), "openings.yml:6:16: ana@corvid.example does not have the role recruiter or opening_recruiter; expected somebody whose roles in people.csv hold recruiter or opening_recruiter"),
        (("[recruiter-call]", "[recruiter-cal]"), "openings.yml:7:13: there is no plan `recruiter-cal`; expected `recruiter-call`, or one of "),
        (("[recruiter-call]", "[resume-reading]"), "openings.yml:7:13: `resume-reading` needs no meeting, so no loop can be started with it; expected "),
        (("[recruiter-call]", "[recruiter-call]\n    pipeline: none-such"), "openings.yml:8:15: there is no pipeline `none-such`; expected one of "),
        (("[recruiter-call]", "[recruiter-call]\n    digest: {zone: Berlin}"), "openings.yml:8:20: `Berlin` is no time zone; expected a zone such as Europe/Berlin (Europe/Berlin?)"),
        (("[recruiter-call]", "[recruiter-call]\n    digest: {hour: 24}"), "openings.yml:8:20: `hour` is '24'; expected less than or equal to 23 (the hour of the daily digest, 0 to 23)"),
        (("[recruiter-call]", "[recruiter-call]\n    channel: '#Hiring'"), "openings.yml:8:14: `channel` is '#Hiring'; expected a Slack channel's name without the #"),
        (("[recruiter-call]", "[recruiter-call]\n    delegate: ana@corvid.example"), "openings.yml:8:15: the delegate is the hiring manager; expected somebody else"),
        (("    title: A job\n", ""), "openings.yml:2:5: `title` is missing; expected one line of text, at most 150 characters"),
        (("openings:", "openings:\n  - {id: job, title: B, team: B, hiring_manager: ana@corvid.example, recruiter: bo@corvid.example, plans: [recruiter-call]}"), "openings.yml:3:9: `job` stands here twice; expected each id once"),
    ],
)  # fmt: skip
def test_an_opening_is_checked_against_people_and_plans(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    found = faults(tmp_path, {"people.csv": HEADER + ANA + BO, "openings.yml": OPENING.replace(*change)})
    assert len(found) == 1
    assert found[0].startswith(said)


def test_a_calendar_belongs_to_somebody_and_can_be_read(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        {
            "people.csv": HEADER + ANA + BO,
            "calendars/ana@corvid.example.ics": CAL.replace(b"DTSTART:20261201T090000Z", b"DTSTART:tomorrow"),
            "calendars/eve@corvid.example.ics": CAL,
        },
    )
    assert found == [
        "calendars/ana@corvid.example.ics:7:1: DTSTART can't be read; expected a time like 20261105T100000Z",
        "calendars/eve@corvid.example.ics: the file's name is nobody's e-mail; expected the e-mail of somebody in people.csv, then .ics",
    ]


def test_faults_of_all_files_come_together_and_nothing_is_handed_on(tmp_path: Path) -> None:
    found = read_company(
        folder(
            tmp_path,
            {
                "people.csv": HEADER + ANA + BO.replace("America/New_York", "Mars"),
                "candidates.csv": "name,email,zone,referrer\nJo,jo@mail.example,UTC,eve@corvid.example\n",
                "openings.yml": OPENING.replace("recruiter-call", "nothing"),
                "plans/own.yml": "plans: [{id: X}]",
            },
        )
    )
    assert isinstance(found, tuple)
    assert sorted({fault.file for fault in found}) == ["candidates.csv", "openings.yml", "people.csv", "plans/own.yml"]


def test_a_pool_too_small_for_a_plan_in_use_is_noted_and_stops_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "people.csv": HEADER + ANA + BO,
        "openings.yml": OPENING.replace("recruiter-call", "data-scientist-technical-call, data-analyst-technical-call"),
    }
    assert company(tmp_path, files).notes == (
        "Ana Silva has no calendar in calendars/",
        "Bo Chen has no calendar in calendars/",
        "Data analyst, technical call: Technical call needs 1 people qualified for analytics or sql, and there are 0",
    )


def test_the_schemas_hold_every_column_and_are_json() -> None:
    printed = json.loads(json.dumps(schemas()))
    assert list(printed) == ["plans/*.yml", "openings.yml", "conflicts.yml", "people.csv", "candidates.csv"]
    assert printed["people.csv"]["required"] == ["name", "email", "zone"]
    assert set(printed["plans/*.yml"]["properties"]) == {
        "qualifications",
        "criteria",
        "rubrics",
        "sessions",
        "plans",
        "pipelines",
        "skills",
        "roles",
    }


def test_faults_are_shown_as_they_are_even_with_square_brackets() -> None:
    out = StringIO()
    fault = Fault("x.yml", 3, 7, "`anchors[1]` is '[red]'", "a text")
    print_faults([fault], console=Console(file=out, width=100))
    text = out.getvalue()
    assert "Nothing was imported: 1 fault" in text
    assert "x.yml:3:7" in text
    assert "`anchors[1]` is '[red]'" in text


def test_programs_get_faults_and_summaries_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_faults([Fault("x.yml", 3, 7, "wrong", "right")], as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told == [{"file": "x.yml", "line": 3, "column": 7, "what": "wrong", "expected": "right"}]
    print_summary(company(tmp_path, {"people.csv": HEADER + ANA + BO, "openings.yml": OPENING}), as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "people": 2,
        "candidates": 0,
        "openings": 1,
        "plans": 13,
        "pipelines": 10,
        "calendars": 0,
        "coverage": [
            "First call: Being understood is rated by one person only",
            "First call: Seeing things through is rated by one person only",
            "First call: Why this job is rated by one person only",
        ],
        "notes": ["Ana Silva has no calendar in calendars/", "Bo Chen has no calendar in calendars/"],
    }


# ---- the example company ------------------------------------------------------------------------------------------


def test_the_example_company_is_whole() -> None:
    found = read_company(EXAMPLE)
    assert isinstance(found, Company), [str(fault) for fault in found]
    assert len(found.people) == len(found.calendars) == 60
    assert {person.zone for person in found.people} == {
        "Europe/Berlin",
        "America/New_York",
        "America/Los_Angeles",
        "Asia/Kolkata",
    }
    assert max(len(candidate.name) for candidate in found.candidates) == 80
    assert found.notes == ()
    out = StringIO()
    print_summary(found, console=Console(file=out, width=200))
    assert out.getvalue().splitlines()[:2] == [
        "60 people, 14 candidates, 6 openings, 14 plans, 11 pipelines, 60 calendars",
        "Data analyst, on-site: each of its 13 criteria is rated by 2 people or more",
    ]


def test_the_example_holds_conflicts_to_find() -> None:
    found = read_company(EXAMPLE)
    assert isinstance(found, Company)
    amelie = next(candidate for candidate in found.candidates if candidate.id == "amelie-hartwig")
    there = {
        person.id
        for person in found.people
        for tenure in person.employers
        if tenure.name == amelie.employer and (tenure.end or 9999) >= 2017
    }
    assert there == {"tomasz.wilk", "leonie.ackermann", "emre.talay"}
    assert {candidate.referrer for candidate in found.candidates} - {None} == {
        "marta.quint",
        "suresh.iyer-nair",
        "jasper.kwon",
        "bjoern.hallgarten",
    }
