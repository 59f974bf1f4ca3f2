"""How many deliveries there are, of what kind, and how old."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from hiring.model import Kind
from store.database import Database
from tests.database import Place
from tests.store.outbox import SECOND, claim_some, enqueue
from tests.store.values import NOON, a_delivery


def test_counts_tell_how_many_and_how_old(database: Database) -> None:
    enqueue(database, a_delivery("a"), now=NOON - 60 * SECOND)
    enqueue(database, a_delivery("b"), a_delivery("c"))
    database.deliveries.dead(claim_some(database, limit=1)[0], now=NOON, reason="")
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
    enqueue(database, *home, *(a_delivery(f"key-{n}", to=f"to-{n}") for n in range(8)))
    claims = {claim.delivery.key: claim for claim in claim_some(database, limit=20)}
    for key in ("home-0", "home-1", "key-0", "key-1"):
        database.deliveries.done(claims[key], now=NOON, sent=None)
    for key in ("key-2", "key-3", "key-4"):
        database.deliveries.dead(claims[key], now=NOON, reason="gone")
    with database.begin() as uow:
        database.deliveries.bury_in(uow, "key-3", reason="by hand", now=NOON)
        database.deliveries.retry_in(uow, "key-4", now=NOON)
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
    enqueue(database, *(a_delivery(f"key-{n}", to=f"to-{n}") for n in range(40)))
    claims = claim_some(database, limit=40)
    with ThreadPoolExecutor(4) as pool:
        ends = [pool.submit(database.deliveries.done, claim, now=NOON, sent=None) for claim in claims]
        sums = [pool.submit(database.deliveries.add_up) for _ in range(10)]
        for each in (*ends, *sums):
            each.result()
    assert database.deliveries.counts(NOON)["done"][0] == 40


def test_the_backlog_counts_what_could_go_out_by_kind(database: Database) -> None:
    enqueue(database, a_delivery("a"), a_delivery("b", not_before=NOON + 5 * SECOND), now=NOON - 60 * SECOND)
    enqueue(database, replace(a_delivery("c"), kind=Kind.ENGINE_OPTIONS))
    backlog = database.deliveries.backlog
    assert backlog(NOON + SECOND) == {"slack.brief": (1, 61 * SECOND), "engine.options": (1, SECOND)}
    for claim in claim_some(database):
        database.deliveries.done(claim, now=NOON, sent=None)
    assert backlog(NOON + 8 * SECOND) == {"slack.brief": (1, 3 * SECOND)}
