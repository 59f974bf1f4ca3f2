"""Deliveries that were given up: whom to tell, and trying one again by hand. Never what was to be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hiring.model import AuditEntry, Delivery, Kind, Loop, Opening, Person
from hiring.ports import DeadLetter, Store, UnitOfWork, Unknown
from hiring.rules import sight
from hiring.rules.permissions import Refused, Verb, may

FOR_RECRUITERS = "Trying a message again is for the recruiter of the opening."


def tell(store: Store, *, now: datetime) -> int:
    """Tells the recruiter concerned of each dead letter, once for each time it was given up."""
    with store.begin(read_only=True) as uow:
        if not uow.dead_letters():
            return 0
    with store.begin() as uow:
        return _tell(uow, now=now)


def _tell(uow: UnitOfWork, *, now: datetime) -> int:
    return uow.enqueue([told for letter in uow.dead_letters() if (told := _notice(uow, letter)) is not None], now=now)


def _notice(uow: UnitOfWork, letter: DeadLetter) -> Delivery | None:
    about = concerns(uow, letter.delivery)
    if about is None:
        return None
    refs = (("delivery", letter.delivery.key), ("attempt", str(letter.attempt)))
    return Delivery(key=letter.notice, kind=Kind.DEAD_LETTER, to=about.recruiter, refs=refs, priority=1)


def concerns(uow: UnitOfWork, delivery: Delivery) -> Loop | Opening | None:
    """What a delivery is about; None when it is about nothing that has a recruiter, or about what is not there any more."""
    refs = dict(delivery.refs)
    try:
        if "loop" in refs:
            return uow.loop(refs["loop"])
        return uow.opening(refs["opening"]) if "opening" in refs else None
    except Unknown:
        return None


def undelivered(uow: UnitOfWork, loop: Loop, reader: Person) -> tuple[DeadLetter, ...]:
    """What of this loop was given up and is not laid to rest, for whoever may try it again; for others nothing."""
    return uow.dead_letters(loop=loop.id) if _may_retry(loop, reader) is None else ()


def retry(uow: UnitOfWork, key: str, *, notice: str, by: Person, now: datetime) -> Refused | None:
    """Puts a dead letter back into the queue, and brings the message that told of it up to date."""
    letter = uow.dead_letter(key)
    about = concerns(uow, letter.delivery) if letter is not None else None
    if letter is None or (isinstance(about, Loop) and not sight.knows_of(about, by)):
        return Refused("This is not given up any more: it went out, or somebody has tried it again or laid it to rest.")
    refused = _may_retry(about, by)
    if refused is not None:
        return refused
    uow.retry(key)
    uow.audit(AuditEntry(at=now, actor=by.id, verb="retried a delivery", subject=key))
    if uow.sent(notice) is not None:
        told = _notice(uow, letter)
        if told is not None:
            uow.enqueue([replace(told, key=f"{notice}/retried", updates=notice)], now=now)
    return None


def _may_retry(about: Loop | Opening | None, by: Person) -> Refused | None:
    if isinstance(about, Loop):
        return may(by, Verb.RUN_LOOP, about)
    return None if about is not None and by.id == about.recruiter else Refused(FOR_RECRUITERS)
