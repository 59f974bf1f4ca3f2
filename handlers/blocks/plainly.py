"""What the engine says about a panel, for people: titles and names instead of its ids, sentences in plain words.

The engine knows nothing but ids. Each of its sentences has one shape (`scheduling/conflicts.py`, `remedies.py`,
`reasons.py`); a shape that is unknown here still gets its ids replaced, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from handlers.blocks import itinerary
from handlers.blocks.text import clip, escape, listed, mention, minutes
from hiring.model import Loop, Person, PersonId
from hiring.rules.recusal import UNAVAILABLE

People = Mapping[PersonId, Person]
HELP: Final = "This would help: "
"""Begins what would help, among the reasons a loop keeps."""
NAMED: Final = 6
MENTIONED: Final = 40
_COULD: Final = ("could", "carries more", "discouraged", "sits in ")
"""How the engine begins to say why somebody was not taken who could have been, but for their seat in this loop."""
_TAKES = re.compile(r"(?P<session>\S+) takes (?P<minutes>\d+) minutes")
_CLOCKS = re.compile(r"(?<=\d:\d\d)-(?=\d\d:\d\d)")
_SHAPES: Final = tuple(
    (re.compile(shape), words)
    for shape, words in (
        (r"(\S+) needs someone who holds (@\S+)", r"\1 needs \2"),
        (r"(\S+) needs someone who holds (.+), and nobody does", r"\1 needs somebody qualified for \2, and nobody is"),
        (r"(\S+) needs someone who holds (.+)", r"\1 needs somebody qualified for \2"),
        (r"calendars of (.+) \(.+\)", r"the times at which \1 can"),
        (r"caps of (.+) \(.+\)", r"how much \1 may interview"),
        (r"unavailable for (.+?): (.+)", r"unavailable: \2"),
        (r"the candidate is available (.+)", r"the candidate can come \1"),
        (r"all of it on one date at most", "all of it must fit one day"),
        (r"all of it on (\d+) dates at most", r"all of it must fit \1 days"),
        (r"(\d+) dates instead of (\d+)", r"to spread it over \1 days"),
        (r"the candidate available on (.+)", r"if the candidate could come \1"),
        (r"one more day of the candidate: (.+)", r"one more day of the candidate, such as \1"),
        (r"no mix rule", "to leave out the rule who must be on the panel together"),
        (r"a rest of (\d+) minutes after (\d+) at most", r"a break of \1 minutes after \2 at most"),
        (r"least load among (\d+) who could(.*)", r"interviews least that week, of \1 who could\2"),
        (r"carries more: (\d+) min that week against (\d+)(.*)", r"interviews more that week, \1 min against \2\3"),
        (r"discouraged by \d+ points(.*)", r"meets another candidate of this opening around that day\1"),
        (
            r"the others with less load are discouraged, among (\d+) who could(.*)",
            r"the others meet another candidate of this opening around that day, of \1 who could\2",
        ),
        (
            r"the panel as a whole costs least this way, among (\d+) who could(.*)",
            r"the panel as a whole is fairest and soonest this way, of \1 who could\2",
        ),
    )
)


_WHERE: Final = tuple(
    (re.compile(shape), where)
    for shape, where in (
        (r"the candidate available on .*|one more day of the candidate.*", "with the button below"),
        (r".+ free on .*", "they can free it in their calendar"),
        (r".+'s (?:week|day) cap at .*", "they can set it with `/interview prefs`"),
        (r"one more person.*", "whoever looks after Evenhand imports it"),
        (r".*", "a change of the plan, which holds for new loops"),
    )
)
"""Where each change that would help is made, the nearest first."""


def hindrances(loop: Loop, because: Sequence[str], *, people: People) -> list[str]:
    """Lines of markup: what can't all be true together. The sessions' lengths are one line."""
    told = [reason for reason in because if not reason.startswith(HELP)]
    lengths = [found for reason in told if (found := _TAKES.fullmatch(reason))]
    names = names_in(loop, people)
    rest = [plainly(reason, loop, people=people, names=names) for reason in told if not _TAKES.fullmatch(reason)]
    return [*([_lengths(loop, lengths)] if lengths else []), *rest]


def helps(loop: Loop, because: Sequence[str], *, people: People) -> list[str]:
    """Lines of markup: changes each of which would give a time, with where that is done; what the reader can do first."""
    told = [reason.removeprefix(HELP) for reason in because if reason.startswith(HELP)]
    names = names_in(loop, people)
    found = [(_place(reason), plainly(reason, loop, people=people, names=names)) for reason in told]
    return [f"{words}: {_WHERE[place][1]}" for place, words in sorted(found, key=lambda pair: pair[0])]


def _place(reason: str) -> int:
    return next(number for number, (shape, _) in enumerate(_WHERE) if shape.fullmatch(reason))


def plainly(reason: str, loop: Loop, *, people: People, names: Mapping[str, str] | None = None) -> str:
    """One sentence of the engine as markup, beginning with a capital. Whoever says many has `names` made once."""
    for shape, words in _SHAPES:
        if shape.fullmatch(reason):
            reason = shape.sub(words, reason)
            break
    said = _CLOCKS.sub("–", _with_names(reason, names or names_in(loop, people)))
    return said[:1].upper() + said[1:]


def not_taken(
    others: Sequence[tuple[PersonId, str]],
    loop: Loop,
    *,
    people: People,
    names: Mapping[str, str] | None = None,
    discreet: bool = False,
) -> list[str]:
    """Why others do not sit there, as markup: each reason once, with everybody it holds for.

    `discreet`, for whoever may not know of conflicts: all who could not are unavailable. Beside "busy 10:00" and "cap
    reached", the one who is nothing but unavailable would be known to have a conflict.
    """
    known = names or names_in(loop, people)
    by_reason: dict[str, list[str]] = {}
    for who, stood in others:
        reason = UNAVAILABLE if discreet and not stood.startswith(_COULD) else stood
        by_reason.setdefault(plainly(reason, loop, people=people, names=known), []).append(mention(people, who))
    return [f"{reason}: {listed(who, MENTIONED)}" for reason, who in by_reason.items()]


def _lengths(loop: Loop, found: Iterable[re.Match[str]]) -> str:
    held = [(_title(loop, one["session"]), int(one["minutes"])) for one in found]
    each = listed([f"{title} ({minutes(length)})" for title, length in held], NAMED)
    return (
        f"{each} {'needs' if len(held) == 1 else 'need'} a place, {minutes(sum(length for _, length in held))} in all"
    )


def _title(loop: Loop, session: str) -> str:
    known = {planned.id for planned in loop.plan.sessions}
    return f"“{itinerary.title(loop.plan, session, 50)}”" if session in known else escape(session)


def _with_names(reason: str, names: Mapping[str, str]) -> str:
    """The reason as markup, every id in it replaced; several people in a row are listed, the many counted."""
    ids = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    one = rf"(?<![\w@.-])(?:{ids})(?![\w-]|\.\w)"
    made, at = "", 0
    for found in re.finditer(rf"{one}(?:(?:, ){one})*", reason):
        made += escape(reason[at : found.start()])
        made += listed([names[key] for key in found.group().split(", ")], NAMED)
        at = found.end()
    return made + escape(reason[at:])


def names_in(loop: Loop, people: People) -> dict[str, str]:
    """Every id that a reason may hold, and what people read in its place. Reads everybody."""
    names = {person: mention(people, person) for person in people}
    for session in loop.plan.sessions:
        names[session.id] = _title(loop, session.id)
        for seat in session.seats:
            names[f"{session.id}.{seat.id}"] = _title(loop, session.id)
            names |= {held: _qualification(held) for held in seat.any_of}
    return names


def _qualification(held: str) -> str:
    if held.startswith("@"):
        return f"the {clip(held[1:].replace('-', ' '), 60)}"
    return clip(held.replace("-", " "), 60)
