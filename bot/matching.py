"""Matching people to Slack accounts by e-mail, and openings to channels by name. Those without one stop nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from bot.messenger import Messenger
from bot.refusals import US, SlackRefused, SlackUnavailable
from hiring.model import Opening, Person
from hiring.ports import Store

log = logging.getLogger("evenhand.matching")

PATIENCE = 5
PAGE = 200
FOR_ALL = US | {"missing_scope", "not_allowed_token_type"}
"""With these Slack would refuse every such question: whoever asked has to hear of it."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Matched:
    """`without` are the e-mails of people who have no Slack account, `no_channel` the channel names nobody can find."""

    accounts: int
    without: tuple[str, ...]
    no_channel: tuple[str, ...]


def match_accounts(store: Store, messenger: Messenger, *, patience: int = PATIENCE) -> Matched:
    """Looks up whoever has no account yet, and every opening's channel; each again up to `patience` times when Slack is
    busy. What Slack refuses about one stops nobody else; raises SlackRefused where it would refuse all."""
    with store.begin(read_only=True) as uow:
        people = [person for person in uow.people() if person.active and person.slack_id is None]
        openings = [opening for opening in uow.openings() if opening.channel and opening.channel_id is None]
    found = sum(_match_person(store, messenger, person, patience) for person in people)
    missing = tuple(
        opening.channel or "" for opening in openings if not _match_channel(store, messenger, opening, patience)
    )
    with store.begin(read_only=True) as uow:
        without = tuple(person.email for person in uow.people() if person.active and person.slack_id is None)
    if without:
        log.warning("%d people have no Slack account and can't be asked to interview", len(without))
    return Matched(accounts=found, without=without, no_channel=missing)


def _match_person(store: Store, messenger: Messenger, person: Person, patience: int) -> bool:
    try:
        account = patiently(lambda: messenger.account_of(person.email), patience)
    except SlackUnavailable as busy:
        # Whoever comes after may be found all the same; this one's turn comes again with the next pass.
        log.warning("the Slack account of %s can't be looked up now: %s", person.id, busy.why)
        return False
    except SlackRefused as refused:
        if refused.code in FOR_ALL:
            raise
        log.warning("Slack does not look up the account of %s: %s", person.id, refused.code)
        return False
    if account is None:
        return False
    with store.begin() as uow:
        uow.save_person(replace(uow.person(person.id), slack_id=account))
    return True


def _match_channel(store: Store, messenger: Messenger, opening: Opening, patience: int) -> bool:
    try:
        channel = channel_named(messenger, opening.channel or "", patience=patience)
    except SlackUnavailable as busy:
        log.warning("the channel of %s can't be looked up now: %s", opening.id, busy.why)
        return False
    if channel is None:
        return False
    try:
        patiently(lambda: messenger.join(channel), patience)
    except SlackRefused as refused:
        log.warning("a channel can't be joined: %s", refused.code)
    with store.begin() as uow:
        uow.save_opening(replace(uow.opening(opening.id), channel_id=channel))
    return True


def channel_named(messenger: Messenger, name: str, *, patience: int = PATIENCE) -> str | None:
    """The id of a public channel that the bot can see, by its name without `#`. Each page may be waited for: a workspace
    with thousands of channels takes more of them than Slack gives out in a row."""
    cursor = ""
    while True:
        wanted = {"types": "public_channel", "exclude_archived": True, "limit": PAGE, "cursor": cursor}
        page = patiently(partial(messenger.ask, "conversations.list", **wanted), patience)
        for channel in page["channels"]:
            if channel["name"] == name:
                return str(channel["id"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None


def patiently(call: Callable[[], T], times: int) -> T:
    """Waits as Slack asks, a few times; these calls only read, or may be done twice."""
    for _ in range(times):
        try:
            return call()
        except SlackUnavailable as busy:
            time.sleep(busy.retry_after.total_seconds())
    return call()
