"""An entry of the audit trail as a sentence's end: "picked option 1 of 3", after whoever did it."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Final

from handlers.blocks import itinerary
from handlers.blocks.decide import OUTCOMES
from handlers.blocks.text import clip, counted, cut, listed, mention
from hiring.model import AuditEntry, Loop, Outcome, Person, PersonId, Readable, ReleaseHow

People = Mapping[PersonId, Person]
_MOST: Final = 600
_NAMED: Final = 8
ACTORS: Final[Mapping[str, str]] = {
    "evenhand": "Evenhand",
    "candidate": "the candidate",
    "operator": "whoever runs Evenhand",
}
"""Who acts and is none of the company's people."""
WORDS: Final[Mapping[str, str]] = {
    "started": "started the loop with the plan {plan}",
    "windows": "gave {count} when the candidate can come",
    "planned": "found {options}",
    "planned anew": "looked for people and times anew",
    "chose": "picked option {option} of {of}",
    "attested": "answered the question about conflicts: {answer}",
    "recused": "stepped aside",
    "recused elsewhere": "had {person} step aside, as in another loop about the candidate",
    "pinned": "pinned “{verdict}” of {person}",
    "overrode": "overrode what stood of {person}: “{verdict}”",
    "passed over": "asked somebody else, since {person} did not answer in time",
    "handed over": "handed over from {of} to {to}, as {lead}",
    "named": "said on their page whom they know here",
    "booked": "put the interviews on the calendars",
    "not booked": "could not book: not all were free any more",
    "refilled": "filled an empty seat",
    "not refilled": "found nobody for an empty seat ({way})",
    "not free any more": "took {person}, who is not free any more, off the panel",
    "left the company": "took {person}, who has left, off the panel",
    "replaced": "took {person} off the panel",
    "moved": "moved {sessions}",
    "rescheduled": "asked for another time",
    "cancelled": "cancelled the loop",
    "calendars differ": "found a calendar that was changed by hand",
    "calendars agree": "found the calendars as they were booked",
    "put back": "put the calendars back as they were booked",
    "handed in": "entered the take-home ({files})",
    "gave more time": "gave the candidate until {until} for the take-home",
    "replaced the work": "replaced the take-home (code before {before}, since {after})",
    "submitted": "handed in the scorecard of {session}",
    "amended": "amended the scorecard of {session}",
    "nudged": "reminded {person} of {about}",
    "released": "opened the scorecards: {how}",
    "decided": "decided: {outcome} ({known})",
    "read": "read {what}",
    "exported": "gave out what is kept about the candidate",
    "erased": "erased the record",
    "held": "had the record kept",
    "hold lifted": "let the record go again",
}
_FACTS: Final[Mapping[str, Mapping[str, str]]] = {
    "what": {
        Readable.SCORECARDS: "the scorecards",
        Readable.GROUNDS: "grounds and reasons about conflicts",
        Readable.CONFLICTS: "what suggests a conflict",
        Readable.BRIEF: "the brief",
        Readable.TRAIL: "this trail",
    },
    "how": {
        ReleaseHow.ALL_IN: "all were in",
        ReleaseHow.QUORUM: "enough were in, and the deadline had come",
        ReleaseHow.EARLY: "early",
    },
    "outcome": {outcome: f"*{OUTCOMES[outcome][0]}*" for outcome in Outcome},
    "answer": {"no_conflict": "no conflict", "conflict": "conflict", "unsure": "not sure"},
    "lead": {"recruiter": "recruiter", "hiring_manager": "hiring manager"},
    "about": {"attestation": "the question about conflicts", "scorecard": "a scorecard", "decision": "the decision"},
    "way": {"none": "no way works", "by moving": "only by moving a session"},
}
_COUNTS: Final[Mapping[str, tuple[str, str]]] = {
    "count": ("stretch of time", "stretches of time"),
    "options": ("option", ""),
    "files": ("file", ""),
}
_PEOPLE: Final = frozenset({"person", "of", "to"})
_SESSIONS: Final = frozenset({"session", "sessions"})
_UNTOLD: Final = frozenset({"attempt", "because_of", "opening"})
"""Facts for machines alone."""


def actor(who: str, people: People) -> str:
    """Markup."""
    if who in people:
        return mention(people, who)
    return ACTORS.get(who) or f"`{clip(who, 60)}`"


def deed(entry: AuditEntry, loop: Loop, *, people: People) -> str:
    """Markup. What no sentence is known for, and every fact that its sentence leaves out, stands as it was noted."""
    facts = {key: _fact(key, value, loop, people) for key, value in entry.facts}
    sentence = _sentence(entry.verb, facts)
    told = [key for _, key, _, _ in Formatter().parse(sentence) if key]
    rest = [f"{clip(key, 40)}: {facts[key]}" for key in facts if key not in {*told, *_UNTOLD}]
    return cut(sentence.format_map(facts) + (f" ({', '.join(rest)})" if rest else ""), _MOST)


def _sentence(verb: str, facts: Mapping[str, str]) -> str:
    found = WORDS.get(verb, "") if "because_of" not in facts else WORDS["recused elsewhere"]
    known = all(key in facts for _, key, _, _ in Formatter().parse(found) if key)
    return found if found and known else f"*{_unslotted(clip(verb, 60))}*"


def _unslotted(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _fact(key: str, value: str, loop: Loop, people: People) -> str:
    if value in _FACTS.get(key, {}):
        return _FACTS[key][value]
    if key in _COUNTS and value.isascii() and value.isdigit():
        return counted(int(value), *_COUNTS[key])
    if key in _PEOPLE and value in people:
        return mention(people, value)
    if key in _SESSIONS:
        return listed([_title(loop, one) for one in value.split(", ")], _NAMED)
    if key == "missing":
        return listed([_owed(loop, one, people) for one in value.split(", ")], _NAMED)
    return clip(value, 200)


def _title(loop: Loop, session: str) -> str:
    known = {planned.id for planned in loop.plan.sessions}
    return f"*{itinerary.title(loop.plan, session, 60)}*" if session in known else clip(session, 60)


def _owed(loop: Loop, pair: str, people: People) -> str:
    session, _, who = pair.partition("/")
    return f"{actor(who, people)} ({_title(loop, session)})" if who else clip(pair, 60)
