"""Writing a scorecard in a modal that loses nothing: each step is kept as it is made."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slack_bolt import App

from handlers import ids
from handlers.blocks import brief, codes, scorecard_modal
from handlers.desk import Answer, Ask, Desk, Errors, Opens
from hiring.flows import scorecards
from hiring.flows.settling import people_in
from hiring.model import Loop, Person, Scorecard
from hiring.rules import sight, worktime
from hiring.rules.blind import as_seen
from hiring.rules.permissions import Refused


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.SCORECARD_OPEN, open_form)
    desk.action(app, ids.SCORECARD_FIELD, keep_step)
    desk.submission(app, ids.SCORECARD_VIEW, submit)
    desk.closed(app, ids.SCORECARD_VIEW, keep_all)
    desk.action(app, ids.SCORECARD_SNOOZE, snooze)
    desk.action(app, ids.BRIEF_RUBRIC, show_rubric)
    desk.action(app, ids.CODES_CHECK, check_codes)


def open_form(ask: Ask) -> Answer:
    loop, session = ask.loop(), ask.values[1]
    refused = scorecards.may_write(loop, session, ask.person, now=ask.now)
    if refused is not None:
        return refused
    form = scorecards.form(ask.uow, loop, session, by=ask.person, now=ask.now)
    fields = dict(form.draft.fields) if form.draft else {}
    if form.submitted is not None:
        card = form.submitted
        handed_in = scorecard_modal.fields_of(
            card.ratings, overall=card.overall, confidence=card.confidence, note=card.note
        )
        fields = {**handed_in, **fields}
    return Opens(
        scorecard_modal.scorecard_modal(
            loop,
            session=session,
            fields=fields,
            candidate=as_seen(ask.uow.candidate(loop.candidate), loop, ask.person),
            amend=form.submitted is not None,
        )
    )


def keep_step(ask: Ask) -> Answer:
    """Something was typed or picked: keep it, and whatever else the modal holds by now."""
    loop, session = _of_view(ask)
    refused = scorecards.may_write(loop, session, ask.person, now=ask.now)
    if refused is not None:
        return None  # a modal that was open when the loop ended: handing it in tells why
    name, value = scorecard_modal.field_of(ask.action)
    fields = {**dict(scorecard_modal.fields(ask.view)), name: value}
    scorecards.keep_field(ask.uow, loop, session, fields, by=ask.person, now=ask.now)
    return None


def keep_all(ask: Ask) -> Answer:
    """The modal was closed: keep what it still held."""
    loop, session = _of_view(ask)
    fields = dict(scorecard_modal.fields(ask.view))
    if fields and scorecards.may_write(loop, session, ask.person, now=ask.now) is None:
        scorecards.keep_field(ask.uow, loop, session, fields, by=ask.person, now=ask.now)
    return None


def _of_view(ask: Ask) -> tuple[Loop, str]:
    loop, session = ids.unpack(ask.view["private_metadata"])
    return ask.loop(loop), session


def submit(ask: Ask) -> Answer:
    loop, session = _of_view(ask)
    rubric = loop.plan.rubric(session)
    if rubric is None:
        return Refused("Nobody rates this session.")
    refused = scorecards.may_write(loop, session, ask.person, now=ask.now)
    if refused is not None:
        return refused
    saved = scorecards.form(ask.uow, loop, session, by=ask.person, now=ask.now).draft
    scorecards.keep_field(ask.uow, loop, session, dict(scorecard_modal.fields(ask.view)), by=ask.person, now=ask.now)
    filled = scorecard_modal.read(ask.view, rubric=rubric, saved=saved.fields if saved else ())
    if isinstance(filled, dict):
        return Errors(filled)
    card = Scorecard(
        loop=loop.id,
        session=session,
        author=ask.person.id,
        rubric=rubric.id,
        rubric_version=rubric.version,
        ratings=filled.ratings,
        overall=filled.overall,
        confidence=filled.confidence,
        note=filled.note,
    )
    done = scorecards.submit(ask.uow, loop, card, by=ask.person, now=ask.now)
    if isinstance(done, Refused):
        return done
    if isinstance(done, tuple):
        places = scorecard_modal.blocks_by_field(ask.view)
        return Errors({places.get(fault.field, fault.field): fault.says for fault in done})
    return None


def snooze(ask: Ask) -> Answer:
    loop, session, choice = ask.values
    until = _until(choice, ask.person, ask.now)
    done = scorecards.snooze(ask.uow, ask.loop(loop), session, until=until, by=ask.person, now=ask.now)
    return done if isinstance(done, Refused) else None


def _until(choice: str, person: Person, now: datetime) -> datetime:
    """`hour`, `afternoon` (three o'clock, or an hour from now when that has passed) or `morning` of the next working day."""
    zone = ZoneInfo(person.zone)
    in_an_hour = now + timedelta(hours=1)
    if choice == "afternoon":
        three = datetime.combine(now.astimezone(zone).date(), time(15), zone).astimezone(UTC)
        return max(three, in_an_hour)
    return worktime.next_morning(person, now) if choice == "morning" else in_an_hour


def check_codes(ask: Ask) -> Answer:
    """Whether what the person may read is what was handed in: their own at any time, the panel's once it is open."""
    loop = ask.loop()
    found = scorecards.codes(ask.uow, loop, by=ask.person)
    if isinstance(found, Refused):
        return found
    return Opens(codes.codes_modal(loop, found, people=people_in(ask.uow)))


def show_rubric(ask: Ask) -> Answer:
    loop, session = ask.loop(), ask.values[1]
    if sight.is_barred(loop, ask.person.id) or not any(seat.person == ask.person.id for seat in loop.seats):
        return Refused("You are not on this panel any more.")
    return Opens(brief.rubric_modal(loop, session=session))
