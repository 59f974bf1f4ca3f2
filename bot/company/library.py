"""All plan files together: what refers to what, checked, and made into the values of `hiring.model`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import lru_cache
from importlib.resources import files

from bot.company import plan_files as entries
from bot.company.entry import Strict
from bot.company.faults import Fault, FaultsError
from bot.company.marked_yaml import Loc, Marked, read_yaml, validated
from hiring import model
from hiring.rules.rubric import MANY_INTERVIEWS
from hiring.rules.take_home import FEWEST

SECTIONS = ("qualifications", "criteria", "rubrics", "sessions", "plans", "pipelines", "skills", "roles")
LOOPS = frozenset({"live", "take_home"})
"""Kinds of plans that a loop can be started with."""
_ROLE_SEATS = {"hiring_manager": model.HIRING_MANAGER_SEAT, "recruiter": model.RECRUITER_SEAT}
_MIX = {"team": model.Mix.TEAM, "outside_team": model.Mix.OUTSIDE, "senior": model.Mix.SENIOR}


@dataclass(frozen=True, slots=True)
class Library:
    """`plans` and the stages of `pipelines` that have one hold plans for loops only: reading an application and a test
    that a key scores need no panel. `not_live` names those others. `qualifications` maps ids to names."""

    plans: tuple[model.Plan, ...]
    pipelines: tuple[model.Pipeline, ...]
    qualifications: Mapping[str, str]
    not_live: frozenset[str]
    role_criteria: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry, and where it stands."""

    marked: Marked
    loc: Loc
    entry: Strict

    def fault(self, *steps: int | str, what: str, expected: str) -> Fault:
        return self.marked.fault((*self.loc, *steps), what, expected)


_Section = dict[str, _Found]


def ready_files() -> tuple[tuple[str, bytes], ...]:
    """The plan files that come with Evenhand."""
    found = (part for part in files("plans").iterdir() if part.name.endswith(".yml"))
    return tuple((f"plans/{part.name}", part.read_bytes()) for part in sorted(found, key=lambda part: part.name))


def build_library(
    ready: Iterable[tuple[str, bytes]], *, own: Iterable[tuple[str, bytes]] = ()
) -> Library | tuple[Fault, ...]:
    """The ready files, with a company's own on top: an entry of theirs replaces a ready one of the same id."""
    faults: list[Fault] = []
    sections: dict[str, _Section] = {name: {} for name in SECTIONS}
    for layer in (ready, own):
        for name, found in _layer(layer, faults).items():
            sections[name].update(found)
    if faults:
        return tuple(sorted(faults))
    faults.extend(_broken_references(sections))
    faults.extend(_plan_faults(sections))
    return tuple(sorted(faults)) if faults else _built(sections)


@lru_cache(maxsize=64)
def _document(data: bytes, file: str) -> tuple[Marked, entries.PlanFile]:
    """Kept, because the ready files are the same at every reading and parsing them takes longest of all."""
    marked = read_yaml(data, file=file)
    return marked, validated(marked, entries.PlanFile)


def _layer(layer: Iterable[tuple[str, bytes]], faults: list[Fault]) -> dict[str, _Section]:
    sections: dict[str, _Section] = {name: {} for name in SECTIONS}
    for file, data in layer:
        try:
            marked, document = _document(data, file)
        except FaultsError as error:
            faults.extend(error.faults)
            continue
        for name in SECTIONS:
            for number, entry in enumerate(getattr(document, name)):
                found = _Found(marked, (name, number), entry)
                first = sections[name].setdefault(entry.id, found)
                if first is not found:
                    what = f"`{entry.id}` is defined in {first.marked.file} already"
                    faults.append(found.fault("id", what=what, expected="each id once; another id here"))
    return sections


def _broken_references(sections: Mapping[str, _Section]) -> Iterator[Fault]:
    for name in SECTIONS:
        for found in sections[name].values():
            for section, wanted, loc in found.entry.references():
                if wanted not in sections[section]:
                    known = ", ".join(sorted(sections[section])) or "none is defined"
                    what = f"there is no `{wanted}` among the {section}"
                    yield found.fault(*loc, what=what, expected=f"one of: {known}")


