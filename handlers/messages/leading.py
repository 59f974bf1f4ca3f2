"""What keeps a loop moving: nudges, delegates, alerts, the digest, letters that could not be sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from handlers.blocks import alerts, dead_letter, delegate, digest, notices, nudges, retention
from handlers.blocks.message import Message
from handlers.messages.attesting import attest_ask
from handlers.messages.scene import Scene, Writer, owes
from hiring.flows import dead_letters, foretelling
from hiring.flows.settling import candidates_in, people_in
from hiring.model import Delivery, Kind, Lead, Loop
from hiring.ports import UnitOfWork
from hiring.rules import delegates, sight, worktime
from hiring.rules.bottlenecks import LIMITS, Bottleneck, Stuck
from hiring.rules.digest import RECENT, is_over
from hiring.rules.digest import digest as digest_of
from hiring.rules.phase import attestation, panel


def _nudge(scene: Scene) -> Message | None:
    about, loop, person = scene.delivery.ref("about"), scene.loop, scene.to
    if scene.delivery.updates:
        return (attest_ask(scene) if about == "attestation" else None) or notices.settled()
    if about == "attestation":
        if attestation(loop, person.id) is not None or person.id not in panel(loop):
            return None
    elif about == "decision" and (loop.decision is not None or person.id != loop.hiring_manager):
        return None
    sessions = [session for session, who in sight.owed(loop) if who == person.id and owes(scene, session)]
    if about == "scorecard" and not sessions:
        return None
    return nudges.nudge(
        loop,
        about=about,
        person=person,
        by=scene.delivery.ref("by"),
        **scene.about,
        people=scene.people,
        sessions=sessions,
    )


def _delegate_wanted(scene: Scene) -> Message | None:
    lead = Lead(scene.delivery.ref("lead"))
    if scene.delivery.updates:
        return notices.settled()
    if delegates.may_name(scene.loop, lead, scene.to, scene.people) is not None:
        return None
    return delegate.delegate_wanted(scene.loop, lead=lead, **scene.about)


def _handed_over(scene: Scene) -> Message | None:
    lead = Lead(scene.delivery.ref("lead"))
    if delegates.holder(scene.loop, lead) != scene.to.id:
        return None
    return delegate.handed_over(scene.loop, lead=lead, **scene.about)


def _alert(scene: Scene) -> Message | None:
    refs = dict(scene.delivery.refs)
    since, owner, stuck = datetime.fromisoformat(refs["since"]), refs["owner"] or None, Stuck(refs["stuck"])
    clock = scene.people[owner or scene.loop.recruiter]
    waited = Bottleneck(
        key=refs["episode"],
        loop=scene.loop.id,
        stuck=stuck,
        owner=owner,
        since=since,
        working=worktime.minutes_between(clock, since, scene.now),
        limit=LIMITS[stuck],
    )
    if "closed" in refs:
        at = datetime.fromisoformat(refs["closed"])
        return alerts.alert_resolved(waited, **scene.about, at=at, zone=scene.to.zone)
    if any(episode.closed for episode in scene.uow.episodes(keys=[refs["episode"]])):
        return None  # it waited until it was over
    return alerts.alert(waited, loop=scene.loop, **scene.about, people=scene.people, zone=scene.to.zone)


def _retention(scene: Scene) -> Message | None:
    if scene.loop.erased is not None or foretelling.may_hold(scene.loop, scene.to) is not None:
        return None
    refs = dict(scene.delivery.refs)
    if "held" in refs:
        return retention.kept(candidate=scene.candidate)
    if scene.candidate.legal_hold is not None:
        return None
    return retention.erased_soon(scene.loop, **scene.about, day=date.fromisoformat(refs["day"]))


def write_digest(uow: UnitOfWork, delivery: Delivery, now: datetime) -> Message | None:
    """A digest is about an opening, not a loop, and so has no scene; a letter that could not be sent may be about either."""
    opening = uow.opening(delivery.ref("opening"))
    loops = uow.loops(opening=opening.id, active=False, ended_after=now - RECENT)
    candidates = candidates_in(uow)
    day = date.fromisoformat(delivery.ref("day"))
    if is_over(opening, day, now):
        return None  # it waited too long
    people = people_in(uow)
    return digest.digest(digest_of(opening, loops, candidates, day=day, now=now), people=people)


def write_dead_letter(uow: UnitOfWork, delivery: Delivery) -> Message | None:
    letter = uow.dead_letter(delivery.ref("delivery"))
    if delivery.updates:
        return dead_letter.dead_letter_retried()
    if letter is None or str(letter.attempt) != delivery.ref("attempt"):
        return None
    about = dead_letters.concerns(uow, letter.delivery)
    if about is None or (isinstance(about, Loop) and sight.is_barred(about, delivery.to)):
        return None
    return dead_letter.dead_letter(
        letter,
        candidate=uow.candidate(about.candidate) if isinstance(about, Loop) else None,
        opening=uow.opening(about.opening) if isinstance(about, Loop) else about,
        people=people_in(uow),
    )


WRITERS: Final[Mapping[Kind, Writer]] = {
    Kind.NUDGE: _nudge,
    Kind.DELEGATE_WANTED: _delegate_wanted,
    Kind.HANDED_OVER: _handed_over,
    Kind.ALERT: _alert,
    Kind.RETENTION: _retention,
}
