"""A bystander with a notebook: all that a plain model needs to know of the service, and its hands."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from hiring.model import Loop, PersonId
from hiring.rules.phase import last_end, panel
from tests.chaos.house import Body, House, Streets
from tests.handlers import rig
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


Of = Callable[["Bystander", Loop], bool]


def when(of: Of) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Only while that is so of some loop."""
    return precondition(lambda self: any(of(self, loop) for loop in self.loops.values()))


def is_seated(_: Bystander, loop: Loop) -> bool:
    return bool(panel(loop))


def has_begun(self: Bystander, loop: Loop) -> bool:
    return loop.booked_at is not None and min(session.start for session in loop.sessions) <= self.house.at


def has_quorum(self: Bystander, loop: Loop) -> bool:
    return has_begun(self, loop) and loop.plan.release.quorum is not None


def is_to_come(self: Bystander, loop: Loop) -> bool:
    ahead = any(
        seat.person and loop.session(seat.session).start > self.house.at for seat in loop.seats if loop.sessions
    )
    return loop.booked_at is not None and loop.cancelled is None and ahead


class Bystander(RuleBasedStateMachine):
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
