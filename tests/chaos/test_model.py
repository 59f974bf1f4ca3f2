"""The whole service under any order of events, beside a plain model of what it promises.

Whatever is pressed, typed, handed in, redelivered or killed, and whenever: DESIGN.md's invariants hold after each step, and
in the end the world has each effect once. `make chaos` plays many more and longer histories.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from hiring.model import Loop, PersonId
from hiring.rules.phase import last_end, panel
from store.audit import Verified
from tests.chaos.bystander import DAY, LOTS, RATES, SLACK, WAITS
from tests.chaos.deeds import Deeds
from tests.chaos.house import Death
from tests.hiring.worlds import MORNING
from tests.secrecy.company import PEOPLE

EXAMPLES = int(os.environ.get("EVENHAND_MODELS", "12"))
STEPS = int(os.environ.get("EVENHAND_MODEL_STEPS", "30"))
DEATHS: st.SearchStrategy[Death] = st.sampled_from(["after", "before"])
BY_ID = {person.id: person for person in PEOPLE}


class Service(Deeds):
    def teardown(self) -> None:
        try:
            for process in self.house.processes:
                process.dies = None
            self.house.settle()
            self._in_the_end()
        finally:
            self.house.close()
            self.slack.__exit__(None, None, None)
            self.place.cleanup()

    # ---- what happens ------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.pressed)
    @rule(which=st.integers(0, 10**6), lot=LOTS)
    def slack_says_it_again(self, which: int, lot: int) -> None:
        """To either process, however long ago it was: nothing changes."""
        before = self.house.rows()
        self.house.processes[lot % 2].take(self.pressed[which % len(self.pressed)])
        assert self.house.rows() == before

    @rule(number=st.integers(0, 1))
    def a_process_is_begun_anew(self, number: int) -> None:
        self.house.processes[number].restart()

    @rule(number=st.integers(0, 1))
    def a_process_works(self, number: int) -> None:
        self.house.processes[number].work()

    @rule(when=DEATHS)
    def the_first_process_will_die_in_a_delivery(self, when: Death) -> None:
        self.house.processes[0].dies = when

    @rule(when=DEATHS, wait=WAITS)
    def they_die_and_time_passes(self, when: Death, wait: timedelta) -> None:
        for process in self.house.processes:
            process.dies = when
            process.work()
            self.house.at += wait

    # ---- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def it_is_as_the_notebook_says(self) -> None:
        self.loops = self.house.loops()
        for candidate, loop in self.loops.items():
            told = self.told[candidate]
            in_ = {(card.session, card.person) for card in loop.submitted if not card.void}
            assert in_ == set(told.cards), candidate
            assert (loop.cancelled is not None) == told.cancelled
            assert (loop.decision.outcome if loop.decision else "") == told.decided
            assert not told.aside & {*panel(loop), loop.hiring_manager, loop.recruiter}
            if loop.released is not None:
                if told.in_when_opened is None:
                    told.in_when_opened = len(in_)
                owed = {(s.session, s.person) for s in loop.seats if s.person and (s.session, s.id) in RATES}
                all_in = owed <= in_ | {(s, p) for s, p in owed if p in told.aside}
                assert told.opened_early or all_in or self._by_quorum(loop)

    def _by_quorum(self, loop: Loop) -> bool:
        rule, enough = loop.plan.release, self.told[loop.candidate].in_when_opened or 0
        if rule.quorum is None or rule.hours is None or loop.released is None:
            return False
        return enough >= rule.quorum and loop.released.at >= last_end(loop) + timedelta(hours=rule.hours)

    @invariant()
    def nobody_joins_what_has_begun(self) -> None:
        for candidate, loop in self.loops.items():
            for session in loop.sessions if loop.booked_at is not None else ():
                seated = {seat.person for seat in loop.seats if seat.session == session.id and seat.person}
                if session.start <= self.house.at:
                    assert seated <= self.told[candidate].seated_at_begin.setdefault(session.id, seated)

    @invariant()
    def nobody_sits_twice_or_too_long(self) -> None:
        for person, spans in _booked(self.loops).items():
            for (_, end), (start, _) in itertools.pairwise(sorted(spans)):
                assert end <= start, person
            zone = ZoneInfo(BY_ID[person].zone)
            days, weeks = Counter[object](), Counter[object]()
            for start, end in spans:
                local = start.astimezone(zone)
                days[local.date()] += int((end - start).total_seconds() // 60)
                weeks[local.isocalendar()[:2]] += int((end - start).total_seconds() // 60)
            assert max(days.values()) <= (BY_ID[person].day_cap or 0)
            assert max(weeks.values()) <= (BY_ID[person].week_cap or 0)

    @invariant()
    def what_is_sealed_reaches_nobody(self) -> None:
        """Before the release a scorecard's words come to nobody but who wrote them."""
        shown = [(str(body.get("trigger_id", "")), repr(body)) for _, body in self.hands.take()]
        assert not any("canary" in text for _, text in shown) or self._any_open()
        for where, words in self.streets.told:
            for word in words:
                candidate, author = self.author[word]
                loop = self.loops[candidate]
                assert where == f"D{SLACK[author]}" or loop.released is not None, (where, word)
        self.streets.told.clear()

    def _any_open(self) -> bool:
        return any(loop.released is not None for loop in self.loops.values())

    @invariant()
    def each_effect_is_there_once(self) -> None:
        assert [key for key, times in self.streets.times.items() if times > 1] == []

    @invariant()
    def the_trail_is_whole(self) -> None:
        assert isinstance(self.house.processes[1].database.audit.verify(), Verified)

    def _in_the_end(self) -> None:
        """Nothing is left to say, and the calendars have what is booked and nothing else."""
        assert self.house.unmade() == []
        self.it_is_as_the_notebook_says()
        self.each_effect_is_there_once()
        shelf = self.house.processes[0].database.shelf
        there = [entry.event for entry in shelf.entries(start=MORNING.start - 90 * DAY, end=MORNING.end + 900 * DAY)]
        stands = {(event.start, event.end) for event in there}
        booked = [loop for loop in self.loops.values() if loop.booked_at is not None and loop.cancelled is None]
        wanted = {(session.start, session.end) for loop in booked for session in loop.sessions}
        for loop in booked:
            assert not loop.drift or f"{loop.id}/drift/{loop.drifts}" in self.streets.times
        assert wanted <= stands
        assert bool(stands) == bool(wanted)


def _booked(loops: dict[str, Loop]) -> dict[PersonId, list[tuple[datetime, datetime]]]:
    found: dict[PersonId, list[tuple[datetime, datetime]]] = defaultdict(list)
    for loop in loops.values():
        if loop.booked_at is not None and loop.cancelled is None:
            for seat in loop.seats:
                if seat.person is not None:
                    session = loop.session(seat.session)
                    found[seat.person].append((session.start, session.end))
    return found


Service.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=EXAMPLES < 20,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
TestTheService = Service.TestCase
