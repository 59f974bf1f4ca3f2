"""The page as its candidate's browser gets it, over a real database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from handlers.pages.app import HEADERS, routes
from handlers.pages.case import Case
from handlers.pages.tokens import make_token
from hiring.model import (
    Answer,
    Attestation,
    Barred,
    Change,
    Decision,
    Ended,
    Kind,
    Outcome,
    Planning,
    Release,
    ReleaseHow,
    Span,
    Submitted,
)
from hiring.ports import Stale, Store, UnitOfWork
from tests.handlers.pages.test_letters import seen
from tests.handlers.pages.world import DAY, KEY, NOW, Site, booked, extreme, open_site, ordinary, served

GOOD = {"zone": "America/New_York", "day-1": "2026-11-24", "start-1": "09:00", "end-1": "12:00"}
TWO = GOOD | {"day-2": "2026-11-25", "start-2": "13:00", "end-2": "17:00", "day-3": "", "start-3": "", "end-3": ""}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return open_site(tmp_path)


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with served(site.app) as at, httpx.Client(base_url=at) as asking:
        yield asking


def words(html: str) -> str:
    main = re.search(r"<main.*</main>", html, re.DOTALL)
    assert main is not None
    return seen(main[0])[0]


def inputs(html: str) -> dict[str, str]:
    """The inputs of a page with what stands in them."""
    found = re.findall(r'<input id="[^"]*" name="([^"]*)" type="[^"]*" value="([^"]*)"', html)
    chosen = re.findall(r'<option value="([^"]*)" selected>', html)
    return dict(found) | {"zone": chosen[0] if chosen else ""}


# ---- saying when --------------------------------------------------------------------------------------------------


def test_the_form_starts_empty_in_the_candidates_zone(site: Site, client: httpx.Client) -> None:
    page = client.get(site.keep(ordinary()))
    assert page.status_code == 200
    assert inputs(page.text) == {f"{name}-{number}": "" for number in (1, 2, 3) for name in ("day", "start", "end")} | {
        "zone": "America/New_York"
    }
    assert words(page.text).startswith("When can you come? Hello Joana D’Angelo , we would like to meet you.")


def test_times_are_kept_and_options_asked_for(site: Site, client: httpx.Client) -> None:
    path = site.keep(ordinary())
    answer = client.post(path, data=TWO | {"do": "send"})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    loop = site.loop()
    assert loop.windows == (
        Span(DAY, DAY + timedelta(hours=3)),
        Span(DAY + timedelta(hours=28), DAY + timedelta(hours=32)),
    )
    assert loop.planning == Planning(number=1, asked=NOW)
    assert site.deliveries() == [Kind.ENGINE_OPTIONS]
    assert site.audit() == [("candidate", "windows", "loop-1", (("count", "2"),))]
    assert len(site.woken) == 1
    thanks = words(client.get(path).text)
    assert thanks.startswith("Thank you, we are arranging it Hello Joana D’Angelo , we have your times")
    assert "Tuesday 24 November 2026, 09:00–12:00, New York time (UTC−5)" in thanks
    assert "Wednesday 25 November 2026, 13:00–17:00, New York time (UTC−5)" in thanks


def test_a_zone_chosen_on_the_page_is_theirs_from_then_on(site: Site, client: httpx.Client) -> None:
    path = site.keep(ordinary())
    client.post(path, data=GOOD | {"zone": "Asia/Kolkata", "do": "send"})
    loop = site.loop()
    assert loop.windows == (Span(DAY.replace(hour=3, minute=30), DAY.replace(hour=6, minute=30)),)
    assert loop.zone == "Asia/Kolkata"
    with site.database.begin() as uow:
        assert uow.candidate("jo").zone == "Asia/Kolkata"


def test_another_row_keeps_what_was_typed_and_saves_nothing(site: Site, client: httpx.Client) -> None:
    path = site.keep(ordinary())
    page = client.post(path, data=TWO | {"do": "add"})
    assert inputs(page.text) == TWO | {"day-4": "", "start-4": "", "end-4": ""}
    assert re.findall(r'name="([^"]*)"[^>]*autofocus', page.text) == ["day-4"]
    assert site.loop().windows == ()
    assert site.woken == []


def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(site: Site, client: httpx.Client) -> None:
    path = site.keep(ordinary())
    sent = TWO | {"day-2": "2026-11-24", "start-2": "11:00", "day-3": "tomorrow", "zone": "Asia/Kolkata"}
    page = client.post(path, data=sent | {"do": "send"})
    assert inputs(page.text) == sent
    assert re.findall(r'<p class="fault" id="([^"]*)">', page.text) == [
        "row-2-fault",
        "day-3-fault",
        "start-3-fault",
        "end-3-fault",
    ]
    assert re.findall(r'aria-describedby="((?:row|day|start|end)[^"]*)"', page.text) == [
        "row-2-fault",
        "row-2-fault",
        "row-2-fault",
        "day-3-fault",
        "start-3-fault",
        "end-3-fault",
    ]
    assert "<title>Please check: When can you come?" in page.text
    assert site.loop().windows == ()
    assert site.woken == []


def test_sent_twice_or_too_late_changes_nothing(site: Site, client: httpx.Client) -> None:
    path = site.keep(ordinary())
    client.post(path, data=GOOD | {"do": "send"})
    first = site.loop()
    again = client.post(path, data=TWO | {"do": "send"})
    assert (again.status_code, again.headers["location"]) == (303, path)
    assert site.loop() == first
    assert site.deliveries() == [Kind.ENGINE_OPTIONS]


@dataclass
class Contested:
    """A store in which somebody else is a moment faster, so many times."""

    store: Store
    times: int

    @contextmanager
    def begin(self, *, read_only: bool = False) -> Iterator[UnitOfWork]:
        with self.store.begin(read_only=read_only) as uow:
            yield uow
            if not read_only and self.times and uow.loop("loop-1").windows:
                self.times -= 1
                raise Stale


def test_a_moment_too_late_is_tried_again_and_then_told(site: Site) -> None:
    path = site.keep(ordinary())
    contested = Contested(site.database, times=4)
    with (
        served(Starlette(routes=routes(replace(site.desk, store=contested)))) as at,
        httpx.Client(base_url=at) as client,
    ):
        told = client.post(path, data=TWO | {"do": "send"})
        assert "Your times could not be saved just now. Nothing is lost: please send them again." in words(told.text)
        assert inputs(told.text) == TWO
        assert (site.loop().windows, site.woken, contested.times) == ((), [], 1)
        assert client.post(path, data=TWO | {"do": "send"}).status_code == 303
    assert len(site.loop().windows) == 2
    assert len(site.woken) == 1


def test_a_form_of_another_site_is_refused(site: Site, client: httpx.Client) -> None:
    path = site.keep(ordinary())
    for headers in (
        {"Origin": "https://evil.example.net"},
        {"Origin": f"http://{client.base_url.host}.evil.example.net:{client.base_url.port}"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ):
        assert client.post(path, data=GOOD | {"do": "send"}, headers=headers).status_code == 403
    assert site.loop().windows == ()
    for headers in ({"Origin": str(client.base_url)}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}):
        assert client.post(path, data=GOOD | {"do": "send"}, headers=headers).status_code == 303


@pytest.mark.parametrize("body", [b"day-1=" + b"x" * 70_000, b"&".join(b"a=b" for _ in range(300))])
def test_a_body_larger_than_any_form_is_refused(site: Site, client: httpx.Client, body: bytes) -> None:
    path = site.keep(ordinary())
    assert client.post(path, content=body).status_code == 413
    assert site.loop().windows == ()


@pytest.mark.parametrize(
    "body", [b"\xff\xfe%ff=%00", b"", b"do=send", b"day-1=%F0%9F%91%A9&do=send", b"do=%00&zone=%00"]
)
def test_garbage_gets_the_form_back(site: Site, client: httpx.Client, body: bytes) -> None:
    page = client.post(site.keep(ordinary()), content=body)
    assert page.status_code == 200
    assert "Please look at this once more" in page.text
    assert site.loop().windows == ()


# ---- seeing when --------------------------------------------------------------------------------------------------


def test_the_itinerary_names_days_people_topics_breaks_and_one_contact(site: Site, client: httpx.Client) -> None:
    page = client.get(site.keep(booked(ordinary())))
    assert words(page.text) == (
        "Your interviews are arranged Hello Joana D’Angelo , we look forward to meeting you. "
        "At a glance When Tuesday 24 November 2026 09:00–13:15, New York time (UTC−5) Where Join the video call "
        "Add to my calendar "
        "Tuesday 24 November 2026 All times are New York time (UTC−5). "
        "09:00–09:30 30 min Presentation to the team "
        "Ana Sousa Staff data scientist I know this person : Ana Sousa "
        "Max Okafor Engineering manager I know this person : Max Okafor "
        "What it is about One piece of your own work The team’s questions "
        "How to prepare Choose something finished. Slides are welcome and not rated for looks. "
        "09:30–09:45 15 min Break "
        "09:45–10:45 1 h Coding with data Lee Chen Data scientist I know this person : Lee Chen "
        "Sam O’Neill (listens and learns) I know this person : Sam O’Neill "
        "What it is about A small data problem, in a language you choose How to prepare Bring your usual editor. "
        "10:45–13:00 2 h 15 min Lunch break "
        "13:00–13:15 15 min Wrap-up Rui Martins Recruiter I know this person : Rui Martins "
        "Do you know somebody who works here? Please tell us, so that nobody judges a friend."
    )
    assert seen(page.text)[1].count("mailto:rui@example.com") == 1


def test_the_calendar_file_is_offered_only_while_there_is_something_to_come_to(
    site: Site, client: httpx.Client
) -> None:
    path = site.keep(booked(ordinary()))
    file = client.get(f"{path}/invite.ics")
    assert (file.status_code, file.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert file.headers["content-disposition"] == 'attachment; filename="interviews.ics"'
    assert file.text.count("BEGIN:VEVENT") == 3
    site.clock.at = DAY + timedelta(days=1)
    late = client.get(f"{path}/invite.ics")
    assert (late.status_code, late.headers["location"]) == (303, path)


def _with(**changes: object) -> Callable[[Case], Case]:
    return lambda case: replace(case, loop=case.loop.with_(**changes))


MOVED = (Change(NOW, "rui", "rescheduled", "SECRET"),)
WINDOWS = (Span(DAY, DAY + timedelta(hours=9)),)


@pytest.mark.parametrize(
    ("case", "now", "heading"),
    [
        (ordinary(), NOW, "When can you come?"),
        (_with(windows=WINDOWS)(ordinary()), NOW, "Thank you, we are arranging it"),
        (_with(windows=WINDOWS, planning=Planning(1, NOW, NOW, (), ("SECRET",)))(ordinary()), NOW, "Thank you, we are arranging it"),
        (_with(windows=WINDOWS, booked_at=None, attestations=())(booked(ordinary())), NOW, "Thank you, we are arranging it"),
        (_with(windows=WINDOWS, changes=MOVED)(ordinary()), NOW, "We are arranging new times"),
        (booked(ordinary()), DAY + timedelta(hours=4), "Your interviews are arranged"),
        (booked(ordinary()), DAY + timedelta(hours=4, minutes=15), "Thank you for meeting us"),
        (_with(cancelled=Ended(NOW, "rui", "SECRET"))(ordinary()), NOW, "These interviews will not take place"),
        (_with(cancelled=Ended(NOW, "rui", "SECRET"))(booked(ordinary())), NOW, "These interviews will not take place"),
    ],
)  # fmt: skip
def test_what_the_page_is_about_follows_from_the_loop(
    site: Site, client: httpx.Client, case: Case, now: datetime, heading: str
) -> None:
    path = site.keep(case)
    site.clock.at = now
    page = client.get(path)
    assert re.findall(r"<h1>(.*)</h1>", page.text) == [heading]
    assert "SECRET" not in page.text


@pytest.mark.parametrize("changes", [{"revision": 2}, {"attempt": 2, "changes": MOVED}])
def test_a_change_is_said(site: Site, client: httpx.Client, changes: dict[str, object]) -> None:
    page = client.get(site.keep(_with(**changes)(booked(ordinary()))))
    assert "Something has changed since we first wrote." in words(page.text)
    assert "SECRET" not in page.text


def test_after_the_interviews_nothing_on_the_page_moves(tmp_path: Path) -> None:
    """Scorecards, release and decision may not be guessed from the candidate's page, not even by a reload."""
    after = booked(ordinary())
    said = after.loop.attestations
    worlds: list[dict[str, object]] = [
        {},
        {"submitted": (Submitted("talk", "ana", DAY, "SECRET"),)},
        {"released": Release(DAY, ReleaseHow.ALL_IN)},
        {"released": Release(DAY, ReleaseHow.ALL_IN), "decision": Decision(Outcome.DECLINE, "SECRET", "max", DAY)},
        {"released": Release(DAY, ReleaseHow.ALL_IN), "decision": Decision(Outcome.ADVANCE, "SECRET", "max", DAY)},
        {"attestations": (*said, Attestation("lee", Answer.CONFLICT, DAY)), "barred": (Barred("lee", DAY),)},
    ]
    pages = set()
    for number, world in enumerate(worlds):
        folder = tmp_path / str(number)
        folder.mkdir()
        site = open_site(folder)
        path = site.keep(_with(**world)(after))
        site.clock.at = DAY + timedelta(days=1)
        pages.add(_page_of(site, path))
    assert len(pages) == 1


