"""What a recruiter does with a loop in Slack: start it in one growing modal, choose, change times, replace, cancel."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from handlers import ids
from handlers.blocks import changes, new_loop, options, windows
from handlers.desk import Answer, Ask, Becomes, Desk, Errors, Opens
from hiring.flows import loops
from hiring.flows.settling import people_in
from hiring.model import Candidate, Loop, Option
from hiring.ports import UnitOfWork
from hiring.rules import sight
from hiring.rules.permissions import Refused, Verb, may, may_start, recruits_for
from hiring.rules.windows import window_faults

SUGGESTED = 100


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.NEW_OPEN, open_new)
    asks = (ids.NEW_CANDIDATE, ids.NEW_SOMEONE, ids.NEW_OPENING, ids.NEW_PLAN)
    for grows in (*asks, ids.NEW_ADD_WINDOW, ids.NEW_REMOVE_WINDOW):
        desk.action(app, grows, grow)
    for kept in (ids.WINDOW_DAY, ids.WINDOW_FROM, ids.WINDOW_TO):
        desk.action(app, kept, nothing)
    desk.submission(app, ids.NEW_VIEW, start)
    desk.action(app, ids.OPTIONS_PICK, choose)
    desk.action(app, ids.OPTIONS_WHY, why)
    desk.action(app, ids.LOOP_WINDOWS, open_windows)
    for grows in (ids.WINDOW_ADD, ids.WINDOW_REMOVE):
        desk.action(app, grows, grow_windows)
    desk.submission(app, ids.LOOP_WINDOWS_VIEW, set_windows)
    desk.action(app, ids.LOOP_RESCHEDULE, open_reschedule)
    desk.submission(app, ids.LOOP_RESCHEDULE_VIEW, reschedule)
    desk.action(app, ids.LOOP_REPLACE, open_replace)
    desk.submission(app, ids.LOOP_REPLACE_VIEW, replace_person)
    desk.action(app, ids.LOOP_CANCEL, open_cancel)
    desk.submission(app, ids.LOOP_CANCEL_VIEW, cancel)
    _suggest(app, desk)


def nothing(_: Ask) -> Answer:
    """A field that is read when its modal is handed in."""
    return None


# ---- a new loop ---------------------------------------------------------------------------------------------------


def open_new(ask: Ask, wanted: str = "") -> Answer:
    """Empty, or for the candidate whose name or e-mail holds the words `wanted`."""
    refused = may_start(ask.person)
    if refused is not None or not wanted:
        return refused or Opens(_new_modal(ask, new_loop.Typed()))
    found = ask.uow.candidates_like(wanted, most=SUGGESTED)
    return Opens(_new_modal(ask, new_loop.begun(wanted, found), meant=found))


def _new_modal(
    ask: Ask, typed: new_loop.Typed, *, meant: Sequence[Candidate] = (), errors: dict[str, str] | None = None
) -> dict[str, Any]:
    openings = [one for one in ask.uow.openings() if one.active and recruits_for(ask.person, one)]
    known = {plan.id: plan for plan in ask.uow.plans()}
    chosen = next((opening for opening in openings if opening.id == typed.opening), None)
    plans = [known[plan] for plan in chosen.plans if plan in known] if chosen else []
    # A single one stands chosen in the modal before anybody has touched it.
    plan = next((plan for plan in plans if plan.id == typed.plan), plans[0] if len(plans) == 1 else None)
    return new_loop.new_loop_modal(
        typed,
        openings=[(opening.id, opening.title) for opening in openings],
        plans=[(plan.id, plan.title) for plan in plans],
        zone=_zone(ask, typed),
        at_home=plan.take_home.days if plan and plan.take_home else 0,
        meant=meant,
        errors=errors,
    )


def _zone(ask: Ask, typed: new_loop.Typed) -> str:
    """The windows' zone: the candidate's once they are known, the recruiter's before."""
    if typed.someone:
        return typed.zone or ask.person.zone
    return ask.uow.candidate(typed.candidate[0]).zone if typed.candidate else ask.person.zone


