"""Naming who takes a loop over from somebody who has a conflict or has left."""

from __future__ import annotations

from slack_bolt import App

from handlers import ids
from handlers.blocks import delegate
from handlers.desk import Answer, Ask, Desk, Errors, Opens
from hiring.flows import delegating
from hiring.flows.settling import people_in
from hiring.model import Lead, Loop
from hiring.rules import delegates
from hiring.rules.permissions import Refused


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.DELEGATE_OPEN, ask_whom)
    desk.submission(app, ids.DELEGATE_VIEW, hand_over)


def open_to(ask: Ask, loop: Loop) -> tuple[Lead, ...]:
    """What in `loop` the person may name somebody for."""
    people = people_in(ask.uow)
    return tuple(
        lead for lead in delegates.vacant(loop, people) if delegates.may_name(loop, lead, ask.person, people) is None
    )


def ask_whom(ask: Ask) -> Answer:
    loop, lead, people = ask.loop(), Lead(ask.values[1]), people_in(ask.uow)
    because = delegates.may_name(loop, lead, ask.person, people)
    if because is not None:
        return Refused(because)
    candidate = ask.uow.candidate(loop.candidate)
    fit = delegates.choices(loop, lead, people)
    return Opens(delegate.delegate_modal(loop, lead=lead, candidate=candidate, choices=fit))


def hand_over(ask: Ask) -> Answer:
    named = delegate.read_delegate(ask.view)
    if isinstance(named, dict):
        return Errors(named)
    lead = Lead(ask.values[1])
    done = delegating.name(ask.uow, ask.loop(), lead, ask.uow.person(named), by=ask.person, now=ask.now)
    return done if isinstance(done, Refused) else None
