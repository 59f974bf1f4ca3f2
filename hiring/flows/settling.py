"""The end of every change to a loop: open the scorecards if that is due, save, and write down what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from hiring.flows.staffing import staffed
from hiring.model import AuditEntry, Candidate, CandidateId, Delivery, Loop, Person, PersonId
from hiring.ports import UnitOfWork, Unknown
from hiring.rules import delegates, release
from hiring.rules.due import due

T = TypeVar("T")


class Lazily(Mapping[str, T]):
    """Things by id, each read when it is first asked for: nobody reads a whole company to speak about one panel. Whoever
    goes through all of them reads them at once."""

    def __init__(self, read: Callable[[str], T], everything: Callable[[], Iterable[tuple[str, T]]]) -> None:
        self._read = read
        self._everything = everything
        self._known: dict[str, T] = {}
        self._whole = False

    def __getitem__(self, id: str) -> T:  # noqa: A002 - what it is
        if id not in self._known:
            try:
                self._known[id] = self._read(id)
            except Unknown:
                raise KeyError(id) from None
        return self._known[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> Mapping[str, T]:
        if not self._whole:
            self._known, self._whole = dict(self._everything()), True
        return self._known


def people_in(uow: UnitOfWork) -> Mapping[PersonId, Person]:
    return Lazily(uow.person, lambda: ((person.id, person) for person in uow.people()))


def candidates_in(uow: UnitOfWork) -> Mapping[CandidateId, Candidate]:
    return Lazily(uow.candidate, lambda: ((candidate.id, candidate) for candidate in uow.candidates()))


def settle(uow: UnitOfWork, loop: Loop, *, now: datetime) -> Loop:
    """Saves `loop` and enqueues whatever its new facts make due. Raises `Stale` when it was changed in between."""
    loop = staffed(uow, _led(uow, loop, now=now), now=now)
    opened = release.release(loop, now)
    if opened is not None:
        loop = replace(loop, released=opened)
        note(uow, loop, "released", actor="evenhand", now=now, how=opened.how)
    saved = uow.save_loop(loop)
    follow(uow, saved, now=now)
    return saved


def _led(uow: UnitOfWork, loop: Loop, *, now: datetime) -> Loop:
    """The loop closed to the candidate, when they work here, and led by somebody without a conflict, where one is named."""
    colleague = uow.person_by_email(uow.candidate(loop.candidate).email)
    loop = replace(loop, colleague=colleague.id if colleague is not None else loop.colleague)
    led = delegates.handed_over(loop, opening=uow.opening(loop.opening), people=people_in(uow), now=now)
    for one in led.handed_over[len(loop.handed_over) :]:
        note(uow, loop, "handed over", actor="evenhand", now=now, lead=one.lead, of=one.of, to=one.to)
    return led


def is_handed_over(uow: UnitOfWork, loop: Loop, *, people: Mapping[PersonId, Person], now: datetime) -> bool:
    """Whether somebody is named by now for a lead that nobody has."""
    if not delegates.vacant(loop, people):
        return False
    return delegates.handed_over(loop, opening=uow.opening(loop.opening), people=people, now=now) != loop


def follow(uow: UnitOfWork, loop: Loop, *, now: datetime) -> int:
    """Enqueues what is due for a loop as it stands; returns how many deliveries were new."""
    return uow.enqueue(owing(uow, loop, now=now), now=now)


def owing(
    uow: UnitOfWork, loop: Loop, *, now: datetime, people: Mapping[PersonId, Person] | None = None
) -> tuple[Delivery, ...]:
    """Everything that ought to have been written for `loop` by now, whether it was or not."""
    return due(loop, now=now, people=people_in(uow) if people is None else people, opening=uow.opening(loop.opening))


def note(uow: UnitOfWork, loop: Loop, verb: str, *, actor: str, now: datetime, **facts: str) -> None:
    """An audit entry about a loop. Facts are ids and circumstances, never a score, a note or a ground."""
    uow.audit(AuditEntry(at=now, actor=actor, verb=verb, subject=loop.id, facts=tuple(facts.items())))
