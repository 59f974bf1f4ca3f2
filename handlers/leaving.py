"""Hearing from Slack that somebody's account was deactivated, or is back, or that they left a user group."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from slack_bolt import App

from handlers.desk import Desk
from handlers.events import Event, hear
from hiring.flows import membership
from hiring.model import Role
from hiring.ports import UnitOfWork


def register(app: App, desk: Desk) -> None:
    def ungroup(uow: UnitOfWork, event: Event, _: str, now: datetime) -> None:
        membership.ungroup(uow, _members(event, desk.role_groups), now=now)

    hear(app, desk, "user_change", wants=_tells, do=_mark)
    hear(app, desk, "subteam_updated", wants=_names_all, do=ungroup)


def _tells(event: Event) -> bool:
    user = event.get("user")
    return isinstance(user, dict) and isinstance(user.get("id"), str) and isinstance(user.get("deleted"), bool)


def _names_all(event: Event) -> bool:
    """Slack leaves members of large groups out, and says how many there are."""
    group = event.get("subteam")
    if not isinstance(group, dict) or not isinstance(group.get("users"), list):
        return False
    users = group["users"]
    whole = bool(group.get("date_delete")) or str(group.get("user_count")) == str(len(users))
    return whole and all(isinstance(one, str) for one in users)


def _members(event: Event, groups: Mapping[Role, str]) -> dict[Role, frozenset[str]]:
    group = event["subteam"]
    users = frozenset[str]() if group.get("date_delete") else frozenset(group["users"])
    return {role: users for role, name in groups.items() if name in (group.get("id"), group.get("handle"))}


def _mark(uow: UnitOfWork, event: Event, _: str, now: datetime) -> None:
    user = event["user"]
    membership.mark_accounts(uow, {user["id"]: user["deleted"]}, now=now)
