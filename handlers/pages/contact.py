"""The one person a candidate may ask."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.blocks.text import bare
from hiring.model import Person


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    title: str
    email: str


def contact_of(person: Person) -> Contact:
    return Contact(
        name=bare(person.name),
        title=bare(person.title) if person.title.strip() else "",
        email="".join(person.email.split()),
    )
