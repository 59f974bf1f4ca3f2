"""What people do to the service, in any order."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from handlers import ids
from hiring.flows import drifting
from hiring.model import Drifted, Lead, Loop, PersonId, ReleaseHow
from hiring.rules.phase import last_end, panel
from scheduling.calendars.port import event_id
from tests.chaos.bystander import (
    DAY,
    EMAIL,
    LOTS,
    RATES,
    SLACK,
    Bystander,
    has_begun,
    has_quorum,
    is_seated,
    is_to_come,
    when,
)
from tests.chaos.house import QUORUM
from tests.handlers import rig
from tests.handlers.presses import DECISION, EARLY, LONG, REASON, modal, picked, scorecard
from tests.handlers.windows import windows


class Deeds(Bystander):
    @initialize(far=st.sampled_from([3, 4, 2, 1]), lot=LOTS)
    def it_has_come_so_far(self, far: int, lot: int) -> None:
        picked_up = (self.an_option_is_picked, self.everybody_knows_nothing_against_it)
        last = self.all_hand_in if lot % 2 else self.a_day_passes_with_a_quorum_in
        for step in (*picked_up, self.the_interviews_end, last)[:far]:
            if not self.house.loops():
                self.a_loop_is_wished(lot)
            self.loops = self.house.loops()
            step(lot)
        if far == 2:
            self.somebody_declines_on_their_calendar(lot, heard=lot % 3 < 2)

    @precondition(lambda self: len(self.loops) < 2)
    @rule(lot=LOTS)
    def a_loop_is_wished(self, lot: int) -> None:
        candidate = next(one for one in ("jo", "sam") if one not in self.house.loops())
        view = windows(ids.NEW_VIEW, "Europe/Berlin", self.house.at)
        view["state"]["values"] |= {
            "candidate": {ids.NEW_CANDIDATE: picked(candidate)},
            "opening": {ids.NEW_OPENING: picked("ds")},
            "plan:ds": {ids.NEW_PLAN: picked("onsite" if lot % 2 else QUORUM.id)},
        }
        assert self.hand_in("rita", view, lot)
        self.work()

    @when(lambda _, loop: loop.planning is not None and bool(loop.planning.options) and not loop.sessions)
    @rule(lot=LOTS)
    def an_option_is_picked(self, lot: int) -> None:
        _, loop = self.one(lambda _, loop: loop.planning is not None and bool(loop.planning.options), lot)
        assert loop.planning is not None
        option = ids.pack(loop.id, str(loop.planning.number), str(lot % len(loop.planning.options)))
        self.press(rig.action(SLACK["rita"], ids.OPTIONS_PICK, option), lot)
        self.work()

    @when(is_seated)
    @rule(lot=LOTS)
    def everybody_knows_nothing_against_it(self, lot: int) -> None:
        _, loop = self.one(is_seated, lot)
        for person in panel(loop):
            self.press(rig.action(SLACK[person], ids.ATTEST_CLEAR, loop.id), lot)
        self.work()

    @when(is_seated)
    @rule(lot=LOTS, late=st.booleans())
    def somebody_steps_aside(self, lot: int, late: bool) -> None:
        candidate, loop, person = self.seated(is_seated, lot)
        view = modal(ids.RECUSE_VIEW if late else ids.ATTEST_CONFLICT_VIEW, loop.id, ground=picked("friend"), note="")
        if self.hand_in(person, view, lot):
            self._is_aside(candidate, person)
        self.work()

    @when(is_seated)
    @rule(lot=LOTS, conflict=st.booleans())
    def somebody_is_unsure_and_is_judged(self, lot: int, conflict: bool) -> None:
        candidate, loop, person = self.seated(is_seated, lot)
        if self.hand_in(person, modal(ids.ATTEST_UNSURE_VIEW, loop.id, note="We met once"), lot):
            pin = ids.pack(loop.id, person, "conflict" if conflict else "no_conflict")
            if self.hand_in("rita", modal(ids.PIN_VIEW, pin, **REASON), lot) and conflict:
                self.told[candidate].set_aside |= self._is_awaited(candidate, loop, person)
                self._is_aside(candidate, person)
        self.work()

    def _is_awaited(self, candidate: str, loop: Loop, person: PersonId) -> bool:
        """Whether a scorecard of theirs is waited for: who sets them aside may not open the others'."""
        owes = [seat.session for seat in loop.seats if seat.person == person and (seat.session, seat.id) in RATES]
        begun = [name for name in owes if loop.booked_at is not None and loop.session(name).start <= self.house.at]
        return any((name, person) not in self.told[candidate].cards for name in begun)

    @when(is_seated)
    @rule(lot=LOTS, by_rita=st.booleans())
    def somebody_is_replaced(self, lot: int, by_rita: bool) -> None:
        _, loop, person = self.seated(is_seated, lot)
        if by_rita:
            self.hand_in("rita", modal(ids.LOOP_REPLACE_VIEW, loop.id, person=picked(person), **REASON), lot)
        else:
            self.hand_in(person, modal(ids.SWAP_VIEW, loop.id, **REASON), lot)
        self.work()

    @when(is_seated)
    @rule(lot=LOTS)
    def it_is_moved_to_other_days(self, lot: int) -> None:
        _, loop = self.one(is_seated, lot)
        view = windows(ids.LOOP_RESCHEDULE_VIEW, ids.pack(loop.id, "Europe/Berlin"), self.house.at)
        self.hand_in("rita", view, lot)
        self.work()

    @when(is_seated)
    @rule(lot=LOTS)
    def it_is_cancelled(self, lot: int) -> None:
        candidate, loop = self.one(is_seated, lot)
        if lot % 4 == 0:
            told = self.told[candidate]
            taken = self.hand_in("rita", modal(ids.LOOP_CANCEL_VIEW, loop.id, **REASON), lot)
            assert taken == (not told.decided and not told.cancelled)
            told.cancelled |= taken
            self.work()

    @when(is_seated)
    @rule(lot=LOTS, whole=st.booleans())
    def somebody_writes_a_scorecard(self, lot: int, whole: bool) -> None:
        candidate, loop, person = self.seated(is_seated, lot)
        session = next(seat.session for seat in loop.seats if seat.person == person)
        self._write(candidate, loop, session, person, lot, whole=whole)
        self.work()

    @when(has_begun)
    @rule(lot=LOTS)
    def all_hand_in(self, lot: int) -> None:
        candidate, loop = self.one(has_begun, lot)
        for seat in loop.seats:
            if seat.person is not None:
                self._write(candidate, loop, seat.session, seat.person, lot, whole=True)
        self.work()

    def _write(self, candidate: str, loop: Loop, session: str, person: PersonId, lot: int, *, whole: bool) -> None:
        word = next(self.words)
        self.author[word] = (candidate, person)
        view = {"id": f"V{word}", "hash": word, "type": "modal", **scorecard(ids.pack(loop.id, session))}
        view["state"]["values"]["note"] = {ids.SCORECARD_FIELD: {"type": "plain_text_input", "value": word + LONG}}
        if session == "talk":
            view["state"]["values"] = {b: v for b, v in view["state"]["values"].items() if not b.endswith("solves")}
        if not whole:
            self.press(rig.action(SLACK[person], ids.SCORECARD_FIELD, view=view, block_id="note"), lot)
            return
        taken = self.hand_in(person, view, lot)
        seats = {(seat.session, seat.id) for seat in loop.seats if seat.person == person}
        owes = any(place in RATES and place[0] == session for place in seats)
        begun = loop.booked_at is not None and loop.session(session).start <= self.house.at
        assert taken == (owes and begun and not self.told[candidate].cancelled), (session, person)
        if taken:
            self.told[candidate].cards[session, person] = word

    @when(is_to_come)
    @rule(lot=LOTS, heard=st.booleans())
    def somebody_declines_on_their_calendar(self, lot: int, heard: bool) -> None:
        """Which nobody hears of before the clock compares calendars with what was booked."""
        _, loop = self.one(is_to_come, lot)
        seats = [seat for seat in loop.seats if seat.person and loop.session(seat.session).start > self.house.at]
        seat = seats[lot % len(seats)]
        self.house.decline(EMAIL[seat.person or ""], event_id(f"{loop.id}/{seat.session}", loop.attempt))
        if heard:
            self.calendars_are_compared(lot)

    @when(is_to_come)
    @rule(lot=LOTS)
    def calendars_are_compared(self, lot: int) -> None:
        self._until(self.house.at + timedelta(minutes=11))
        process = self.house.processes[lot % 2]
        process.bookings.look()
        with process.database.begin(read_only=True) as uow:
            watched = drifting.watched(uow, now=self.house.at)
        for loop in self.house.loops().values():
            found = {(one.session, one.person) for one in loop.drift if one.what is Drifted.DECLINED}
            assert loop.id not in watched or found == self._declined(loop)
        self.work()
        for loop in self.house.loops().values():
            told = [key for key in self.streets.times if key.startswith(f"{loop.id}/drift/")]
            assert len(told) <= loop.drifts

    def _declined(self, loop: Loop) -> set[tuple[str, PersonId | None]]:
        """Of the interviews to come, as the calendars have it."""
        return {
            (seat.session, seat.person)
            for seat in loop.seats
            if seat.person and loop.session(seat.session).start > self.house.at
            if EMAIL[seat.person] not in self.house.invited(event_id(f"{loop.id}/{seat.session}", loop.attempt))
        }

    @when(has_quorum)
    @rule(lot=LOTS)
    def a_day_passes_with_a_quorum_in(self, lot: int) -> None:
        """Two of three are enough, but not a minute before the plan's deadline."""
        candidate, loop = self.one(has_quorum, lot)
        told, deadline = self.told[candidate], last_end(loop) + DAY
        for seat in [seat for seat in loop.seats if (seat.session, seat.id) in RATES][:2]:
            if seat.person is not None:
                self._write(candidate, loop, seat.session, seat.person, lot, whole=True)
        opened = []
        for moment in (deadline - timedelta(minutes=1), deadline):
            self._until(max(self.house.at, moment))
            self.house.processes[1].work()
            opened.append(self.house.loops()[candidate].released)
        before, after = opened
        assert loop.released or self.house.at > deadline or before is None or before.how is not ReleaseHow.QUORUM
        assert after is not None or told.cancelled or len(told.cards) < (loop.plan.release.quorum or 0)

    @when(has_begun)
    @rule(lot=LOTS)
    def they_are_opened_early(self, lot: int) -> None:
        candidate, loop = self.one(has_begun, lot)
        told = self.told[candidate]
        could = last_end(loop) <= self.house.at and loop.released is None and bool(told.cards)
        taken = self.hand_in(loop.recruiter, modal(ids.RELEASE_VIEW, loop.id, **EARLY), lot)
        assert taken == (could and not told.cancelled and not told.set_aside)
        told.opened_early |= taken
        self.work()

    @when(has_begun)
    @rule(lot=LOTS)
    def it_is_decided(self, lot: int) -> None:
        candidate, loop = self.one(has_begun, lot)
        told, outcome = self.told[candidate], ("advance", "hold", "decline")[lot % 3]
        view = modal(ids.DECIDE_VIEW, loop.id, **{**DECISION, "outcome": picked(outcome)})
        taken = self.hand_in(loop.hiring_manager, view, lot)
        assert taken == (loop.released is not None and told.decided in {"", "hold"} and not told.cancelled)
        told.decided = outcome if taken else told.decided
        self.work()

    @when(is_seated)
    @rule(lot=LOTS)
    def the_manager_steps_aside_and_is_followed(self, lot: int) -> None:
        """As long as there is somebody who can follow: the delegate, then Ada."""
        candidate, loop = self.one(is_seated, lot)
        if lot % 4 == 0 and loop.hiring_manager != "ada":
            view = modal(ids.RECUSE_VIEW, loop.id, ground=picked("friend"), note="")
            if self.hand_in(loop.hiring_manager, view, lot):
                self._is_aside(candidate, loop.hiring_manager)
            named = modal(ids.DELEGATE_VIEW, ids.pack(loop.id, Lead.HIRING_MANAGER), person=picked("ada"))
            self.hand_in("rita", named, lot)
            self.work()

    def _is_aside(self, candidate: str, person: PersonId) -> None:
        """For good, and what they had handed in counts no more."""
        told = self.told[candidate]
        told.aside.add(person)
        told.cards = {place: word for place, word in told.cards.items() if place[1] != person}
