"""How long 400 direct messages to 60 people take under Slack's limits, beside the least that the limit allows.

`python -m bench.deliveries [--messages N] [--people N]` prints one line. The local Slack enforces its limits (100 posts a
minute, one a second into each conversation), so a refusal would be seen here.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from bench.page import Section, table
from bot.budgets import MINUTE, POST, RATES
from tests.operations.crowd import crowd, working
from tests.operations.storms import storm

DRAINS = 400, 2_000, 10_000


def measure(messages: int = 400, people: int = 60) -> str:
    keys = [f"message/{number:05d}" for number in range(messages)]
    with tempfile.TemporaryDirectory() as home, crowd(Path(home), people=people) as there:
        there.enqueue(keys)
        with working(there):
            took = there.drained(within=messages * 2)
        seen = Counter(there.seen())
        refused = sum(count for answer, count in there.calls(POST).items() if answer != "ok")
    least = messages / RATES[POST].per_minute * MINUTE
    lost, twice = len(set(keys) - set(seen)), sum(1 for count in seen.values() if count > 1)
    return (
        f"{messages} messages to {people} people: {took:.1f} s; N/R is {least:.1f} s; ratio {took / least:.3f}; "
        f"refused by Slack {refused}; lost {lost}; twice {twice}"
    )


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--messages", type=int, default=400)
    asked.add_argument("--people", type=int, default=60)
    given = asked.parse_args()
    print(measure(given.messages, given.people))


def drains() -> str:
    rows = []
    for many in DRAINS:
        keys, people = [f"message/{number:05d}" for number in range(many)], min(many // 6, 1_000)
        with tempfile.TemporaryDirectory() as home:
            passed = storm(Path(home), keys, people=people, lasts=0, seed=1)
        least = many / RATES[POST].per_minute * MINUTE
        refused = len(passed.slack.too_many)
        lost, twice = len(set(keys) - set(passed.keys())), len(passed.keys()) - len(set(passed.keys()))
        rows.append(
            (
                f"{many:,} to {people:,} people",
                f"{passed.took:,.0f} s",
                f"{least:,.0f} s",
                f"{passed.took / least:.3f}",
                refused,
                lost,
                twice,
            )
        )
    head = ("messages", "took", "N/R", "ratio", "refused by Slack", "lost", "twice")
    return f"""The local Slack enforces 100 posts a minute and one a second into each conversation. To reach: at most 1.05
times N/R; less than 1 is the burst that goes out at once. In real time, over HTTP: {measure()}.

In simulated time, with a Slack in memory that counts in the same way (the bot's own worker and its threads, but for the
clock they read and how they wait; a call takes 0.1 to 0.4 s of it):

{table(head, rows)}
"""


SECTIONS = {"D1": Section("D1: many messages under Slack's limits", drains)}


if __name__ == "__main__":
    main()
