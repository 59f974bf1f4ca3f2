"""Where roles come from, and that the file and Slack's groups never take from each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hiring.flows import membership
from hiring.model import Role
from hiring.rules import roles
from store.database import Database
from tests.hiring import worlds
from tests.hiring.worlds import ANA, NOW, RITA

R, A, N, M = Role.RECRUITER, Role.AUDITOR, Role.INTERVIEWER, Role.ADMIN


def test_both_give_and_each_takes_only_its_own() -> None:
    rita = roles.with_groups(RITA, [R, A])
    assert roles.sources(rita) == ((R, "file and group"), (A, "group"))
    assert roles.sources(roles.with_groups(rita, [A])) == ((R, "file"), (A, "group"))
    assert roles.with_groups(rita, []) == RITA


def test_an_import_keeps_what_groups_give_and_changes_what_the_file_gives() -> None:
    known = roles.with_groups(RITA, [A])
    again = roles.imported(replace(RITA, roles=(N,)), known)
    assert roles.sources(again) == ((N, "file"), (A, "group"))
    assert roles.imported(RITA, known) == known


@pytest.mark.parametrize(("file", "slack", "here"), [(True, False, True), (True, True, False), (False, False, False)])
def test_who_has_left_by_either_is_not_here(file: bool, slack: bool, here: bool) -> None:
    known = roles.with_account(RITA, deactivated=slack)
    assert roles.imported(replace(RITA, active=file), known).active is here


def test_who_is_back_at_slack_is_back_unless_the_file_says_otherwise() -> None:
    away = roles.with_account(RITA, deactivated=True)
    assert (away.active, roles.with_account(away, deactivated=False)) == (False, RITA)
    left = roles.left(RITA)
    assert roles.with_account(left, deactivated=True) == roles.with_account(left, deactivated=False) == left


@pytest.fixture
def database(fresh: Database) -> Database:
    worlds.settled(fresh)
    return fresh


def trail(database: Database) -> list[tuple[str, str, str, dict[str, str]]]:
    return [(one["actor"], one["subject"], one["verb"], one["facts"]) for one in database.audit.export()]


def test_what_changes_stands_in_the_trail_once(database: Database) -> None:
    for accounts in ({"UANA", "UNOBODY"}, {"UANA"}, set[str]()):
        with database.begin() as uow:
            membership.regroup(uow, {A: frozenset(accounts)}, now=NOW)
            membership.regroup(uow, {A: frozenset(accounts)}, now=NOW)
    assert trail(database) == [
        ("slack", "ana", "was given a role", {"role": "auditor"}),
        ("slack", "ana", "lost a role", {"role": "auditor"}),
    ]
    with database.begin(read_only=True) as uow:
        assert uow.person("ana") == ANA


def test_a_role_whose_group_is_not_there_stays(database: Database) -> None:
    with database.begin() as uow:
        membership.regroup(uow, {A: frozenset({"UANA"}), M: frozenset({"UANA"})}, now=NOW)
        membership.regroup(uow, {A: frozenset()}, now=NOW)
        assert roles.sources(uow.person("ana")) == ((N, "file"), (M, "group"))


def test_who_left_and_is_back_is_told_apart_by_account(database: Database) -> None:
    with database.begin() as uow:
        assert membership.mark_accounts(uow, {"UANA": True, "UMAX": False, "UNOBODY": True}, now=NOW) == 1
        assert membership.mark_accounts(uow, {"UMAX": True}, now=NOW) == 1
        assert membership.mark_accounts(uow, {"UANA": False}, now=NOW) == 1
        assert (uow.person("ana"), uow.person("max").active) == (ANA, False)
    assert [(subject, verb) for _, subject, verb, _ in trail(database)] == [
        ("ana", "left the company"), ("max", "left the company"), ("ana", "is back"),
    ]  # fmt: skip
