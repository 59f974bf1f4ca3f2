from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from hiring.model import Delivery, Kind
from hiring.ports import Sent, Unknown
from store.claims import FRONT, Claim
from store.database import Database
from store.deliveries import SETTLES
from store.faults import LostClaim
from store.standings import Standing
from tests.database import Place
from tests.store.values import NOON, a_delivery

SECOND = timedelta(seconds=1)
LEASE = 30 * SECOND


def _enqueue(database: Database, *deliveries: Delivery, now: datetime = NOON) -> int:
    with database.begin() as uow:
        return uow.enqueue(deliveries, now=now)


def _claim(
    database: Database, *, after: int = 0, worker: str = "w", limit: int = 10, kinds: list[str] | None = None
) -> tuple[Claim, ...]:
    now = NOON + after * SECOND
    return database.deliveries.claim(worker=worker, now=now, limit=limit, lease=LEASE, kinds=kinds)


def _keys(claims: tuple[Claim, ...]) -> list[str]:
    return [claim.delivery.key for claim in claims]


def _states(database: Database) -> dict[str, str]:
    return {standing.delivery.key: standing.state for standing in database.deliveries.listing()}


def test_a_key_is_written_once_for_ever(database: Database) -> None:
    assert _enqueue(database, a_delivery("a"), a_delivery("b"), a_delivery("a", to="else")) == 2
    (first, _) = _claim(database)
    database.deliveries.done(first, now=NOON, sent=None)
    assert _enqueue(database, a_delivery("a"), a_delivery("c")) == 1
    assert _states(database) == {"a": "done", "b": "claimed", "c": "waiting"}


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
    _enqueue(database, written)
    assert _claim(database) == (
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
    _enqueue(database, a_delivery("old"), a_delivery("new"), a_delivery("urgent", priority=1))
    assert _keys(_claim(database, limit=2)) == ["urgent", "old"]
    assert _keys(_claim(database, limit=2)) == ["new"]


def test_nothing_is_made_before_its_time(database: Database) -> None:
    _enqueue(database, a_delivery("a", not_before=NOON + 5 * SECOND))
    assert _keys(_claim(database, after=4)) == []
    assert database.deliveries.next_due() == NOON + 5 * SECOND
    assert _keys(_claim(database, after=5)) == ["a"]


def test_only_kinds_that_were_asked_for_are_given(database: Database) -> None:
    _enqueue(database, a_delivery("a"), replace(a_delivery("b"), kind=Kind.ENGINE_OPTIONS))
    assert _keys(_claim(database, kinds=["engine.options"])) == ["b"]
    assert _keys(_claim(database, kinds=[])) == []


def test_one_place_gets_one_at_a_time_in_the_order_of_writing(database: Database) -> None:
    rows = [a_delivery("1", to="ada"), a_delivery("2", to="ada", priority=1), a_delivery("x", to="bob")]
    _enqueue(database, *rows)
    first, other = _claim(database)
    assert _keys((first, other)) == ["1", "x"]
    assert _claim(database) == ()
    database.deliveries.sending(first, now=NOON)
    assert _claim(database) == ()
    database.deliveries.done(first, now=NOON, sent=None)
    assert _keys(_claim(database)) == ["2"]


def test_places_without_a_name_do_not_wait_for_each_other(database: Database) -> None:
    _enqueue(database, a_delivery("1"), a_delivery("2"), a_delivery("3"))
    assert _keys(_claim(database)) == ["1", "2", "3"]


def test_what_is_not_due_holds_up_nothing(database: Database) -> None:
    _enqueue(database, a_delivery("tomorrow", to="ada", not_before=NOON + 100 * SECOND), a_delivery("now", to="ada"))
    (now,) = _claim(database)
    assert now.delivery.key == "now"
    database.deliveries.later(now, now=NOON, until=NOON + 100 * SECOND, reason="ratelimited")
    assert _keys(_claim(database, after=99)) == []
    assert _keys(_claim(database, after=100)) == ["tomorrow"]


@pytest.mark.parametrize("counts", [True, False])
def test_what_was_put_off_keeps_its_place_whether_that_was_a_try_or_not(database: Database, counts: bool) -> None:
    """A refusal with 429, say: nobody is to read the second message before the first."""
    _enqueue(database, a_delivery("1", to="ada"), a_delivery("2", to="ada"), a_delivery("x", to="bob"))
    first, _ = _claim(database)
    until = NOON + 5 * SECOND
    database.deliveries.later(first, now=NOON, until=until, reason="ratelimited", counts=counts)
    assert _claim(database, after=4) == ()
    assert _keys(_claim(database, after=5)) == ["1"]


def test_the_most_urgent_comes_first_however_many_wait(database: Database) -> None:
    """More than a look reads at first."""
    _enqueue(database, *(a_delivery(str(number), priority=8) for number in range(FRONT + 20)))
    _enqueue(database, a_delivery("answer", priority=1))
    assert _keys(_claim(database))[0] == "answer"


def test_what_is_planned_for_another_time_holds_up_nothing_and_has_not_been_tried(database: Database) -> None:
    _enqueue(database, a_delivery("reminder", to="ada"), a_delivery("answer", to="ada"))
    (reminder,) = _claim(database)
    database.deliveries.later(reminder, now=NOON, until=NOON, reason="busy")
    (reminder,) = _claim(database)
    database.deliveries.planned(reminder, until=NOON + 100 * SECOND)
    (answer,) = _claim(database)
    database.deliveries.done(answer, now=NOON, sent=None)
    assert answer.delivery.key == "answer"
    assert _claim(database, after=99) == ()
    (again,) = _claim(database, after=100)
    assert (again.delivery.key, again.tries, again.outcome_unknown) == ("reminder", 1, False)


def test_what_comes_due_while_its_place_is_busy_waits(database: Database) -> None:
    _enqueue(database, a_delivery("reminder", to="ada", not_before=NOON + 5 * SECOND), a_delivery("now", to="ada"))
    (now,) = _claim(database)
    assert _claim(database, after=6) == ()
    database.deliveries.done(now, now=NOON + 6 * SECOND, sent=None)
    assert _keys(_claim(database, after=6)) == ["reminder"]


def test_what_may_have_happened_holds_up_its_place_until_somebody_looked(database: Database) -> None:
    _enqueue(database, a_delivery("1", to="ada"), a_delivery("2", to="ada"))
    (first,) = _claim(database)
    database.deliveries.unknown(database.deliveries.sending(first, now=NOON), now=NOON, reason="timed out")
    assert _claim(database, after=29) == ()
    (again,) = _claim(database, after=30)
    assert (again.delivery.key, again.outcome_unknown, again.attempt) == ("1", True, 2)
    database.deliveries.done(again, now=NOON, sent=Sent(key="1", channel="D1", ts="1.0"))
    assert _keys(_claim(database, after=30)) == ["2"]


def test_a_dead_workers_rows_come_back_when_the_lease_ends(database: Database) -> None:
    _enqueue(database, a_delivery("claimed"), a_delivery("sending"))
    _, sending = _claim(database)
    renewed = database.deliveries.sending(sending, now=NOON + 10 * SECOND)
    assert renewed == replace(sending, lease_until=NOON + 10 * SECOND + LEASE)
    assert [(c.delivery.key, c.outcome_unknown) for c in _claim(database, after=30)] == [("claimed", False)]
    assert [(c.delivery.key, c.outcome_unknown) for c in _claim(database, after=40)] == [("sending", True)]


def test_that_it_may_have_happened_is_remembered_through_a_second_death(database: Database) -> None:
    _enqueue(database, a_delivery("a"))
    database.deliveries.sending(_claim(database)[0], now=NOON)
    assert [claim.outcome_unknown for claim in _claim(database, after=30)] == [True]
    (third,) = _claim(database, after=60)
    assert (third.outcome_unknown, third.attempt) == (True, 3)
    database.deliveries.later(third, now=NOON, until=NOON, reason="the look failed")
    (fourth,) = _claim(database, after=60)
    assert fourth.outcome_unknown
    begun = database.deliveries.sending(fourth, now=NOON)
    database.deliveries.later(begun, now=NOON, until=NOON, reason="looked, sent, and refused for now")
    assert [claim.outcome_unknown for claim in _claim(database, after=60)] == [False]


def test_who_lost_the_claim_can_change_nothing(database: Database) -> None:
    _enqueue(database, a_delivery("a"))
    (lost,) = _claim(database, worker="frozen")
    (ours,) = _claim(database, worker="frozen", after=31)
    late = NOON + 32 * SECOND
    deliveries = database.deliveries
    for change in (
        lambda: deliveries.sending(lost, now=late),
        lambda: deliveries.done(lost, now=late, sent=None),
        lambda: deliveries.later(lost, now=late, until=late, reason=""),
        lambda: deliveries.unknown(lost, now=late, reason=""),
        lambda: deliveries.dead(lost, now=late, reason=""),
        lambda: deliveries.done(replace(ours, worker="else"), now=late, sent=None),
    ):
        with pytest.raises(LostClaim, match=r"^The delivery a is not this worker's any more$"):
            change()
    deliveries.done(ours, now=late, sent=None)
    with pytest.raises(LostClaim):
        deliveries.done(ours, now=late, sent=None)


def test_the_answer_is_kept(database: Database) -> None:
    answer = Sent(key="a", channel="D1", ts="1700000000.000100")
    _enqueue(database, a_delivery("a"), a_delivery("b"))
    with database.begin(read_only=True) as uow:
        assert uow.sent("a") is None
    first, second = _claim(database)
    database.deliveries.done(first, now=NOON, sent=answer)
    database.deliveries.done(second, now=NOON, sent=None)
    with database.begin(read_only=True) as uow:
        assert (uow.sent("a"), uow.sent("b"), uow.sent("never")) == (answer, None, None)


def test_done_is_committed_with_what_came_of_it_or_not_at_all(database: Database) -> None:
    _enqueue(database, a_delivery("a"))
    (claim,) = _claim(database)
    with pytest.raises(ZeroDivisionError), database.begin() as uow:  # noqa: PT012 - the error inside is the subject
        database.deliveries.finish_in(uow, claim, now=NOON, sent=None)
        uow.enqueue([a_delivery("b")], now=NOON)
        1 / 0  # noqa: B018 - raised on purpose
    assert _states(database) == {"a": "claimed"}
    with database.begin() as uow:
        database.deliveries.finish_in(uow, claim, now=NOON, sent=None)
        uow.enqueue([a_delivery("b")], now=NOON)
    assert _states(database) == {"a": "done", "b": "waiting"}
    with pytest.raises(LostClaim), database.begin() as uow:
        database.deliveries.finish_in(uow, claim, now=NOON, sent=None)


def test_a_dead_letter_keeps_its_reason_until_somebody_asks_for_a_retry(database: Database) -> None:
    _enqueue(database, a_delivery("a"), a_delivery("b"))
    first, _ = _claim(database)
    database.deliveries.dead(first, now=NOON, reason="channel_not_found")
    assert database.deliveries.listing("dead") == (
        Standing(
            delivery=a_delivery("a"),
            state="dead",
            created=NOON,
            due=NOON,
            attempt=1,
            worker=None,
            lease_until=None,
            reason="channel_not_found",
            finished=NOON,
            sent=None,
        ),
    )
    assert database.deliveries.retry("b", now=NOON) is False
    assert database.deliveries.retry("a", now=NOON) is True
    (again,) = _claim(database)
    assert (again.delivery.key, again.attempt, again.tries) == ("a", 2, 1)
    with pytest.raises(Unknown):
        database.deliveries.retry("never", now=NOON)


def test_one_that_nobody_has_in_hand_can_be_buried(database: Database) -> None:
    _enqueue(database, a_delivery("a"), a_delivery("b"))
    _claim(database, limit=1)
    bury = database.deliveries.bury
    assert bury("a", now=NOON, reason="moot") is False
    assert bury("b", now=NOON, reason="moot") is True
    assert bury("b", now=NOON, reason="moot") is False
    assert bury("a", now=NOON + LEASE, reason="moot") is True
    assert _states(database) == {"a": "dead", "b": "dead"}


def test_a_graceful_stop_gives_back_what_was_not_begun(database: Database) -> None:
    _enqueue(database, a_delivery("a"), a_delivery("b"), a_delivery("c"))
    _, begun = _claim(database, limit=2)
    _claim(database, limit=1, worker="other")
    database.deliveries.sending(begun, now=NOON)
    assert database.deliveries.give_back("w", NOON) == 1
    assert _states(database) == {"a": "waiting", "b": "sending", "c": "claimed"}
    assert _keys(_claim(database)) == ["a"]


def test_whoever_waits_behind_a_long_front_that_is_busy_gets_a_turn(database: Database) -> None:
    """The front of the queue holds nothing that can be taken: all of it waits behind one that is being made."""
    _enqueue(database, *(a_delivery(f"ada-{n}", to="ada") for n in range(2 * FRONT)), a_delivery("bob", to="bob"))
    assert _keys(_claim(database, limit=1)) == ["ada-0"]
    assert _keys(_claim(database, limit=1)) == ["bob"]
    assert _claim(database, limit=1) == ()


def test_one_drawing_of_app_home_shows_all_that_was_changed_before_it(database: Database) -> None:
    def home(key: str, to: str) -> Delivery:
        return replace(a_delivery(key, to=to), kind=Kind.HOME)

    assert _enqueue(database, home("1", "ada"), home("2", "bob")) == 2
    assert _enqueue(database, home("3", "ada")) == 0
    first, _ = _claim(database)
    assert _enqueue(database, home("4", "ada")) == 1
    database.deliveries.done(first, now=NOON, sent=None)
    assert _keys(_claim(database)) == ["4"]


def test_drawings_of_long_ago_are_forgotten_and_messages_never(database: Database) -> None:
    _enqueue(database, replace(a_delivery("home", to="ada"), kind=Kind.HOME), a_delivery("words", to="ada"))
    for claim in _claim(database):
        database.deliveries.done(claim, now=NOON, sent=None)
    _enqueue(database, replace(a_delivery("waits", to="ada"), kind=Kind.HOME))
    assert database.deliveries.forget_drawn(NOON) == 0
    assert database.deliveries.forget_drawn(NOON + SECOND) == 1
    assert _states(database) == {"words": "done", "waits": "waiting"}


def test_when_all_others_are_dead_what_they_had_comes_back_at_once(database: Database) -> None:
    _enqueue(database, a_delivery("claimed"), a_delivery("sending"), a_delivery("unknown"), a_delivery("waiting"))
    _, sending, unknown = _claim(database, limit=3)
    for begun in (sending, unknown):
        database.deliveries.sending(begun, now=NOON)
    database.deliveries.unknown(unknown, now=NOON, reason="no answer")
    database.deliveries.give_back_all(now=NOON + SECOND)
    assert [(c.delivery.key, c.outcome_unknown) for c in _claim(database, after=1)] == [
        ("claimed", False),
        ("waiting", False),
    ]
    assert _claim(database, after=5) == ()
    late = _claim(database, after=1 + int(SETTLES.total_seconds()))
    assert [(c.delivery.key, c.outcome_unknown) for c in late] == [("sending", True), ("unknown", True)]


def test_counts_tell_how_many_and_how_old(database: Database) -> None:
    _enqueue(database, a_delivery("a"), now=NOON - 60 * SECOND)
    _enqueue(database, a_delivery("b"), a_delivery("c"))
    database.deliveries.dead(_claim(database, limit=1)[0], now=NOON, reason="")
    none = (0, timedelta())
    assert database.deliveries.counts(NOON + SECOND) == {
        "waiting": (2, SECOND),
        "claimed": none,
        "sending": none,
        "done": none,
        "unknown": none,
        "dead": (1, 61 * SECOND),
        "buried": none,
    }


def test_what_is_over_is_counted_however_it_ends_and_goes(place: Place, database: Database) -> None:
    def counted() -> dict[str, int]:
        return {state: count for state, (count, _) in database.deliveries.counts(NOON).items() if count}

    def there() -> dict[str, int]:
        stands = "CASE WHEN reason LIKE 'buried: %' THEN 'buried' ELSE state END"
        return dict(place.raw(f"SELECT {stands}, count(*) FROM deliveries GROUP BY 1"))  # noqa: S608 - our own words

    home = [replace(a_delivery(f"home-{n}", to=f"p{n}"), kind=Kind.HOME) for n in range(3)]
    _enqueue(database, *home, *(a_delivery(f"key-{n}", to=f"to-{n}") for n in range(8)))
    claims = {claim.delivery.key: claim for claim in _claim(database, limit=20)}
    for key in ("home-0", "home-1", "key-0", "key-1"):
        database.deliveries.done(claims[key], now=NOON, sent=None)
    for key in ("key-2", "key-3", "key-4"):
        database.deliveries.dead(claims[key], now=NOON, reason="gone")
    database.deliveries.bury("key-3", reason="by hand", now=NOON)
    database.deliveries.retry("key-4", now=NOON)
    database.deliveries.forget_drawn(NOON + SECOND)
    # An older program counts nothing.
    place.raw("UPDATE deliveries SET state = 'done', pending = false, finished = created WHERE key = 'key-5'")
    for _ in range(3):
        assert counted() == there() == {"done": 3, "dead": 1, "buried": 1, "waiting": 1, "claimed": 3}
        database.deliveries.add_up()
        assert place.raw("SELECT count(*) FROM tallies") == [(3,)]
    with database.begin() as uow:
        uow.drop_unsent(["key-4"], now=NOON)
    assert counted() == there() == {"done": 4, "dead": 1, "buried": 1, "claimed": 3}


def test_who_adds_up_while_others_finish_loses_none(database: Database) -> None:
    _enqueue(database, *(a_delivery(f"key-{n}", to=f"to-{n}") for n in range(40)))
    claims = _claim(database, limit=40)
    with ThreadPoolExecutor(4) as pool:
        ends = [pool.submit(database.deliveries.done, claim, now=NOON, sent=None) for claim in claims]
        sums = [pool.submit(database.deliveries.add_up) for _ in range(10)]
        for each in (*ends, *sums):
            each.result()
    assert database.deliveries.counts(NOON)["done"][0] == 40


def test_the_backlog_counts_what_could_go_out_by_kind(database: Database) -> None:
    _enqueue(database, a_delivery("a"), a_delivery("b", not_before=NOON + 5 * SECOND), now=NOON - 60 * SECOND)
    _enqueue(database, replace(a_delivery("c"), kind=Kind.ENGINE_OPTIONS))
    backlog = database.deliveries.backlog
    assert backlog(NOON + SECOND) == {"slack.brief": (1, 61 * SECOND), "engine.options": (1, SECOND)}
    for claim in _claim(database):
        database.deliveries.done(claim, now=NOON, sent=None)
    assert backlog(NOON + 8 * SECOND) == {"slack.brief": (1, 3 * SECOND)}


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
    (claim,) = _claim(database)
    database.deliveries.done(claim, now=NOON, sent=None)
    assert len(woken) == 2
    (claim,) = _claim(database)
    with database.begin() as uow:
        database.deliveries.finish_in(uow, claim, now=NOON, sent=None)
    assert len(woken) == 3
    database.close()


def test_many_threads_take_each_row_once_and_each_place_in_order(database: Database) -> None:
    _enqueue(database, *(a_delivery(f"{place}-{n:02}", to=place) for n in range(20) for place in "abcdef"))
    made: list[str] = []
    together = Barrier(6)

    def work(name: str) -> None:
        together.wait()
        while claims := _claim(database, worker=name, limit=2):
            for claim in claims:
                database.deliveries.sending(claim, now=NOON)
                made.append(claim.delivery.key)
                database.deliveries.done(claim, now=NOON, sent=None)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, "123456"))
    work_left = _claim(database, worker="last", limit=200)
    made.extend(claim.delivery.key for claim in work_left)
    for place in "abcdef":
        mine = [key for key in made if key.startswith(place)]
        assert mine == sorted(set(mine))
        assert len(mine) + len([k for k, s in _states_all(database).items() if s == "waiting" and k[0] == place]) == 20


def _states_all(database: Database) -> dict[str, str]:
    return {standing.delivery.key: standing.state for standing in database.deliveries.listing(limit=1000)}
