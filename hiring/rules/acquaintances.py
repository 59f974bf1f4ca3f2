"""Whom a candidate says they know here: what may be said, and whether what they wrote names somebody.

People write a name in many ways: the surname first, without accents, with a slip of the pen, as an e-mail address. A
doubtful match is told rather than passed over, since a human looks at it; a first name alone is not one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hiring.model import Acquaintances, Look, Loop, Person, PersonId
from hiring.rules.institutions import are_one_word
from hiring.rules.phase import needs_look
from hiring.rules.spelling import bare

LONGEST = 2000
"""How much a candidate may write, in characters."""
MOST = 12
"""How often they may say it anew: each time the recruiter in charge is told."""

_NEAR = 3
"""Between the words of one name stand fewer than so many others: "Sousa, Ana M." and "Ana de la Sousa"."""
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts in which names are written without a space."""
_ONE_NAME = 4
"""Who has one name only is found by it when it has so many letters."""


def clean(words: str) -> str:
    """What was typed, without what nobody can read: control characters and half characters."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


def names(words: str, person: Person) -> bool:
    """Whether `words` may name `person`."""
    if person.email and person.email.casefold() in words.casefold():
        return True
    wanted, told = _split(person.name), _split(words)
    joined = "".join(wanted)
    if _UNSPACED.search(joined):
        return len(joined) > 1 and joined in "".join(told)
    if len(wanted) == 1:
        return len(joined) >= _ONE_NAME and any(are_one_word(joined, word) for word in told)
    return len(wanted) > 1 and _stand_together(wanted[0], wanted[-1], told)


def _split(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub("['’ʼ]", "", bare(text)))


def _stand_together(first: str, last: str, told: Sequence[str]) -> bool:
    begins = [at for at, word in enumerate(told) if are_one_word(first, word)]
    ends = [at for at, word in enumerate(told) if are_one_word(last, word)]
    return any(0 < abs(one - other) <= _NEAR for one in begins for other in ends)


def concern(told: Acquaintances, person: Person) -> bool:
    """Whether what the candidate told us may be about `person`."""
    return person.id in told.people or names(told.words, person)


def looked_at(loop: Loop, people: Sequence[PersonId], *, now: datetime) -> Loop:
    """The loop in which a human must look at `people`, whatever was pinned before this was known."""
    looks = tuple(Look(person=person, at=now) for person in people if not needs_look(loop, person))
    return replace(loop, looks=(*loop.looks, *looks))


def may_say(loop: Loop, *, words: str) -> str | None:
    """Why this can't be kept, in words for the candidate, or None."""
    if len(words) > LONGEST:
        return f"Please write at most {LONGEST:,} characters; these are {len(words):,}."
    if len(loop.named) >= MOST:
        return "You have changed this many times. Please write to your contact below, they will gladly help."
    return None
