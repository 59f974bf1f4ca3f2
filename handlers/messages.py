"""From a delivery to the message it stands for: read what is true now, open what its one reader may see, and say it.

None means that there is nothing left to say: the loop has moved on since the delivery was written. A test holds that every
`slack.*` kind has a writer here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from handlers.blocks import (
    alerts,
    attest,
    booking,
    brief,
    dead_letter,
    decide,
    delegate,
    digest,
    drift,
    notices,
    nudges,
    options,
    repair,
    scorecard,
    summary,
    take_home,
)
from handlers.blocks import conflicts as conflict_blocks
from handlers.blocks.message import Message
from handlers.desk import PageOf, no_page
from handlers.home import home_view
from hiring.flows import conflicts, dead_letters, deciding
from hiring.flows.settling import candidates_in, people_in
from hiring.flows.sweeping import LOOKED_BACK
from hiring.model import Answer, Candidate, Delivery, Kind, Lead, Loop, Opening, Person, PersonId
from hiring.ports import UnitOfWork
from hiring.rules import blind, delegates, sight, worktime
from hiring.rules.blind import BlindWork
from hiring.rules.bottlenecks import LIMITS, Bottleneck, Stuck
from hiring.rules.delegates import FOR_LEADS
from hiring.rules.digest import digest as digest_of
from hiring.rules.digest import is_over
from hiring.rules.permissions import Refused
from hiring.rules.phase import attestation, needs_look, open_repair, panel
from hiring.rules.suggestions import Suggestion

JUST_ASKED: Final = timedelta(minutes=30)
STAND_ALONE: Final = frozenset({Kind.SCORECARD_THANKS, Kind.SUMMARY})
"""Kinds that are posted as a message of their own when the one they would edit was never sent: a summary that was due
while its reader still owed a scorecard comes when it is in."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A loop with whom a message about it names and whom it goes to. `to` is None for a channel."""

    uow: UnitOfWork
    delivery: Delivery
    loop: Loop
    candidate: Candidate
    opening: Opening
    people: Mapping[PersonId, Person]
    now: datetime
    page: str = ""
    work: BlindWork | None = None

    @property
    def to(self) -> Person:
        return self.people[self.delivery.to]

    @property
    def about(self) -> dict[str, Any]:
        """What most builders ask for."""
        return {"candidate": self.candidate, "opening": self.opening}


Writer = Callable[[Scene], Message | None]


def render(uow: UnitOfWork, delivery: Delivery, *, now: datetime, page_of: PageOf = no_page) -> Message | None:
    """The message of a `slack.*` delivery to a person or channel. `page_of` gives the candidate's page, for recruiters."""
    if delivery.kind is Kind.DIGEST:
        return _digest(uow, delivery, now)
    if delivery.kind is Kind.DEAD_LETTER:
        return _dead_letter(uow, delivery)
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


def _closed(uow: UnitOfWork, delivery: Delivery) -> Message | None:
    """To whoever led a loop and has a conflict: nothing more, and the summary that they had is taken away."""
    had = delivery.kind is Kind.SUMMARY and delivery.updates is not None and uow.sent(delivery.updates) is not None
    return notices.closed() if had else None


def render_home(uow: UnitOfWork, person: Person, *, now: datetime) -> Mapping[str, Any]:
    """App Home of one person."""
    return home_view(uow, person, now=now)


def _attest_ask(scene: Scene) -> Message | None:
    said = attestation(scene.loop, scene.to.id)
    if "left" in dict(scene.delivery.refs) and (said is None or scene.to.id not in panel(scene.loop)):
        return attest.attest_closed(answered=said is not None)
    aside = sight.is_barred(scene.loop, scene.to.id)
    if aside and (said is None or said.answer is not Answer.CONFLICT):
        return attest.set_aside() if scene.delivery.updates else None
    if said is not None:
        return attest.attest_answered(scene.loop, person=scene.to, **scene.about, answer=said.answer)
    if scene.to.id not in panel(scene.loop):
        return None
    return attest.attest_ask(scene.loop, person=scene.to, **scene.about, found=_noticed(scene, scene.to))


def _noticed(scene: Scene, person: Person) -> tuple[Suggestion, ...]:
    return conflicts.evidence(scene.uow, scene.loop, person.id)


