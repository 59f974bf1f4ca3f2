"""The schema of `plans/*.yml`: what a plan is made of, in the words a person writes it with."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.company.entry import AnchorText, ClockTime, Id, Line, Minutes, Reference, Strict, Text, refused


class QualificationEntry(Strict):
    id: Id
    name: Line
    means: Text = Field(description="what a person who holds it may interview for")


class CriterionEntry(Strict):
    id: Id
    name: Line
    means: Text = Field(description="what is judged, and what is not, in a sentence or two")
    anchors: dict[int, AnchorText] = Field(
        description="a text for every point of the scale: 1 to 4, or 1 to 5; 1 is the weakest"
    )

    @model_validator(mode="after")
    def every_point_has_an_anchor(self) -> Self:
        points = sorted(self.anchors)
        if points not in ([1, 2, 3, 4], [1, 2, 3, 4, 5]):
            raise refused(
                f"criterion `{self.id}` has anchors for {', '.join(map(str, points)) or 'no point'}",
                expected="an anchor text for every point of a scale of 1 to 4 or 1 to 5",
            )
        return self


class RubricCriterion(Strict):
    criterion: Id
    weight: int = Field(default=1, ge=1, le=10, description="how much it counts in the mean, 1 to 10")
    independent: bool = Field(default=False, description="shown beside the others but never totalled")


class RubricEntry(Strict):
    id: Id
    version: int = Field(default=1, ge=1, description="counts up when the rubric changes; scorecards keep theirs")
    name: Line
    criteria: list[RubricCriterion] = Field(min_length=1, max_length=8)

    @model_validator(mode="after")
    def something_is_totalled_once(self) -> Self:
        names = [entry.criterion for entry in self.criteria]
        if len(set(names)) < len(names):
            raise refused(f"rubric `{self.id}` names a criterion twice", expected="each criterion once")
        if all(entry.independent for entry in self.criteria):
            raise refused(f"rubric `{self.id}` has independent criteria only", expected="at least one that is totalled")
        return self

    def references(self) -> Iterator[Reference]:
        for i, part in enumerate(self.criteria):
            yield "criteria", part.criterion, ("criteria", i, "criterion")


class SeatEntry(Strict):
    id: Id
    any_of: list[Id] = Field(default=[], description="holders of any one of these qualifications may sit here")
    role: Literal["hiring_manager", "recruiter"] | None = Field(
        default=None, description="instead of any_of: the opening's own hiring manager or recruiter sits here"
    )
    optional: bool = Field(default=False, description="an optional seat never blocks a booking")
    ladder: Literal["qualified", "shadow"] = Field(
        default="qualified", description="shadow: a seat for those in training for these qualifications"
    )
    rates: bool = Field(default=True, description="whether this seat owes a scorecard (if the session has a rubric)")

    @model_validator(mode="after")
    def pool_or_role(self) -> Self:
        if bool(self.any_of) == bool(self.role):
            raise refused(
                f"seat `{self.id}` has both any_of and role, or neither",
                expected="any_of: [a qualification, …] for a pool, or role: hiring_manager or recruiter",
            )
        return self


class QuestionEntry(Strict):
    ask: Text
    follow_ups: list[Line] = Field(default=[], max_length=5)


class ForCandidate(Strict):
    topics: list[Line] = Field(min_length=1, max_length=6, description="what the session is about")
    prepare: Text = Field(description="how to prepare, said to the candidate")


class SessionEntry(Strict):
    id: Id
    title: Line
    minutes: Minutes
    seats: list[SeatEntry] = Field(min_length=1, max_length=8)
    rubric: Id | None = Field(default=None, description="what its raters fill in; a session without one is not rated")
    optional: bool = Field(default=False, description="left out when it can't be placed; never blocks a booking")
    cover: list[Line] = Field(min_length=1, max_length=8, description="what the panel covers, in order")
    questions: list[QuestionEntry] = Field(default=[], max_length=6)
    candidate: ForCandidate

    @model_validator(mode="after")
    def seats_are_distinct_and_someone_rates(self) -> Self:
        names = [seat.id for seat in self.seats]
        if len(set(names)) < len(names):
            raise refused(f"session `{self.id}` has two seats of one id", expected="each seat's id once")
        if self.rubric and not any(seat.rates for seat in self.seats):
            raise refused(f"session `{self.id}` has a rubric but no seat that rates", expected="a seat that rates")
        return self

    def references(self) -> Iterator[Reference]:
        if self.rubric:
            yield "rubrics", self.rubric, ("rubric",)
        for i, seat in enumerate(self.seats):
            for j, wanted in enumerate(seat.any_of):
                yield "qualifications", wanted, ("seats", i, "any_of", j)


class Order(Strict):
    first: Id | None = None
    last: Id | None = None
    before: list[Annotated[list[Id], Field(min_length=2, max_length=2)]] = Field(
        default=[], description="pairs [a, b]: a ends before b starts"
    )


class Rest(Strict):
    after: Minutes = Field(default=120, description="at most this many minutes without a break")
    minutes: Minutes = Field(default=15, description="how long a break is")


class Lunch(Strict):
    from_: ClockTime = Field(alias="from", description="start of the window, the candidate's clock, HH:MM")
    to: ClockTime = Field(description="end of the window, HH:MM")
    minutes: Minutes = Field(default=45, description="how long lunch is")

    @model_validator(mode="after")
    def fits_the_window(self) -> Self:
        start, end = (int(time[:2]) * 60 + int(time[3:]) for time in (self.from_, self.to))
        if end - start < self.minutes:
            raise refused("the lunch window is shorter than lunch", expected=f"at least {self.minutes} minutes")
        return self


class Release(Strict):
    when: Literal["all", "quorum"] = Field(
        default="all", description="scorecards open when all are in, or at the deadline if a quorum is in"
    )
    quorum: int | None = Field(default=None, ge=2, description="how many scorecards make a quorum, at least 2")
    deadline_hours: int | None = Field(default=None, ge=1, le=336, description="hours after the last session ends")

    @model_validator(mode="after")
    def quorum_has_a_deadline(self) -> Self:
        named = (self.quorum is not None, self.deadline_hours is not None)
        if named != ((True, True) if self.when == "quorum" else (False, False)):
            raise refused(
                "the release rule is incomplete or says two things",
                expected="{when: all}, or {when: quorum, quorum: 3, deadline_hours: 48}",
            )
        return self


class MixRule(Strict):
    at_least: int = Field(default=1, ge=1, le=8)
    from_: Literal["team", "outside_team", "senior"] = Field(
        alias="from", description="the opening's team, anybody outside it, or holders of `senior`"
    )


class PassMark(Strict):
    points: int = Field(ge=0, le=100, description="points of 100 that pass")
    provisional_until: int = Field(default=30, ge=1, description="provisional until this many results are known")


class TakeHome(Strict):
    prompt: Text = Field(description="what to do, in words, or an https:// link to where that stands")
    days: int = Field(default=7, ge=1, le=30, description="days from the mail to the deadline")


class PlanEntry(Strict):
    id: Id
    version: int = Field(default=1, ge=1, description="counts up when the plan changes")
    name: Line
    kind: Literal["live", "take_home", "reading", "online_test"] = Field(
        default="live",
        description="live meets the candidate; take_home is scored unseen; reading and online_test need no loop",
    )
    take_home: TakeHome | None = Field(default=None, description="with kind take_home: the task and its deadline")
    about: Text | None = Field(default=None, description="when to use this plan")
    sessions: list[Id] = Field(min_length=1, max_length=10, description="the sessions, in their usual order")
    order: Order = Order()
    rest: Rest = Rest()
    lunch: Lunch | None = None
    max_days: int = Field(default=1, ge=1, le=5, description="over how many days the loop may be split")
    release: Release = Release()
    mix: list[MixRule] = Field(default=[], max_length=5)
    pass_mark: PassMark | None = None
    more_than_four_reason: Annotated[str, Field(min_length=40, max_length=600)] | None = Field(
        default=None, description="why more than four rated sessions are worth everybody's time (40 to 600 characters)"
    )

    @model_validator(mode="after")
    def a_take_home_has_its_task(self) -> Self:
        if (self.kind == "take_home") != (self.take_home is not None):
            raise refused(
                f"plan `{self.id}` is a take-home without a task, or has a task and is none",
                expected="kind: take_home and take_home: {prompt: …, days: 7}, both or neither",
            )
        if self.take_home is not None and len(self.sessions) != 1:
            raise refused(f"take-home `{self.id}` holds several sessions", expected="one session, which is the scoring")
        return self

    @model_validator(mode="after")
    def order_names_its_sessions(self) -> Self:
        named = {self.order.first, self.order.last, *(name for pair in self.order.before for name in pair)} - {None}
        unknown = sorted(str(name) for name in named - set(self.sessions))
        if unknown:
            raise refused(
                f"plan `{self.id}` orders {', '.join(unknown)}, which it does not hold",
                expected=f"some of {', '.join(self.sessions)}",
            )
        if len(set(self.sessions)) < len(self.sessions):
            raise refused(f"plan `{self.id}` holds a session twice", expected="each session once")
        return self

    def references(self) -> Iterator[Reference]:
        for i, session in enumerate(self.sessions):
            yield "sessions", session, ("sessions", i)


class StageEntry(Strict):
    id: Id
    title: Line
    plan: Id


class PipelineEntry(Strict):
    id: Id
    name: Line
    about: Text
    stages: list[StageEntry] = Field(min_length=1, max_length=10)

    def references(self) -> Iterator[Reference]:
        for i, stage in enumerate(self.stages):
            yield "plans", stage.plan, ("stages", i, "plan")


class SkillEntry(Strict):
    id: Id
    name: Line
    criteria: list[Id] = Field(min_length=1, description="the criteria by which this skill is seen in an interview")

    def references(self) -> Iterator[Reference]:
        for i, criterion in enumerate(self.criteria):
            yield "criteria", criterion, ("criteria", i)


class TaskEntry(Strict):
    what: Line
    skills: list[Id] = Field(min_length=1)


class RoleEntry(Strict):
    id: Id
    name: Line
    tasks: list[TaskEntry] = Field(min_length=1)
    plan: Id = Field(description="the plan that looks at these skills")

    def references(self) -> Iterator[Reference]:
        yield "plans", self.plan, ("plan",)
        for i, task in enumerate(self.tasks):
            for j, skill in enumerate(task.skills):
                yield "skills", skill, ("tasks", i, "skills", j)


class PlanFile(Strict):
    """One file of `plans/`. Every section is optional, and any file may refer to what any other defines."""

    qualifications: list[QualificationEntry] = Field(default=[])
    criteria: list[CriterionEntry] = Field(default=[])
    rubrics: list[RubricEntry] = Field(default=[])
    sessions: list[SessionEntry] = Field(default=[])
    plans: list[PlanEntry] = Field(default=[])
    pipelines: list[PipelineEntry] = Field(default=[])
    skills: list[SkillEntry] = Field(default=[])
    roles: list[RoleEntry] = Field(default=[])
