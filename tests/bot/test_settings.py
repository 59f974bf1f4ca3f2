"""Every setting that is missing or wrong is named with what it is for; no value is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SETTINGS, SettingFault, Settings, read_settings
from hiring.model import Role

GOOD = {"SLACK_BOT_TOKEN": "xoxb-planted", "SLACK_APP_TOKEN": "xapp-planted"}


def read(**more: str) -> Settings:
    found = read_settings(GOOD | more)
    assert isinstance(found, Settings), found
    return found


def faults(given: dict[str, str]) -> tuple[SettingFault, ...]:
    found = read_settings(given)
    assert isinstance(found, tuple), found
    return found


def test_two_tokens_are_enough() -> None:
    found = read()
    assert (found.socket_mode, found.slack_api_url, found.database_url, found.calendar, found.port, found.home) == (
        True, "https://slack.com/api/", "sqlite:///var/evenhand.db", "builtin", 8700, Path("var"),
    )  # fmt: skip


def test_with_a_signing_secret_and_no_app_token_it_is_http_mode() -> None:
    found = read_settings({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"})
    assert isinstance(found, Settings)
    assert (found.socket_mode, found.signing_secret) == (False, "s")


def test_nothing_at_all_names_what_is_missing_and_where_to_get_it() -> None:
    assert [(fault.name, fault.says) for fault in faults({})] == [
        (
            "SLACK_BOT_TOKEN",
            (
                "SLACK_BOT_TOKEN is missing. It lets Evenhand speak in Slack. "
                "Get it from: your app's page at Slack, OAuth & Permissions, xoxb-…."
            ),
        ),
        (
            "SLACK_SIGNING_SECRET",
            (
                "SLACK_SIGNING_SECRET is missing, and SLACK_APP_TOKEN too: set one of them, for HTTP mode or Socket Mode. "
                "It proves that a request over HTTP comes from Slack; needed without SLACK_APP_TOKEN. "
                "Get it from: your app's page at Slack, Basic Information, Signing Secret."
            ),
        ),
    ]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SLACK_BOT_TOKEN", "planted", "should begin with xoxb-"),
        ("SLACK_BOT_TOKEN", "", "is missing"),
        ("SLACK_APP_TOKEN", "planted", "should begin with xapp-"),
        ("SLACK_API_URL", "https://planted.example/", "should be an http(s) address that ends in /api/"),
        ("SLACK_API_URL", "planted/api/", "should be an http(s) address that ends in /api/"),
        ("EVENHAND_BASE_URL", "planted", "should be an http(s) address"),
        ("EVENHAND_BASE_URL", "https://[planted", "should be an http(s) address"),
        ("EVENHAND_DATABASE_URL", "planted", "should look like sqlite:///FILE"),
        ("EVENHAND_CALENDAR", "planted", "is google or builtin"),
        (
            "EVENHAND_VIDEO_URL",
            "https://planted.example",
            "must hold {id}, so that each interview has a room of its own",
        ),
        ("GOOGLE_CALENDAR_API_URL", "https://planted.example/", "must end in /calendar/v3/"),
        ("EVENHAND_ROLE_GROUPS", "planted=@x", "should name roles once each with a user group: interviewer, "),
        ("EVENHAND_ROLE_GROUPS", "recruiter=@planted, recruiter=@x", "should name roles once each"),
        ("EVENHAND_ROLE_GROUPS", "recruiter=", "should name roles once each"),
        ("PORT", "planted", "should be a number up to 65535"),
        ("EVENHAND_METRICS_PORT", "planted", "should be a number up to 65535"),
        ("PORT", "65536", "should be a number up to 65535"),
        ("PORT", "-1", "should be a number up to 65535"),
        ("PORT", "٣", "should be a number up to 65535"),
        ("PORT", "²", "should be a number up to 65535"),
    ],
)
def test_each_fault_is_a_sentence_without_the_value(name: str, value: str, says: str) -> None:
    (fault,) = faults(GOOD | {name: value})
    purpose = next(setting.purpose for setting in SETTINGS if setting.name == name)
    assert (fault.name, fault.says.startswith(f"{name} {says}"), f"It {purpose}." in fault.says) == (name, True, True)
    assert "planted" not in repr(fault)


def test_groups_are_named_by_handle_or_id() -> None:
    found = read(EVENHAND_ROLE_GROUPS="recruiter=@recruiting, auditor = S0AUDIT").role_groups
    assert found == {Role.RECRUITER: "recruiting", Role.AUDITOR: "S0AUDIT"}


def test_google_needs_its_key_file(tmp_path: Path) -> None:
    (fault,) = faults(GOOD | {"EVENHAND_CALENDAR": "google", "GOOGLE_SERVICE_ACCOUNT_FILE": str(tmp_path / "planted")})
    assert (fault.name, "planted" in fault.says) == ("GOOGLE_SERVICE_ACCOUNT_FILE", False)
    key = tmp_path / "key.json"
    key.write_text("{}")
    assert read(EVENHAND_CALENDAR="google", GOOGLE_SERVICE_ACCOUNT_FILE=str(key)).google_file == key


def test_the_way_to_the_mail_server_is_read_before_anything_starts() -> None:
    (fault,) = faults(GOOD | {"SMTP_URL": "smtp://mail.example.com"})
    assert (fault.name, fault.says.split(".")[0]) == (
        "SMTP_URL",
        "SMTP_URL does not say which address letters come from",
    )


def test_everything_that_is_wrong_is_named_at_once() -> None:
    wrong = {"SLACK_BOT_TOKEN": "planted", "PORT": "planted", "EVENHAND_BASE_URL": "planted"}
    assert {fault.name for fault in faults(wrong)} == {*wrong, "SLACK_SIGNING_SECRET"}


def test_secrets_do_not_stand_in_a_repr() -> None:
    told = repr(
        read(
            SLACK_SIGNING_SECRET="planted",
            EVENHAND_SEAL_KEYS="planted",
            SMTP_URL="smtp://u%40a.example:planted@b.example",
        )
    )
    assert "planted" not in told


def test_an_empty_setting_is_one_that_is_not_set() -> None:
    assert read(PORT="", EVENHAND_CALENDAR="", SLACK_API_URL="") == read()
