"""What Slack sends, as far as we read it. Whatever has another shape is refused before anything looks into it.

A listener may take for granted what stands here, and nothing else. Models are looser than Slack's own documents: a field
that nobody reads may be anything, and what may be missing somewhere may be missing everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Id = Annotated[str, Field(min_length=1, max_length=500)]
"""Ids are looked up and remembered, and PostgreSQL indexes no text of thousands of characters."""

Text = Annotated[str, Field(max_length=12_000)]
"""Four times what Slack lets anybody type: whatever reads a text may take longer than the text is long."""


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _User(_Part):
    id: Id


class _Label(_Part):
    text: str


class _Option(_Part):
    value: Text
    text: _Label | None = None


class _Element(_Part):
    """What an input holds, or what was pressed."""

    value: Text | None = None
    selected_option: _Option | None = None
    selected_date: str | None = None
    selected_time: str | None = None
    selected_user: str | None = None
    selected_channel: str | None = None
    selected_conversation: str | None = None
    selected_date_time: int | None = None


class _Pressed(_Element):
    action_id: str
    block_id: str = ""
    action_ts: Annotated[str, Field(max_length=500)] = ""


class _Block(_Part):
    type: str
    block_id: str


class _State(_Part):
    values: dict[str, dict[str, _Element]] = {}


class _View(_Part):
    id: Id
    type: str
    hash: Annotated[str, Field(max_length=500)] | None = None
    callback_id: str | None = None
    private_metadata: Text = ""
    blocks: list[_Block] = []
    state: _State | None = None


class _Command(_Part):
    command: str
    user_id: Id
    trigger_id: Id
    text: Text = ""


class _Actions(_Part):
    user: _User
    trigger_id: Id
    actions: Annotated[list[_Pressed], Field(min_length=1)]
    view: _View | None = None


class _Modal(_Part):
    user: _User
    view: _View


class _Search(_Part):
    user: _User
    action_id: str
    block_id: str = ""
    value: Text | None = None


class _Happened(_Part):
    type: str
    user: Any = None
    tab: str | None = None


class _Event(_Part):
    event: _Happened
    event_id: Annotated[str, Field(max_length=500)] | None = None


class _Opened(_Event):
    class Home(_Happened):
        user: Id

    event: Home


class _Written(_Event):
    """A message, or what became of one: then nobody may have written it. Its words are nothing that is read."""

    class Message(_Happened):
        user: Id | None = None
        channel_type: str | None = None

    event: Message


class _Challenge(_Part):
    challenge: str


_SHAPES: Final[Mapping[str, type[_Part]]] = {
    "block_actions": _Actions,
    "view_submission": _Modal,
    "view_closed": _Modal,
    "block_suggestion": _Search,
    "event_callback": _Event,
    "url_verification": _Challenge,
}
"""By `type`; commands have none."""
_EVENTS: Final[Mapping[str, type[_Event]]] = {"app_home_opened": _Opened, "message": _Written}
"""By their own `type`, where more is read than that."""


def fits(body: Mapping[str, Any]) -> bool:
    """Whether this is a command, a press, a modal, a search or an event that Slack may send."""
    shape = _shape(body)
    if shape is None:
        return False
    try:
        shape.model_validate(body)
    except ValidationError:
        return False
    return True


def _shape(body: Mapping[str, Any]) -> type[_Part] | None:
    if "command" in body:
        return _Command
    kind = body.get("type")
    event = body.get("event")
    named = event.get("type") if isinstance(event, dict) else None
    if kind == "event_callback" and isinstance(named, str) and named in _EVENTS:
        return _EVENTS[named]
    return _SHAPES.get(kind) if isinstance(kind, str) else None


def clean(value: Any) -> Any:
    """The same without what no database takes: zero characters, and halves of characters that a faulty program cut apart."""
    if isinstance(value, str):
        whole = value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace("\0", "")
    if isinstance(value, dict):
        return {clean(key): clean(held) for key, held in value.items()}
    if isinstance(value, list):
        return [clean(held) for held in value]
    return value
