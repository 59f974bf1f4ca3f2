"""We keep under Slack's limits ourselves, and wait as told when Slack says so all the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.budgets import CONVERSATION, HOME, POST, RATES, Budgets
from bot.clock import SystemClock
from bot.lanes import Open, kinds_of
from bot.messages import Messages
from bot.messenger import Messenger
from handlers.desk import no_page
from hiring.model import Kind
from tests.database import fresh_database


@dataclass
class Watch:
    """A stopwatch that is moved by hand."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


def _spent(budgets: Budgets, method: str, times: int) -> list[float]:
    return [budgets.take(method, f"D{number}") for number in range(times)]


def test_a_burst_is_spent_and_then_each_call_waits_its_turn() -> None:
    watch = Watch()
    budgets = Budgets(monotonic=watch)
    burst = int(RATES[POST].burst)
    assert _spent(budgets, POST, burst) == [0.0] * burst
    wait = budgets.take(POST, "D99")
    assert round(wait, 3) == 0.6
    watch.at += wait
    assert budgets.take(POST, "D99") == 0
    assert budgets.take(POST, "D98") > 0


def test_in_an_hour_no_more_goes_out_than_the_rate_and_one_burst() -> None:
    watch = Watch()
    budgets = Budgets(monotonic=watch)
    gone = 0
    for tick in range(36_000):
        watch.at += 0.1
        gone += budgets.take(POST, f"D{tick}") == 0
    assert gone == int(RATES[POST].per_minute * 60 + RATES[POST].burst) - 1


def test_one_conversation_takes_a_message_a_second_and_holds_up_no_other() -> None:
    watch = Watch()
    budgets = Budgets(monotonic=watch)
    assert [budgets.take(POST, "D1") for _ in range(int(CONVERSATION.burst))] == [0.0, 0.0, 0.0]
    assert budgets.take(POST, "D1") == 1.0
    assert budgets.take(POST, "D2") == 0


def test_a_call_that_has_to_wait_takes_nothing() -> None:
    watch = Watch()
    budgets = Budgets(monotonic=watch)
    _spent(budgets, POST, 20)
    waits = {round(budgets.take(POST, "D1"), 3) for _ in range(50)}
    assert waits == {0.6}


def test_what_slack_asks_for_holds_for_the_whole_method_and_no_other() -> None:
    watch = Watch()
    budgets = Budgets(monotonic=watch)
    budgets.refused(POST, retry_after=30)
    budgets.refused(POST, retry_after=5)
    assert [budgets.wait(POST), budgets.take(POST, "D1"), budgets.wait(HOME)] == [30, 30, 0]
    watch.at += 30
    assert budgets.take(POST, "D1") == 0
    assert budgets.refusals == {POST: 2}


def test_several_processes_take_no_more_than_one_may() -> None:
    """Each of three; one that comes later takes its part from the next count on."""
    watch, there = Watch(), [1]
    several = [Budgets(monotonic=watch, workers=lambda: there[0]) for _ in range(3)]
    for budgets in several:
        budgets.count()
    there[0] = 3
    watch.at += 60
    gone = 0
    for tick in range(36_000):
        watch.at += 0.1
        for budgets in several:
            budgets.count()
            gone += budgets.take(POST, f"D{tick}") == 0
    assert RATES[POST].per_minute * 60 - 3 <= gone <= RATES[POST].per_minute * 60 + RATES[POST].burst + 3


def test_looking_takes_nothing() -> None:
    budgets = Budgets(monotonic=Watch())
    assert {budgets.wait(POST) for _ in range(500)} == {0.0}


def test_methods_without_a_limit_of_ours_are_never_held_up() -> None:
    budgets = Budgets(monotonic=Watch())
    assert {budgets.take("auth.test") for _ in range(500)} == {0.0}


def test_nothing_is_taken_up_for_which_there_is_no_room(tmp_path: Path) -> None:
    """What a thread holds while it waits keeps what is more urgent waiting."""
    database, budgets = fresh_database(tmp_path), Budgets(monotonic=lambda: 0.0)
    messenger = Messenger(token="xoxb-x", base_url="http://127.0.0.1:9/api/", budgets=budgets)
    messages = Messages(database=database, messenger=messenger, clock=SystemClock(), page_of=no_page, budgets=budgets)
    assert messages.open() == Open(kinds=kinds_of("slack"))
    budgets.refused(POST, retry_after=60)
    assert messages.open() == Open(kinds=(Kind.HOME,), again=60.0)
    budgets.refused(HOME, retry_after=30)
    assert messages.open() == Open(kinds=(), again=30.0)
    database.close()
