"""Plan files: what is refused, where, and what the ready ones promise."""

from itertools import pairwise

import pytest

from bot.company.faults import Fault
from bot.company.library import Library, build_library, ready_files
from bot.company.report import coverage_lines
from hiring.model import (
    HIRING_MANAGER_SEAT,
    RECRUITER_SEAT,
    Criterion,
    Lunch,
    Mix,
    MixRule,
    Plan,
    Question,
    ReleaseRule,
    Rest,
    Rubric,
    SeatKind,
    SeatPlan,
    SessionPlan,
    Stage,
    TakeHome,
)
from hiring.rules.rubric import coverage

SMALL = b"""\
qualifications:
  - {id: coding, name: Coding, means: Leads coding}
criteria:
  - id: works
    name: It works
    means: Whether it runs
    anchors:
      1: Nothing runs at all by the end
      2: The example runs, other cases do not
      3: Runs, and handles the odd cases
      4: Runs, and a second part is done too
rubrics:
  - {id: code, name: Code, criteria: [{criterion: works, weight: 2}]}
sessions:
  - id: coding
    title: Coding
    minutes: 60
    rubric: code
    seats:
      - {id: lead, any_of: [coding]}
      - {id: second, any_of: [coding]}
      - {id: trainee, any_of: [coding], ladder: shadow, optional: true, rates: false}
    cover: [One task]
    questions: [{ask: "What runs?", follow_ups: ["And now?"]}]
    candidate: {topics: [A small task], prepare: Bring a computer.}
  - id: end
    title: The end
    minutes: 15
    optional: true
    seats: [{id: lead, role: recruiter}, {id: pair, role: hiring_manager}, {id: guest, any_of: [coding], rates: false}]
    cover: [What comes next]
    candidate: {topics: [What comes next], prepare: Nothing.}
plans:
  - id: short
    version: 3
    name: Short
    sessions: [coding, end]
    order: {first: coding, last: end, before: [[coding, end]]}
    rest: {after: 90, minutes: 10}
    lunch: {from: 12:00, to: 13:00, minutes: 30}
    max_days: 2
    release: {when: quorum, quorum: 2, deadline_hours: 24}
    mix: [{at_least: 1, from: outside_team}]
"""


def library(*own: bytes, ready: tuple[tuple[str, bytes], ...] = ()) -> Library:
    found = build_library(ready, own=[(f"{number}.yml", data) for number, data in enumerate(own)])
    assert isinstance(found, Library), found
    return found


def faults(data: bytes, *, ready: tuple[tuple[str, bytes], ...] = ()) -> tuple[Fault, ...]:
    found = build_library(ready, own=[("x.yml", data)])
    assert isinstance(found, tuple), "nothing was refused"
    return found


def fault(line: int, column: int, what: str, expected: str) -> Fault:
    return Fault("x.yml", line, column, what, expected)


def test_a_plan_becomes_the_subjects_value() -> None:
    plan = library(SMALL).plans[0]
    coding = SessionPlan(
        id="coding",
        title="Coding",
        minutes=60,
        seats=(
            SeatPlan(id="lead", any_of=("coding",)),
            SeatPlan(id="second", any_of=("coding",), kind=SeatKind.PAIR),
            plan.session("coding").seats[2],
        ),
        rubric="code",
        covers=("One task",),
        questions=(Question(text="What runs?", follow_ups=("And now?",)),),
        tell_candidate="• A small task\nBring a computer.",
    )
    assert plan == Plan(
        id="short",
        title="Short",
        version=3,
        sessions=(coding, plan.session("end")),
        rubrics=(
            Rubric(
                id="code",
                title="Code",
                criteria=(
                    Criterion(
                        id="works",
                        name="It works",
                        anchors=(
                            "Nothing runs at all by the end",
                            "The example runs, other cases do not",
                            "Runs, and handles the odd cases",
                            "Runs, and a second part is done too",
                        ),
                        about="Whether it runs",
                        weight=2,
                    ),
                ),
            ),
        ),
        first="coding",
        last="end",
        before=(("coding", "end"),),
        rest=Rest(after=90, minutes=10),
        lunch=Lunch(start=plan.lunch.start, end=plan.lunch.end, minutes=30) if plan.lunch else None,
        max_days=2,
        mix=(MixRule(kind=Mix.OUTSIDE, at_least=1),),
        release=ReleaseRule(quorum=2, hours=24),
    )
    assert plan.lunch is not None
    assert (plan.lunch.start.isoformat(), plan.lunch.end.isoformat()) == ("12:00:00", "13:00:00")


