"""Who is proposed for a panel and who never is, over a real database and the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hiring.flows import loops, offering, planning, pool, self_service
from hiring.model import (
    HIRING_MANAGER_SEAT,
    Barred,
    Kind,
    Loop,
    Mix,
    MixRule,
    Option,
    Pause,
    Person,
    Plan,
    Qualification,
    Seat,
    Session,
    SessionPlan,
    Span,
    Submitted,
)
from hiring.rules.permissions import Refused
from hiring.rules.phase import Phase, phase
from scheduling.calendars.port import Agenda, Busy
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import ANA, JO, KIM, LEE, MAX, MORNING, NOA, NOW, PLAN, agendas, expect, solved


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = worlds.settled(fresh_database(tmp_path))
    yield made
    made.close()


def save(database: Database, *people: Person, plan: Plan | None = None) -> None:
    with database.begin() as uow:
        for one in people:
            uow.save_person(one)
        if plan is not None:
            uow.save_plan(plan)


def off(*people: Person) -> tuple[Person, ...]:
    return tuple(replace(one, active=False) for one in people)


def options(database: Database) -> tuple[Option, ...]:
    worlds.started(database)
    loop = worlds.planned(database)
    assert loop.planning is not None
    return loop.planning.options


def coders(database: Database) -> set[str | None]:
    return {seat.person for option in options(database) for seat in option.seats if seat.session == "coding"}


def why(database: Database, session: str = "coding") -> dict[str, str]:
    """What stood against everybody else, at the best option's seat."""
    seat = next(seat for seat in options(database)[0].seats if seat.session == session)
    assert seat.why is not None
    return dict(seat.why.others)


@pytest.fixture
def only_two_coders(database: Database) -> Database:
    save(database, *off(KIM))
    return database


def test_a_paused_person_is_never_proposed(only_two_coders: Database) -> None:
    with only_two_coders.begin() as uow:
        self_service.pause(uow, ANA, Pause(date(2026, 11, 24), date(2026, 11, 27)), now=NOW)
    assert coders(only_two_coders) == {"max"}


def test_a_pause_that_is_over_by_then_is_no_obstacle(only_two_coders: Database) -> None:
    with only_two_coders.begin() as uow:
        self_service.pause(uow, ANA, Pause(date(2026, 11, 23), date(2026, 11, 25)), now=NOW)
    save(only_two_coders, *off(MAX))
    assert coders(only_two_coders) == {"ana"}


def test_a_pause_ends_when_one_says_so(only_two_coders: Database) -> None:
    with only_two_coders.begin() as uow:
        paused = self_service.pause(uow, ANA, Pause(date(2026, 11, 23), date(2026, 12, 23)), now=NOW)
        assert isinstance(paused, Person)
        assert self_service.end_pause(uow, paused, now=NOW).pauses == ()
    save(only_two_coders, *off(MAX))
    assert coders(only_two_coders) == {"ana"}


@pytest.mark.parametrize(
    "gone",
    [
        replace(ANA, active=False),
        replace(ANA, slack_id=None),
        replace(ANA, qualifications=()),
        replace(ANA, hours=()),
        replace(ANA, holidays=(MORNING.start.date(),)),
        replace(ANA, day_cap=59),
        replace(ANA, week_cap=0),
    ],
)
def test_who_is_not_proposed(only_two_coders: Database, gone: Person) -> None:
    save(only_two_coders, gone)
    assert coders(only_two_coders) == {"max"}


def test_caps_count_what_other_loops_have_booked(only_two_coders: Database) -> None:
    """Ana has given her two hours of that day to somebody else already."""
    start = MORNING.start + timedelta(hours=5)
    other = Loop(
        id="L0", opening="ds", candidate="other", plan=PLAN, recruiter="rita", hiring_manager="hans", created=NOW,
        created_by="rita", sessions=(Session("coding", start, start + timedelta(hours=2)),),
        seats=(Seat("coding", "lead", "ana"),), booked_at=NOW,
    )  # fmt: skip
    with only_two_coders.begin() as uow:
        uow.save_candidate(replace(JO, id="other", email="other@elsewhere.example"))
        uow.save_loop(other)
    assert coders(only_two_coders) == {"max"}