def _attest_remind(scene: Scene) -> Message | None:
    if scene.delivery.updates:
        return _attest_ask(scene)
    if attestation(scene.loop, scene.to.id) is not None or scene.to.id not in panel(scene.loop):
        return None
    return attest.attest_remind(scene.loop, person=scene.to, **scene.about, found=_noticed(scene, scene.to))


def _judged(scene: Scene, who: Person) -> Message | None:
    """What the recruiter's message becomes once it was pinned, or the person has changed their word."""
    said = attestation(scene.loop, who.id)
    pins = [pin for pin in scene.loop.pins if pin.person == who.id and said is not None and pin.at >= said.at]
    if sight.is_barred(scene.loop, who.id) or pins:
        return attest.unsure_answered(person=who, barred=sight.is_barred(scene.loop, who.id))
    return None


def _unsure(scene: Scene) -> Message | None:
    who = scene.people[scene.delivery.ref("person")]
    said = attestation(scene.loop, who.id)
    if conflicts.may_read(scene.loop, scene.to) is not None or said is None:
        return None
    judged = _judged(scene, who)
    if judged is not None or said.answer is not Answer.UNSURE:
        return judged or attest.unsure_answered(person=who, barred=False)
    notes = [d.note for d in scene.uow.disclosures(scene.loop.id) if d.person == who.id and d.by is None]
    return attest.unsure(
        scene.loop,
        person=who,
        candidate=scene.candidate,
        note=notes[-1] if notes else "",
        people=scene.people,
        found=_noticed(scene, who),
    )


