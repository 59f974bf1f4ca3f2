"""Every modal, and what is put into one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from handlers.blocks import (
    attest,
    brief,
    changes,
    codes,
    conflicts,
    decide,
    delegate,
    digest_settings,
    new_loop,
    notices,
    options,
    pause,
    prefs,
    rates,
    recuse,
    release,
    retention,
    scorecard_modal,
    summary_modal,
    swap,
    take_home,
    trail,
    windows,
)
from hiring.model import (
    Acquaintances,
    Lead,
    Pause,
)
from hiring.rules.rates import Pool, Rates, Repeated
from hiring.rules.summary import summarise
from tests.handlers.blocks.surfaces.facts import (
    DAY,
    MONDAY,
    NOTE,
    an_option,
    cases,
    checked,
    entries,
    offered,
    opened_early,
    openings,
)
from tests.handlers.blocks.world import NASTY, START, World, draft_of, filled

Modals = dict[str, dict[str, Any]]


def modals(world: World, *, note: str = NOTE, many: int = 60) -> Modals:
    return {
        **_conflict(world, note, many),
        **_planning(world, note, many),
        **_scoring(world, note, many),
        **_leading(world, note, many),
        **_own(world, note, many),
    }


def _conflict(world: World, note: str, many: int) -> Modals:
    """Conflicts."""
    loop, people, candidate, person, zone = world.loop, world.people, world.candidate, world.rater, world.loop.zone
    candidates = {candidate.id: candidate}
    return {
        "conflict_modal": attest.conflict_modal(loop, note=note),
        "unsure_modal": attest.unsure_modal(loop, note=note),
        "pin_modal": conflicts.pin_modal(loop, person=person, conflict=True, reason=note),
        "pin_modal override": conflicts.pin_modal(loop, person=person, conflict=False, override=True),
        "review_modal": conflicts.review_modal(
            loop,
            cases(world, note, many),
            candidate=candidate,
            people=people,
            zone=zone,
            judges=True,
            told=[Acquaintances(loop.id, START, note, tuple(people))] * 3,
        ),
        "review_modal not told": conflicts.review_modal(
            loop, (), candidate=candidate, people=people, zone=zone, judges=True, told=note
        ),
        "review_modal empty": conflicts.review_modal(
            loop, (), candidate=candidate, people=people, zone=zone, judges=False
        ),
        "other_modal": conflicts.other_modal(loop, person="U1", reason=note),
        "recuse_modal": recuse.recuse_modal([loop], candidates=candidates, note=note),
        "recuse_modal many": recuse.recuse_modal([loop] + [loop.with_(id=f"m{n}") for n in range(many)], candidates=candidates),
        "swap_modal": swap.swap_modal([loop, loop.with_(id="l9")], candidates=candidates, reason=note),
    }  # fmt: skip


def _planning(world: World, note: str, many: int) -> Modals:
    """Loops, their times and panels."""
    loop, people, candidate, zone = world.loop, world.people, world.candidate, world.loop.zone
    spans = windows.from_spans(loop.windows, zone=zone)
    told = {f"window:{window.number}": "This lies in the past. Please choose a day to come." for window in spans}
    return {
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
        "new_loop_modal several": new_loop.new_loop_modal(
            new_loop.Typed(), openings=[("o", "x")], plans=[], zone=zone, meant=[candidate] * many
        ),
        "new_loop_modal at home": new_loop.new_loop_modal(
            new_loop.Typed(candidate=("jo", candidate.name), opening="o", plan="p"),
            openings=[("o", "x")], plans=[("p", loop.plan.title)], zone=zone, at_home=365,
        ),
        "started": changes.started(loop, candidate=candidate, page="https://interviews.example/c/abc"),
        "windows_modal": windows.windows_modal(loop, candidate=candidate, zone=zone, errors=told),
        "options_why": options.options_why(loop, an_option(world), number=1, people=people),
        "cancel_modal": changes.cancel_modal(loop, candidate=candidate, reason=note),
        "reschedule_modal": changes.reschedule_modal(
            loop, candidate=candidate, zone=zone, windows=spans, reason=note, errors=told
        ),
        "replace_modal": changes.replace_modal(loop, people=people, reason=note),
    }  # fmt: skip


def _scoring(world: World, note: str, many: int) -> Modals:
    """Scorecards and take-homes."""
    loop, people, candidate = world.loop, world.people, world.candidate
    draft = draft_of(loop, "coding", world.rater.id, note).fields
    return {
        "rubric_modal": brief.rubric_modal(loop, session="coding"),
        "scorecard_modal": scorecard_modal.scorecard_modal(loop, session="coding", candidate=candidate),
        "scorecard_modal draft": scorecard_modal.scorecard_modal(
            loop, session="coding", fields=draft, candidate=candidate, amend=True, reset=3, errors={"overall": note}
        ),
        "work_modal": take_home.work_modal(loop, candidate=candidate),
        "time_modal": take_home.time_modal(loop, candidate=candidate, until=date(2026, 11, 28)),
        "release_modal": release.release_modal(opened_early(world, note), candidate=candidate, people=people, reason=note),
        "codes_modal": codes.codes_modal(loop, checked(world, many), people=people),
        "codes_modal nothing": codes.codes_modal(loop, (), people=people),
    }  # fmt: skip


def _leading(world: World, note: str, many: int) -> Modals:
    """For those who lead, and auditors."""
    loop, people, candidate, person, zone = world.loop, world.people, world.candidate, world.rater, world.loop.zone
    owner = people[loop.hiring_manager]
    found = summarise(loop, world.cards)
    return {
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
        "rates_modal": rates.rates_modal(
            Rates(
                tuple(Pool(f"2026 Q{n % 4 + 1}", f"{note[:90]} {n}", *[5 * n] * 7) for n in range(99)),
                tuple(Repeated(one, 99) for one in people),
            ),
            people=people,
        ),
        "trail_modal": trail.trail_modal(
            loop, entries(world, note, many), candidate=candidate, people=people, zone=zone
        ),
        "hold_modal": retention.hold_modal(loop, candidate=candidate, reason=note),
    }  # fmt: skip


def _own(world: World, note: str, many: int) -> Modals:
    """For oneself, and plain words."""
    person = world.rater
    return {
        "saved": notices.saved("Your preferences", note, "Say it again."),
        "paused": pause.paused(Pause(MONDAY, MONDAY + DAY, note)),
        "pause_modal": pause.pause_modal(world.recruiter, today=MONDAY, fields={"reason": note[:300]}),
        "prefs_modal": prefs.prefs_modal(person),
        "digest_modal": digest_settings.digest_modal([world.opening]),
        "digest_modal many": digest_settings.digest_modal([world.opening, *openings(world, many)]),
        "notice": notices.notice(note, note),
        "as_modal": notices.as_modal(offered(world)),
    }  # fmt: skip
