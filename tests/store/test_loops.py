from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from hiring.model import Decision, Ended, Loop, Outcome, Seat, Session, Span, Submitted
from hiring.ports import Booking, Stale, Unknown
from store.database import Database
from store.faults import Overlapping
from tests.store.values import HOUR, NOON, a_loop

DAY = timedelta(days=1)


def _save(database: Database, *loops: Loop) -> tuple[Loop, ...]:
    with database.begin() as uow:
        return tuple(uow.save_loop(loop) for loop in loops)


def test_a_loop_comes_back_with_its_next_version(database: Database) -> None:
    (saved,) = _save(database, a_loop())
    assert saved == a_loop().with_(version=1)
    (again,) = _save(database, saved.with_(stage="on-site"))
    with database.begin(read_only=True) as uow:
        assert uow.loop("loop-1") == again == saved.with_(stage="on-site", version=2)


def test_who_saves_what_somebody_else_saved_in_between_is_told(database: Database) -> None:
    (saved,) = _save(database, a_loop())
    _save(database, saved.with_(stage="mine"))
    with pytest.raises(Stale):
        _save(database, saved.with_(stage="yours"))
    with pytest.raises(Stale):
        _save(database, a_loop())
    with pytest.raises(Unknown):
        _save(database, a_loop("never").with_(version=4))
    with database.begin(read_only=True) as uow:
        assert uow.loop("loop-1").stage == "mine"


def test_of_many_who_save_at_once_one_wins(database: Database) -> None:
    (saved,) = _save(database, a_loop())
    together = Barrier(8)

    def try_it(number: int) -> bool:
        together.wait()
        try:
            _save(database, saved.with_(stage=str(number)))
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_it, range(8))) == 1


def test_loops_are_found_by_opening_and_by_whether_they_are_over(database: Database) -> None:
    ended = Ended(at=NOON, by="rita", reason="")
    decision = Decision(outcome=Outcome.ADVANCE, reason="", owner="hugo", at=NOON)
    here, there = a_loop("a", start=NOON), a_loop("b", start=NOON + DAY, opening="web")
    over, decided = a_loop("c").with_(cancelled=ended), a_loop("d").with_(decision=decision)
    _save(database, there, over, here, decided)
    with database.begin(read_only=True) as uow:
        assert [loop.id for loop in uow.loops()] == ["a", "b"]
        assert [loop.id for loop in uow.loops(opening="data")] == ["a"]
        assert [loop.id for loop in uow.loops(opening="data", active=False)] == ["a", "c", "d"]
        assert [loop.id for loop in uow.loops(active=False)] == ["a", "b", "c", "d"]


def test_a_persons_loops_are_those_that_concern_them(database: Database) -> None:
    submitted = Submitted(session="coding", person="sam", at=NOON, commitment="AAAAA-BBBBB")
    (saved,) = _save(database, a_loop("a").with_(submitted=(submitted,)))
    with database.begin(read_only=True) as uow:
        found = {who: [loop.id for loop in uow.loops_of(who)] for who in ("ada", "sam", "rita", "hugo", "eve")}
    assert found == {"ada": ["a"], "sam": ["a"], "rita": ["a"], "hugo": ["a"], "eve": []}
    _save(database, saved.with_(seats=(Seat(session="coding", id="lead", person="eve"),)))
    with database.begin(read_only=True) as uow:
        assert (uow.loops_of("ada"), len(uow.loops_of("eve"))) == ((), 1)


def _minutes(database: Database, *people: str, start: int = -24, end: int = 24) -> tuple[Booking, ...]:
    with database.begin(read_only=True) as uow:
        return uow.bookings(people, start=NOON + start * HOUR, end=NOON + end * HOUR)


def _booking(loop: str, *, person: str = "ada", firm: bool = False, at: int = 0) -> Booking:
    span = Span(start=NOON + at * HOUR, end=NOON + (at + 1) * HOUR)
    return Booking(person=person, loop=loop, session="coding", span=span, firm=firm)


