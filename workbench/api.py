"""`/api/METHOD`: the token, the scopes, the limits and the troubles before every method, and the log after it."""

from __future__ import annotations

import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from workbench import api_chat, api_conversations, api_files, api_users, api_views
from workbench.calls import Args, Method, Refused
from workbench.connections import Connections
from workbench.limits import Limits
from workbench.space import Space
from workbench.workspace import Json

UNSAID = frozenset({"token"})
# Slack drops a JSON body given to these, and answers as if nothing had been said.
ONLY_FORMS = frozenset(
    {"bots.info", "chat.getPermalink", "conversations.history", "conversations.info", "conversations.list"}
    | {"conversations.members", "conversations.replies", "files.getUploadURLExternal", "files.info"}
    | {"usergroups.list", "usergroups.users.list", "users.info", "users.list", "users.lookupByEmail"}
    | {"users.profile.get"}
)
EVERYWHERE = UNSAID | {"team_id"}  # the SDK adds the team to every call


def web_methods() -> dict[str, Method]:
    modules = (api_chat, api_conversations, api_users, api_views, api_files)
    return {name: method for module in modules for name, method in module.METHODS.items()}


class WebApi:
    def __init__(self, space: Space, connections: Connections, sockets: Method) -> None:
        self.space = space
        self.connections = connections
        self.methods = {**web_methods(), "apps.connections.open": sockets}
        self.limits = Limits()

    async def endpoint(self, request: Request) -> Response:
        name = request.path_params["method"]
        raw, warning = await arguments(request, takes_json=name not in ONLY_FORMS)
        trouble = self.space.faults.meet(name)
        if trouble == "error":
            return Response("Internal Server Error", status_code=500)
        if trouble == "limit":
            return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers={"retry-after": "1"})
        answer = self.call(name, raw, authorization=request.headers.get("authorization"))
        if trouble == "hang":
            await self.space.closing.wait()
        if trouble in ("drop", "hang"):
            self.connections.cut(request)
        if warning is not None and answer["ok"]:
            answer = {**answer, "warning": warning}
            answer["response_metadata"] = {**answer.get("response_metadata", {}), "warnings": [warning]}
        headers = {"x-slack-req-id": f"{time.monotonic_ns():x}", "x-accepted-oauth-scopes": ""}
        if self.space.manifest.scopes is not None:
            headers["x-oauth-scopes"] = ",".join(sorted(self.space.manifest.scopes))
        if answer.get("error") == "ratelimited":
            return JSONResponse(answer, status_code=429, headers={**headers, "retry-after": str(answer["retry_after"])})
        return JSONResponse(answer, headers=headers)

    def call(self, name: str, raw: Json, *, authorization: str | None) -> Json:
        """One method from start to end, without a pause in which anything else could happen."""
        method = self.methods.get(name)
        self.space.touched_since()
        try:
            if method is None:
                raise Refused("unknown_method", req_method=name)  # noqa: TRY301  # one place makes answers of refusals
            self._admit(name, method, raw, authorization)
            answer = method.run(self.space, Args(raw))
        except Refused as refused:
            answer = refused.answer()
        self.space.note(name, {key: value for key, value in raw.items() if key not in UNSAID}, answer)
        return answer

    def _admit(self, name: str, method: Method, raw: Json, authorization: str | None) -> None:
        self._check_token(method, raw, authorization)
        granted = self.space.manifest.scopes
        if granted is not None and method.scopes and not granted.intersection(method.scopes):
            raise Refused("missing_scope", needed=method.scopes[0], provided=",".join(sorted(granted)))
        unknown = sorted(set(raw) - set(method.args.split()) - EVERYWHERE)
        if unknown:
            raise Refused("invalid_arguments", *(f"[ERROR] unknown argument: {one}" for one in unknown))
        if self.space.limits:
            channel = raw.get("channel")
            wait = self.limits.wait(
                name, tier=method.tier, channel=channel if isinstance(channel, str) else None, now=time.monotonic()
            )
            if wait:
                raise Refused("ratelimited", retry_after=wait)

    def _check_token(self, method: Method, raw: Json, authorization: str | None) -> None:
        token = (authorization or "").removeprefix("Bearer ").strip() or str(raw.get("token") or "")
        if not token:
            raise Refused("not_authed")
        if token not in (self.space.bot_token, self.space.app_token):
            raise Refused("invalid_auth")
        wanted = {"bot": self.space.bot_token, "app": self.space.app_token}.get(method.token, token)
        if token != wanted:
            raise Refused("not_allowed_token_type")


async def arguments(request: Request, *, takes_json: bool) -> tuple[Json, str | None]:
    """What was given in the query, a form or JSON; and what Slack warns of."""
    given: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            body = {}
        if isinstance(body, dict) and takes_json:
            given |= body
        return given, None if "charset" in kind else "missing_charset"
    if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        async with request.form() as form:
            given |= {key: value for key, value in form.items() if isinstance(value, str)}
    return given, None
