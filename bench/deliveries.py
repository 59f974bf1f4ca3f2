"""How long 400 direct messages to 60 people take under Slack's limits, beside the least that the limit allows.

`python -m bench.deliveries [--messages N] [--people N]` prints one line. The local Slack enforces its limits (100 posts a
minute, one a second into each conversation), so a refusal would be seen here.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from bench.page import Section
from bot.budgets import MINUTE, POST, RATES
from tests.operations.crowd import crowd, working


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


SECTIONS = {"D1": Section("D1: many messages under Slack's limits", measure)}


if __name__ == "__main__":
    main()