def test_seats_say_who_may_sit_and_as_what() -> None:
    plan = library(SMALL).plans[0]
    assert plan.session("end").optional
    assert [seat for session in plan.sessions for seat in session.seats] == [
        SeatPlan(id="lead", any_of=("coding",), kind=SeatKind.LEAD),
        SeatPlan(id="second", any_of=("coding",), kind=SeatKind.PAIR),
        SeatPlan(id="trainee", any_of=("coding-shadow",), kind=SeatKind.SHADOW, optional=True, rates=False),
        SeatPlan(id="lead", any_of=(RECRUITER_SEAT,), kind=SeatKind.LEAD),
        SeatPlan(id="pair", any_of=(HIRING_MANAGER_SEAT,), kind=SeatKind.PAIR),
        SeatPlan(id="guest", any_of=("coding",), kind=SeatKind.OBSERVER, rates=False),
    ]


WRONG = [
    (b"      1: Nothing runs at all by the end\n", b"", (4, 5), "criterion `works` has anchors for 2, 3, 4", "an anchor text for every point of a scale of 1 to 4 or 1 to 5"),
    (b"Nothing runs at all by the end", b"Bad", (8, 10), "`anchors[1]` is 'Bad'", "what one sees and hears at this point, 20 to 400 characters"),
    (b"weight: 2", b"weight: 11", (13, 66), "`weight` is '11'", "less than or equal to 10 (how much it counts in the mean, 1 to 10)"),
    (b"weight: 2", b"weigth: 2", (13, 58), "there is no `weigth` here", "`weight`, or one of criterion, independent, weight"),
    (b"criterion: works", b"criterion: runs", (13, 51), "there is no `runs` among the criteria", "one of: works"),
    (b"minutes: 60", b"minutes: an hour", (17, 14), "`minutes` is 'an hour'", "integer (minutes, in steps of 5)"),
    (b"role: recruiter", b"role: recruiter, any_of: [coding]", (30, 13), "seat `lead` has both any_of and role, or neither", "any_of: [a qualification, …] for a pool, or role: hiring_manager or recruiter"),
    (b"    title: Coding\n", b"", (15, 5), "`title` is missing", "one line of text, at most 150 characters"),
    (b"to: 13:00", b"to: 12:15", (40, 5), "the lunch window is shorter than lunch", "at least 30 minutes"),
    (b"from: 12:00", b"from: noon", (40, 19), "`from` is 'noon'", "start of the window, the candidate's clock, HH:MM"),
    (b", deadline_hours: 24", b"", (42, 5), "the release rule is incomplete or says two things", "{when: all}, or {when: quorum, quorum: 3, deadline_hours: 48}"),
    (b"first: coding", b"first: start", (34, 5), "plan `short` orders start, which it does not hold", "some of coding, end"),
    (b"quorum: 2,", b"quorum: 3,", (42, 37), "a quorum of 3 can't be reached: 2 seats rate", "at most 2"),
    (b"any_of: [coding]}\n      - {id: second", b"any_of: [writing]}\n      - {id: second", (20, 29), "there is no `writing` among the qualifications", "one of: coding"),
    (b"when: quorum, quorum", b"when: sometimes, quorum", (42, 21), "`when` is 'sometimes'", "one of all, quorum"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "place", "what", "expected"), WRONG)
def test_a_fault_names_its_place_and_what_would_be_right(
    right: bytes, wrong: bytes, place: tuple[int, int], what: str, expected: str
) -> None:
    assert right in SMALL
    found = faults(SMALL.replace(right, wrong, 1))
    assert fault(*place, what, expected) in found, [str(one) for one in found]


def test_every_fault_of_every_file_is_told_at_once() -> None:
    bad = [("a.yml", b"criteria: [{id: A}]"), ("b.yml", b"plans: no\n"), ("c.yml", b"x: [")]
    found = build_library((), own=bad)
    assert isinstance(found, tuple)
    assert [one.file for one in found] == ["a.yml", "a.yml", "a.yml", "a.yml", "b.yml", "c.yml"]


