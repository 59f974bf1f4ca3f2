"""Every message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.blocks import (
    alerts,
    attest,
    booking,
    brief,
    conflicts,
    dead_letter,
    decide,
    delegate,
    digest,
    drift,
    loads,
    notices,
    nudges,
    options,
    repair,
    replies,
    retention,
    scorecard,
    status,
    summary,
    take_home,
)
from handlers.blocks.message import Message
from hiring.model import (
    Answer,
    Lead,
    Repair,
)
from hiring.rules.bottlenecks import Stuck
from hiring.rules.summary import summarise
from tests.handlers.blocks.surfaces.facts import (
    DAY,
    MONDAY,
    NOTE,
    an_option,
    asked,
    awaited,
    blind_work,
    bottleneck,
    digest_of,
    drifts,
    in_line,
    interviews,
    letter,
    load_of,
    noticed,
    offered,
    opened_early,
    owed,
    standings,
)
from tests.handlers.blocks.world import NOW, World


def messages(world: World, *, note: str = NOTE, many: int = 60) -> dict[str, Message]:
    """By function name, with a word behind it where there are several."""
    return {
        **_conflict(world, note),
        **_planning(world),
        **_interviewing(world, note),
        **_at_home(world, note, many),
        **_leading(world, note, many),
        **_answering(world, note, many),
        **_noticing(world, note),
        **_laddered(world),
    }


def _conflict(world: World, note: str) -> dict[str, Message]:
    """Questions about conflicts, and their answers."""
    loop, people, candidate, person = world.loop, world.people, world.candidate, world.rater
    about: dict[str, Any] = {"candidate": world.candidate, "opening": world.opening}
    return {
        "attest_ask": attest.attest_ask(loop, person=person, **about),
        "attest_ask noticed": attest.attest_ask(loop, person=person, **about, found=noticed(world)),
        "attest_remind": attest.attest_remind(loop, person=person, **about, found=noticed(world)),
        "set_aside": attest.set_aside(),
        "unsure": attest.unsure(
            loop, person=person, candidate=candidate, note=note, people=people, found=noticed(world)
        ),
        "look": conflicts.look(loop, person=person, candidate=candidate, found=noticed(world), people=people),
        "named": conflicts.named(loop, **about),
        "unsure_answered": attest.unsure_answered(person=person, barred=True),
        "attest_closed": attest.attest_closed(answered=True),
    }  # fmt: skip


def _planning(world: World) -> dict[str, Message]:
    """Times and panels, from the options to their end."""
    loop, people, person, zone = world.loop, world.people, world.rater, world.recruiter.zone
    about: dict[str, Any] = {"candidate": world.candidate, "opening": world.opening}
    return {
        "options": offered(world),
        "options noticed": options.options(
            loop, **about, people=in_line(people), zone=zone, noticed=dict.fromkeys(people, noticed(world)), own=noticed(world)
        ),
        "options_picked": options.options_picked(loop, **about, people=people, zone=zone),
        "unplannable": booking.unplannable(loop, **about, people=people, zone=zone),
        "unplannable_over": booking.unplannable_over(loop, **about),
        "repair": _repair(world, option=True),
        "repair nothing": _repair(world, option=False),
        "repair_over": repair.repair_over(loop, **about),
        "drift": drift.drift(loop.with_(drift=drifts(world)), **about, people=people, zone=zone),
        "drift_over": drift.drift_over(loop, **about),
        "booked": booking.booked(loop, **about, people=people, zone=zone, page="https://interviews.example/c/abc"),
        "replaced": booking.replaced(loop, **about, people=people, zone=zone),
        "stood_down": booking.stood_down(loop, person=person, why="rescheduled"),
        "cancelled": booking.cancelled(loop, person=world.recruiter, **about),
    }  # fmt: skip


def _interviewing(world: World, note: str) -> dict[str, Message]:
    """What an interviewer gets."""
    loop, people, candidate, person = world.loop, world.people, world.candidate, world.rater
    about: dict[str, Any] = {"candidate": world.candidate, "opening": world.opening}
    return {
        "brief": brief.brief(loop, person=person, **about, people=people),
        "brief_changed": brief.brief_changed(loop, person=person, **about, people=people, what=note),
        "scorecard_ask": scorecard.scorecard_ask(loop, session="coding", person=person, candidate=candidate),
        "scorecard_thanks": scorecard.scorecard_thanks(loop, session="coding", commitment="a1b2-c3d4-e5f6"),
        "scorecard_closed": scorecard.scorecard_closed(loop, session="coding"),
    }  # fmt: skip


def _at_home(world: World, note: str, many: int) -> dict[str, Message]:
    """Take-homes."""
    loop, candidate, opening = world.loop, world.candidate, world.opening
    return {
        "work_replaced": take_home.work_replaced(loop, session="coding", work=blind_work(note, many), is_in=True),
        "work_replaced draft": take_home.work_replaced(loop, session="coding", work=blind_work(note, many), is_in=False),
        "ask": take_home.ask(loop, candidate=candidate, opening=opening),
        "remind": take_home.remind(loop, candidate=candidate, opening=opening),
        "answered": take_home.answered(Answer.NO_CONFLICT),
        "score": take_home.score(
            loop, session="coding", work=blind_work(note, many), person=world.rater, opening=opening, draft_saved=True
        ),
    }  # fmt: skip


def _leading(world: World, note: str, many: int) -> dict[str, Message]:
    """What those who lead get, to the decision and after."""
    loop, people, candidate, opening, person, zone = (
        world.loop,
        world.people,
        world.candidate,
        world.opening,
        world.rater,
        world.recruiter.zone,
    )
    about: dict[str, Any] = {"candidate": world.candidate, "opening": world.opening}
    stuck = [bottleneck(world, kind) for kind in Stuck]
    found = summarise(loop, world.cards)
    return {
        "released": summary.released(loop, person=person, candidate=candidate, people=people),
        "released early": summary.released(opened_early(world, note), person=person, candidate=candidate, people=people),
        "summary": summary.summary(loop, summary=found, **about, people=people),
        "summary_link": summary.summary_link(loop, opening=opening, people=people),
        "decision_remind": decide.decision_remind(loop, **about, zone=zone),
        "decision": decide.decision(loop, candidate=candidate, people=people),
        "next_step": decide.next_step(loop, **about, people=people),
        **{f"delegate_wanted {lead}": delegate.delegate_wanted(loop, lead=lead, **about) for lead in Lead},
        **{f"handed_over {lead}": delegate.handed_over(loop, lead=lead, **about) for lead in Lead},
        "erased_soon": retention.erased_soon(loop, **about, day=MONDAY),
        "kept": retention.kept(candidate=world.candidate),
        "digest": digest.digest(digest_of(world, many), people=people),
        "bottlenecks": alerts.bottlenecks(
            stuck * many, loops={loop.id: loop}, candidates={candidate.id: candidate}, openings={opening.id: opening},
            people=people, viewer=person,
        ),
        "dead_letter": dead_letter.dead_letter(letter(world), candidate=candidate, opening=opening, people=people),
        "dead_letter_retried": dead_letter.dead_letter_retried(),
    }  # fmt: skip


def _answering(world: World, note: str, many: int) -> dict[str, Message]:
    """What a command shows."""
    loop, people, opening, zone = world.loop, world.people, world.opening, world.recruiter.zone
    about: dict[str, Any] = {"candidate": world.candidate, "opening": world.opening}
    stands = standings(world, many)
    return {
        "status_loop": status.status_loop(loop, **about, people=people, zone=zone, now=NOW),
        "status_loop vacant": status.status_loop(
            loop.with_(released=None, decision=None), **about, people=people, zone=zone, now=NOW, leads=True, vacant=tuple(Lead)
        ),
        "status_loop early": status.status_loop(
            opened_early(world, note), **about, people=people, zone=zone, now=NOW, may_open=True
        ),
        "status_loop undelivered": status.status_loop(
            loop, **about, people=people, zone=zone, now=NOW, undelivered=[letter(world)] * many
        ),
        "status_loop at home": status.status_loop(awaited(loop), **about, people=people, zone=zone, now=NOW),
        "status_opening": status.status_opening(opening, loops=stands, people=people, zone=zone, also=[opening] * many),
        "status_list": status.status_list(stands, people=people, zone=zone),
        "help_": replies.help_([("", note), ("new", note)] * many),
        "commands_only": replies.commands_only(),
        "unknown_command": replies.unknown_command(note, suggestion="new", commands=[("new", "x")] * many),
        "my_day": replies.my_day(
            interviews=interviews(world, many), owed=owed(world, many), asked=asked(world, many), zone=zone,
            first_name=note,
        ),
        "feedback_owed": replies.feedback_owed(owed(world, many), zone=zone),
        "own_load": loads.own_load(load_of(world), this_week=MONDAY),
    }  # fmt: skip


def _noticing(world: World, note: str) -> dict[str, Message]:
    """A few words."""
    person = world.rater
    return {
        "refused": notices.refused(note),
        "nudged": notices.nudged(person),
        "done": notices.done(note),
        "nothing": notices.nothing(note),
        "settled": notices.settled(),
        "closed": notices.closed(),
        "sorry": notices.sorry(recruiter=person, reference=note),
    }  # fmt: skip


def _laddered(world: World) -> dict[str, Message]:
    """One for each answer, rung, trouble or nudge that there is."""
    loop, people, candidate, person = world.loop, world.people, world.candidate, world.rater
    about: dict[str, Any] = {"candidate": candidate, "opening": world.opening}
    zone = world.recruiter.zone
    made: dict[str, Message] = {}
    for answer in Answer:
        made[f"attest_answered {answer}"] = attest.attest_answered(loop, person=person, **about, answer=answer)
    for ladder in (1, 2, 3):
        made[f"scorecard_remind {ladder}"] = scorecard.scorecard_remind(
            loop, session="coding", person=person, candidate=candidate, ladder=ladder, draft_saved=True
        )
    for one in (bottleneck(world, kind) for kind in Stuck):
        made[f"alert {one.stuck}"] = alerts.alert(one, loop=loop, **about, people=people, zone=zone)
        made[f"alert_resolved {one.stuck}"] = alerts.alert_resolved(one, **about, at=NOW, zone=zone)
    for what in ("attestation", "scorecard", "decision"):
        made[f"nudge {what}"] = nudges.nudge(
            loop, about=what, person=person, by=loop.recruiter, **about, people=people,
            sessions=[session.id for session in loop.sessions],
        )  # fmt: skip
    return made


def _repair(world: World, *, option: bool) -> Message:
    """The first session is left by all and moves by a day."""
    loop, found = world.loop, an_option(world)
    begun = [replace(one, start=one.start + DAY, end=one.end + DAY) for one in found.sessions[:1]]
    moves = replace(found, sessions=(*begun, *found.sessions[1:]))
    why = loop.planning.because if loop.planning else ()
    told = Repair(1, NOW, moves) if option else Repair(1, NOW, because=why)
    empty = tuple(replace(seat, person=None) if seat.session == begun[0].id else seat for seat in loop.seats)
    vacant = loop.with_(seats=empty, repairs=(told,))
    about: dict[str, Any] = {"candidate": world.candidate, "opening": world.opening, "people": world.people}
    return repair.repair(vacant, told, **about, zone=world.recruiter.zone)
