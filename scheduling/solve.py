"""The engine's front: one question in, answers with their prices, bounds and reasons out."""

from collections.abc import Callable, Mapping

from scheduling.answer import Answer, Planned, Status, Unplanned
from scheduling.board import Board, Engaged, Plan
from scheduling.complaints import complaints
from scheduling.conflicts import Setting, conflict
from scheduling.cost import costs_of, total_cost
from scheduling.deadline import Deadline
from scheduling.horizon import search_nearest
from scheduling.itinerary import slots
from scheduling.many import Many
from scheduling.problem import Loop, Problem
from scheduling.reasons import Reasons
from scheduling.remedies import remedies

Progress = Callable[[float, int | None, int], None]
REASONS_SHARE = 0.3
MOST_SECONDS_FOR_REASONS = 3.0
ANSWER_SHARE = 0.02
OPTIONS_SHARE = 0.2


class NotAProblem(ValueError):
    """The problem contradicts itself; every complaint says where, what, and how it would be right."""

    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__("\n".join(found))
        self.complaints = found

    def __reduce__(self) -> tuple[type["NotAProblem"], tuple[tuple[str, ...]]]:
        return NotAProblem, (self.complaints,)  # it crosses from the engine's process to the bot's


def solve(
    problem: Problem,
    *,
    options: int = 1,
    seconds: float = 10.0,
    monotonic: Callable[[], float],
    progress: Progress | None = None,
) -> tuple[Answer, ...]:
    """The best answers, cheapest first: one at least, `options` at most, any two differing in a start.

    `monotonic` is a clock in seconds that only goes forward; nothing else tells the engine time. `progress` is called
    now and then with the share of the budget used, the best cost so far (None: nothing yet) and the bound.
    Raises NotAProblem when the problem contradicts itself.
    """
    found = complaints(problem)
    if found:
        raise NotAProblem(found)
    run = Run(Board(problem), monotonic=monotonic, seconds=seconds, progress=progress)
    if len(problem.loops) == 1:
        return run.one(problem.loops[0], options=options)
    return run.many(options=options)


class Run:
    """One problem being answered within one budget."""

    def __init__(
        self, board: Board, *, monotonic: Callable[[], float], seconds: float, progress: Progress | None
    ) -> None:
        self.board, self.problem, self.progress = board, board.problem, progress
        self.monotonic, self.began = monotonic, monotonic()
        self.seconds = seconds
        self.deadline = Deadline(monotonic, self.began + seconds)
        self.left_out = self.problem.weights.point * self.problem.weights.unplanned

    def one(self, loop: Loop, *, options: int) -> tuple[Answer, ...]:
        result = search_nearest(self.board, loop, keep=options, deadline=self.deadline)
        plans = [found for found in result.plans if found.cost <= self.left_out]
        if plans:
            return tuple(
                self.answer(
                    {loop.id: found.plan},
                    status="optimal" if result.proved else "feasible",
                    bound=found.cost if result.proved else min(found.cost, result.bound),
                )
                for found in plans
            )
        if result.plans:
            text = f"every plan costs {result.plans[0].cost} or more, leaving it out {self.left_out}"
            left = Unplanned(id=loop.id, because=(text,), proved=result.proved)
            return (self.answer({}, status="optimal", bound=self.left_out, unplanned={loop.id: left}),)
        left = self.unplanned(loop, Engaged(), proved=result.proved)
        status: Status = "impossible" if result.proved else "unknown"
        bound = self.left_out if result.proved else min(self.left_out, result.bound)
        return (self.answer({}, status=status, bound=bound, unplanned={loop.id: left}),)

    def many(self, *, options: int) -> tuple[Answer, ...]:
        """All loops together; other options, and the reasons for what can't be planned, are looked for afterwards."""
        share = ANSWER_SHARE + (OPTIONS_SHARE if options > 1 else 0)
        reserve = min(MOST_SECONDS_FOR_REASONS, REASONS_SHARE * self.deadline.left())
        many = Many(self.board, deadline=self.deadline.sooner(self.deadline.left() - reserve), told=self.told)
        many.start()
        if len(many.plans) == len(self.problem.loops):  # nothing to give reasons for
            many.deadline = self.deadline.sooner(self.deadline.left() - share * self.seconds)
        many.go_on(many.deadline)
        self.deadline = self.deadline.sooner(self.deadline.left() - ANSWER_SHARE * self.seconds)
        unplanned = {}
        missing = [loop for loop in self.problem.loops if loop.id not in many.plans]
        engaged = many.engaged(many.plans)
        for waiting, loop in zip(range(len(missing), 0, -1), missing, strict=True):
            proved = loop.id in many.hopeless or bool(many.alone)
            share = min(REASONS_SHARE, 1 / waiting)
            unplanned[loop.id] = self.unplanned(loop, engaged, proved=proved, share=share)
        status: Status = "feasible"
        if not many.plans:
            status = "impossible" if len(many.hopeless) == len(self.problem.loops) else "unknown"
        late = self.deadline.sooner(OPTIONS_SHARE * self.seconds)
        found = many.variants(options, late) if options > 1 and many.plans else [many.plans]
        return tuple(self.answer(plans, status=status, bound=many.bound, unplanned=unplanned) for plans in found)

    def told(self, cost: int | None, bound: int) -> None:
        if self.progress is not None:
            self.progress(1 - max(0.0, self.deadline.left()) / self.seconds, cost, bound)

    def unplanned(self, loop: Loop, engaged: Engaged, *, proved: bool, share: float = REASONS_SHARE) -> Unplanned:
        """Why a loop is left out, and what would help, in twice this share of the time left."""
        if not proved:
            return Unplanned(id=loop.id, because=("time ran out before a plan was found",), proved=False)
        patience = self.deadline.sooner(share * self.deadline.left())
        setting = Setting(self.problem.people, loop, engaged)
        found = conflict(setting, self.problem, deadline=patience)
        help_in = self.deadline.sooner(min(MOST_SECONDS_FOR_REASONS, share * self.deadline.left()))
        helped = remedies(setting, self.problem, found.requirements, deadline=help_in)
        because = tuple(each.text for each in found.requirements)
        return Unplanned(id=loop.id, because=because, would_help=helped, smallest=found.smallest)

    def answer(
        self, plans: Mapping[str, Plan], *, status: Status, bound: int, unplanned: Mapping[str, Unplanned] | None = None
    ) -> Answer:
        costs = costs_of(self.problem, plans)
        reasons = Reasons(self.board, plans)
        loops = tuple(
            Planned(
                id=loop.id,
                cost=costs[loop.id],
                sessions=slots(loop, plans[loop.id]),
                why=reasons.of(loop),
            )
            if loop.id in plans
            else (unplanned or {})[loop.id]
            for loop in self.problem.loops
        )
        cost = total_cost(self.problem, costs)
        sure: Status = "optimal" if status == "feasible" and cost == bound else status
        return Answer(status=sure, cost=cost, bound=bound, seconds=self.monotonic() - self.began, loops=loops)
