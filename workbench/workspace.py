"""The file that says who is in the local Slack, and the part of the app manifest that binds the bot."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

Json = dict[str, Any]

EVENT_SCOPES = {
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "app_mention": "app_mentions:read",
    "user_change": "users:read",
    "subteam_updated": "usergroups:read",
}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TeamEntry(Strict):
    id: str = Field(pattern=r"^T\w+$")
    name: str


class PersonEntry(Strict):
    id: str = Field(pattern=r"^[UW]\w+$")
    name: str
    real_name: str
    email: str = ""
    tz: str = "UTC"
    title: str = ""
    deleted: bool = False


class ChannelEntry(Strict):
    id: str = Field(pattern=r"^[CG]\w+$")
    name: str
    members: tuple[str, ...] = ()
    is_private: bool = False


class GroupEntry(Strict):
    """A user group: its members are people of the file."""

    id: str = Field(pattern=r"^S\w+$")
    handle: str
    name: str = ""
    users: tuple[str, ...] = ()
    disabled: bool = False


class BotEntry(Strict):
    id: str = Field(pattern=r"^[UW]\w+$")
    name: str


class Workspace(Strict):
    team: TeamEntry
    people: tuple[PersonEntry, ...]
    channels: tuple[ChannelEntry, ...] = ()
    groups: tuple[GroupEntry, ...] = ()
    bot: BotEntry
    now: datetime | None = None

    @classmethod
    def read(cls, path: Path) -> Workspace:
        return cls.model_validate_json(path.read_bytes())


class Manifest(BaseModel):
    """What the installed app may do. `scopes` of None means everything (no manifest was given)."""

    model_config = ConfigDict(frozen=True)
    scopes: frozenset[str] | None = None
    commands: frozenset[str] | None = None
    escaped: frozenset[str] = frozenset()
    events: frozenset[str] | None = None
    interactive: bool = True
    messages_tab: bool = True
    messages_tab_read_only: bool = False
    home_tab: bool = True

    @classmethod
    def read(cls, path: Path) -> Manifest:
        return cls.parse(yaml.safe_load(path.read_text(encoding="utf-8")))

    @classmethod
    def parse(cls, raw: Json) -> Manifest:
        features = raw.get("features", {})
        settings = raw.get("settings", {})
        home, commands = features.get("app_home", {}), features.get("slash_commands", ())
        return cls(
            scopes=frozenset(raw.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            commands=frozenset(command["command"] for command in commands),
            escaped=frozenset(command["command"] for command in commands if command.get("should_escape")),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            interactive=bool(settings.get("interactivity", {}).get("is_enabled", False)),
            messages_tab=bool(home.get("messages_tab_enabled", False)),
            messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
            home_tab=bool(home.get("home_tab_enabled", False)),
        )

    def knows_command(self, command: str) -> bool:
        return self.commands is None or (command in self.commands and self.grants("commands"))

    def wants(self, event: str) -> bool:
        """Whether an event is subscribed to; what the scope for it was not given for never comes."""
        scope = EVENT_SCOPES.get(event)
        return self.events is None or (event in self.events and (scope is None or self.grants(scope)))

    def grants(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes
