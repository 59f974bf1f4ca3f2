"""openings.yml: the jobs being filled, with their people, plans and places."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

from pydantic import Field

from bot.company.cells import Refused, zone
from bot.company.entry import Id, Line, Strict
from bot.company.faults import Fault
from bot.company.library import Library
from bot.company.marked_yaml import Marked, read_yaml, validated
from hiring.model import Opening, Person, Role

Email = Annotated[str, Field(pattern=r"^\S+@\S+$", description="the e-mail of somebody in people.csv")]


class Digest(Strict):
    hour: int = Field(default=9, ge=0, le=23, description="the hour of the daily digest, 0 to 23")
    zone: str = Field(default="UTC", description="a time zone by its tz name, e.g. Europe/Berlin")


class OpeningEntry(Strict):
    id: Id
    title: Line
    team: Line = Field(description="the team as people.csv writes it")
    hiring_manager: Email
    recruiter: Email
    delegate: Email | None = Field(
        default=None, description="the e-mail of who decides when the hiring manager steps aside"
    )
    plans: list[Id] = Field(min_length=1, description="the plans a recruiter may start a loop with")
    pipeline: Id | None = Field(default=None, description="the id of a pipeline")
    channel: str | None = Field(
        default=None, pattern=r"^[a-z0-9_-]{1,80}$", description="a Slack channel's name without the #"
    )
    digest: Digest | None = Field(default=Digest(), description="when the channel gets its digest, or null for none")
    place: str = Field(default="", max_length=300, description="where on-site interviews are held, and how to get in")
    video: bool = Field(default=True, description="true or false: whether each interview gets a video link")
    active: bool = Field(default=True, description="true or false: whether the job is being filled now")


class OpeningFile(Strict):
    """The file openings.yml."""

    openings: list[OpeningEntry]


def read_openings(
    data: bytes,
    *,
    file: str,
    people: Mapping[str, Person],
    library: Library,
    by_group: frozenset[Role] = frozenset(),
) -> tuple[tuple[Opening, ...], tuple[Fault, ...]]:
    """All openings, and what is wrong; they are whole only when nothing is. `people` are keyed by e-mail; who has
    a role `by_group` is not known yet."""
    marked = read_yaml(data, file=file)
    document = validated(marked, OpeningFile)
    faults = [
        fault
        for number, entry in enumerate(document.openings)
        for fault in _faults(
            entry, ("openings", number), marked=marked, people=people, library=library, by_group=by_group
        )
    ]
    seen: set[str] = set()
    for number, entry in enumerate(document.openings):
        if entry.id in seen:
            faults.append(marked.fault(("openings", number, "id"), f"`{entry.id}` stands here twice", "each id once"))
        seen.add(entry.id)
    if faults:
        return (), tuple(faults)
    return tuple(_opening(entry, people) for entry in document.openings), ()


def _faults(
    entry: OpeningEntry,
    loc: tuple[str, int],
    *,
    marked: Marked,
    people: Mapping[str, Person],
    library: Library,
    by_group: frozenset[Role],
) -> Iterator[Fault]:
    wrong = (*_wrong_people(entry, people, by_group), *_wrong_plans(entry, library), *_wrong_zone(entry))
    for steps, what, expected in wrong:
        yield marked.fault((*loc, *steps), what, expected)


# Where in the entry, what is wrong, and what would be right.
Wrong = tuple[tuple[str | int, ...], str, str]


_RECRUITS = frozenset({Role.RECRUITER, Role.OPENING_RECRUITER})
_LEADS = frozenset({Role.HIRING_MANAGER})


def _wrong_people(entry: OpeningEntry, people: Mapping[str, Person], by_group: frozenset[Role]) -> Iterator[Wrong]:
    named = (
        ("hiring_manager", entry.hiring_manager, _LEADS),
        ("recruiter", entry.recruiter, _RECRUITS),
        ("delegate", entry.delegate, _LEADS),
    )
    for key, email, fit in named:
        if email is None:
            continue
        person = people.get(email.lower())
        if person is None:
            yield (key,), f"nobody in people.csv has the e-mail {email}", "the e-mail of somebody in people.csv"
        elif not fit & ({*person.roles} | by_group):
            role = " or ".join(role for role in Role if role in fit)
            yield (key,), f"{email} does not have the role {role}", f"somebody whose roles in people.csv hold {role}"
    if entry.delegate is not None and entry.delegate.lower() == entry.hiring_manager.lower():
        yield ("delegate",), "the delegate is the hiring manager", "somebody else"


def _wrong_plans(entry: OpeningEntry, library: Library) -> Iterator[Wrong]:
    plans = {plan.id for plan in library.plans}
    for number, plan in enumerate(entry.plans):
        if plan not in plans:
            yield ("plans", number), _no("plan", plan, library), _near(plan, plans)
    pipelines = {pipeline.id for pipeline in library.pipelines}
    if entry.pipeline is not None and entry.pipeline not in pipelines:
        yield ("pipeline",), f"there is no pipeline `{entry.pipeline}`", _near(entry.pipeline, pipelines)


def _wrong_zone(entry: OpeningEntry) -> Iterator[Wrong]:
    if entry.digest is None:
        return
    try:
        zone(entry.digest.zone)
    except Refused as refused:
        yield ("digest", "zone"), refused.what, refused.expected


def _no(kind: str, wanted: str, library: Library) -> str:
    if wanted in library.not_live:
        return f"`{wanted}` needs no meeting, so no loop can be started with it"
    return f"there is no {kind} `{wanted}`"


def _near(wanted: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(wanted, known, n=1)
    return f"`{near[0]}`, or one of {', '.join(sorted(known))}" if near else f"one of {', '.join(sorted(known))}"


def _opening(entry: OpeningEntry, people: Mapping[str, Person]) -> Opening:
    digest = entry.digest
    return Opening(
        id=entry.id,
        title=entry.title,
        team=entry.team,
        hiring_manager=people[entry.hiring_manager.lower()].id,
        recruiter=people[entry.recruiter.lower()].id,
        plans=tuple(entry.plans),
        pipeline=entry.pipeline,
        channel=entry.channel,
        digest_hour=digest.hour if digest else None,
        digest_zone=digest.zone if digest else "UTC",
        place=entry.place,
        video=entry.video,
        delegate=people[entry.delegate.lower()].id if entry.delegate else None,
        active=entry.active,
    )
