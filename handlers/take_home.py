"""Entering what a candidate handed in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from slack_bolt import App

from handlers import ids
from handlers.blocks import take_home as blocks
from handlers.desk import Answer, Ask, Desk, Errors, Opens
from hiring.flows import take_home
from hiring.flows.take_home import HandedIn, LinkFault
from hiring.rules.permissions import Refused, Verb, may
from hiring.rules.phase import Phase, phase
from hiring.rules.replaced import may_replace
from hiring.rules.take_home import deadline


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.TAKE_HOME_OPEN, open_work)
    desk.submission(app, ids.TAKE_HOME_VIEW, hand_in)
    desk.action(app, ids.TAKE_HOME_TIME, open_time)
    desk.submission(app, ids.TAKE_HOME_TIME_VIEW, give_time)


def open_work(ask: Ask) -> Answer:
    loop = ask.loop()
    refused = may(ask.person, Verb.RUN_LOOP, loop)
    if refused is None and loop.work is not None:
        refused = may_replace(loop, ask.now)
    elif refused is None and phase(loop, ask.now) is not Phase.AWAITING_WORK:
        refused = Refused("Nothing is awaited from this candidate any more.")
    return refused or Opens(blocks.work_modal(loop, candidate=ask.uow.candidate(loop.candidate)))


def hand_in(ask: Ask) -> Answer:
    typed = blocks.read_work(ask.view)
    if isinstance(typed, dict):
        return Errors(typed)
    what, loop = HandedIn(link=typed.link, files=typed.files), ask.loop()
    enter = take_home.replace_work if ask.values[1:] == (blocks.REPLACES,) else take_home.hand_in
    done = enter(ask.uow, loop, what, by=ask.person, now=ask.now)
    if isinstance(done, LinkFault):
        return Errors({blocks.LINK: done.says})
    return done if isinstance(done, Refused) else None


def open_time(ask: Ask) -> Answer:
    loop = ask.loop()
    refused, stands = may(ask.person, Verb.RUN_LOOP, loop), deadline(loop)
    if refused is not None:
        return refused
    if stands is None or phase(loop, ask.now) is not Phase.AWAITING_WORK:
        return Refused("Nothing is awaited from this candidate any more.")
    until = stands.astimezone(ZoneInfo(loop.zone)).date()
    return Opens(blocks.time_modal(loop, candidate=ask.uow.candidate(loop.candidate), until=until))


def give_time(ask: Ask) -> Answer:
    until, loop = blocks.read_time(ask.view), ask.loop()
    if isinstance(until, dict):
        return Errors(until)
    done = take_home.give_time(ask.uow, loop, until, by=ask.person, now=ask.now)
    return done if isinstance(done, Refused) else None
