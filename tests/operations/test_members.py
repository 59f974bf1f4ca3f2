"""Roles from Slack's user groups, and people who leave, against the local Slack."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot import members
from bot.command import main
from bot.doctor import examine
from bot.messenger import Messenger
from handlers.messages import render, render_home
from hiring.model import Delivery, Kind, Role
from tests.operations.test_doctor import ready
from tests.story.world import World, eventually, local_slack, world
from workbench.player import control
from workbench.workspace import GroupEntry

GROUPS = {Role.AUDITOR: "auditing", Role.RECRUITER: "S0REC"}


def regrouped(at: World) -> None:
    members.regroup(at.database, messenger(at), GROUPS, clock=at.stage.evenhand.clock)


def messenger(at: World) -> Messenger:
    return Messenger(token=at.settings.bot_token, base_url=at.settings.slack_api_url)


def roles(at: World, person: str) -> tuple[Role, ...]:
    with at.database.begin(read_only=True) as uow:
        return uow.person(person).roles


def test_groups_give_and_take_roles_and_people_leave(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(tmp_path) as at:
        space, person = at.slack.space, min(at.stage.accounts)
        account = at.stage.accounts[person]
        before = roles(at, person)
        space.groups["S0AUD"] = GroupEntry(id="S0AUD", handle="auditing", users=(account,))
        regrouped(at)
        assert roles(at, person) == (*before, Role.AUDITOR)

        # Slack can't say, or the group was renamed: what was known last stays.
        scopes = space.manifest.scopes or frozenset()
        space.manifest = space.manifest.model_copy(update={"scopes": scopes - {"usergroups:read"}})
        regrouped(at)
        space.manifest = space.manifest.model_copy(update={"scopes": scopes})
        space.groups["S0AUD"] = GroupEntry(id="S0AUD", handle="renamed", users=())
        regrouped(at)
        assert roles(at, person) == (*before, Role.AUDITOR)

        monkeypatch.setenv("EVENHAND_DATABASE_URL", at.settings.database_url)
        assert main(["roles", "--json"]) == 0
        (told,) = [one for one in json.loads(capsys.readouterr().out) if one["id"] == person]
        assert (told["here"], told["roles"]["auditor"]) == (True, "group")

        # A group that was disabled has nobody in it.
        space.groups["S0AUD"] = GroupEntry(id="S0AUD", handle="auditing", users=(account,), disabled=True)
        regrouped(at)
        assert roles(at, person) == before

        # The account is deactivated: Slack tells, and a look at all accounts finds it where nobody listened.
        control(at.slack.url, f"{account}/leave", {})
        eventually(lambda: not here(at, person), "nobody noticed that somebody has left")
        silent(at, person)
        space.people[account] = replace(space.people[account], deleted=False)
        members.mark_accounts(at.database, messenger(at), clock=at.stage.evenhand.clock)
        assert here(at, person)


def here(at: World, person: str) -> bool:
    with at.database.begin(read_only=True) as uow:
        return uow.person(person).active


def silent(at: World, person: str) -> None:
    """Whoever has left is told nothing, and App Home is nobody's."""
    with at.database.begin(read_only=True) as uow:
        brief = Delivery("k", Kind.BRIEF, person, refs=(("loop", "L1"),))
        assert render(uow, brief, now=at.stage.evenhand.clock.now()) is None
        home = render_home(uow, uow.person(person), now=at.stage.evenhand.clock.now())
    assert [block["type"] for block in home["blocks"]] == ["section"]


def test_the_doctor_looks_for_the_groups(tmp_path: Path) -> None:
    with local_slack() as slack:
        settings = replace(ready(slack, tmp_path), role_groups=GROUPS)
        slack.space.groups["S0REC"] = GroupEntry(id="S0REC", handle="recruiting", users=())
        said = [(one.well, one.says) for one in examine(settings) if one.what == "Slack: user groups"]
        assert said == [(False, "not there: auditing")]
        slack.space.groups["S0AUD"] = GroupEntry(id="S0AUD", handle="auditing", users=())
        said = [(one.well, one.says) for one in examine(settings) if one.what == "Slack: user groups"]
    assert said == [(True, "auditor 0, recruiter 0")]
