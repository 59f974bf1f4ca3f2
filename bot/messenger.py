"""Speaking in Slack: post, edit, find what was posted, App Home, pictures. Never retries by itself.

The outcome of a call that got no answer is unknown, and the worker decides what to do about it. Errors say Slack's own
code and never what was to be said.
"""

from __future__ import annotations

import http
import http.client
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.budgets import Budgets
from bot.refusals import SlackRefused, SlackUnavailable, no_answer, refusal_of
from bot.times import date_of
from handlers.blocks.message import Message, Picture
from hiring.ports import Sent

EVENT_TYPE: Final = "evenhand_delivery"
TIMEOUT: Final = 10
HISTORY: Final = 100
PICTURE_WAIT: Final = timedelta(seconds=2)
_PEOPLE: Final = frozenset("UW")
"""With these begin the ids of accounts."""
_NAMESPACE: Final = uuid.UUID("6f1b8a52-3f0e-5b0e-9a44-1d0c2f6f7a10")


@dataclass(frozen=True, slots=True)
class Post:
    """A message on its way: `key` is the delivery's, and travels along as metadata so that it can be found again. `channel`
    is a conversation, or a person's account: to post, Slack need not be asked for the conversation with them first."""

    key: str
    channel: str
    message: Message
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """`scopes` and `at` are None when Slack did not say."""

    scopes: frozenset[str] | None
    at: datetime | None


