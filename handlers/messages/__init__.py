"""From a delivery to the message it stands for: read what is true now, open what its one reader may see, and say it.

None means that there is nothing left to say: the loop has moved on since the delivery was written. A test holds that every
`slack.*` kind has a writer here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from handlers.blocks import notices, replies
from handlers.blocks.message import Message
from handlers.desk import PageOf, no_page
from handlers.home import home_view
from handlers.messages import attesting, booking, deciding, leading, scorecards
from handlers.messages.leading import write_dead_letter, write_digest
from handlers.messages.scene import Scene, Writer
from hiring.flows.settling import people_in
from hiring.model import Delivery, Kind, Person
from hiring.ports import UnitOfWork
from hiring.rules import blind, sight
from hiring.rules.delegates import FOR_LEADS

WRITERS: Final[Mapping[Kind, Writer]] = {
    **attesting.WRITERS,
    **booking.WRITERS,
    **scorecards.WRITERS,
    **deciding.WRITERS,
    **leading.WRITERS,
}
ABOUT_NO_LOOP: Final = frozenset({Kind.DIGEST, Kind.DEAD_LETTER, Kind.HELP})
STAND_ALONE: Final = frozenset({Kind.SCORECARD_THANKS, Kind.SUMMARY})
"""Kinds that are posted as a message of their own when the one they would edit was never sent: a summary that was due
while its reader still owed a scorecard comes when it is in."""


def render(uow: UnitOfWork, delivery: Delivery, *, now: datetime, page_of: PageOf = no_page) -> Message | None:
    """The message of a `slack.*` delivery to a person or channel. `page_of` gives the candidate's page, for recruiters.
    Who has left the company is told nothing any more."""
    if not delivery.to.startswith("#") and not uow.person(delivery.to).active:
        return None
    if delivery.kind in ABOUT_NO_LOOP:
        return _about_no_loop(uow, delivery, now)
    if _is_overtaken(uow, delivery):
        return None
    loop = uow.loop(delivery.ref("loop"))
    if delivery.kind in FOR_LEADS and sight.is_barred(loop, delivery.to):
        return _closed(uow, delivery)
    candidate = uow.candidate(loop.candidate)
    reader = None if delivery.to.startswith("#") else uow.person(delivery.to)
    scene = Scene(
        uow=uow,
        delivery=delivery,
        loop=blind.loop_as_seen(loop, candidate, reader),
        candidate=blind.as_seen(candidate, loop, reader),
        opening=uow.opening(loop.opening),
        people=people_in(uow),
        now=now,
        page=page_of(loop),
        work=blind.unseen(loop, candidate),
    )
    return WRITERS[delivery.kind](scene)


def _about_no_loop(uow: UnitOfWork, delivery: Delivery, now: datetime) -> Message | None:
    match delivery.kind:
        case Kind.DIGEST:
            return write_digest(uow, delivery, now)
        case Kind.DEAD_LETTER:
            return write_dead_letter(uow, delivery)
    return replies.commands_only()


def _is_overtaken(uow: UnitOfWork, delivery: Delivery) -> bool:
    """Whether the next reminder of the same ladder is due, too: after an outage one is enough."""
    ladder, _, rung = delivery.key.rpartition("/remind/")
    return bool(ladder) and rung.isdecimal() and not uow.unwritten([f"{ladder}/remind/{int(rung) + 1}"])


def _closed(uow: UnitOfWork, delivery: Delivery) -> Message | None:
    """To whoever led a loop and has a conflict: nothing more, and what they were told is taken away."""
    had = delivery.updates is not None and uow.sent(delivery.updates) is not None
    return notices.closed() if had else None


def render_home(uow: UnitOfWork, person: Person, *, now: datetime) -> Mapping[str, Any]:
    """App Home of one person."""
    return home_view(uow, person, now=now)