def _page_of(site: Site, path: str) -> bytes:
    with served(site.app) as at:
        return httpx.get(f"{at}{path}").content


# ---- links that open nothing --------------------------------------------------------------------------------------


def test_a_link_that_is_not_ours_says_so_and_no_more(site: Site, client: httpx.Client) -> None:
    path = site.keep(ordinary())
    for wrong in (
        path[:-6] + "aaaaaa",
        "/c/x",
        "/c/" + "a" * 3000,
        "/c/" + make_token("loop-1", expires=DAY, key=b"k" * 32),
    ):
        for answer in (client.get(wrong), client.post(wrong, data=GOOD), client.get(f"{wrong}/invite.ics")):
            assert answer.status_code == 404
            assert words(answer.text) == (
                "This link is no longer valid Perhaps a part of it was lost on the way: open it from the mail once more. "
                "If that does not help, please answer that mail, and we will send you a new one."
            )


def test_an_expired_link_names_the_contact(site: Site, client: httpx.Client) -> None:
    site.keep(booked(ordinary()))
    path = "/c/" + make_token("loop-1", expires=NOW, key=KEY)
    for answer in (client.get(path), client.post(path, data=GOOD), client.get(f"{path}/invite.ics")):
        assert answer.status_code == 410
        assert words(answer.text) == (
            "This link is no longer valid Please ask Rui Martins for a new one: rui@example.com ."
        )


