"""What people read: reasons, conflicts, remedies, repairs, several loops, fairness."""

import pickle
import time
from dataclasses import replace
from datetime import date
from itertools import count

import pytest

from scheduling import (
    Answer,
    Lock,
    Lunch,
    Mix,
    NotAProblem,
    Person,
    Problem,
    Rest,
    Seat,
    Session,
    Unplanned,
    Weights,
    faults,
    repair,
    solve,
)
from scheduling.board import Engaged
from scheduling.conflicts import Setting, conflict
from scheduling.deadline import Deadline
from scheduling.fair import enter_at_pool_level, take_turns

from .stage import WEEK, answer, at, loop, person, plan, session, times


def test_a_day_too_short_for_twenty_sessions_is_told_at_once() -> None:
    people = [person(f"p{number}") for number in range(20)]
    names = [f"s{number}" for number in range(20)]
    ticks = count()
    problem = Problem(tuple(people), (loop(*(session(name) for name in names), rest=Rest(120, 15)),), grain=30)
    (found,) = solve(problem, seconds=400, monotonic=lambda: next(ticks))
    assert (found.status, found.unplanned[0].proved) == ("impossible", True)


def test_every_seat_says_why_and_why_not() -> None:
    people = [
        person("ana", week_load={WEEK: 30}),
        person("ben", free=[(at(9), at(9.5)), (at(12), at(17))]),
        person("cyd"),
        person("dee", week_load={WEEK: 90}),
        person("eva", week_load={WEEK: 240}, week_cap=240),
        person("fay", day_load={date(2026, 11, 30): 90}, day_cap=120),
        person("gus", "code"),
    ]
    found = plan(answer(people, loop(available=[(at(9), at(10))], barred={"cyd": "worked together"})))
    assert found.why == {
        "chat.lead": found.why["chat.lead"].__class__(
            "ana",
            "least load among 2 who could",
            {
                "ben": "busy 09:30-10:00",
                "cyd": "barred: worked together",
                "dee": "carries more: 90 min that week against 30",
                "eva": "week cap 240 reached",
                "fay": "day cap 120: 90 booked already",
            },
        )
    }


def test_reasons_of_a_panel_that_is_best_as_a_whole() -> None:
    people = [
        person("ana"),
        person("ben", "code", "talk", week_load={WEEK: 60}),
        person("cyd", "code", week_load={WEEK: 300}),
    ]
    found = plan(answer(people, loop(session("chat"), session("code", lead="code"), before=[("chat", "code")])))
    assert {seat: why.chosen for seat, why in found.why.items()} == {"chat.lead": "ana", "code.lead": "ben"}
    assert found.why["chat.lead"].others == {"ben": "sits in code.lead"}
    assert found.why["code.lead"].others == {"cyd": "carries more: 300 min that week against 60"}
    assert found.why["chat.lead"].because == "the only one left: the others sit elsewhere in this loop"


def test_discouraged_locked_and_empty_seats_say_so() -> None:
    chat = Session("chat", 60, (Seat("lead", frozenset({"talk"})), Seat("extra", frozenset({"talk"}), optional=True)))
    people = [person("ana"), person("ben", week_load={WEEK: 15}), person("cyd", week_load={WEEK: 400})]
    found = plan(answer(people, loop(chat, discouraged={"ana": 200}, locks=[Lock("chat", seats={"lead": "ben"})])))
    assert found.why["chat.lead"].because == "fixed beforehand"
    assert found.why["chat.extra"].chosen is None
    assert found.why["chat.extra"].because == "an empty seat costs less than anyone who could"
    free = plan(answer(people[:2], loop(session("chat"), discouraged={"ana": 200})))
    assert free.why["chat.lead"].because == "the others with less load are discouraged, among 2 who could"
    assert free.why["chat.lead"].others == {"ana": "discouraged by 200 points"}


def test_people_of_other_loops_are_named() -> None:
    people = [person("ana"), person("ben", free=[(at(9), at(10))], gap=30)]
    found = answer(people, loop(available=[(at(9), at(10))]), loop(id="mo", available=[(at(9), at(10))]))
    others = {planned.id: planned.why["chat.lead"].others for planned in found.planned}
    taken = {planned.id: planned.why["chat.lead"].chosen for planned in found.planned}
    assert others == {
        name: {other: f"in {rival}: chat.lead 09:00-10:00"}
        for name, rival in (("jo", "mo"), ("mo", "jo"))
        for other in (taken[rival],)
    }


def unplanned(found: Answer) -> Unplanned:
    (left,) = found.unplanned
    return left