def beside(database: Database, *interviews: tuple[Person, datetime], opening: str = "ds") -> None:
    """Another candidate's loop: each of these people codes for an hour."""
    sessions = tuple(Session(f"s{n}", start, start + timedelta(hours=1)) for n, (_, start) in enumerate(interviews))
    plan = replace(PLAN, sessions=tuple(replace(PLAN.sessions[0], id=session.id) for session in sessions))
    with database.begin() as uow:
        uow.save_candidate(replace(JO, id="other", email="other@elsewhere.example"))
        uow.save_opening(replace(worlds.OPENING, id="de"))
        seats = tuple(Seat(session.id, "lead", who.id) for session, (who, _) in zip(sessions, interviews, strict=True))
        uow.save_loop(
            Loop(
                id="L0", opening=opening, candidate="other", plan=plan, recruiter="rita", hiring_manager="hans",
                created=NOW, created_by="rita", sessions=sessions, seats=seats, booked_at=NOW,
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    "enters",
    [
        replace(ANA, qualifications=(Qualification("coding", since=NOW.date()),)),
        replace(ANA, pauses=(Pause(date(2026, 11, 9), date(2026, 11, 23)),)),
    ],
)
def test_who_is_new_or_back_from_a_pause_is_not_flooded(only_two_coders: Database, enters: Person) -> None:
    """Max has coded for two hours this week. Ana, compared at zero, would get every seat until she has as much."""
    earlier = NOW + timedelta(hours=1)
    beside(only_two_coders, (MAX, earlier), (MAX, earlier + timedelta(hours=2)), opening="de")
    assert coders(only_two_coders) == {"ana"}
    save(only_two_coders, replace(MAX, week_cap=None), enters)
    told = planned_why(only_two_coders)
    assert {name: reason for name, reason in told.items() if "compared at 120 min instead of 0" in reason} != {}


def planned_why(database: Database) -> dict[str, str]:
    """What is said of the coding seat, of whoever has it and of the others."""
    with database.begin() as uow:
        facts = pool.gather(uow, uow.loop("L1"), now=NOW)
    answer = solved(planning.problem(facts, agendas([p.email for p in facts.people]), now=NOW))
    why = answer.planned[0].why["coding.lead"]
    return {str(why.chosen): why.because, **why.others}


def test_nobody_sees_several_candidates_of_one_opening_on_one_day_if_another_can(only_two_coders: Database) -> None:
    """Ana interviews less that week, but sees another candidate of the opening that day."""
    day = MORNING.start + timedelta(hours=5)
    week = NOW + timedelta(hours=1)
    beside(only_two_coders, (ANA, day), (MAX, week), (MAX, week + timedelta(minutes=75)))
    assert coders(only_two_coders) == {"max"}
    with only_two_coders.begin() as uow:
        uow.save_loop(replace(uow.loop("L0"), opening="de"))
    assert next(iter(planned_why(only_two_coders))) == "ana"


def test_who_scored_the_candidate_before_or_stepped_aside_is_not_proposed(only_two_coders: Database) -> None:
    before = Loop(
        id="L0", opening="ds", candidate="jo", plan=replace(PLAN, id="phone"), recruiter="rita", hiring_manager="hans",
        created=NOW, created_by="rita", submitted=(Submitted("coding", "ana", NOW, "code"),), barred=(Barred("lee", NOW),),
    )  # fmt: skip
    with only_two_coders.begin() as uow:
        uow.save_loop(before)
    found = options(only_two_coders)
    assert {seat.person for option in found for seat in option.seats} == {"max", "noa"}
    told = next(seat.why for seat in found[0].seats if seat.session == "coding")
    assert told is not None
    assert dict(told.others)["ana"] == "unavailable"


def test_the_referrer_is_not_proposed(only_two_coders: Database) -> None:
    with only_two_coders.begin() as uow:
        uow.save_candidate(replace(JO, referrer="ana"))
        wish = loops.Wish("L1", replace(JO, referrer="ana"), "ds", "onsite", (MORNING,))
        expect(loops.start(uow, wish, by=worlds.RITA, now=NOW))
    loop = worlds.planned(only_two_coders)
    assert loop.planning is not None
    assert {s.person for option in loop.planning.options for s in option.seats if s.session == "coding"} == {"max"}


def test_somebody_who_is_busy_is_not_proposed_and_an_unreadable_calendar_is_busy(only_two_coders: Database) -> None:
    worlds.started(only_two_coders)
    with only_two_coders.begin() as uow:
        facts = pool.gather(uow, uow.loop("L1"), now=NOW)
    whole = Busy(start=facts.start, end=facts.end, kind="unreadable")
    taken = tuple(
        Agenda(one.email, (whole,) if one.email == ANA.email else (), readable=one.email != ANA.email)
        for one in agendas([p.email for p in facts.people])
    )
    answer = solved(planning.problem(facts, taken, now=NOW))
    assert next(slot.seats["lead"] for slot in answer.planned[0].sessions if slot.id == "coding") == "max"


@pytest.mark.parametrize(("rule", "sits"), [(Mix.TEAM, {"ana"}), (Mix.OUTSIDE, {"max"}), (Mix.SENIOR, {"max"})])
def test_mix_rules(database: Database, rule: Mix, sits: set[str]) -> None:
    senior = (*MAX.qualifications, Qualification("senior"))
    only_coding = replace(PLAN, sessions=PLAN.sessions[:1], mix=(MixRule(rule),))
    save(database, *off(KIM, LEE, NOA), replace(MAX, team="other", qualifications=senior), plan=only_coding)
    assert coders(database) == sits


def test_an_optional_session_is_left_out_rather_than_the_loop(database: Database) -> None:
    extra = SessionPlan("lunch", "Lunch with the team", 120, PLAN.sessions[1].seats, optional=True)
    save(database, plan=replace(PLAN, sessions=(*PLAN.sessions, extra)))
    short = Span(MORNING.start, MORNING.start + timedelta(hours=2))
    worlds.started(database, windows=(short,))
    with database.begin() as uow:
        loop = uow.loop("L1")
        facts = pool.gather(uow, loop, now=NOW)
        calendars = agendas([p.email for p in facts.people])
        whole = planning.problem(facts, calendars, now=NOW)
        assert (solved(whole).planned, planning.has_optional(loop)) == ((), True)
        answer = solved(planning.problem(facts, calendars, now=NOW, optional=False))
        found = expect(offering.record_options(uow, "L1", [answer], number=1, now=NOW))
    assert found.planning is not None
    assert [session.id for session in found.planning.options[0].sessions] == ["coding", "talk"]


def test_the_hiring_manager_sits_in_the_seat_that_is_theirs(database: Database) -> None:
    own = replace(PLAN.sessions[1], seats=(replace(PLAN.sessions[1].seats[0], any_of=(HIRING_MANAGER_SEAT,)),))
    save(database, plan=replace(PLAN, sessions=(PLAN.sessions[0], own)))
    assert {s.person for option in options(database) for s in option.seats if s.session == "talk"} == {"hans"}


def test_a_recruiter_reads_no_more_than_unavailable_when_nobody_is_left(only_two_coders: Database) -> None:
    save(only_two_coders, *off(MAX))
    wish = loops.Wish("L1", replace(JO, referrer="ana"), "ds", "onsite", (MORNING,))
    with only_two_coders.begin() as uow:
        expect(loops.start(uow, wish, by=worlds.RITA, now=NOW))
    loop = worlds.planned(only_two_coders)
    assert loop.planning is not None
    assert phase(loop, NOW) is Phase.UNPLANNABLE
    assert [reason for reason in loop.planning.because if "barred" in reason] == []


def test_a_pool_without_anybody_says_so(database: Database) -> None:
    save(database, *off(ANA, KIM, MAX))
    worlds.started(database)
    loop = worlds.planned(database)
    assert phase(loop, NOW) is Phase.UNPLANNABLE
    assert loop.planning is not None
    assert (loop.planning.options, loop.planning.because != ()) == ((), True)
    assert database.deliveries.listing(limit=1)[0].delivery.key == "L1/unplannable/1"


def test_who_comes_back_finds_times_for_a_loop_that_had_none_and_the_recruiter_is_told_once(database: Database) -> None:
    away = Pause(start=NOW.date(), end=NOW.date() + timedelta(days=9), reason="leave")
    save(database, *off(KIM, MAX), replace(ANA, pauses=(away,)))
    worlds.started(database)
    first = worlds.planned(database).planning
    later = NOW + timedelta(hours=4)
    assert first is not None
    with database.begin() as uow:
        assert offering.record_options(uow, "L1", (), number=1, now=later) is not None
        assert offering.record_options(uow, "L1", (), number=1, now=later) is None
        assert uow.loop("L1").planning == replace(first, because=())
        self_service.end_pause(uow, uow.person("ana"), now=later)
    waiting = [one.delivery for one in database.deliveries.listing() if one.delivery.kind is Kind.ENGINE_OPTIONS]
    assert "L1/engine/1/for/ana/20261123T130000.000000" in {one.key for one in waiting}
    found = worlds.planned(database, now=later).planning
    assert found is not None
    assert (found.number, found.answered, found.missed, found.because) == (1, later, NOW, ())
    told = [one.delivery.key for one in database.deliveries.listing() if one.delivery.to == "rita"]
    assert sorted(told) == ["L1/options/1", "L1/unplannable/1", "L1/unplannable/1/over"]


def test_nothing_is_planned_at_short_notice_or_outside_working_hours(database: Database) -> None:
    now = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
    late = Span(now + timedelta(minutes=30), now + timedelta(hours=6))
    worlds.started(database, windows=(late,), now=now)
    loop = worlds.planned(database, now=now)
    assert loop.planning is not None
    for option in loop.planning.options:
        assert min(session.start for session in option.sessions) >= now + planning.NOTICE
        assert max(session.end for session in option.sessions) <= datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    assert loop.planning.options == ()  # from four in Berlin an hour, a break and half an hour do not fit before five


def test_windows_that_have_no_room_are_refused_in_words_before_anything_is_asked(database: Database) -> None:
    wish = loops.Wish("L1", JO, "ds", "onsite", (Span(NOW - timedelta(hours=2), NOW),))
    with database.begin() as uow:
        told = loops.start(uow, wish, by=worlds.RITA, now=NOW)
    assert told == Refused("This has begun or passed already. Pick a time to come.")
    assert database.deliveries.listing() == ()