def _look(scene: Scene) -> Message | None:
    who = scene.people[scene.delivery.ref("person")]
    if conflicts.may_read(scene.loop, scene.to) is not None or who.id == scene.to.id:
        return None
    judged = _judged(scene, who)
    if judged is not None or not needs_look(scene.loop, who.id):
        return judged
    return conflict_blocks.look(
        scene.loop, person=who, candidate=scene.candidate, found=_noticed(scene, who), people=scene.people
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
    noticed = {person: _noticed(scene, scene.people[person]) for person in sorted(marked)}
    return options.options(scene.loop, **shown, noticed=noticed)


def _unplannable(scene: Scene) -> Message | None:
    planning = scene.loop.planning
    if planning is None or str(planning.number) != scene.delivery.ref("number"):
        return None
    return booking.unplannable(scene.loop, **scene.about, people=scene.people)


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
    show = brief.brief_changed if again and _was_briefed(scene) else brief.brief
    return show(loop, person=person, **scene.about, people=scene.people)


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
    return booking.stood_down(scene.loop, person=scene.to, why=scene.delivery.ref("why"))


def _cancelled(scene: Scene) -> Message | None:
    return booking.cancelled(scene.loop, person=scene.to, **scene.about)


def _scorecard_ask(scene: Scene) -> Message | None:
    session = scene.delivery.ref("session")
    if not _owes(scene, session):
        return scorecard.scorecard_closed(scene.loop, session=session) if scene.delivery.updates else None
    if scene.work is not None:
        return take_home.score(
            scene.loop,
            session=session,
            work=scene.work,
            person=scene.to,
            opening=scene.opening,
            draft_saved=_begun(scene, session),
        )
    return scorecard.scorecard_ask(
        scene.loop, session=session, person=scene.to, candidate=scene.candidate, draft_saved=_begun(scene, session)
    )


def _owes(scene: Scene, session: str) -> bool:
    loop, person = scene.loop, scene.to.id
    if loop.cancelled is not None or sight.is_barred(loop, person):
        return False
    return (session, person) in sight.owed(loop) and not sight.is_in(loop, session, person)


def _begun(scene: Scene, session: str) -> bool:
    return scene.uow.draft(scene.loop.id, session, scene.to.id) is not None


def _scorecard_remind(scene: Scene) -> Message | None:
    session = scene.delivery.ref("session")
    if scene.delivery.updates:
        return scorecard.scorecard_closed(scene.loop, session=session)
    if not _owes(scene, session) or _just_asked(scene):
        return None
    return scorecard.scorecard_remind(
        scene.loop,
        session=session,
        person=scene.to,
        candidate=scene.candidate,
        ladder=int(scene.delivery.ref("rung")),
        draft_saved=_begun(scene, session),
    )


def _just_asked(scene: Scene) -> bool:
    """After an outage the question and its reminder fall due together: then the question is enough."""
    asked = scene.uow.sent(scene.delivery.key.split("/remind/")[0])
    return asked is not None and scene.now - datetime.fromtimestamp(float(asked.ts), UTC) < JUST_ASKED


def _scorecard_thanks(scene: Scene) -> Message | None:
    session = scene.delivery.ref("session")
    mine = [s for s in scene.loop.submitted if (s.session, s.person) == (session, scene.to.id) and not s.void]
    if not mine:
        return scorecard.scorecard_closed(scene.loop, session=session)
    return scorecard.scorecard_thanks(
        scene.loop, session=session, commitment=mine[-1].commitment, amended=mine[-1].amended_at is not None
    )


def _released(scene: Scene) -> Message | None:
    if sight.is_barred(scene.loop, scene.to.id):
        return None
    return summary.released(scene.loop, person=scene.to, candidate=scene.candidate, people=scene.people)


def _summary(scene: Scene) -> Message | None:
    found = deciding.read_summary(scene.uow, scene.loop, by=scene.to)
    if isinstance(found, Refused):
        return None
    return summary.summary(scene.loop, summary=found, **scene.about, people=scene.people)


def _summary_link(scene: Scene) -> Message | None:
    return summary.summary_link(scene.loop, opening=scene.opening, people=scene.people)


def _decision_remind(scene: Scene) -> Message | None:
    if scene.loop.decision is not None:
        return notices.settled() if scene.delivery.updates else None
    return decide.decision_remind(scene.loop, **scene.about, zone=scene.to.zone)


def _decision(scene: Scene) -> Message | None:
    if sight.is_barred(scene.loop, scene.to.id):
        return None
    return decide.decision(scene.loop, candidate=scene.candidate, people=scene.people)


def _next_step(scene: Scene) -> Message | None:
    return decide.next_step(scene.loop, **scene.about, people=scene.people)


def _nudge(scene: Scene) -> Message | None:
    about, loop, person = scene.delivery.ref("about"), scene.loop, scene.to
    if scene.delivery.updates:
        return (_attest_ask(scene) if about == "attestation" else None) or notices.settled()
    if about == "attestation":
        if attestation(loop, person.id) is not None or person.id not in panel(loop):
            return None
    elif about == "decision" and (loop.decision is not None or person.id != loop.hiring_manager):
        return None
    sessions = [session for session, who in sight.owed(loop) if who == person.id and _owes(scene, session)]
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
    return alerts.alert(waited, loop=scene.loop, **scene.about, people=scene.people, zone=scene.to.zone)


def _digest(uow: UnitOfWork, delivery: Delivery, now: datetime) -> Message | None:
    opening = uow.opening(delivery.ref("opening"))
    loops = uow.loops(opening=opening.id, active=False, created_after=now - LOOKED_BACK)
    candidates = candidates_in(uow)
    day = date.fromisoformat(delivery.ref("day"))
    if is_over(opening, day, now):
        return None  # it waited too long
    people = people_in(uow)
    return digest.digest(digest_of(opening, loops, candidates, day=day, now=now), people=people)


def _dead_letter(uow: UnitOfWork, delivery: Delivery) -> Message | None:
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
    Kind.ATTEST_ASK: _attest_ask,
    Kind.ATTEST_REMIND: _attest_remind,
    Kind.UNSURE: _unsure,
    Kind.LOOK: _look,
    Kind.OPTIONS: _options,
    Kind.UNPLANNABLE: _unplannable,
    Kind.REPAIR: _repair,
    Kind.DRIFT: _drift,
    Kind.BOOKED: _booked,
    Kind.REPLACED: _booked,
    Kind.BRIEF: _brief,
    Kind.STOOD_DOWN: _stood_down,
    Kind.CANCELLED: _cancelled,
    Kind.SCORECARD_ASK: _scorecard_ask,
    Kind.SCORECARD_REMIND: _scorecard_remind,
    Kind.SCORECARD_THANKS: _scorecard_thanks,
    Kind.RELEASED: _released,
    Kind.SUMMARY: _summary,
    Kind.SUMMARY_LINK: _summary_link,
    Kind.DECISION_REMIND: _decision_remind,
    Kind.DECISION: _decision,
    Kind.NEXT_STEP: _next_step,
    Kind.NUDGE: _nudge,
    Kind.DELEGATE_WANTED: _delegate_wanted,
    Kind.HANDED_OVER: _handed_over,
    Kind.ALERT: _alert,
}
