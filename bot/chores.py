"""What the clock has done again and again. What fails is logged, and looked at again by the next pass: nothing is lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from bot.bookings import Bookings
from bot.clock import Job
from bot.matching import match_accounts
from bot.members import mark_accounts, regroup
from bot.messenger import Messenger
from bot.retention import new_record
from bot.settings import Settings
from hiring.flows import dead_letters
from hiring.flows.erasing import erase_over
from hiring.flows.foretelling import foretell
from hiring.flows.sweeping import sweep
from hiring.ports import Clock
from store.causes import CLOCK, because_of
from store.database import Database

log = logging.getLogger("evenhand")

SWEEP_EVERY: Final = timedelta(seconds=2)
RESTS: Final = 9
"""A pass over many loops takes what an answer to a person needs, so that so many times as long there is none."""
ENTER_EVERY: Final = timedelta(minutes=1)
ENTERED: Final = 25
"""Candidates at a time, so that whoever presses a button meanwhile hardly waits."""
MATCH_EVERY: Final = timedelta(minutes=10)
"""People imported while the bot runs find their accounts without a restart."""
REGROUP_EVERY: Final = timedelta(minutes=1)
ACCOUNTS_EVERY: Final = timedelta(hours=1)
LOOK_EVERY: Final = timedelta(minutes=15)
FORGET_EVERY: Final = timedelta(hours=1)
"""Counted from the start: a process that is started anew several times a day must come to it, too."""
ERASE_EVERY: Final = timedelta(minutes=30)
REMEMBER: Final = timedelta(days=7)
"""How long an incoming event's id is kept; Slack stops repeating itself within hours."""


@contextmanager
def _next_time(says: str) -> Iterator[None]:
    """The outermost edge of the clock: what fails is logged, and the next pass looks again at everything."""
    try:
        yield
    except ExceptionGroup as several:
        for error in several.exceptions:
            log.exception(says, exc_info=error)
    except Exception:
        log.exception(says)


class Chores:
    def __init__(
        self, *, database: Database, messenger: Messenger, bookings: Bookings, clock: Clock, settings: Settings
    ) -> None:
        self._database = database
        self._messenger = messenger
        self._bookings = bookings
        self._clock = clock
        self._settings = settings
        self._rests_until = 0.0
        self.swept: float | None = None
        """When the last pass over all loops ended, on the machine's monotonic clock."""

    def jobs(self) -> list[Job]:
        return [
            Job(self._sweep, SWEEP_EVERY),
            Job(self._match, MATCH_EVERY),
            Job(self._regroup, REGROUP_EVERY),
            Job(self._mark_accounts, ACCOUNTS_EVERY),
            Job(self._look, LOOK_EVERY),
            Job(self._forget, FORGET_EVERY),
            Job(self._enter, ENTER_EVERY),
            Job(self._erase_over, ERASE_EVERY),
        ]

    def meet(self) -> None:
        """At the start: who has which account, who has left meanwhile, and who has which role."""
        with because_of(CLOCK):
            self._match()
            self._mark_accounts()
            self._regroup()

    def _sweep(self) -> None:
        begun = time.monotonic()
        if begun < self._rests_until:
            return
        for look in (sweep, dead_letters.tell):
            with _next_time("something could not be brought up to date"):
                look(self._database, now=self._clock.now())
        self.swept = time.monotonic()
        self._rests_until = self.swept + RESTS * (self.swept - begun)

    def _match(self) -> None:
        with _next_time("people could not be matched to Slack accounts"):
            match_accounts(self._database, self._messenger)

    def _regroup(self) -> None:
        """Until it works, roles stay as they were."""
        with _next_time("roles could not be brought in step with user groups"):
            regroup(self._database, self._messenger, self._settings.role_groups, clock=self._clock)

    def _mark_accounts(self) -> None:
        """Until it works, everybody stays as they were."""
        with _next_time("who has left could not be looked up"):
            mark_accounts(self._database, self._messenger, clock=self._clock)

    def _look(self) -> None:
        with _next_time("calendars could not be compared with what was booked"):
            self._bookings.look()

    def _forget(self) -> None:
        with _next_time("what is long over could not be forgotten"):
            with self._database.begin() as uow:
                uow.forget_inbox(self._clock.now() - REMEMBER)
            self._database.deliveries.forget_drawn(self._database.now() - REMEMBER)
            self._database.deliveries.add_up()

    def _enter(self) -> None:
        """Until it works, candidates are found by reading those who are new."""
        with _next_time("names could not be entered"):
            entered = ENTERED
            while entered == ENTERED:
                with self._database.begin() as uow:
                    entered = uow.enter_names(most=ENTERED)

    def _erase_over(self) -> None:
        with _next_time("records whose time is over could not be erased"):
            foretell(self._database, policy=self._settings.retention, now=self._clock.now())
            gone = erase_over(
                self._database, policy=self._settings.retention, new_record=new_record, now=self._clock.now()
            )
            if gone:
                log.info("erased %d records whose time was over", gone)
