"""What people change about a loop under way, over a real database: times, panel, and who steps aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from hiring.flows import attesting, booking, conflicts, deciding, loops, offering, planning, pool, repairing
from hiring.model import Answer, Delivery, Ground, Kind, Loop, LoopId, Person, Span
from hiring.ports import Stale, Unknown
from hiring.rules.permissions import Refused
from hiring.rules.phase import Phase, panel, phase
from hiring.rules.sight import Sight, of_scorecards
from scheduling.calendars.port import event_id
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import ANA, HANS, MORNING, NOW, RITA, expect, hand_in, seated

NEXT_WEEK = Span(MORNING.start + timedelta(days=7), MORNING.end + timedelta(days=7))
CONFLICT = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND, note="planted")
OPEN = attesting.Said(Answer.NO_CONFLICT)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = worlds.settled(fresh_database(tmp_path))
    yield made
    made.close()


def deliveries(database: Database, *kinds: Kind) -> list[Delivery]:
    return [one.delivery for one in reversed(database.deliveries.listing(limit=1000)) if one.delivery.kind in kinds]


def keys(database: Database, *kinds: Kind) -> list[str]:
    return [one.key.removeprefix("L1/") for one in deliveries(database, *kinds)]


def answered(database: Database, who: str, said: attesting.Said, *, loop: LoopId = "L1", now: datetime = NOW) -> Loop:
    with database.begin() as uow:
        return expect(attesting.answer(uow, uow.loop(loop), said, by=uow.person(who), now=now))


def reschedule(database: Database, *, by: Person = RITA, reason: str = "ill", now: datetime = NOW) -> Loop | Refused:
    with database.begin() as uow:
        return loops.reschedule(uow, uow.loop("L1"), [NEXT_WEEK], reason=reason, by=by, now=now)


# ---- new times ------------------------------------------------------------------------------------------------------


def test_a_booked_loop_gets_new_times_and_nobody_attests_twice(database: Database) -> None:
    before = worlds.booked(database)
    moved = expect(reschedule(database))
    assert (phase(moved, NOW), moved.sessions, moved.attempt, moved.booked_at) == (Phase.PLANNING, (), 2, None)
    assert [change.what for change in moved.changes] == ["rescheduled"]
    assert keys(database, Kind.CALENDAR_CLEAR) == ["clear/1"]
    assert {one.to for one in deliveries(database, Kind.STOOD_DOWN)} == set(panel(before))
    loop = worlds.planned(database)
    assert loop.planning is not None
    with database.begin() as uow:
        loop = expect(loops.choose(uow, loop, number=2, index=0, by=RITA, now=NOW))
    if set(panel(loop)) <= set(panel(before)):
        assert phase(loop, NOW) is Phase.BOOKING
        assert keys(database, Kind.CALENDAR_BOOK) == ["book/1", "book/2"]
    assert NEXT_WEEK.contains(loop.session("coding").span)


@pytest.mark.parametrize(("by", "reason"), [(HANS, "ill"), (ANA, "ill"), (RITA, "  ")])
def test_only_a_recruiter_moves_a_loop_and_says_why(database: Database, by: Person, reason: str) -> None:
    before = worlds.booked(database)
    assert isinstance(reschedule(database, by=by, reason=reason), Refused)
    with database.begin() as uow:
        assert uow.loop("L1") == before


def test_a_loop_that_has_begun_is_not_moved(database: Database) -> None:
    loop = worlds.booked(database)
    refused = reschedule(database, now=loop.session("coding").start)
    assert refused == Refused("The interviews have begun, so they can't be moved any more.")


def test_events_of_an_attempt_that_was_given_up_are_named_for_removal(database: Database) -> None:
    before = worlds.booked(database)
    reschedule(database)
    with database.begin() as uow:
        pairs = booking.unwanted(uow, "L1", attempt=1)
    assert {event for _, event in pairs} >= {event_id(f"L1/{one.id}", 1) for one in before.sessions}
    assert {event for _, event in pairs} >= {event_id(f"L1/{seat.session}/{seat.person}", 1) for seat in before.seats}


# ---- the end ----------------------------------------------------------------------------------------------------------


def test_a_cancelled_loop_tells_everybody_once_and_nothing_goes_on(database: Database) -> None:
    before = worlds.booked(database)
    with database.begin() as uow:
        loop = expect(loops.cancel(uow, uow.loop("L1"), reason="filled", by=RITA, now=NOW))
    assert phase(loop, NOW) is Phase.CANCELLED
    assert {one.to for one in deliveries(database, Kind.CANCELLED)} == set(panel(before))
    assert (keys(database, Kind.CALENDAR_CLEAR), keys(database, Kind.MAIL_CANCELLED)) == (
        ["clear/1"],
        ["cancelled/mail"],
    )
    with database.begin() as uow:
        again = loops.cancel(uow, uow.loop("L1"), reason="filled", by=RITA, now=NOW)
        late = attesting.answer(uow, uow.loop("L1"), OPEN, by=uow.person(panel(before)[0]), now=NOW)
    assert again == Refused("This loop is cancelled already.")
    assert late == Refused("This loop is over, so nothing is needed any more. Thank you.")


def test_what_comes_back_from_the_engine_or_the_calendar_after_the_end_changes_nothing(database: Database) -> None:
    attempted = worlds.attested(database)
    with database.begin() as uow:
        ended = expect(loops.cancel(uow, uow.loop("L1"), reason="filled", by=RITA, now=NOW))
    with database.begin() as uow:
        assert offering.record_options(uow, "L1", (), number=1, now=NOW) is None
        assert repairing.record_refill(uow, "L1", None, number=0, now=NOW) is None  # type: ignore[arg-type]  # never looked at
        assert booking.bookable(uow, "L1", attempt=attempted.attempt, now=NOW) is None
        assert booking.record_booked(uow, "L1", {}, attempt=attempted.attempt, now=NOW) is None
        assert booking.record_clash(uow, "L1", attempt=attempted.attempt, why="x", now=NOW) is None
        assert uow.loop("L1") == ended


# ---- the panel --------------------------------------------------------------------------------------------------------


def test_a_person_is_replaced_and_not_asked_again(database: Database) -> None:
    before = worlds.booked(database)
    leaves = seated(before, "coding")
    with database.begin() as uow:
        loop = expect(loops.replace_person(uow, before, leaves, reason="ill", by=RITA, now=NOW))
    assert phase(loop, NOW) is Phase.REFILLING
    loop = worlds.planned(database)
    comes = seated(loop, "coding")
    assert comes not in {leaves, seated(before, "talk")}
    assert (loop.sessions, seated(loop, "talk")) == (before.sessions, seated(before, "talk"))
    loop = answered(database, comes, OPEN)
    assert phase(loop, NOW) is Phase.BOOKED
    assert keys(database, Kind.CALENDAR_SYNC)[-1] == f"sync/1.{loop.revision}"
    assert [one.to for one in deliveries(database, Kind.BRIEF)].count(comes) == 1
    with database.begin() as uow:
        wanted = booking.booked(uow, "L1", revision=loop.revision)
    assert wanted is not None
    assert f"{leaves}@corvid.example" not in {guest for event in wanted.events for guest in event.guests}


def test_somebody_hands_over_their_own_seat_and_is_barred_from_nothing_else(database: Database) -> None:
    loop = worlds.booked(database)
    leaves = seated(loop, "coding")
    with database.begin() as uow:
        loop = expect(loops.swap(uow, loop, reason="a doctor", by=uow.person(leaves), now=NOW))
    assert (loop.barred, [gone.why for gone in loop.stood_down]) == ((), ["replaced"])
    with database.begin() as uow:
        again = loops.swap(uow, loop, reason="a doctor", by=uow.person(leaves), now=NOW)
    assert again == Refused("This person is not on the panel any more.")


def test_stepping_aside_after_booking_empties_the_seat_and_voids_the_card(database: Database) -> None:
    loop = worlds.booked(database)
    now = worlds.after(loop, hours=1)
    leaves, stays = seated(loop, "coding"), seated(loop, "talk")
    hand_in(database, "coding", leaves, now=now)
    with database.begin() as uow:
        by = uow.person(leaves)
        loop = expect(attesting.recuse(uow, uow.loop("L1"), CONFLICT, by=by, now=now))
    assert [(card.person, card.void) for card in loop.submitted] == [(leaves, True)]
    assert of_scorecards(loop, by).sight is Sight.NOTHING
    assert [one.why for one in loop.stood_down] == ["recused"]
    assert keys(database, Kind.CALENDAR_SYNC) == ["sync/1.2"]
    # Its interview is over, so nobody sits in for them; the other's card is enough.
    loop = hand_in(database, "talk", stays, now=now)
    assert phase(loop, now) is Phase.DECIDING
    with database.begin() as uow:
        found = deciding.read_summary(uow, loop, by=HANS, now=now)
    assert not isinstance(found, Refused)
    assert (found.recused, [rater.person for rater in found.raters]) == (1, [stays])


def test_what_somebody_said_is_sealed_and_in_no_audit_entry(database: Database) -> None:
    loop = worlds.chosen(database)
    who = seated(loop, "coding")
    answered(database, who, CONFLICT)
    with database.begin() as uow:
        assert [(said.person, said.ground, said.note) for said in uow.disclosures("L1", reader="rita", now=NOW)] == [
            (who, Ground.FRIEND, "planted")
        ]
    assert "planted" not in repr(list(database.audit.export()))
    assert "friend" not in repr(list(database.audit.export()))


@pytest.mark.parametrize(("conflict", "expected"), [(False, Phase.ATTESTING), (True, Phase.REFILLING)])
def test_somebody_unsure_is_judged_by_a_recruiter(database: Database, *, conflict: bool, expected: Phase) -> None:
    loop = worlds.chosen(database)
    who = seated(loop, "coding")
    loop = answered(database, who, attesting.Said(Answer.UNSURE, note="same school"))
    with database.begin() as uow:
        pin = partial(conflicts.pin, uow, loop, who, conflict=conflict, now=NOW)
        assert isinstance(pin(reason="They never met", by=HANS), Refused)
        assert isinstance(pin(reason=" ", by=RITA), Refused)
        loop = expect(pin(reason="They never met", by=RITA))
    assert phase(loop, NOW) is expected
    assert keys(database, Kind.UNSURE) == [f"unsure/{who}/1", f"unsure/{who}/1/judged"]


def test_a_conflict_holds_on_every_panel_about_the_candidate(database: Database) -> None:
    loop = worlds.booked(database)
    who = seated(loop, "coding")
    with database.begin() as uow:
        uow.save_loop(replace(loop, id="L2", booked_at=None, version=0))
        uow.save_candidate(replace(worlds.JO, id="other", email="other@elsewhere.example"))
        uow.save_loop(replace(loop, id="L3", candidate="other", booked_at=None, version=0))
    answered(database, who, CONFLICT, loop="L2")
    with database.begin() as uow:
        assert [who in panel(uow.loop(one)) for one in ("L1", "L2", "L3")] == [False, False, True]
        assert [[gone.person for gone in uow.loop(one).barred] for one in ("L1", "L2", "L3")] == [[who], [who], []]


def test_nobody_who_stepped_aside_meanwhile_is_chosen_or_sits_in(database: Database) -> None:
    worlds.started(database)
    loop = worlds.planned(database)
    assert loop.planning is not None
    coder = next(seat.person for seat in loop.planning.options[0].seats if seat.session == "coding")
    with database.begin() as uow:
        uow.save_candidate(replace(worlds.JO, referrer=coder))
        refused = loops.choose(uow, loop, number=1, index=0, by=RITA, now=NOW)
    assert refused == Refused("Somebody in this option is no longer available. New options are being worked out.")
    assert keys(database, Kind.ENGINE_OPTIONS) == ["engine/1", "engine/2"]
    loop = worlds.planned(database)
    assert loop.planning is not None
    assert coder not in {seat.person for option in loop.planning.options for seat in option.seats}


def test_the_engines_answer_is_asked_anew_when_its_newcomer_stepped_aside_meanwhile(database: Database) -> None:
    loop = worlds.chosen(database)
    answered(database, seated(loop, "coding"), CONFLICT)
    with database.begin() as uow:
        loop = uow.loop("L1")
        facts = pool.gather(uow, loop, now=NOW)
        asked = planning.problem(facts, worlds.agendas([p.email for p in facts.people]), now=NOW)
        answer = worlds.solved(asked)
        comes = next(slot.seats["lead"] for slot in answer.planned[0].sessions if slot.id == "coding")
        uow.save_candidate(replace(worlds.JO, referrer=comes))
        loop = expect(repairing.record_refill(uow, "L1", answer, number=loop.refilling, now=NOW))
    assert comes not in panel(loop)
    assert keys(database, Kind.ENGINE_REFILL) == ["refill/1", "refill/2"]


# ---- two at once ------------------------------------------------------------------------------------------------------


def test_of_two_recruiters_who_pick_at_once_one_is_told_so(database: Database) -> None:
    worlds.started(database)
    seen = worlds.planned(database)
    with database.begin() as uow:
        expect(loops.choose(uow, seen, number=1, index=0, by=RITA, now=NOW))
    with pytest.raises(Stale), database.begin() as uow:
        loops.choose(uow, seen, number=1, index=1, by=RITA, now=NOW)
    with database.begin() as uow:
        loop = uow.loop("L1")
        assert loop.planning is not None
        assert loop.planning.chosen == 0
        told = loops.choose(uow, loop, number=1, index=1, by=RITA, now=NOW)
    assert told == Refused("An option has been chosen already. To change it, reschedule the loop.")


@pytest.mark.parametrize(("number", "index"), [(0, 0), (2, 0), (1, 3), (1, -1), (1, 10**9)])
def test_an_option_that_is_not_there_is_not_chosen(database: Database, number: int, index: int) -> None:
    worlds.started(database)
    loop = worlds.planned(database)
    with database.begin() as uow:
        told = loops.choose(uow, loop, number=number, index=index, by=RITA, now=NOW)
    assert told == Refused("These options have been replaced by newer ones. Pick from the latest message.")


def test_an_option_that_has_begun_is_not_chosen(database: Database) -> None:
    worlds.started(database)
    loop = worlds.planned(database)
    assert loop.planning is not None
    start = min(session.start for session in loop.planning.options[0].sessions)
    with database.begin() as uow:
        told = loops.choose(uow, loop, number=1, index=0, by=RITA, now=start)
    assert isinstance(told, Refused)


def test_a_loop_that_is_not_there_is_unknown(database: Database) -> None:
    with pytest.raises(Unknown), database.begin() as uow:
        uow.loop("L9")


def test_the_events_of_a_loop_name_no_candidate_and_invite_only_the_cleared(database: Database) -> None:
    loop = worlds.booked(database)
    leaves = seated(loop, "coding")
    with database.begin() as uow:
        expect(loops.replace_person(uow, loop, leaves, reason="ill", by=RITA, now=NOW))
    loop = worlds.planned(database)
    with database.begin() as uow:
        wanted = booking.booked(uow, "L1", revision=loop.revision)
    assert wanted is not None
    assert worlds.JO.name not in repr(wanted.events)
    assert [event.guests for event in wanted.events if event.id == event_id("L1/coding", 1)] == [()]