def test_nobody_holds_it() -> None:
    left = unplanned(answer([person("ana", "code")], loop()))
    assert left.because == ("chat.lead needs someone who holds talk, and nobody does",)
    assert left.would_help == (
        "one more person qualified for talk, such as ana",
        "one more person, free when the candidate is, for talk",
    )


def test_hours_are_offered_only_of_those_whose_hours_help() -> None:
    people = [
        person("ana", "talk", free=[(at(9), at(9.5))]),
        person("ben", "talk", "code", free=[(at(9), at(9.5))], day_cap=30),
        person("cyd", "code", free=[(at(9), at(11))]),
    ]
    left = unplanned(answer(people, loop(available=[(at(9), at(11))])))
    assert left.smallest
    assert [text for text in left.would_help if "free on" in text] == [
        "ana free on Mon 30 Nov 09:00-10:00",
        "ana free on Mon 30 Nov 10:00-11:00",
    ]


def test_what_was_not_tried_to_the_end_says_so() -> None:
    setting = Setting((person("ana", free=[(at(9), at(9.5))]),), loop(), Engaged())
    problem = Problem(setting.people, (setting.loop,))
    assert not conflict(setting, problem, deadline=Deadline(lambda: 1.0, 0.0)).smallest
    assert conflict(setting, problem, deadline=Deadline(lambda: 0.0, 1.0)).smallest


def test_nobody_is_free() -> None:
    ana = person("ana", free=[(at(9), at(9.5))])
    left = unplanned(answer([ana], loop(available=[(at(9), at(11))])))
    assert left.because == (
        "chat takes 60 minutes",
        "chat.lead needs someone who holds talk",
        "calendars of ana (talk)",
    )
    assert left.would_help[:2] == (
        "ana free on Mon 30 Nov 09:00-10:00",
        "ana free on Mon 30 Nov 10:00-11:00",
    )


def test_lunch_and_the_window_are_in_conflict() -> None:
    people = [person("ana"), person("ben")]
    tight = loop(
        session("one", 90),
        session("two", 90),
        available=[(at(11), at(14.5))],
        lunch=Lunch(at(11).time(), at(14).time(), 60),
    )
    left = unplanned(answer(people, tight))
    assert left.because == (
        "one takes 90 minutes",
        "two takes 90 minutes",
        "lunch of 60 minutes between 11:00 and 14:00",
        "the candidate is available Mon 30 Nov 11:00-14:30",
    )
    assert left.would_help[:2] == (
        "lunch of 30 minutes instead of 60",
        "the candidate available on Mon 30 Nov 11:00-15:30",
    )


@pytest.mark.parametrize(
    ("people", "rules", "told"),
    [
        ([person("ana", week_load={WEEK: 240}, week_cap=240)], {}, "caps of ana (talk)"),
        ([person("ana")], {"barred": {"ana": "cousins"}}, "barred for talk: ana"),
        ([person("ana"), person("ben", "code")], {"mix": [Mix(frozenset({"ben"}), 1)]}, "at least 1 of ben"),
        ([person("ana")], {"locks": [Lock("chat", start=at(20))]}, "chat stays as it was fixed"),
    ],
)
def test_what_binds_is_named(people: list[Person], rules: dict[str, object], told: str) -> None:
    assert told in unplanned(answer(people, loop(**rules))).because


def test_a_bar_is_never_bargained_with() -> None:
    left = unplanned(answer([person("ana"), person("ben", "code")], loop(barred={"ana": "cousins"})))
    assert [text for text in left.would_help if "ana" in text] == []
    assert "one more person qualified for talk, such as ben" in left.would_help


def test_rest_order_and_dates_in_conflict() -> None:
    people = [person(name) for name in ("ana", "ben", "cyd")]
    chats = [session(name) for name in ("one", "two", "three")]
    left = unplanned(answer(people, loop(*chats, available=[(at(9), at(12))], rest=Rest(120, 30))))
    assert "a rest of 30 minutes after 120 at most" in left.because
    circle = unplanned(answer(people, loop(*chats, before=[("one", "two"), ("two", "one")])))
    assert circle.because == (
        "one takes 60 minutes",
        "two takes 60 minutes",
        "one comes before two",
        "two comes before one",
    )
    days = [(at(9), at(10)), (at(33), at(34))]
    spread = unplanned(answer([person("ana", free=days), person("ben", free=days)], loop(*chats[:2], available=days)))
    assert spread.would_help[0] == "2 dates instead of 1"


