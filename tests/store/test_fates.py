"""What becomes of a delivery that somebody has claimed, or given up."""

from dataclasses import replace
from datetime import datetime

import pytest

from hiring.model import Kind
from hiring.ports import Sent, Unknown
from store.database import Database
from store.deliveries import SETTLES
from store.faults import LostClaim
from store.standings import Standing
from tests.database import Place
from tests.store.outbox import LEASE, SECOND, claim_some, enqueue, keys_of, states
from tests.store.values import NOON, a_delivery


def test_what_may_have_happened_holds_up_its_place_until_somebody_looked(database: Database) -> None:
    enqueue(database, a_delivery("1", to="ada"), a_delivery("2", to="ada"))
    (first,) = claim_some(database)
    database.deliveries.unknown(database.deliveries.sending(first, now=NOON), now=NOON, reason="timed out")
    assert claim_some(database, after=29) == ()
    (again,) = claim_some(database, after=30)
    assert (again.delivery.key, again.outcome_unknown, again.attempt) == ("1", True, 2)
    database.deliveries.done(again, now=NOON, sent=Sent(key="1", channel="D1", ts="1.0"))
    assert keys_of(claim_some(database, after=30)) == ["2"]


def test_a_dead_workers_rows_come_back_when_the_lease_ends(database: Database) -> None:
    enqueue(database, a_delivery("claimed"), a_delivery("sending"))
    _, sending = claim_some(database)
    renewed = database.deliveries.sending(sending, now=NOON + 10 * SECOND)
    assert renewed == replace(sending, lease_until=NOON + 10 * SECOND + LEASE)
    assert [(c.delivery.key, c.outcome_unknown) for c in claim_some(database, after=30)] == [("claimed", False)]
    assert [(c.delivery.key, c.outcome_unknown) for c in claim_some(database, after=40)] == [("sending", True)]


def test_that_it_may_have_happened_is_remembered_through_a_second_death(database: Database) -> None:
    enqueue(database, a_delivery("a"))
    database.deliveries.sending(claim_some(database)[0], now=NOON)
    assert [claim.outcome_unknown for claim in claim_some(database, after=30)] == [True]
    (third,) = claim_some(database, after=60)
    assert (third.outcome_unknown, third.attempt) == (True, 3)
    database.deliveries.later(third, now=NOON, until=NOON, reason="the look failed")
    (fourth,) = claim_some(database, after=60)
    assert fourth.outcome_unknown
    begun = database.deliveries.sending(fourth, now=NOON)
    database.deliveries.later(begun, now=NOON, until=NOON, reason="looked, sent, and refused for now")
    assert [claim.outcome_unknown for claim in claim_some(database, after=60)] == [False]


def test_who_lost_the_claim_can_change_nothing(database: Database) -> None:
    enqueue(database, a_delivery("a"))
    (lost,) = claim_some(database, worker="frozen")
    (ours,) = claim_some(database, worker="frozen", after=31)
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
    enqueue(database, a_delivery("a"), a_delivery("b"))
    with database.begin(read_only=True) as uow:
        assert uow.sent("a") is None
    first, second = claim_some(database)
    database.deliveries.done(first, now=NOON, sent=answer)
    database.deliveries.done(second, now=NOON, sent=None)
    with database.begin(read_only=True) as uow:
        assert (uow.sent("a"), uow.sent("b"), uow.sent("never")) == (answer, None, None)


def test_done_is_committed_with_what_came_of_it_or_not_at_all(database: Database) -> None:
    enqueue(database, a_delivery("a"))
    (claim,) = claim_some(database)
    with pytest.raises(ZeroDivisionError), database.begin() as uow:  # noqa: PT012 - the error inside is the subject
        database.deliveries.finish_in(uow, claim, now=NOON, sent=None)
        uow.enqueue([a_delivery("b")], now=NOON)
        1 / 0  # noqa: B018 - raised on purpose
    assert states(database) == {"a": "claimed"}
    with database.begin() as uow:
        database.deliveries.finish_in(uow, claim, now=NOON, sent=None)
        uow.enqueue([a_delivery("b")], now=NOON)
    assert states(database) == {"a": "done", "b": "waiting"}
    with pytest.raises(LostClaim), database.begin() as uow:
        database.deliveries.finish_in(uow, claim, now=NOON, sent=None)