def _plan_faults(sections: Mapping[str, _Section]) -> Iterator[Fault]:
    for found in sections["plans"].values():
        plan = found.entry
        assert isinstance(plan, entries.PlanEntry)  # noqa: S101  # the section holds nothing else
        sessions = [_session(sections, wanted) for wanted in plan.sessions if wanted in sections["sessions"]]
        rated = [session.id for session in sessions if session.rubric]
        if len(rated) > MANY_INTERVIEWS and plan.more_than_four_reason is None:
            yield found.fault(
                "sessions",
                what=f"plan `{plan.id}` has {len(rated)} rated interviews and gives no reason",
                expected=f"at most {MANY_INTERVIEWS}, or `more_than_four_reason` saying why each further one is worth it",
            )
        if plan.kind == "take_home":
            yield from _take_home_faults(found, plan, sessions)
        if plan.kind not in LOOPS:
            continue
        seats = sum(1 for session in sessions if session.rubric for seat in session.seats if seat.rates)
        if plan.release.quorum and plan.release.quorum > seats:
            what = f"a quorum of {plan.release.quorum} can't be reached: {seats} seats rate"
            yield found.fault("release", "quorum", what=what, expected=f"at most {seats}")


def _session(sections: Mapping[str, _Section], wanted: str) -> entries.SessionEntry:
    entry = sections["sessions"][wanted].entry
    assert isinstance(entry, entries.SessionEntry)  # noqa: S101  # the section holds nothing else
    return entry


# ---- into the subject's values ------------------------------------------------------------------------------------


def _take_home_faults(found: _Found, plan: entries.PlanEntry, sessions: list[entries.SessionEntry]) -> Iterator[Fault]:
    for session in sessions:
        raters = [seat for seat in session.seats if seat.rates and not seat.optional and seat.ladder == "qualified"]
        if session.rubric is None or len(raters) < FEWEST:
            what = f"take-home `{plan.id}` is scored by fewer than {FEWEST} people"
            yield found.fault(
                "sessions", what=what, expected=f"a session with a rubric and {FEWEST} seats that rate, or more"
            )
        if any(seat.role for seat in session.seats):
            what = f"take-home `{plan.id}` has a seat for somebody who knows the candidate"
            yield found.fault("sessions", what=what, expected="seats with any_of only: it is scored unseen")


def _built(sections: Mapping[str, _Section]) -> Library:
    everything = {name: {key: found.entry for key, found in section.items()} for name, section in sections.items()}
    roles = [role for role in everything["roles"].values() if isinstance(role, entries.RoleEntry)]
    plans = [plan for plan in everything["plans"].values() if isinstance(plan, entries.PlanEntry)]
    skills = {
        key: skill.criteria for key, skill in everything["skills"].items() if isinstance(skill, entries.SkillEntry)
    }
    not_live = frozenset(plan.id for plan in plans if plan.kind not in LOOPS)
    role_of = {role.plan: role.id for role in roles}
    return Library(
        plans=tuple(_plan(plan, sections, role=role_of.get(plan.id, "")) for plan in plans if plan.kind in LOOPS),
        pipelines=tuple(
            _pipeline(pipeline, not_live)
            for pipeline in everything["pipelines"].values()
            if isinstance(pipeline, entries.PipelineEntry)
        ),
        qualifications={
            key: entry.name
            for key, entry in everything["qualifications"].items()
            if isinstance(entry, entries.QualificationEntry)
        },
        not_live=not_live,
        role_criteria={
            role.plan: tuple(
                dict.fromkeys(name for task in role.tasks for skill in task.skills for name in skills[skill])
            )
            for role in roles
        },
    )