def test_one_hour_more_is_tried_before_it_is_offered() -> None:
    people = [person("ana", free=[(at(9), at(10))]), person("ben", free=[(at(13), at(14))])]
    tight = loop(session("one"), session("two"), available=[(at(9), at(11))])
    for text in unplanned(answer(people, tight)).would_help:
        assert text
    helped = [person("ana", free=[(at(9), at(10))]), person("ben", free=[(at(13), at(14)), (at(10), at(11))])]
    assert "ben free on Mon 30 Nov 10:00-11:00" in unplanned(answer(people, tight)).would_help
    assert answer(helped, tight).status == "optimal"


def test_a_plan_dearer_than_none_is_left_out_and_says_so() -> None:
    problem = Problem((person("ana"),), (loop(),), grain=30, weights=Weights(unplanned=10))
    (found,) = solve(problem, seconds=5, monotonic=time.monotonic)
    assert (found.status, found.cost, faults(problem, found)) == ("optimal", 2250, ())
    assert unplanned(found).because == ("every plan costs 3600 or more, leaving it out 2250",)


def test_time_that_is_out_is_said() -> None:
    clock = iter(range(10**6))
    found = solve(Problem((person("ana"),), (loop(),), grain=30), seconds=1, monotonic=lambda: float(next(clock)))[0]
    assert (found.status, unplanned(found).because) == ("unknown", ("time ran out before a plan was found",))


def test_repair_moves_nobody_when_a_seat_can_be_refilled() -> None:
    people = [person("ana"), person("ben"), person("cyd", week_load={WEEK: 120})]
    jo = loop(session("one"), session("two"))
    booked = answer(people, jo)
    declined = replace(jo, barred={"ana": "declined"})
    mended = repair(Problem(tuple(people), (declined,), grain=30), booked, seconds=5, monotonic=time.monotonic)
    seat = next(f"jo.{slot.id}.lead" for slot in plan(booked).sessions if slot.seats["lead"] == "ana")
    assert (mended.moved, mended.changed, mended.least) == ((), (seat,), True)
    assert [slot.start for slot in plan(mended.answer).sessions] == [slot.start for slot in plan(booked).sessions]


def test_repair_moves_one_session_when_nothing_else_works() -> None:
    people = [person("ana"), person("ben", free=[(at(9), at(12))])]
    jo = loop(session("one"), session("two"), before=[("one", "two")])
    booked = answer(people, jo)
    met = [
        replace(people[0], free=Person.of("x", zone="UTC", qualifications=[], free=[(at(13), at(15))]).free),
        people[1],
    ]
    mended = repair(Problem(tuple(met), (jo,), grain=30), booked, seconds=5, monotonic=time.monotonic)
    assert faults(Problem(tuple(met), (jo,), grain=30), mended.answer) == ()
    assert (mended.moved, mended.least) == (("jo.two",), True)


def test_repair_keeps_locks_and_says_when_nothing_is_left() -> None:
    ana, ben = person("ana"), person("ben", free=[(at(12), at(17))])
    jo = loop(locks=[Lock("chat", start=at(9))])
    booked = answer([ana, ben], jo)
    gone = Problem((ben,), (jo,), grain=30)
    mended = repair(gone, booked, seconds=5, monotonic=time.monotonic)
    assert "chat stays as it was fixed" in unplanned(mended.answer).because
    untouched = repair(Problem((ana, ben), (jo,), grain=30), booked, seconds=5, monotonic=time.monotonic)
    assert (untouched.moved, untouched.changed, untouched.least) == ((), (), True)
    assert untouched.answer.loops == booked.loops


def test_repair_touches_another_loop_only_when_it_must() -> None:
    people = [person("ana"), person("ben"), person("cyd", "code")]
    one = loop(id="one", available=[(at(9), at(10))])
    two = loop(session("chat", lead="talk"), id="two", available=[(at(9), at(10))])
    booked = answer(people, one, two)
    taken = plan(booked, 0).sessions[0].seats["lead"]
    declined = replace(one, barred={taken: "declined"})
    mended = repair(Problem(tuple(people), (declined, two), grain=30), booked, seconds=5, monotonic=time.monotonic)
    assert mended.moved == ()
    assert sorted(mended.changed) == ["one.chat.lead", "two.chat.lead"]
    assert mended.least


def test_repair_lets_one_loop_after_another_give_way() -> None:
    people = [
        person("p1", "x"),
        person("p2", "x", "y"),
        person("p3", "y", "z"),
        person("p4", "z", week_load={WEEK: 600}),
    ]
    asked = {"one": "x", "two": "y", "three": "z"}
    hour = [(at(9), at(10))]
    loops = [loop(session("chat", lead=skill), id=name, available=hour) for name, skill in asked.items()]
    booked = answer(people, *loops)
    assert [planned.sessions[0].seats["lead"] for planned in booked.planned] == ["p1", "p2", "p3"]
    now = Problem(tuple(people), (replace(loops[0], barred={"p1": "declined"}), *loops[1:]), grain=30)
    mended = repair(now, booked, seconds=5, monotonic=time.monotonic)
    assert (faults(now, mended.answer), mended.moved) == ((), ())
    assert [planned.sessions[0].seats["lead"] for planned in mended.answer.planned] == ["p2", "p3", "p4"]
    assert not mended.least  # the floor counts one loop that gives way, and here there must be two


