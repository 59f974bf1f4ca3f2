"""Where somebody's roles come from: the file of people, Slack user groups, or both. Who has left has none that counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hiring.model import Person, Role


def of_file(person: Person) -> tuple[Role, ...]:
    return person.roles if person.file_roles is None else person.file_roles


def with_groups(person: Person, groups: Iterable[Role]) -> Person:
    """With what the groups give now, in place of what they gave before."""
    given = frozenset(groups)
    file, group = of_file(person), tuple(role for role in Role if role in given)
    both = (*file, *(role for role in group if role not in file))
    return replace(person, roles=both, file_roles=file if group else None, group_roles=group)


def imported(person: Person, known: Person) -> Person:
    """As the file has it, with what only Slack knows: whose account is deactivated, and who is in which group."""
    here = replace(person, active=person.active and not known.deactivated, deactivated=known.deactivated)
    return with_groups(here, known.group_roles)


def left(person: Person) -> Person:
    return replace(person, active=False)


def with_account(person: Person, *, deactivated: bool) -> Person:
    """Whose Slack account is deactivated is not here any more; who was away for that alone is back when it is not."""
    if deactivated == person.deactivated or (deactivated and not person.active):
        return person
    return replace(person, active=not deactivated, deactivated=deactivated)


def sources(person: Person) -> tuple[tuple[Role, str], ...]:
    """Each role, with what gives it."""
    return tuple((role, _source(person, role)) for role in person.roles)


def _source(person: Person, role: Role) -> str:
    given = [name for name, roles in (("file", of_file(person)), ("group", person.group_roles)) if role in roles]
    return " and ".join(given)