def grow(ask: Ask) -> Answer:
    """Something was chosen, added or removed: the same modal with everything that was typed, and what follows from it."""
    refused = may_start(ask.person)
    if refused is not None:
        return refused
    typed = new_loop.typed(ask.view)
    match ask.action["action_id"]:
        case ids.NEW_SOMEONE:
            typed = replace(typed, someone=not typed.someone)
        case ids.NEW_ADD_WINDOW:
            typed = typed.with_window()
        case ids.NEW_REMOVE_WINDOW:
            typed = typed.without_window(int(ask.values[0]))
    return Becomes(_new_modal(ask, typed))


def start(ask: Ask) -> Answer:
    typed = new_loop.typed(ask.view)
    wanted = new_loop.read(ask.view, zone=_zone(ask, typed), now=ask.now)
    if isinstance(wanted, dict):
        return Becomes(_new_modal(ask, typed, errors=wanted))
    faults = window_faults(wanted.windows, plan=ask.uow.plan(wanted.plan), now=ask.now)
    if faults:
        return Becomes(_new_modal(ask, typed, errors={new_loop.WINDOWS: faults[0].says}))
    wish = loops.Wish(
        loop=f"L{_digest(str(ask.view['id']))}",
        candidate=_candidate(ask.uow, wanted),
        opening=wanted.opening,
        plan=wanted.plan,
        windows=wanted.windows,
    )
    done = loops.start(ask.uow, wish, by=ask.person, now=ask.now)
    if isinstance(done, Refused):
        return Becomes(_new_modal(ask, typed, errors={new_loop.CANDIDATE: done.because, new_loop.EMAIL: done.because}))
    return Becomes(changes.started(done, candidate=wish.candidate, page=ask.page_of(done), mails=ask.mails))


