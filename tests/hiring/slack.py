"""The people of the worlds, in a local Slack."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from hiring.model import Person


def workspace(people: Iterable[Person], *, now: datetime | None, with_bot: bool) -> dict[str, Any]:
    """With the channel of their opening, where digests come only `with_bot` in it."""
    there = [
        {"id": one.slack_id, "name": one.id, "real_name": one.name, "email": one.email, "tz": one.zone}
        for one in people
    ]
    members = [*(one["id"] for one in there), *(["U0BOT"] if with_bot else [])]
    return {
        "team": {"id": "T0", "name": "Corvid"},
        "people": there,
        "channels": [{"id": "C1", "name": "hiring-ds", "members": members}],
        "bot": {"id": "U0BOT", "name": "evenhand"},
        "now": now.isoformat() if now else None,
    }
