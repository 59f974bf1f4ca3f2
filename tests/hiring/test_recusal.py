"""Stepping aside: what bars a person, what it takes away, and that no order of events seats them again."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hiring.flows.repairing import rearranged
from hiring.model import (
    Answer,
    Attestation,
    Barred,
    Candidate,
    Ground,
    Left,
    Loop,
    Option,
    Person,
    PersonId,
    Pin,
    Seat,
    StoodDown,
    Submitted,
    Tenure,
)
from hiring.rules import recusal, sight
from hiring.rules.grounds import Policy, Strength
from hiring.rules.phase import has_attested, panel, vacant
from hiring.rules.suggestions import Known
from tests.hiring import facts
from tests.hiring.facts import END, SEATS
from tests.hiring.worlds import ANA, HANS, JO, KIM, NOW, PEOPLE, RITA

POOL = ("ana", "kim", "lee", "max", "noa")


def barred_from(loop: Loop, *, candidate: Candidate = JO, earlier: tuple[Loop, ...] = ()) -> list[PersonId]:
    return list(recusal.barred_from(loop, known(candidate, earlier)))


def known(candidate: Candidate = JO, earlier: tuple[Loop, ...] = ()) -> Known:
    return Known(candidate=candidate, people=facts.KNOWN, earlier=earlier, policy=Policy(), year=2026)


def test_nothing_bars_anybody_at_first() -> None:
    assert barred_from(facts.wished()) == []


def test_what_bars_a_person() -> None:
    assert barred_from(facts.barred(facts.booked(), "ana")) == ["ana"]
    assert barred_from(replace(facts.booked(), stood_down=(StoodDown("ana", NOW, "replaced"),))) == ["ana"]
    assert barred_from(replace(facts.booked(), stood_down=(StoodDown("ana", NOW, "rescheduled"),))) == []
    assert barred_from(facts.booked(), candidate=replace(JO, referrer="max")) == ["max"]
    assert barred_from(facts.booked(), candidate=replace(JO, email="KIM@corvid.example")) == ["kim"]
    unsure = replace(facts.chosen(), attestations=(Attestation("ana", Answer.UNSURE, NOW),))
    assert barred_from(unsure) == ["ana"]
    cleared = replace(unsure, attestations=(*unsure.attestations, Attestation("ana", Answer.NO_CONFLICT, NOW)))
    assert barred_from(cleared) == []


def test_an_earlier_loop_about_the_same_candidate_bars_who_scored_or_stepped_aside() -> None:
    before = replace(facts.released(), id="L0", barred=(Barred("kim", NOW),))
    assert barred_from(facts.wished(), earlier=(before,)) == ["ana", "kim", "lee"]


def test_colleagues_read_one_word() -> None:
    found = recusal.barred_from(facts.barred(facts.booked(), "ana"), known(replace(JO, referrer="max")))
    assert found == {"ana": "unavailable", "max": "unavailable"}


def test_a_conflict_after_booking_leaves_an_empty_seat_a_void_card_and_a_newer_revision() -> None:
    loop = facts.handed_in(("coding", "ana"), ("talk", "lee"))
    gone = recusal.attest(loop, "ana", Answer.CONFLICT, now=END)
    assert gone == replace(
        loop,
        attestations=(*loop.attestations, Attestation("ana", Answer.CONFLICT, END)),
        seats=(Seat("coding", "lead", None, since=NOW), SEATS[1]),
        barred=(Barred("ana", END),),
        submitted=(replace(loop.submitted[0], void=True), loop.submitted[1]),
        stood_down=(StoodDown("ana", END, "recused"),),
        refilling=1,
        revision=2,
        left=(Left("ana", END),),
    )
    assert recusal.step_aside(gone, "ana", now=END) == gone


def test_before_booking_there_is_no_revision_and_nobody_to_stand_down() -> None:
    gone = recusal.attest(facts.chosen(), "ana", Answer.CONFLICT, now=NOW)
    assert (gone.revision, gone.stood_down, gone.refilling) == (1, (), 1)


def test_somebody_without_a_seat_steps_aside_too() -> None:
    gone = recusal.attest(facts.booked(), "hans", Answer.CONFLICT, now=NOW)
    assert (gone.barred, gone.seats, gone.revision, gone.refilling) == ((Barred("hans", NOW),), SEATS, 1, 0)


def may_pin(loop: Loop, person: PersonId, by: Person, *, conflict: bool = False, suggested: bool = False) -> str | None:
    return recusal.may_pin(loop, person, by, conflict=conflict, about=(), suggested=suggested)


def test_nobody_judges_themselves_and_nobody_with_a_conflict_judges_anybody() -> None:
    loop = replace(facts.chosen(), attestations=(Attestation("ana", Answer.UNSURE, NOW),))
    assert [may_pin(loop, "ana", RITA, conflict=conflict) for conflict in (True, False)] == [None, None]
    assert may_pin(loop, "ana", ANA) == "You can't judge this yourself. Another recruiter can."
    closed = "You stepped aside from this loop, so it is closed to you."
    assert may_pin(facts.barred(loop, "hans"), "ana", HANS) == closed
    assert may_pin(facts.barred(loop, "kim"), "ana", KIM, conflict=True) == closed
    connected = "Something may connect you with the candidate too, so somebody else has to judge this."
    assert may_pin(loop, "ana", RITA, suggested=True) == connected
    assert may_pin(loop, "ana", RITA, suggested=True, conflict=True) is None


def test_what_somebody_said_themselves_stands_above_every_pin() -> None:
    loop = recusal.attest(facts.chosen(), "ana", Answer.CONFLICT, now=NOW)
    final = "They stepped aside themselves; that can't be undone here."
    assert may_pin(loop, "ana", RITA) == final
    elsewhere = recusal.may_pin(facts.chosen(), "ana", RITA, conflict=False, about=[loop], suggested=False)
    assert elsewhere == final
    assert may_pin(loop, "ana", RITA, conflict=True) == "They are set aside already."


def test_a_pin_bars_until_it_is_overridden_and_stands_above_what_is_suggested() -> None:
    aside = recusal.pin(facts.booked(), "ana", conflict=True, by="rita", now=NOW)
    assert (aside.pins, aside.barred) == ((Pin("ana", True, "rita", NOW),), (Barred("ana", NOW, by="rita"),))
    assert barred_from(aside) == ["ana"]
    assert barred_from(facts.wished(), earlier=(replace(aside, id="L0"),)) == ["ana"]
    back = recusal.pin(aside, "ana", conflict=False, by="remy", now=END)
    assert (back.pins[-1], back.barred) == (Pin("ana", False, "remy", END, override=True), ())
    assert barred_from(back) == []
    assert barred_from(facts.wished(), earlier=(replace(back, id="L0"),)) == []
    assert barred_from(back, candidate=replace(JO, referrer="ana")) == []
    assert barred_from(recusal.step_aside(back, "ana", now=END)) == ["ana"]


def test_a_pin_clears_who_was_unsure() -> None:
    unsure = recusal.attest(facts.chosen(), "ana", Answer.UNSURE, now=NOW)
    cleared = recusal.pin(unsure, "ana", conflict=False, by="rita", now=END)
    assert (has_attested(cleared, "ana"), cleared.pins[-1].override) == (True, False)
    assert recusal.pin(facts.booked(), "ana", conflict=False, by="rita", now=NOW).revision == 2
    assert recusal.pin(facts.booked(), "max", conflict=False, by="rita", now=NOW).revision == 1


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["no_conflict", "unsure", "conflict", "step_aside", "replace", "silent", "refill", "pin", "unpin"]
        ),
        st.sampled_from(POOL),
    ),
    max_size=14,
)
REFERRERS = st.none() | st.sampled_from(("kim", "max", "noa"))


def step(loop: Loop, what: str, person: PersonId, referrer: PersonId | None) -> Loop:
    """One event as the flows apply it; refilling takes the person unless they are barred."""
    match what:
        case "pin" | "unpin" if may_pin(loop, person, RITA, conflict=what == "pin") is None:
            return recusal.pin(loop, person, conflict=what == "pin", by="rita", now=END)
        case "step_aside":
            return recusal.step_aside(loop, person, now=END)
        case "replace":
            sits = any(seat.person == person for seat in loop.seats)
            left = recusal.unseat(loop, person, now=END)
            return replace(left, stood_down=(*left.stood_down, StoodDown(person, END, "replaced"))) if sits else loop
        case "silent":
            return recusal.pass_over(loop, person, now=END) if person in panel(loop) else loop
        case "refill":
            return refilled(loop, person, referrer)
        case _:
            answers = what in set(Answer) and not sight.is_barred(loop, person)
            return recusal.attest(loop, person, Answer(what), now=END) if answers else loop


def refilled(loop: Loop, person: PersonId, referrer: PersonId | None) -> Loop:
    seated = {seat.person for seat in loop.seats}
    aside = set(barred_from(loop, candidate=replace(JO, referrer=referrer)))
    free = [] if person in seated | aside else vacant(loop, NOW)[:1]
    filled = tuple(Seat(session, seat, person) for session, seat in free)
    return rearranged(loop, Option(sessions=loop.sessions, seats=filled), now=END)


@given(EVENTS, REFERRERS)
def test_no_order_of_events_seats_a_barred_person(
    events: list[tuple[str, PersonId]], referrer: PersonId | None
) -> None:
    loop = replace(
        facts.booked(),
        submitted=tuple(Submitted(session, person, NOW, "code") for session, person in sight.owed(facts.booked())),
    )
    for what, person in events:
        before = loop
        loop = step(loop, what, person, referrer)
        barred = {entry.person for entry in loop.barred}
        opened = {entry.person for entry in before.barred} - barred
        # Only a verdict opens the loop again, and never to somebody who said themselves that there is a conflict.
        assert opened <= {person for pin in loop.pins[-1:] if what == "unpin" and pin.override}
        assert {said.person for said in loop.attestations if said.answer is Answer.CONFLICT} <= barred
        assert barred & {seat.person for seat in loop.seats} == set()
        assert [card for card in loop.submitted if card.person in barred and not card.void] == []
        assert [who for _, who in sight.owed(loop) if who in barred] == []
        assert {sight.of_scorecards(loop, one).sight for one in PEOPLE if one.id in barred} <= {sight.Sight.NOTHING}
        cleared = recusal.pinned([loop], referrer) if referrer else None
        assert referrer not in panel(loop) or referrer is None or (cleared is not None and not cleared.conflict)


@given(st.sets(st.sampled_from(POOL)), st.sets(st.sampled_from(POOL)), st.sampled_from(Strength))
def test_no_pool_holds_somebody_with_a_ground_that_bars(
    shared: set[PersonId], cleared: set[PersonId], strength: Strength
) -> None:
    """Whoever was at the candidate's employer is kept out, spared or neither, as the policy says, until a human pins it."""
    people = {
        one.id: replace(one, employers=(Tenure("Halden GmbH", 2020, None),) if one.id in shared else ())
        for one in PEOPLE
    }
    told = Known(replace(JO, employer="HALDEN"), people, (), Policy(strengths={Ground.WORKED_TOGETHER: strength}), 2026)
    loop = replace(facts.wished(), pins=tuple(Pin(one, False, "rita", NOW) for one in sorted(cleared)))
    open_ = shared - cleared
    assert set(recusal.barred_from(loop, told)) == (open_ if strength is Strength.BARS else set())
    assert set(recusal.spared(loop, told)) == (open_ if strength in {Strength.LOOK, Strength.LESSER} else set())
    looked_at = recusal.unpinned(loop, told, sorted(people))
    assert set(looked_at) == (open_ if strength is Strength.LOOK else set())
