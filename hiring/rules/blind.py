"""Who a candidate is, kept from those who judge their work unseen: a handle in place of the name, and every trace of name,
employer and school taken out of what they are shown."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import permutations
from urllib.parse import unquote

from hiring.model import Candidate, Loop, Person
from hiring.rules.permissions import Verb, may

SHORT = 4
"""A part of a name with fewer letters is only a name where no letter stands beside it: "Jo" is not in "json"."""
MOST_PARTS = 6
"""Of a name with more parts, only the first ones are looked for joined to each other; each part is looked for by itself."""
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_LEGAL = frozenset(
    {"inc", "ltd", "llc", "gmbh", "ag", "sa", "bv", "plc", "kg", "oy", "ab", "spa", "the", "of", "and", "de"}
)
_COMMON = frozenset({
    "university", "college", "school", "institute", "academy", "universität", "universidad", "université", "group",
    "technology", "technologies", "systems", "software", "data", "labs", "company", "bank", "insurance", "retail",
    "research", "science", "sciences", "services", "solutions", "analytics", "media", "health", "energy", "consulting",
})  # fmt: skip
"""Words of companies' and schools' names that say nothing by themselves; the whole name is taken out all the same."""


@dataclass(frozen=True, slots=True)
class BlindWork:
    """What was handed in, as those who score it unseen may know it. There is no place in it for who made it."""

    handle: str
    link: str
    files: tuple[str, ...]


def handle(loop: Loop) -> str:
    """The same for as long as the loop lasts, and not to be led back to anybody."""
    drawn = int.from_bytes(hashlib.sha256(f"handle\n{loop.id}".encode()).digest()[:4])
    return f"Candidate {'ABCDEFGHKLMNPRSTVWXYZ'[drawn % 21]}{100 + drawn // 21 % 900}"


def is_blind(loop: Loop, viewer: Person | None) -> bool:
    """Whether `viewer` (None: a channel) knows the candidate of this loop by the handle only: everybody but those who run
    a take-home, since whoever reads along may be asked to score it."""
    return loop.plan.take_home is not None and (viewer is None or may(viewer, Verb.SEE_STATUS, loop) is not None)


def as_seen(candidate: Candidate, loop: Loop, viewer: Person | None) -> Candidate:
    """The candidate, or for whoever must not know them a candidate of whom there is nothing but the handle."""
    if not is_blind(loop, viewer):
        return candidate
    return Candidate(id=handle(loop), name=handle(loop), email="", zone="UTC")


def loop_as_seen(loop: Loop, candidate: Candidate, viewer: Person | None) -> Loop:
    """The loop, with what people wrote in it cleaned for whoever must not know the candidate."""
    if not is_blind(loop, viewer):
        return loop
    said, opened = loop.decision, loop.released
    return replace(
        loop,
        decision=said
        and replace(said, reason=_out(said.reason, loop, candidate), dissent=_out(said.dissent, loop, candidate)),
        released=opened and replace(opened, reason=_out(opened.reason, loop, candidate)),
        work=None,
    )


def _out(text: str, loop: Loop, candidate: Candidate) -> str:
    return cleaned(text, candidate, handle=handle(loop))


def unseen(loop: Loop, candidate: Candidate) -> BlindWork | None:
    """What was handed in, without a trace of whose it is; None while it is awaited."""
    if loop.work is None:
        return None
    name = handle(loop)
    return BlindWork(
        handle=name,
        link=cleaned(loop.work.link, candidate, handle=name),
        files=tuple(cleaned(file, candidate, handle=name) for file in loop.work.files),
    )


def names(text: str, candidate: Candidate) -> bool:
    """Whether there is a trace of the candidate in `text`."""
    return cleaned(text, candidate, handle="") != text


def cleaned(text: str, candidate: Candidate, *, handle: str) -> str:
    """`text` with every trace of the candidate replaced by `handle`: their name whole, in parts, joined in any order, with
    or without accents, in any script, as initials with a family name, percent-encoded; their e-mail and what stands
    before its @; their employers and schools."""
    if "%" in text and unquote(text) != text and _found(unquote(text), candidate) is not None:
        return _replaced(unquote(text), candidate, handle)
    return _replaced(text, candidate, handle)


def _replaced(text: str, candidate: Candidate, handle: str) -> str:
    while (found := _found(text, candidate)) is not None:
        start, end = found
        text = f"{text[:start]}\0{text[end:]}"
    return re.sub(r"(?:\0[\s._\-+]*)*\0", handle.replace("\\", ""), text)


def _found(text: str, candidate: Candidate) -> tuple[int, int] | None:
    """Where the first trace stands in `text`, the longest first."""
    plain, places = _folded(text)
    for trace in _traces(candidate):
        found = re.search(_pattern(trace), plain)
        if found is not None:
            return places[found.start()], places[found.end() - 1] + 1
    return None


def _pattern(trace: str) -> str:
    """Joined by anything that file names and links join words by."""
    parts = [re.escape(part) for part in trace.split()]
    body = r"[\s._\-+~,'’]*".join(parts)
    return body if len(trace.replace(" ", "")) >= SHORT or not trace.isascii() else rf"(?<![^\W\d_]){body}(?![^\W\d_])"


def _folded(text: str) -> tuple[str, list[int]]:
    """`text` as it is compared: small letters without marks, and for each of them its place in `text`."""
    plain: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for folded in _fold_letter(letter):
            plain.append(folded)
            places.append(place)
    return "".join(plain), places


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter) and not _is_unseen(letter))


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    """Remembered: it is asked of every letter that is shown of a take-home. Of names nothing is remembered here."""
    return _fold(letter)


def _is_unseen(letter: str) -> bool:
    """Whether it is drawn as nothing: a name with a zero-width blank in it is read as the name."""
    return unicodedata.category(letter) == "Cf"


def _traces(candidate: Candidate) -> list[str]:
    """Everything to look for, folded, parts separated by a blank; the longest first."""
    found = set(_of_name(candidate.name)) | set(_of_mail(candidate.email))
    held = [candidate.employer, *(one.name for one in (*candidate.employers, *candidate.schools))]
    found |= {trace for name in held for trace in _of_organization(name)}
    return sorted((trace for trace in found if trace), key=lambda trace: (-len(trace), trace))


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\W\d_]+", text) if word]


def _spellings(text: str) -> set[str]:
    """Without marks, and with ä, ö, ü written out, as people do in addresses."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return {_fold(composed), _fold(composed.translate(_UMLAUTS))}


def _of_name(name: str) -> set[str]:
    found: set[str] = set()
    for spelling in _spellings(name):
        words = _words(spelling)
        found |= {" ".join(words)} | {" ".join(pair) for pair in permutations(words[:MOST_PARTS], 2)}
        found |= {word for word in words if len(word) > 1 or not word.isascii()}
        if len(words) > 1 and words[0].isascii():
            first, last = words[0], words[-1]
            found |= {f"{first[0]} {last}", f"{last} {first[0]}", f"{first} {last[0]}"}
    return found


def _of_mail(email: str) -> set[str]:
    name, _, domain = email.partition("@")
    local = _fold(name.partition("+")[0])
    words = _words(local)
    addresses = {_fold(email), f"{local}@{_fold(domain)}"} if domain else set()
    return addresses | {" ".join(words), *(word for word in words if len(word) > 1)}


@cache
def _common() -> frozenset[str]:
    return frozenset(_fold(word) for word in _COMMON)


def _of_organization(name: str) -> set[str]:
    words = [word for word in _words(_fold(name)) if word not in _LEGAL]
    telling = {word for word in words if len(word) >= SHORT and word not in _common()}
    return {" ".join(words), *telling}
