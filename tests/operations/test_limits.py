"""Many messages at once: under Slack's limits, in order, the urgent ones first, each once."""

from __future__ import annotations

from pathlib import Path

from hiring.model import Delivery, Kind
from tests.operations.crowd import LEASE, crowd, message, working
from tests.waiting import eventually


def test_a_batch_larger_than_the_burst_goes_out_once_each_and_slack_never_says_no(tmp_path: Path) -> None:
    keys = [f"digest/{number:02d}" for number in range(30)]
    with crowd(tmp_path, people=10) as there:
        there.enqueue(keys)
        with working(there):
            there.drained(within=120)
        assert sorted(there.seen()) == keys
        assert there.calls("chat.postMessage") == {"ok": 30}
        assert there.calls("conversations.open") == {}  # it has a smaller limit, and a post finds the conversation


def test_each_conversation_keeps_its_order(tmp_path: Path) -> None:
    keys = [f"digest/{number:02d}" for number in range(12)]
    with crowd(tmp_path, people=3) as there:
        there.slack.space.faults.plan("chat.postMessage", "limit", nth=2)
        there.enqueue(keys)
        with working(there):
            there.drained(within=120)
        for place, _ in enumerate(there.people):
            mine = [key for key in there.seen() if int(key[-2:]) % 3 == place]
            assert mine == sorted(mine)
        assert sorted(there.seen()) == keys
        assert there.budgets.refusals == {"chat.postMessage": 1}


def test_an_answer_to_a_person_does_not_wait_behind_digests(tmp_path: Path) -> None:
    with crowd(tmp_path, people=41) as there:
        there.enqueue([f"digest/{number}" for number in range(40)])
        asking = there.people[-1]
        with working(there):
            assert eventually(lambda: len(there.seen()) >= 20)
            with there.database.begin() as uow:
                uow.enqueue([message("answer", to=asking, priority=1)], now=there.now())
            written = len(there.seen())
            assert eventually(lambda: "answer" in there.seen())
        before = there.seen().index("answer")
        assert before < written + 6


def test_app_home_is_drawn_anew_while_messages_to_the_same_person_wait(tmp_path: Path) -> None:
    with crowd(tmp_path, people=1) as there:
        there.enqueue([f"digest/{number}" for number in range(5)])
        home = Delivery(key="home/p00/1", kind=Kind.HOME, to="p00", priority=2)
        with there.database.begin() as uow:
            uow.enqueue([home], now=there.now())
        claims = there.database.deliveries.claim(worker="w", now=there.now(), limit=5, lease=LEASE)
        assert [claim.delivery.key for claim in claims] == ["home/p00/1", "digest/0"]
