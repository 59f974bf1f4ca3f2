"""What is due about scorecards: that each is asked for when it is owed, asked for again, and thanked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from hiring.model import Delivery, Kind, Loop, Person, PersonId, Submitted
from hiring.rules import sight
from hiring.rules.deliveries import SOON, URGENT, make, rung_due, rungs_reached, stamp
from hiring.rules.phase import attestation, has_attested

RUNGS = (60, 480, 960)
"""Working minutes after an interview's end at which its scorecard is asked for again: an hour, a day, two days."""


def due(loop: Loop, now: datetime, people: Mapping[PersonId, Person]) -> Iterator[Delivery]:
    if loop.booked_at is None:
        return
    for session, person in sight.owed(loop):
        if now < loop.session(session).end and loop.plan.take_home is None:
            continue
        if loop.plan.take_home is not None and not has_attested(loop, person):
            continue
        ask = f"card/{session}/{person}"
        refs = {"session": session}
        if not sight.is_in(loop, session, person):
            yield make(loop, ask, Kind.SCORECARD_ASK, person, priority=SOON, **refs)
            yield from _reminders(loop, session, people[person], now)
    for card in loop.submitted:
        if not card.void:
            ask = f"card/{card.session}/{card.person}"
            at = stamp(card.amended_at or card.at)
            yield make(
                loop,
                f"{ask}/in/{at}",
                Kind.SCORECARD_THANKS,
                card.person,
                priority=URGENT,
                updates=ask,
                session=card.session,
            )
            yield from _reminded(loop, card, people[card.person])


def _reminded(loop: Loop, card: Submitted, rater: Person) -> Iterator[Delivery]:
    """The reminders that may have gone out before the card came in no longer ask for it."""
    ask = f"card/{card.session}/{card.person}"
    rung = rungs_reached(rater, loop.session(card.session).end, card.at, RUNGS)
    sent = [f"{ask}/remind/{step}" for step in range(1, rung + 1)]
    sent += [
        f"{ask}/again/{stamp(snooze.until)}"
        for snooze in loop.snoozes
        if (snooze.session, snooze.person) == (card.session, card.person) and snooze.until <= card.at
    ]
    for again in sent:
        yield make(
            loop, f"{again}/in", Kind.SCORECARD_REMIND, card.person, updates=again, session=card.session, rung="0"
        )


def _reminders(loop: Loop, session: str, rater: Person, now: datetime) -> Iterator[Delivery]:
    person = rater.id
    ask = f"card/{session}/{person}"
    put_off = [snooze.until for snooze in loop.snoozes if (snooze.session, snooze.person) == (session, person)]
    if put_off and now < max(put_off):
        return
    for until in put_off[-1:]:
        yield make(loop, f"{ask}/again/{stamp(until)}", Kind.SCORECARD_REMIND, person, session=session, rung="0")
    since = max([loop.session(session).end, *_begun(loop, person), *put_off])
    rung = rung_due(rater, since, now, RUNGS)
    if rung:
        yield make(loop, f"{ask}/remind/{rung}", Kind.SCORECARD_REMIND, person, session=session, rung=str(rung))


def _begun(loop: Loop, person: PersonId) -> tuple[datetime, ...]:
    """Who took over a seat of a take-home has the time that the others had."""
    said = attestation(loop, person)
    return (said.at,) if said is not None and loop.plan.take_home is not None else ()
