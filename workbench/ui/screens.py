"""One person's screen, from the control API's JSON to what the templates show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from workbench.ui import moments
from workbench.ui.mrkdwn import mrkdwn
from workbench.ui.readers import Reader
from workbench.ui.render import render_blocks

Json = Mapping[str, Any]
HOME = "home"
_TOGETHER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Line:
    """One message as this reader sees it; `day` stands above the first message of a day."""

    ts: str
    author: str
    author_id: str
    is_app: bool
    body: Markup
    files: Sequence[Json]
    day: str
    follows: bool
    ephemeral: bool
    edited: bool
    replies: int
    last_reply: str


@dataclass(frozen=True, slots=True)
class Screen:
    """What stands where for the person at the browser; `at` is a conversation's id or HOME."""

    raw: Json
    people: Sequence[Json]
    reader: Reader
    at: str
    thread: str

    @property
    def me(self) -> Json:
        return person_of(self.raw["me"])

    @property
    def app(self) -> Json | None:
        return next((one for one in self.raw["conversations"] if one["kind"] == "app"), None)

    @property
    def conversation(self) -> Json | None:
        """The conversation in view; none while the app's Home is."""
        return next((one for one in self.raw["conversations"] if one["id"] == self.at), None)

    @property
    def unread(self) -> int:
        return sum(one["unread"] for one in self.raw["conversations"])

    def of_kind(self, kind: str) -> list[Json]:
        return [one for one in self.raw["conversations"] if one["kind"] == kind]

    def lines(self) -> list[Line]:
        return [] if self.conversation is None else lines(self.conversation["messages"], self.reader)

    def thread_lines(self) -> list[Line]:
        """The message a thread hangs on and its replies; empty when no thread is open."""
        messages = self.conversation["messages"] if self.conversation and self.thread else ()
        root = next((one for one in messages if one["ts"] == self.thread), None)
        return [] if root is None else lines([root, *root.get("replies", ())], self.reader, scope="t")


def person_of(raw: Json) -> dict[str, Any]:
    """A person of the control API, whether it speaks of them briefly or as Slack does."""
    profile = raw.get("profile") or {}
    return {
        "id": raw["id"],
        "name": raw.get("real_name") or profile.get("real_name") or raw.get("name") or raw["id"],
        "title": raw.get("title") or profile.get("title") or "",
        "zone": raw.get("tz") or "UTC",
        "unread": raw.get("unread") or 0,
        "is_idle": not raw.get("unread"),
        "is_bot": bool(raw.get("is_bot")),
        "deleted": bool(raw.get("deleted")),
    }


def compose(raw: Json, people: Iterable[Json], *, now: datetime, at: str, thread: str) -> Screen:
    known = [person_of(one) for one in people]
    me = person_of(raw["me"])
    conversations = raw["conversations"]
    reader = Reader(
        zone=ZoneInfo(me["zone"]),
        now=now,
        people={one["id"]: one["name"] for one in known if not one["is_bot"]},
        channels={one["id"]: one["name"] for one in conversations if one["kind"] == "channel"},
        apps=_apps(known, conversations),
    )
    return Screen(raw=raw, people=known, reader=reader, at=_place(at, conversations), thread=thread)


def lines(messages: Iterable[Json], reader: Reader, *, scope: str = "m") -> list[Line]:
    shown: list[Line] = []
    before: tuple[str, date, datetime] | None = None
    for message in messages:
        moment = moments.from_ts(message["ts"])
        day = moment.astimezone(reader.zone).date()
        author_id = str(message.get("user") or message.get("bot_id") or "")
        new_day = before is None or before[1] != day
        ephemeral = bool(message.get("is_ephemeral"))
        stands_alone = ephemeral or bool(message.get("blocks"))
        follows = (
            before is not None
            and not new_day
            and before[0] == author_id
            and moment - before[2] < _TOGETHER
            and not stands_alone
        )
        before = ("" if stands_alone else author_id, day, moment)
        shown.append(
            Line(
                ts=message["ts"],
                author=_author(message, author_id, reader),
                author_id=author_id,
                is_app=bool(message.get("bot_id")) or author_id in reader.apps,
                body=_body(message, reader, f"{scope}{message['ts']}"),
                files=message.get("files") or (),
                day=moments.day_name(day, reader) if new_day else "",
                follows=follows,
                ephemeral=ephemeral,
                edited=bool(message.get("edited")),
                replies=int(message.get("reply_count") or len(message.get("replies") or ())),
                last_reply=str(message.get("latest_reply") or ""),
            )
        )
    return shown


def _body(message: Json, reader: Reader, scope: str) -> Markup:
    if message.get("blocks"):
        return render_blocks(message["blocks"], reader, scope=scope, state=message.get("state"))
    return Markup('<div dir="auto">{}</div>').format(mrkdwn(message.get("text") or "", reader))


def _author(message: Json, author_id: str, reader: Reader) -> str:
    named = message.get("username") or (message.get("bot_profile") or {}).get("name")
    if named:
        return str(named)
    if author_id in reader.people or author_id in reader.apps:
        return reader.person(author_id)
    return next(iter(reader.apps.values()), author_id) if message.get("bot_id") else author_id


def _apps(people: Iterable[Json], conversations: Iterable[Json]) -> dict[str, str]:
    """The app's accounts: whoever is in a conversation with the app and is nobody we know."""
    known = {one["id"] for one in people}
    talks = [one for one in conversations if one["kind"] == "app"]
    return {member: one["name"] for one in talks for member in one.get("members", ()) if member not in known}


def _place(wanted: str, conversations: Sequence[Json]) -> str:
    """Where to look first: as asked; else where something is new, the app before the channels; else the app's Home."""
    if wanted == HOME or any(one["id"] == wanted for one in conversations):
        return wanted
    news = sorted((one for one in conversations if one["unread"]), key=lambda one: one["kind"] != "app")
    return news[0]["id"] if news else HOME
