"""Looking at what may connect people with a candidate, and pinning a verdict on it."""

from __future__ import annotations

from slack_bolt import App

from handlers import ids
from handlers.blocks import conflicts as blocks
from handlers.desk import Answer, Ask, Desk, Errors, Opens
from hiring.flows import conflicts
from hiring.flows.settling import people_in
from hiring.rules import sight
from hiring.rules.permissions import Refused, Verb, may


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.CONFLICTS_OPEN, review)
    desk.action(app, ids.PIN_CLEAR, ask_why_not)
    desk.action(app, ids.PIN_CONFLICT, ask_why)
    desk.submission(app, ids.PIN_VIEW, pin)
    desk.action(app, ids.PIN_OTHER, ask_who)
    desk.submission(app, ids.PIN_OTHER_VIEW, pin_other)


def review(ask: Ask) -> Answer:
    loop = ask.loop()
    cases = conflicts.cases(ask.uow, loop, by=ask.person, now=ask.now)
    if isinstance(cases, Refused):
        return cases
    told = conflicts.told(ask.uow, loop, by=ask.person, now=ask.now)
    return Opens(
        blocks.review_modal(
            loop,
            cases,
            candidate=ask.uow.candidate(loop.candidate),
            people=people_in(ask.uow),
            zone=ask.person.zone,
            judges=ask.person.id == loop.recruiter,
            told=told.because if isinstance(told, Refused) else told,
        )
    )


def ask_why(ask: Ask) -> Answer:
    return _reason(ask, conflict=True)


def ask_why_not(ask: Ask) -> Answer:
    return _reason(ask, conflict=False)


def _reason(ask: Ask, *, conflict: bool) -> Answer:
    loop, person = ask.loop(), ask.values[1]
    refused = conflicts.may_pin(ask.uow, loop, person, conflict=conflict, by=ask.person, now=ask.now)
    if refused is not None:
        return refused
    override = not conflict and sight.is_barred(loop, person)
    return Opens(blocks.pin_modal(loop, person=ask.uow.person(person), conflict=conflict, override=override))


def pin(ask: Ask) -> Answer:
    _, person, verdict = ask.values
    reason = blocks.read_reason(ask.view)
    if isinstance(reason, dict):
        return Errors(reason)
    conflict = verdict == blocks.CONFLICT
    done = conflicts.pin(ask.uow, ask.loop(), person, conflict=conflict, reason=reason, by=ask.person, now=ask.now)
    return done if isinstance(done, Refused) else None


def ask_who(ask: Ask) -> Answer:
    loop = ask.loop()
    return may(ask.person, Verb.RUN_LOOP, loop) or Opens(blocks.other_modal(loop))


def pin_other(ask: Ask) -> Answer:
    """A conflict of somebody who is not listed: told by the candidate with half a name, or known to the recruiter."""
    who, reason = blocks.read_other(ask.view), blocks.read_reason(ask.view)
    if isinstance(who, dict) or isinstance(reason, dict):
        return Errors({**(who if isinstance(who, dict) else {}), **(reason if isinstance(reason, dict) else {})})
    person = ask.uow.person_by_slack(who)
    if person is None:
        return Errors({blocks.PERSON: "Evenhand does not know this person, so they are never asked to interview."})
    done = conflicts.pin(ask.uow, ask.loop(), person.id, conflict=True, reason=reason, by=ask.person, now=ask.now)
    return done if isinstance(done, Refused) else None
