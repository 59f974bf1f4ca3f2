"""Keeping for every candidate when their record is over, so that nobody reads all records to find those that are."""

from __future__ import annotations

from hiring.model import Candidate
from hiring.ports import Store, UnitOfWork
from hiring.rules.retention import Policy, mark, standing

AT_A_TIME = 25
"""Whoever presses a button meanwhile waits for no more than these."""


def reckon(store: Store, *, policy: Policy) -> int:
    """For those of whom a loop began or ended since, and for all once the policy is another; returns how many there were."""
    by, count = mark(policy), 0
    while True:
        with store.begin(read_only=True) as uow:
            if not uow.unreckoned(by, most=1):
                return count
        with store.begin() as uow:
            for candidate in uow.unreckoned(by, most=AT_A_TIME):
                _reckon(uow, candidate, policy=policy)
                count += 1


def _reckon(uow: UnitOfWork, candidate: Candidate, *, policy: Policy) -> None:
    loops = uow.loops(candidate=candidate.id, active=False) if candidate.erased is None else ()
    uow.reckon(candidate.id, standing(candidate, loops, policy=policy).erase_at, by=mark(policy))
