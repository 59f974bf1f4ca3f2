"""Who is in which Slack user group, and whose account is deactivated: looked up again and again, and kept as it was last
known while Slack can't be asked."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.matching import PAGE, PATIENCE, patiently
from bot.messenger import Messenger
from bot.refusals import SlackRefused, SlackUnavailable
from hiring.flows import membership
from hiring.model import Role
from hiring.ports import Clock, Store

log = logging.getLogger("evenhand.members")

RoleGroups = Mapping[Role, str]
"""For each role that comes from Slack the group's handle, without `@`, or its id."""


@dataclass(frozen=True, slots=True)
class Groups:
    """`members` are the accounts in each group that was found; `missing` the names that no group has."""

    members: Mapping[Role, frozenset[str]]
    missing: tuple[str, ...]


def look_up(messenger: Messenger, wanted: RoleGroups) -> Groups:
    """A group that was disabled has nobody in it. Raises what the messenger raises."""
    answer = messenger.ask("usergroups.list", include_users=True, include_disabled=True)
    found = {group[name]: group for group in answer["usergroups"] for name in ("handle", "id")}
    there = {role: found[name] for role, name in wanted.items() if name in found}
    members = {
        role: frozenset[str]() if group.get("date_delete") else frozenset(group.get("users") or ())
        for role, group in there.items()
    }
    return Groups(members=members, missing=tuple(name for name in wanted.values() if name not in found))


def regroup(store: Store, messenger: Messenger, wanted: RoleGroups, *, clock: Clock) -> None:
    """Brings roles in step with the groups. When Slack does not say, all stays as it was; so does a role whose group is not
    there."""
    if not wanted:
        return
    try:
        found = look_up(messenger, wanted)
    except (SlackRefused, SlackUnavailable) as error:
        log.warning("user groups can't be looked up, so roles stay as they are: %s", error)
        return
    if found.missing:
        log.warning("there is no user group %s; its role stays with those who had it", ", ".join(found.missing))
    with store.begin() as uow:
        changed = membership.regroup(uow, found.members, now=clock.now())
    if changed:
        log.info("roles of %d people changed with their user groups", changed)


def mark_accounts(store: Store, messenger: Messenger, *, clock: Clock) -> None:
    """Brings who is here in step with Slack's accounts: whoever was deactivated while nobody listened is found so."""
    try:
        accounts = _accounts(messenger)
    except (SlackRefused, SlackUnavailable) as error:
        log.warning("accounts can't be looked up, so everybody stays as they are: %s", error)
        return
    with store.begin() as uow:
        changed = membership.mark_accounts(uow, accounts, now=clock.now())
    if changed:
        log.info("%d people have left or are back", changed)


def _accounts(messenger: Messenger) -> dict[str, bool]:
    """Every account, and whether it is deactivated."""
    found: dict[str, bool] = {}
    cursor = ""
    while True:
        page = patiently(partial(messenger.ask, "users.list", limit=PAGE, cursor=cursor), PATIENCE)
        found |= {member["id"]: bool(member.get("deleted")) for member in page["members"]}
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return found
