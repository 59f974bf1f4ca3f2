"""One loop, the nearest dates first: most often they hold the best plan, and later dates can be excluded unseen.

Everybody's free time over weeks takes longer to sum up than a search in it. So a loop with many people is searched in its
first dates; what the plans found there cost says how many more dates could hold a cheaper one, since waiting has a price.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from scheduling.board import Board, Case
from scheduling.deadline import Deadline
from scheduling.problem import Loop, Span
from scheduling.search import Result, search_loop

FEW_DATES = 2
MANY_SPANS = 3_000
ONE_DAY = timedelta(days=1)


def search_nearest(board: Board, loop: Loop, *, keep: int, deadline: Deadline, many_spans: int = MANY_SPANS) -> Result:
    """What `search_loop` finds for a loop that is alone in its problem; with fewer spans than `many_spans`, by it."""
    dates = _dates(loop)
    if len(dates) <= FEW_DATES or sum(len(person.free) for person in board.people) < many_spans:
        return search_loop(Case(board, loop), keep=keep, deadline=deadline)
    number = FEW_DATES
    while number < len(dates):
        short = replace(loop, available=_until(loop, dates[number]))
        near = Board(replace(board.problem, loops=(short,)))
        result = search_loop(Case(near, short), keep=keep, deadline=deadline)
        later = _least(board, loop, dates[number])
        if not result.proved:
            return result._replace(bound=min(result.bound, later))
        if len(result.plans) < keep:
            break
        dearest = result.plans[-1].cost
        if later >= dearest:
            return result
        number = sum(_least(board, loop, day) < dearest for day in dates)
    return search_loop(Case(board, loop), keep=keep, deadline=deadline)


def _dates(loop: Loop) -> list[date]:
    """The dates, of the loop's zone, on which the candidate is there."""
    found = set()
    for span in loop.available:
        day, end = span.start.astimezone(loop.zone).date(), span.end.astimezone(loop.zone).date()
        while day <= end:
            found.add(day)
            day += ONE_DAY
    return sorted(found)


def _until(loop: Loop, day: date) -> tuple[Span, ...]:
    """The candidate's spans before a date begins; what starts before may last into it."""
    longest = timedelta(minutes=max(session.minutes for session in loop.sessions))
    end = datetime.combine(day, time(), tzinfo=loop.zone).astimezone(loop.available[0].start.tzinfo) + longest
    return tuple(replace(span, end=min(span.end, end)) for span in loop.available if span.start < end)


def _least(board: Board, loop: Loop, day: date) -> int:
    """What any plan that lasts until this date costs at least: it waits, and nobody carries less than nothing."""
    weights = board.problem.weights
    since = loop.wait_from or min(span.start for span in loop.available).astimezone(loop.zone).date()
    load = sum(
        session.minutes**2
        for session in loop.sessions
        for seat in session.seats
        if not seat.optional and all(board.people[number].kind == "person" for number in board.qualified(seat))
    )
    return weights.load * load + weights.point * weights.wait_day * (day - since).days
