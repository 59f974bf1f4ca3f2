"""What Slack may well send, and the same spoilt."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.attack.door import written
from tests.attack.mutations import bytes_spoilt, fields_spoilt, texts_spoilt
from tests.handlers import rig
from tests.handlers.company import WHO
from tests.handlers.presses import COMMANDS, PRESSES

USERS = tuple(WHO.values())


def genuine(lots: Random, *, user: str = "") -> dict[str, Any]:
    """A press, a modal, a command, a search, App Home opened."""
    user = user or lots.choice(USERS)
    made = lots.randrange(20)
    if made == 0:
        event = {"type": "app_home_opened", "user": user, "tab": "home"}
        return {"type": "event_callback", "event_id": f"Ev{lots.random()}", "team_id": "T1", "event": event}
    if made == 1:
        return rig.suggestion(user, "new.candidate", "lb")
    return lots.choice(PRESSES if made < 15 else COMMANDS).make(user)


def spoilt(body: dict[str, Any], lots: Random) -> tuple[bytes, str]:
    """Its bytes, its fields, or, most often, its texts alone: those keep the shape of a request, and get further."""
    how = lots.random()
    if how < 0.2:
        raw, kind = written(body)
        return bytes_spoilt(raw, lots), kind
    return written(fields_spoilt(body, lots) if how < 0.4 else texts_spoilt(body, lots))