def _digest(text: str) -> str:
    """A short id that the same modal always gives, so that handing it in twice is the same loop."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _candidate(uow: UnitOfWork, wanted: new_loop.NewLoop) -> Candidate:
    """The one chosen, the one with the e-mail given, or a new one."""
    if wanted.someone is None:
        return uow.candidate(wanted.candidate or "")
    someone = wanted.someone
    return uow.candidate_by_email(someone.email) or Candidate(
        id=f"c-{_digest(someone.email.casefold())}",
        name=someone.name,
        email=someone.email,
        zone=someone.zone,
        employer=someone.employer,
    )


def _suggest(app: App, desk: Desk) -> None:
    """Candidates by a part of their name or e-mail, for recruiters."""

    def suggest(ack: Ack, body: dict[str, Any]) -> None:
        typed = str(body.get("value") or "")
        with desk.store.begin(read_only=True) as uow:
            person = uow.person_by_slack(body["user"]["id"])
            allowed = person is not None and person.active and may_start(person) is None
            found = uow.candidates_like(typed, most=SUGGESTED) if allowed else ()
        ack(options=new_loop.candidate_options(found))

    app.options(ids.NEW_CANDIDATE)(suggest)


# ---- options and times --------------------------------------------------------------------------------------------


def choose(ask: Ask) -> Answer:
    _, number, index = ask.values
    return refusal(loops.choose(ask.uow, ask.loop(), number=int(number), index=int(index), by=ask.person, now=ask.now))


def why(ask: Ask) -> Answer:
    loop, (_, number, index) = ask.loop(), ask.values
    refused = may(ask.person, Verb.SEE_STATUS, loop)
    if refused is not None:
        return refused
    if loop.planning is None or loop.planning.number != int(number):
        return Refused("These options have been replaced by newer ones. See the latest message.")
    option = loop.planning.options[int(index)]
    return Opens(why_option(ask, loop, option, number=int(index) + 1))


def why_option(ask: Ask, loop: Loop, option: Option, *, number: int = 0) -> dict[str, Any]:
    discreet = not sight.knows_conflicts(loop, ask.person)
    return options.options_why(loop, option, number=number, people=people_in(ask.uow), discreet=discreet)


def open_windows(ask: Ask) -> Answer:
    loop = ask.loop()
    refused = may(ask.person, Verb.RUN_LOOP, loop)
    if refused is not None:
        return refused
    if loop.booked_at is not None:
        return open_reschedule(ask)
    candidate = ask.uow.candidate(loop.candidate)
    return Opens(windows.windows_modal(loop, candidate=candidate, zone=candidate.zone))


def grow_windows(ask: Ask) -> Answer:
    """Add or Remove in the availability editor or in the one for rescheduling."""
    typed = windows.typed(ask.view)
    grows = ask.action["action_id"] == ids.WINDOW_ADD
    typed = windows.grown(typed) if grows else windows.without(typed, int(ask.values[0]))
    loop, zone = _of_view(ask)
    return may(ask.person, Verb.RUN_LOOP, loop) or Becomes(_editor(ask, loop, zone, typed))


def _of_view(ask: Ask) -> tuple[Loop, str]:
    loop, zone = ids.unpack(ask.view["private_metadata"])
    return ask.loop(loop), zone


def _editor(
    ask: Ask, loop: Loop, zone: str, typed: tuple[windows.Window, ...], errors: dict[str, str] | None = None
) -> dict[str, Any]:
    candidate = ask.uow.candidate(loop.candidate)
    if ask.view["callback_id"] == ids.LOOP_RESCHEDULE_VIEW:
        reason = changes.typed_reason(ask.view)
        return changes.reschedule_modal(
            loop, candidate=candidate, zone=zone, windows=typed, reason=reason, errors=errors
        )
    return windows.windows_modal(loop, candidate=candidate, windows=typed, zone=zone, errors=errors)


def set_windows(ask: Ask) -> Answer:
    loop, zone = _of_view(ask)
    refused = may(ask.person, Verb.RUN_LOOP, loop)
    if refused is not None:
        return refused
    typed = windows.typed(ask.view)
    spans = windows.read(typed, zone=zone, now=ask.now)
    if isinstance(spans, dict):
        return Becomes(_editor(ask, loop, zone, typed, spans))
    if not spans:
        return Becomes(_editor(ask, loop, zone, typed, {"windows": "Give at least one window."}))
    done = loops.set_windows(ask.uow, loop, spans, by=ask.person.id, now=ask.now)
    if isinstance(done, Refused):
        return Becomes(_editor(ask, loop, zone, typed, {"windows": done.because}))
    return None


# ---- changes to what stands -----------------------------------------------------------------------------------------


def open_reschedule(ask: Ask) -> Answer:
    loop = ask.loop()
    candidate = ask.uow.candidate(loop.candidate)
    rows = changes.still_open(loop, zone=candidate.zone, now=ask.now)
    return may(ask.person, Verb.RUN_LOOP, loop) or Opens(
        changes.reschedule_modal(loop, candidate=candidate, zone=candidate.zone, windows=rows)
    )


def reschedule(ask: Ask) -> Answer:
    loop, zone = _of_view(ask)
    refused = may(ask.person, Verb.RUN_LOOP, loop)
    if refused is not None:
        return refused
    typed, reason = windows.typed(ask.view), changes.typed_reason(ask.view)
    spans = windows.read(typed, zone=zone, now=ask.now)
    if isinstance(spans, dict):
        return Becomes(_editor(ask, loop, zone, typed, spans))
    if not spans:
        return Becomes(_editor(ask, loop, zone, typed, {"windows": "Give at least one window."}))
    done = loops.reschedule(ask.uow, loop, spans, reason=reason, by=ask.person, now=ask.now)
    if isinstance(done, Refused):
        return Becomes(_editor(ask, loop, zone, typed, {"windows": done.because}))
    return None


def open_replace(ask: Ask) -> Answer:
    loop = ask.loop()
    return may(ask.person, Verb.RUN_LOOP, loop) or Opens(changes.replace_modal(loop, people=people_in(ask.uow)))


def replace_person(ask: Ask) -> Answer:
    wanted = changes.read_replace(ask.view)
    if isinstance(wanted, dict):
        return Errors(wanted)
    return refusal(
        loops.replace_person(ask.uow, ask.loop(), wanted.person, reason=wanted.reason, by=ask.person, now=ask.now)
    )


def open_cancel(ask: Ask) -> Answer:
    loop = ask.loop()
    return may(ask.person, Verb.RUN_LOOP, loop) or Opens(
        changes.cancel_modal(loop, candidate=ask.uow.candidate(loop.candidate), mails=ask.mails)
    )


def cancel(ask: Ask) -> Answer:
    reason = changes.read_cancel(ask.view)
    if isinstance(reason, dict):
        return Errors(reason)
    return refusal(loops.cancel(ask.uow, ask.loop(), reason=reason, by=ask.person, now=ask.now))


def refusal(done: Loop | Refused) -> Refused | None:
    return done if isinstance(done, Refused) else None