@pytest.mark.parametrize(
    ("data", "line", "column", "what"),
    [
        (b"plans: 1\nplans: 2\n", 2, 1, "`plans` stands here and in line 1"),
        (b"- one\n", 1, 1, "the file is a list of 1"),
        (b"caf\xe9: 1", 1, 4, "byte 0xe9 is not UTF-8; the file is probably saved as Latin-1 or Windows"),
        (b"PK\x03\x04...", 0, 0, "this is a spreadsheet or archive (.xlsx, .ods, .zip)"),
        (b"a: b\x00c", 1, 1, "there are zero bytes in it; this is not text"),
        (b"plans:\n  \xef\xbf\xbe", 2, 3, "there is a character that YAML does not allow (U+FFFE)"),
    ],
)
def test_what_is_no_plan_file_is_called_by_its_name(data: bytes, line: int, column: int, what: str) -> None:
    found = faults(data)
    assert [(one.line, one.column, one.what) for one in found] == [(line, column, what)]


def test_utf_16_and_a_mark_are_read_as_well() -> None:
    text = SMALL.decode()
    assert library(text.encode("utf-16")) == library(text.encode("utf-8-sig")) == library(SMALL)


def test_nested_aliases_do_not_grow_without_end() -> None:
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n".encode() for a, b in pairwise("abcdefgh")
    )
    found = faults(bomb)
    assert [one.what for one in found] == ["the document is too large or repeats itself through aliases"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"[" * 50_000, "the document is nested too deep"),
        (b"{a: " * 50_000, "the document is nested too deep"),
        (b"\n".join(b" " * depth + b"-" for depth in range(2_000)), "the document is nested too deep"),
        (b"a: " + b"1" * 5_000, "this is not YAML"),
        (b"a: !!int one", "this is not YAML"),
        (b"a: !!bool maybe", "this is not YAML"),
        (b"a: !!timestamp today", "this is not YAML"),
        (b"a: !!python/object/apply:os.getcwd []", "this is not YAML"),
    ],
    ids=lambda given: str(given[:12]),
)  # fmt: skip
def test_what_a_yaml_library_fails_on_is_a_fault_like_others(data: bytes, what: str) -> None:
    (found,) = faults(data)
    assert found.what.startswith(what)


def test_words_that_look_like_values_stay_words() -> None:
    text = SMALL.replace(b"title: Coding\n", b"title: no\n")
    assert library(text).plans[0].session("coding").title == "no"


def test_more_than_four_interviews_ask_for_a_reason() -> None:
    plan = b"plans: [{id: long, name: Long, sessions: [opening-talk, ds-technical, ds-coding, stakeholders, ds-presentation]}]"
    what = "plan `long` has 5 rated interviews and gives no reason"
    expected = "at most 4, or `more_than_four_reason` saying why each further one is worth it"
    assert faults(plan, ready=ready_files()) == (fault(1, 32, what, expected),)
    reason = b"A reason written out and long enough to be one and be read by those who are asked to come."
    written = plan.replace(b"]}]", b"], more_than_four_reason: " + reason + b"}]")
    assert library(written, ready=ready_files()).plans[-1].many_reason == reason.decode()


def test_a_company_replaces_a_ready_entry_but_may_not_say_its_own_twice() -> None:
    own = b"plans: [{id: recruiter-call, name: Our first call, sessions: [recruiter-call, wrap-up]}]"
    assert (
        next(plan.title for plan in library(own, ready=ready_files()).plans if plan.id == "recruiter-call")
        == "Our first call"
    )
    twice = build_library(ready_files(), own=[("1.yml", own), ("2.yml", own)])
    assert twice == (
        Fault("2.yml", 1, 14, "`recruiter-call` is defined in 1.yml already", "each id once; another id here"),
    )


# ---- the ready plans ----------------------------------------------------------------------------------------------

ROLES = ("data-scientist", "machine-learning-engineer", "data-engineer", "data-analyst", "software-engineer")


def plan(wanted: str) -> Plan:
    return next(plan for plan in library(ready=ready_files()).plans if plan.id == wanted)


