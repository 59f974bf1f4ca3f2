"""An empty seat is filled with the least disturbance, over a real database and the real engine."""

from __future__ import annotations

import time as machine
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hiring.flows import attesting, loops, planning, pool, repairing, self_service
from hiring.flows.sweeping import sweep
from hiring.model import Answer, Ground, Kind, Loop, Pause, Person, PersonId, Session
from hiring.rules.permissions import Refused
from hiring.rules.phase import Phase, attestation, open_repair, phase
from scheduling.calendars.port import Agenda, Busy
from scheduling.repair import repair
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import ANA, HANS, KIM, LEE, MAX, NOA, NOW, RITA, agendas, expect, seated

Meetings = Mapping[Person, tuple[datetime, datetime]]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = worlds.settled(fresh_database(tmp_path))
    yield made
    made.close()


def active(database: Database, *people: Person) -> None:
    """These interview, and nobody else."""
    with database.begin() as uow:
        for one in (ANA, LEE, KIM, MAX, NOA):
            uow.save_person(replace(uow.person(one.id), active=one in people))


def steps_aside(database: Database, who: PersonId) -> Loop:
    said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND)
    with database.begin() as uow:
        return expect(attesting.recuse(uow, uow.loop("L1"), said, by=uow.person(who), now=NOW))


def sought(database: Database, meetings: Meetings | None = None, *, now: datetime = NOW) -> Loop:
    """What the engine's worker does, people having these meetings of their own."""
    with database.begin() as uow:
        loop = uow.loop("L1")
        facts = pool.gather(uow, loop, now=now)
        calendars = [_calendar(one, meetings or {}) for one in agendas([p.email for p in facts.people])]
        answer = worlds.solved(planning.problem(facts, calendars, now=now))
        asked, stands = planning.mending(facts, calendars, now=now)
        mended = None if answer.planned else repair(asked, stands, seconds=20, monotonic=machine.monotonic)
        repairing.record_refill(uow, "L1", answer, mended, number=loop.refilling, now=now)
        return uow.loop("L1")


def _calendar(agenda: Agenda, meetings: Meetings) -> Agenda:
    busy = [Busy(*when, "busy") for one, when in meetings.items() if one.email == agenda.email]
    return replace(agenda, busy=tuple(busy))


def written(database: Database, *kinds: Kind) -> list[str]:
    listing = reversed(database.deliveries.listing(limit=1000))
    return [one.delivery.key.removeprefix("L1/") for one in listing if one.delivery.kind in kinds]


def times(loop: Loop) -> dict[str, datetime]:
    return {session.id: session.start for session in loop.sessions}


def around(session: Session) -> tuple[datetime, datetime]:
    return session.start - timedelta(minutes=5), session.end + timedelta(minutes=5)


# ---- others change seats ----------------------------------------------------------------------------------------------


def test_where_locking_everything_fails_others_change_seats_and_no_time_moves(database: Database) -> None:
    """Ana codes with Kim in the talk. Without Ana only Kim can code, and Noa can take the talk."""
    active(database, ANA, KIM)
    before = worlds.booked(database)
    assert (seated(before, "coding"), seated(before, "talk")) == ("ana", "kim")
    steps_aside(database, "ana")
    active(database, KIM, NOA)
    after = sought(database)
    assert (seated(after, "coding"), seated(after, "talk")) == ("kim", "noa")
    assert (times(after), after.repairs, after.attempt) == (times(before), (), before.attempt)
    kim = attestation(after, "kim")
    assert kim is not None
    assert kim.answer is Answer.NO_CONFLICT
    # Kim has attested, so calendars follow for her at once; Noa is asked first.
    assert after.revision == before.revision + 2
    assert "attest/noa" in written(database, Kind.ATTEST_ASK)


# ---- times move -------------------------------------------------------------------------------------------------------


@pytest.fixture
def later(database: Database) -> Database:
    """Ana has left the coding interview; Max could take it, but not at that time. The talk may come first."""
    with database.begin() as uow:
        uow.save_plan(replace(worlds.PLAN, first=None))
    active(database, ANA, LEE)
    loop = worlds.booked(database)
    steps_aside(database, "ana")
    active(database, LEE, MAX)
    sought(database, {MAX: around(loop.session("coding"))})
    return database


def stands(database: Database) -> Loop:
    with database.begin(read_only=True) as uow:
        return uow.loop("L1")


def test_a_time_that_was_told_moves_only_when_a_recruiter_says_so(later: Database) -> None:
    loop = stands(later)
    told = open_repair(loop, NOW)
    assert told is not None
    assert told.option is not None
    assert phase(loop, NOW) is Phase.REFILLING
    assert [session.id for session in repairing.moved(loop, told.option)] == ["coding"]
    assert written(later, Kind.REPAIR) == ["repair/0"]
    with later.begin() as uow:
        taken = expect(repairing.take(uow, loop, number=0, by=RITA, now=NOW))
    assert (seated(taken, "coding"), seated(taken, "talk")) == ("max", "lee")
    assert times(taken) == {session.id: session.start for session in told.option.sessions}
    assert times(taken)["talk"] == times(loop)["talk"]
    assert (taken.booked_at, taken.attempt, taken.revision) == (loop.booked_at, 1, loop.revision + 1)
    assert [change.what for change in taken.changes] == [repairing.MOVED]
    assert written(later, Kind.REPAIR) == ["repair/0", "repair/0/over"]


@pytest.mark.parametrize("by", [HANS, LEE])
def test_only_a_recruiter_moves_it(later: Database, by: Person) -> None:
    before = stands(later)
    with later.begin() as uow:
        assert isinstance(repairing.take(uow, before, number=0, by=by, now=NOW), Refused)
    assert stands(later) == before


def test_a_proposal_whose_person_steps_aside_or_whose_time_passes_is_not_taken(later: Database) -> None:
    loop = stands(later)
    told = open_repair(loop, NOW)
    assert told is not None
    assert told.option is not None
    passed = told.option.sessions[-1].start
    with later.begin() as uow:
        late = repairing.take(uow, loop, number=0, by=RITA, now=passed)
        uow.save_candidate(replace(worlds.JO, referrer="max"))
        gone = repairing.take(uow, loop, number=0, by=RITA, now=NOW)
    assert isinstance(late, Refused)
    assert gone == Refused("Somebody in this proposal is no longer available. Another way is looked for now.")
    after = stands(later)
    assert (times(after), after.refilling) == (times(loop), loop.refilling + 1)
    assert written(later, Kind.ENGINE_REFILL) == ["refill/1", "refill/2"]


def test_when_somebody_can_after_all_the_proposal_is_over_and_nothing_moves(later: Database) -> None:
    loop = stands(later)
    after = sought(later)
    assert (seated(after, "coding"), times(after)) == ("max", times(loop))
    assert open_repair(after, NOW) is None
    with later.begin() as uow:
        taken = repairing.take(uow, after, number=0, by=RITA, now=NOW)
    assert taken == Refused("This proposal is out of date: the seat is filled, or there is a newer message.")


# ---- nothing works ----------------------------------------------------------------------------------------------------


@pytest.fixture
def stuck(database: Database) -> Database:
    """Ana has left, and Max, the only other one, is on leave until after the interviews."""
    active(database, ANA, LEE)
    worlds.booked(database)
    steps_aside(database, "ana")
    active(database, LEE, MAX)
    with database.begin() as uow:
        self_service.pause(uow, uow.person("max"), Pause(date(2026, 11, 23), date(2026, 12, 23)), now=NOW)
    sought(database)
    return database


