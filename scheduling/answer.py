"""What the engine answers: the plan, its price, how sure it is, and the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from scheduling.problem import in_utc

Status = Literal["optimal", "feasible", "impossible", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A loop's price by its parts: `load` in squared minutes, everything else in points."""

    load: int = 0
    wait: int = 0
    idle: int = 0
    dates: int = 0
    discouraged: int = 0
    optional: int = 0

    def total(self, *, point: int) -> int:
        return self.load + point * (self.wait + self.idle + self.dates + self.discouraged + self.optional)


@dataclass(frozen=True, slots=True)
class Why:
    """Why this person sits here, and for everyone else who holds the qualification, why not."""

    chosen: str | None
    because: str
    others: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """One session, placed. `seats` maps a seat's id to who sits there; an empty optional seat is left out."""

    id: str
    start: datetime
    end: datetime
    seats: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", in_utc(self.start))
        object.__setattr__(self, "end", in_utc(self.end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A loop with its itinerary in the order of time. `why` is keyed by `session.seat`."""

    id: str
    cost: Cost
    sessions: tuple[Slot, ...]
    why: Mapping[str, Why] = field(default_factory=dict, hash=False)

    @property
    def status(self) -> Literal["planned"]:
        return "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplanned:
    """A loop without a plan.

    `because` is a set of requirements that together can't be met, or that time ran out (`proved` is False then);
    `smallest` says that each of them was tried and is needed for the conflict.
    `would_help` lists single changes that make it plannable, cheapest first, each one tried.
    """

    id: str
    because: tuple[str, ...] = ()
    would_help: tuple[str, ...] = ()
    proved: bool = True
    smallest: bool = False

    @property
    def status(self) -> Literal["unplanned"]:
        return "unplanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One whole answer. No answer to the same question costs less than `bound`; `seconds` is what it took."""

    status: Status
    cost: int
    bound: int
    seconds: float
    loops: tuple[Planned | Unplanned, ...]

    @property
    def planned(self) -> tuple[Planned, ...]:
        return tuple(loop for loop in self.loops if isinstance(loop, Planned))

    @property
    def unplanned(self) -> tuple[Unplanned, ...]:
        return tuple(loop for loop in self.loops if isinstance(loop, Unplanned))