def test_the_data_scientists_on_site_is_as_the_issue_asks() -> None:
    on_site = plan("data-scientist-onsite")
    assert [(session.title, session.minutes, session.optional) for session in on_site.sessions] == [
        ("Recruiter and hiring manager", 30, False),
        ("Presentation to the team, with questions", 30, False),
        ("Technical questions", 30, False),
        ("Coding with data", 60, False),
        ("People you would work with", 30, False),
        ("Where the company is going", 15, True),
        ("Wrap-up with recruiter and hiring manager", 15, False),
    ]
    assert (on_site.first, on_site.last) == ("opening-talk", "wrap-up")
    for session in ("opening-talk", "wrap-up"):
        seats = {name for seat in on_site.session(session).seats for name in seat.any_of}
        assert seats == {RECRUITER_SEAT, HIRING_MANAGER_SEAT}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_an_on_site_and_two_pipelines(role: str) -> None:
    ready = library(ready=ready_files())
    stages = {pipeline.id: pipeline.stages for pipeline in ready.pipelines}
    on_site = Stage(id="on-site", title="On-site", plan=f"{role}-onsite")
    technical = Stage(id="technical-call", title="Technical call", plan=f"{role}-technical-call")
    first = Stage(id="recruiter-call", title="First call", plan="recruiter-call")
    assert stages[f"{role}-senior"] == (
        Stage(id="resume", title="Application"),
        first,
        technical,
        Stage(id="manager-call", title="Hiring manager call", plan="manager-call"),
        on_site,
    )
    test = Stage(id="online-test", title="Online test")
    home = (Stage(id="take-home", title="Take-home", plan=f"{role}-take-home"),) if role == "data-scientist" else ()
    assert stages[f"{role}-early-career"] == (test, first, *home, technical, on_site)


@pytest.mark.parametrize("role", ROLES)
def test_two_people_rate_every_criterion_of_an_on_site_and_every_skill_of_its_role(role: str) -> None:
    ready = library(ready=ready_files())
    on_site = plan(f"{role}-onsite")
    (line,) = coverage_lines(on_site, wanted=ready.role_criteria[on_site.id])
    assert line == f"{on_site.title}: each of its {len(coverage(on_site))} criteria is rated by 2 people or more"


def test_coverage_names_what_one_person_or_nobody_rates() -> None:
    assert coverage_lines(plan("recruiter-call"), wanted=["communication", "sql"]) == (
        "First call: Being understood is rated by one person only",
        "First call: sql is rated by nobody",
        "First call: Seeing things through is rated by one person only",
        "First call: Why this job is rated by one person only",
    )


@pytest.mark.parametrize(
    ("right", "wrong", "raters"),
    [
        (b"", b"", 2),
        (b"second, any_of: [coding]", b"second, any_of: [coding], optional: true", 1),
        (b"    rubric: code\n", b"    rubric: code\n    optional: true\n", 0),
    ],
)
def test_optional_seats_and_sessions_do_not_count_as_eyes(right: bytes, wrong: bytes, raters: int) -> None:
    assert coverage(library(SMALL.replace(right, wrong, 1)).plans[0]) == {"works": raters}


def test_every_ready_session_has_what_a_panel_needs() -> None:
    for ready in library(ready=ready_files()).plans:
        for session in ready.sessions:
            rubric = ready.rubric(session.id)
            assert session.covers, session.id
            assert session.tell_candidate, session.id
            assert rubric is None or ready.take_home or 2 <= len(session.questions) <= 3, session.id


HOME = (
    SMALL.replace(b"plans:\n  - id: short", b"plans:\n  - id: home\n    kind: take_home\n    name: Home\n    sessions: [coding]\n"
                  b"    take_home: {prompt: Count the bikes., days: 3}\n  - id: short")
)  # fmt: skip


def test_a_take_home_is_a_plan_that_a_loop_can_begin_with() -> None:
    found = library(HOME)
    (home,) = [plan for plan in found.plans if plan.id == "home"]
    assert (home.take_home, "home" in found.not_live) == (TakeHome("Count the bikes.", 3), False)
    for right, wrong, told in (
        (b"kind: take_home", b"kind: live", "plan `home` is a take-home without a task, or has a task and is none"),
        (
            b"sessions: [coding]\n    take",
            b"sessions: [coding, end]\n    take",
            "take-home `home` holds several sessions",
        ),
        (
            b"sessions: [coding]\n    take",
            b"sessions: [end]\n    take",
            "take-home `home` is scored by fewer than 2 people",
        ),
    ):
        assert right in HOME
        assert told in [one.what for one in faults(HOME.replace(right, wrong, 1))]


def test_anchors_of_one_criterion_all_differ() -> None:
    for ready in library(ready=ready_files()).plans:
        for rubric in ready.rubrics:
            for criterion in rubric.criteria:
                assert len(set(criterion.anchors)) == len(criterion.anchors) >= 4, criterion.id
