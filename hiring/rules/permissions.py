"""Who may do what. A "no" carries its reason, and the reason is for the person who asked, nobody else.

Checked at the moment of use, not only when a button is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hiring.model import Loop, Opening, Person, PersonId, Role
from hiring.rules import sight


class Verb(StrEnum):
    NEW_LOOP = "new"
    SEE_STATUS = "status"
    RUN_LOOP = "run"
    DECIDE = "decide"
    SEE_BOTTLENECKS = "bottlenecks"
    SET_DIGEST = "digest"
    NUDGE = "nudge"
    RELEASE_EARLY = "release early"


@dataclass(frozen=True, slots=True)
class Refused:
    because: str


def may_start(person: Person, opening: Opening | None = None) -> Refused | None:
    """Whether somebody may start a loop (in `opening`, when it is known). None is a yes."""
    if not person.active:
        return Refused(sight.LEFT)
    if not {Role.RECRUITER, Role.ADMIN, Role.OPENING_RECRUITER} & set(person.roles):
        return Refused("Starting a loop is for recruiters. Ask the recruiter of the opening to start it.")
    if opening is not None and not recruits_for(person, opening):
        return Refused("You recruit for other openings. Ask the recruiter of this one to start the loop.")
    if opening is not None and not opening.active:
        return Refused("This opening is closed. Pick another one, or have it opened again.")
    return None


def recruits_for(person: Person, opening: Opening) -> bool:
    """Whether somebody who may start loops may do so in this opening."""
    return bool({Role.RECRUITER, Role.ADMIN} & set(person.roles)) or person.id == opening.recruiter


def may(person: Person, verb: Verb, loop: Loop) -> Refused | None:
    """Whether `person` may do `verb` to `loop`. None is a yes. A recused person may do nothing with the loop."""
    if not person.active or sight.is_barred(loop, person.id):
        return Refused(sight.closed(loop, person.id) if person.active else sight.LEFT)
    if loop.erased is not None:
        return Refused(sight.ERASED)
    allowed: dict[Verb, set[PersonId]] = {
        Verb.SEE_STATUS: {loop.recruiter, loop.hiring_manager},
        Verb.RUN_LOOP: {loop.recruiter},
        Verb.NUDGE: {loop.recruiter, loop.hiring_manager},
        Verb.SEE_BOTTLENECKS: {loop.recruiter, loop.hiring_manager},
        Verb.DECIDE: {loop.hiring_manager},
        Verb.RELEASE_EARLY: {loop.recruiter, loop.hiring_manager},
        Verb.SET_DIGEST: {loop.recruiter, loop.hiring_manager},
    }
    if person.id in allowed.get(verb, set()):
        return None
    if verb in _BY_ANY_RECRUITER and person.recruits_for(loop.opening):
        return None
    if verb in _BY_ANY_ADMIN and Role.ADMIN in person.roles:
        return None
    return Refused(_WHOSE[verb])


_BY_ANY_RECRUITER = frozenset({Verb.SEE_STATUS, Verb.RUN_LOOP, Verb.NUDGE, Verb.SEE_BOTTLENECKS})
_BY_ANY_ADMIN = frozenset({Verb.SEE_STATUS, Verb.RELEASE_EARLY})
"""When those in charge are themselves raters or have stepped aside, somebody must still be able to find and open."""
_WHOSE = {
    Verb.NEW_LOOP: "Starting a loop is for recruiters.",
    Verb.SEE_STATUS: "The state of this loop is for recruiters and its hiring manager.",
    Verb.RUN_LOOP: "Only a recruiter may change this loop. Ask the recruiter in charge.",
    Verb.DECIDE: "The decision belongs to the hiring manager of this opening.",
    Verb.SEE_BOTTLENECKS: "Bottlenecks are for the recruiter and the hiring manager of the opening.",
    Verb.SET_DIGEST: "The digest is set by the hiring manager or the recruiter of the opening.",
    Verb.NUDGE: "Reminding people is for the recruiter and the hiring manager of the loop.",
    Verb.RELEASE_EARLY: "Opening scorecards early is for the recruiter in charge, the hiring manager or an admin.",
}


COMMANDS: dict[str, str] = {
    "": "my day: interviews, what I owe, what waits for me",
    "help": "what I may do here",
    "new": "start a loop for a candidate",
    "status": "where a loop or an opening stands",
    "feedback": "scorecards I owe, and write them",
    "recuse": "step aside from a loop",
    "swap": "ask to be replaced in a session",
    "pause": "do not ask me to interview for a while",
    "prefs": "my working hours, caps and buffer",
    "load": "how much I interview",
    "decide": "decide on a candidate whose scorecards are open",
    "digest": "when and where the channel digest comes",
    "bottlenecks": "what is stuck, on whom, and what to do",
    "nudge": "remind somebody who is awaited",
}
"""Every `/interview` subcommand and what it does, in the order help shows them."""

_FOR_RECRUITERS = frozenset({"new"})
_FOR_LEADS = frozenset({"status", "bottlenecks", "nudge", "digest"})
_FOR_DECIDERS = frozenset({"decide"})
_LEADS = frozenset({Role.RECRUITER, Role.OPENING_RECRUITER, Role.HIRING_MANAGER, Role.ADMIN})


def may_command(person: Person, command: str) -> Refused | None:
    """Whether a subcommand is for this person at all (what it may then do to a loop is asked of `may`)."""
    roles = set(person.roles)
    if command in _FOR_RECRUITERS:
        return may_start(person)
    if command in _FOR_LEADS and not roles & _LEADS:
        return Refused(f"`/interview {command}` is for recruiters and hiring managers.")
    if command in _FOR_DECIDERS and not roles & {Role.HIRING_MANAGER, Role.ADMIN}:
        return Refused("Deciding is for hiring managers. You can see your own interviews with `/interview`.")
    return None
