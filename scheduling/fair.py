"""Fairness that needs more than one week's load: newcomers, and whose turn it is.

Both are plain functions from values to values, applied before `solve`: what they decide stands in the problem, so the
answer's reasons can say it and the checker can price it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from statistics import median_low

from scheduling.problem import Loop, Person

SAME_DAY = 40
"""Points against someone who already sees another candidate of the same opening that day: as much as 40 idle minutes."""


def enter_at_pool_level(people: Sequence[Person], newcomers: Mapping[str, str]) -> tuple[Person, ...]:
    """The people, with those new to a pool or back from leave compared at the pool's present level.

    `newcomers` gives each one's reason ("joined on 16 Nov"). The level of a week is the median load of everyone else
    who shares a qualification with them; weeks in which they carry more already are left as they are. Without this the
    least loaded person, who has just arrived, would get every seat until the others' loads are met.
    """
    return tuple(
        _entered(person, people, newcomers) if person.id in newcomers and person.kind == "person" else person
        for person in people
    )


def _entered(person: Person, people: Sequence[Person], newcomers: Mapping[str, str]) -> Person:
    pool = [
        other
        for other in people
        if other.kind == "person" and other.id not in newcomers and other.qualifications & person.qualifications
    ]
    weeks = sorted({week for other in pool for week in other.week_load})
    level = {week: median_low([other.week_load.get(week, 0) for other in pool]) for week in weeks}
    higher = {week: minutes for week, minutes in level.items() if minutes > person.week_load.get(week, 0)}
    return replace(person, level={**person.level, **higher}, level_because=newcomers[person.id])


def take_turns(loop: Loop, seen: Mapping[str, Iterable[date]], *, weight: int = SAME_DAY) -> Loop:
    """The loop, with those discouraged who already see candidates of the same opening on one of its dates.

    `seen` maps people to the dates, of the loop's zone, on which they do. A weight that is there already is kept when
    it is higher: two mild reasons are not a strong one.
    """
    dates = {
        date.fromordinal(day)
        for span in loop.available
        for day in range(
            span.start.astimezone(loop.zone).date().toordinal(), span.end.astimezone(loop.zone).date().toordinal() + 1
        )
    }
    again = {name: weight for name, days in seen.items() if dates & set(days)}
    discouraged = {**again, **{name: max(points, again.get(name, 0)) for name, points in loop.discouraged.items()}}
    return replace(loop, discouraged=discouraged)
