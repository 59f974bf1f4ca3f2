"""Making what the engine and the calendars are asked for: options, refilled seats, events, and their removal."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from bot.asking import SOON, Asking
from bot.engine import OPTIONS, Engine, EngineFailed
from bot.lanes import SETTLED, Open, Settled, Turn
from bot.outcomes import Hopeless, Later
from hiring.flows import booking, drifting, offering, planning, pool, repairing
from hiring.flows.settling import people_in
from hiring.model import Kind, PersonId
from hiring.ports import Clock, Sent
from scheduling.answer import Answer
from scheduling.calendars.port import Agenda, Booked, CalendarRefused, Calendars, IdSpent
from scheduling.problem import Problem
from scheduling.repair import Repair
from store.database import Database
from store.faults import AWAY, Overlapping

log = logging.getLogger("evenhand.bookings")

TRIES = 6
"""How often the engine is asked anew for a panel on which nobody sits with their manager, and a calendar that could not be
read."""


class Bookings:
    """The makers of `engine.*` and `calendar.*` deliveries."""

    def __init__(
        self,
        *,
        database: Database,
        calendars: Calendars,
        engine: Engine,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._calendars = Asking(calendars, monotonic=monotonic, sleep=sleep)
        self._engine = engine
        self._clock = clock

    def open(self, kinds: Sequence[Kind]) -> Open:
        """None of them while a calendar wants to be left alone."""
        wait = self._calendars.wait()
        return Open(kinds=(), again=wait) if wait else Open(kinds=tuple(kinds))

    def plan(self, turn: Turn) -> Sent | Settled | None:
        """Options for a loop, or somebody for its empty seats. Has no effect outside, so it may be done over."""
        delivery = turn.claim.delivery
        number, refill = int(delivery.ref("number")), delivery.kind is Kind.ENGINE_REFILL
        now = self._clock.now()
        with self._database.begin(read_only=True) as uow:
            facts = pool.gather(uow, uow.loop(delivery.ref("loop")), now=now)
        agendas = self._agendas([person.email for person in facts.people], facts)
        if refill and not facts.loop.sessions:
            return None  # it is planned anew, or cancelled
        if refill:
            answers = self._apart(facts, agendas, now=now, options=1)
            mended = None if answers[0].planned else self._mend(facts, agendas, now=now)
        else:
            answers, mended = self._options(facts, agendas, now=now), None
        loop, at = facts.loop.id, self._clock.now()
        with self._database.begin() as uow:
            if refill:
                repairing.record_refill(uow, loop, answers[0], mended, number=number, now=at)
            else:
                offering.record_options(uow, loop, answers, number=number, now=at)
            self._database.deliveries.finish_in(uow, turn.claim, now=self._clock.now(), sent=None)
        return SETTLED

    def _options(self, facts: pool.Facts, agendas: Sequence[Agenda], *, now: datetime) -> tuple[Answer, ...]:
        """The best answer, then the best ones on other days: a recruiter wants a choice of days, not of quarter hours."""
        late = planning.too_late(facts.loop, now=now)
        if late is not None:
            return (late,)
        optional = True
        best = self._apart(facts, agendas, now=now)
        if not best[0].planned and planning.has_optional(facts.loop):
            optional = False
            best = self._apart(facts, agendas, now=now, optional=False)
        found, taken = [best[0]], planning.dates(facts.loop, best[0])
        while best[0].planned and len(found) < OPTIONS:
            elsewhere = planning.problem(facts, agendas, now=now, optional=optional, without=taken)
            if not elsewhere.loops[0].available:
                break
            other = self._apart(facts, agendas, now=now, options=1, optional=optional, without=taken)[0]
            if not other.planned:
                break
            found.append(other)
            taken |= planning.dates(facts.loop, other)
        return (*found, *best[1 : 1 + OPTIONS - len(found)])

    def _apart(
        self,
        facts: pool.Facts,
        agendas: Sequence[Agenda],
        *,
        now: datetime,
        options: int = OPTIONS,
        optional: bool = True,
        without: frozenset[date] = frozenset(),
    ) -> tuple[Answer, ...]:
        """The engine's answers; asked anew for as long as a manager and their report sit together and need not."""
        problem = partial(planning.problem, agendas=agendas, now=now, optional=optional, without=without)
        answers = self._solve(problem(facts), options=options)
        for _ in range(TRIES):
            others = pool.apart(facts, answers[0])
            if not others:
                break
            tried = ((other, self._solve(problem(other), options=1)) for other in others)
            facts, answers = _first_planned(tried)
        return (answers[0], *(answer for answer in answers[1:] if not pool.apart(facts, answer)))

    def _solve(self, problem: Problem, *, options: int) -> tuple[Answer, ...]:
        try:
            return self._engine.solve(problem, options=options)
        except EngineFailed as failed:
            raise Later(str(failed), wait=SOON, ours=not failed.starved) from None

    def _mend(self, facts: pool.Facts, agendas: Sequence[Agenda], *, now: datetime) -> Repair:
        try:
            return self._engine.repair(*planning.mending(facts, agendas, now=now))
        except EngineFailed as failed:
            raise Later(str(failed), wait=SOON, ours=not failed.starved) from None

    def _agendas(self, emails: Sequence[str], facts: pool.Facts) -> tuple[Agenda, ...]:
        if not emails or facts.start >= facts.end:
            return tuple(Agenda(email=email, busy=(), readable=True) for email in emails)
        try:
            return self._calendars.agendas(emails, start=facts.start, end=facts.end)
        except CalendarRefused as error:
            raise Hopeless(error.remedy) from None

    def keep(self, turn: Turn) -> Sent | Settled | None:
        """What calendars must hold: book a loop, bring a booked one up to date, or clear what is over."""
        match turn.claim.delivery.kind:
            case Kind.CALENDAR_BOOK:
                return self._book(turn)
            case Kind.CALENDAR_SYNC:
                return self._sync(turn)
            case _:
                return self._clear(turn)

    def _book(self, turn: Turn) -> Sent | Settled | None:
        loop, attempt = turn.claim.delivery.ref("loop"), int(turn.claim.delivery.ref("attempt"))
        with self._database.begin(read_only=True) as uow:
            wanted = booking.bookable(uow, loop, attempt=attempt, now=self._clock.now())
            moved_on = wanted is None and turn.claim.outcome_unknown
            left = booking.unwanted(uow, loop, attempt=attempt) if moved_on else ()
        if wanted is None:
            for calendar, event in left:
                self._remove(calendar, event)
            return None
        span = booking.reach(wanted)
        agendas = self._calendars.agendas_to_book(wanted.emails, start=span.start, end=span.end)
        if _clashes(turn, wanted, agendas):
            return self._give_up(turn, wanted, why="somebody on the panel is not free any more")
        turn.begin()
        try:
            found = self._calendars.put_all(wanted.events)
        except (CalendarRefused, IdSpent):
            return self._give_up(turn, wanted, why="a calendar refused the booking")
        try:
            return self._remember(turn, loop, found, attempt=attempt)
        except Overlapping:
            return self._give_up(turn, wanted, why="somebody on the panel was booked elsewhere meanwhile")

    def _remember(self, turn: Turn, loop: str, found: dict[str, Booked], *, attempt: int) -> Settled:
        with self._database.begin() as uow:
            kept = booking.record_booked(uow, loop, found, attempt=attempt, now=self._clock.now())
            left = () if kept else booking.unwanted(uow, loop, attempt=attempt)
        # `done` comes last: after a crash here the delivery comes back, and what nobody wants is taken away then.
        for calendar, event in left:
            self._remove(calendar, event)
        self._database.deliveries.done(turn.claim, now=self._clock.now(), sent=None)
        return SETTLED

    def _give_up(self, turn: Turn, wanted: booking.Bookable, *, why: str) -> Sent | Settled | None:
        """Nothing of this attempt stays on any calendar, and the loop gets new options."""
        for event in wanted.events:
            self._remove(event.calendar, event.id)
        attempt = int(turn.claim.delivery.ref("attempt"))
        with self._database.begin() as uow:
            booking.record_clash(uow, wanted.loop.id, attempt=attempt, why=why, now=self._clock.now())
        return None

    def _sync(self, turn: Turn) -> Sent | Settled | None:
        loop, revision = turn.claim.delivery.ref("loop"), int(turn.claim.delivery.ref("revision"))
        with self._database.begin(read_only=True) as uow:
            wanted = booking.booked(uow, loop, revision=revision)
            stale = (
                () if wanted is None else booking.spent(wanted.loop, attempt=wanted.loop.attempt, people=wanted.people)
            )
        if wanted is None or self._is_too_late_for(turn, wanted, revision=revision):
            return None
        turn.begin()
        try:
            found = self._calendars.put_all(wanted.events)
        except (CalendarRefused, IdSpent) as error:
            raise Hopeless(
                error.remedy if isinstance(error, CalendarRefused) else "an event was deleted by hand"
            ) from None
        stands = {(event.calendar, event.id) for event in wanted.events}
        for calendar, event in stale:
            if (calendar, event) not in stands:
                self._remove(calendar, event)
        with self._database.begin() as uow:
            booking.record_synced(uow, loop, found, revision=revision, now=self._clock.now())
        return None

    def _is_too_late_for(self, turn: Turn, wanted: booking.Bookable, *, revision: int) -> bool:
        """Whether a newcomer's calendar has filled up since they were chosen: then somebody else is looked for."""
        fresh = repairing.newly_seated(wanted.loop)
        span = booking.reach(wanted)
        emails = [wanted.people[person].email for person in fresh]
        agendas = self._calendars.agendas(emails, start=span.start, end=span.end) if fresh else ()
        taken = _clashes(turn, wanted, agendas)
        if taken:
            with self._database.begin() as uow:
                repairing.record_unfree(uow, wanted.loop.id, taken, revision=revision, now=self._clock.now())
        return bool(taken)

    def look(self) -> None:
        """Whether somebody has changed by hand what was booked. A calendar that does not answer is looked at next time.
        Raises what a database that is away does."""
        with self._database.begin(read_only=True) as uow:
            loops = drifting.watched(uow, now=self._clock.now())
        for loop in loops:
            if self._calendars.wait():
                return
            try:
                self._look(loop)
            except (Later, CalendarRefused):
                continue
            except AWAY:
                raise
            except Exception:
                # The outermost edge of one loop: whatever is wrong with it, those after it are looked at.
                log.exception("a loop could not be compared with its calendars", extra={"loop": loop})

    def _look(self, loop: str) -> None:
        now = self._clock.now()
        with self._database.begin(read_only=True) as uow:
            wanted = drifting.standing(uow, loop, now=now)
        if wanted is None:
            return
        span, day = booking.reach(wanted), timedelta(days=1)
        agendas = self._calendars.agendas(drifting.whom(wanted), start=span.start - day, end=span.end + day)
        found = drifting.drift(wanted, agendas, now=now)
        if found != wanted.loop.drift:
            with self._database.begin() as uow:
                drifting.record_drift(uow, wanted, found, now=self._clock.now())

    def _clear(self, turn: Turn) -> Sent | Settled | None:
        attempt = int(turn.claim.delivery.ref("attempt"))
        with self._database.begin(read_only=True) as uow:
            pairs = booking.spent(uow.loop(turn.claim.delivery.ref("loop")), attempt=attempt, people=people_in(uow))
        turn.begin()
        for calendar, event in pairs:
            self._remove(calendar, event)
        return None

    def _remove(self, calendar: str, event: str) -> None:
        try:
            self._calendars.remove(calendar, event)
        except CalendarRefused as error:
            # One calendar that is closed to us must not keep the others from being cleared, or the loop from going on.
            log.warning("an event could not be removed: %s", error.remedy)


def _first_planned(tried: Iterable[tuple[pool.Facts, tuple[Answer, ...]]]) -> tuple[pool.Facts, tuple[Answer, ...]]:
    """The first with which the loop can be held, else the first of all. No more is tried than need be."""
    found = []
    for facts, answers in tried:
        if answers[0].planned:
            return facts, answers
        found.append((facts, answers))
    return found[0]


def _clashes(turn: Turn, wanted: booking.Bookable, agendas: Sequence[Agenda]) -> tuple[PersonId, ...]:
    """Who is no longer free. A calendar that can't be read for the moment is waited for, and counts as busy only then."""
    taken = booking.clashes(wanted, agendas)
    unread = {agenda.email for agenda in agendas if agenda.passing}
    if turn.claim.tries < TRIES and any(wanted.people[person].email in unread for person in taken):
        raise Later("a calendar could not be read", wait=SOON)
    return taken
