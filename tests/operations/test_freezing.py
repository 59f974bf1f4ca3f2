"""A worker that is frozen for longer than its lease: somebody else sends, and it does not, once it looks at its claim.

What is left is the time from that look to the call, and a test says so rather than leave it out.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.demo.stage import ROOT
from tests.database import sqlite_place
from tests.operations.crowd import crowd, working


@pytest.mark.parametrize(("where", "posts"), [("before", 1), ("after", 2)])
def test_the_window_is_between_the_check_and_the_call(tmp_path: Path, where: str, posts: int) -> None:
    with crowd(tmp_path, people=1, limits=False) as there:
        there.enqueue(["message/1"])
        asked = [sqlite_place(tmp_path).url, there.slack.api, there.slack.bot_token, where]
        with _started(asked) as frozen:
            assert frozen.stdout is not None
            assert frozen.stdout.readline() == b"here\n"
            frozen.send_signal(signal.SIGSTOP)
            assert os.WIFSTOPPED(os.waitpid(frozen.pid, os.WUNTRACED)[1])
            with working(there):
                there.drained(within=240)
            assert there.seen() == ["message/1"]
            frozen.send_signal(signal.SIGCONT)
            frozen.communicate(b"on\n", timeout=240)
            assert frozen.returncode == 0
        assert there.seen() == ["message/1"] * posts
        assert there.undone() == 0


@contextmanager
def _started(asked: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.operations.freezing", *asked]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own program
        try:
            yield process
        finally:
            process.kill()
