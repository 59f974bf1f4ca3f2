"""Who must not judge whom: one home for what bars a person from a loop, and for stepping aside at any time.

Colleagues only ever read "unavailable" (R7): why somebody is barred is sealed or worked out anew, and stands in no loop.
A human's pin stands above every suggestion, in every loop about the candidate; a person's own "conflict" stands above all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from hiring.model import (
    HIRING_MANAGER_SEAT,
    RECRUITER_SEAT,
    Answer,
    Attestation,
    Barred,
    Left,
    Look,
    Loop,
    Person,
    PersonId,
    Pin,
    StoodDown,
)
from hiring.rules import sight, worktime
from hiring.rules.grounds import LookAt, Policy, Strength
from hiring.rules.phase import attestation, panel
from hiring.rules.suggestions import Known, is_candidate, strongest, suggestions

UNAVAILABLE = "unavailable"
POINTS: Mapping[Strength, int] = {Strength.LOOK: 240, Strength.LESSER: 60}
"""What a suggested ground counts in the engine's points: as much as one more date of the candidate's, or a day's wait."""
NOT_ASKED_AGAIN = frozenset({"replaced", "silent"})


def barred_from(loop: Loop, known: Known, among: Iterable[Person] | None = None) -> dict[PersonId, str]:
    """Everybody `among` these people, or in the company, who can't be given a seat in `loop`, with the one word that others
    may read.

    That is who stepped aside in this loop or in an earlier one about this candidate, of whom a human pinned a conflict,
    for whom something suggests a barring ground that nobody has pinned away (they referred the candidate, say, or scored
    them before), who is the candidate, who has not been cleared after being unsure, and who was replaced or did not
    answer: they are not asked a second time.
    """
    barred = {entry.person for entry in loop.barred}
    barred |= {gone.person for gone in loop.stood_down if gone.why in NOT_ASKED_AGAIN}
    barred |= {
        said.person
        for said in loop.attestations
        if (last := attestation(loop, said.person)) is not None and last.answer is not Answer.NO_CONFLICT
    }
    everybody = known.people.values() if among is None else among
    barred |= {person.id for person in everybody if _is_kept_out(person, loop, known)}
    return dict.fromkeys(sorted(barred), UNAVAILABLE)


def _is_kept_out(person: Person, loop: Loop, known: Known) -> bool:
    """By what is known beyond this loop: earlier loops, pins, and what suggests a ground."""
    pin = pinned((loop, *known.earlier), person.id)
    aside = [entry for one in known.earlier for entry in one.barred if entry.person == person.id]
    if is_candidate(person, known.candidate) or (pin is not None and pin.conflict):
        return True
    # Who scored a take-home never learns whose it was, so that no question may tell them: nobody pins that away.
    if any(one.plan.take_home is not None and person.id in _took_part(one) for one in known.earlier):
        return True
    if pin is not None:
        return any(entry.at > pin.at for entry in aside)
    found = strongest(suggestions(known, person))
    # Whoever sits in for somebody is seated by the engine at once, so that a look before seating is not to be had.
    late = found is Strength.LOOK and known.policy.look_at is LookAt.SEATING and bool(loop.sessions)
    return bool(aside) or found is Strength.BARS or late


def _took_part(loop: Loop) -> set[PersonId]:
    return {*panel(loop), *(card.person for card in loop.submitted)}


def spared(loop: Loop, known: Known, among: Iterable[Person] | None = None) -> dict[PersonId, int]:
    """Who among these people, or in the company, may sit but is better spared, because something suggests a ground that
    nobody has pinned away."""
    found = {
        person.id: POINTS.get(strongest(suggestions(known, person)), 0)
        for person in (known.people.values() if among is None else among)
        if pinned((loop, *known.earlier), person.id) is None
    }
    return {person: points for person, points in found.items() if points}


def pinned(loops: Iterable[Loop], person: PersonId) -> Pin | None:
    """The last verdict on `person` in any loop about the candidate."""
    pins = [pin for loop in loops for pin in loop.pins if pin.person == person]
    return max(pins, key=lambda pin: (pin.at, pin.override), default=None)


def unpinned(loop: Loop, known: Known, people: Iterable[PersonId]) -> tuple[PersonId, ...]:
    """Those of `people` for whom something suggests a ground that a human must look at, and nobody has."""
    return tuple(
        person
        for person in people
        if person in known.people
        and pinned((loop, *known.earlier), person) is None
        and strongest(suggestions(known, known.people[person])) is Strength.LOOK
    )


