"""`evenhand doctor` finds out before it matters."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
import yaml
from rich.console import Console

from bot import doctor
from bot.composition import seal_keys
from bot.demo.stage import MANIFEST
from bot.doctor import Finding, Wanted, addresses, calendars, clocks
from bot.settings import SETTINGS, Settings
from hiring.model import Answer, Disclosure
from scheduling.calendars.google_delegated import DelegatedCalendars
from scheduling.calendars.port import CalendarUnavailable
from store.database import open_database
from store.schema import stands_at
from store.sealing import SealKeys
from tests.bot.post import Post, serving
from tests.scheduling.calendars.google_server import GoogleServer, google_server
from tests.story.company import COMPANY, RITA
from tests.story.world import MONDAY, local_slack, settled, world
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
    ahead, behind, well = (clocks.told(timedelta(seconds=off), whose="Slack's") for off in (90, -400, 3))
    assert (ahead.says, behind.says) == ("is 90 s ahead of Slack's", "is 400 s behind Slack's")
    assert (ahead.well, behind.well, well.well) == (False, False, True)


@pytest.mark.parametrize("date", ["", "yesterday at noon", "Mon, 99 Foo 2026 10:00:00 GMT"])
def test_a_date_that_nobody_can_read_says_nothing_of_clocks(date: str) -> None:
    assert clocks.by_headers({"date": date} if date else {}, whose="Google's", what="clock") == []


@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0200"])
def test_a_date_without_a_zone_is_in_utc(zone: str) -> None:
    at = f"{datetime.now(timezone(timedelta(hours=2)) if zone == '+0200' else UTC):%a, %d %b %Y %H:%M:%S} {zone}"
    (found,) = clocks.by_headers({"date": at}, whose="Google's", what="clock")
    assert found.well


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
        assert (found.well, found.mend) == (False, doctor.slack.SOCKETS_MEND)
        assert "Slack: Socket Mode" not in _found(replace(settings, app_token=""))


def test_a_database_of_an_older_program_is_named_and_left_alone(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = ready(slack, tmp_path)
        head = stands_at(settings.database_url)
        assert _found(settings)["database"].says == f"opens, is read and written, at schema {head}"
        with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as raw:
            raw.execute("UPDATE alembic_version SET version_num = '0001'")
            raw.commit()
        found = _found(settings)["database"]
        assert not found.well
        assert found.mend.endswith("is at schema 0001, older than this program's; run `evenhand migrate` first")
        assert stands_at(settings.database_url) == "0001"


def _at_google(google: GoogleServer, settings: Settings, home: Path) -> Settings:
    for person in COMPANY.people:
        google.state.add(person.email, zone=person.zone)
        google.state.delegated.add(person.email)
    key = google.key_file(home / "key.json")
    return replace(settings, calendar="google", google_file=key, google_url=google.url)


def _there(settings: Settings) -> DelegatedCalendars:
    assert settings.google_file is not None
    return DelegatedCalendars(settings.google_file, url=settings.google_url)


def _calendars(settings: Settings, wanted: Wanted | None = None) -> list[tuple[bool, str]]:
    found = doctor.examine(settings, wanted)
    return [(one.well, one.says) for one in found if one.what == "calendars"]


def test_every_calendar_is_tried_and_nothing_is_written(tmp_path: Path) -> None:
    many = len(COMPANY.people)
    with local_slack() as slack, google_server() as google:
        settings = _at_google(google, ready(slack, tmp_path), tmp_path)
        assert _calendars(settings) == [(True, f"{many} of {many} can be read and written to")]
        assert google.operations() == ["list"] * many + ["delete"]
        ana, ben = COMPANY.people[0].email, COMPANY.people[1].email
        google.state.delegated.remove(ana)
        google.calendars[ben].role = "reader"
        google.fail_next("list", status=429, reason="rateLimitExceeded", retry_after="1")
        first, *others = _calendars(settings)
        assert [first, *sorted(others)] == [
            (False, f"{many - 2} of {many} can be read and written to"),
            (False, f"1 calendar: Evenhand's role there is reader: {ben}"),
            (False, f"1 calendar: Google does not let the service account act as this person: {ana}"),
        ]
        assert all(not calendar.events for calendar in google.calendars.values())


def test_a_google_that_wants_to_be_left_alone_for_hours_is_left_alone(tmp_path: Path) -> None:
    with local_slack() as slack, google_server() as google:
        settings = _at_google(google, ready(slack, tmp_path), tmp_path)
        google.fail_next("list", status=429, reason="rateLimitExceeded", retry_after="9000", times=3)
        # No minute of it is waited here: the round in which it was said is the last.
        found = calendars._asked(_there(settings), [RITA.email], lambda _: None, patience=0)
        assert len(google._failures) == 2
    assert [type(role) for role in found.values()] == [CalendarUnavailable]


def test_of_many_calendars_a_sample_is_tried_that_says_so(tmp_path: Path) -> None:
    with local_slack() as slack, google_server() as google:
        settings = _at_google(google, ready(slack, tmp_path), tmp_path)
        says = f"4 of 4 can be read and written to; a sample of {len(COMPANY.people)}, `--calendars all` tries each"
        assert _calendars(settings, Wanted(calendars=4)) == [(True, says)]
        assert {call.calendar for call in google.calls if call.operation == "list"} >= {RITA.email}


def test_calendars_whose_scope_is_for_reading_only_are_found_out(tmp_path: Path) -> None:
    with local_slack() as slack, google_server() as google:
        settings = _at_google(google, ready(slack, tmp_path), tmp_path)
        google.fail_next("delete", status=403, reason="insufficientPermissions")
        assert _calendars(settings)[0][0] is False


def test_scopes_that_nobody_asked_for_are_told_and_are_no_fault(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = ready(slack, tmp_path)
        scopes = slack.space.manifest.scopes
        assert scopes is not None
        slack.space.manifest = slack.space.manifest.model_copy(update={"scopes": scopes | {"users:write"}})
        found = _found(settings)["Slack: scopes"]
    assert (found.well, found.says.endswith("more than it asks for: users:write"), bool(found.mend)) == (
        True,
        True,
        True,
    )


def test_events_are_those_of_the_manifest() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text())
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == sorted(doctor.slack.EVENTS)


def test_the_address_is_asked_whose_it_is(tmp_path: Path) -> None:
    """By a question that only who has the seal keys can ask, and answer; and Slack's way in by a request signed as Slack's."""
    with world(tmp_path, over_http=True) as here:
        at = (here.slack.space.http_events or "").removesuffix("/slack/events")
        settings = replace(here.settings, base_url=at, clock_url="")
        found = _found(settings)
        assert (found["address: candidates' pages"].says, found["address: candidates' pages"].mend) == ("lead here", "")
        assert found["address: Slack's requests"].says == "a signed request to /slack/events is answered"
        assert found["address: clock"].well
        assert httpx.get(f"{at}/c/proof/n0nce/f0rged").status_code == 404
        other = _found(replace(settings, signing_secret="somebody-elses"))["address: Slack's requests"]
        assert (other.well, other.says) == (False, "a signed request is refused (401)")
        strange = tmp_path / "another"
        strange.mkdir()
        elsewhere = replace(settings, database_url=f"sqlite:///{strange}/evenhand.db")
        found = _found(elsewhere)
        assert found["address: candidates' pages"].says == "something answers (404), and it is not this Evenhand"
        assert "nobody is in the database" in found["company"].says


def test_an_address_where_nothing_answers_yet_is_no_fault_on_this_machine_only(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = ready(slack, tmp_path)
        here = _found(replace(settings, base_url="http://127.0.0.1:9"))["address: candidates' pages"]
        away = _found(replace(settings, base_url="https://interviews.invalid"))
    assert (here.well, here.says) == (True, "nothing answers: nothing listens there")
    assert [away[what].well for what in ("address: certificate", "address: candidates' pages")] == [False, False]


def test_a_certificate_that_ends_soon_is_told() -> None:
    assert [bool(addresses.certificate(timedelta(days=days)).mend) for days in (90, 13)] == [False, True]


def test_keys_of_the_right_name_that_open_nothing_are_a_fault_and_older_ones_are_told(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = replace(ready(slack, tmp_path), seal_keys=SealKeys.new_text())
        database = open_database(settings.database_url, seal_keys=seal_keys(settings))
        with database.begin() as uow:
            uow.save_disclosure(Disclosure(loop="L1", person="ana", answer=Answer.CONFLICT, at=MONDAY))
        newer = replace(settings, seal_keys=f"{SealKeys.new_text()},{settings.seal_keys}")
        assert _found(newer)["seal keys: rotation"].says == "1 data key still need an older key"
        with database._write() as connection:
            connection.exec_driver_sql("UPDATE data_keys SET owner = 'loop:L2'")
        database.close()
        found = _found(settings)["seal keys"]
    assert (found.well, found.mend.startswith("The keys have the right names and open nothing")) == (False, True)


def test_it_fits_a_narrow_terminal_and_shows_no_value() -> None:
    screen = Console(width=80, record=True, file=io.StringIO())
    found = [
        Finding("calendars", well=False, says="they can't [be] read " * 9, mend="Mend it. " * 20),
        Finding("a", well=True, says="b"),
    ]
    given = {"SLACK_BOT_TOKEN": "xoxb-planted-value"}
    doctor.show(found, SETTINGS, screen, given=given, every=True)
    told = screen.export_text()
    assert max(len(line) for line in told.splitlines()) <= 80
    assert "planted" not in told
    assert told.splitlines()[-1] == "1 thing to mend (✗), 0 to look at (!), of 2 that were tried."
