"""What follows when a take-home that was entered wrongly is replaced: those who have it in hand are told, once each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from hiring.model import Delivery, Kind, Loop, Work
from hiring.rules import sight
from hiring.rules.deliveries import SOON, make, stamp
from hiring.rules.permissions import Refused
from hiring.rules.phase import OVER, attestation, has_attested, phase


def may_replace(loop: Loop, now: datetime) -> Refused | None:
    """Whether what was handed in may still be replaced. None is a yes."""
    if loop.work is None:
        return Refused("Nothing has been entered for this candidate yet.")
    if loop.released is not None or phase(loop, now) in OVER:
        return Refused("The scorecards are open or the loop is over, so the work stays as it is.")
    return None


def told(loop: Loop) -> Iterator[Delivery]:
    """To whoever was shown what stood there before; their own message shows the new work, too."""
    at = loop.work.replaced_at if loop.work is not None else None
    if at is None or loop.released is not None:
        return
    for session, person in sight.owed(loop):
        said = attestation(loop, person)
        if said is None or not has_attested(loop, person) or said.at > at:
            continue
        ask = f"card/{session}/{person}"
        if not sight.is_in(loop, session, person):
            yield make(loop, f"{ask}/new-work/{stamp(at)}", Kind.SCORECARD_ASK, person, updates=ask, session=session)
        yield make(
            loop,
            f"{ask}/replaced/{stamp(at)}",
            Kind.WORK_REPLACED,
            person,
            priority=SOON,
            session=session,
            at=stamp(at),
        )


def code(work: Work) -> str:
    """Tells two versions apart in the audit trail, and says nothing of either."""
    whole = "\n".join((work.link, *work.files, work.by, str(work.at), str(work.replaced_at)))
    return hashlib.sha256(whole.encode()).hexdigest()[:10]
