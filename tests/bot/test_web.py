"""What the web process says of a failure of its own: nothing to a stranger, and to the operator no text."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bot.logs import JsonLines
from bot.settings import Settings, read_settings
from bot.web import Server, routes_of
from handlers.pages.app import PageDesk
from handlers.pages.tokens import make_token
from hiring.ports import Store
from tests.handlers import rig
from tests.hiring.worlds import NOW

KEY = b"made for tests, no secret at all"


class Breaks(Store):
    """A store in which something unforeseen happens, of the kind that quotes what it was about."""

    def begin(self, *, read_only: bool = False) -> Any:  # noqa: ARG002 - the port's
        raise RuntimeError("planted: too quiet, 2 points")


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """What the program would write into its log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_a_failure_is_logged_without_its_text_and_without_the_path(
    told: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = read_settings({"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_SIGNING_SECRET": "x" * 32, "PORT": "0"})
    assert isinstance(settings, Settings)
    desk = PageDesk(store=Breaks(), clock=rig.At(NOW), signing_key=KEY, wake=lambda: None)
    server = Server(routes_of(settings, slack=None, pages=desk), host=settings.host, port=settings.port)
    server.start()
    try:
        token = make_token("L1", expires=NOW + timedelta(days=1), key=KEY)
        with pytest.raises(HTTPError) as refused:
            urlopen(f"http://127.0.0.1:{server.port}/c/{token}", timeout=30)
    finally:
        server.stop()
    answer = refused.value
    assert (answer.code, answer.read(), answer.headers["server"]) == (500, b"Internal Server Error", None)
    written = told.getvalue() + "".join(capfd.readouterr())
    assert '"error": "RuntimeError"' in written
    assert "planted" not in written
    assert token not in written
