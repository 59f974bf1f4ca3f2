"""`/w/`: playing the people. JSON in and out; what can't be done is answered with a sentence."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from workbench import api_files, clicks, interactions, screens, shapes, submissions
from workbench.followers import Followers
from workbench.interactions import Mistaken
from workbench.sockets import Sockets
from workbench.space import Space
from workbench.workspace import Json

LONGEST_WAIT = 25.0
BAD, MISSING = 400, 404

Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    def __init__(self, space: Space, sockets: Sockets) -> None:
        self.space = space
        self.sockets = sockets
        self.followers = Followers()

    def routes(self) -> list[Route]:
        def route(path: str, run: Endpoint, *methods: str) -> Route:
            return Route(f"/w/{path}", _saying(run), methods=list(methods or ("GET",)))

        return [
            route("people", self.people),
            route("clock", self.clock, "GET", "POST"),
            route("log", self.log),
            route("refusals", self.refusals),
            route("refresh", self.refresh, "POST"),
            route("hangup", self.hang_up, "POST"),
            route("deliver", self.deliver, "POST"),
            route("files/{file_id}", self.file),
            route("{user}/screen", self.screen),
            route("{user}/wait", self.wait),
            route("{user}/say", self.say, "POST"),
            route("{user}/act", self.act, "POST"),
            route("{user}/submit", self.submit, "POST"),
            route("{user}/type", self.type_in, "POST"),
            route("{user}/close", self.close, "POST"),
            route("{user}/home", self.home, "POST"),
            route("{user}/read", self.read, "POST"),
            route("{user}/suggest", self.suggest),
            route("{user}/leave", self.leave, "POST"),
        ]

    async def people(self, _request: Request) -> Response:
        space = self.space
        people = [
            screens.person(space, one.id) | {"unread": screens.total_unread(space, one.id)} for one in space.humans()
        ]
        return JSONResponse({"people": people})

    async def clock(self, request: Request) -> Response:
        if request.method == "POST":
            seconds = (await _body(request)).get("advance")
            if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds < 0:
                raise Mistaken("Say how many seconds to advance; the clock only moves forward.")
            self.space.advance(seconds)
            await self.followers.all_know(self._offset)
        elif follower := request.query_params.get("by"):
            self.followers.told(follower, request.query_params.get("knows", ""))
        return JSONResponse({"now": self.space.now.isoformat(), "offset": self._offset()})

    def _offset(self) -> float:
        return self.space.offset / timedelta(seconds=1)

    async def log(self, _request: Request) -> Response:
        return JSONResponse({"calls": [asdict(call) for call in self.space.log]})

    async def refusals(self, _request: Request) -> Response:
        return JSONResponse({"refusals": [asdict(refusal) for refusal in self.space.refusals]})

    async def refresh(self, _request: Request) -> Response:
        await self.sockets.refresh()
        return JSONResponse({"result": "ok"})

    async def hang_up(self, _request: Request) -> Response:
        await self.sockets.hang_up()
        return JSONResponse({"result": "ok"})

    async def deliver(self, request: Request) -> Response:
        """Where the bot listens: an address for signed HTTP, or null for Socket Mode."""
        address = (await _body(request)).get("url")
        if address is not None and not isinstance(address, str):
            raise Mistaken("Give the address as url, or null for Socket Mode.")
        self.space.http_events = address
        return JSONResponse({"url": address})

    async def file(self, request: Request) -> Response:
        """A file's bytes, for whoever sees it: `?user=U…` or the person whose page asks; or the bot with its token."""
        upload = self.space.uploads.get(request.path_params["file_id"])
        user = request.query_params.get("user") or urlsplit(request.headers.get("referer", "")).path.rsplit("/", 1)[-1]
        is_bot = request.headers.get("authorization") == f"Bearer {self.space.bot_token}"
        if upload is None or upload.data is None or not (is_bot or api_files.may_see(self.space, user, upload.id)):
            return JSONResponse({"error": "There is no such file for this person."}, status_code=MISSING)
        return Response(upload.data, media_type=str(shapes.file(self.space, upload)["mimetype"]) or None)

    async def screen(self, request: Request) -> Response:
        return JSONResponse(screens.screen(self.space, self._user(request)))

    async def wait(self, request: Request) -> Response:
        user = self._user(request)
        asked = request.query_params.get("version", "0")
        if not asked.isdecimal():
            raise Mistaken("A version is a whole number.")
        within = min(float(request.query_params.get("within", LONGEST_WAIT)), LONGEST_WAIT)
        version = await self.space.changed(user, int(asked), within=within)
        return JSONResponse({"version": version, "changed": version > int(asked)})

    async def say(self, request: Request) -> Response:
        user, body = self._active(request), await _body(request)
        said = interactions.say(
            self.space, user, _text(body, "channel"), _text(body, "text"), thread_ts=body.get("thread_ts")
        )
        return JSONResponse(await said)

    async def act(self, request: Request) -> Response:
        user, body = self._active(request), await _body(request)
        surface = clicks.Surface(self.space, user, _object(body, "container"))
        given = body.get("state") or {}
        return JSONResponse(await clicks.act(surface, body, given=_state(given)))

    async def submit(self, request: Request) -> Response:
        user, body = self._active(request), await _body(request)
        given = _state(body.get("state") or {})
        return JSONResponse(await submissions.submit(self.space, user, _text(body, "view_id"), given))

    async def type_in(self, request: Request) -> Response:
        """Values typed into a modal and not yet submitted: Slack's client keeps them, and so do we."""
        user, body = self._active(request), await _body(request)
        surface = clicks.Surface(self.space, user, {"kind": "view", "view_id": _text(body, "view_id")})
        return JSONResponse(await clicks.type_in(surface, _state(body.get("state") or {})))

    async def close(self, request: Request) -> Response:
        user, body = self._active(request), await _body(request)
        everything = bool(body.get("all", False))
        return JSONResponse(submissions.close(self.space, user, _text(body, "view_id"), everything=everything))

    async def home(self, request: Request) -> Response:
        interactions.open_home(self.space, self._active(request))
        return JSONResponse({"result": "ok"})

    async def read(self, request: Request) -> Response:
        interactions.read(self.space, self._user(request), _text(await _body(request), "channel"))
        return JSONResponse({"result": "ok"})

    async def leave(self, request: Request) -> Response:
        interactions.leave(self.space, self._active(request))
        return JSONResponse({"result": "ok"})

    async def suggest(self, request: Request) -> Response:
        user, asked = self._active(request), dict(request.query_params)
        kind = asked.get("kind") or ("view" if "view_id" in asked else "message" if "ts" in asked else "home")
        surface = clicks.Surface(self.space, user, {**asked, "kind": kind})
        found = await clicks.suggest(
            surface,
            block_id=asked.get("block_id", ""),
            action_id=asked.get("action_id", ""),
            query=asked.get("value", ""),
        )
        return JSONResponse(found)

    def _user(self, request: Request) -> str:
        person = self.space.people.get(request.path_params["user"])
        if person is None or person.is_bot:
            raise Mistaken("There is no such person.")
        return person.id

    def _active(self, request: Request) -> str:
        user = self._user(request)
        if self.space.people[user].deleted:
            raise Mistaken("This person's account is deactivated.")
        return user


def _saying(run: Endpoint) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            return await run(request)
        except Mistaken as mistaken:
            return JSONResponse({"error": str(mistaken)}, status_code=BAD)

    return endpoint


async def _body(request: Request) -> Json:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise Mistaken("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise Mistaken("The body has to be a JSON object.")
    return body


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Mistaken(f"{name} is missing.")
    return value


def _object(body: Json, name: str) -> Json:
    value = body.get(name)
    if not isinstance(value, dict):
        raise Mistaken(f"{name} is missing.")
    return value


def _state(given: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(given, dict) or not all(isinstance(actions, dict) for actions in given.values()):
        raise Mistaken("state has to be {block_id: {action_id: value}}.")
    return given
