"""Who must not judge whom: one home for what bars a person from a loop, and for stepping aside at any time.

Colleagues only ever read "unavailable" (R7): why somebody is barred is sealed, and this module never sees it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hiring.model import Answer, Attestation, Barred, Candidate, Left, Loop, Person, PersonId, StoodDown
from hiring.rules import sight
from hiring.rules.phase import attestation, panel

UNAVAILABLE = "unavailable"


def barred_from(
    loop: Loop, candidate: Candidate, *, people: Iterable[Person], earlier: Iterable[Loop]
) -> dict[PersonId, str]:
    """Everybody who can't be given a seat in `loop`, with the one word that others may read.

    That is who stepped aside in this loop or in an earlier one about this candidate, who referred the candidate, who is
    the candidate, who already scored them at an earlier stage (A5), who has not been cleared after being unsure, and who
    was replaced: they are not asked a second time.
    """
    barred = {entry.person for entry in loop.barred}
    barred |= {gone.person for gone in loop.stood_down if gone.why == "replaced"}
    for other in earlier:
        if other.candidate == loop.candidate and other.id != loop.id:
            barred |= {entry.person for entry in other.barred}
            barred |= {entry.person for entry in other.submitted}
            barred |= set(panel(other)) if other.plan.take_home is not None else set()
    if candidate.referrer is not None:
        barred.add(candidate.referrer)
    barred |= {person.id for person in people if person.email.casefold() == candidate.email.casefold()}
    barred |= {
        said.person
        for said in loop.attestations
        if (last := attestation(loop, said.person)) is not None and last.answer is not Answer.NO_CONFLICT
    }
    return dict.fromkeys(sorted(barred), UNAVAILABLE)


def attest(loop: Loop, person: PersonId, answer: Answer, *, now: datetime, by: PersonId | None = None) -> Loop:
    """The loop after `person` answered, or after somebody else judged (`by`). A conflict takes them off every seat, whatever
    was arranged before."""
    said = replace(loop, attestations=(*loop.attestations, Attestation(person=person, answer=answer, at=now)))
    if answer is Answer.CONFLICT:
        return step_aside(said, person, now=now, by=by)
    return _revised(said) if answer is Answer.NO_CONFLICT else said


def step_aside(
    loop: Loop, person: PersonId, *, now: datetime, elsewhere: bool = False, by: PersonId | None = None
) -> Loop:
    """The loop without `person`: barred, unseated, their scorecards void and out of every aggregate (R8). `elsewhere`: they
    said so in another loop about this candidate, and never took part in this one. `by` is who set them aside, None when
    they did so themselves."""
    if sight.is_barred(loop, person):
        return loop
    sat = any(seat.person == person for seat in loop.seats)
    told = loop.booked_at is not None and sat
    awaited = (
        by is not None
        and told
        and any(who == person and loop.session(session).start <= now for session, who in sight.missing(loop))
    )
    return replace(
        unseat(loop, person, now=now),
        barred=(*loop.barred, Barred(person, now, elsewhere=elsewhere, by=by, awaited=awaited)),
        submitted=tuple(replace(card, void=True) if card.person == person else card for card in loop.submitted),
        stood_down=(*loop.stood_down, StoodDown(person=person, at=now, why="recused")) if told else loop.stood_down,
    )


def unseat(loop: Loop, person: PersonId, *, now: datetime) -> Loop:
    """The loop with every seat of `person` empty, and the engine asked to fill what must be filled."""
    if not any(seat.person == person for seat in loop.seats):
        return loop
    return replace(
        _revised(loop),
        seats=tuple(replace(seat, person=None, why=None) if seat.person == person else seat for seat in loop.seats),
        refilling=loop.refilling + 1,
        left=(*loop.left, Left(person=person, at=now)),
    )


def _revised(loop: Loop) -> Loop:
    """A booked loop whose calendar events must follow a change of who sits on the panel."""
    return replace(loop, revision=loop.revision + 1) if loop.booked_at is not None else loop


def may_clear(loop: Loop, person: PersonId, by: Person) -> str | None:
    """Why `by` may not pin "no conflict" on `person`, or None. Nobody clears themselves, or anyone while barred."""
    if by.id == person:
        return "You can't clear yourself. Another recruiter can."
    if sight.is_barred(loop, by.id):
        return "You stepped aside from this loop, so it is closed to you."
    if sight.is_barred(loop, person):
        return "They stepped aside; that can't be undone here."
    return None
