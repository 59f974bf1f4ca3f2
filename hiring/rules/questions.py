"""The question about conflicts: whom it is put to, when it is put again, and when it is taken back.

Somebody is asked once for as long as their seat and its time stand. Who loses either is told that the question is closed,
and is asked anew, with a message of its own, if they are needed after all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from hiring.model import Answer, Attestation, Delivery, Kind, Loop, Person, PersonId, Pin
from hiring.rules.deliveries import SOON, URGENT, make, rung_due, rungs_reached
from hiring.rules.phase import attestation, panel

ATTEST_RUNGS = (120, 480)
"""Working minutes after which an unanswered question about conflicts is asked again."""


def questions(loop: Loop, now: datetime, people: Mapping[PersonId, Person]) -> Iterator[Delivery]:
    """Those to be asked, those to be reminded, and what the questions become once they are answered."""
    for person in panel(loop):
        if attestation(loop, person) is None:
            ask = _ask(loop, person)
            yield make(loop, ask, Kind.ATTEST_ASK, person, priority=SOON)
            rung = rung_due(people[person], _seated_since(loop, person), now, ATTEST_RUNGS)
            if rung:
                yield make(loop, f"{ask}/remind/{rung}", Kind.ATTEST_REMIND, person, rung=str(rung))
    for number, said in enumerate(loop.attestations, start=1):
        yield from _answered(loop, number, said, people[said.person])
    yield from _named(loop)


def _named(loop: Loop) -> Iterator[Delivery]:
    """That the candidate said whom they know here, each time they did; never whom."""
    for number in range(1, len(loop.named) + 1):
        yield make(loop, f"named/{number}", Kind.NAMED, loop.recruiter, priority=SOON)


def _answered(loop: Loop, number: int, said: Attestation, person: Person) -> Iterator[Delivery]:
    ask = _ask(loop, person.id, before=said.at)
    yield make(loop, f"attest/{person.id}/said/{number}", Kind.ATTEST_ASK, person.id, priority=URGENT, updates=ask)
    for rung in range(1, rungs_reached(person, _seated_since(loop, person.id), said.at, ATTEST_RUNGS) + 1):
        again = f"{ask}/remind/{rung}"
        yield make(loop, f"{again}/said/{number}", Kind.ATTEST_REMIND, person.id, updates=again)
    yield from _to_be_judged(loop, number, said)
    if said.answer is Answer.UNSURE and any(pin.conflict for pin in _verdicts(loop, said)):
        yield make(loop, f"attest/{person.id}/pinned/{number}", Kind.ATTEST_ASK, person.id, updates=ask)


def _to_be_judged(loop: Loop, number: int, said: Attestation) -> Iterator[Delivery]:
    """What the recruiter must pin: who was unsure, and who said "no conflict" although something suggests one."""
    judged = _verdicts(loop, said)
    before = [one.answer for one in loop.attestations[: number - 1] if one.person == said.person]
    by_pin = Answer.UNSURE in before[-1:] and any(pin.at == said.at for pin in judged)
    watched = any(look.person == said.person for look in loop.looks) and not by_pin
    if said.answer is Answer.UNSURE:
        asked, kind = f"unsure/{said.person}/{number}", Kind.UNSURE
    elif said.answer is Answer.NO_CONFLICT and watched:
        asked, kind = f"look/{said.person}/{number}", Kind.LOOK
    else:
        return
    yield make(loop, asked, kind, loop.recruiter, priority=SOON, person=said.person)
    if judged or attestation(loop, said.person) is not said:
        yield make(loop, f"{asked}/judged", kind, loop.recruiter, updates=asked, person=said.person)


def _verdicts(loop: Loop, said: Attestation) -> list[Pin]:
    return [pin for pin in loop.pins if pin.person == said.person and pin.at >= said.at]


def withdrawn(loop: Loop) -> Iterator[Delivery]:
    """What becomes of the questions to those who lost their seat or its time, and to a panel whose loop is cancelled."""
    for number, gone in enumerate(loop.left, start=1):
        said = next((s for s in reversed(loop.attestations) if s.person == gone.person and s.at <= gone.at), None)
        ask = _ask(loop, gone.person, before=said.at if said else gone.at)
        yield from _taken_back(loop, gone.person, said, ask=ask, key=f"attest/{gone.person}/left/{number}")
    if loop.cancelled is not None:
        for person in panel(loop):
            if attestation(loop, person) is None:
                ask = _ask(loop, person)
                yield from _taken_back(loop, person, None, ask=ask, key=f"attest/{person}/cancelled")


def _taken_back(loop: Loop, person: PersonId, said: Attestation | None, *, ask: str, key: str) -> Iterator[Delivery]:
    if said is not None and said.answer is not Answer.NO_CONFLICT:
        return  # their message says what they said, and nothing of a time
    yield make(loop, key, Kind.ATTEST_ASK, person, updates=ask, left="1")
    if said is None:
        for rung in range(1, len(ATTEST_RUNGS) + 1):
            again = f"{ask}/remind/{rung}"
            yield make(loop, f"{again}/left", Kind.ATTEST_REMIND, person, updates=again, left="1")


def _ask(loop: Loop, person: PersonId, *, before: datetime | None = None) -> str:
    """The key of the question as it is put to somebody now, or as it was put `before` they answered it or lost the seat."""
    times = sum(gone.person == person and (before is None or gone.at < before) for gone in loop.left)
    return f"attest/{person}/again/{times}" if times else f"attest/{person}"


def _seated_since(loop: Loop, person: PersonId) -> datetime:
    return min((s.since for s in loop.seats if s.person == person and s.since is not None), default=loop.created)
