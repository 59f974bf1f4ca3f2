"""Answering "do you know this candidate?", and stepping aside later."""

from __future__ import annotations

from collections.abc import Sequence

from slack_bolt import App

from handlers import ids
from handlers.blocks import attest, notices, recuse
from handlers.desk import Answer, Ask, Desk, Errors, Opens, Says
from hiring.flows import attesting
from hiring.model import Answer as Attested
from hiring.model import Candidate, CandidateId, Loop
from hiring.rules import sight
from hiring.rules.blind import as_seen
from hiring.rules.permissions import Refused
from hiring.rules.phase import OVER, panel, phase


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.ATTEST_CLEAR, no_conflict)
    desk.action(app, ids.ATTEST_CONFLICT, ask_ground)
    desk.action(app, ids.ATTEST_UNSURE, ask_note)
    desk.submission(app, ids.ATTEST_CONFLICT_VIEW, conflict)
    desk.submission(app, ids.ATTEST_UNSURE_VIEW, unsure)
    desk.action(app, ids.RECUSE_OPEN, recuse_command)
    desk.action(app, ids.RECUSE_LOOP, recuse_from)
    desk.submission(app, ids.RECUSE_VIEW, recuse_now)


def no_conflict(ask: Ask) -> Answer:
    said = attesting.Said(Attested.NO_CONFLICT)
    refused = _kept(attesting.answer(ask.uow, ask.loop(), said, by=ask.person, now=ask.now))
    # The question's own message and App Home change by themselves; what only its reader saw, Slack lets nobody change.
    passing = (ask.body.get("container") or {}).get("is_ephemeral") is True
    return refused or (Says(notices.done("You said that nothing stands between you. Thank you.")) if passing else None)


def ask_ground(ask: Ask) -> Answer:
    return _if_seated(ask) or Opens(attest.conflict_modal(ask.loop()))


def ask_note(ask: Ask) -> Answer:
    return _if_seated(ask) or Opens(attest.unsure_modal(ask.loop()))


def _if_seated(ask: Ask) -> Refused | None:
    """A click on an old message is told what has become of it, before anything is typed."""
    if ask.person.id in panel(ask.loop()):
        return None
    return Refused("You are not on this panel any more, so nothing is needed. Thank you.")


def conflict(ask: Ask) -> Answer:
    said = attest.read_conflict(ask.view)
    if isinstance(said, dict):
        return Errors(said)
    wish = attesting.Said(Attested.CONFLICT, ground=said.ground, note=said.note)
    return _kept(attesting.answer(ask.uow, ask.loop(), wish, by=ask.person, now=ask.now))


def unsure(ask: Ask) -> Answer:
    note = attest.read_unsure(ask.view)
    if isinstance(note, dict):
        return Errors(note)
    wish = attesting.Said(Attested.UNSURE, note=note)
    return _kept(attesting.answer(ask.uow, ask.loop(), wish, by=ask.person, now=ask.now))


def _kept(done: Loop | Refused) -> Refused | None:
    return done if isinstance(done, Refused) else None


def recuse_command(ask: Ask) -> Answer:
    """Choose from the loops one sits in or leads; with only one it is chosen already."""
    loops = [
        loop
        for loop in ask.uow.loops_of(ask.person.id)
        if not sight.is_barred(loop, ask.person.id) and _takes_part(ask, loop)
    ]
    if not loops:
        return Refused("You take part in no loop at the moment, so there is nothing to step aside from.")
    return Opens(recuse.recuse_modal(loops, candidates=_as_seen(ask, loops)))


def _takes_part(ask: Ask, loop: Loop) -> bool:
    sits = phase(loop, ask.now) not in OVER and ask.person.id in panel(loop)
    return sits or attesting.leads(loop, ask.person, now=ask.now)


def recuse_from(ask: Ask) -> Answer:
    loop = ask.loop()
    refused = None if attesting.leads(loop, ask.person, now=ask.now) else _if_seated(ask)
    if sight.is_barred(loop, ask.person.id):
        refused = Refused(sight.closed(loop, ask.person.id))
    return refused or Opens(recuse.recuse_modal([loop], candidates=_as_seen(ask, [loop])))


def _as_seen(ask: Ask, loops: Sequence[Loop]) -> dict[CandidateId, Candidate]:
    return {loop.candidate: as_seen(ask.uow.candidate(loop.candidate), loop, ask.person) for loop in loops}


def recuse_now(ask: Ask) -> Answer:
    said = recuse.read(ask.view)
    if isinstance(said, dict):
        return Errors(said)
    wish = attesting.Said(Attested.CONFLICT, ground=said.ground, note=said.note)
    return _kept(attesting.recuse(ask.uow, ask.loop(said.loop), wish, by=ask.person, now=ask.now))
