"""Erasing a candidate's record, everywhere that Evenhand has put it: keys, rows, messages, pictures and calendar entries.

What lies in the database goes in one transaction. What lies outside goes by deliveries written in that same transaction, so
that each is taken back once, whatever crashes in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from hiring.flows.reckoning import reckon
from hiring.model import AuditEntry, Candidate, CandidateId, Delivery, Kind, LegalHold, Loop, LoopId
from hiring.ports import Archive, ArchiveStore, Told, UnitOfWork, Unknown
from hiring.rules.permissions import Refused
from hiring.rules.phase import panel
from hiring.rules.retention import Policy, Standing, emptied, hindrance, mark, standing

NOBODY = "Erased candidate"
LAST = 8
"""Taking back waits behind whatever answers somebody."""
ON_ITS_WAY = frozenset({"claimed", "sending", "unknown"})
NO_LOOP = "a candidate without a loop"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What goes, or has gone: loops whose seals are destroyed, messages and pictures in Slack, attempts on calendars, and
    messages that were still to be sent. `record` is the name under which the empty record stays."""

    record: CandidateId
    loops: tuple[LoopId, ...]
    messages: int
    pictures: int
    calendars: int
    unsent: int


def find(uow: Archive, named: str) -> Candidate | None:
    """The candidate with this id or e-mail; never one that is erased."""
    try:
        found = uow.candidate_by_email(named) or uow.candidate(named.strip())
    except Unknown:
        return None
    return found if found.erased is None else None


def stands(uow: Archive, candidate: Candidate, *, policy: Policy) -> Standing:
    return standing(candidate, _loops(uow, candidate), policy=policy)


def over_by(uow: Archive, *, policy: Policy, until: datetime) -> tuple[Standing, ...]:
    """Those of the records that are over by then, what keeps them aside. A policy that is not in force, so that no day is
    reckoned by it, is looked at with every record."""
    reckoned = not uow.unreckoned(mark(policy), most=1)
    found = uow.candidates_due(mark(policy), until=until) if reckoned else uow.candidates()
    every = (stands(uow, one, policy=policy) for one in found if one.erased is None)
    return tuple(one for one in every if one.erase_at is not None and one.erase_at <= until)


def _loops(uow: UnitOfWork, candidate: Candidate) -> tuple[Loop, ...]:
    return uow.loops(candidate=candidate.id, active=False)


def foresee(
    uow: Archive, candidate: Candidate, *, record: CandidateId, policy: Policy, early: bool, now: datetime
) -> Erasure | Refused:
    """What an erasure would take, or why there may be none. Changes nothing."""
    loops = _loops(uow, candidate)
    because = hindrance(standing(candidate, loops, policy=policy), now=now, early=early)
    told = uow.told(loops)
    if because is None and any(one.state in ON_ITS_WAY for one in told):
        because = (
            "A message about this candidate is on its way at this moment. Let it arrive, and try again in a minute."
        )
    if because is not None:
        return Refused(because)
    return Erasure(
        record=record,
        loops=tuple(loop.id for loop in loops),
        messages=len(_taken_back(told, record)),
        pictures=len(uow.pictures(one.delivery.key for one in told)),
        calendars=len(_cleared(loops)),
        unsent=len(_unsent(told)),
    )


def erase(
    uow: Archive,
    candidate: Candidate,
    *,
    record: CandidateId,
    policy: Policy,
    by: str,
    now: datetime,
    early: str = "",
) -> Erasure | Refused:
    """Erases a record that nothing hinders. `record` is a new name that tells nothing; `early` is the reason not to keep
    it as long as the policy says. The audit entries name nobody."""
    goes = foresee(uow, candidate, record=record, policy=policy, early=bool(early), now=now)
    if isinstance(goes, Refused):
        return goes
    loops = _loops(uow, candidate)
    told = uow.told(loops)
    pictures = uow.pictures(one.delivery.key for one in told)
    uow.drop_unsent(_unsent(told), now=now)
    uow.replace_candidate(candidate.id, _nobody(record, now=now), now=now)
    for loop in loops:
        uow.save_loop(emptied(loop, candidate=record, now=now))
        uow.drop_writings(loop.id)
        uow.erase_loop_seals(loop.id, now=now)
    facts = (("early", early),) if early else ()
    for subject in [loop.id for loop in loops] or [NO_LOOP]:
        uow.audit(AuditEntry(at=now, actor=by, verb="erased", subject=subject, facts=facts))
    taken = [*_taken_back(told, record), *(_thrown_away(file) for file in pictures)]
    uow.enqueue([*taken, *_cleared(loops), *_redrawn(loops, record)], now=now)
    return goes


