"""What every listener has in common: who asks, one transaction, one answer, and the acknowledgement last.

A feature is a plain function from an `Ask` to an `Answer`; `Desk` turns it into a Bolt listener. Nothing here waits for a
calendar, the engine or mail, and the one Slack call a listener makes is opening or changing a modal. Bolt may deliver a
click twice: its id is remembered in the same transaction, and the second time changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers import ids
from handlers.blocks import notices
from handlers.blocks.message import Message
from hiring.model import Delivery, Kind, Loop, LoopId, Person, Role
from hiring.ports import Clock, Store, UnitOfWork, Unknown
from hiring.rules import sight
from hiring.rules.permissions import Refused

log = logging.getLogger("evenhand.handlers")

View = Mapping[str, Any]
PageOf = Callable[[Loop], str]
"""The address of the candidate's page of a loop; empty when there is none."""


def no_page(_: Loop) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody pressed, typed or handed in. `values` are the references a button or modal carried."""

    uow: UnitOfWork
    person: Person
    now: datetime
    values: tuple[str, ...]
    view: View
    action: Mapping[str, Any]
    body: Mapping[str, Any]
    text: str = ""
    page_of: PageOf = no_page
    mails: bool = True

    def loop(self, named: LoopId | None = None) -> Loop:
        """The loop of that id, or the one that the first reference names. Raises `Unknown` for one that the person may not
        know of as for one that does not exist, so that nobody finds out what there is."""
        loop = self.uow.loop(self.values[0] if named is None else named)
        if not sight.knows_of(loop, self.person):
            raise Unknown
        return loop

    def about(self, values: tuple[str, ...]) -> Ask:
        """The same question with other references."""
        return replace(self, values=values)


@dataclass(frozen=True, slots=True)
class Opens:
    """Open this modal (on top of the one the person is in, if any)."""

    view: View


@dataclass(frozen=True, slots=True)
class Becomes:
    """The modal that the person is in turns into this one."""

    view: View


@dataclass(frozen=True, slots=True)
class Says:
    """An answer to a command, seen only by who typed it."""

    message: Message


@dataclass(frozen=True, slots=True)
class Errors:
    """What is wrong in the modal, by block id; it stays open with everything that was typed."""

    fields: Mapping[str, str]


Answer = Opens | Becomes | Says | Errors | Refused | None
Do = Callable[[Ask], Answer]


@dataclass(frozen=True, slots=True)
class Desk:
    """The store and the clock that listeners work with. `role_groups` has the user group, by handle or id, of each role that
    comes from Slack. `mails` is whether candidates get mail; without a mail server somebody has to tell them."""

    store: Store
    clock: Clock
    page_of: PageOf = no_page
    mails: bool = True
    role_groups: Mapping[Role, str] = field(default_factory=dict)

    def command(self, app: App, name: str, do: Do) -> None:
        def listener(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
            answer = self._ask(
                do, body, slack_id=body["user_id"], mark=body.get("trigger_id"), text=body.get("text", "")
            )
            match answer:
                case Opens(view) | Becomes(view):
                    open_modal(client, body, view)
                    ack()
                case Says(message):
                    ack(text=message.text, blocks=list(message.blocks), response_type="ephemeral")
                case Refused(because):
                    told = notices.refused(because)
                    ack(text=told.text, blocks=list(told.blocks), response_type="ephemeral")
                case _:
                    ack()

        app.command(name)(listener)

    def action(self, app: App, action_id: str, do: Do) -> None:
        def listener(ack: Ack, body: dict[str, Any], client: WebClient, action: dict[str, Any]) -> None:
            values = ids.unpack(_value(action))
            answer = self._ask(
                do,
                body,
                slack_id=body["user"]["id"],
                mark=f"{body.get('trigger_id')}/{action.get('action_ts')}",
                values=values,
                view=body.get("view") or {},
                action=action,
            )
            match answer:
                case Opens(view):
                    open_modal(client, body, view)
                case Becomes(view) if body.get("view"):
                    _update(client, body, view)
                case Says(message):
                    open_modal(client, body, notices.as_modal(message))
                case Refused(because):
                    open_modal(client, body, notices.notice("Not possible", because))
                case _:
                    pass
            ack()

        app.action(action_id)(listener)

    def submission(self, app: App, callback_id: str, do: Do) -> None:
        def listener(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
            answer = self._ask(
                do,
                body,
                slack_id=body["user"]["id"],
                mark=f"{view['id']}/{view.get('hash')}/submit",
                values=ids.unpack(view.get("private_metadata", "")),
                view=view,
            )
            match answer:
                case Opens(shown) | Becomes(shown):
                    ack(response_action="update", view=dict(shown))
                case Says(message):
                    ack(response_action="update", view=notices.as_modal(message))
                case Errors(fields):
                    ack(response_action="errors", errors=dict(fields))
                case Refused(because):
                    _refuse(ack, view, because)
                case _ if view.get("previous_view_id"):
                    # What lies below was drawn before this was done, and would show it as still to do.
                    ack(response_action="clear")
                case _:
                    ack()

        app.view(callback_id)(listener)

    def closed(self, app: App, callback_id: str, do: Do) -> None:
        def listener(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
            values = ids.unpack(view.get("private_metadata", ""))
            # A view closes once: what it held then, sent again later, must not stand above what was written since.
            mark = f"{view['id']}/closed"
            self._ask(do, body, slack_id=body["user"]["id"], mark=mark, values=values, view=view)
            ack()

        app.view_closed(callback_id)(listener)

    def _ask(
        self,
        do: Do,
        body: Mapping[str, Any],
        *,
        slack_id: str,
        mark: str | None,
        values: tuple[str, ...] = (),
        view: View | None = None,
        action: Mapping[str, Any] | None = None,
        text: str = "",
    ) -> Answer:
        now = self.clock.now()
        try:
            with self.store.begin() as uow:
                person = uow.person_by_slack(slack_id)
                if person is None or not person.active:
                    return Refused(notices.STRANGER)
                if mark is not None and not uow.first_time(mark, now=now):
                    return None
                ask = Ask(
                    uow=uow,
                    person=person,
                    now=now,
                    values=values,
                    view=view or {},
                    action=action or {},
                    body=body,
                    text=text,
                    page_of=self.page_of,
                    mails=self.mails,
                )
                answer = do(ask)
                if mark is not None and _comes_again(ask, answer):
                    uow.forget(mark)
                elif mark is not None and _shows_at_home(ask):
                    uow.enqueue([redrawn(person, mark)], now=now)
        except Unknown:
            return Refused(GONE)
        except (LookupError, ValueError, StopIteration) as misfit:
            # What a button or modal carries is ours: when it does not fit, it was forged or is older than this program.
            # Nothing was kept. A mistake of our own may look the same, so the operator gets its place.
            log.error("something did not fit: %s", type(misfit).__name__, exc_info=misfit)  # noqa: TRY400 - no texts
            return Refused(GONE)
        # Who and when, never what: that somebody pressed "I have a conflict" is nobody's to read.
        log.info("taken", extra={"cause": mark or "", "by": person.id, "way": _way(body)})
        return answer


GONE: Final = "This is not there any more. `/interview` shows what is."


def redrawn(person: Person, mark: str) -> Delivery:
    """App Home drawn anew. `mark` names the occasion: the same one twice draws once."""
    return Delivery(key=f"home/{person.id}/{mark}", kind=Kind.HOME, to=person.id, priority=2)


def _way(body: Mapping[str, Any]) -> str:
    return "command" if "command" in body else str(body.get("type", ""))


def _comes_again(ask: Ask, answer: Answer) -> bool:
    """Whether a modal stays open to be mended: Slack keeps its id and hash, so the next hand-in looks like a repetition."""
    return isinstance(answer, Errors | Refused) and ask.view.get("type") == "modal" and not ask.action


def _shows_at_home(ask: Ask) -> bool:
    """Whether App Home may look different now: a button on it was pressed, or a modal was handed in."""
    return ask.view.get("type") == "home" or (ask.view.get("type") == "modal" and not ask.action)


def _value(action: Mapping[str, Any]) -> str:
    """The references of a button, or of the option picked in a menu."""
    option = action.get("selected_option")
    return str(option["value"] if option else action.get("value") or "")


def _refuse(ack: Ack, view: View, because: str) -> None:
    """What concerns the whole modal is told at its first input; a modal without any turns into the refusal."""
    first = next((str(block["block_id"]) for block in view.get("blocks", ()) if block.get("type") == "input"), None)
    if first is None:
        ack(response_action="update", view=dict(notices.notice("Not possible", because)))
    else:
        ack(response_action="errors", errors={first: because})


def open_modal(client: WebClient, body: Mapping[str, Any], view: View) -> None:
    """A click in a modal opens on top of it. A trigger that has expired, or no answer, is told to nobody but the log: what
    was asked for is kept, and must be acknowledged."""
    in_modal = (body.get("view") or {}).get("type") == "modal"
    try:
        if in_modal:
            client.views_push(trigger_id=body["trigger_id"], view=dict(view))
        else:
            client.views_open(trigger_id=body["trigger_id"], view=dict(view))
    except SlackApiError as error:
        log.warning("a modal could not be opened: %s", error.response.get("error"))
    except OSError as error:
        log.warning("a modal could not be opened: %s", type(error).__name__)


def _update(client: WebClient, body: Mapping[str, Any], view: View) -> None:
    shown = body.get("view") or {}
    try:
        client.views_update(view_id=shown["id"], hash=shown.get("hash"), view=dict(view))
    except SlackApiError as error:
        # A hash that is out of date means that a later click has changed the modal already.
        log.info("a modal was not updated: %s", error.response.get("error"))
    except OSError as error:
        log.warning("a modal was not updated: %s", type(error).__name__)
