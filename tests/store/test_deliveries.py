"""The queue: what is given out, to whom, and in which order."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from hiring.model import Delivery, Kind
from store.claims import FRONT, Claim
from store.database import Database
from tests.database import Place
from tests.store.outbox import LEASE, SECOND, claim_some, enqueue, keys_of, states
from tests.store.values import NOON, a_delivery


def test_a_key_is_written_once_for_ever(database: Database) -> None:
    assert enqueue(database, a_delivery("a"), a_delivery("b"), a_delivery("a", to="else")) == 2
    (first, _) = claim_some(database)
    database.deliveries.done(first, now=NOON, sent=None)
    assert enqueue(database, a_delivery("a"), a_delivery("c")) == 1
    assert states(database) == {"a": "done", "b": "claimed", "c": "waiting"}


def test_a_delivery_comes_back_as_it_was_written(database: Database) -> None:
    written = Delivery(
        key="k",
        kind=Kind.SCORECARD_ASK,
        to="ada",
        refs=(("loop", "l"), ("session", "ü")),
        not_before=NOON - SECOND,
        updates="older",
        thread="root",
        priority=2,
    )
    enqueue(database, written)
    assert claim_some(database) == (
        Claim(
            delivery=written,
            attempt=1,
            worker="w",
            lease_until=NOON + LEASE,
            outcome_unknown=False,
            lease=LEASE,
            tries=1,
            since=NOON,
        ),
    )


def test_the_most_urgent_comes_first_then_the_oldest(database: Database) -> None:
    enqueue(database, a_delivery("old"), a_delivery("new"), a_delivery("urgent", priority=1))
    assert keys_of(claim_some(database, limit=2)) == ["urgent", "old"]
    assert keys_of(claim_some(database, limit=2)) == ["new"]


def test_nothing_is_made_before_its_time(database: Database) -> None:
    enqueue(database, a_delivery("a", not_before=NOON + 5 * SECOND))
    assert keys_of(claim_some(database, after=4)) == []
    assert database.deliveries.next_due() == NOON + 5 * SECOND
    assert keys_of(claim_some(database, after=5)) == ["a"]


def test_only_kinds_that_were_asked_for_are_given(database: Database) -> None:
    enqueue(database, a_delivery("a"), replace(a_delivery("b"), kind=Kind.ENGINE_OPTIONS))
    assert keys_of(claim_some(database, kinds=["engine.options"])) == ["b"]
    assert keys_of(claim_some(database, kinds=[])) == []


def test_one_place_gets_one_at_a_time_in_the_order_of_writing(database: Database) -> None:
    rows = [a_delivery("1", to="ada"), a_delivery("2", to="ada", priority=1), a_delivery("x", to="bob")]
    enqueue(database, *rows)
    first, other = claim_some(database)
    assert keys_of((first, other)) == ["1", "x"]
    assert claim_some(database) == ()
    database.deliveries.sending(first, now=NOON)
    assert claim_some(database) == ()
    database.deliveries.done(first, now=NOON, sent=None)
    assert keys_of(claim_some(database)) == ["2"]


def test_places_without_a_name_do_not_wait_for_each_other(database: Database) -> None:
    enqueue(database, a_delivery("1"), a_delivery("2"), a_delivery("3"))
    assert keys_of(claim_some(database)) == ["1", "2", "3"]


def test_what_is_not_due_holds_up_nothing(database: Database) -> None:
    enqueue(database, a_delivery("tomorrow", to="ada", not_before=NOON + 100 * SECOND), a_delivery("now", to="ada"))
    (now,) = claim_some(database)
    assert now.delivery.key == "now"
    database.deliveries.later(now, now=NOON, until=NOON + 100 * SECOND, reason="ratelimited")
    assert keys_of(claim_some(database, after=99)) == []
    assert keys_of(claim_some(database, after=100)) == ["tomorrow"]


@pytest.mark.parametrize("counts", [True, False])
def test_what_was_put_off_keeps_its_place_whether_that_was_a_try_or_not(database: Database, counts: bool) -> None:
    """A refusal with 429, say: nobody is to read the second message before the first."""
    enqueue(database, a_delivery("1", to="ada"), a_delivery("2", to="ada"), a_delivery("x", to="bob"))
    first, _ = claim_some(database)
    until = NOON + 5 * SECOND
    database.deliveries.later(first, now=NOON, until=until, reason="ratelimited", counts=counts)
    assert claim_some(database, after=4) == ()
    assert keys_of(claim_some(database, after=5)) == ["1"]


def test_the_most_urgent_comes_first_however_many_wait(database: Database) -> None:
    """More than a look reads at first."""
    enqueue(database, *(a_delivery(str(number), priority=8) for number in range(FRONT + 20)))
    enqueue(database, a_delivery("answer", priority=1))
    assert keys_of(claim_some(database))[0] == "answer"


def test_what_is_planned_for_another_time_holds_up_nothing_and_has_not_been_tried(database: Database) -> None:
    enqueue(database, a_delivery("reminder", to="ada"), a_delivery("answer", to="ada"))
    (reminder,) = claim_some(database)
    database.deliveries.later(reminder, now=NOON, until=NOON, reason="busy")
    (reminder,) = claim_some(database)
    database.deliveries.planned(reminder, until=NOON + 100 * SECOND)
    (answer,) = claim_some(database)
    database.deliveries.done(answer, now=NOON, sent=None)
    assert answer.delivery.key == "answer"
    assert claim_some(database, after=99) == ()
    (again,) = claim_some(database, after=100)
    assert (again.delivery.key, again.tries, again.outcome_unknown) == ("reminder", 1, False)


def test_what_comes_due_while_its_place_is_busy_waits(database: Database) -> None:
    enqueue(database, a_delivery("reminder", to="ada", not_before=NOON + 5 * SECOND), a_delivery("now", to="ada"))
    (now,) = claim_some(database)
    assert claim_some(database, after=6) == ()
    database.deliveries.done(now, now=NOON + 6 * SECOND, sent=None)
    assert keys_of(claim_some(database, after=6)) == ["reminder"]


def test_whoever_waits_behind_a_long_front_that_is_busy_gets_a_turn(database: Database) -> None:
    """The front of the queue holds nothing that can be taken: all of it waits behind one that is being made."""
    enqueue(database, *(a_delivery(f"ada-{n}", to="ada") for n in range(2 * FRONT)), a_delivery("bob", to="bob"))
    assert keys_of(claim_some(database, limit=1)) == ["ada-0"]
    assert keys_of(claim_some(database, limit=1)) == ["bob"]
    assert claim_some(database, limit=1) == ()


def test_one_drawing_of_app_home_shows_all_that_was_changed_before_it(database: Database) -> None:
    def home(key: str, to: str) -> Delivery:
        return replace(a_delivery(key, to=to), kind=Kind.HOME)

    assert enqueue(database, home("1", "ada"), home("2", "bob")) == 2
    assert enqueue(database, home("3", "ada")) == 0
    first, _ = claim_some(database)
    assert enqueue(database, home("4", "ada")) == 1
    database.deliveries.done(first, now=NOON, sent=None)
    assert keys_of(claim_some(database)) == ["4"]


def test_when_there_is_something_new_to_do_somebody_is_woken(place: Place) -> None:
    woken: list[None] = []
    database = place.open(wake=lambda: woken.append(None))
    with database.begin() as uow:
        uow.enqueue([a_delivery("a", to="ada"), a_delivery("b", to="ada")], now=NOON)
        assert woken == []
    assert len(woken) == 1
    with database.begin() as uow:
        uow.enqueue([a_delivery("a")], now=NOON)
        uow.first_time("event", now=NOON)
    assert len(woken) == 1
    (claim,) = claim_some(database)
    database.deliveries.done(claim, now=NOON, sent=None)
    assert len(woken) == 2
    (claim,) = claim_some(database)
    with database.begin() as uow:
        database.deliveries.finish_in(uow, claim, now=NOON, sent=None)
    assert len(woken) == 3
    database.close()


def test_many_threads_take_each_row_once_and_each_place_in_order(database: Database) -> None:
    enqueue(database, *(a_delivery(f"{place}-{n:02}", to=place) for n in range(20) for place in "abcdef"))
    made: list[str] = []
    together = Barrier(6)

    def work(name: str) -> None:
        together.wait()
        while claims := claim_some(database, worker=name, limit=2):
            for claim in claims:
                database.deliveries.sending(claim, now=NOON)
                made.append(claim.delivery.key)
                database.deliveries.done(claim, now=NOON, sent=None)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, "123456"))
    work_left = claim_some(database, worker="last", limit=200)
    made.extend(claim.delivery.key for claim in work_left)
    for place in "abcdef":
        mine = [key for key in made if key.startswith(place)]
        assert mine == sorted(set(mine))
        assert len(mine) + len([k for k, s in states(database).items() if s == "waiting" and k[0] == place]) == 20
