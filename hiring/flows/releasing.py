"""Opening a panel's scorecards before its rule would: by somebody who may, with a reason, told to the whole panel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hiring.flows.settling import note, settle
from hiring.model import Loop, Person, Release, ReleaseHow
from hiring.ports import UnitOfWork
from hiring.rules import release, sight
from hiring.rules.permissions import Refused

REASON_MIN = 20
"""Characters: the panel reads the reason, so it is a sentence."""


def open_early(uow: UnitOfWork, loop: Loop, *, reason: str, by: Person, now: datetime) -> Loop | Refused:
    """Open what is in. Who still owes a scorecard goes on owing it, and sees only their own until it is in."""
    refused = release.may_open_early(loop, by, now)
    if refused is not None:
        return refused
    if len(reason.strip()) < REASON_MIN:
        return Refused(f"Give a reason of at least {REASON_MIN} characters; the whole panel will read it.")
    missing = ", ".join(f"{session}/{who}" for session, who in sight.missing(loop))
    note(uow, loop, "released", actor=by.id, now=now, how=ReleaseHow.EARLY, missing=missing)
    opened = Release(at=now, how=ReleaseHow.EARLY, by=by.id, reason=reason.strip())
    return settle(uow, replace(loop, released=opened), now=now)
