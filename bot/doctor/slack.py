"""Slack: the tokens, every scope, the user groups, the clock, and whether anything comes from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.doctor import clocks
from bot.doctor.finding import Finding
from bot.members import look_up
from bot.messenger import Messenger
from bot.refusals import SlackRefused, SlackUnavailable
from bot.settings import Settings
from bot.times import age
from store.database import Database

SCOPES: Final = frozenset(
    {"channels:history", "channels:join", "channels:read", "chat:write", "commands", "files:write"}
    | {"groups:history", "im:history", "im:write", "usergroups:read", "users:read"}
    | {"users:read.email"}
)
"""What manifest.yml asks for; a test holds the two together."""
EVENTS: Final = ("app_home_opened", "message.im", "subteam_updated", "user_change")
"""What manifest.yml subscribes to; likewise."""
SOCKETS: Final = "Slack: Socket Mode"
SOCKETS_MEND: Final = (
    "Check SLACK_APP_TOKEN (your app's page, Basic Information, App-Level Tokens): it needs connections:write, and Socket "
    "Mode must be on."
)
FOR_LOOKING_UP: Final = "nobody@corvid.example"
AGAIN: Final = "Install the app again from manifest.yml (your app's page, OAuth & Permissions) and take its new token."


def tried(settings: Settings) -> list[Finding]:
    messenger = Messenger(token=settings.bot_token, base_url=settings.slack_api_url)
    tries: list[tuple[str, Callable[[], object]]] = [
        ("Slack: the bot's token", messenger.who_am_i),
        ("Slack: finding people by e-mail", lambda: messenger.account_of(FOR_LOOKING_UP)),
        ("Slack: finding channels", lambda: messenger.ask("conversations.list", limit=1)),
    ]
    if settings.socket_mode:
        app = Messenger(token=settings.app_token, base_url=settings.slack_api_url)
        tries.append((SOCKETS, app.opens_sockets))
    found = [_tried(what, call) for what, call in tries]
    return [*found, *_granted(messenger), *_groups(settings, messenger)]


def _tried(what: str, call: Callable[[], object]) -> Finding:
    try:
        call()
    except SlackRefused as refused:
        return Finding(what, well=False, says=f"Slack says {refused.code}", mend=_mend(what, refused.code))
    except SlackUnavailable as busy:
        mend = "Slack can't be reached. Check SLACK_API_URL, the network and its proxy."
        return Finding(what, well=False, says=busy.why, mend=mend)
    return Finding(what, well=True, says="works")


def _mend(what: str, code: str) -> str:
    if what == SOCKETS:
        return SOCKETS_MEND
    if "scope" in code:
        return AGAIN
    return "Check SLACK_BOT_TOKEN (your app's page, OAuth & Permissions)."


def _granted(messenger: Messenger) -> list[Finding]:
    """Every scope of the manifest, and the clock: Slack refuses nothing of ours for it, but we would refuse Slack."""
    try:
        granted = messenger.granted()
    except (SlackRefused, SlackUnavailable):
        return []
    found = [_scopes(granted.scopes)]
    if granted.at is not None:
        found.append(clocks.compared(granted.at, whose="Slack's"))
    return found


def _scopes(granted: frozenset[str] | None) -> Finding:
    if granted is None:
        mend = f"Compare your app's page, OAuth & Permissions, with: {', '.join(sorted(SCOPES))}."
        return Finding("Slack: scopes", well=True, says="what answers does not say which it has given", mend=mend)
    what, missing, more = "Slack: scopes", sorted(SCOPES - granted), sorted(granted - SCOPES)
    if missing:
        return Finding(what, well=False, says=f"missing: {', '.join(missing)}", mend=AGAIN)
    says = f"all {len(SCOPES)} of the manifest"
    if not more:
        return Finding(what, well=True, says=says)
    mend = "Evenhand never uses these. Take them away on your app's page, OAuth & Permissions, and install it again."
    return Finding(what, well=True, says=f"{says}, and more than it asks for: {', '.join(more)}", mend=mend)


def _groups(settings: Settings, messenger: Messenger) -> list[Finding]:
    if not settings.role_groups:
        return []
    what = "Slack: user groups"
    try:
        found = look_up(messenger, settings.role_groups)
    except (SlackRefused, SlackUnavailable) as error:
        mend = "Install the app again from manifest.yml: it needs usergroups:read. Until then roles stay as last known."
        return [Finding(what, well=False, says=str(error), mend=mend)]
    if found.missing:
        mend = "Check the handles in EVENHAND_ROLE_GROUPS. Until then the role stays with those who had it."
        return [Finding(what, well=False, says=f"not there: {', '.join(found.missing)}", mend=mend)]
    counts = ", ".join(f"{role} {len(members)}" for role, members in found.members.items())
    return [Finding(what, well=True, says=counts)]


def heard(database: Database) -> list[Finding]:
    """Slack tells nobody but an app's owner which events it sends, so what came is looked at instead."""
    at = database.last_heard()
    what, wanted = "Slack: what comes in", ", ".join(EVENTS)
    if at is None:
        mend = (
            "Good before the first start. Later: open Evenhand's App Home in Slack and try again; if it stays so, look at "
            f"your app's page, Event Subscriptions, for {wanted}."
        )
        return [Finding(what, well=True, says="nothing in the last seven days", mend=mend)]
    return [Finding(what, well=True, says=f"the last thing came {age(database.now() - at)} ago")]