def test_a_seat_nobody_can_take_is_told_with_reasons_once_and_the_rest_stands(stuck: Database) -> None:
    loop = stands(stuck)
    told = open_repair(loop, NOW)
    assert told is not None
    assert told.option is None
    assert [reason for reason in told.because if reason.startswith("This would help: max free")] != []
    assert (loop.booked_at, seated(loop, "talk")) == (NOW, "lee")
    sought(stuck, now=NOW + timedelta(hours=1))
    assert stands(stuck) == loop
    assert written(stuck, Kind.REPAIR) == ["repair/0"]


def test_it_is_looked_for_again_when_a_pause_ends(stuck: Database) -> None:
    with stuck.begin() as uow:
        self_service.end_pause(uow, uow.person("max"), now=NOW)
    assert written(stuck, Kind.ENGINE_REFILL)[-1].startswith("refill/1/for/max/")
    assert seated(sought(stuck), "coding") == "max"
    assert written(stuck, Kind.REPAIR) == ["repair/0", "repair/0/over"]


# ---- what has begun ---------------------------------------------------------------------------------------------------


def test_an_interview_that_has_begun_without_somebody_keeps_no_other_seat_empty(database: Database) -> None:
    loop = worlds.booked(database)
    during = loop.session("coding").start + timedelta(minutes=10)
    assert during < loop.session("talk").start
    for session in ("coding", "talk"):
        with database.begin() as uow:
            said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND)
            who = uow.person(seated(loop, session))
            expect(attesting.recuse(uow, uow.loop("L1"), said, by=who, now=during))
    after = sought(database, now=during)
    assert (seated(after, "coding"), seated(after, "talk") != "") == ("", True)


def test_who_lost_what_they_are_qualified_for_keeps_the_seat_they_have(database: Database) -> None:
    loop = worlds.booked(database)
    stays = seated(loop, "talk")
    with database.begin() as uow:
        uow.save_person(replace(uow.person(stays), qualifications=()))
    steps_aside(database, seated(loop, "coding"))
    after = sought(database)
    assert (seated(after, "talk"), seated(after, "coding") != "") == (stays, True)


# ---- somebody leaves the company -----------------------------------------------------------------------------------------


def test_the_seat_of_who_has_left_the_company_is_filled_unless_their_interview_has_begun(database: Database) -> None:
    loop = worlds.booked(database)
    who = seated(loop, "coding")
    with database.begin() as uow:
        uow.save_person(replace(uow.person(who), active=False))
    during = loop.session("coding").start
    sweep(database, now=during)
    assert seated(stands(database), "coding") == who
    sweep(database, now=NOW)
    assert (seated(stands(database), "coding"), stands(database).stood_down) == ("", ())
    assert seated(sought(database), "coding") not in {"", who}
    before = stands(database)
    sweep(database, now=NOW)
    assert stands(database) == before


# ---- a newcomer's calendar --------------------------------------------------------------------------------------------


def test_only_who_is_new_since_the_calendars_followed_is_looked_at_again(database: Database) -> None:
    loop = worlds.booked(database)
    assert repairing.newly_seated(loop) == ()
    later = NOW + timedelta(hours=1)
    with database.begin() as uow:
        expect(loops.replace_person(uow, loop, seated(loop, "coding"), reason="ill", by=RITA, now=later))
    comes = seated(sought(database, now=later), "coding")
    assert repairing.newly_seated(stands(database)) == ()
    with database.begin() as uow:
        said = attesting.Said(Answer.NO_CONFLICT)
        expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(comes), now=later))
    fresh = stands(database)
    assert repairing.newly_seated(fresh) == (comes,)
    assert repairing.newly_seated(replace(fresh, synced_at=later)) == ()
    with database.begin() as uow:
        left = expect(repairing.record_unfree(uow, "L1", (comes,), revision=fresh.revision, now=later))
    assert (phase(left, later), left.refilling) == (Phase.REFILLING, 2)
    assert datetime(2026, 11, 25, 9, tzinfo=UTC) <= left.session("coding").start
