"""What was given up is told to the recruiter it concerns, with a button that tries it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handlers import ids, messages
from handlers.blocks.message import Message
from hiring.flows import dead_letters
from hiring.model import Barred, Delivery, Kind
from hiring.ports import Sent
from hiring.rules.permissions import Refused
from store.database import Database
from tests.operations.outbox import LEASE, enqueue, give_up, states, stocked

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _notices(database: Database) -> list[Delivery]:
    return [one.delivery for one in database.deliveries.listing() if one.delivery.kind is Kind.DEAD_LETTER]


def _rendered(database: Database, delivery: Delivery) -> Message | None:
    with database.begin(read_only=True) as uow:
        return messages.render(uow, delivery, now=NOW)


def _buttons(told: Message) -> list[dict[str, Any]]:
    return [part for block in told.blocks if block["type"] == "actions" for part in block["elements"]]


def _given_up(home: Path) -> Database:
    database = stocked(home)
    enqueue(database, "brief/1")
    give_up(database, "brief/1")
    return database


def _retry(database: Database, who: str, key: str = "brief/1") -> Refused | None:
    with database.begin() as uow:
        return dead_letters.retry(uow, key, notice="dead/brief/1/1", by=uow.person(who), now=NOW)


def test_the_recruiter_is_told_once(tmp_path: Path) -> None:
    database = _given_up(tmp_path)
    assert [dead_letters.tell(database, now=NOW) for _ in range(3)] == [1, 0, 0]
    (notice,) = _notices(database)
    assert (notice.key, notice.to) == ("dead/brief/1/1", "rita")
    database.close()


def test_it_says_whom_it_was_for_and_why_and_carries_a_button(tmp_path: Path) -> None:
    database = _given_up(tmp_path)
    dead_letters.tell(database, now=NOW)
    told = _rendered(database, _notices(database)[0])
    assert told is not None
    first, second = (block["text"]["text"] for block in told.blocks[:2])
    assert first == (":warning: *A message of mine could not be delivered* to <@UADA>\nCleo Planted · _Data scientist_")
    assert second == "I gave up after one attempt: `channel_not_found`"
    (button,) = _buttons(told)
    assert (button["action_id"], button["value"]) == (ids.DELIVERY_RETRY, "brief/1|dead/brief/1/1")
    assert told.text == "Evenhand: something did not go out and needs you"
    database.close()


def test_the_button_puts_it_back_and_the_message_says_so(tmp_path: Path) -> None:
    database = _given_up(tmp_path)
    dead_letters.tell(database, now=NOW)
    now = datetime.now(UTC)
    (claim,) = database.deliveries.claim(worker="w", now=now, limit=1, lease=LEASE)
    database.deliveries.done(claim, now=now, sent=Sent(key=claim.delivery.key, channel="D1", ts="1.0"))
    assert _retry(database, "rita") is None
    assert states(database)["brief/1"] == "waiting"
    edit = next(one for one in _notices(database) if one.updates)
    told = _rendered(database, edit)
    assert told is not None
    assert (edit.updates, _buttons(told)) == ("dead/brief/1/1", [])
    assert _retry(database, "rita") == Refused(
        "This is not given up any more: it went out, or somebody has tried it again or laid it to rest."
    )
    database.close()


def test_it_is_told_again_when_it_fails_again(tmp_path: Path) -> None:
    database = _given_up(tmp_path)
    dead_letters.tell(database, now=NOW)
    _retry(database, "rita")
    give_up(database, "brief/1")
    assert dead_letters.tell(database, now=NOW) == 1
    assert sorted(one.key for one in _notices(database)) == ["dead/brief/1/1", "dead/brief/1/2"]
    first = next(one for one in _notices(database) if one.key == "dead/brief/1/1")
    assert _rendered(database, first) is None
    database.close()


def test_what_was_laid_to_rest_is_told_nobody_and_no_button_sends_it(tmp_path: Path) -> None:
    """It may have been sent by hand."""
    database = _given_up(tmp_path)
    enqueue(database, "brief/2")
    dead_letters.tell(database, now=NOW)
    with database.begin() as uow:
        for key in ("brief/1", "brief/2"):
            assert database.deliveries.bury_in(uow, key, now=database.now(), reason="sent by hand")
    assert dead_letters.tell(database, now=NOW) == 0
    assert [_retry(database, "rita", key) is None for key in ("brief/1", "brief/2")] == [False, False]
    assert states(database) == {"brief/1": "dead", "brief/2": "dead", "dead/brief/1/1": "waiting"}
    assert _rendered(database, _notices(database)[0]) is None
    database.close()


def test_nobody_but_a_recruiter_may_press(tmp_path: Path) -> None:
    database = _given_up(tmp_path)
    assert [_retry(database, who) is None for who in ("ada", "hugo")] == [False, False]
    assert states(database) == {"brief/1": "dead"}
    database.close()


def test_a_digest_that_died_is_told_to_the_recruiter_of_its_opening(tmp_path: Path) -> None:
    database = stocked(tmp_path)
    died = Delivery(key="digest/data/1", kind=Kind.DIGEST, to="#C1", refs=(("opening", "data"), ("day", "2026-03-01")))
    with database.begin() as uow:
        uow.enqueue([died], now=NOW)
    give_up(database, "digest/data/1")
    dead_letters.tell(database, now=NOW)
    (notice,) = _notices(database)
    told = _rendered(database, notice)
    assert told is not None
    assert told.blocks[0]["text"]["text"] == (
        ":warning: *A message of mine could not be delivered* in <#C1>\n_Data scientist_"
    )
    assert [_retry(database, who, "digest/data/1") is None for who in ("hugo", "rita")] == [False, True]
    database.close()


def test_a_search_that_was_killed_again_and_again_is_told_in_words_with_a_button(tmp_path: Path) -> None:
    database = stocked(tmp_path)
    enqueue(database, "loop-1/options/1", kind=Kind.ENGINE_OPTIONS, to="")
    give_up(database, "loop-1/options/1", reason="tried 8 times: the search for a panel and times took too long")
    dead_letters.tell(database, now=NOW)
    told = _rendered(database, _notices(database)[0])
    assert told is not None
    first, second = (block["text"]["text"] for block in told.blocks[:2])
    assert first == ":warning: *I could not look for a panel and times*\nCleo Planted · _Data scientist_"
    assert second == ("I gave up after one attempt: `tried 8 times: the search for a panel and times took too long`")
    assert [button["action_id"] for button in _buttons(told)] == [ids.DELIVERY_RETRY]
    database.close()


def test_a_notice_that_died_app_home_and_a_word_of_help_are_told_to_nobody(tmp_path: Path) -> None:
    database = stocked(tmp_path)
    enqueue(database, "home/1", kind=Kind.HOME)
    give_up(database, "home/1")
    enqueue(database, "help/1", kind=Kind.HELP)
    give_up(database, "help/1")
    enqueue(database, "brief/1")
    give_up(database, "brief/1")
    assert dead_letters.tell(database, now=NOW) == 1
    give_up(database, "dead/brief/1/1")
    assert dead_letters.tell(database, now=NOW) == 0
    database.close()


def _undelivered(database: Database, who: str) -> list[str]:
    with database.begin(read_only=True) as uow:
        found = dead_letters.undelivered(uow, uow.loop("loop-1"), uow.person(who))
    return [letter.delivery.key for letter in found]


def test_the_status_has_what_a_loop_could_not_deliver_whether_it_was_told_or_not(tmp_path: Path) -> None:
    database = _given_up(tmp_path)
    dead_letters.tell(database, now=NOW)
    enqueue(database, "brief/2")
    give_up(database, "brief/2")
    enqueue(database, "brief/3")
    assert _undelivered(database, "rita") == ["brief/1", "brief/2"]
    assert [_undelivered(database, who) for who in ("ada", "hugo")] == [[], []]
    assert _retry(database, "rita") is None
    with database.begin() as uow:
        assert database.deliveries.bury_in(uow, "brief/2", now=database.now(), reason="sent by hand")
    assert _undelivered(database, "rita") == []
    database.close()


def test_a_recruiter_who_stepped_aside_reads_nothing(tmp_path: Path) -> None:
    database = _given_up(tmp_path)
    dead_letters.tell(database, now=NOW)
    with database.begin() as uow:
        loop = uow.loop("loop-1")
        uow.save_loop(replace(loop, barred=(Barred(person="rita", at=NOW),)))
    assert _rendered(database, _notices(database)[0]) is None
    assert _undelivered(database, "rita") == []
    assert isinstance(_retry(database, "rita"), Refused)
    database.close()
