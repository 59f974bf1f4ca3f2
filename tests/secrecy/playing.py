"""What people do in a history, each by the flow or listener that they would reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from handlers import conflicts as conflict_desk
from handlers import deciding as decide_desk
from handlers import ids
from handlers import scorecards as card_desk
from hiring.flows import attesting, deciding, delegating, erasing, loops, releasing, scorecards, self_service, take_home
from hiring.model import Answer, Lead, Loop, Outcome, Pause, PersonId
from hiring.rules.permissions import Refused
from hiring.rules.phase import panel
from tests.secrecy.asking import some_ask
from tests.secrecy.histories import HANDING_IN, History, Step, a_card, a_conflict
from tests.secrecy.world import World


def _sits(loop: Loop, person: PersonId) -> str | None:
    return next((s.session for s in loop.seats if s.person == person and s.id != "shadow"), None)


def _type(told: History, world: World, step: Step, variant: int) -> None:
    loop = world.loop()
    session = _sits(loop, step.who)
    if session is None or loop.booked_at is None:
        return
    card = a_card(told, loop, session, step.who, step.lot, variant=variant)
    fields = {f"evidence:{rating.criterion}": rating.evidence for rating in card.ratings} | {"note": card.note}
    with world.database.begin() as uow:
        scorecards.keep_field(uow, loop, session, fields, by=uow.person(step.who), now=step.at)
    world.written.append(card)


def _submit(told: History, world: World, step: Step, variant: int) -> None:
    loop = world.loop()
    session = _sits(loop, step.who)
    if session is None:
        return
    card = a_card(told, loop, session, step.who, step.lot, variant=variant)
    if step.verb == "fail":
        card = replace(card, ratings=tuple(replace(r, score=4, evidence=r.evidence[:3]) for r in card.ratings))
    with world.database.begin() as uow:
        done = scorecards.submit(uow, loop, card, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "handed in", repr(done) if not isinstance(done, Loop) else "")
    if isinstance(done, Loop):
        world.written.append(replace(card, at=step.at))


def _attest(told: History, world: World, step: Step, variant: int) -> None:
    answer = (Answer.NO_CONFLICT, Answer.NO_CONFLICT, Answer.CONFLICT, Answer.UNSURE)[step.lot % 4]
    said = a_conflict(told, step.who, step.lot, answer, variant=variant)
    world.said.append(said)
    with world.database.begin() as uow:
        done = attesting.answer(uow, uow.loop("L1"), said, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "attested", repr(done) if isinstance(done, Refused) else "")


def _recuse(told: History, world: World, step: Step, variant: int) -> None:
    said = a_conflict(told, step.who, step.lot, Answer.CONFLICT, variant=variant)
    world.said.append(said)
    with world.database.begin() as uow:
        done = attesting.recuse(uow, uow.loop("L1"), said, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "stepped aside", repr(done) if isinstance(done, Refused) else "")


def _judge(_: History, world: World, step: Step, __: int) -> None:
    """The recruiter pins whoever is unsure or needs a look, one way or the other; now and then somebody overrides it."""
    loop = world.loop()
    waiting = [said.person for said in loop.attestations if said.answer is Answer.UNSURE]
    waiting += [look.person for look in loop.looks] + [pin.person for pin in loop.pins if pin.conflict]
    for person in waiting[-1:]:
        _pin(world, "rita" if step.lot % 3 else "rob", person, "no_conflict" if step.lot % 2 else "conflict")


def _pin(world: World, by: PersonId, person: PersonId, what: str) -> None:
    about = ids.pack("L1", person, what)
    view = {
        "type": "modal",
        "private_metadata": about,
        "blocks": [],
        "state": {"values": {"reason": {"field.value": {"type": "plain_text_input", "value": "As they say."}}}},
    }
    world.ask(by, "pin", conflict_desk.pin, values=ids.unpack(about), view=view)


def _by_rita(_: History, world: World, step: Step, __: int) -> None:
    loop = world.loop()
    seated = panel(loop)
    with world.database.begin() as uow:
        by = uow.person(step.who)
        if step.verb == "cancel":
            done: object = loops.cancel(uow, loop, reason="The role was closed.", by=by, now=step.at)
        elif not seated:
            return
        else:
            out = seated[step.lot % len(seated)]
            done = loops.replace_person(uow, loop, out, reason="They fell ill.", by=by, now=step.at)
    world.saw(step.who, step.verb, repr(done) if isinstance(done, Refused) else "")


def _nudge(_: History, world: World, step: Step, __: int) -> None:
    seated = panel(world.loop())
    if seated:
        to = seated[step.lot % len(seated)]
        world.ask(step.who, "nudge", decide_desk.nudge, values=("L1", to, "scorecard"))


def _snooze(_: History, world: World, step: Step, __: int) -> None:
    world.ask(step.who, "snooze", card_desk.snooze, values=("L1", _sits(world.loop(), step.who) or "talk", "hour"))


def _decide(_: History, world: World, step: Step, __: int) -> None:
    outcome = tuple(Outcome)[step.lot % 3]
    verdict = deciding.Verdict(outcome, reason="They do what the job brings every week.")
    with world.database.begin() as uow:
        done = deciding.decide(uow, uow.loop("L1"), verdict, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "decided", repr(done) if isinstance(done, Refused) else "")


def _early(_: History, world: World, step: Step, __: int) -> None:
    with world.database.begin() as uow:
        why = "Somebody is ill until next week, and the candidate can't wait."
        done = releasing.open_early(uow, uow.loop("L1"), reason=why, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "opened early", repr(done) if isinstance(done, Refused) else "")


def _name(_: History, world: World, step: Step, __: int) -> None:
    """Whoever leads no more is followed by a colleague or an admin."""
    with world.database.begin() as uow:
        for lead in Lead:
            to = uow.person(("rob", "ada")[step.lot % 2] if lead is Lead.RECRUITER else "ada")
            done = delegating.name(uow, uow.loop("L1"), lead, to, by=uow.person(step.who), now=step.at)
            world.saw(step.who, "named", repr(done) if isinstance(done, Refused) else "")


def _look(told: History, world: World, step: Step, _: int) -> None:
    """Many ask many things; the candidate and the operator look, too."""
    some_ask(world, Random(step.lot), 4 * told.asks)
    world.page()
    (world.operator_lists, world.export, lambda: world.operator_looks(()))[step.lot % 3]()


def _restart(_: History, world: World, step: Step, __: int) -> None:
    world.restart(anew=step.lot % 8 == 0)


def _set_aside(_: History, world: World, step: Step, __: int) -> None:
    """Somebody is not sure, and the recruiter has them stand aside: their scorecard leaves everything."""
    seated = panel(world.loop())
    if not seated:
        return
    person = seated[step.lot % len(seated)]
    with world.database.begin() as uow:
        unsure = attesting.Said(Answer.UNSURE, note="We may have met.")
        done = attesting.answer(uow, uow.loop("L1"), unsure, by=uow.person(person), now=step.at)
    world.saw(person, "unsure", repr(done) if isinstance(done, Refused) else "")
    _pin(world, "rita", person, "conflict")


def _work(_: History, world: World, step: Step, __: int) -> None:
    """The take-home is there, in files that are named as people name them."""
    with world.database.begin() as uow:
        name = uow.candidate(uow.loop("L1").candidate).name
        files = (f"{name.replace(' ', '_')}-analysis.zip", "notes.md")
        what = take_home.HandedIn(link="https://neutral.example/w/17", files=files)
        done = take_home.hand_in(uow, uow.loop("L1"), what, by=uow.person(step.who), now=step.at)
    world.saw(step.who, "work", "" if isinstance(done, Loop) else repr(done))


def _pause(_: History, world: World, step: Step, __: int) -> None:
    away = Pause(start=step.at.date(), end=step.at.date() + timedelta(days=3), reason="Holiday")
    with world.database.begin() as uow:
        done = self_service.pause(uow, uow.person(step.who), away, now=step.at)
    world.saw(step.who, "paused", repr(done) if isinstance(done, Refused) else "")


def _outage(_: History, world: World, step: Step, __: int) -> None:
    """From here on, or until it comes again, nothing reaches them: dead letters, and a recruiter who is told."""
    world.slack.refuses = frozenset({f"DU{step.who.upper()}"})


def _erase(_: History, world: World, step: Step, __: int) -> None:
    with world.database.begin() as uow:
        candidate = uow.candidate(uow.loop("L1").candidate)
        done = erasing.erase(
            uow, candidate, record="gone-1", policy={}, by="operator", now=step.at, early="They asked for it."
        )
    world.saw("operator", "erased", repr(done))


BY_RATERS = frozenset({"type", "fail", "snooze", "attest", *HANDING_IN})
VERBS: dict[str, Callable[[History, World, Step, int], None]] = {
    "type": _type,
    "submit": _submit,
    "fail": _submit,
    "amend": _submit,
    "attest": _attest,
    "recuse": _recuse,
    "judge": _judge,
    "replace": _by_rita,
    "cancel": _by_rita,
    "set aside": _set_aside,
    "work": _work,
    "pause": _pause,
    "outage": _outage,
    "erase": _erase,
    "nudge": _nudge,
    "snooze": _snooze,
    "decide": _decide,
    "early": _early,
    "name": _name,
    "look": _look,
    "restart": _restart,
}
