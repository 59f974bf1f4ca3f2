"""Who is still here and who has which role, as Slack says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hiring.model import AuditEntry, Delivery, Kind, Person, PersonId, Role
from hiring.ports import UnitOfWork
from hiring.rules import roles

BY_SLACK = "slack"
"""Who acts, in the trail, when Slack says so."""


def regroup(uow: UnitOfWork, members: Mapping[Role, frozenset[str]], *, now: datetime) -> int:
    """Gives and takes roles as `members`, Slack accounts by role, has them. A role that is not in it stays as it was.
    Returns for how many people something changed."""
    changed = 0
    for person in uow.people():
        given = {role for role in person.group_roles if role not in members}
        given |= {role for role, accounts in members.items() if person.slack_id in accounts}
        after = roles.with_groups(person, given)
        if after != person:
            _save(uow, person, after, by=BY_SLACK, now=now)
            changed += 1
    return changed


def ungroup(uow: UnitOfWork, members: Mapping[Role, frozenset[str]], *, now: datetime) -> int:
    """Takes roles from whoever is no member any more, and gives none: an event may come late and be out of date. To take
    too much for a minute is safe, to give too much is not; the look that follows sets both right."""
    held = {role: {person.slack_id for person in uow.people() if role in person.group_roles} for role in members}
    return regroup(uow, {role: accounts & held[role] for role, accounts in members.items()}, now=now)


def mark_accounts(uow: UnitOfWork, deactivated: Mapping[str, bool], *, now: datetime) -> int:
    """Who has left and who is back, by Slack account; accounts that are not named stay as they are. Seats are refilled and
    loops handed over by the clock's next pass."""
    changed = 0
    for person in uow.people():
        if person.slack_id is not None and person.slack_id in deactivated:
            after = roles.with_account(person, deactivated=deactivated[person.slack_id])
            if after != person:
                _save(uow, person, after, by=BY_SLACK, now=now)
                changed += 1
    return changed


def mark_left(uow: UnitOfWork, person: PersonId, *, by: str, now: datetime) -> None:
    """They are not in the file of people any more."""
    known = uow.person(person)
    if known.active:
        _save(uow, known, roles.left(known), by=by, now=now)


def note_changes(uow: UnitOfWork, before: Person, after: Person, *, by: str, now: datetime) -> None:
    """What changed in who is here and may do what, in the audit trail."""
    if before.active != after.active:
        verb = "is back" if after.active else "left the company"
        uow.audit(AuditEntry(now, by, verb, after.id))
    for role in (*before.roles, *(role for role in after.roles if role not in before.roles)):
        if (role in before.roles) != (role in after.roles):
            verb = "was given a role" if role in after.roles else "lost a role"
            uow.audit(AuditEntry(now, by, verb, after.id, (("role", role.value),)))


def _save(uow: UnitOfWork, before: Person, after: Person, *, by: str, now: datetime) -> None:
    uow.save_person(after)
    # What they may press there is other now; who has left is shown nothing any more.
    key = f"home/{after.id}/{after.active}/{'+'.join(after.roles)}/{now.isoformat()}"
    uow.enqueue([Delivery(key=key, kind=Kind.HOME, to=after.id, priority=2)], now=now)
    note_changes(uow, before, after, by=by, now=now)
