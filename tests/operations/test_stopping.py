"""SIGTERM ends the program in time, whatever is under way, and what was not begun is anybody's at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.database import fresh_database
from tests.operations.crowd import crowd
from tests.story.world import eventually

WITHIN = 10.0


def test_a_slow_call_of_slack_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with crowd(tmp_path, people=8, limits=False) as there:
        for nth in range(1, 4):
            there.slack.space.faults.plan("chat.postMessage", "hang", nth=nth)
        there.enqueue([f"message/{number}" for number in range(8)])
        environment = {
            **os.environ,
            "SLACK_BOT_TOKEN": there.slack.bot_token,
            "SLACK_APP_TOKEN": there.slack.app_token,
            "SLACK_API_URL": there.slack.api,
            "EVENHAND_DATABASE_URL": f"sqlite:///{tmp_path / 'evenhand.db'}",
            "EVENHAND_SEAL_KEYS": "bWFkZSBmb3IgdGVzdHMsIG5vdCBhIHNlY3JldCAzMmI=",
            "PORT": "0",
        }
        command = [sys.executable, "-m", "bot.command", "serve"]
        process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own program
        try:
            eventually(lambda: _count(tmp_path, "sending") == 3, "the calls never began")
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=WITHIN) == 0
            took = time.monotonic() - begun
        finally:
            process.kill()
            process.wait()
        assert took < WITHIN
        assert (_count(tmp_path, "claimed"), _count(tmp_path, "sending")) == (0, 3)


def _count(home: Path, state: str) -> int:
    database = fresh_database(home)
    try:
        return database.deliveries.counts(datetime.now(UTC))[state][0]
    finally:
        database.close()
