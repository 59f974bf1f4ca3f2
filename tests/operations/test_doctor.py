"""`evenhand doctor` finds out before it matters."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import yaml

from bot import doctor
from bot.demo.stage import MANIFEST
from bot.doctor import Finding
from bot.settings import Settings
from store.schema import stands_at
from tests.bot.post import Post, serving
from tests.scheduling.calendars.google_server import google_server
from tests.story.company import COMPANY
from tests.story.world import local_slack, settled
from workbench.server import Running


def _found(settings: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in doctor.examine(settings)}


def ready(slack: Running, home: Path) -> Settings:
    return replace(settled(slack, home), clock_url="")


def test_what_it_asks_for_is_what_the_manifest_asks_for() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text())
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == doctor.SCOPES


def test_all_is_well_where_all_is_well(tmp_path: Path) -> None:
    with local_slack() as slack:
        found = _found(ready(slack, tmp_path))
    assert [finding for finding in found.values() if not finding.well] == []
    assert found["Slack: scopes"].says == f"all {len(doctor.SCOPES)} of the manifest"
    assert found["clock"].says == "agrees with Slack's"
    assert found["seal keys"].says == "in seal.keys, which only its owner can read (600); back it up"


def test_a_missing_scope_is_named(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = ready(slack, tmp_path)
        scopes = slack.space.manifest.scopes
        assert scopes is not None
        slack.space.manifest = slack.space.manifest.model_copy(update={"scopes": scopes - {"im:history"}})
        found = _found(settings)["Slack: scopes"]
    assert (found.well, found.says) == (False, "missing: im:history")


def test_a_clock_that_is_off_is_named_with_its_direction() -> None:
    ahead, behind, well = (doctor._clock(timedelta(seconds=off)) for off in (90, -400, 3))
    assert (ahead.says, behind.says) == ("is 90 s ahead of Slack's", "is 400 s behind Slack's")
    assert (ahead.well, behind.well, well.well) == (False, False, True)


def test_seal_keys_that_others_can_read_are_a_fault(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = ready(slack, tmp_path)
        (settings.home / "seal.keys").chmod(0o644)
        found = _found(settings)["database"]
    assert not found.well
    assert found.mend.endswith("`chmod 600 " + str(settings.home / "seal.keys") + "` first")


def test_the_mail_route_is_tried_without_sending(tmp_path: Path) -> None:
    post = Post()
    with local_slack() as slack:
        settings = ready(slack, tmp_path)
        with serving(post) as place:
            url = f"smtp://{place}?from=interviews@corvid.example"
            assert _found(replace(settings, smtp_url=url))["mail"].well
        assert not _found(replace(settings, smtp_url=url))["mail"].well
    assert post.taken == []


def test_the_app_level_token_is_tried_too(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = ready(slack, tmp_path)
        assert _found(settings)["Slack: Socket Mode"].well
        found = _found(replace(settings, app_token="xapp-somebody-elses"))["Slack: Socket Mode"]
        assert (found.well, found.mend) == (False, "Check SLACK_APP_TOKEN: it needs connections:write.")
        assert "Slack: Socket Mode" not in _found(replace(settings, app_token=""))


def test_a_database_of_an_older_program_is_named_and_left_alone(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = ready(slack, tmp_path)
        head = stands_at(settings.database_url)
        assert _found(settings)["database"].says == f"opens, at schema {head}"
        with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as raw:
            raw.execute("UPDATE alembic_version SET version_num = '0001'")
            raw.commit()
        found = _found(settings)["database"]
        assert not found.well
        assert found.mend.endswith("is at schema 0001, older than this program's; run `evenhand migrate` first")
        assert stands_at(settings.database_url) == "0001"


def test_calendars_that_may_be_read_and_not_written_are_found_out(tmp_path: Path) -> None:
    with local_slack() as slack, google_server() as google:
        for person in COMPANY.people:
            google.state.add(person.email, zone=person.zone)
            google.state.delegated.add(person.email)
        key = google.key_file(tmp_path / "key.json")
        settings = replace(ready(slack, tmp_path), calendar="google", google_file=key, google_url=google.url)
        assert _found(settings)["calendars"].says.endswith("can be read, and written to")
        assert google.operations().count("delete") == 1
        google.fail_next("delete", status=403, reason="insufficientPermissions")
        assert not _found(settings)["calendars"].well
