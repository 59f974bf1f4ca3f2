"""What the ids of a loop's calendar events are made from.

A calendar never gives an id away twice. An event that was taken away, since somebody was unsure or a recruiter had handed
the loop over, comes back under the next key, and `ever_` names all keys that may stand on that calendar.
"""

from hiring.model import Lead, Loop, PersonId


def of_session(loop: Loop, session: str) -> str:
    """On the recruiter's calendar."""
    return ever_of_session(loop, session, loop.recruiter)[-1]


def of_write_up(loop: Loop, session: str, person: PersonId) -> str:
    """On the rater's own."""
    return ever_of_write_up(loop, session, person)[-1]


def ever_of_session(loop: Loop, session: str, recruiter: PersonId) -> tuple[str, ...]:
    given_away = sum(one.lead is Lead.RECRUITER and one.of == recruiter for one in loop.handed_over)
    return _keys(f"{loop.id}/{session}", given_away)


def ever_of_write_up(loop: Loop, session: str, person: PersonId) -> tuple[str, ...]:
    """Each verdict about them, and each seat they lost, may have taken it away."""
    said = sum(one.person == person for one in loop.attestations)
    judged = sum(one.person == person for part in (loop.pins, loop.looks) for one in part)
    lost = sum(one.person == person for part in (loop.stood_down, loop.left) for one in part)
    return _keys(f"{loop.id}/{session}/{person}", max(0, said - 1) + judged + lost)


def _keys(first: str, times: int) -> tuple[str, ...]:
    """The first is without a number. No id has a line break in it, so none of them is another event's."""
    return (first, *(f"{first}\n{number}" for number in range(1, times + 1)))