def _pipeline(pipeline: entries.PipelineEntry, not_live: frozenset[str]) -> model.Pipeline:
    stages = tuple(
        model.Stage(id=stage.id, title=stage.title, plan=None if stage.plan in not_live else stage.plan)
        for stage in pipeline.stages
    )
    return model.Pipeline(id=pipeline.id, title=pipeline.name, stages=stages, about=pipeline.about)


def _plan(plan: entries.PlanEntry, sections: Mapping[str, _Section], *, role: str) -> model.Plan:
    sessions = [_session(sections, wanted) for wanted in plan.sessions]
    rubrics = dict.fromkeys(session.rubric for session in sessions if session.rubric)
    return model.Plan(
        id=plan.id,
        title=plan.name,
        sessions=tuple(_session_plan(session) for session in sessions),
        rubrics=tuple(_rubric(rubric, sections) for rubric in rubrics),
        version=plan.version,
        role=role,
        first=plan.order.first,
        last=plan.order.last,
        before=tuple((before, after) for before, after in plan.order.before),
        rest=model.Rest(after=plan.rest.after, minutes=plan.rest.minutes),
        lunch=_lunch(plan.lunch),
        max_days=plan.max_days,
        mix=tuple(model.MixRule(kind=_MIX[rule.from_], at_least=rule.at_least) for rule in plan.mix),
        release=model.ReleaseRule(quorum=plan.release.quorum, hours=plan.release.deadline_hours),
        many_reason=plan.more_than_four_reason or "",
        take_home=model.TakeHome(prompt=plan.take_home.prompt, days=plan.take_home.days) if plan.take_home else None,
    )


def _lunch(lunch: entries.Lunch | None) -> model.Lunch | None:
    if lunch is None:
        return None
    return model.Lunch(start=time.fromisoformat(lunch.from_), end=time.fromisoformat(lunch.to), minutes=lunch.minutes)


def _session_plan(session: entries.SessionEntry) -> model.SessionPlan:
    told = session.candidate
    return model.SessionPlan(
        id=session.id,
        title=session.title,
        minutes=session.minutes,
        seats=tuple(_seat(seat, first=number == 0) for number, seat in enumerate(session.seats)),
        rubric=session.rubric,
        covers=tuple(session.cover),
        questions=tuple(
            model.Question(text=question.ask, follow_ups=tuple(question.follow_ups)) for question in session.questions
        ),
        tell_candidate="\n".join((*(f"• {topic}" for topic in told.topics), told.prepare)),
        optional=session.optional,
    )


def _seat(seat: entries.SeatEntry, *, first: bool) -> model.SeatPlan:
    kind = model.SeatKind.LEAD if first else model.SeatKind.PAIR
    if seat.ladder == "shadow":
        kind = model.SeatKind.SHADOW
    elif not seat.rates and not first:
        kind = model.SeatKind.OBSERVER
    ending = "-shadow" if seat.ladder == "shadow" else ""
    pool = (_ROLE_SEATS[seat.role],) if seat.role else tuple(f"{wanted}{ending}" for wanted in seat.any_of)
    return model.SeatPlan(id=seat.id, any_of=pool, kind=kind, optional=seat.optional, rates=seat.rates)


def _rubric(wanted: str, sections: Mapping[str, _Section]) -> model.Rubric:
    rubric = sections["rubrics"][wanted].entry
    assert isinstance(rubric, entries.RubricEntry)  # noqa: S101  # the section holds nothing else
    return model.Rubric(
        id=rubric.id,
        title=rubric.name,
        criteria=tuple(_criterion(part, sections["criteria"][part.criterion].entry) for part in rubric.criteria),
        version=rubric.version,
    )


def _criterion(part: entries.RubricCriterion, entry: Strict) -> model.Criterion:
    assert isinstance(entry, entries.CriterionEntry)  # noqa: S101  # the section holds nothing else
    return model.Criterion(
        id=entry.id,
        name=entry.name,
        anchors=tuple(entry.anchors[point] for point in sorted(entry.anchors)),
        about=entry.means,
        weight=part.weight,
        independent=part.independent,
    )
