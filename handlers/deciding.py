"""The summary, the decision, and reminding whoever is awaited."""

from __future__ import annotations

from slack_bolt import App

from handlers import ids
from handlers.blocks import decide, notices, summary_modal
from handlers.desk import Answer, Ask, Becomes, Desk, Errors, Opens, Says
from hiring.flows import deciding
from hiring.flows.settling import people_in
from hiring.model import Outcome
from hiring.rules import blind, sight
from hiring.rules.permissions import Refused, Verb, may


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.SUMMARY_OPEN, open_summary)
    desk.submission(app, ids.DECIDE_VIEW, decide_now)


def open_summary(ask: Ask) -> Answer:
    loop = ask.loop()
    found = deciding.read_summary(ask.uow, loop, by=ask.person, now=ask.now)
    if isinstance(found, Refused):
        return found
    candidate = ask.uow.candidate(loop.candidate)
    page = int(ask.values[1]) if len(ask.values) > 1 else 0
    shown = summary_modal.summary_all(
        blind.loop_as_seen(loop, candidate, ask.person),
        summary=found,
        candidate=blind.as_seen(candidate, loop, ask.person),
        people=people_in(ask.uow),
        zone=ask.person.zone,
        cards=ask.uow.scorecards(sight.grant(loop, ask.person), now=ask.now),
        page=page,
    )
    # A page turned inside the modal stays in it.
    return Becomes(shown) if ask.view.get("type") == "modal" else Opens(shown)


def open_decision(ask: Ask) -> Answer:
    loop = ask.loop()
    refused = may(ask.person, Verb.DECIDE, loop)
    if refused is not None:
        return refused
    if loop.released is None:
        return Refused("The scorecards are still sealed. You can decide when they have opened.")
    if loop.decision is not None and loop.decision.outcome is not Outcome.HOLD:
        return Refused("This has been decided already.")
    in_, owed = sum(not card.void for card in loop.submitted), len(sight.owed(loop))
    candidate = ask.uow.candidate(loop.candidate)
    known = f"{in_} of {owed} scorecards are in"
    if loop.decision is not None:
        known += f"; on hold so far, because: {loop.decision.reason}"
    return Opens(decide.decide_modal(loop, candidate=candidate, owner=ask.person, known=known))


def decide_now(ask: Ask) -> Answer:
    said = decide.read_decide(ask.view)
    if isinstance(said, dict):
        return Errors(said)
    verdict = deciding.Verdict(outcome=said.outcome, reason=said.reason, dissent=said.dissent)
    done = deciding.decide(ask.uow, ask.loop(), verdict, by=ask.person, now=ask.now)
    return Errors({decide.REASON: done.because}) if isinstance(done, Refused) else None


def nudge(ask: Ask) -> Answer:
    _, to, about = ask.values
    done = deciding.nudge(ask.uow, ask.loop(), to, about, by=ask.person, now=ask.now)
    return done if isinstance(done, Refused) else Says(notices.nudged(ask.uow.person(to)))
