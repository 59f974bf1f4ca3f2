"""One loop through the flows, from the wish to the decision, and what is written for whom on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hiring.flows import attesting, deciding, loops, scorecards
from hiring.flows.sweeping import sweep
from hiring.model import Answer, Ground, Outcome
from hiring.rules.permissions import Refused
from hiring.rules.phase import Phase, panel, phase
from store.database import Database
from tests.hiring import worlds
from tests.hiring.worlds import HANS, JO, NOW, expect


def kinds(database: Database) -> Counter[str]:
    return Counter(standing.delivery.kind.value for standing in database.deliveries.listing(limit=1000))


def keys(database: Database) -> list[str]:
    return sorted(standing.delivery.key for standing in database.deliveries.listing(limit=1000))


def test_a_wish_asks_the_engine_once(fresh: Database) -> None:
    database = worlds.settled(fresh)
    loop = worlds.started(database)
    assert phase(loop, NOW) is Phase.PLANNING
    assert keys(database) == ["L1/engine/1"]


def test_the_engine_finds_options_and_the_recruiter_is_told(fresh: Database) -> None:
    database = worlds.settled(fresh)
    worlds.started(database)
    loop = worlds.planned(database)
    assert loop.planning is not None
    assert len(loop.planning.options) == 3
    assert [s.id for s in loop.planning.options[0].sessions] == ["coding", "talk"]
    assert keys(database) == ["L1/engine/1", "L1/options/1"]


def test_choosing_asks_everyone_on_the_panel_about_conflicts(fresh: Database) -> None:
    database = worlds.settled(fresh)
    loop = worlds.chosen(database)
    assert phase(loop, NOW) is Phase.ATTESTING
    asked = [key for key in keys(database) if "/attest/" in key]
    assert asked == sorted(f"L1/attest/{person}" for person in panel(loop))


def test_a_conflict_before_booking_gets_somebody_else(fresh: Database) -> None:
    database = worlds.settled(fresh)
    loop = worlds.chosen(database)
    first = next(seat.person for seat in loop.seats if seat.session == "coding")
    with database.begin() as uow:
        said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND, note="we went to school together")
        loop = expect(attesting.answer(uow, loop, said, by=uow.person(first or ""), now=NOW))
    assert phase(loop, NOW) is Phase.REFILLING
    loop = worlds.planned(database)
    second = next(seat.person for seat in loop.seats if seat.session == "coding")
    assert second not in {None, first}
    assert phase(loop, NOW) is Phase.ATTESTING
    assert f"L1/attest/{second}" in keys(database)
    assert "school" not in repr(loop)


def test_when_all_have_attested_it_is_booked_and_everyone_briefed(fresh: Database) -> None:
    database = worlds.settled(fresh)
    assert phase(worlds.attested(database), NOW) is Phase.BOOKING
    assert kinds(database)["calendar.book"] == 1
    assert kinds(database)["slack.brief"] == 0


def test_booked_means_briefs_for_all_and_a_word_to_the_recruiter(fresh: Database) -> None:
    database = worlds.settled(fresh)
    loop = worlds.booked(database)
    assert phase(loop, NOW) is Phase.BOOKED
    assert kinds(database)["slack.brief"] == len(panel(loop))
    assert kinds(database)["slack.booked"] == 1
    assert kinds(database)["mail.itinerary"] == 1


def test_scorecards_are_asked_for_when_the_interview_has_ended_and_reminded(fresh: Database) -> None:
    database = worlds.settled(fresh)
    loop = worlds.booked(database)
    sweep(database, now=loop.session("coding").end - timedelta(minutes=1))
    assert kinds(database)["slack.scorecard_ask"] == 0
    sweep(database, now=loop.session("coding").end)
    assert kinds(database)["slack.scorecard_ask"] == 1
    sweep(database, now=worlds.after(loop, days=1))
    assert kinds(database)["slack.scorecard_ask"] == 2
    assert kinds(database)["slack.scorecard_remind"] == 2
    before = keys(database)
    assert sweep(database, now=worlds.after(loop, days=1)) == 0
    assert keys(database) == before


def test_release_waits_for_all_and_then_opens_to_the_manager(fresh: Database) -> None:
    database = worlds.settled(fresh)
    loop = worlds.booked(database)
    now = worlds.after(loop, hours=1)
    raters = [(seat.session, seat.person) for seat in loop.seats]
    for session, rater in raters[:1]:
        with database.begin() as uow:
            by = uow.person(rater or "")
            loop = expect(scorecards.submit(uow, uow.loop("L1"), worlds.card(session, by, score=2), by=by, now=now))
    assert loop.released is None
    with database.begin() as uow:
        assert isinstance(deciding.read_summary(uow, loop, by=HANS, now=now), Refused)
    for session, rater in raters[1:]:
        with database.begin() as uow:
            by = uow.person(rater or "")
            loop = expect(scorecards.submit(uow, uow.loop("L1"), worlds.card(session, by, score=4), by=by, now=now))
    assert loop.released is not None
    assert phase(loop, now) is Phase.DECIDING
    assert kinds(database)["slack.summary"] == 1
    with database.begin() as uow:
        found = deciding.read_summary(uow, loop, by=HANS, now=now)
    assert not isinstance(found, Refused)
    assert [(row.criterion.id, row.mean, row.apart) for row in found.rows] == [("explains", 3.0, 2), ("solves", 2.0, 0)]
    assert found.weighted == (3.0 * 1 + 2.0 * 2) / 3
    verdict = deciding.Verdict(outcome=Outcome.ADVANCE, reason="Solves what the job brings every week.")
    with database.begin() as uow:
        loop = expect(deciding.decide(uow, loop, verdict, by=HANS, now=now))
    assert phase(loop, now) is Phase.DECIDED
    assert kinds(database)["slack.decision"] == len(panel(loop))
    assert kinds(database)["slack.next_step"] == 1


def test_the_same_candidate_twice_is_refused_in_words(fresh: Database) -> None:
    database = worlds.settled(fresh)
    worlds.started(database)
    wish = loops.Wish(loop="L2", candidate=JO, opening="ds", plan="onsite", windows=(worlds.MORNING,))
    with database.begin() as uow:
        refused = loops.start(uow, wish, by=worlds.RITA, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.because == (
        "This candidate already has a loop with this plan, which is planning. "
        "See it with `/interview status`, or cancel it first."
    )


def test_when_nobody_can_sit_in_new_options_are_found_and_answers_kept(fresh: Database) -> None:
    database = worlds.settled(fresh)
    loop = worlds.chosen(database)
    leads = [seat.person or "" for seat in loop.seats if seat.session == "coding"]
    with database.begin() as uow:
        for person in uow.people():
            if person.id not in panel(loop):
                uow.save_person(replace(person, active=False))
        said = attesting.Said(Answer.CONFLICT, ground=Ground.FRIEND)
        expect(attesting.answer(uow, loop, said, by=uow.person(leads[0]), now=NOW))
    loop = worlds.planned(database)
    assert phase(loop, NOW) is Phase.PLANNING
    assert (loop.sessions, loop.attempt, loop.attestations[0].person) == ((), 2, leads[0])
