"""`python -m workbench`: one line of JSON, then a Slack until it is interrupted."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workbench.worlds import ANA, LOBBY, company
from workbench.__main__ import main
from workbench.player import Player, control

MANIFEST = """
features:
  app_home: {home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false}
  slash_commands: [{command: /greet, description: Greets}]
oauth_config: {scopes: {bot: [chat:write, commands]}}
settings: {interactivity: {is_enabled: true}, event_subscriptions: {bot_events: [app_home_opened]}}
"""


def test_it_tells_where_it_is_and_ends_cleanly(tmp_path: Path) -> None:
    (tmp_path / "space.json").write_text(json.dumps(company()), encoding="utf-8")
    (tmp_path / "manifest.yml").write_text(MANIFEST, encoding="utf-8")
    files = ["--workspace", str(tmp_path / "space.json"), "--manifest", str(tmp_path / "manifest.yml")]
    command = [sys.executable, "-W", "error", "-m", "workbench", *files]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:  # noqa: S603  # our own program
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert sorted(told) == ["api", "app_token", "bot_token", "signing_secret", "url"]
        assert told["api"] == told["url"] + "/api/"
        assert len(control(told["url"], "people")["people"]) == 3
        assert Player(told["url"], ANA).conversation("lobby")["id"] == LOBBY
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=20)
    assert complaints == ""


def test_a_file_that_is_no_workspace_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "space.json"
    broken.write_text(
        '{"team": {"id": "T1", "name": "X"}, "people": [], "bot": {"id": "nobody", "name": "b"}}', encoding="utf-8"
    )
    assert main(["--workspace", str(broken)]) == 2
    assert capsys.readouterr().err.startswith("The workspace or the manifest can't be read: 1 validation error")
