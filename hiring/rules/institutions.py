"""Whether two names, or two mail addresses, mean the same employer or school.

People write one company in many ways. What is compared is a name without its legal form, accents, case and punctuation,
with a slip of the pen forgiven. What is found is a suggestion for a person to judge, so a doubtful match is told rather
than passed over; a wrong one costs somebody a glance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from hiring.rules.spelling import bare

PUBLIC_MAIL = frozenset(
    {
        "126.com", "163.com", "aol.com", "duck.com", "fastmail.com", "foxmail.com", "free.fr", "gmail.com", "gmx.at",
        "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com",
        "hotmail.fr", "icloud.com", "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru", "me.com",
        "msn.com", "naver.com", "orange.fr", "outlook.com", "outlook.de", "pm.me", "posteo.de", "proton.me",
        "protonmail.com", "qq.com", "rediffmail.com", "rocketmail.com", "seznam.cz", "t-online.de", "tuta.com",
        "tutanota.com", "virgilio.it", "wanadoo.fr", "web.de", "wp.pl", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
        "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.ru", "ymail.com", "zoho.com",
    }
)  # fmt: skip
"""Where anybody has a mailbox: to share one of these says nothing."""

_LEGAL = frozenset(
    """
    ab ag aktiengesellschaft as asa aps bv cv co company corp corporation doo eg ev gbr gmbh inc incorporated kg kgaa kk
    lda limited llc llp lp ltd ltda mbh mbb nv ohg oy oyj plc pte pty pvt private sa sab sapi sarl sas sasu se sl slu spa
    srl sro spzoo ug und and et ооо оао зао пао ао ooo 株式会社 有限会社 有限公司 股份有限公司 주식회사
    """.split()  # noqa: SIM905 - a list of words reads as one
)
_LEADING = frozenset({"the", "ооо", "оао", "зао", "пао", "ао", "ooo", "株式会社", "有限会社", "주식회사"})
_GLUED = re.compile("(株式会社|有限会社|股份有限公司|有限公司|주식회사)")
"""Legal forms that are written without a space before or after them."""
_SMALL = frozenset("of the de der di du des la fur zu for at and und et".split())  # noqa: SIM905 - a list of words reads as one
_SAME_WORD = {
    **dict.fromkeys(
        ("uni", "universitat", "universitaet", "universite", "universita", "universidad", "universidade",
         "universiteit", "universitet", "uniwersytet", "univ"),
        "university",
    ),
    **dict.fromkeys(("polytechnic", "politechnika", "politecnico", "polytechnique", "politecnica"), "polytechnic"),
    **dict.fromkeys(("technische", "technical", "technology", "tech", "techn"), "technology"),
    **dict.fromkeys(("hochschule", "college"), "college"),
    "saint": "st",
    "sankt": "st",
}  # fmt: skip
_DOTTED = re.compile(r"\b(?:(?:\w\.\s?){2,}|\w/\w\b)")
_WORD = re.compile(r"[\w+]+")
_SLIPS = ((5, 1), (10, 2))
"""From so many letters on, so many slips of the pen are forgiven."""
_OF_A_COUNTRY = frozenset({"ac", "co", "com", "edu", "gob", "gov", "gv", "ne", "net", "or", "org"})
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Company:
    """A company with what belongs to it, as the policy lists it: other names, subsidiaries, mail domains."""

    name: str
    subsidiaries: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@lru_cache(maxsize=20_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a name that tell it from others, or all of them when none do."""
    spaced = _GLUED.sub(r" \1 ", bare(name)) + " "
    joined = _DOTTED.sub(lambda found: re.sub(r"[./\s]", "", found[0]) + " ", spaced)
    every = [word for word in _WORD.findall(re.sub("['’_]", "", joined)) if word]
    kept = list(every)
    while len(kept) > 1 and kept[-1] in _LEGAL:
        kept.pop()
    while len(kept) > 1 and kept[0] in _LEADING:
        kept.pop(0)
    told = tuple(_SAME_WORD.get(word, word) for word in kept if word not in _SMALL)
    return told or tuple(every)


