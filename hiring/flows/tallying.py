"""How conflicts are handled in the company as a whole: for auditors, in figures that give nobody away."""

from __future__ import annotations

from datetime import datetime, timedelta

from hiring.flows.settling import people_in
from hiring.model import Person, Role
from hiring.ports import UnitOfWork
from hiring.rules.permissions import Refused
from hiring.rules.rates import Rates, quarters, rates

LONGEST = timedelta(days=180)
"""A loop that began so long before the first quarter that is told asks nobody any more."""


def read_rates(uow: UnitOfWork, *, by: Person, now: datetime) -> Rates | Refused:
    if Role.AUDITOR not in by.roles:
        return Refused("How conflicts are handled in the company is for auditors.")
    return company_rates(uow, now=now)


def company_rates(uow: UnitOfWork, *, now: datetime) -> Rates:
    """For whoever runs the program, too."""
    since = quarters(now)[-1].start - LONGEST
    return rates(uow.loops(active=False, created_after=since), people_in(uow), now=now)
