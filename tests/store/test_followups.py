from datetime import timedelta

import pytest

from hiring.model import Episode
from store.database import Database
from tests.store.values import HOUR, NOON


def test_an_event_comes_for_the_first_time_once(database: Database) -> None:
    with database.begin() as uow:
        assert [uow.first_time(event, now=NOON) for event in ("Ev1", "Ev2", "Ev1")] == [True, True, False]
    with database.begin() as uow:
        assert uow.first_time("Ev1", now=NOON + HOUR) is False


def test_what_was_rolled_back_was_not_seen(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as uow:  # noqa: PT012 - the error inside is the subject
        assert uow.first_time("Ev1", now=NOON) is True
        1 / 0  # noqa: B018 - raised on purpose
    with database.begin() as uow:
        assert uow.first_time("Ev1", now=NOON) is True


def test_what_is_forgotten_may_come_again(database: Database) -> None:
    with database.begin() as uow:
        uow.first_time("Ev1", now=NOON)
        uow.first_time("Ev2", now=NOON)
        uow.forget("Ev1")
        assert [uow.first_time(event, now=NOON) for event in ("Ev1", "Ev2")] == [True, False]


def test_the_inbox_forgets_what_is_old(database: Database) -> None:
    with database.begin() as uow:
        uow.first_time("old", now=NOON)
        uow.first_time("new", now=NOON + HOUR)
        assert uow.forget_inbox(NOON + HOUR) == 1
        assert (uow.first_time("old", now=NOON + HOUR), uow.first_time("new", now=NOON + HOUR)) == (True, False)


def test_episodes_are_kept_by_their_key(database: Database) -> None:
    stuck = Episode(key="loop-1:attestation:ada", opened=NOON)
    older = Episode(key="loop-2:decision", opened=NOON - timedelta(days=1), closed=NOON)
    told = Episode(key=stuck.key, opened=NOON, alerted=NOON + HOUR, closed=NOON + 2 * HOUR)
    with database.begin() as uow:
        for episode in (stuck, older):
            uow.save_episode(episode)
        assert uow.episodes() == (stuck,)
        uow.save_episode(told)
        assert uow.episodes() == ()
        assert uow.episodes(keys=[stuck.key, older.key, "never was"]) == (older, told)
