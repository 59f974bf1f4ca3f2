"""The clock's pass: what time alone makes due, for every loop that has not ended, and each opening's digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

from hiring.flows.conflicts import pass_over_the_silent, silent
from hiring.flows.repairing import gone, without
from hiring.flows.settling import candidates_in, follow, is_handed_over, owing, people_in, settle
from hiring.flows.staffing import staffed
from hiring.model import Delivery, Episode, Kind, Lead, Loop, LoopId, OpeningId, Person, PersonId
from hiring.ports import Store, UnitOfWork
from hiring.rules import delegates, release, worktime
from hiring.rules.bottlenecks import Bottleneck, bottlenecks
from hiring.rules.digest import RECENT, digest, occurrence, turns

AFTER_PEOPLE = 8
"""A digest waits behind whatever answers somebody."""


class Turn(Protocol):
    """One transaction of the pass; returns how many deliveries were new."""

    def __call__(self, uow: UnitOfWork, *, now: datetime) -> int: ...


def sweep(store: Store, *, now: datetime) -> int:
    """Brings every loop to where it should be at `now`; returns how many deliveries were new.

    One short transaction a loop, so that nobody who presses a button waits for the whole pass. What fails for one loop or
    opening is raised in an ExceptionGroup at the end, when all the others have had their turn.
    """
    with store.begin(read_only=True) as uow:
        people = people_in(uow)
        loops = [loop.id for loop in uow.loops() if _needs_a_turn(uow, loop, people=people, now=now)]
        # Everybody who presses a button waits for whoever writes, so what has nothing to write is found out before.
        openings = [opening.id for opening in uow.openings() if _may_want_a_digest(uow, opening.id, now=now)]
        closing = [_close_episodes] if _may_close_episodes(uow, now=now) else []
    turns: list[Turn] = [
        *(partial(_one, loop_id=loop) for loop in loops),
        *closing,
        *(partial(_digest, opening_id=opening) for opening in openings),
    ]
    new = 0
    failed: list[Exception] = []
    for turn in turns:
        try:
            with store.begin() as uow:
                new += turn(uow, now=now)
        except Exception as error:  # noqa: BLE001 - one loop that can't be read must not keep all the others waiting
            failed.append(error)
    if failed:
        raise ExceptionGroup("Something could not be brought up to date", failed)
    return new


def _needs_a_turn(uow: UnitOfWork, loop: Loop, *, people: Mapping[PersonId, Person], now: datetime) -> bool:
    try:
        return _has_work(uow, loop, people=people, now=now)
    except Exception:  # noqa: BLE001 - its turn will tell what is wrong
        return True


def _has_work(uow: UnitOfWork, loop: Loop, *, people: Mapping[PersonId, Person], now: datetime) -> bool:
    """Whether anything is due that was not written yet: most loops have nothing, and nobody must wait for them."""
    if _settles(uow, loop, people=people, now=now):
        return True
    if gone(loop, people=people, now=now) or silent(uow, loop, now=now):
        return True
    keys = [delivery.key for delivery in owing(uow, loop, now=now, people=people)]
    keys += [_alert(found, loop).key for found in _stuck(loop, people=people, now=now)]
    return bool(uow.unwritten(keys))


def _settles(uow: UnitOfWork, loop: Loop, *, people: Mapping[PersonId, Person], now: datetime) -> bool:
    """Whether time alone changes the loop: its scorecards open, somebody takes it over, or somebody is there to score."""
    if release.release(loop, now) is not None or is_handed_over(uow, loop, people=people, now=now):
        return True
    return staffed(uow, loop, now=now) != loop


def _one(uow: UnitOfWork, *, loop_id: LoopId, now: datetime) -> int:
    loop, people = uow.loop(loop_id), people_in(uow)
    if _settles(uow, loop, people=people, now=now):
        loop = settle(uow, loop, now=now)
    left = gone(loop, people=people, now=now)
    if left:
        loop = without(uow, loop, left, now=now)
    loop = pass_over_the_silent(uow, loop, now=now)
    return follow(uow, loop, now=now) + _open_episodes(uow, loop, people=people, now=now)


def _open_episodes(uow: UnitOfWork, loop: Loop, *, people: Mapping[PersonId, Person], now: datetime) -> int:
    stuck = _stuck(loop, people=people, now=now)
    known = {episode.key for episode in uow.episodes(keys=[found.key for found in stuck])} if stuck else set()
    new = 0
    for found in stuck:
        if found.key not in known:
            uow.save_episode(Episode(key=found.key, opened=found.since, alerted=now))
        new += uow.enqueue([_alert(found, loop)], now=now)
    return new


def _stuck(loop: Loop, *, people: Mapping[PersonId, Person], now: datetime) -> tuple[Bottleneck, ...]:
    """What the recruiter is told of now: at night and on their holidays nothing, since it can wait for their morning."""
    return bottlenecks(loop, now=now, people=people) if worktime.may_be_told(people[loop.recruiter], now) else ()


def _alert(found: Bottleneck, loop: Loop) -> Delivery:
    refs = (("loop", found.loop), ("stuck", found.stuck), ("owner", found.owner or ""), ("episode", found.key))
    key = f"alert/{found.key}{delegates.mark(loop, Lead.RECRUITER)}"
    since = ("since", found.since.isoformat())
    return Delivery(key=key, kind=Kind.ALERT, to=loop.recruiter, refs=(*refs, since))


def _may_close_episodes(uow: UnitOfWork, *, now: datetime) -> bool:
    try:
        return any(True for _ in _over(uow, now=now))
    except Exception:  # noqa: BLE001 - its turn will tell what is wrong
        return True


def _over(uow: UnitOfWork, *, now: datetime) -> Iterator[tuple[Episode, Loop]]:
    """Open episodes whose cause is gone, each with its loop."""
    people = people_in(uow)
    for episode in uow.episodes():
        loop = uow.loop(episode.key.split("/", maxsplit=1)[0])
        if episode.key not in {found.key for found in bottlenecks(loop, now=now, people=people)}:
            yield episode, loop


def _close_episodes(uow: UnitOfWork, *, now: datetime) -> int:
    """Alerts whose cause is gone are resolved in place."""
    new = 0
    for episode, loop in tuple(_over(uow, now=now)):
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
        key = f"alert/{episode.key}{delegates.mark(loop, Lead.RECRUITER)}"
        new += uow.enqueue(
            [Delivery(key=f"{key}/closed", kind=Kind.ALERT, to=loop.recruiter, refs=refs, updates=key)], now=now
        )
    return new


def _may_want_a_digest(uow: UnitOfWork, opening_id: OpeningId, *, now: datetime) -> bool:
    try:
        wanted = _wanted(uow, opening_id, now=now)
        return wanted is not None and bool(uow.unwritten([wanted.key]))
    except Exception:  # noqa: BLE001 - its turn will tell what is wrong
        return True


def _digest(uow: UnitOfWork, *, opening_id: OpeningId, now: datetime) -> int:
    wanted = _wanted(uow, opening_id, now=now)
    return 0 if wanted is None else uow.enqueue([wanted], now=now)


def _wanted(uow: UnitOfWork, opening_id: OpeningId, *, now: datetime) -> Delivery | None:
    """What the opening's channel should be shown by now."""
    opening = uow.opening(opening_id)
    day = occurrence(opening, now)
    if day is None:
        return None
    loops = uow.loops(opening=opening.id, active=False, ended_after=now - RECENT)
    candidates = candidates_in(uow)
    says = digest(opening, loops, candidates, day=day, now=now)
    first = f"digest/{opening.id}/{day}"
    refs = (("opening", opening.id), ("day", str(day)))
    mark = hashlib.sha256(repr((says.lines, [turns(loop) for loop in loops])).encode()).hexdigest()[:12]
    to = f"#{opening.channel_id}"
    says_all = Delivery(key=first, kind=Kind.DIGEST, to=to, refs=(*refs, ("mark", mark)), priority=AFTER_PEOPLE)
    if uow.sent(first) is None:
        return says_all
    return replace(says_all, key=f"{first}/{mark}", updates=first)
