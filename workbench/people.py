"""Who and where: the people, the conversations and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from workbench.workspace import Json


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    real_name: str
    email: str = ""
    tz: str = "UTC"
    title: str = ""
    deleted: bool = False
    is_bot: bool = False


@dataclass(slots=True)
class Post:
    """One message as Slack shows it; `only` is the one person who sees it when it is ephemeral."""

    raw: Json
    only: str | None = None

    @property
    def ts(self) -> str:
        return str(self.raw["ts"])

    @property
    def root(self) -> str:
        """The ts of the message that its thread hangs on: its own when it hangs on none."""
        return str(self.raw.get("thread_ts", self.raw["ts"]))

    @property
    def is_reply(self) -> bool:
        return self.root != self.ts


@dataclass(slots=True)
class Conversation:
    id: str
    name: str
    kind: Literal["channel", "im", "mpim"]
    members: list[str]
    is_private: bool = False
    created: int = 0
    posts: list[Post] = field(default_factory=list)

    def post(self, ts: str, *, viewer: str | None = None) -> Post | None:
        """The message with that ts. Ephemeral ones are found only for the person who sees them."""
        for post in reversed(self.posts):
            if post.ts == ts and post.only in (None, viewer):
                return post
        return None

    def replies(self, root: str) -> list[Post]:
        return [post for post in self.posts if post.is_reply and post.root == root]


@dataclass(slots=True)
class Upload:
    """A file: announced (`data` is None), then sent, then completed."""

    id: str
    ticket: str
    filename: str
    length: int
    alt_txt: str
    created: int
    data: bytes | None = None
    title: str = ""
    complete: bool = False
    seen_at: float = 0.0
    deleted: bool = False
