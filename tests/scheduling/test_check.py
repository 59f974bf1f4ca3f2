"""The checker finds every fault that is planted into a right answer, each by its own words."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from scheduling import (
    Answer,
    Lock,
    Loop,
    Lunch,
    Mix,
    Person,
    Planned,
    Problem,
    Rest,
    Seat,
    Session,
    Slot,
    faults,
    solve,
)

from .stage import WEEK, at, person

PEOPLE = (
    person("ana", week_load={WEEK: 60}, week_cap=180, day_cap=120, gap=15),
    person("ben", "talk", "code"),
    person("cyd", "talk", free=[(at(9), at(10)), (at(14), at(17))]),
    person("dee", "code"),
    person("hal", "hall", kind="room"),
)
TALK, CODE = frozenset({"talk"}), frozenset({"code"})
SESSIONS = (
    Session("intro", 30, (Seat("lead", TALK),)),
    Session("code", 60, (Seat("lead", CODE), Seat("room", frozenset({"hall"})))),
    Session("end", 30, (Seat("lead", TALK), Seat("extra", TALK, optional=True))),
)
LOOP = Loop.of(
    "jo",
    zone="UTC",
    available=[(at(9), at(17))],
    sessions=SESSIONS,
    before=[("intro", "code")],
    first="intro",
    last="end",
    rest=Rest(90, 30),
    lunch=Lunch(at(11).time(), at(13).time(), 60),
    barred={"dee": "cousins"},
    mix=[Mix(frozenset({"ana", "cyd"}), 1)],
    locks=[Lock("code", seats={"lead": "ben"})],
)
PROBLEM = Problem(PEOPLE, (LOOP,), grain=30)


def right() -> Answer:
    return solve(PROBLEM, seconds=5, monotonic=time.monotonic)[0]


def with_slot(answer: Answer, name: str, change: Callable[[Slot], Slot]) -> Answer:
    planned = answer.planned[0]
    sessions = tuple(change(slot) if slot.id == name else slot for slot in planned.sessions)
    return replace(answer, loops=(replace(planned, sessions=sessions),))


def shifted(**by: float) -> Callable[[Slot], Slot]:
    return lambda slot: replace(slot, start=slot.start + timedelta(**by), end=slot.end + timedelta(**by))


def seated(**seats: str) -> Callable[[Slot], Slot]:
    return lambda slot: replace(slot, seats={**slot.seats, **seats})


def test_a_right_answer_has_no_faults() -> None:
    assert faults(PROBLEM, right()) == ()


FAULTS: list[tuple[str, Callable[[Answer], Answer], str]] = [
    ("overlap", lambda a: with_slot(a, "end", shifted(minutes=-60)), "jo: code and end overlap"),
    ("off the grain", lambda a: with_slot(a, "end", shifted(minutes=10)), "jo.end: starts off the grain"),
    (
        "outside the window",
        lambda a: with_slot(a, "intro", shifted(hours=-1)),
        "jo.intro: the candidate is not available",
    ),
    ("order", lambda a: with_slot(a, "intro", shifted(hours=5)), "jo: intro is not before code"),
    ("first", lambda a: with_slot(a, "intro", shifted(hours=5)), "jo: code comes first, not intro"),
    ("last", lambda a: with_slot(a, "intro", shifted(hours=5)), "jo: intro comes last, not end"),
    ("dates", lambda a: with_slot(a, "end", shifted(days=1)), "jo: lies on 2 dates, not on 1 at most"),
    (
        "length",
        lambda a: with_slot(a, "end", lambda s: replace(s, end=s.end + timedelta(minutes=5))),
        "jo.end: lasts 35 minutes, not 30",
    ),
    ("missing seat", lambda a: with_slot(a, "intro", lambda s: replace(s, seats={})), "jo.intro.lead: nobody"),
    ("no such seat", lambda a: with_slot(a, "intro", seated(chair="ana")), "jo.intro: has no seat chair"),
    ("nobody of that name", lambda a: with_slot(a, "intro", seated(lead="zoe")), "jo.intro.lead: nobody is called zoe"),
    ("unqualified", lambda a: with_slot(a, "code", seated(lead="cyd")), "jo.code.lead: cyd holds none of ['code']"),
    ("barred", lambda a: with_slot(a, "code", seated(lead="dee")), "jo.code.lead: dee is barred"),
    ("lock", lambda a: with_slot(a, "code", seated(lead="dee")), "jo.code.lead: was to stay with ben"),
    ("twice", lambda a: with_slot(a, "intro", seated(lead="ben")), "jo.code.lead: ben sits in jo.intro.lead already"),
    (
        "mix",
        lambda a: with_slot(with_slot(a, "intro", seated(lead="ben")), "end", seated(lead="ben")),
        "jo: fewer than 1 of ['ana', 'cyd']",
    ),
    (
        "not free",
        lambda a: with_slot(with_slot(a, "end", shifted(hours=1)), "end", seated(lead="cyd")),
        "jo.end.lead: cyd is not free",
    ),
    (
        "price",
        lambda a: replace(a, cost=a.cost + 1, bound=a.bound + 1),
        f"costs {right().cost} in all, the answer says {right().cost + 1}",
    ),
    (
        "bound",
        lambda a: replace(a, status="feasible", bound=a.cost + 1),
        f"bound {right().cost + 1} is above cost {right().cost}",
    ),
    ("optimal", lambda a: replace(a, bound=0), f"called optimal, but bound 0 is not cost {right().cost}"),
    ("impossible", lambda a: replace(a, status="impossible"), "called impossible, but a loop is planned"),
    ("missing loop", lambda a: replace(a, loops=()), "the answer speaks of loops [], the problem of ['jo']"),
    (
        "missing session",
        lambda a: replace(a, loops=(replace(a.planned[0], sessions=a.planned[0].sessions[:2]),)),
        "jo: sessions planned ['code', 'intro']",
    ),
]


@pytest.mark.parametrize(("plant", "words"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_planted_fault_is_found(plant: Callable[[Answer], Answer], words: str) -> None:
    assert words in faults(PROBLEM, plant(right()))


def changed(**facts: object) -> Problem:
    return replace(PROBLEM, loops=(replace(LOOP, **facts),))  # type: ignore[arg-type]  # names of Loop's own fields


def ana(**facts: object) -> Problem:
    people = [replace(PEOPLE[0], **facts), *PEOPLE[1:]]  # type: ignore[arg-type]  # names of Person's own fields
    return replace(PROBLEM, people=tuple(people))


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ana(week_cap=80), f"ana: 90 minutes in {WEEK}, cap 80"),
        (ana(day_cap=20), "ana: 30 minutes on 2026-11-30, cap 20"),
        (changed(rest=Rest(60, 30)), "jo: no rest of 30 minutes between intro and the end of code"),
        (changed(lunch=Lunch(at(9).time(), at(10.5).time(), 60)), "jo: no lunch of 60 minutes on 2026-11-30"),
        (changed(locks=(Lock("code", start=at(15)),)), "jo.code: was to stay at its start"),
    ],
)
def test_a_stricter_rule_finds_its_fault(problem: Problem, words: str) -> None:
    answer = right()
    used = {name for slot in answer.planned[0].sessions for name in slot.seats.values()}
    assert "ana" in used
    assert words in faults(problem, answer)


def test_a_gap_is_kept_over_loops() -> None:
    one, two = (
        Loop.of(name, zone="UTC", available=[(at(9), at(17))], sessions=[Session("chat", 60, (Seat("lead", TALK),))])
        for name in ("jo", "mo")
    )
    problem = Problem((person("ana", gap=15),), (one, two), grain=30)
    told = [
        Planned(
            id=name, cost=right().planned[0].cost, sessions=(Slot("chat", at(hour), at(hour + 1), {"lead": "ana"}),)
        )
        for name, hour in (("jo", 9), ("mo", 10))
    ]
    answer = Answer(status="feasible", cost=0, bound=0, seconds=0, loops=tuple(told))
    assert "ana: jo.chat.lead and mo.chat.lead are less than 15 minutes apart" in faults(problem, answer)


def test_each_part_of_a_price_is_checked() -> None:
    def told(part: str) -> Iterable[str]:
        answer = right()
        planned = answer.planned[0]
        cost = replace(planned.cost, **{part: getattr(planned.cost, part) + 7})
        return faults(PROBLEM, replace(answer, loops=(replace(planned, cost=cost),)))

    parts = ("load", "wait", "idle", "dates", "discouraged", "optional")
    assert {part: len(list(told(part))) for part in parts} == dict.fromkeys(parts, 1)


def test_rooms_may_return_but_not_sit_twice_in_a_session() -> None:
    hall = frozenset({"hall"})
    sessions = [Session(name, 60, (Seat("lead", TALK), Seat("room", hall))) for name in ("one", "two")]
    loop = Loop.of("jo", zone="UTC", available=[(at(9), at(17))], sessions=sessions)
    people: tuple[Person, ...] = (person("ana"), person("ben"), person("hal", "hall", kind="room"))
    answer = solve(Problem(people, (loop,), grain=30), seconds=5, monotonic=time.monotonic)[0]
    assert [slot.seats["room"] for slot in answer.planned[0].sessions] == ["hal", "hal"]
    assert faults(Problem(people, (loop,), grain=30), answer) == ()
    double = replace(sessions[0], seats=(*sessions[0].seats, Seat("second", hall)))
    problem = Problem(people, (replace(loop, sessions=(double,)),), grain=30)
    assert solve(problem, seconds=5, monotonic=time.monotonic)[0].status == "impossible"
