"""How long 400 direct messages to 60 people take under Slack's limits, beside the least that the limit allows.

`python -m bench.deliveries [--messages N] [--people N]` prints one line. The local Slack enforces its limits (100 posts a
minute, one a second into each conversation), so a refusal would be seen here.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from bot.budgets import MINUTE, POST, RATES
from tests.operations.crowd import crowd, working


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--messages", type=int, default=400)
    asked.add_argument("--people", type=int, default=60)
    given = asked.parse_args()
    keys = [f"message/{number:05d}" for number in range(given.messages)]
    with tempfile.TemporaryDirectory() as home, crowd(Path(home), people=given.people) as there:
        there.enqueue(keys)
        with working(there):
            took = there.drained(within=given.messages * 2)
        seen = Counter(there.seen())
        refused = sum(count for answer, count in there.calls(POST).items() if answer != "ok")
    least = given.messages / RATES[POST].per_minute * MINUTE
    lost, twice = len(set(keys) - set(seen)), sum(1 for count in seen.values() if count > 1)
    print(f"{given.messages} messages to {given.people} people: {took:.1f} s; N/R is {least:.1f} s; "
          f"ratio {took / least:.3f}; refused by Slack {refused}; lost {lost}; twice {twice}")  # fmt: skip


if __name__ == "__main__":
    main()