def are_same(one: str, other: str, *, companies: Iterable[Company] = ()) -> bool:
    """Whether two names mean one institution, by themselves or because the policy lists them together."""
    if sounds_alike(one, other):
        return True
    for company in companies:
        names = (company.name, *company.subsidiaries)
        if all(any(sounds_alike(name, told) for told in names) for name in (one, other)):
            return True
    return False


@lru_cache(maxsize=50_000)
def sounds_alike(one: str, other: str) -> bool:
    a, b = words(one), words(other)
    if not a or not b:
        return False
    if sorted(a) == sorted(b) or _begins(a, b) or _begins(b, a):
        return True
    left, right = "".join(a), "".join(b)
    if left == right:
        return True
    if re.findall(r"\d+", left) != re.findall(r"\d+", right):
        return False
    return are_one_word(left, right)


def are_one_word(one: str, other: str) -> bool:
    """Whether two words are the same but for a slip of the pen: none is forgiven in a short one."""
    shorter = min(len(one), len(other))
    forgiven = max((slips for letters, slips in _SLIPS if shorter >= letters), default=0)
    return one == other or (forgiven > 0 and one[0] == other[0] and _slips(one, other, most=forgiven) <= forgiven)


def _begins(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """A name of several words with a country or a department after it is still that name."""
    return len(short) >= _SEVERAL and long[: len(short)] == short


def _slips(one: str, other: str, *, most: int) -> int:
    """How many letters were added, left out, changed or swapped with a neighbour; more than `most` is not counted out."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


# ---- mail domains --------------------------------------------------------------------------------


def domain(address: str) -> str:
    """What stands after the @, or the whole of it when there is none."""
    return address.rpartition("@")[2].strip().rstrip(".").casefold()


def is_public(name: str, *, also: Iterable[str] = ()) -> bool:
    """Whether anybody can have a mailbox there; a sub-domain of such a provider counts too."""
    return any(_within(name, known) for known in (*PUBLIC_MAIL, *(domain(one) for one in also)))


def are_near(one: str, other: str, *, public: Iterable[str] = ()) -> bool:
    """Whether one domain is the other or lies within it (`cs.uni.example` in `uni.example`), and it is nobody's mailbox."""
    upper, lower = sorted((domain(one), domain(other)), key=len)
    if not _is_owned(upper) or is_public(upper, also=public):
        return False
    return _within(lower, upper)


def is_of(address: str, name: str, *, companies: Iterable[Company] = (), public: Iterable[str] = ()) -> bool:
    """Whether a mail address is one of the institution `name`: by a domain the policy lists, or because it spells it."""
    at = domain(address)
    if not _is_owned(at) or is_public(at, also=public):
        return False
    if "." in name and " " not in name.strip() and are_near(at, name, public=public):
        return True
    listed = [
        company
        for company in companies
        if any(_within(at, domain(known)) for known in company.domains)
        and any(sounds_alike(name, known) for known in (company.name, *company.subsidiaries))
    ]
    return bool(listed) or "".join(words(name)) in _labels(at)


def _labels(name: str) -> list[str]:
    """The parts of a domain that an owner chose, without their hyphens."""
    parts = name.split(".")[:-1]
    owned = parts[:-1] if len(parts) > 1 and parts[-1] in _OF_A_COUNTRY else parts
    return [part.replace("-", "") for part in owned]


def _within(name: str, upper: str) -> bool:
    return name == upper or name.endswith(f".{upper}")


def _is_owned(name: str) -> bool:
    """Somebody registered it: `uni.example` and `uni.ac.uk`, and not `ac.uk` or `example` alone."""
    parts = name.split(".")
    if len(parts) < _SEVERAL or not all(parts):
        return False
    suffix = len(parts) == _SEVERAL and parts[0] in _OF_A_COUNTRY and len(parts[1]) == _SEVERAL
    return not suffix
