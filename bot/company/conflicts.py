"""conflicts.yml: what the company makes of each ground for stepping aside, and which companies belong together."""

from typing import Annotated, Literal

from pydantic import Field

from bot.company.entry import Line, Strict
from bot.company.faults import Fault
from bot.company.marked_yaml import Marked, read_yaml, validated
from hiring.model import Ground
from hiring.rules.grounds import SILENCE, YEARS, LookAt, Measure, Policy, Strength, Together
from hiring.rules.institutions import Company, domain, words

Domain = Annotated[
    str,
    Field(pattern=r"^@?[\w-]+(\.[\w-]+)+$", max_length=253, description="a mail domain, e.g. globex.example"),
]
Weight = Annotated[
    Literal["bars", "look", "lesser", "none"] | None,
    Field(description="one of bars, look, lesser, none"),
]
_MINUTES = 60


class Strengths(Strict):
    """A strength for each ground that shall not have the usual one."""

    family: Weight = None
    friend: Weight = None
    worked_together: Weight = None
    managed: Weight = None
    referred: Weight = None
    same_institution: Weight = None
    financial: Weight = None
    previous_interview: Weight = None
    internal: Weight = None
    other: Weight = None


class CompanyEntry(Strict):
    """A company with what belongs to it: whoever worked for one part of it worked for the whole."""

    name: Line = Field(description="the name people write into their histories")
    subsidiaries: list[Line] = Field(default=[], description="other names: subsidiaries, brands, former names")
    domains: list[Domain] = Field(default=[], description="mail domains of any of them, e.g. globex.example")


class ConflictFile(Strict):
    """The file conflicts.yml. All of it may be left out: then what is usual holds."""

    strengths: Strengths = Strengths()
    years: int = Field(
        default=YEARS, ge=0, le=60, description="what both left more than so many years ago is not asked"
    )
    look_at: Literal["seating", "attestation"] = Field(
        default="attestation", description="when the recruiter looks: at seating, or at the person's own attestation"
    )
    together: Literal["named", "discouraged", "refused"] = Field(
        default="named", description="a manager and their report on one panel: named, discouraged, refused"
    )
    lesser: Literal["prefer_others", "unrated", "add_member"] = Field(
        default="prefer_others",
        description="whoever sits with a lesser ground: prefer_others, unrated (shown, not totalled), add_member",
    )
    silence_hours: float = Field(
        default=SILENCE / _MINUTES,
        ge=1,
        le=80,
        description="working hours without an answer after which somebody else is asked, 1 to 80",
    )
    public_mail: list[Domain] = Field(default=[], description="more mail domains where anybody has a mailbox")
    companies: list[CompanyEntry] = Field(default=[], description="companies that belong together")


def read_conflicts(data: bytes, *, file: str) -> tuple[Policy, tuple[Fault, ...]]:
    """The policy, and what is wrong with it. Raises `FaultsError` for what is not such a file."""
    marked = read_yaml(data, file=file)
    document = validated(marked, ConflictFile)
    faults = _repeated(document, marked)
    said = document.strengths.model_dump(exclude_none=True)
    policy = Policy(
        strengths={Ground(ground): Strength(strength) for ground, strength in said.items()},
        years=document.years,
        look_at=LookAt(document.look_at),
        together=Together(document.together),
        lesser=Measure(document.lesser),
        silence=round(document.silence_hours * _MINUTES),
        public_mail=tuple(domain(one) for one in document.public_mail),
        companies=tuple(
            Company(one.name, tuple(one.subsidiaries), tuple(domain(found) for found in one.domains))
            for one in document.companies
        ),
    )
    return policy, faults


def _repeated(document: ConflictFile, marked: Marked) -> tuple[Fault, ...]:
    """Names that stand with two companies: nobody could say which of them is meant."""
    faults: list[Fault] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, company in enumerate(document.companies):
        places = [("name", company.name), *((("subsidiaries", at), one) for at, one in enumerate(company.subsidiaries))]
        for place, name in places:
            if seen.setdefault(words(name), number) != number:
                steps = place if isinstance(place, tuple) else (place,)
                what = f"`{name}` stands with `{document.companies[seen[words(name)]].name}` already"
                faults.append(marked.fault(("companies", number, *steps), what, "each name with one company"))
    return tuple(faults)
