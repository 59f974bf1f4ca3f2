"""The clock's pass: what time alone makes due, for every loop that has not ended, and each opening's digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from hiring.flows.settling import candidates_in, follow, owing, people_in, settle
from hiring.model import Delivery, Episode, Kind, Loop, Person, PersonId
from hiring.ports import Store, UnitOfWork
from hiring.rules import release
from hiring.rules.bottlenecks import Bottleneck, bottlenecks
from hiring.rules.digest import digest, occurrence

LOOKED_BACK = timedelta(days=180)
"""A loop that began earlier than this and is over stands in no digest."""


def sweep(store: Store, *, now: datetime) -> int:
    """Brings every loop to where it should be at `now`; returns how many deliveries were new.

    One short transaction a loop, so that nobody who presses a button waits for the whole pass.
    """
    with store.begin(read_only=True) as uow:
        waiting = [loop.id for loop in uow.loops() if _has_work(uow, loop, now=now)]
        openings = [opening.id for opening in uow.openings() if occurrence(opening, now) is not None]
    new = 0
    for loop in waiting:
        with store.begin() as uow:
            new += _one(uow, uow.loop(loop), now=now)
    with store.begin() as uow:
        new += _close_episodes(uow, now=now)
    for opening in openings:
        with store.begin() as uow:
            new += _digest(uow, opening, now=now)
    return new


def _has_work(uow: UnitOfWork, loop: Loop, *, now: datetime) -> bool:
    """Whether anything is due that was not written yet: most loops have nothing, and nobody must wait for them."""
    if release.release(loop, now) is not None:
        return True
    keys = [delivery.key for delivery in owing(uow, loop, now=now)]
    keys += [f"alert/{found.key}" for found in bottlenecks(loop, now=now, people=people_in(uow))]
    return bool(uow.unwritten(keys))


def _one(uow: UnitOfWork, loop: Loop, *, now: datetime) -> int:
    if release.release(loop, now) is not None:
        loop = settle(uow, loop, now=now)
    return follow(uow, loop, now=now) + _open_episodes(uow, loop, people=people_in(uow), now=now)


def _open_episodes(uow: UnitOfWork, loop: Loop, *, people: Mapping[PersonId, Person], now: datetime) -> int:
    known = {episode.key for episode in uow.episodes()}
    new = 0
    for found in bottlenecks(loop, now=now, people=people):
        if found.key not in known:
            uow.save_episode(Episode(key=found.key, opened=found.since, alerted=now))
        new += uow.enqueue([_alert(found, to=loop.recruiter)], now=now)
    return new


def _alert(found: Bottleneck, *, to: PersonId) -> Delivery:
    refs = (("loop", found.loop), ("stuck", found.stuck), ("owner", found.owner or ""), ("episode", found.key))
    return Delivery(key=f"alert/{found.key}", kind=Kind.ALERT, to=to, refs=(*refs, ("since", found.since.isoformat())))


def _close_episodes(uow: UnitOfWork, *, now: datetime) -> int:
    """Alerts whose cause is gone are resolved in place."""
    people = people_in(uow)
    new = 0
    for episode in uow.episodes():
        if episode.closed is not None:
            continue
        loop = uow.loop(episode.key.split("/", maxsplit=1)[0])
        if episode.key in {found.key for found in bottlenecks(loop, now=now, people=people)}:
            continue
        uow.save_episode(Episode(key=episode.key, opened=episode.opened, alerted=episode.alerted, closed=now))
        _, stuck, owner, _ = episode.key.split("/")
        refs = (
            ("loop", loop.id),
            ("stuck", stuck),
            ("owner", "" if owner == "candidate" else owner),
            ("episode", episode.key),
            ("since", episode.opened.isoformat()),
            ("closed", now.isoformat()),
        )
        key = f"alert/{episode.key}"
        new += uow.enqueue(
            [Delivery(key=f"{key}/closed", kind=Kind.ALERT, to=loop.recruiter, refs=refs, updates=key)], now=now
        )
    return new


def _digest(uow: UnitOfWork, opening_id: str, *, now: datetime) -> int:
    opening = uow.opening(opening_id)
    day = occurrence(opening, now)
    if day is None:
        return 0
    loops = uow.loops(opening=opening.id, active=False, created_after=now - LOOKED_BACK)
    candidates = candidates_in(uow)
    says = digest(opening, loops, candidates, day=day, now=now)
    first = f"digest/{opening.id}/{day}"
    refs = (("opening", opening.id), ("day", str(day)))
    # The versions make each mark new, so that a digest that changes back to earlier words is still brought up to date.
    mark = hashlib.sha256(repr((says.lines, [loop.version for loop in loops])).encode()).hexdigest()[:12]
    to = f"#{opening.channel_id}"
    if uow.sent(first) is None:
        return uow.enqueue([Delivery(key=first, kind=Kind.DIGEST, to=to, refs=(*refs, ("mark", mark)))], now=now)
    return uow.enqueue(
        [Delivery(key=f"{first}/{mark}", kind=Kind.DIGEST, to=to, refs=(*refs, ("mark", mark)), updates=first)], now=now
    )
