"""People who do not give up: whoever gets no answer, because the bot was just killed, tries again until it is done."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.demo.stage import Stage
from bot.demo.story import Story
from handlers import ids
from hiring.flows.sweeping import sweep
from hiring.model import Loop, PersonId
from hiring.ports import UnitOfWork, Unknown
from hiring.rules import sight
from hiring.rules.phase import attestation, last_end, panel
from store.database import Database
from tests.story.company import JO, OPENING
from tests.story.world import unmade
from workbench.player import NotSeen, Player, Refusal

PATIENCE = float(os.environ.get("EVENHAND_PATIENCE", "240"))
"""Seconds for one step of the story, however often the bot dies in it."""

TRIES = 10
NO_DATABASE = (SQLAlchemyError, TimeoutError, ExceptionGroup)
"""What looking behind the scenes may meet while the database is in trouble, too."""


class Patient:
    """Plays one loop to its end. `check` is called again and again, and raises when the stage itself has broken down."""

    def __init__(self, stage: Stage, check: Callable[[], None] = lambda: None) -> None:
        self._stage = stage
        self._story = Story(stage=stage, opening=OPENING, candidate=JO, plan="onsite")
        self._check = check

    def play(self) -> None:
        self.book()
        self.leap()
        self.quiet()
        for number, (session, person) in enumerate(sight.owed(self._loop())):
            self._until(
                lambda s=session, p=person: sight.is_in(self._loop(), s, p),  # type: ignore[misc]
                lambda s=session, p=person, n=number: self._hand_in(s, p, n),  # type: ignore[misc]
            )
        self.quiet()
        self._until(lambda: self._loop().decision is not None, self._decide)
        self.quiet()

    def book(self) -> None:
        self._until(lambda: bool(self._loops()), self._ask_for_a_loop)
        self.quiet()
        self._until(lambda: bool(self._loop().sessions), self._pick)
        self.quiet()
        self._everybody_attests()
        self.quiet()

    # ---- the steps ---------------------------------------------------------------------------------------------------

    def _ask_for_a_loop(self) -> None:
        recruiter = self._at_a_clear_desk(OPENING.recruiter)
        recruiter.command("/interview new")
        recruiter.wait_for(lambda screen: bool(screen["views"]), 3)
        recruiter.suggestions(ids.NEW_CANDIDATE, JO.name)
        recruiter.click(ids.NEW_CANDIDATE, value=JO.id)
        recruiter.click(ids.NEW_OPENING, value=OPENING.id)
        recruiter.click(ids.NEW_PLAN, value="onsite")
        for number, day in enumerate(self._story.days(), start=1):
            if number > 1:
                recruiter.click(ids.NEW_ADD_WINDOW)
            self._story._window(recruiter, number, day)
        self._press(recruiter)

    def _pick(self) -> None:
        recruiter, loop = self._at_a_clear_desk(OPENING.recruiter), self._loop()
        number = loop.planning.number if loop.planning else 1
        recruiter.click(ids.OPTIONS_PICK, value=ids.pack(loop.id, str(number), "0"))

    def _everybody_attests(self) -> None:
        first = panel(self._loop())[0]
        self._until(lambda: self._has_said(first), lambda: self._step_aside(first))
        self.quiet()
        while self._loop().booked_at is None:
            # In one order, since what is said is numbered.
            for person in panel(self._loop()):
                self._until(lambda p=person: self._has_said(p), lambda p=person: self._clear(p))  # type: ignore[misc]
            self.quiet()

    def _step_aside(self, person: PersonId) -> None:
        player = self._at_a_clear_desk(person)
        player.click(ids.ATTEST_CONFLICT, value=ids.pack(self._loop().id))
        self._press(player, ground="friend")

    def _clear(self, person: PersonId) -> None:
        self._at_a_clear_desk(person).click(ids.ATTEST_CLEAR, value=ids.pack(self._loop().id))

    def _has_said(self, person: PersonId) -> bool:
        return attestation(self._loop(), person) is not None

    def leap(self) -> None:
        """To the hour after the interviews."""
        then = last_end(self._loop()) + timedelta(minutes=5)
        self._stage.advance((then - self._stage.evenhand.clock.now()).total_seconds())

    def _hand_in(self, session: str, person: PersonId, number: int) -> None:
        self._at_a_clear_desk(person)
        self._story.hand_in(self._loop(), session, person, tilt=number)

    def _decide(self) -> None:
        manager = self._at_a_clear_desk(OPENING.hiring_manager)
        manager.click(ids.DECIDE_OPEN, value=ids.pack(self._loop().id))
        self._press(manager, outcome="advance", reason="Sound in all that was asked.", dissent="")

    def _press(self, player: Player, **fields: str) -> None:
        """As somebody whose modal says that nothing came back: it may have been taken all the same, and they press again."""
        for _ in range(TRIES):
            if player.submit(**fields)["result"] != "timeout":
                return
            self._check()
            time.sleep(1)

    # ---- what is so --------------------------------------------------------------------------------------------------

    def _loops(self) -> list[Loop]:
        with self._stage.evenhand.database.begin(read_only=True) as uow:
            return [loop for loop in uow.loops(active=False) if loop.candidate == JO.id]

    def _loop(self) -> Loop:
        (loop,) = self._loops()
        return loop

    def _at_a_clear_desk(self, person: PersonId) -> Player:
        player = self._stage.player(person)
        if player.view() is not None:
            player.close(everything=True)
        return player

    def _until(self, done: Callable[[], bool], do: Callable[[], None]) -> None:
        until = time.monotonic() + PATIENCE
        while not _so(done):
            self._check()
            assert time.monotonic() < until, f"{do} never got done"
            with suppress(NotSeen, Refusal, Unknown, StopIteration, KeyError, *NO_DATABASE):
                do()
            if not _so(done):
                time.sleep(0.2)

    def quiet(self) -> None:
        """Until all that is due by now has been said."""
        self._until(self._all_said, lambda: time.sleep(0.05))

    def _all_said(self) -> bool:
        database = self._stage.evenhand.database
        return sweep(_Asked(database), now=self._stage.evenhand.clock.now()) == 0 and not unmade(database)


class _TakenBack(Exception):
    pass


@dataclass(frozen=True)
class _Asked:
    """A store that keeps nothing. Whoever waits asks what is still due; to do it is for the bot's own clock."""

    database: Database

    @contextmanager
    def begin(self, *, read_only: bool = False) -> Iterator[UnitOfWork]:
        with suppress(_TakenBack), self.database.begin(read_only=read_only) as uow:
            yield uow
            if not read_only:
                raise _TakenBack


def _so(done: Callable[[], bool]) -> bool:
    """Whoever can't see it does not know it."""
    with suppress(*NO_DATABASE):
        return done()
    return False
