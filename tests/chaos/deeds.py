"""What people do to the service, in any order, and the notebook of a bystander: all that a plain model needs to know."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from handlers import ids
from hiring.flows import drifting
from hiring.model import Drifted, Lead, Loop, PersonId, ReleaseHow
from hiring.rules.phase import last_end, panel
from scheduling.calendars.port import event_id
from tests.chaos.house import QUORUM, Body, House, Streets
from tests.handlers import rig
from tests.handlers.presses import DECISION, EARLY, LONG, REASON, modal, picked, scorecard
from tests.secrecy.company import PEOPLE

EMAIL = {person.id: person.email for person in PEOPLE}
SLACK = {person.id: person.slack_id or "" for person in PEOPLE}
RATES = {("coding", "lead"), ("coding", "pair"), ("talk", "lead")}
LOTS = st.integers(0, 99)
WAITS = st.sampled_from([timedelta(seconds=50), timedelta(hours=1), timedelta(hours=8), timedelta(days=1)])
DAY = timedelta(days=1)


@dataclass
class Told:
    """What a bystander with a notebook knows of one loop."""

    aside: set[PersonId] = field(default_factory=set)
    cards: dict[tuple[str, PersonId], str] = field(default_factory=dict)
    seated_at_begin: dict[str, set[PersonId]] = field(default_factory=dict)
    opened_early: bool = False
    in_when_opened: int | None = None
    """How many scorecards counted when the panel's opened."""
    set_aside: bool = False
    decided: str = ""
    cancelled: bool = False


Of = Callable[["Deeds", Loop], bool]


def when(of: Of) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Only while that is so of some loop."""
    return precondition(lambda self: any(of(self, loop) for loop in self.loops.values()))


def is_seated(_: Deeds, loop: Loop) -> bool:
    return bool(panel(loop))


def has_begun(self: Deeds, loop: Loop) -> bool:
    return loop.booked_at is not None and min(session.start for session in loop.sessions) <= self.house.at


def has_quorum(self: Deeds, loop: Loop) -> bool:
    return has_begun(self, loop) and loop.plan.release.quorum is not None


def is_to_come(self: Deeds, loop: Loop) -> bool:
    ahead = any(
        seat.person and loop.session(seat.session).start > self.house.at for seat in loop.seats if loop.sessions
    )
    return loop.booked_at is not None and loop.cancelled is None and ahead


class Deeds(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.place = TemporaryDirectory()
        self.slack = rig.web_api()
        self.hands = self.slack.__enter__()
        self.streets = Streets(api=self.hands.api)
        self.house = House(Path(self.place.name), self.streets)
        self.told: dict[str, Told] = defaultdict(Told)
        self.pressed: list[Body] = []
        self.words = (f"canary{''.join(letters)}" for letters in itertools.product("abcdefgh", repeat=4))
        self.author: dict[str, tuple[str, PersonId]] = {}
        self.loops: dict[str, Loop] = {}

    # ---- what people do ----------------------------------------------------------------------------------------------

    def press(self, body: Body, lot: int = 0) -> bool:
        """Whether it was taken, as who pressed it sees it; what was not can be handed in again as it is."""
        seen = len(self.hands.calls)
        answer = self.house.processes[lot % 2].take(body)
        assert answer.status == 200, answer.body
        if "errors" in answer.body:
            return False
        self.pressed.append(body)
        return not any("Not possible" in repr(call) for call in self.hands.calls[seen:])

    def hand_in(self, person: PersonId, view: Body, lot: int = 0) -> bool:
        return self.press(rig.submission(SLACK[person], view), lot)

    def one(self, of: Of, lot: int) -> tuple[str, Loop]:
        """A loop of which that is so, by its candidate."""
        found = [(candidate, loop) for candidate, loop in sorted(self.house.loops().items()) if of(self, loop)]
        return found[lot % len(found)]

    def seated(self, of: Of, lot: int) -> tuple[str, Loop, PersonId]:
        candidate, loop = self.one(of, lot)
        return candidate, loop, panel(loop)[lot // 2 % len(panel(loop))]

    def work(self) -> None:
        """Mostly somebody works at once on what was caused."""
        self.house.processes[0].work()

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
        view = _windows(ids.NEW_VIEW, "Europe/Berlin", self.house.at)
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
        view = _windows(ids.LOOP_RESCHEDULE_VIEW, ids.pack(loop.id, "Europe/Berlin"), self.house.at)
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

    # ---- and time ----------------------------------------------------------------------------------------------------

    @rule(wait=WAITS)
    def time_passes(self, wait: timedelta) -> None:
        self._until(self.house.at + wait)

    @when(lambda self, loop: loop.booked_at is not None and last_end(loop) > self.house.at)
    @rule(lot=LOTS)
    def the_interviews_end(self, lot: int) -> None:
        _, loop = self.one(lambda _, loop: bool(loop.sessions), lot)
        self._until(max(self.house.at, last_end(loop)))

    def _until(self, moment: datetime) -> None:
        self.house.at = moment
        self.work()


def _days(now: datetime) -> Iterator[datetime]:
    """The next three working days, from the morning on."""
    days = (now.replace(hour=9, minute=0, second=0, microsecond=0) + number * DAY for number in range(1, 6))
    return itertools.islice((day for day in days if day.weekday() < 5), 3)


def _windows(callback: str, reference: str, now: datetime) -> dict[str, Any]:
    made = modal(callback, reference, reason="The candidate asked for it")
    rows = {
        f"window:{number}": {
            ids.WINDOW_DAY: {"type": "datepicker", "selected_date": f"{day:%Y-%m-%d}"},
            ids.WINDOW_FROM: {"type": "timepicker", "selected_time": "09:00"},
            ids.WINDOW_TO: {"type": "timepicker", "selected_time": "17:00"},
        }
        for number, day in enumerate(_days(now), start=1)
    }
    made["blocks"] = [*({"type": "actions", "block_id": block} for block in rows), *made["blocks"]]
    made["state"]["values"] |= rows
    return made