def test_loops_that_compete_are_planned_together() -> None:
    # First come, first served would give ana to the loop that could have had ben as well.
    people = [person("ana", "talk", "code"), person("ben", "talk", week_load={WEEK: 60})]
    one = loop(session("chat"), id="one", available=[(at(9), at(10))])
    two = loop(session("code", lead="code"), id="two", available=[(at(9), at(10))])
    found = answer(people, one, two)
    assert [times(planned) for planned in found.planned] == [
        [("chat", "30 09:00", {"lead": "ben"})],
        [("code", "30 09:00", {"lead": "ana"})],
    ]
    assert (found.cost, faults(Problem(tuple(people), (one, two), grain=30), found)) == (3600 + 3600 + 7200, ())


def test_a_loop_that_the_others_crowd_out_says_so() -> None:
    found = answer([person("ana")], *(loop(id=name, available=[(at(9), at(10))]) for name in ("one", "two")), seconds=1)
    assert len(found.planned) == 1
    assert "the other loops keep the people they have" in unplanned(found).because


def test_progress_is_told() -> None:
    told: list[tuple[float, int | None, int]] = []
    loops = tuple(loop(session("one"), session("two"), id=f"l{number}") for number in range(4))
    people = tuple(person(f"p{number}", week_load={WEEK: 15 * number}) for number in range(6))
    solve(
        Problem(people, loops, grain=30),
        seconds=1,
        monotonic=time.monotonic,
        progress=lambda share, cost, bound: told.append((share, cost, bound)),
    )
    costs = [cost for _, cost, _ in told if cost is not None]
    bounds = [bound for _, _, bound in told]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert len(told) > 3


def test_newcomers_enter_at_the_level_of_their_pool() -> None:
    people = [
        person("ana", week_load={WEEK: 120}),
        person("ben", week_load={WEEK: 60}),
        person("cyd", week_load={WEEK: 90}),
        person("new"),
    ]
    entered = enter_at_pool_level(people, {"new": "joined on 16 Nov"})
    assert (entered[:3], dict(entered[3].level)) == (tuple(people[:3]), {WEEK: 90})
    found = plan(answer(list(entered), loop()))
    assert found.why["chat.lead"].chosen == "ben"
    assert found.why["chat.lead"].others["new"] == (
        "carries more: 90 min that week against 60 (compared at 90 min instead of 0: joined on 16 Nov)"
    )


def test_turns_are_taken_over_the_candidates_of_a_day() -> None:
    jo = take_turns(
        loop(discouraged={"cyd": 90}),
        {"ana": [date(2026, 11, 30)], "ben": [date(2026, 12, 1)], "cyd": [date(2026, 11, 30)]},
    )
    assert dict(jo.discouraged) == {"ana": 40, "cyd": 90}
    assert plan(answer([person("ana"), person("ben", week_load={WEEK: 30})], jo)).why["chat.lead"].chosen == "ben"


def test_a_problem_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(NotAProblem) as caught:
        answer([person("ana"), person("ana")], loop(first="nothing"))
    assert caught.value.complaints == (
        'people: the id "ana" stands 2 times; each needs its own',
        'loops[0].first: there is no session "nothing"; the sessions are chat',
    )
    assert pickle.loads(pickle.dumps(caught.value)).complaints == caught.value.complaints  # noqa: S301 -- our own bytes


def test_questions_and_answers_cross_processes() -> None:
    problem = Problem((person("ana"),), (loop(),), grain=30)
    found = solve(problem, seconds=5, monotonic=time.monotonic)
    assert pickle.loads(pickle.dumps((problem, found))) == (problem, found)  # noqa: S301 -- our own bytes


def test_a_loop_too_free_to_prove_is_still_planned_in_time() -> None:
    people = [person(f"p{number}") for number in range(16)]
    chats = [session(f"s{number}", 30) for number in range(13)]
    wide = loop(*chats, rest=Rest(120, 30), wait_from=date(2026, 11, 29))
    (found,) = solve(Problem(tuple(people), (wide,), grain=30), seconds=1.0, monotonic=time.monotonic)
    assert (found.status, len(found.planned), faults(Problem(tuple(people), (wide,), grain=30), found)) == (
        "feasible",
        1,
        (),
    )
    assert found.bound <= found.cost
