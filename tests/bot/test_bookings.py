"""A loop from its wish to the built-in calendar with the real engine: all or nothing, through clashes, refusals and crashes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bookings import Bookings
from bot.engine import Engine
from bot.lanes import SETTLED
from bot.outcomes import Hopeless, Later
from hiring.flows import attesting, conflicts, loops, repairing
from hiring.flows.planning import TOO_LATE
from hiring.model import Answer, Ground, Kind, Span
from hiring.rules.grounds import Policy, Together
from hiring.rules.phase import Phase, open_repair, panel, phase
from scheduling.calendars.port import Booked, CalendarRefused, CalendarUnavailable, Event
from tests.bot.office import Office, Trouble, busy, whole
from tests.handlers.rig import At
from tests.hiring import worlds
from tests.hiring.worlds import NOW, RITA, expect, seated


def test_a_machine_that_has_no_time_for_the_engine_is_waited_for_like_an_outage(office: Office) -> None:
    """Not given up after eight tries within a minute, as is what goes wrong in here."""
    worlds.started(office.database)
    busy = Engine(patience=0.0)
    bookings = Bookings(database=office.database, calendars=office.calendars, engine=busy, clock=At(NOW))
    with pytest.raises(Later, match="this machine had no time") as put_off:
        bookings.plan(office.turn(Kind.ENGINE_OPTIONS))
    busy.close()
    assert not put_off.value.ours


def panels(
    office: Office, *, manager: str, together: Together, away: tuple[str, ...] = ("kim", "max")
) -> set[frozenset[str]]:
    """Of all options, when Ana, the only one for coding, reports to `manager`."""
    with office.database.begin() as uow:
        uow.save_conflict_policy(Policy(together=together))
        uow.save_person(replace(uow.person("ana"), manager=manager))
        for one in away:
            uow.save_person(replace(uow.person(one), active=False))
    worlds.started(office.database)
    office.make(Kind.ENGINE_OPTIONS)
    planning = office.loop().planning
    assert planning is not None
    return {frozenset(seat.person for seat in option.seats if seat.person) for option in planning.options}


@pytest.mark.parametrize("together", [Together.DISCOURAGED, Together.REFUSED])
@pytest.mark.parametrize(("manager", "other"), [("lee", "noa"), ("noa", "lee")])
def test_who_can_be_spared_gives_way_where_a_manager_would_sit_with_their_report(
    office: Office, manager: str, other: str, together: Together
) -> None:
    """Nobody stands in for the report: asking for another one in their place is no reason to find nothing."""
    assert panels(office, manager=manager, together=together) == {frozenset({"ana", other})}


@pytest.mark.parametrize(
    ("together", "found"), [(Together.DISCOURAGED, {frozenset({"ana", "lee"})}), (Together.REFUSED, set())]
)
def test_where_nobody_can_give_way_the_policy_decides(
    office: Office, together: Together, found: set[frozenset[str]]
) -> None:
    assert panels(office, manager="lee", together=together, away=("kim", "max", "noa")) == found


def test_from_the_wish_to_the_calendars_and_off_them_again(office: Office) -> None:
    worlds.started(office.database)
    office.make(Kind.ENGINE_OPTIONS)
    loop = office.loop()
    assert loop.planning is not None
    assert len(loop.planning.options) == 3
    with office.database.begin() as uow:
        loop = expect(loops.choose(uow, loop, number=1, index=0, by=RITA, now=NOW))
    for who in panel(loop):
        with office.database.begin() as uow:
            said = attesting.Said(Answer.NO_CONFLICT)
            expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(who), now=NOW))
    office.make(Kind.CALENDAR_BOOK)
    assert (phase(office.loop(), NOW), office.standing()) == (Phase.BOOKED, whole(loop))
    with office.database.begin() as uow:
        expect(loops.cancel(uow, uow.loop("L1"), reason="filled", by=RITA, now=NOW))
    office.make(Kind.CALENDAR_CLEAR)
    assert office.standing() == []


def test_a_candidate_whose_times_are_over_is_told_to_the_recruiter_as_what_it_is(office: Office) -> None:
    """The engine looks at no loop without a time, and would be asked again and again."""
    worlds.started(office.database)
    with office.database.begin() as uow:
        loop = uow.loop("L1")
        uow.save_loop(
            replace(
                loop,
                windows=tuple(
                    Span(start=s.start - timedelta(days=60), end=s.end - timedelta(days=60)) for s in loop.windows
                ),
            )
        )
    office.make(Kind.ENGINE_OPTIONS)
    planning = office.loop().planning
    assert planning is not None
    assert (planning.answered, planning.options, planning.because) == (NOW, (), (TOO_LATE,))


def test_a_clash_at_commit_leaves_nothing_and_new_options_are_sought(office: Office) -> None:
    loop = office.attested()
    busy(office, loop, seated(loop, "coding"))
    office.make(Kind.CALENDAR_BOOK)
    after = office.loop()
    assert (phase(after, NOW), after.sessions, after.attempt) == (Phase.PLANNING, (), 2)
    assert office.standing() == [(seated(loop, "coding"), "Own")]
    for _ in ("the first request, which is out of date", "the second"):
        office.make(Kind.ENGINE_OPTIONS)
    found = office.loop().planning
    assert found is not None
    assert found.options != ()


def test_a_calendar_that_refuses_in_the_middle_leaves_nothing(office: Office) -> None:
    office.attested()
    office.calendars.planned["put", 3] = CalendarRefused("share it", remedy="share it")
    office.make(Kind.CALENDAR_BOOK)
    assert (phase(office.loop(), NOW), office.standing()) == (Phase.PLANNING, [])


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_calendar_that_does_not_answer_in_the_middle_is_tried_again_as_a_whole(office: Office, at: int) -> None:
    loop = office.attested()
    office.calendars.planned["put", at] = CalendarUnavailable("busy", retry_after=timedelta(minutes=1))
    turn = office.turn(Kind.CALENDAR_BOOK)
    with pytest.raises(Later):
        office.bookings.keep(turn)
    office.make(Kind.CALENDAR_BOOK)
    assert (phase(office.loop(), NOW), office.standing()) == (Phase.BOOKED, whole(loop))


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_crash_between_two_puts_books_once_in_the_end(office: Office, at: int) -> None:
    loop = office.attested()
    office.calendars.planned["put", at] = MemoryError("killed here")
    with pytest.raises(MemoryError):
        office.bookings.keep(office.turn(Kind.CALENDAR_BOOK))
    assert phase(office.loop(), NOW) is Phase.BOOKING
    office.make(Kind.CALENDAR_BOOK)
    assert (phase(office.loop(), NOW), office.standing()) == (Phase.BOOKED, whole(loop))


def test_what_a_crash_left_of_a_loop_that_was_cancelled_meanwhile_is_taken_away(office: Office) -> None:
    office.attested()
    office.calendars.planned["put", 3] = MemoryError("killed here")
    with pytest.raises(MemoryError):
        office.bookings.keep(office.turn(Kind.CALENDAR_BOOK))
    assert len(office.standing()) == 2
    with office.database.begin() as uow:
        expect(loops.cancel(uow, uow.loop("L1"), reason="filled", by=RITA, now=NOW))
    office.make(Kind.CALENDAR_BOOK)
    assert office.standing() == []


def test_a_clash_found_after_a_crash_takes_away_what_the_crash_left(office: Office) -> None:
    loop = office.attested()
    office.calendars.planned["put", 3] = MemoryError("killed here")
    with pytest.raises(MemoryError):
        office.bookings.keep(office.turn(Kind.CALENDAR_BOOK))
    busy(office, loop, seated(loop, "coding"))
    office.make(Kind.CALENDAR_BOOK)
    assert office.standing() == [(seated(loop, "coding"), "Own")]
    assert phase(office.loop(), NOW) is Phase.PLANNING


def test_a_loop_cancelled_while_it_was_put_is_taken_away_again(office: Office) -> None:
    office.attested()
    real = office.calendars.real

    class Cancels(Trouble):
        """The loop is cancelled by a recruiter while its first event is put."""

        def put(self, event: Event) -> Booked:
            if not self.calls["put"]:
                with office.database.begin() as uow:
                    expect(loops.cancel(uow, uow.loop("L1"), reason="filled", by=RITA, now=NOW))
            return super().put(event)

    bookings = Bookings(database=office.database, calendars=Cancels(real), engine=Engine(), clock=At(NOW))
    assert bookings.keep(office.turn(Kind.CALENDAR_BOOK)) is SETTLED
    assert (phase(office.loop(), NOW), office.standing()) == (Phase.CANCELLED, [])


def test_a_refused_calendar_keeps_no_other_from_being_cleared(office: Office) -> None:
    office.attested()
    office.make(Kind.CALENDAR_BOOK)
    with office.database.begin() as uow:
        expect(loops.cancel(uow, uow.loop("L1"), reason="filled", by=RITA, now=NOW))
    office.calendars.planned["remove", 1] = CalendarRefused("closed", remedy="closed")
    office.make(Kind.CALENDAR_CLEAR)
    assert len(office.standing()) == 1


def test_calendars_that_can_not_be_asked_are_asked_later_and_refusing_ones_told(office: Office) -> None:
    worlds.started(office.database)
    office.calendars.planned["agendas", 1] = CalendarUnavailable("busy", retry_after=timedelta(minutes=1))
    office.calendars.planned["agendas", 2] = CalendarRefused("closed", remedy="share it")
    with pytest.raises(Later):
        office.bookings.plan(office.turn(Kind.ENGINE_OPTIONS))
    with pytest.raises(Hopeless, match="share it"):
        office.bookings.plan(office.turn(Kind.ENGINE_OPTIONS))
    assert phase(office.loop(), NOW) is Phase.PLANNING


def test_a_recusal_after_booking_moves_the_events_to_who_sits_in(office: Office) -> None:
    loop = office.attested()
    office.make(Kind.CALENDAR_BOOK)
    leaves = seated(loop, "coding")
    with office.database.begin() as uow:
        said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND)
        expect(attesting.recuse(uow, uow.loop("L1"), said, by=uow.person(leaves), now=NOW))
    office.make(Kind.CALENDAR_SYNC)
    assert (leaves, "Write the scorecard") not in office.standing()
    office.make(Kind.ENGINE_REFILL)
    comes = seated(office.loop(), "coding")
    assert comes not in {leaves, seated(loop, "talk")}
    with office.database.begin() as uow:
        said = attesting.Said(Answer.NO_CONFLICT)
        expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(comes), now=NOW))
    office.make(Kind.CALENDAR_SYNC)
    assert office.standing() == whole(office.loop())


def test_who_was_unsure_for_a_while_comes_back_to_their_calendar(office: Office) -> None:
    loop = office.attested()
    office.make(Kind.CALENDAR_BOOK)
    unsure = seated(loop, "coding")
    with office.database.begin() as uow:
        said = attesting.Said(Answer.UNSURE, note="We may have met")
        doubted = expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(unsure), now=NOW))
        expect(loops.replace_person(uow, doubted, seated(loop, "talk"), reason="ill", by=RITA, now=NOW))
    office.make(Kind.CALENDAR_SYNC)
    assert (unsure, "Write the scorecard") not in office.standing()
    with office.database.begin() as uow:
        expect(conflicts.pin(uow, uow.loop("L1"), unsure, conflict=False, reason="Never met", by=RITA, now=NOW))
    office.make(Kind.CALENDAR_SYNC)
    assert office.standing().count((unsure, "Write the scorecard")) == 1
    with office.database.begin() as uow:
        expect(loops.cancel(uow, uow.loop("L1"), reason="filled", by=RITA, now=NOW))
    office.make(Kind.CALENDAR_CLEAR)
    assert office.standing() == []


def test_an_older_revision_changes_nothing_any_more(office: Office) -> None:
    loop = office.attested()
    office.make(Kind.CALENDAR_BOOK)
    before = office.standing()
    with office.database.begin() as uow:
        who = seated(loop, "coding")
        expect(loops.replace_person(uow, uow.loop("L1"), who, reason="ill", by=RITA, now=NOW))
        expect(loops.replace_person(uow, uow.loop("L1"), seated(loop, "talk"), reason="ill", by=RITA, now=NOW))
    office.make(Kind.CALENDAR_SYNC)
    assert office.standing() == before
    office.make(Kind.CALENDAR_SYNC)
    assert [title for _, title in office.standing()] == [title for _, title in whole(loop) if "Interview" in title]


def test_a_newcomer_whose_calendar_fills_up_before_theirs_follows_is_not_booked_twice(office: Office) -> None:
    loop = office.attested()
    office.make(Kind.CALENDAR_BOOK)
    with office.database.begin() as uow:
        who = seated(loop, "coding")
        expect(loops.replace_person(uow, uow.loop("L1"), who, reason="ill", by=RITA, now=NOW))
    office.make(Kind.CALENDAR_SYNC)
    office.make(Kind.ENGINE_REFILL)
    comes = seated(office.loop(), "coding")
    with office.database.begin() as uow:
        said = attesting.Said(Answer.NO_CONFLICT)
        expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(comes), now=NOW + timedelta(minutes=9)))
    busy(office, loop, comes)
    office.make(Kind.CALENDAR_SYNC)
    after = office.loop()
    assert (phase(after, NOW), seated(after, "coding")) == (Phase.REFILLING, "")
    assert [title for who, title in office.standing() if who == comes] == ["Own"]


def test_times_move_on_the_calendars_that_stand_when_nothing_else_works(office: Office) -> None:
    """The others who could code have meetings at that time."""
    loop = office.attested()
    office.make(Kind.CALENDAR_BOOK)
    leaves = seated(loop, "coding")
    for who in {"ana", "kim", "max"} - {leaves}:
        session = loop.session("coding")
        own = Event(
            f"evenhand0{who}".replace("x", "a"), f"{who}@corvid.example", "Own", "", session.start, session.end, "UTC"
        )
        office.calendars.real.put(own)
    with office.database.begin() as uow:
        said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND)
        expect(attesting.recuse(uow, uow.loop("L1"), said, by=uow.person(leaves), now=NOW))
    office.make(Kind.CALENDAR_SYNC)
    office.make(Kind.ENGINE_REFILL)
    told = open_repair(office.loop(), NOW)
    assert told is not None
    with office.database.begin() as uow:
        taken = expect(repairing.take(uow, uow.loop("L1"), number=0, by=RITA, now=NOW))
    office.make(Kind.CALENDAR_SYNC)
    found = office.database.shelf.entries(start=taken.session("coding").start, end=taken.session("coding").end)
    assert [one.event.title for one in found if one.event.start == taken.session("coding").start] == [
        "Interview: Coding (Data scientist)"
    ]
    assert taken.session("coding").start != loop.session("coding").start


def test_who_stepped_aside_before_the_booking_is_not_in_its_way(office: Office) -> None:
    """Their calendar may hold what an attempt before this put there; whom the loop names no more is read in time."""
    loop = worlds.chosen(office.database)
    with office.database.begin() as uow:
        said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND)
        expect(attesting.answer(uow, loop, said, by=uow.person(seated(loop, "coding")), now=NOW))
    office.make(Kind.ENGINE_REFILL)
    for who in panel(office.loop()):
        with office.database.begin() as uow:
            said = attesting.Said(Answer.NO_CONFLICT)
            expect(attesting.answer(uow, uow.loop("L1"), said, by=uow.person(who), now=NOW))
    office.make(Kind.CALENDAR_BOOK)
    assert (phase(office.loop(), NOW), office.standing()) == (Phase.BOOKED, whole(office.loop()))
