"""An answer in the making: which plans are booked, what they cost together, and what they leave of everyone's time."""

from collections.abc import Mapping

from scheduling.board import Board, Engaged, Plan, level_of
from scheduling.cost import loop_cost, week_at


class Ledger:
    """Plans are entered and taken back one by one, so that trying something costs no more than what it changes."""

    def __init__(self, board: Board, plans: Mapping[str, Plan]) -> None:
        self.board = board
        self.loops = {loop.id: loop for loop in board.problem.loops}
        self.left_out = board.problem.weights.point * board.problem.weights.unplanned
        self.plans: dict[str, Plan] = {}
        self.engaged = Engaged(board)
        self.cost = self.left_out * len(self.loops)
        """What the answer costs, with what is to be paid for loops that are left out."""
        for name, plan in plans.items():
            self.enter(name, plan)

    def enter(self, name: str, plan: Plan) -> None:
        self.cost += self.price(name, plan) - self.left_out
        self.board.give(self.engaged, self.loops[name], plan)
        self.plans[name] = plan

    def take_back(self, name: str) -> Plan:
        plan = self.plans.pop(name)
        self.board.give(self.engaged, self.loops[name], plan, back=True)
        self.cost -= self.price(name, plan) - self.left_out
        return plan

    def price(self, name: str, plan: Plan) -> int:
        """What a plan that is not entered would cost beside those that are."""
        board, loop = self.board, self.loops[name]
        length = {session.id: session.minutes for session in loop.sessions}
        load = 0
        for session, start, seats in plan:
            minutes = length[session]
            for _, who in seats:
                person = board.people[board.index[who]]
                if person.kind == "person":
                    week = week_at(person, start)
                    load += minutes * (minutes + 2 * (level_of(person, week) + self.engaged.minutes(who, week)))
        weights = board.problem.weights
        return loop_cost(board.problem, loop, plan, load * weights.load).total(point=weights.point)
