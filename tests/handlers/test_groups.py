"""Whoever leaves a Slack user group loses its role when Slack says so; nobody is given one by an event."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hiring.model import Role
from hiring.rules import roles
from store.database import Database
from tests.database import fresh_database
from tests.handlers import rig
from tests.handlers.company import AFTER, settled

GROUPS = {Role.AUDITOR: "auditing", Role.ADMIN: "S0ADM"}
AUDITING = {"id": "S0AUD", "handle": "auditing", "date_delete": 0}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Ana audits by her group; Lee is an admin by his, and Max a member of neither."""
    database = settled(fresh_database(tmp_path))
    with database.begin() as uow:
        for person, role in (("ana", Role.AUDITOR), ("lee", Role.ADMIN)):
            uow.save_person(roles.with_groups(uow.person(person), {role}))
    yield database
    database.close()


def given(database: Database) -> dict[str, tuple[Role, ...]]:
    with database.begin(read_only=True) as uow:
        return {person.id: person.group_roles for person in uow.people() if person.group_roles}


@pytest.mark.parametrize(
    ("group", "left"),
    [
        ({"users": [], "user_count": 0}, {"lee"}),
        ({"users": ["UMAX"], "user_count": "1"}, {"lee"}),
        ({"users": ["UANA", "UMAX"], "user_count": 2}, {"ana", "lee"}),
        ({"users": ["UMAX"], "user_count": 501}, {"ana", "lee"}),
        ({"users": None, "user_count": 0}, {"ana", "lee"}),
        ({"users": ["UANA"], "user_count": 1, "date_delete": 1600000000}, {"lee"}),
        ({"users": [], "user_count": 0, "handle": "another"}, {"ana", "lee"}),
        ({"users": [], "user_count": 0, "id": "S0ADM", "handle": "admins"}, {"ana"}),
    ],
)
def test_who_leaves_a_group_loses_its_role_and_nobody_is_given_one(
    database: Database, group: dict[str, Any], left: set[str]
) -> None:
    with rig.web_api() as hands:
        bolt = rig.app(database, AFTER, api=hands.api, groups=GROUPS)
        event = {"type": "subteam_updated", "subteam": AUDITING | group}
        body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event}
        assert rig.send(bolt, body).status == 200
    assert set(given(database)) == left


def test_who_lost_a_role_stands_in_the_trail(database: Database) -> None:
    with rig.web_api() as hands:
        bolt = rig.app(database, AFTER, api=hands.api, groups=GROUPS)
        event = {"type": "subteam_updated", "subteam": AUDITING | {"users": [], "user_count": 0}}
        rig.send(bolt, {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event})
    (entry,) = [one for one in database.audit.export() if one["verb"] == "lost a role"]
    assert (entry["actor"], entry["subject"], entry["facts"]) == ("slack", "ana", {"role": "auditor"})
