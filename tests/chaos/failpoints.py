"""Named points at which the bot's process can be killed: before and after each commit and each call to the outside.

Nothing of it is in the bot. The launcher of the tests (`tests.chaos.serving`) wraps what the bot stands on, from outside:
SQLAlchemy's commit, and the one door of each library through which a request leaves. A point is named by what was being
done, in words that are the same in each run of a story, so that a run that records them tells the next where to die.

Several units of work may share a commit (`store.turns`), and which of them ends it is chance: such a commit has the points
of all that are in it.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import httplib2
from slack_sdk.socket_mode.client import BaseSocketModeClient
from sqlalchemy import Connection, Engine, event

from bot.demo.stage import ROOT
from store.turns import Turns
from tests.story.outside import plainly

_OURS = tuple(str(ROOT / part) for part in ("bot", "handlers", "hiring", "scheduling"))
_STORE = str(ROOT / "store")
_WROTE, _PARTS = "wrote", "parts"


class FailPoints:
    """Keeps a list of the points that were passed, one a line, and dies at those that another list names; a point at which
    somebody has died is written to a third list and is harmless from then on. Whoever is begun after a death counts on from
    there: the seventh passing of a place is the seventh of the story, not of a life."""

    def __init__(self, *, passed: Path | None, deadly: frozenset[str], died: Path) -> None:
        self._passed = passed
        self._died = died
        self._deadly = deadly - frozenset(died.read_text().splitlines() if died.exists() else ())
        self._counted = died.with_name("counted")
        self._counts: Counter[str] = Counter(json.loads(self._counted.read_text()) if self._counted.exists() else {})
        self._lock = threading.Lock()

    def reach(self, where: str) -> None:
        with self._lock:
            self._counts[where] += 1
            name = f"{where} {_which(where, self._counts[where])}"
            if self._passed is not None:
                with self._passed.open("a") as passed:
                    passed.write(f"{name}\n")
            if name in self._deadly:
                with self._died.open("a") as died:
                    died.write(f"{name}\n")
                self._counted.write_text(json.dumps(self._counts))
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, whats: Sequence[str], act: Callable[[], Any]) -> Any:
        for what in whats:
            self.reach(f"before {what}")
        answer = act()
        for what in whats:
            self.reach(f"after {what}")
        return answer

    def install(self) -> None:
        """From here on, for the whole process."""
        event.listen(Engine, "before_cursor_execute", _note_writing)
        event.listen(Engine, "rollback", _forget)
        _note_parts()
        self._wrap(Connection, "_commit_impl", lambda c: [f"commit, {who}" for who in _parts(c)])
        self._wrap(urllib.request.OpenerDirector, "open", lambda _, request, *__, **___: _http(request))
        self._wrap(httplib2.Http, "request", lambda _, uri, method="GET", *__, **___: _calendar(uri, method))
        self._wrap(smtplib.SMTP, "data", lambda *_, **__: [f"mail, {_doing()}"])
        self._wrap(BaseSocketModeClient, "send_socket_mode_response", lambda *_, **__: [f"answer, {_doing()}"])

    def _wrap(self, owner: type, method: str, names: Callable[..., Sequence[str]]) -> None:
        plain = getattr(owner, method)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            return self.around(names(*args, **kwargs), lambda: plain(*args, **kwargs))

        setattr(owner, method, wrapped)


def _note_writing(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
        connection.info[_WROTE] = True


def _which(where: str, count: int) -> str:
    """How often the digest is edited is chance: as often as somebody looks while its words are new."""
    return "again" if "digest" in where and count > 1 else f"#{count}"


def _forget(connection: Connection) -> None:
    for what in (_WROTE, _PARTS):
        connection.info.pop(what, None)


def _note_parts() -> None:
    """Has every unit of work say who it was when it has done its part."""
    plain = Turns._end

    def ended(turns: Turns, shared: Any) -> None:
        wrote = shared.connection.info.pop(_WROTE, False)
        if wrote and sys.exc_info()[0] is None:
            shared.connection.info.setdefault(_PARTS, []).append(_doing())
        plain(turns, shared)

    setattr(Turns, "_end", ended)  # noqa: B010 - that is the way in, past the types


def _parts(connection: Connection) -> list[str]:
    alone = [_doing()] if connection.info.pop(_WROTE, False) else []
    found: list[str] = connection.info.pop(_PARTS, [])
    return found + alone


def _http(request: urllib.request.Request | str) -> Sequence[str]:
    path = urlsplit(request if isinstance(request, str) else request.full_url).path
    if path.startswith("/w/"):
        return ()  # the followed clock belongs to the stage, not to the story
    return [f"call {path.rsplit('/', 1)[-1] if path.startswith('/api/') else 'upload'}, {_doing()}"]


def _calendar(uri: str, method: str) -> Sequence[str]:
    path = urlsplit(uri).path
    kind = next((word for word in ("freeBusy", "events", "token") if word in path), "other")
    return [f"call calendar {method} {kind}, {_doing()}"]


def _doing() -> str:
    """Where in our code this happens, and for which delivery or click."""
    frames = list(_frames())
    site = next(
        (f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}" for frame in frames if _is_ours(frame)), "?"
    )
    about = next((found for frame in frames if (found := _about(frame))), "")
    return f"{site} ({about})"


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_OURS)


def _about(frame: FrameType) -> str:
    name, known = frame.f_code.co_name, frame.f_locals
    if name == "_turn" and "claim" in known:
        return _key(known["claim"].delivery.key)
    if name == "claim" and frame.f_code.co_filename.startswith(_STORE) and known.get("rows"):
        return "claims " + _key(known["rows"][0].key)
    if name == "sweep" and "turn" in known:
        return str(getattr(known["turn"], "func", known["turn"]).__name__).lstrip("_")
    if name == "listener" and "body" in known:
        return _click(known["body"])
    if name == "handle" and hasattr(known.get("req"), "payload"):
        return _click(known["req"].payload)
    return ""


def _key(key: str) -> str:
    """App Home is drawn for a click, whose id is chance."""
    return "/".join(key.split("/")[:2]) if key.startswith("home/") else plainly(key)


def _click(body: dict[str, Any]) -> str:
    user = body.get("user_id") or body.get("user", {})
    who = user if isinstance(user, str) else user.get("id", "")
    what = body.get("command") or body.get("view", {}).get("callback_id") or ""
    pressed = ", ".join(str(action.get("action_id")) for action in body.get("actions", ()))
    return f"{body.get('type', '')} {what} {pressed} by {who}"
