"""`evenhand plan`: files in, tables, JSON, pictures, complaints and exit codes out."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.problems.defences import Shape, draw_defences
from bot.commands.plan import main
from bot.commands.words import brief
from scheduling import faults
from scheduling.answer_file import answer_json, read_answers
from scheduling.problem_file import problem_json, read_problem
from scheduling.problem_parts import schema
from scheduling.solve import NotAProblem

from .worlds import SMALL, world

EXAMPLES = Path(__file__).parents[2] / "examples" / "problems"


def small(**changes: Any) -> dict[str, Any]:
    problem = {
        "people": [
            {
                "id": "ana",
                "zone": "UTC",
                "qualifications": ["talk"],
                "free": [["2026-11-30T09:00Z", "2026-11-30T12:00Z"]],
            }
        ],
        "loops": [
            {
                "id": "jo",
                "zone": "UTC",
                "available": [["2026-11-30T09:00Z", "2026-11-30T12:00Z"]],
                "sessions": [{"id": "chat", "minutes": 60, "seats": [{"id": "lead", "any_of": ["talk"]}]}],
            }
        ],
    }
    return problem | changes


def loop(**changes: Any) -> dict[str, Any]:
    problem = small()
    problem["loops"][0] |= changes
    return problem


def ana(**changes: Any) -> dict[str, Any]:
    problem = small()
    problem["people"][0] |= changes
    return problem


def told(problem: object) -> tuple[str, ...]:
    with pytest.raises(NotAProblem) as caught:
        read_problem(problem if isinstance(problem, (str, bytes)) else json.dumps(problem))
    return caught.value.complaints


SPAN = '["2026-11-30T08:00Z", "2026-11-30T11:30Z"]'
BAD: list[tuple[object, str]] = [
    ("{", "the file is not JSON: Expecting property name enclosed in double quotes at line 1, column 2"),
    (b"\xff\xfe", "the file is not UTF-8 text (byte 0)"),
    ("[" * 100_000, "the file is nested deeper than a problem ever is"),
    (json.dumps(small(grain=7)).replace("7", "7" * 5000), "the file has a number of 5000 digits; a problem needs no such"),
    ({"people": [], "loops": []}, "loops: empty; give at least one"),
    ('{"people": [], "people": []}', 'the key "people" stands twice in one object; say it once'),
    (small(colour="red"), "colour: unknown key; known are people, loops, grain, weights"),
    (loop(seshions=[]), 'loops[0].seshions: unknown key; did you mean "sessions"?'),
    (ana(zone="Mars"), 'people[0].zone: no zone is called "Mars", got "Mars"; write it like "Europe/Berlin"'),
    (ana(week_load={"2026-W60": 1}), 'people[0].week_load.2026-W60: "2026-W60" is not an ISO week, got "2026-W60"; write it like {"2026-W49": 120}'),
    (ana(gap=-1), "people[0].gap: should be greater than or equal to 0, got -1; write it like 60"),
    (ana(free=[["2026-11-30T12:00Z", "2026-11-30T09:00Z"]]), f"people[0].free[0]: 2026-11-30T12:00Z is not before 2026-11-30T09:00Z; write start, then end: {SPAN}"),
    (ana(free=[["2026-11-30T12:00"]]), 'people[0].free[0][0]: should have timezone info, got "2026-11-30T12:00"; write it like "2026-11-30T08:00Z"'),
    (ana(free=[["0001-01-01T00:00+23:00", "2026-11-30T09:00Z"]]), 'people[0].free[0][0]: no calendar reaches this far, got "0001-01-01T00:00+23:00"; write it like "2026-11-30T08:00Z"'),
    (ana(kind="robot"), "people[0].kind: should be 'person' or 'room', got \"robot\"; write it like \"person\" or \"room\""),
    (small(grain=7), "grain: 7 does not divide an hour; take 5, 10, 15, 20, 30 or 60"),
    (loop(first="x"), 'loops[0].first: there is no session "x"; the sessions are chat'),
    (loop(barred={"zoe": "aunt"}), 'loops[0]: nobody is called "zoe" among the people, but barred, discouraged or mix names them'),
    (loop(lunch={"from": "12:00", "to": "12:30", "minutes": 45}), 'loops[0].lunch: 45 minutes do not fit between 12:00 and 12:30; write {"from": "11:30", "to": "14:00", "minutes": 45}'),
    (loop(max_days=0), "loops[0].max_days: 0; take 1 or more"),
    (loop(available=[]), 'loops[0].available: empty; give at least one span, such as ["2026-11-30T14:00Z", "2026-11-30T22:00Z"]'),
    (loop(locks=[{"session": "chat", "start": "2026-11-30T09:07Z"}]), "loops[0].locks[0].start: 09:07 is not on the grain of 15"),
    (small(weights={"wait_day": -1}), "weights.wait_day: should be greater than or equal to 0, got -1; write it like 60"),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "complaint"), BAD)
def test_a_bad_file_is_told_where_what_and_how(problem: object, complaint: str) -> None:
    assert complaint in told(problem)


def test_every_complaint_is_told_at_once() -> None:
    problem = ana(gap=-1, zone="Mars")
    problem["loops"][0]["max_days"] = "two"
    assert len(told(problem)) == 3


@pytest.mark.parametrize("seed", range(30))
def test_problems_and_answers_survive_their_files(seed: int) -> None:
    problem = world(seed, SMALL)
    assert read_problem(json.dumps(problem_json(problem))) == problem


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_example_is_answered_and_checked(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(path), "--json", "--seconds", "2", "--options", "2")
    assert code == (3 if path.stem == "impossible" else 0)
    saved = tmp_path / "answer.json"
    saved.write_text(out)
    assert run(capsys, "--check", str(path), str(saved)) == (
        0,
        "The answer keeps every rule and its price is right.\n",
        "",
    )
    answers = read_answers(out)
    assert json.loads(out) == answer_json(answers)


def test_a_wrong_answer_fails_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = EXAMPLES / "one-loop.json"
    _, out, _ = run(capsys, str(path), "--json")
    wrong = json.loads(out)
    wrong["cost"] += 1
    wrong["bound"] += 1
    saved = tmp_path / "answer.json"
    saved.write_text(json.dumps(wrong))
    code, out, _ = run(capsys, "--check", str(path), str(saved))
    assert (code, out) == (3, f"costs {wrong['cost'] - 1} in all, the answer says {wrong['cost']}\n")


def test_the_table_says_who_when_and_why(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    code, out, _ = run(capsys, str(EXAMPLES / "one-loop.json"))
    assert code == 0
    assert "jo (America/New_York)" in out
    assert "Mon 30 Nov" in out
    assert "Proved best: cost 81,450" in out


def test_a_booked_answer_is_mended_for_the_problem_as_it_is_now(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = small()
    problem["people"].append({**problem["people"][0], "id": "ben", "week_load": {"2026-W49": 60}})
    now, booked = tmp_path / "now.json", tmp_path / "booked.json"
    now.write_text(json.dumps(problem))
    booked.write_text(run(capsys, str(now), "--json")[1])
    problem["loops"][0]["barred"] = {"ana": "declined"}
    now.write_text(json.dumps(problem))
    code, out, _ = run(capsys, str(now), "--repair", str(booked), "--json")
    told = json.loads(out)
    assert (code, told["repair"]) == (0, {"moved": [], "changed": ["jo.chat.lead"], "least": True})
    assert told["loops"][0]["sessions"][0]["seats"] == {"lead": "ben"}
    _, out, _ = run(capsys, str(now), "--repair", str(booked))
    assert "Sessions that move: none.\nSeats that change: jo.chat.lead.\nProved: " in out
    assert run(capsys, str(now), "--repair", str(tmp_path / "none.json"))[0] == 2


def test_what_cannot_be_planned_exits_3(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(EXAMPLES / "impossible.json"))
    assert code == 3
    assert "Together these can't be met:" in out
    assert "One of these would help (each was tried):" in out


def test_long_lists_of_names_are_cut_for_people() -> None:
    names = [f"p{number}" for number in range(200)]
    assert brief(f"calendars of {', '.join(names)} (talk)") == (
        "calendars of p0, p1, p2, p3, p4, p5, p6, p7 and 192 more (talk)"
    )
    assert brief(f"caps of {', '.join(names[:9])} (talk or code)") == f"caps of {', '.join(names[:9])} (talk or code)"


def test_defences_as_in_the_literature_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = draw_defences(1, Shape(defences=12, members=15, rooms=1, days=3, there=0.4))
    path = tmp_path / "defences.json"
    path.write_text(json.dumps(problem_json(problem)))
    code, out, _ = run(capsys, str(path), "--json", "--seconds", "2")
    (answer,) = read_answers(out)
    assert faults(problem, answer) == ()
    assert (code, bool(answer.planned)) == (3 if answer.unplanned else 0, True)
    assert all(left.because for left in answer.unplanned)


def test_time_out_exits_4(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(EXAMPLES / "one-loop.json"), "--seconds", "0.0000001")
    assert (code, "Time ran out" in out) == (4, True)


def test_bad_input_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys)[0] == 2
    assert run(capsys, str(tmp_path / "nothing.json"))[0] == 2
    assert run(capsys, str(tmp_path))[0] == 2
    bad = tmp_path / "bad.json"
    bad.write_text("[]")
    code, _, err = run(capsys, str(bad))
    assert (code, err.startswith("the file: ")) == (2, True)
    with pytest.raises(SystemExit) as caught:
        main([str(bad), "--options", "0"])
    assert caught.value.code == 2


def test_the_picture_is_a_png(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "days.png"
    code, out, _ = run(capsys, str(EXAMPLES / "one-loop.json"), "--picture", str(path))
    assert (code, path.read_bytes()[:8]) == (0, b"\x89PNG\r\n\x1a\n")
    assert "09:45-10:15 intro" in out
    assert run(capsys, str(EXAMPLES / "one-loop.json"), "--picture", str(tmp_path / "no" / "days.png"))[0] == 2


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--schema")
    assert (code, json.loads(out)) == (0, schema())


def test_the_engine_imports_the_standard_library_only() -> None:
    import subprocess  # noqa: PLC0415 -- a fresh interpreter is the point of this one test

    code = "import sys, scheduling; print(sorted(n for n in sys.modules if n.split('.')[0] in ('pydantic', 'rich', 'ortools', 'sqlmodel')))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 -- our own line
    assert told.stdout == "[]\n"