def test_a_link_to_what_is_no_longer_kept_is_closed(client: httpx.Client) -> None:
    for expires, status in ((DAY, 404), (NOW, 410)):
        page = client.get("/c/" + make_token("erased", expires=expires, key=KEY))
        assert page.status_code == status
        assert words(page.text).startswith("This link is no longer valid Perhaps")


# ---- how it is sent -----------------------------------------------------------------------------------------------


def test_every_answer_is_private_and_runs_no_script(site: Site, client: httpx.Client) -> None:
    path = site.keep(booked(extreme()))
    answers = [
        client.get(path),
        client.get(f"{path}/invite.ics"),
        client.post(path, data=GOOD),
        client.post(path, data=GOOD, headers={"Origin": "https://evil.example.net"}),
        client.get("/c/nothing"),
    ]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "set-cookie" not in answer.headers
        assert not re.search(r"<script|\son\w+=|\sstyle=|javascript:", answer.text)


@pytest.mark.parametrize(("name", "kind"), [("pages.css", "text/css; charset=utf-8"), ("icon.svg", "image/svg+xml")])
def test_what_the_pages_need_is_served(client: httpx.Client, name: str, kind: str) -> None:
    answer = client.get(f"/c/static/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["cache-control"] == "public, max-age=3600"


def test_nothing_moves_so_nobody_has_to_ask_for_less_of_it(client: httpx.Client) -> None:
    moves = re.findall(r"animation|transition|scroll-behavior", client.get("/c/static/pages.css").text)
    assert moves == []


@pytest.mark.parametrize("name", ["app.py", "..%2Fapp.py", "%2e%2e%2ftemplates%2fbase.html", "nothing.css"])
def test_nothing_else_is_served(client: httpx.Client, name: str) -> None:
    assert client.get(f"/c/static/{name}").status_code == 404


def test_a_desk_does_not_show_its_key(site: Site) -> None:
    assert "signing_key" not in repr(site.desk)
