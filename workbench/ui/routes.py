"""The addresses of the page, and what end-to-end tests may hold on to.

    GET /                     goes to the person with most unread
    GET /ui/{user}            the whole page as that person; ?at=<conversation id or "home">&thread=<ts>
    GET /ui/{user}/parts      the same as JSON, part by part, for app.js
    GET /ui/{user}/people     the list under "You are: …", with everybody's unread counts
    GET /ui/{user}/morning    {"advance": seconds until the next working morning there}

Attributes that stay as they are:

    data-person          an entry of the list of people (open it with data-role="people")
    data-conversation    a conversation: its entry in the sidebar (`a`) and its list of messages (`section`)
    data-unread          how many unread; on the entries of conversations and people
    data-tab             "home" or "messages": the two tabs of the app
    data-home            the surface of App Home
    data-message-ts      a message (data-ephemeral: only visible to this person)
    data-thread          the link that opens a message's thread
    data-block-id        a block, wherever it stands
    data-action-id       the control itself: button, select, input, or the group of a picker, checkboxes, radio buttons
    data-view            the form of a modal; the lower ones of a stack are hidden
    data-error           the place of an input's error, below it
    data-role            people · people-close · menu · clock · composer · thread-composer · send · submit · cancel · close ·
                         close-all · back · confirm · deny · thread-close · notice-close
    data-advance         a button of the clock: seconds, or "morning"
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from workbench.ui.control import NotThere, ask
from workbench.ui.moments import clock_line, until_next_morning
from workbench.ui.render import page, render_blocks
from workbench.ui.screens import Screen, compose, person_of

_HERE = Path(__file__).parent
# Pictures may come from anywhere, as in Slack; scripts and styles come from here alone.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src * data:; form-action 'none'"
)
_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
_TAGS = {"topbar": "header", "notice": "div", "sidebar": "nav", "main": "main", "thread": "aside", "modals": "div"}
_LABELS = {
    "topbar": ' class="topbar"',
    "notice": ' role="status"',
    "sidebar": ' aria-label="Conversations"',
    "main": ' tabindex="-1"',
    "thread": ' aria-label="Thread"',
    "modals": "",
}


class Named(Protocol):
    @property
    def team_name(self) -> str: ...


def routes(space: Named) -> list[BaseRoute]:
    async def first(request: Request) -> Response:
        people = await _people(request)
        if not people:
            return _whole("nobody.html")
        chosen = max(people, key=lambda one: one["unread"])
        return RedirectResponse(f"/ui/{chosen['id']}", status_code=303)

    async def shell(request: Request) -> Response:
        try:
            screen, clock = await _screen(request)
        except NotThere:
            return _whole("nobody.html", status=404)
        return _whole(
            "shell.html",
            screen=screen,
            parts=_parts(screen, clock, space.team_name),
            title=_title(screen),
            people=page("fragments/people.html", people=_humans(screen.people), me=screen.me["id"]),
            tags=_TAGS,
            labels=_LABELS,
        )

    async def parts(request: Request) -> Response:
        try:
            screen, clock = await _screen(request)
        except NotThere:
            return JSONResponse({"error": "unknown_person"}, status_code=404)
        here = screen.conversation
        return JSONResponse(
            {
                "version": screen.raw["version"],
                "at": screen.at,
                "unread": here["unread"] if here else 0,
                "title": _title(screen),
                "parts": _parts(screen, clock, space.team_name),
            },
            headers=_HEADERS,
        )

    return [
        Route("/", first),
        Mount("/ui/static", StaticFiles(directory=_HERE / "static")),
        Route("/ui/{user}", shell),
        Route("/ui/{user}/parts", parts),
        Route("/ui/{user}/people", _people_list),
        Route("/ui/{user}/morning", _morning),
    ]


async def _people_list(request: Request) -> Response:
    people = await _people(request)
    shown = page("fragments/people.html", people=people, me=request.path_params["user"])
    return HTMLResponse(shown, headers=_HEADERS)


async def _morning(request: Request) -> Response:
    people = await _people(request)
    zone = next((one["zone"] for one in people if one["id"] == request.path_params["user"]), "UTC")
    now = _now(await ask(request.app, "/w/clock"))
    return JSONResponse({"advance": until_next_morning(now, ZoneInfo(zone)).total_seconds()})


async def _people(request: Request) -> list[dict[str, Any]]:
    return _humans([person_of(one) for one in _listed(await ask(request.app, "/w/people"))])


async def _screen(request: Request) -> tuple[Screen, Mapping[str, Any]]:
    clock = await ask(request.app, "/w/clock")
    screen = compose(
        await ask(request.app, f"/w/{quote(request.path_params['user'])}/screen"),
        _listed(await ask(request.app, "/w/people")),
        now=_now(clock),
        at=request.query_params.get("at", ""),
        thread=request.query_params.get("thread", ""),
    )
    return screen, clock


def _listed(answer: Any) -> list[Any]:
    return list(answer["people"]) if isinstance(answer, dict) else list(answer)


def _humans(people: Any) -> list[dict[str, Any]]:
    return [one for one in people if not one["is_bot"]]


def _now(clock: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(clock["now"])


def _parts(screen: Screen, clock: Mapping[str, Any], workspace: str) -> dict[str, Markup]:
    reader, views, home = screen.reader, screen.raw["views"], screen.raw["home"]
    facts = {
        "screen": screen,
        "reader": reader,
        "workspace": workspace,
        "app_name": screen.app["name"].capitalize() if screen.app else "App",
        "notice": screen.raw["notice"],
        "clock": clock_line(reader),
        "offset": clock["offset"],
        "lines": screen.lines(),
        "thread_lines": screen.thread_lines(),
        "views": views,
        "bodies": [
            render_blocks(
                view["blocks"],
                reader,
                surface="modal",
                scope=view["id"],
                state=view.get("state"),
                errors=view.get("errors"),
            )
            for view in views
        ],
        "home": home and render_blocks(home["blocks"], reader, surface="home", scope="home", state=home.get("state")),
    }
    return {name: page(f"fragments/{name}.html", **facts) for name in _TAGS}


def _title(screen: Screen) -> str:
    unread = f"({screen.unread}) " if screen.unread else ""
    return f"{unread}{screen.me['name']} · Workbench"


def _whole(template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    return HTMLResponse(page(template, **facts), status_code=status, headers=_HEADERS)