def test_the_index_of_bookings_keeps_step(database: Database) -> None:
    (saved,) = _save(database, a_loop("a"))
    assert _minutes(database, "ada", "bob") == (_booking("a"),)
    (saved,) = _save(database, saved.with_(booked_at=NOON - DAY))
    assert _minutes(database, "ada", "bob") == (_booking("a", firm=True),)
    (saved,) = _save(database, saved.with_(seats=(Seat(session="coding", id="lead", person="bob"),)))
    assert _minutes(database, "ada", "bob") == (_booking("a", person="bob", firm=True),)
    _save(database, saved.with_(cancelled=Ended(at=NOON - HOUR, by="rita", reason="")))
    assert _minutes(database, "ada", "bob") == ()


def test_bookings_are_found_in_half_open_time(database: Database) -> None:
    _save(database, a_loop("a"), a_loop("b", start=NOON + 3 * HOUR))
    assert _minutes(database, "ada", start=1, end=3) == ()
    assert _minutes(database, "ada", start=0, end=1) == (_booking("a"),)
    assert _minutes(database, "ada", start=0, end=4) == (_booking("a"), _booking("b", at=3))
    assert _minutes(database, start=0, end=4) == ()


def test_one_person_in_two_seats_of_a_session_is_one_booking(database: Database) -> None:
    seats = (Seat(session="coding", id="lead", person="ada"), Seat(session="coding", id="host", person="ada"))
    _save(database, a_loop("a", booked=True).with_(seats=seats))
    assert _minutes(database, "ada") == (_booking("a", firm=True),)


def test_two_firm_bookings_of_a_person_can_not_overlap(database: Database) -> None:
    _save(database, a_loop("a", booked=True))
    with pytest.raises(Overlapping, match=r"^Somebody of loop b is booked elsewhere at that time$"):
        _save(database, a_loop("b", booked=True, start=NOON + HOUR / 2))
    _save(database, a_loop("c", booked=True, start=NOON + HOUR), a_loop("d", start=NOON))
    _save(database, a_loop("e", booked=True, start=NOON - HOUR))
    assert _minutes(database, "ada") == (
        _booking("e", firm=True, at=-1),
        _booking("a", firm=True),
        _booking("d"),
        _booking("c", firm=True, at=1),
    )


def test_a_tentative_one_becomes_firm_only_where_there_is_room(database: Database) -> None:
    first, second = _save(database, a_loop("a"), a_loop("b"))
    _save(database, first.with_(booked_at=NOON - DAY))
    with pytest.raises(Overlapping):
        _save(database, second.with_(booked_at=NOON - DAY))
    with database.begin(read_only=True) as uow:
        assert uow.loop("b") == second


def test_two_sessions_of_one_loop_can_not_want_one_person_at_one_time(database: Database) -> None:
    both = (Session(id="coding", start=NOON, end=NOON + HOUR), Session(id="design", start=NOON, end=NOON + HOUR))
    seats = (Seat(session="coding", id="lead", person="ada"), Seat(session="design", id="lead", person="ada"))
    with pytest.raises(Overlapping):
        _save(database, a_loop(booked=True).with_(sessions=both, seats=seats))


def _book_at_once(database: Database, start: datetime) -> list[bool]:
    """Whether each of two loops got the hour of one person for which both went at one moment."""
    together = Barrier(2)

    def book(name: str) -> bool:
        together.wait()
        try:
            _save(database, a_loop(f"{name}-{start}", booked=True, start=start))
        except Overlapping:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(book, ["a", "b"]))


def test_of_two_who_race_for_a_persons_hour_one_gets_it(database: Database) -> None:
    for number in range(20):
        assert sorted(_book_at_once(database, NOON + number * DAY)) == [False, True]


def test_a_loop_of_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a zone"):
        _save(database, a_loop(start=NOON.replace(tzinfo=None)))
