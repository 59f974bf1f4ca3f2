"""What people set for themselves in Slack: a swap, a pause, working hours and caps, their load; a channel's digest hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo, available_timezones

from slack_bolt import App

from handlers import ids
from handlers.blocks import digest_settings, loads, notices, pause, prefs, swap
from handlers.desk import Answer, Ask, Becomes, Desk, Errors, Opens, Says
from hiring.flows import loops, self_service
from hiring.flows.settling import candidates_in
from hiring.model import AuditEntry, Opening
from hiring.model import Pause as Paused
from hiring.rules.permissions import Refused, may_command
from hiring.rules.phase import panel


def register(app: App, desk: Desk) -> None:
    desk.action(app, ids.PAUSE_OPEN, open_pause)
    desk.action(app, ids.PAUSE_END, end_pause)
    desk.submission(app, ids.PAUSE_VIEW, pause_now)
    desk.action(app, ids.PREFS_OPEN, open_prefs)
    desk.submission(app, ids.PREFS_VIEW, set_prefs)
    desk.action(app, ids.LOAD_OPEN, show_load)
    desk.action(app, ids.SWAP_OPEN, open_swap)
    desk.submission(app, ids.SWAP_VIEW, swap_now)
    desk.action(app, ids.DIGEST_OPEN, open_digest)
    desk.submission(app, ids.DIGEST_VIEW, set_digest)


def open_pause(ask: Ask) -> Answer:
    return Opens(pause.pause_modal(ask.person, today=_today(ask)))


def _today(ask: Ask) -> date:
    return ask.now.astimezone(ZoneInfo(ask.person.zone)).date()


def pause_now(ask: Ask) -> Answer:
    wanted = pause.read(ask.view)
    if not isinstance(wanted, Paused):
        return Errors(wanted)
    done = self_service.pause(ask.uow, ask.person, wanted, now=ask.now)
    return Errors({pause.UNTIL: done.because}) if isinstance(done, Refused) else Becomes(pause.paused(wanted))


def end_pause(ask: Ask) -> Answer:
    self_service.end_pause(ask.uow, ask.person, now=ask.now)
    return Says(notices.done("Your pause is over. You may be asked to interview again."))


def open_prefs(ask: Ask) -> Answer:
    return Opens(prefs.prefs_modal(ask.person))


def set_prefs(ask: Ask) -> Answer:
    wanted = prefs.read(ask.view)
    if isinstance(wanted, dict):
        return Errors(wanted)
    chosen = self_service.Prefs(hours=wanted.hours, day_cap=wanted.day_cap, week_cap=wanted.week_cap, gap=wanted.gap)
    done = self_service.set_prefs(ask.uow, ask.person, chosen, now=ask.now)
    if isinstance(done, Refused):
        return done
    undo = "It holds from now on for what is not booked yet. `/interview prefs` changes it again."
    return Becomes(notices.saved("Your preferences", prefs.saved(chosen), undo))


def show_load(ask: Ask) -> Answer:
    today = _today(ask)
    mine = self_service.loads(ask.uow, [ask.person], now=ask.now)[0]
    return Says(loads.own_load(mine, this_week=today - timedelta(days=today.weekday())))


def open_swap(ask: Ask) -> Answer:
    """Choose from the loops one sits in that have not begun."""
    found = [
        loop
        for loop in ask.uow.loops_of(ask.person.id)
        if ask.person.id in panel(loop) and min(session.start for session in loop.sessions) > ask.now
    ]
    if not found:
        return Refused("You sit on no panel that is still to come, so there is nothing to hand over.")
    return Opens(swap.swap_modal(found, candidates=candidates_in(ask.uow)))


def swap_now(ask: Ask) -> Answer:
    wanted = swap.read(ask.view)
    if isinstance(wanted, dict):
        return Errors(wanted)
    done = loops.swap(ask.uow, ask.loop(wanted.loop), reason=wanted.reason, by=ask.person, now=ask.now)
    if isinstance(done, Refused):
        return done
    return Becomes(
        notices.saved(
            "Ask for a swap",
            "Somebody else is looked for from now on. You are off this panel, and the interview leaves your calendar.",
            "It can't be taken back here: if you can come after all, tell the recruiter.",
        )
    )


def _own_openings(ask: Ask) -> list[Opening]:
    return [o for o in ask.uow.openings() if ask.person.id in {o.hiring_manager, o.recruiter} and o.active]


def open_digest(ask: Ask) -> Answer:
    refused = may_command(ask.person, "digest")
    if refused is not None:
        return refused
    mine = _own_openings(ask)
    if not mine:
        return Refused("You lead no opening, so there is no digest of yours to set.")
    return Opens(digest_settings.digest_modal(mine))


def set_digest(ask: Ask) -> Answer:
    wanted = digest_settings.read(ask.view)
    if isinstance(wanted, dict):
        return Errors(wanted)
    opening = next((o for o in _own_openings(ask) if o.id == wanted.opening), None)
    if wanted.zone not in available_timezones() or wanted.hour not in {None, *range(24)}:
        return Refused("Please choose the hour and the time zone from the lists.")
    if opening is None:
        return Refused("The digest of this opening is set by its hiring manager or recruiter.")
    ask.uow.save_opening(
        replace(
            opening,
            digest_hour=wanted.hour,
            digest_zone=wanted.zone,
            channel_id=wanted.channel,
            own_digest=True,
        )
    )
    ask.uow.audit(AuditEntry(at=ask.now, actor=ask.person.id, verb="set digest", subject=opening.id))
    return None
