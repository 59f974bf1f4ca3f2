"""The answer as JSON, and back: for `--json`, for `--check`, and for whoever keeps it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduling.answer import Answer, Cost, Planned, Slot, Unplanned, Why
from scheduling.parsing import parse
from scheduling.problem_parts import Id, Instant


def answer_json(answers: Sequence[Answer]) -> dict[str, Any]:
    """The best answer; further ones, if any were asked for, stand in `alternatives`."""
    best = _answer(answers[0])
    if len(answers) > 1:
        best["alternatives"] = [_answer(answer) for answer in answers[1:]]
    return best


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "status": answer.status,
        "cost": answer.cost,
        "bound": answer.bound,
        "seconds": round(answer.seconds, 4),
        "loops": [_planned(loop) if isinstance(loop, Planned) else _unplanned(loop) for loop in answer.loops],
    }


def _planned(loop: Planned) -> dict[str, Any]:
    return {
        "id": loop.id,
        "status": loop.status,
        "cost": {name: getattr(loop.cost, name) for name in Cost.__slots__},
        "sessions": [
            {"id": slot.id, "start": _instant(slot.start), "end": _instant(slot.end), "seats": dict(slot.seats)}
            for slot in loop.sessions
        ],
        "why": {
            seat: {"chosen": why.chosen, "because": why.because, "others": dict(why.others)}
            for seat, why in loop.why.items()
        },
    }


def _unplanned(loop: Unplanned) -> dict[str, Any]:
    return {
        "id": loop.id,
        "status": loop.status,
        "because": list(loop.because),
        "would_help": list(loop.would_help),
        "proved": loop.proved,
        "smallest": loop.smallest,
    }


def _instant(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%MZ")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CostPart(_Part):
    load: int = 0
    wait: int = 0
    idle: int = 0
    dates: int = 0
    discouraged: int = 0
    optional: int = 0


class SlotPart(_Part):
    id: Id
    start: Instant
    end: Instant
    seats: dict[Id, Id] = {}


class WhyPart(_Part):
    chosen: Id | None
    because: str
    others: dict[Id, str] = {}


class PlannedPart(_Part):
    id: Id
    status: Literal["planned"]
    cost: CostPart
    sessions: tuple[SlotPart, ...]
    why: dict[str, WhyPart] = {}


class UnplannedPart(_Part):
    id: Id
    status: Literal["unplanned"]
    because: tuple[str, ...] = ()
    would_help: tuple[str, ...] = ()
    proved: bool = True
    smallest: bool = False


class AnswerPart(_Part):
    status: Literal["optimal", "feasible", "impossible", "unknown"]
    cost: int
    bound: int
    seconds: float
    loops: tuple[Annotated[PlannedPart | UnplannedPart, Field(discriminator="status")], ...]
    alternatives: tuple["AnswerPart", ...] = ()


def read_answers(text: str | bytes) -> tuple[Answer, ...]:
    """The answers in a file's text, the best first. Raises NotAProblem with every complaint found."""
    part = parse(text, AnswerPart)
    return tuple(_read(each) for each in (part, *part.alternatives))


def _read(part: AnswerPart) -> Answer:
    return Answer(
        status=part.status,
        cost=part.cost,
        bound=part.bound,
        seconds=part.seconds,
        loops=tuple(_read_loop(loop) for loop in part.loops),
    )


def _read_loop(part: PlannedPart | UnplannedPart) -> Planned | Unplanned:
    if isinstance(part, UnplannedPart):
        return Unplanned(**part.model_dump(exclude={"status"}))
    return Planned(
        id=part.id,
        cost=Cost(**part.cost.model_dump()),
        sessions=tuple(Slot(slot.id, slot.start, slot.end, slot.seats) for slot in part.sessions),
        why=_read_why(part.why),
    )


def _read_why(parts: Mapping[str, WhyPart]) -> dict[str, Why]:
    return {seat: Why(part.chosen, part.because, part.others) for seat, part in parts.items()}
