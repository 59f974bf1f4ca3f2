"""The candidate's page under `/c/<token>`: says when they can come, later shows the itinerary. Works without scripts.

Whoever holds the link may see the page, so it names no scores, no conflicts and nothing of what happens behind the scenes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from handlers.blocks.text import bare, minutes
from handlers.pages import acquainted
from handlers.pages import form as forms
from handlers.pages.calendar_file import FILE_NAME, calendar_file
from handlers.pages.case import Case, gather
from handlers.pages.contact import contact_of
from handlers.pages.itinerary import itinerary
from handlers.pages.stage import Stage, stage
from handlers.pages.task import task
from handlers.pages.templating import render
from handlers.pages.tokens import Expired, Opens, read_token
from handlers.pages.windows import told
from handlers.pages.zones import zone_groups
from hiring.flows.loops import set_windows
from hiring.model import LoopId
from hiring.ports import Clock, Stale, Store, Unknown
from hiring.rules.permissions import Refused
from hiring.rules.windows import FARTHEST, MOST

ACTOR = "candidate"
"""Who did it, in the audit trail: the entry's subject says of which loop."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_LARGEST_BODY = 64 * 1024
_MOST_FIELDS = 200
_TRIES = 3
_STATIC = {"pages.css": "text/css", "icon.svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class PageDesk:
    """What the pages need. `wake` is called after each change, so that the worker looks at once."""

    store: Store
    clock: Clock
    signing_key: bytes = field(repr=False)
    wake: Callable[[], None]


def routes(desk: PageDesk) -> list[BaseRoute]:
    """To be mounted at the root. Don't log the paths: a path is a key to its page."""

    def show(request: Request) -> Response:
        return _show(desk, request.path_params["token"])

    def invite(request: Request) -> Response:
        return _invite(desk, request.path_params["token"])

    async def send(request: Request) -> Response:
        token = request.path_params["token"]
        if not _from_our_page(request):
            return _closed(status=403)
        fields = await _fields(request)
        if fields is None:
            return _closed(status=413)
        saves = _say if request.url.path.endswith("/people") else _send
        return await run_in_threadpool(saves, desk, token, fields)

    def people(request: Request) -> Response:
        return _people(desk, request.path_params["token"])

    return [
        Route("/c/static/{name}", _static, methods=["GET"]),
        Route("/c/{token}/invite.ics", invite, methods=["GET"]),
        Route("/c/{token}/people", people, methods=["GET"]),
        Route("/c/{token}/people", send, methods=["POST"]),
        Route("/c/{token}", show, methods=["GET"]),
        Route("/c/{token}", send, methods=["POST"]),
    ]


# ---- showing ------------------------------------------------------------------------------------------------------


def _show(desk: PageDesk, token: str) -> Response:
    case = _open(desk, token)
    return case if isinstance(case, Response) else _page(desk, case, token)


def _page(desk: PageDesk, case: Case, token: str, form: forms.Form | None = None) -> Response:
    now, about = desk.clock.now(), _about(case, token)
    match stage(case.loop, now):
        case Stage.WANTED:
            return _html("availability.html", about | _asking(case, form or forms.fresh(case.candidate.zone), now))
        case Stage.AT_HOME | Stage.HANDED_IN:
            return _html("take_home.html", about | {"task": task(case)})
        case Stage.BOOKED:
            changed = case.loop.attempt > 1 or case.loop.revision > 1
            return _html("itinerary.html", about | {"plan": itinerary(case), "changed": changed})
        case Stage.ARRANGING | Stage.MOVING as where:
            windows = told(case.loop.windows, zone=case.candidate.zone)
            return _html("arranging.html", about | {"windows": windows, "moving": where is Stage.MOVING})
        case Stage.OVER:
            return _html("over.html", about)
        case Stage.CANCELLED:
            return _html("cancelled.html", about | {"task": task(case)})


def _about(case: Case, token: str) -> dict[str, object]:
    """What every page of a candidate tells."""
    return {
        "token": token,
        "name": bare(case.candidate.name),
        "role": bare(case.opening.title),
        "contact": contact_of(case.recruiter),
    }


def _asking(case: Case, form: forms.Form, now: datetime) -> dict[str, object]:
    needed = minutes(sum(session.minutes for session in case.loop.plan.sessions if not session.optional))
    today = now.astimezone(ZoneInfo(case.candidate.zone)).date()
    return {
        "form": form,
        "can_add": len(form.rows) < MOST,
        "groups": zone_groups(own=case.candidate.zone, at=now),
        "first": today.isoformat(),
        "last": (today + FARTHEST).isoformat(),
        "needed": needed,
    }


def _people(desk: PageDesk, token: str) -> Response:
    """Whom the candidate knows here, as they said it last. Of a loop that was cancelled nothing is asked."""
    case = _open(desk, token)
    if isinstance(case, Response):
        return case
    if stage(case.loop, desk.clock.now()) is Stage.CANCELLED:
        return _to_the_page(token)
    with desk.store.begin(read_only=True) as uow:
        form = acquainted.form(uow, case.loop, key=desk.signing_key)
    return _html("acquainted.html", _about(case, token) | {"form": form})


def _to_the_page(token: str, more: str = "") -> Response:
    return RedirectResponse(f"/c/{token}{more}", status_code=303, headers=HEADERS)


def _invite(desk: PageDesk, token: str) -> Response:
    case = _open(desk, token)
    if isinstance(case, Response):
        return case
    now = desk.clock.now()
    if stage(case.loop, now) is not Stage.BOOKED:
        return _to_the_page(token)
    return Response(
        calendar_file(case, now=now),
        media_type="text/calendar",
        headers=HEADERS | {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
    )


def _open(desk: PageDesk, token: str) -> Case | Response:
    """What the link opens, or the page that says that it opens nothing."""
    read = read_token(token, key=desk.signing_key, now=desk.clock.now())
    match read:
        case Opens(loop=loop):
            case = _find(desk, loop)
            return case or _closed(status=404)
        case Expired(loop=loop):
            return _closed(_find(desk, loop), status=410)
        case None:
            return _closed(status=404)


def _find(desk: PageDesk, loop: LoopId) -> Case | None:
    try:
        with desk.store.begin(read_only=True) as uow:
            case = gather(uow, loop)
    except Unknown:
        return None
    return case if case.loop.erased is None else None


def _closed(case: Case | None = None, *, status: int) -> Response:
    return _html("closed.html", {"contact": contact_of(case.recruiter) if case else None}, status=status)


def _html(template: str, values: Mapping[str, object], *, status: int = 200) -> Response:
    return Response(render(template, **values), status_code=status, media_type="text/html", headers=HEADERS)


@cache
def _asset(name: str) -> bytes:
    return files("handlers.pages").joinpath("static").joinpath(name).read_bytes()


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        return _closed(status=404)
    kept = HEADERS | {"Cache-Control": "public, max-age=3600"}
    return Response(_asset(name), media_type=_STATIC[name], headers=kept)


# ---- sending ------------------------------------------------------------------------------------------------------


def _send(desk: PageDesk, token: str, fields: Mapping[str, str]) -> Response:
    case = _open(desk, token)
    if isinstance(case, Response):
        return case
    form = forms.typed(fields, zone=case.candidate.zone)
    if fields.get("do") == "add":
        return _page(desk, case, token, forms.with_another(form))
    answered = _save(desk, case.loop.id, form)
    if answered is not None:
        return _page(desk, case, token, answered)
    desk.wake()
    return _to_the_page(token)


def _save(desk: PageDesk, loop: LoopId, form: forms.Form) -> forms.Form | None:
    """Saves the windows; the form with its faults when it has any. Sent twice, or too late, it changes nothing."""
    for _ in range(_TRIES):
        now = desk.clock.now()
        try:
            with desk.store.begin() as uow:
                case = gather(uow, loop)
                if stage(case.loop, now) is not Stage.WANTED:
                    return None
                windows = forms.read(form, plan=case.loop.plan, now=now)
                if isinstance(windows, forms.Form):
                    return windows
                if form.zone != case.candidate.zone:
                    uow.save_candidate(replace(case.candidate, zone=form.zone))
                saved = set_windows(uow, replace(case.loop, zone=form.zone), windows, by=ACTOR, now=now)
                return replace(form, fault=saved.because) if isinstance(saved, Refused) else None
        except Stale:
            continue
    return replace(form, fault="Your times could not be saved just now. Nothing is lost: please send them again.")


def _say(desk: PageDesk, token: str, fields: Mapping[str, str]) -> Response:
    case = _open(desk, token)
    if isinstance(case, Response):
        return case
    faulty = acquainted.keep(desk.store, case.loop.id, fields, key=desk.signing_key, clock=desk.clock)
    if faulty is not None:
        return _html("acquainted.html", _about(case, token) | {"form": faulty})
    desk.wake()
    return _to_the_page(token, "/people")


def _from_our_page(request: Request) -> bool:
    """Whether no other site sent this. Our pages send no referrer, which makes browsers say `null` here."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    return origin in {None, "null"} or urlsplit(str(origin)).netloc == request.headers.get("host")


async def _fields(request: Request) -> dict[str, str] | None:
    """The form's fields; None when the body is larger than any form of ours."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_BODY:
            return None
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return None