def _nobody(record: CandidateId, *, now: datetime) -> Candidate:
    return Candidate(id=record, name=NOBODY, email="", zone="UTC", erased=now)


def _unsent(told: Iterable[Told]) -> tuple[str, ...]:
    """A digest that waits is written from what is there when it goes out: it may go."""
    return tuple(one.delivery.key for one in told if one.state == "waiting" and one.delivery.kind is not Kind.DIGEST)


def _taken_back(told: Iterable[Told], record: CandidateId) -> tuple[Delivery, ...]:
    """One for each message that stands in Slack, however often it was edited; answers before what they answer, so that no
    stone is left where a thread began."""
    first = {(one.sent.channel, one.sent.ts): one.delivery for one in reversed(tuple(told)) if one.sent is not None}
    return tuple(
        Delivery(
            key=f"taken/{record}/{delivery.key}",
            kind=Kind.TAKE_BACK,
            to=delivery.to,
            refs=(*delivery.refs, ("message", delivery.key)),
            priority=LAST,
        )
        for delivery in sorted(first.values(), key=lambda delivery: delivery.thread is None)
    )


def _thrown_away(file: str) -> Delivery:
    return Delivery(key=f"taken/file/{file}", kind=Kind.TAKE_BACK, refs=(("file", file),), priority=LAST)


def _cleared(loops: Iterable[Loop]) -> tuple[Delivery, ...]:
    """Every attempt that may have left something on a calendar."""
    return tuple(
        Delivery(
            key=f"{loop.id}/erased/clear/{attempt}",
            kind=Kind.CALENDAR_CLEAR,
            refs=(("loop", loop.id), ("attempt", str(attempt))),
            priority=LAST,
        )
        for loop in loops
        for attempt in range(1, loop.attempt + 1)
        if attempt < loop.attempt or loop.sessions
    )


def _redrawn(loops: Iterable[Loop], record: CandidateId) -> tuple[Delivery, ...]:
    concerned = {person for loop in loops for person in (*panel(loop), loop.recruiter, loop.hiring_manager)}
    return tuple(
        Delivery(key=f"home/{person}/{record}", kind=Kind.HOME, to=person, priority=LAST)
        for person in sorted(concerned)
    )


def erase_over(store: ArchiveStore, *, policy: Policy, new_record: Callable[[], CandidateId], now: datetime) -> int:
    """Erases every record whose time is over, each in a transaction of its own; returns how many there were."""
    if not policy:
        return 0
    reckon(store, policy=policy)
    with store.begin(read_only=True) as uow:
        over = [one.candidate for one in over_by(uow, policy=policy, until=now) if one.is_over(now)]
    gone = 0
    for candidate in over:
        with store.begin() as uow:
            record = new_record()
            done = erase(uow, uow.candidate(candidate), record=record, policy=policy, by="evenhand", now=now)
            gone += isinstance(done, Erasure)
    return gone


def hold(uow: UnitOfWork, candidate: Candidate, *, by: str, reason: str, now: datetime) -> None:
    """Nothing of this record is erased until the hold is lifted."""
    uow.save_candidate(replace(candidate, legal_hold=LegalHold(by=by, reason=reason, at=now)))
    _note(uow, candidate, "held", by=by, now=now)


def lift(uow: Archive, candidate: Candidate, *, by: str, now: datetime) -> None:
    uow.save_candidate(replace(candidate, legal_hold=None))
    _note(uow, candidate, "hold lifted", by=by, now=now)


def _note(uow: UnitOfWork, candidate: Candidate, verb: str, *, by: str, now: datetime) -> None:
    """An id may be made of a name, so entries stand under the loops: the trail can't be changed when the record goes."""
    for subject in [loop.id for loop in _loops(uow, candidate)] or [NO_LOOP]:
        uow.audit(AuditEntry(at=now, actor=by, verb=verb, subject=subject))