class Messenger:
    def __init__(
        self,
        *,
        token: str,
        base_url: str,
        budgets: Budgets | None = None,
        timeout: int = TIMEOUT,
        uploading: Callable[[str, str], None] | None = None,
        client: WebClient | None = None,
    ) -> None:
        """`uploading` is told the file's id and the message's key before Slack is given a picture. A `client` of one's own
        must not retry."""
        self._uploading = uploading or (lambda _file, _key: None)
        self._budgets = budgets or Budgets()
        self._direct: dict[str, str] = {}
        # Retries are off: a retry that we did not decide on would post twice.
        self._client = client or WebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])

    def who_am_i(self) -> Mapping[str, Any]:
        return self._call("auth.test")

    def granted(self) -> Granted:
        """What the token may do and what time it is at Slack, as `auth.test` says in its headers."""
        headers = self._answer("auth.test").headers
        scopes = headers.get("x-oauth-scopes")
        return Granted(
            scopes=frozenset(one.strip() for one in scopes.split(",")) if scopes else None,
            at=date_of(headers.get("date")),
        )

    def opens_sockets(self) -> None:
        """With an app-level token: whether Slack gives out the address of a Socket Mode connection. None is opened."""
        self._call("apps.connections.open")

    def direct(self, slack_id: str) -> str:
        """The conversation with one person; it stays the same for ever, so it is asked for once."""
        if slack_id not in self._direct:
            answer = self._call("conversations.open", users=slack_id)
            self._direct[slack_id] = str(answer["channel"]["id"])
        return self._direct[slack_id]

    def post(self, post: Post, *, uploaded: Callable[[], None] = lambda: None) -> Sent:
        """`uploaded` is called between its pictures, which may take longer than all else, and the message itself."""
        blocks = self._blocks(post)
        if post.message.pictures:
            uploaded()
        answer = self._say(
            post,
            "chat.postMessage",
            channel=post.channel,
            text=post.message.text,
            blocks=blocks,
            thread_ts=post.thread,
            client_msg_id=str(uuid.uuid5(_NAMESPACE, post.key)),
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": post.key}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return Sent(key=post.key, channel=str(answer["channel"]), ts=str(answer["ts"]))

    def edit(self, post: Post, *, ts: str) -> Sent:
        """Give an earlier message new words; doing it twice is the same as once."""
        self._say(
            post,
            "chat.update",
            channel=post.channel,
            ts=ts,
            text=post.message.text,
            blocks=self._blocks(post),
            parse="none",  # left out, Slack reads the text as if somebody had typed it, "@here" and all
        )
        return Sent(key=post.key, channel=post.channel, ts=ts)

    def delete(self, *, channel: str, ts: str) -> None:
        """Take a message back; one that is gone already is fine."""
        self._unless_gone("chat.delete", {"message_not_found"}, channel=channel, ts=ts)

    def delete_file(self, file: str) -> None:
        self._unless_gone("files.delete", {"file_not_found", "file_deleted"}, file=file)

    def _unless_gone(self, method: str, gone: set[str], **arguments: str) -> None:
        try:
            self._call(method, **arguments)
        except SlackRefused as refused:
            if refused.code not in gone:
                raise

    def _say(self, post: Post, method: str, **arguments: Any) -> Mapping[str, Any]:
        """A picture that was uploaded a moment ago may not be known yet, which Slack calls `invalid_blocks`."""
        try:
            return self._call(method, **arguments)
        except SlackRefused as refused:
            if not post.message.pictures or refused.code != "invalid_blocks":
                raise
            raise SlackUnavailable("picture not ready", retry_after=PICTURE_WAIT, outcome_unknown=False) from None

    def find(self, *, key: str, channel: str, thread: str | None = None) -> Sent | None:
        """The message that carries `key`, if it is among the last ones of a conversation, or of that with a person."""
        if channel[:1] in _PEOPLE:
            channel = self.direct(channel)
        if thread is None:
            answer = self._call("conversations.history", channel=channel, limit=HISTORY, include_all_metadata=True)
        else:
            answer = self._call(
                "conversations.replies", channel=channel, ts=thread, limit=HISTORY, include_all_metadata=True
            )
        for message in answer["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == key:
                return Sent(key=key, channel=channel, ts=str(message["ts"]))
        return None

    def publish_home(self, slack_id: str, view: Mapping[str, Any]) -> None:
        self._call("views.publish", user_id=slack_id, view=view)

    def join(self, channel: str) -> None:
        self._call("conversations.join", channel=channel)

    def account_of(self, email: str) -> str | None:
        """The Slack account with this address; None when there is none."""
        try:
            answer = self._call("users.lookupByEmail", email=email)
        except SlackRefused as refused:
            if refused.code == "users_not_found":
                return None
            raise
        return None if answer["user"].get("deleted") else str(answer["user"]["id"])

    def ask(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """A method that only reads."""
        return self._call(method, **arguments)

    def _blocks(self, post: Post) -> list[dict[str, Any]]:
        files = {picture.place: self._upload(picture, post.key) for picture in post.message.pictures}
        return [
            {**block, "slack_file": {"id": files[place]}}
            if (place := (block.get("slack_file") or {}).get("id")) in files
            else block
            for block in post.message.blocks
        ]

    def _upload(self, picture: Picture, key: str) -> str:
        """A private file that is shown by the block that names it. Uploaded twice, the first is merely unused."""
        place = self._call(
            "files.getUploadURLExternal",
            filename=f"{picture.name}.png",
            length=len(picture.png),
            alt_txt=picture.alt[:1000],
        )
        self._uploading(str(place["file_id"]), key)
        request = urllib.request.Request(  # noqa: S310 - the address is Slack's own answer
            place["upload_url"],
            data=picture.png,
            headers={"Content-Type": "application/octet-stream"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310 - as above
                pass
        except OSError as error:
            raise no_answer(error, writes=False) from None
        self._call("files.completeUploadExternal", files=[{"id": place["file_id"], "title": picture.title}])
        return str(place["file_id"])

    def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        answer = self._answer(method, **arguments)
        return answer.data if isinstance(answer.data, dict) else {}

    def _answer(self, method: str, **arguments: Any) -> SlackResponse:
        wanted = {name: value for name, value in arguments.items() if value is not None}
        if (wait := self._budgets.admit(method, arguments.get("channel"))) > 0:
            raise SlackUnavailable(
                "rate limit", retry_after=timedelta(seconds=wait), outcome_unknown=False, limited=True
            )
        try:
            # JSON, but for the few methods that take only forms.
            if method in _FORMS:
                return self._client.api_call(method, params=wanted)
            return self._client.api_call(method, json=wanted)
        except SlackApiError as error:
            refusal = refusal_of(error, writes=method not in _READS)
            if isinstance(refusal, SlackUnavailable) and refusal.limited:
                self._budgets.refused(method, retry_after=refusal.retry_after.total_seconds())
            raise refusal from None
        except (OSError, http.client.HTTPException) as error:
            raise no_answer(error, writes=method not in _READS) from error


_FORMS: Final = frozenset({
    "conversations.history", "conversations.replies", "conversations.list", "users.lookupByEmail",
    "files.getUploadURLExternal", "auth.test", "users.list", "usergroups.list",
})  # fmt: skip
_READS: Final = _FORMS | {"conversations.open", "files.completeUploadExternal", "conversations.join"}
