"""Logs are lines of JSON with ids; a traceback keeps its places and loses its values."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from googleapiclient.http import _should_retry_response

from bot.logs import JsonLines


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.Logger("evenhand.made")  # noqa: LOG001 - of its own, so that nobody else hears
    logger.addHandler(handler)
    yield logger, stream
    handler.close()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().strip().split("\n")]


def test_a_line_says_when_what_and_about_which_delivery(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.warning("outcome %s", "unknown", extra={"key": "L1/brief/ana", "lane": "slack", "score": 4})
    (line,) = lines(stream)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "warning", "from": "evenhand.made", "says": "outcome unknown", "key": "L1/brief/ana", "lane": "slack",
    }  # fmt: skip


def test_a_traceback_never_shows_what_was_typed(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log

    def fails(note: str) -> None:
        try:
            dict[str, str]()[note]
        except KeyError as error:
            raise ValueError(f"can't read {note}") from error

    try:
        fails("planted: too quiet, 2 points")
    except ValueError:
        logger.exception("a listener failed")
    (line,) = lines(stream)
    assert "planted" not in stream.getvalue()
    assert (line["error"], line["says"]) == ("ValueError", "a listener failed")
    assert [place.split(":")[0] for place in line["where"].split(" < ")] == [
        "fails", "test_a_traceback_never_shows_what_was_typed",
    ]  # fmt: skip


def test_a_newline_in_a_message_makes_no_second_line(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.error("one\ntwo \u2028 three")
    assert len(stream.getvalue().strip().split("\n")) == 1
    assert lines(stream)[0]["says"] == "one\ntwo \u2028 three"


SAID = {
    "Received an unsupported data frame (session id: s1, opcode: continuation, payload: planted, too quiet)": (
        "Received an unsupported data frame (session id: s1, opcode: continuation, payload"
    ),
    "Failed to decode Slack API response: Received a response in a non-JSON format: {planted": (
        "Failed to decode Slack API response: Received a response in a non-JSON format"
    ),
    "Failed to run a request listener: planted": "Failed to run a request listener",
    "Failed to send a request to Slack API server: timed out": "Failed to send a request to Slack API server: timed out",
}
"""What the Slack SDK says, and what of it may stand in a log."""


def test_what_a_library_quotes_is_left_out(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.name = "slack_bolt.App"
    for said in SAID:
        logger.warning(said)
    assert [line["says"] for line in lines(stream)] == list(SAID.values())


def test_googles_library_quotes_no_page_that_names_a_calendar(
    log: tuple[logging.Logger, io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    logger, stream = log
    logger.name = "googleapiclient.http"
    monkeypatch.setattr("googleapiclient.http.LOGGER", logger)
    assert _should_retry_response(403, b"<html>Denied: /calendars/planted@corvid.example/events</html>") is False
    assert [line["says"] for line in lines(stream)] == ["Invalid JSON content from response"]


CRASHES = """
import resource, threading
from bot.logs import catch_the_rest, configure, leave_no_core

class Gone:
    def __del__(self):
        raise ValueError("planted in an object that ends")

def thread():
    raise ValueError("planted in a thread")

resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
configure()
catch_the_rest()
leave_no_core()
print(resource.getrlimit(resource.RLIMIT_CORE)[0])
Gone()
one = threading.Thread(target=thread)
one.start()
one.join()
raise ValueError("planted at the top")
"""


def test_what_nobody_catches_is_logged_without_its_text() -> None:
    command = [sys.executable, "-c", CRASHES]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own program
    assert done.returncode == 1
    assert [(json.loads(line)["says"]) for line in done.stderr.splitlines()] == ["nobody caught it: ValueError"] * 3
    assert "planted" not in done.stderr
    assert done.stdout == "0\n", "and the memory of it is left on no disk"