def test_a_dead_letter_keeps_its_reason_until_somebody_asks_for_a_retry(database: Database) -> None:
    enqueue(database, a_delivery("a"), a_delivery("b"))
    first, _ = claim_some(database)
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
    with database.begin() as uow:
        assert database.deliveries.retry_in(uow, "b", now=NOON) is False
        assert database.deliveries.retry_in(uow, "a", now=NOON) is True
    (again,) = claim_some(database)
    assert (again.delivery.key, again.attempt, again.tries) == ("a", 2, 1)
    with pytest.raises(Unknown), database.begin() as uow:
        database.deliveries.retry_in(uow, "never", now=NOON)


def test_one_that_nobody_has_in_hand_can_be_buried(database: Database) -> None:
    enqueue(database, a_delivery("a"), a_delivery("b"))
    claim_some(database, limit=1)

    def bury(key: str, *, now: datetime) -> bool:
        with database.begin() as uow:
            return database.deliveries.bury_in(uow, key, now=now, reason="moot")

    assert bury("a", now=NOON) is False
    assert bury("b", now=NOON) is True
    assert bury("b", now=NOON) is False
    assert bury("a", now=NOON + LEASE) is True
    assert states(database) == {"a": "dead", "b": "dead"}


def test_a_graceful_stop_gives_back_what_was_not_begun(database: Database) -> None:
    enqueue(database, a_delivery("a"), a_delivery("b"), a_delivery("c"))
    _, begun = claim_some(database, limit=2)
    claim_some(database, limit=1, worker="other")
    database.deliveries.sending(begun, now=NOON)
    assert database.deliveries.give_back("w") == 1
    assert states(database) == {"a": "waiting", "b": "sending", "c": "claimed"}
    assert keys_of(claim_some(database)) == ["a"]


def test_to_be_given_back_is_no_try(database: Database) -> None:
    """However often the program is started anew, the first real trouble is the first one."""
    enqueue(database, a_delivery("a"))
    for _ in range(3):
        assert [claim.tries for claim in claim_some(database)] == [1]
        database.deliveries.give_back("w")


def test_when_all_others_are_dead_what_they_had_comes_back_at_once(database: Database) -> None:
    enqueue(database, a_delivery("claimed"), a_delivery("sending"), a_delivery("unknown"), a_delivery("waiting"))
    _, sending, unknown = claim_some(database, limit=3)
    for begun in (sending, unknown):
        database.deliveries.sending(begun, now=NOON)
    database.deliveries.unknown(unknown, now=NOON, reason="no answer")
    database.deliveries.give_back_all(now=NOON + SECOND)
    assert [(c.delivery.key, c.outcome_unknown) for c in claim_some(database, after=1)] == [
        ("claimed", False),
        ("waiting", False),
    ]
    assert claim_some(database, after=5) == ()
    late = claim_some(database, after=1 + int(SETTLES.total_seconds()))
    assert [(c.delivery.key, c.outcome_unknown) for c in late] == [("sending", True), ("unknown", True)]


def test_drawings_of_long_ago_are_forgotten_and_messages_never(database: Database) -> None:
    enqueue(database, replace(a_delivery("home", to="ada"), kind=Kind.HOME), a_delivery("words", to="ada"))
    for claim in claim_some(database):
        database.deliveries.done(claim, now=NOON, sent=None)
    enqueue(database, replace(a_delivery("waits", to="ada"), kind=Kind.HOME))
    assert database.deliveries.forget_drawn(NOON) == 0
    assert database.deliveries.forget_drawn(NOON + SECOND) == 1
    assert states(database) == {"words": "done", "waits": "waiting"}


def test_a_dead_letter_of_a_newer_program_keeps_no_other_from_being_told(place: Place) -> None:
    """As two versions work side by side in a rolling upgrade, and the clock of the older one leads."""
    database = place.open()
    enqueue(database, a_delivery("new"), a_delivery("old"))
    for claim in claim_some(database, limit=2):
        database.deliveries.dead(claim, now=NOON, reason="refused")
    place.raw("UPDATE deliveries SET kind = 'slack.of_tomorrow' WHERE key = 'new'")
    with database.begin(read_only=True) as uow:
        for letters in (uow.dead_letters(), uow.dead_letters(loop="loop-1")):
            assert [letter.delivery.key for letter in letters] == ["old"]
    database.close()