def watched(loop: Loop, known: Known, *, now: datetime) -> Loop:
    """The loop that remembers who of its panel needs a look; nobody of them is booked or briefed before it is pinned."""
    noted = {look.person for look in loop.looks}
    new = [person for person in unpinned(loop, known, panel(loop)) if person not in noted]
    return replace(loop, looks=(*loop.looks, *(Look(person=person, at=now) for person in new))) if new else loop


def attest(loop: Loop, person: PersonId, answer: Answer, *, now: datetime, by: PersonId | None = None) -> Loop:
    """The loop after `person` answered, or after somebody else judged (`by`). A conflict takes them off every seat, whatever
    was arranged before."""
    said = replace(loop, attestations=(*loop.attestations, Attestation(person=person, answer=answer, at=now)))
    if answer is Answer.CONFLICT:
        return step_aside(said, person, now=now, by=by)
    return _revised(said) if answer is Answer.NO_CONFLICT else said


def pin(loop: Loop, person: PersonId, *, conflict: bool, by: PersonId, now: datetime) -> Loop:
    """The loop after a human's verdict. "No conflict" clears who was unsure, and undoes an earlier "conflict"."""
    override = not conflict and sight.is_barred(loop, person)
    verdict = Pin(person=person, conflict=conflict, by=by, at=now, override=override)
    told = replace(loop, pins=(*loop.pins, verdict))
    if conflict:
        return step_aside(told, person, now=now, by=by)
    told = replace(told, barred=tuple(entry for entry in told.barred if entry.person != person))
    last = attestation(told, person)
    if last is not None and last.answer is Answer.UNSURE:
        return attest(told, person, Answer.NO_CONFLICT, now=now)
    return _revised(told) if person in panel(told) else told


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


def pass_over(loop: Loop, person: PersonId, *, now: datetime) -> Loop:
    """The loop in which somebody else is asked, because `person` did not answer. It bars them from nothing else."""
    return replace(
        unseat(loop, person, now=now), stood_down=(*loop.stood_down, StoodDown(person=person, at=now, why="silent"))
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


# ---- silence --------------------------------------------------------------------------------


def silent(loop: Loop, *, people: Mapping[PersonId, Person], policy: Policy, now: datetime) -> tuple[PersonId, ...]:
    """Those asked who have not answered for so long that somebody else is asked now: for as many of their working minutes
    as the policy says, or for half of the time that there was. Whom nobody can stand in for is waited for."""
    return tuple(
        person
        for person in panel(loop)
        if attestation(loop, person) is None
        and _may_be_passed_over(loop, person, now)
        and _is_too_long(loop, people[person], policy, now)
    )


def _may_be_passed_over(loop: Loop, person: PersonId, now: datetime) -> bool:
    if loop.plan.take_home is not None:
        return False
    mine = [seat for seat in loop.seats if seat.person == person]
    plans = [planned for seat in mine for planned in loop.plan.session(seat.session).seats if planned.id == seat.id]
    reserved = any({RECRUITER_SEAT, HIRING_MANAGER_SEAT} & set(planned.any_of) for planned in plans)
    return not reserved and min(loop.session(seat.session).start for seat in mine) > now


def _is_too_long(loop: Loop, person: Person, policy: Policy, now: datetime) -> bool:
    mine = [seat for seat in loop.seats if seat.person == person.id]
    since = min((seat.since for seat in mine if seat.since is not None), default=loop.created)
    start = min(loop.session(seat.session).start for seat in mine)
    return now >= since + (start - since) / 2 or worktime.minutes_between(person, since, now) >= policy.silence


# ---- who may pin --------------------------------------------------------------------------------


def may_pin(
    loop: Loop, person: PersonId, by: Person, *, conflict: bool, about: Iterable[Loop], suggested: bool
) -> str | None:
    """Why `by` may not pin a verdict on `person`, or None. `about` are all loops about the candidate; `suggested` says that
    something suggests a ground for `by` too, which nobody has pinned away."""
    if by.id == person:
        return "You can't judge this yourself. Another recruiter can."
    if sight.is_barred(loop, by.id):
        return sight.closed(loop, by.id)
    if conflict:
        return "They are set aside already." if sight.is_barred(loop, person) else None
    if any(_said_so(one, person) for one in (loop, *about)):
        return "They stepped aside themselves; that can't be undone here."
    if suggested:
        return "Something may connect you with the candidate too, so somebody else has to judge this."
    return None


def _said_so(loop: Loop, person: PersonId) -> bool:
    """Whether their own last word in `loop` is that there is a conflict."""
    last = attestation(loop, person)
    return last is not None and last.answer is Answer.CONFLICT
