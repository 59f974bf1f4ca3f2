"""App Home: what is somebody's own, and what they run. Built from values, the same for the same facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers import ids
from handlers.blocks import loads, mine, notices, pause, standing
from handlers.blocks.mine import Asked, Interview, Owed
from handlers.blocks.parts import Block, actions, button, context, divider, fitted, header, section
from handlers.blocks.standing import Standing
from handlers.blocks.text import clip, counted, name
from hiring.flows.self_service import Load
from hiring.model import Person, PersonId, Role
from hiring.rules.phase import Phase

WEIGHT = 100_000
LISTED = 10

BUTTONS: dict[str, tuple[str, str]] = {
    "new": ("New loop", ids.NEW_OPEN),
    "status": ("Status", ids.LOOP_STATUS),
    "feedback": ("Scorecards I owe", ids.FEEDBACK_OPEN),
    "recuse": ("Step aside", ids.RECUSE_OPEN),
    "swap": ("Ask for a swap", ids.SWAP_OPEN),
    "pause": ("Pause me", ids.PAUSE_OPEN),
    "prefs": ("Preferences", ids.PREFS_OPEN),
    "load": ("Load", ids.LOAD_OPEN),
    "decide": ("Decide", ids.DECIDE_OPEN),
    "digest": ("Digest", ids.DIGEST_OPEN),
    "bottlenecks": ("What is stuck", ids.BOTTLENECKS_OPEN),
    "nudge": ("Remind somebody", ids.NUDGE_SEND),
    "help": ("Help", ids.HELP_OPEN),
}
"""A button for each word of `/interview`, without a reference: it does what the word alone does."""


@dataclass(frozen=True, slots=True)
class HomeView:
    """What App Home needs to know. `commands` are the words of `/interview` that the person may use; `runs` are the loops
    they coordinate, `hires` the loops of their openings, both unfinished; `audits` are those in which an auditor may read
    what was said and pinned about conflicts; `this_week` is their present Monday."""

    person: Person
    today: date
    this_week: date
    interviews: tuple[Interview, ...] = ()
    owed: tuple[Owed, ...] = ()
    asked: tuple[Asked, ...] = ()
    load: Load | None = None
    runs: tuple[Standing, ...] = ()
    hires: tuple[Standing, ...] = ()
    audits: tuple[Standing, ...] = ()
    commands: tuple[str, ...] = ()


def nobodys() -> Block:
    """For somebody who has left, in place of what stood there."""
    return {"type": "home", "blocks": [section(notices.STRANGER)]}


def home(view: HomeView, *, people: Mapping[PersonId, Person]) -> Block:
    zone = view.person.zone
    groups: list[list[Block]] = [
        *_part("Please answer first", mine.asked(view.asked)),
        *_part("Scorecards you owe", mine.owed(view.owed, zone=zone)),
        *_part("Decisions that wait for you", _decisions(view, people)),
        *_commands(view),
        *_part("Your interviews", mine.interviews(view.interviews, zone=zone), empty=_no_interviews(view)),
        *_by_phase("Loops you run", view.runs, people=people, zone=zone),
        *_by_phase("Your openings", [one for one in view.hires if one not in view.runs], people=people, zone=zone),
        *_part("Loops you may audit", _audits(view), most=25),
        *_yourself(view),
    ]
    blocks = fitted([_hello(view)], groups, more=lambda left: f"and {left} more", most=100, heaviest=WEIGHT)
    return {"type": "home", "blocks": list(blocks)}


def _hello(view: HomeView) -> Block:
    waiting = len(view.asked) + len(view.owed) + sum(_awaits(one, view) for one in view.hires)
    told = f"{counted(waiting, 'thing')} for you to do." if waiting else "Nothing waits for you."
    return section(f"*Hello {name(view.person.name, 60)}.* {told}")


def _commands(view: HomeView) -> list[list[Block]]:
    """Below what waits: on a telephone the buttons alone fill the screen."""
    buttons = [button(*BUTTONS[word]) for word in view.commands if word in BUTTONS]
    waits = view.asked or view.owed or any(_awaits(one, view) for one in view.hires)
    return [[*([divider()] if waits else []), actions(*buttons)]] if buttons else []


def _no_interviews(view: HomeView) -> str:
    if any(pause_.start <= view.today < pause_.end for pause_ in view.person.pauses):
        return "You are paused, so nobody asks you. Enjoy it."
    return "No interviews ahead. When you are asked for one, it stands here and in a message."


def _decisions(view: HomeView, people: Mapping[PersonId, Person]) -> list[list[Block]]:
    return [
        [
            section(standing.line(one, people=people, zone=view.person.zone)),
            actions(
                button("Decide", ids.DECIDE_OPEN, ids.pack(one.loop), style="primary"),
                button("Read the summary", ids.SUMMARY_OPEN, ids.pack(one.loop)),
            ),
        ]
        for one in view.hires
        if _awaits(one, view)
    ]


def _audits(view: HomeView) -> list[list[Block]]:
    rates = [[actions(button("How conflicts go", ids.RATES_OPEN))]] if Role.AUDITOR in view.person.roles else []
    return rates + [
        [
            section(f"*{name(one.candidate)}* · _{clip(one.opening, 80)}_"),
            actions(
                button("Conflicts", ids.CONFLICTS_OPEN, ids.pack(one.loop)),
                button("Who did what", ids.TRAIL_OPEN, ids.pack(one.loop)),
            ),
        ]
        for one in view.audits
    ]


def _awaits(one: Standing, view: HomeView) -> bool:
    return one.phase is Phase.DECIDING and one.waits_for in {None, view.person.id}


def _by_phase(
    title: str, loops: Sequence[Standing], *, people: Mapping[PersonId, Person], zone: str
) -> list[list[Block]]:
    order = list(Phase)
    sorted_ = sorted(loops, key=lambda one: (order.index(one.phase), one.opening, one.loop))
    return _part(title, standing.groups(sorted_, people=people, zone=zone), most=25)


def _part(title: str, groups: list[list[Block]], *, empty: str = "", most: int = LISTED) -> list[list[Block]]:
    """A titled part of the page; nothing at all when there is nothing to say."""
    if not groups:
        return [[divider(), header(title), section(empty)]] if empty else []
    more = [[context(f"and {len(groups) - most} more")]] if len(groups) > most else []
    return [[divider(), header(title), *groups[0]], *groups[1:most], *more]


def _yourself(view: HomeView) -> list[list[Block]]:
    blocks: list[Block] = [divider(), header("How much you interview")]
    if view.load is not None:
        blocks += loads.weeks(view.load, this_week=view.this_week)
    ahead = [one for one in view.person.pauses if one.end > view.today]
    if not ahead:
        blocks.append(context("No pause is set. “Pause me” keeps you free for a while."))
    for one in sorted(ahead, key=lambda p: p.start)[:5]:
        blocks.append(section(f":palm_tree: Paused {pause.words(one)}"))
    if ahead:
        blocks.append(actions(button("End the pause", ids.PAUSE_END)))
    return [blocks]
