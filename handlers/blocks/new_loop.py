"""A new loop in one modal that grows: who, for which opening, by which plan, and when they can come.

Rebuild it with `response_action: update` (or `views.update`) whenever something is chosen, added or wrong: `typed(view)`
keeps all that was typed, and `errors` are drawn where they belong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from handlers import ids
from handlers.blocks import windows, zones
from handlers.blocks.parts import (
    Block,
    Option,
    actions,
    button,
    context,
    divider,
    fault,
    field,
    modal,
    option,
    section,
    select,
    text_input,
    words,
)
from handlers.blocks.state import Errors, View, held, label_of
from handlers.blocks.text import bare, counted, listed, name, plain, plain_name, zone_name
from handlers.blocks.windows import Window
from hiring.model import Candidate, Span

CANDIDATE: Final = "candidate"
SOMEONE: Final = "someone"
NAME: Final = "someone_name"
EMAIL: Final = "someone_email"
EMPLOYER: Final = "someone_employer"
ZONE: Final = "someone_zone"
OPENING: Final = "opening"
PLAN: Final = "plan"
WINDOWS: Final = "windows"

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_NAME = 200
_CALLED = 4
"""How many of those who may be meant are named. How many more there are nobody counts."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the modal. `candidate` is the option chosen (id and label); with `someone` the fields of a person
    who is new are shown instead of the list."""

    candidate: Option | None = None
    someone: bool = False
    name: str = ""
    email: str = ""
    employer: str = ""
    zone: str = ""
    opening: str = ""
    plan: str = ""
    windows: tuple[Window, ...] = (Window(number=1),)

    def with_window(self) -> Typed:
        return replace(self, windows=windows.grown(self.windows))

    def without_window(self, number: int) -> Typed:
        return replace(self, windows=windows.without(self.windows, number))


@dataclass(frozen=True, slots=True)
class Someone:
    """A candidate we did not know."""

    name: str
    email: str
    employer: str
    zone: str


@dataclass(frozen=True, slots=True)
class NewLoop:
    """What the recruiter wants. `candidate` is an id, or None with `someone`. No windows: the candidate is asked."""

    candidate: str | None
    someone: Someone | None
    opening: str
    plan: str
    windows: tuple[Span, ...]


def new_loop_modal(
    typed: Typed,
    *,
    openings: Sequence[Option],
    plans: Sequence[Option],
    zone: str,
    at_home: int = 0,
    meant: Sequence[Candidate] = (),
    errors: Mapping[str, str] | None = None,
) -> Block:
    """`openings` and `plans` (of the chosen opening) are (id, title); `zone` is the one the windows are typed in: the
    candidate's once known. `at_home` is how many days a take-home's candidate has; 0 for a plan that meets them. `meant` are
    those whom the words after the command may mean."""
    told = errors or {}
    blocks = [*_candidate(typed, told), *_which(meant), divider(), *_job(typed, openings, plans, told), divider()]
    blocks += [_task(at_home)] if at_home else _times(typed, zone, told)
    submit = "Send the task" if at_home else "Find times"
    return modal("New interview loop", blocks, callback=ids.NEW_VIEW, submit=submit, close="Cancel", reference=zone)


def begun(wanted: str, found: Sequence[Candidate]) -> Typed:
    """What stands in the modal for whoever typed a name or an e-mail right away, by which those were `found`."""
    if found:
        return Typed(candidate=(found[0].id, plain_name(found[0].name, 75)) if len(found) == 1 else None)
    new = plain(bare(wanted), _NAME)
    return Typed(someone=True, email=new) if _EMAIL.fullmatch(new) else Typed(someone=True, name=new)


def _which(meant: Sequence[Candidate]) -> list[Block]:
    """Of several nobody is chosen: it would be somebody else's file that a panel gets to read."""
    if len(meant) < 2:  # noqa: PLR2004  # of one there is nothing to ask
        return []
    called = [name(one.name, 40) + (f" ({name(one.employer, 40)})" if one.employer else "") for one in meant[:_CALLED]]
    others = ["others"] if len(meant) > _CALLED else []
    return [context(f":mag: This may be {listed([*called, *others])}. Type in the field above to choose one.")]


def _times(held_now: Typed, zone: str, errors: Mapping[str, str]) -> list[Block]:
    clock = "the candidate's own clock, in the zone chosen above" if held_now.someone else f"*{zone_name(zone)}*"
    return [
        section(f"*When can they come?* Times are on {clock}."),
        *windows.rows(held_now.windows, errors=errors, add=ids.NEW_ADD_WINDOW, remove=ids.NEW_REMOVE_WINDOW),
        *fault(errors.get(WINDOWS)),
        context("Leave the rows empty, and the candidate says when they can come on a page of their own."),
    ]


def _task(days: int) -> Block:
    return section(
        "*Done at home*, so no times are needed. The candidate gets the task on a page of their own and has "
        f"{counted(days, 'day')} for it; when their work has come, you enter it with `/interview status`."
    )


def candidate_options(candidates: Sequence[Candidate]) -> list[Block]:
    """What the candidate menu is given when somebody types into it."""
    return [
        option(one.id, plain_name(one.name, 75), plain_name(one.employer, 75) if one.employer else "")
        for one in candidates[:100]
    ]


