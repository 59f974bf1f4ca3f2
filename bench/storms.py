"""An hour of storm in simulated time, and how long the window is in which a frozen worker may send twice.

`python -m bench D7 D8`.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.page import Section, spread, table
from bot.budgets import Budgets
from bot.clock import SystemClock
from bot.lanes import Lane, Settled, Turn, kinds_of
from bot.messages import Messages
from bot.messenger import Messenger
from bot.worker import Worker
from handlers.desk import no_page
from hiring.ports import Sent
from hiring.rules.phase import Phase
from tests.operations import storms, stormy_google
from tests.operations.crowd import crowd
from tests.operations.stormy_google import LATENCY

MESSAGES, PEOPLE, LOOPS, FEW, HOUR = 2_000, 60, 120, 60, 3600.0
POSTS = 300


def an_hour() -> str:
    keys = [f"message/{number:04d}" for number in range(MESSAGES)]
    with tempfile.TemporaryDirectory() as home:
        slack = storms.storm(Path(home), keys, people=PEOPLE, lasts=HOUR, seed=1)
    with tempfile.TemporaryDirectory() as home:
        google = stormy_google.storm(Path(home), loops=LOOPS, lasts=HOUR, seed=1)
    with tempfile.TemporaryDirectory() as home:
        endless = stormy_google.storm(Path(home), loops=FEW, lasts=10 * HOUR, seed=1)
    lost, twice = len(set(keys) - set(slack.keys())), len(slack.keys()) - len(set(slack.keys()))
    as_wanted = "yes" if google.stands == google.wanted else "**no**"
    met = sorted(slack.slack.met.items(), key=lambda one: -one[1])
    return f"""Time is simulated: the bot's own worker and its threads, but for the clock they read and how they wait. For an
hour 30 % of all calls are told to wait 1 to 60 s, 20 % meet HTTP 500, 5 % a reset, 3 % are never answered, and half of
what fails has taken effect.

**Slack**: {MESSAGES:,} messages to {PEOPLE} people: {slack.took:,.0f} s. A sender that keeps the same limits, meets the same
weather, whose calls take no time and who knows at once what was lost, takes {slack.least:,.0f} s: ratio
{slack.took / slack.least:.3f}. To reach: 1.1. Lost {lost}, twice {twice}, out of order {len(slack.out_of_order())},
calls before Slack's wait was over {len(slack.slack.too_early)}, calls past its limits {len(slack.slack.too_many)}.

{table(("call: what met it", "times"), met)}

**Google**: 30 % are told to slow down, three quarters of them without a word for how long; 20 % meet HTTP 5xx, 8 % a
connection that breaks, 3 % a refusal. {LOOPS} loops to be booked, more than the hour lets anybody through:
{google.took:,.0f} s. A sender that asks each thing once, waits as Google asks for, whose calls take no time and who
knows at once what was lost, takes {google.least:,.0f} s: ratio {google.took / google.least:.3f}. To reach: 1.1.
{google.phases[Phase.BOOKED]} were booked, {google.meanwhile} of them while it lasted; the others met a refusal by lot
and got new options. On calendars stands what should: {as_wanted}. Calls before Google's wait was over:
{len(google.weather.too_early)}.

In a storm that does not end {FEW} loops take {endless.took:,.0f} s, and such a sender {endless.least:,.0f} s: ratio
{endless.took / endless.least:.2f}. Ours waits a moment before it asks again what failed, reads everybody anew when a
reading is older than a minute, and looks where it does not know whether something was done; and each of its calls takes
{LATENCY:g} s.
"""


def window() -> str:
    """From the check of the claim to Slack's answer, which is longer than to the moment when Slack takes the call."""
    took: list[float] = []
    with tempfile.TemporaryDirectory() as home, crowd(Path(home), people=POSTS, limits=False) as there:
        budgets = Budgets(rates={})
        messenger = Messenger(token=there.slack.bot_token, base_url=there.slack.api, budgets=budgets)
        messages = Messages(
            database=there.database, messenger=messenger, clock=SystemClock(), page_of=no_page, budgets=budgets
        )

        def make(turn: Turn) -> Sent | Settled | None:
            checked = [0.0]

            def begin() -> None:
                turn.begin()
                checked[0] = time.perf_counter()

            sent = messages.make(replace(turn, begin=begin))
            took.append(time.perf_counter() - checked[0])
            return sent

        there.enqueue([f"message/{number}" for number in range(POSTS)])
        worker = Worker(there.database, [Lane("slack", kinds_of("slack"), 1, make)], name="worker")
        worker.start()
        there.drained(within=120)
        worker.stop()
    return f"""A worker that is frozen after it has checked its claim and before Slack takes the call may send what another
one has sent meanwhile (`tests/operations/test_freezing.py`). From that check to the answer of a Slack on the same machine,
{POSTS} messages: {spread(took)}. Only a freeze that begins within this and lasts longer than the lease, 45 s, doubles
one.
"""


SECTIONS = {
    "D7": Section("D7: an hour of storm", an_hour),
    "D8": Section("D8: the window between check and call", window),
}
