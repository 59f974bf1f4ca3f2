"""Options, bookings, briefs and repairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers.blocks import booking, brief, drift, options, repair
from handlers.blocks.message import Message
from handlers.messages.scene import Scene, Writer, noticed
from hiring.flows import conflicts
from hiring.flows.drifting import PUT_BACK
from hiring.model import Kind, PersonId, Readable
from hiring.rules import sight
from hiring.rules.grounds import Strength
from hiring.rules.phase import attestation, open_repair, panel
from hiring.rules.suggestions import strongest

BOOKED_ANEW: Final = (
    "a calendar entry was deleted by hand, so all were made anew, for the same times. Use the links below: those of "
    "before may lead nowhere"
)


def _options(scene: Scene) -> Message | None:
    planning = scene.loop.planning
    if planning is None or str(planning.number) != scene.delivery.ref("number") or not planning.options:
        return None
    shown = {**scene.about, "people": scene.people, "zone": scene.to.zone}
    if planning.chosen is not None:
        return options.options_picked(scene.loop, **shown)
    readable = conflicts.may_read(scene.loop, scene.to) is None
    marked = conflicts.marked(scene.uow, scene.loop) - {scene.to.id} if readable else frozenset[PersonId]()
    suggested = {person: noticed(scene, scene.people[person]) for person in sorted(marked)}
    own = noticed(scene, scene.to)
    mine = own if strongest(own) in {Strength.BARS, Strength.LOOK} else ()
    return options.options(scene.loop, **shown, noticed=suggested, own=mine)


def _unplannable(scene: Scene) -> Message | None:
    planning = scene.loop.planning
    if planning is None or str(planning.number) != scene.delivery.ref("number"):
        return None
    if planning.options:
        return booking.unplannable_over(scene.loop, **scene.about) if scene.delivery.updates else None
    return booking.unplannable(scene.loop, **scene.about, people=scene.people, zone=scene.to.zone)


def _repair(scene: Scene) -> Message | None:
    told = scene.loop.repairs[int(scene.delivery.ref("number"))]
    if open_repair(scene.loop, scene.now) is not told:
        return repair.repair_over(scene.loop, **scene.about) if scene.delivery.updates else None
    return repair.repair(scene.loop, told, **scene.about, people=scene.people, zone=scene.to.zone)


def _drift(scene: Scene) -> Message | None:
    loop = scene.loop
    newest = str(loop.drifts) == scene.delivery.ref("number")
    if scene.delivery.updates or not newest or not loop.drift or loop.booked_at is None:
        return drift.drift_over(loop, **scene.about) if scene.delivery.updates else None
    return drift.drift(loop, **scene.about, people=scene.people, zone=scene.to.zone)


def _booked(scene: Scene) -> Message | None:
    if scene.loop.booked_at is None:
        return None
    show = booking.booked if scene.delivery.kind is Kind.BOOKED else booking.replaced
    return show(scene.loop, **scene.about, people=scene.people, zone=scene.to.zone, page=scene.page)


def _brief(scene: Scene) -> Message | None:
    loop, person = scene.loop, scene.to
    if loop.booked_at is None or person.id not in panel(loop) or sight.is_barred(loop, person.id):
        return None
    again = loop.revision > 1 or loop.attempt > 1
    scene.uow.note_read(loop.id, person.id, Readable.BRIEF, now=scene.now)
    if again and _was_briefed(scene):
        what = BOOKED_ANEW if loop.changes and loop.changes[-1].what == PUT_BACK else ""
        return brief.brief_changed(loop, person=person, **scene.about, people=scene.people, what=what)
    return brief.brief(loop, person=person, **scene.about, people=scene.people)


def _was_briefed(scene: Scene) -> bool:
    """Whether somebody was on this panel before the last change, so that this brief is news and not the first."""
    said = attestation(scene.loop, scene.to.id)
    changed = max((barred.at for barred in scene.loop.barred), default=None)
    moved = max((change.at for change in scene.loop.changes), default=None)
    last = max((at for at in (changed, moved) if at is not None), default=None)
    return said is not None and last is not None and said.at < last


def _stood_down(scene: Scene) -> Message | None:
    if scene.to.id in panel(scene.loop) and scene.delivery.ref("why") != "rescheduled":
        return None
    # Whoever sat on the panel and may be asked again knows the candidate; whoever left it for good is told no name.
    why, loop = scene.delivery.ref("why"), scene.loop
    knows = why == "rescheduled" and loop.plan.take_home is None and not sight.is_barred(loop, scene.to.id)
    candidate = scene.about["candidate"] if knows else None
    return booking.stood_down(loop, person=scene.to, why=why, candidate=candidate)


def _cancelled(scene: Scene) -> Message | None:
    return booking.cancelled(scene.loop, person=scene.to, **scene.about)


WRITERS: Final[Mapping[Kind, Writer]] = {
    Kind.OPTIONS: _options,
    Kind.UNPLANNABLE: _unplannable,
    Kind.REPAIR: _repair,
    Kind.DRIFT: _drift,
    Kind.BOOKED: _booked,
    Kind.REPLACED: _booked,
    Kind.BRIEF: _brief,
    Kind.STOOD_DOWN: _stood_down,
    Kind.CANCELLED: _cancelled,
}
