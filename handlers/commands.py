"""`/interview`: one command, a word for each thing a person may do, and an answer for every word that is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from slack_bolt import App

from handlers import attesting, conflicts, deciding, delegating, facts, ids, loops, self_service
from handlers.blocks import alerts, notices, replies, status
from handlers.blocks.message import Message
from handlers.desk import Answer, Ask, Desk, Says
from hiring.flows import attesting as attesting_flow
from hiring.flows import dead_letters
from hiring.flows.settling import candidates_in, people_in
from hiring.model import Loop
from hiring.rules.bottlenecks import Bottleneck
from hiring.rules.permissions import COMMANDS, Refused, Verb, may, may_command
from hiring.rules.release import may_open_early

COMMAND: Final = "/interview"
_MAILTO = re.compile(r"<mailto:([^<>|]*)(?:\|[^<>]*)?>")
"""What Slack makes of an e-mail address that was typed."""


def register(app: App, desk: Desk) -> None:
    desk.command(app, COMMAND, interview)
    desk.action(app, ids.HELP_OPEN, help_)
    desk.action(app, ids.DECIDE_OPEN, alone(decide, deciding.open_decision))
    desk.action(app, ids.NUDGE_SEND, alone(nudge, deciding.nudge))
    desk.action(app, ids.LOOP_STATUS, alone(status_of, loop_status))
    desk.action(app, ids.LOOP_MORE, more)
    desk.action(app, ids.FEEDBACK_OPEN, feedback)
    desk.action(app, ids.BOTTLENECKS_OPEN, bottlenecks)
    desk.action(app, ids.LINK, loops.nothing)


def alone(word: Callable[[Ask, str], Answer], about: Callable[[Ask], Answer]) -> Callable[[Ask], Answer]:
    """A button of App Home that carries no reference does what the word alone does."""
    return lambda ask: about(ask) if ask.values[0] else word(ask, "")


def interview(ask: Ask) -> Answer:
    """The first word says what; the rest is what it is about."""
    word, _, rest = ask.text.strip().partition(" ")
    word = word.casefold()
    if word not in COMMANDS:
        near = get_close_matches(word, [name for name in COMMANDS if name], n=1)
        return Says(replies.unknown_command(word, suggestion=near[0] if near else None, commands=_allowed(ask)))
    return may_command(ask.person, word) or WORDS[word](ask, _MAILTO.sub(r"\1", rest).strip())


def _allowed(ask: Ask) -> list[tuple[str, str]]:
    return [(word, COMMANDS[word]) for word in facts.allowed(ask.person)]


def my_day(ask: Ask, _: str = "") -> Answer:
    about = (ask.uow, ask.person)
    return Says(
        replies.my_day(
            interviews=facts.interviews(*about, now=ask.now),
            owed=facts.owed(*about, now=ask.now),
            asked=facts.asked(*about, now=ask.now),
            zone=ask.person.zone,
            first_name=ask.person.name.split(" ")[0],
        )
    )


def help_(ask: Ask, _: str = "") -> Answer:
    return Says(replies.help_(_allowed(ask)))


def new(ask: Ask, wanted: str = "") -> Answer:
    return loops.open_new(ask, wanted)


def status_of(ask: Ask, wanted: str = "") -> Answer:
    """Of the loop whose candidate, or the opening whose title, holds the words; of all one may see without words."""
    seen = facts.visible(ask.uow, ask.person, now=ask.now)
    if not wanted:
        return _listed(ask, seen)
    near = [loop for loop in seen if facts.is_called(ask.uow.candidate(loop.candidate), wanted)]
    if len(near) == 1:
        return _one(ask, near[0])
    opening = facts.opening_named(ask.uow.openings(), wanted)
    if opening is not None and not near:
        mine = facts.standings(ask.uow, [loop for loop in seen if loop.opening == opening.id], now=ask.now)
        known = people_in(ask.uow)
        return Says(
            status.status_opening(opening, loops=mine, people=known, zone=ask.person.zone, may_begin=_may_begin(ask))
        )
    if near:
        return _listed(ask, near)
    return Refused(f"Nothing that you may see matches “{wanted[:80]}”. `/interview status` shows all there is.")


def _listed(ask: Ask, loops_: Iterable[Loop]) -> Answer:
    found = facts.standings(ask.uow, loops_, now=ask.now)
    known = people_in(ask.uow)
    return Says(status.status_list(found, people=known, zone=ask.person.zone, may_begin=_may_begin(ask)))


def _may_begin(ask: Ask) -> bool:
    return may_command(ask.person, "new") is None


def _one(ask: Ask, loop: Loop) -> Answer:
    return Says(
        status.status_loop(
            loop,
            candidate=ask.uow.candidate(loop.candidate),
            opening=ask.uow.opening(loop.opening),
            people=people_in(ask.uow),
            zone=ask.person.zone,
            now=ask.now,
            may_open=may_open_early(loop, ask.person, ask.now) is None,
            leads=attesting_flow.leads(loop, ask.person, now=ask.now),
            vacant=delegating.open_to(ask, loop),
            undelivered=dead_letters.undelivered(ask.uow, loop, ask.person),
            reader=ask.person.id,
        )
    )


def loop_status(ask: Ask) -> Answer:
    loop = ask.loop()
    return may(ask.person, Verb.SEE_STATUS, loop) or _one(ask, loop)


def more(ask: Ask) -> Answer:
    """The menu of a booked loop: its first reference says what is wanted of the loop in the second."""
    wanted: Mapping[str, Callable[[Ask], Answer]] = {
        "status": loop_status,
        "reschedule": loops.open_reschedule,
        "replace": loops.open_replace,
        "conflicts": conflicts.review,
        "cancel": loops.open_cancel,
    }
    return wanted[ask.values[0]](ask.about(ask.values[1:]))


def feedback(ask: Ask, _: str = "") -> Answer:
    return Says(replies.feedback_owed(facts.owed(ask.uow, ask.person, now=ask.now), zone=ask.person.zone))


def recuse(ask: Ask, _: str = "") -> Answer:
    return attesting.recuse_command(ask)


def swap(ask: Ask, _: str = "") -> Answer:
    return self_service.open_swap(ask)


def pause(ask: Ask, _: str = "") -> Answer:
    return self_service.open_pause(ask)


def prefs(ask: Ask, _: str = "") -> Answer:
    return self_service.open_prefs(ask)


def load(ask: Ask, _: str = "") -> Answer:
    return self_service.show_load(ask)


def decide(ask: Ask, _: str = "") -> Answer:
    """The one that waits, at once; a list when there are several."""
    waiting = facts.deciding(ask.uow, ask.person, now=ask.now)
    if not waiting:
        told = "No decision of yours is open. You get a message when a panel's scorecards have opened."
        return may_command(ask.person, "decide") or Says(notices.nothing(told))
    return deciding.open_decision(ask.about((waiting[0].id,))) if len(waiting) == 1 else _listed(ask, waiting)


def digest(ask: Ask, _: str = "") -> Answer:
    return self_service.open_digest(ask)


def bottlenecks(ask: Ask, _: str = "") -> Answer:
    """What is stuck beyond its limit, in what one runs or hires for."""
    refused = may_command(ask.person, "bottlenecks")
    waits = facts.waits(ask.uow, ask.person, now=ask.now)
    return refused or Says(_waits(ask, [wait for wait in waits if wait.working >= wait.limit]))


def nudge(ask: Ask, _: str = "") -> Answer:
    """Everybody who is awaited, stuck or not, with a button to remind them."""
    return Says(_waits(ask, facts.waits(ask.uow, ask.person, now=ask.now)))


def _waits(ask: Ask, found: Iterable[Bottleneck]) -> Message:
    return alerts.bottlenecks(
        list(found),
        loops={loop.id: loop for loop in facts.visible(ask.uow, ask.person, now=ask.now)},
        candidates=candidates_in(ask.uow),
        openings={opening.id: opening for opening in ask.uow.openings()},
        people=people_in(ask.uow),
        viewer=ask.person,
    )


WORDS: Final[Mapping[str, Callable[[Ask, str], Answer]]] = {
    "": my_day,
    "help": help_,
    "new": new,
    "status": status_of,
    "feedback": feedback,
    "recuse": recuse,
    "swap": swap,
    "pause": pause,
    "prefs": prefs,
    "load": load,
    "decide": decide,
    "digest": digest,
    "bottlenecks": bottlenecks,
    "nudge": nudge,
}
"""A test holds that these are the words of `COMMANDS`, of the manifest's hint and of DESIGN's list."""