def typed(view: View) -> Typed:
    """All that stands in the modal, complete or not."""
    blocks = {str(block.get("block_id", "")) for block in view.get("blocks", ())}
    chosen = held(view, CANDIDATE, ids.NEW_CANDIDATE)
    opening = held(view, OPENING, ids.NEW_OPENING)
    return Typed(
        candidate=(chosen, label_of(view, CANDIDATE, ids.NEW_CANDIDATE)) if chosen else None,
        someone=NAME in blocks,
        name=held(view, NAME),
        email=held(view, EMAIL),
        employer=held(view, EMPLOYER),
        zone=held(view, ZONE),
        opening=opening,
        plan=held(view, _plan_block(opening), ids.NEW_PLAN),
        windows=windows.typed(view) or (Window(number=1),),
    )


def read(view: View, *, zone: str, now: datetime) -> NewLoop | Errors:
    """`zone` is the one the windows were typed in, unless somebody new says their own."""
    held_now = typed(view)
    spans = windows.read(held_now.windows, zone=(held_now.zone if held_now.someone else "") or zone, now=now)
    errors = _faults(held_now) | (spans if isinstance(spans, dict) else {})
    if errors or isinstance(spans, dict):
        return errors
    someone = Someone(bare(held_now.name), held_now.email.strip(), held_now.employer.strip(), held_now.zone)
    return NewLoop(
        candidate=held_now.candidate[0] if held_now.candidate and not held_now.someone else None,
        someone=someone if held_now.someone else None,
        opening=held_now.opening,
        plan=held_now.plan,
        windows=spans,
    )


def _faults(held_now: Typed) -> Errors:
    errors: Errors = {}
    if not held_now.someone and held_now.candidate is None:
        errors[CANDIDATE] = "Please choose a candidate, or press “Somebody new”."
    if held_now.someone:
        errors |= _faults_of_someone(held_now)
    if not held_now.opening:
        errors[OPENING] = "Please choose the opening."
    elif not held_now.plan:
        errors[PLAN] = "Please choose a plan."
    return errors


def _faults_of_someone(held_now: Typed) -> Errors:
    errors: Errors = {}
    if not held_now.name.strip():
        errors[NAME] = "Please write the candidate's name."
    if _EMAIL.fullmatch(held_now.email.strip()) is None:
        errors[EMAIL] = "This does not look like an e-mail address. Please write one such as jo@example.org."
    if not held_now.zone:
        errors[ZONE] = "Please choose where the candidate's clock is."
    return errors


def _candidate(held_now: Typed, errors: Mapping[str, str]) -> list[Block]:
    if held_now.someone:
        return _someone(held_now, errors)
    menu: Block = {
        "type": "external_select",
        "action_id": ids.NEW_CANDIDATE,
        "placeholder": words("Type a name"),
        "min_query_length": 0,
    }
    if held_now.candidate:
        menu["initial_option"] = option(*held_now.candidate)
    return [
        field(CANDIDATE, "Candidate", menu, live=True),
        *fault(errors.get(CANDIDATE)),
        actions(button("Somebody new", ids.NEW_SOMEONE), block_id=SOMEONE),
    ]


def _someone(held_now: Typed, errors: Mapping[str, str]) -> list[Block]:
    zone = select(ids.FIELD, zones.options(held_now.zone), hint="Where their clock is", chosen=held_now.zone)
    email: Block = {"type": "email_text_input", "action_id": ids.FIELD, "placeholder": words("jo@example.org")}
    if held_now.email:
        email["initial_value"] = held_now.email
    return [
        field(NAME, "Candidate's name", text_input(initial=held_now.name, most=_NAME)),
        *fault(errors.get(NAME)),
        field(EMAIL, "E-mail", email),
        *fault(errors.get(EMAIL)),
        field(
            EMPLOYER,
            "Current employer",
            text_input(initial=held_now.employer, most=_NAME),
            hint="Interviewers see it when they are asked whether they know the candidate.",
            optional=True,
        ),
        *fault(errors.get(EMPLOYER)),
        field(ZONE, "Time zone", zone),
        *fault(errors.get(ZONE)),
        actions(button("Choose from the list instead", ids.NEW_SOMEONE), block_id=SOMEONE),
    ]


def _job(
    held_now: Typed, openings: Sequence[Option], plans: Sequence[Option], errors: Mapping[str, str]
) -> list[Block]:
    if not openings:
        return [section(":warning: There is no opening yet. `evenhand import` brings them in.")]
    blocks = [
        field(
            OPENING,
            "Opening",
            select(ids.NEW_OPENING, openings, hint="Choose an opening", chosen=held_now.opening),
            live=True,
        ),
        *fault(errors.get(OPENING)),
    ]
    if held_now.opening and plans:
        chosen = held_now.plan or (plans[0][0] if len(plans) == 1 else "")
        menu = select(ids.NEW_PLAN, plans, hint="Choose a plan", chosen=chosen)
        blocks += [field(_plan_block(held_now.opening), "Plan", menu, live=True), *fault(errors.get(PLAN))]
    return blocks


def _plan_block(opening: str) -> str:
    """A name of its own for each opening, so that Slack does not keep the choice made for another one."""
    return f"{PLAN}:{opening}"[:255]
