"""Every message, modal and page that blocks can make, of one world. A test holds that none is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from handlers.blocks import (
    alerts,
    attest,
    booking,
    brief,
    changes,
    codes,
    conflicts,
    dead_letter,
    decide,
    delegate,
    digest,
    digest_settings,
    drift,
    home,
    loads,
    mine,
    new_loop,
    notices,
    nudges,
    options,
    pause,
    prefs,
    rates,
    recuse,
    release,
    repair,
    replies,
    retention,
    scorecard,
    scorecard_modal,
    standing,
    status,
    summary,
    summary_modal,
    swap,
    take_home,
    trail,
    windows,
)
from handlers.blocks.message import Message
from hiring.flows.conflicts import Case
from hiring.flows.self_service import Load
from hiring.model import (
    Acquaintances,
    Answer,
    AuditEntry,
    Delivery,
    Disclosure,
    Drift,
    Drifted,
    Ground,
    Kind,
    Lead,
    Loop,
    Opening,
    Option,
    Outcome,
    Pause,
    Person,
    Pin,
    Release,
    ReleaseHow,
    Repair,
    Role,
    TakeHome,
)
from hiring.ports import DeadLetter
from hiring.rules.blind import BlindWork
from hiring.rules.bottlenecks import Bottleneck, Stuck
from hiring.rules.digest import Digest, DigestLine
from hiring.rules.grounds import Strength
from hiring.rules.phase import Phase
from hiring.rules.proving import Checked
from hiring.rules.rates import Pool, Rates, Repeated
from hiring.rules.suggestions import Clue, Suggestion
from hiring.rules.summary import summarise
from tests.handlers.blocks.world import NASTY, NOW, START, World, draft_of, filled

NOTE = filled(3000, NASTY)
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)


def _work(note: str, many: int) -> BlindWork:
    return BlindWork(
        "Candidate K101", f"https://neutral.example/{'x' * 1900}", (note,) * min(many, take_home.MOST_FILES)
    )


def _awaited(loop: Loop) -> Loop:
    """The same done at home, before anything came in."""
    plan = replace(loop.plan, take_home=TakeHome(prompt="Count the bikes."), sessions=loop.plan.sessions[:1])
    return loop.with_(
        plan=plan, sessions=(), seats=(), booked_at=None, released=None, decision=None, asked_availability_at=NOW
    )


def _scored(world: World, note: str, many: int) -> Message:
    work = _work(note, many)
    return take_home.score(
        world.loop, session="coding", work=work, person=world.rater, opening=world.opening, draft_saved=True
    )


def _dead_letter(world: World) -> DeadLetter:
    delivery = Delivery(key=filled(300, "brief/loop/"), kind=Kind.BRIEF, to=world.rater.id)
    return DeadLetter(delivery=delivery, reason=NOTE, attempt=8)


def messages(world: World, *, note: str = NOTE, many: int = 60) -> dict[str, Message]:
    """By function name, with a word behind it where there are several."""
    loop, people, candidate, opening = world.loop, world.people, world.candidate, world.opening
    person, zone = world.rater, world.recruiter.zone
    about: dict[str, Any] = {"candidate": candidate, "opening": opening}
    found = summarise(loop, world.cards)
    stuck = [Bottleneck("k", loop.id, kind, loop.hiring_manager, START, 600, 480) for kind in Stuck]
    stands = _standings(world, many)
    load = _load(world)
    made: dict[str, Message] = {
        "attest_ask": attest.attest_ask(loop, person=person, **about),
        "attest_ask noticed": attest.attest_ask(loop, person=person, **about, found=_noticed(world)),
        "attest_remind": attest.attest_remind(loop, person=person, **about, found=_noticed(world)),
        "set_aside": attest.set_aside(),
        "unsure": attest.unsure(
            loop, person=person, candidate=candidate, note=note, people=people, found=_noticed(world)
        ),
        "look": conflicts.look(loop, person=person, candidate=candidate, found=_noticed(world), people=people),
        "named": conflicts.named(loop, **about),
        "unsure_answered": attest.unsure_answered(person=person, barred=True),
        "options": _options(world),
        "options noticed": options.options(
            loop, **about, people=_in_line(people), zone=zone, noticed=dict.fromkeys(people, _noticed(world)), own=_noticed(world)
        ),
        "options_picked": options.options_picked(loop, **about, people=people, zone=zone),
        "work_replaced": take_home.work_replaced(loop, session="coding", work=_work(note, many), is_in=True),
        "work_replaced draft": take_home.work_replaced(loop, session="coding", work=_work(note, many), is_in=False),
        "erased_soon": retention.erased_soon(loop, **about, day=MONDAY),
        "kept": retention.kept(candidate=world.candidate),
        "unplannable": booking.unplannable(loop, **about, people=people, zone=zone),
        "unplannable_over": booking.unplannable_over(loop, **about),
        "repair": _repair(world, option=True),
        "repair nothing": _repair(world, option=False),
        "drift": drift.drift(world.loop.with_(drift=_drift(world)), **about, people=people, zone=zone),
        "drift_over": drift.drift_over(loop, **about),
        "repair_over": repair.repair_over(loop, **about),
        "attest_closed": attest.attest_closed(answered=True),
        "booked": booking.booked(loop, **about, people=people, zone=zone, page="https://interviews.example/c/abc"),
        "replaced": booking.replaced(loop, **about, people=people, zone=zone),
        "stood_down": booking.stood_down(loop, person=person, why="rescheduled"),
        "cancelled": booking.cancelled(loop, person=world.recruiter, **about),
        "brief": brief.brief(loop, person=person, **about, people=people),
        "brief_changed": brief.brief_changed(loop, person=person, **about, people=people, what=note),
        "scorecard_ask": scorecard.scorecard_ask(loop, session="coding", person=person, candidate=candidate),
        "scorecard_thanks": scorecard.scorecard_thanks(loop, session="coding", commitment="a1b2-c3d4-e5f6"),
        "scorecard_closed": scorecard.scorecard_closed(loop, session="coding"),
        "released": summary.released(loop, person=person, candidate=candidate, people=people),
        "released early": summary.released(_early(world, note), person=person, candidate=candidate, people=people),
        "ask": take_home.ask(loop, candidate=candidate, opening=opening),
        "remind": take_home.remind(loop, candidate=candidate, opening=opening),
        "answered": take_home.answered(Answer.NO_CONFLICT),
        "score": _scored(world, note, many),
        "summary": summary.summary(loop, summary=found, **about, people=people),
        "summary_link": summary.summary_link(loop, opening=opening, people=people),
        "decision_remind": decide.decision_remind(loop, **about, zone=zone),
        "decision": decide.decision(loop, candidate=candidate, people=people),
        "next_step": decide.next_step(loop, **about, people=people),
        "digest": digest.digest(_digest(world, many), people=people),
        "bottlenecks": alerts.bottlenecks(
            stuck * many, loops={loop.id: loop}, candidates={candidate.id: candidate}, openings={opening.id: opening},
            people=people, viewer=person,
        ),
        "status_loop": status.status_loop(loop, **about, people=people, zone=zone, now=NOW),
        "status_loop vacant": status.status_loop(
            loop.with_(released=None, decision=None), **about, people=people, zone=zone, now=NOW, leads=True, vacant=tuple(Lead)
        ),
        **{f"delegate_wanted {lead}": delegate.delegate_wanted(loop, lead=lead, **about) for lead in Lead},
        **{f"handed_over {lead}": delegate.handed_over(loop, lead=lead, **about) for lead in Lead},
        "status_loop early": status.status_loop(
            _early(world, note), **about, people=people, zone=zone, now=NOW, may_open=True
        ),
        "status_loop at home": status.status_loop(_awaited(loop), **about, people=people, zone=zone, now=NOW),
        "status_opening": status.status_opening(opening, loops=stands, people=people, zone=zone, also=[opening] * many),
        "status_list": status.status_list(stands, people=people, zone=zone),
        "help_": replies.help_([("", note), ("new", note)] * many),
        "unknown_command": replies.unknown_command(note, suggestion="new", commands=[("new", "x")] * many),
        "my_day": replies.my_day(
            interviews=_interviews(world, many), owed=_owed(world, many), asked=_asked(world, many), zone=zone,
            first_name=note,
        ),
        "feedback_owed": replies.feedback_owed(_owed(world, many), zone=zone),
        "own_load": loads.own_load(load, this_week=MONDAY),
        "refused": notices.refused(note),
        "nudged": notices.nudged(person),
        "done": notices.done(note),
        "nothing": notices.nothing(note),
        "settled": notices.settled(),
        "closed": notices.closed(),
        "dead_letter": dead_letter.dead_letter(_dead_letter(world), candidate=candidate, opening=opening, people=people),
        "dead_letter_retried": dead_letter.dead_letter_retried(),
        "sorry": notices.sorry(recruiter=person, reference=note),
    }  # fmt: skip
    for answer in Answer:
        made[f"attest_answered {answer}"] = attest.attest_answered(loop, person=person, **about, answer=answer)
    for ladder in (1, 2, 3):
        made[f"scorecard_remind {ladder}"] = scorecard.scorecard_remind(
            loop, session="coding", person=person, candidate=candidate, ladder=ladder, draft_saved=True
        )
    for one in stuck:
        made[f"alert {one.stuck}"] = alerts.alert(one, loop=loop, **about, people=people, zone=zone)
        made[f"alert_resolved {one.stuck}"] = alerts.alert_resolved(one, **about, at=NOW, zone=zone)
    for what in ("attestation", "scorecard", "decision"):
        made[f"nudge {what}"] = nudges.nudge(
            loop, about=what, person=person, by=loop.recruiter, **about, people=people,
            sessions=[session.id for session in loop.sessions],
        )  # fmt: skip
    return made


def _option(world: World) -> Option:
    planning = world.loop.planning
    assert planning is not None
    return planning.options[0]


def _drift(world: World) -> tuple[Drift, ...]:
    return tuple(Drift(session.id, what, world.rater.id) for session in world.loop.sessions for what in Drifted)


def _repair(world: World, *, option: bool) -> Message:
    """The first session is left by all and moves by a day."""
    loop, found = world.loop, _option(world)
    begun = [replace(one, start=one.start + DAY, end=one.end + DAY) for one in found.sessions[:1]]
    moves = replace(found, sessions=(*begun, *found.sessions[1:]))
    why = loop.planning.because if loop.planning else ()
    told = Repair(1, NOW, moves) if option else Repair(1, NOW, because=why)
    empty = tuple(replace(seat, person=None) if seat.session == begun[0].id else seat for seat in loop.seats)
    vacant = loop.with_(seats=empty, repairs=(told,))
    about: dict[str, Any] = {"candidate": world.candidate, "opening": world.opening, "people": world.people}
    return repair.repair(vacant, told, **about, zone=world.recruiter.zone)


def modals(world: World, *, note: str = NOTE, many: int = 60) -> dict[str, dict[str, Any]]:
    loop, people, candidate, person = world.loop, world.people, world.candidate, world.rater
    zone, owner = loop.zone, people[loop.hiring_manager]
    candidates = {candidate.id: candidate}
    draft = draft_of(loop, "coding", person.id, note).fields
    found = summarise(loop, world.cards)
    spans = windows.from_spans(loop.windows, zone=zone)
    told = {f"window:{window.number}": "This lies in the past. Please choose a day to come." for window in spans}
    return {
        "conflict_modal": attest.conflict_modal(loop, note=note),
        "unsure_modal": attest.unsure_modal(loop, note=note),
        "pin_modal": conflicts.pin_modal(loop, person=person, conflict=True, reason=note),
        "pin_modal override": conflicts.pin_modal(loop, person=person, conflict=False, override=True),
        "review_modal": conflicts.review_modal(
            loop,
            _cases(world, note, many),
            candidate=candidate,
            people=people,
            zone=zone,
            judges=True,
            told=[Acquaintances(loop.id, START, note, tuple(people))] * 3,
        ),
        "review_modal not told": conflicts.review_modal(
            loop, (), candidate=candidate, people=people, zone=zone, judges=True, told=note
        ),
        "other_modal": conflicts.other_modal(loop, person="U1", reason=note),
        "review_modal empty": conflicts.review_modal(
            loop, (), candidate=candidate, people=people, zone=zone, judges=False
        ),
        "options_why": options.options_why(loop, _option(world), number=1, people=people),
        "rubric_modal": brief.rubric_modal(loop, session="coding"),
        "scorecard_modal": scorecard_modal.scorecard_modal(loop, session="coding", candidate=candidate),
        "scorecard_modal draft": scorecard_modal.scorecard_modal(
            loop, session="coding", fields=draft, candidate=candidate, amend=True, reset=3, errors={"overall": note}
        ),
        "new_loop_modal": new_loop.new_loop_modal(new_loop.Typed(), openings=[("o", world.opening.title)], plans=[], zone=zone),
        "new_loop_modal grown": new_loop.new_loop_modal(
            new_loop.Typed(
                candidate=None, someone=True, name=candidate.name, email="jo@example.org", employer=filled(200, NASTY),
                zone="America/Argentina/ComodRivadavia", opening="o", plan="p", windows=spans,
            ),
            openings=[(f"o{n}", world.opening.title) for n in range(many)] + [("o", "x")], plans=[("p", loop.plan.title)],
            zone=zone, errors=told | {"windows": note[:200], "someone_name": "Please write the candidate's name."},
        ),
        "new_loop_modal chosen": new_loop.new_loop_modal(
            new_loop.Typed(candidate=("jo", candidate.name), opening="o"), openings=[("o", "x")], plans=[], zone=zone
        ),
        "windows_modal": windows.windows_modal(loop, candidate=candidate, zone=zone, errors=told),
        "started": changes.started(loop, candidate=candidate, page="https://interviews.example/c/abc"),
        "cancel_modal": changes.cancel_modal(loop, candidate=candidate, reason=note),
        "reschedule_modal": changes.reschedule_modal(loop, candidate=candidate, zone=zone, reason=note, errors=told),
        "replace_modal": changes.replace_modal(loop, people=people, reason=note),
        "recuse_modal": recuse.recuse_modal([loop], candidates=candidates, note=note),
        "recuse_modal many": recuse.recuse_modal([loop] + [loop.with_(id=f"m{n}") for n in range(many)], candidates=candidates),
        "saved": notices.saved("Your preferences", note, "Say it again."),
        "paused": pause.paused(Pause(MONDAY, MONDAY + DAY, note)),
        "swap_modal": swap.swap_modal([loop, loop.with_(id="l9")], candidates=candidates, reason=note),
        "decide_modal": decide.decide_modal(
            loop, candidate=candidate, owner=owner, known=note, fields={"outcome": "hold", "reason": note, "dissent": note}
        ),
        "summary_all": summary_modal.summary_all(loop, summary=found, candidate=candidate, people=people, cards=world.cards),
        "summary_all page": summary_modal.summary_all(
            loop, summary=found, candidate=candidate, people=people, zone=zone, page=1
        ),
        "delegate_modal": delegate.delegate_modal(
            loop, lead=Lead.RECRUITER, candidate=candidate, choices=[replace(person, id=f"x{n}") for n in range(many * 2)]
        ),
        "delegate_modal nobody": delegate.delegate_modal(loop, lead=Lead.RECRUITER, candidate=candidate, choices=[]),
        "codes_modal": codes.codes_modal(loop, _checked(world, many), people=people),
        "codes_modal nothing": codes.codes_modal(loop, (), people=people),
        "rates_modal": rates.rates_modal(
            Rates(
                tuple(Pool(f"2026 Q{n % 4 + 1}", f"{note[:90]} {n}", *[5 * n] * 7) for n in range(99)),
                tuple(Repeated(one, 99) for one in people),
            ),
            people=people,
        ),
        "trail_modal": trail.trail_modal(
            loop, _entries(world, note, many), candidate=candidate, people=people, zone=zone
        ),
        "hold_modal": retention.hold_modal(loop, candidate=candidate, reason=note),
        "work_modal": take_home.work_modal(loop, candidate=candidate),
        "time_modal": take_home.time_modal(loop, candidate=candidate, until=date(2026, 11, 28)),
        "release_modal": release.release_modal(_early(world, note), candidate=candidate, people=people, reason=note),
        "pause_modal": pause.pause_modal(world.recruiter, today=MONDAY, fields={"reason": note[:300]}),
        "prefs_modal": prefs.prefs_modal(person),
        "digest_modal": digest_settings.digest_modal([world.opening]),
        "digest_modal many": digest_settings.digest_modal([world.opening, *_openings(world, many)]),
        "notice": notices.notice(note, note),
        "as_modal": notices.as_modal(_options(world)),
    }  # fmt: skip


def _options(world: World) -> Message:
    zone = world.recruiter.zone
    return options.options(world.loop, candidate=world.candidate, opening=world.opening, people=world.people, zone=zone)


def _checked(world: World, many: int) -> tuple[Checked, ...]:
    return tuple(Checked("coding", world.rater.id, "ABCDE-FGHIJ", n % 3 > 0, n % 2 > 0) for n in range(many))


def _entries(world: World, note: str, many: int) -> tuple[AuditEntry, ...]:
    facts = (("of", world.rater.id), ("person", "gone"), (note[:300], note))
    return tuple(AuditEntry(NOW, who, note[:100], "l1", facts) for who in (world.rater.id, note) * many)


def _early(world: World, note: str) -> Loop:
    """Opened early by the recruiter while everybody still owes."""
    opened = Release(NOW, ReleaseHow.EARLY, by=world.loop.recruiter, reason=note)
    return replace(world.loop, released=opened, submitted=(), decision=None)


def homes(world: World, *, many: int = 60) -> dict[str, dict[str, Any]]:
    person = replace(world.recruiter, roles=(*world.recruiter.roles, Role.AUDITOR))
    full = home.HomeView(
        person=person, today=MONDAY, this_week=MONDAY, interviews=_interviews(world, many), owed=_owed(world, many),
        asked=_asked(world, many), load=_load(world), runs=_standings(world, many), hires=_standings(world, many),
        audits=_standings(world, many), commands=tuple(home.BUTTONS),
    )  # fmt: skip
    empty = home.HomeView(person=world.rater, today=MONDAY, this_week=MONDAY, commands=("help", "pause"))
    shown = {"home": full, "home empty": empty}
    return {key: home.home(view, people=world.people) for key, view in shown.items()} | {"nobodys": home.nobodys()}


def _noticed(world: World) -> tuple[Suggestion, ...]:
    """One of each kind, as long as names may be."""
    own = filled(200, NASTY)
    return tuple(Suggestion(world.rater.id, Strength.LOOK, clue, own, own) for clue in Clue)


def _in_line(people: dict[str, Person]) -> dict[str, Person]:
    """Everybody reports to one of them."""
    boss = min(people)
    return {key: replace(one, manager=boss) if key != boss else one for key, one in people.items()}


def _cases(world: World, note: str, many: int) -> tuple[Case, ...]:
    loop, person = world.loop.id, world.rater.id
    said = (
        Disclosure(loop, person, Answer.UNSURE, NOW, note=note),
        Disclosure(loop, person, Answer.CONFLICT, NOW, ground=Ground.FRIEND, note=note),
        Disclosure(loop, person, Answer.NO_CONFLICT, NOW, note=note, by=world.recruiter.id),
    )
    pin = Pin(person, conflict=True, by=world.recruiter.id, at=NOW)
    return (
        Case(person, _noticed(world), said[::2], pin, is_barred=True),
        Case(person, _noticed(world), said),
        Case(person, _noticed(world), is_open=True),
    ) * max(many // 10, 1)


def _openings(world: World, many: int) -> list[Opening]:
    return [replace(world.opening, id=f"o{n}") for n in range(many)]


def _digest(world: World, many: int) -> Digest:
    lines = [DigestLine(world.loop.id, world.candidate.name, kind, START) for kind in Phase]
    lines.append(DigestLine(world.loop.id, world.candidate.name, Phase.DECIDED, None, Outcome.ADVANCE))
    return Digest(world.opening, MONDAY, tuple(lines * max(many // 10, 1)))


def _standings(world: World, many: int) -> tuple[standing.Standing, ...]:
    kinds = [kind for kind in Phase for _ in range(max(many // 10, 1))]
    return tuple(
        standing.Standing(
            world.loop.id, world.candidate.name, world.opening.title, kind, START, world.loop.hiring_manager
        )
        for kind in kinds
    )


def _interviews(world: World, many: int) -> tuple[mine.Interview, ...]:
    return tuple(
        mine.Interview(
            world.loop.id, session.id, world.loop.plan.session(session.id).title, session.start, session.end,
            world.candidate.name if place % 2 else None, session.link,
        )
        for _ in range(max(many // 10, 1))
        for place, session in enumerate(world.loop.sessions)
    )  # fmt: skip


def _owed(world: World, many: int) -> tuple[mine.Owed, ...]:
    title = world.loop.plan.session("coding").title
    one = mine.Owed(world.loop.id, "coding", title, world.candidate.name, NOW, draft_saved=True)
    return (one,) * max(many // 10, 1)


def _asked(world: World, many: int) -> tuple[mine.Asked, ...]:
    return (mine.Asked(world.loop.id, world.candidate.name, world.candidate.employer),) * max(many // 10, 1)


def _load(world: World) -> Load:
    weeks = tuple((MONDAY + timedelta(weeks=offset), 90 * (offset + 3)) for offset in range(-3, 4))
    return Load(world.rater, weeks)
