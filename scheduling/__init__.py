"""When and who: panels and itineraries. Values in, values out; see docs/engine.md."""

from scheduling.answer import Answer, Cost, Planned, Slot, Unplanned, Why
from scheduling.check import faults
from scheduling.problem import Lock, Loop, Lunch, Mix, Person, Problem, Rest, Seat, Session, Span, Weights
from scheduling.repair import Repair, repair
from scheduling.solve import NotAProblem, solve

__all__ = [
    "Answer",
    "Cost",
    "Lock",
    "Loop",
    "Lunch",
    "Mix",
    "NotAProblem",
    "Person",
    "Planned",
    "Problem",
    "Repair",
    "Rest",
    "Seat",
    "Session",
    "Slot",
    "Span",
    "Unplanned",
    "Weights",
    "Why",
    "faults",
    "repair",
    "solve",
]
