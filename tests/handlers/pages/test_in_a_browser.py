"""The page in a real Chromium, by keyboard, on a small screen, on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from handlers.pages import letters
from hiring.model import Ended, Span, TakeHome
from tests.browser import chromium, chromium_page
from tests.handlers.pages.world import DAY, NOW, Site, booked, extreme, open_site, ordinary, served

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return open_site(tmp_path)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def tab_to(page: Page, id_: str) -> None:
    for _ in range(60):
        if focused(page) == id_:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {id_}")


def type_window(page: Page, number: int, day: str, start: str, end: str) -> None:
    for field, keys in (("day", day), ("start", start), ("end", end)):
        tab_to(page, f"{field}-{number}")
        page.keyboard.type(keys)


def test_a_candidate_says_when_by_keyboard_alone(site: Site) -> None:
    path = site.keep(ordinary())
    with served(site.app) as at, chromium_page(width=390, height=800) as page:
        page.goto(at + path)
        type_window(page, 1, "11242026", "0900AM", "1200PM")
        type_window(page, 2, "11242026", "1130AM", "0300PM")
        page.keyboard.press("Enter")

        page.wait_for_selector(".problems")
        assert page.title() == "Please check: When can you come? – Senior data scientist"
        assert focused(page) == "problems"
        assert page.locator(".problems li").all_inner_texts() == [
            "Time 2: This overlaps another window. Join them, or change one."
        ]
        row = page.get_by_role("group", name="Time 2")
        assert row.get_by_label("Day").get_attribute("aria-describedby") == "row-2-fault"
        assert [page.input_value(f"#{field}-{n}") for n in (1, 2) for field in ("day", "start", "end")] == [
            "2026-11-24", "09:00", "12:00", "2026-11-24", "11:30", "15:00",
        ]  # fmt: skip
        assert site.loop().windows == ()

        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'day-2'")
        page.keyboard.type("11252026")
        page.keyboard.press("Enter")

        page.get_by_role("heading", name="Thank you, we are arranging it").wait_for()
        assert page.locator("main li").all_inner_texts() == [
            "Tuesday 24 November 2026, 09:00–12:00, New York time (UTC−5)",
            "Wednesday 25 November 2026, 11:30–15:00, New York time (UTC−5)",
        ]
    assert site.loop().windows == (
        Span(DAY, DAY + timedelta(hours=3)),
        Span(DAY + timedelta(hours=26, minutes=30), DAY + timedelta(hours=30)),
    )


def test_another_row_takes_the_keyboard_along(site: Site) -> None:
    path = site.keep(ordinary())
    with served(site.app) as at, chromium_page() as page:
        page.goto(at + path)
        type_window(page, 1, "11242026", "0900AM", "1200PM")
        page.get_by_role("button", name="Add another time").press("Enter")
        page.get_by_role("group", name="Time 4").wait_for()
        assert focused(page) == "day-4"
        assert [page.input_value(f"#{field}-1") for field in ("day", "start", "end")] == [
            "2026-11-24",
            "09:00",
            "12:00",
        ]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


SCREENS: dict[str, Callable[[], Any]] = {
    "asking": ordinary,
    "asking, extreme": extreme,
    "asking, with faults": ordinary,
    "asking, extreme, with faults": extreme,
    "arranging": lambda: _with(extreme(), windows=(Span(DAY, DAY + timedelta(hours=9)),)),
    "booked": lambda: booked(ordinary()),
    "booked, extreme": lambda: _with(booked(extreme()), revision=2),
    "over": lambda: _moved(booked(extreme())),
    "cancelled": lambda: _with(extreme(), cancelled=Ended(NOW, "rui", "x")),
    "people": lambda: booked(ordinary()),
    "people, extreme, with faults": lambda: booked(extreme()),
    "take-home, extreme": lambda: _at_home(extreme()),
}


def _with(case: Any, **changes: object) -> Any:
    return replace(case, loop=case.loop.with_(**changes))


def _at_home(case: Any) -> Any:
    """A task instead of interviews, its address as long as one may be."""
    task = TakeHome(prompt=f"https://tasks.example/{'a' * 900}", days=3)
    return _with(case, plan=replace(case.loop.plan, take_home=task))


def _moved(case: Any) -> Any:
    earlier = tuple(
        replace(s, start=s.start - timedelta(days=9), end=s.end - timedelta(days=9)) for s in case.loop.sessions
    )
    return _with(case, sessions=earlier)


CONTRASTS = """() => {
  const rgb = text => (text.match(/[0-9.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = node => {
    for (let at = node; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter(node => [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim()))
    .map(node => {
      const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
      return [node.tagName + "." + node.className, (a + .05) / (b + .05)];
    })
    .filter(([, contrast]) => contrast < 4.5);
}"""

GROUND = "getComputedStyle(document.documentElement).backgroundColor"

UNNAMED = """() => [...document.querySelectorAll("input, select, button, a")]
  .filter(node => !(node.labels && node.labels.length) && !node.innerText.trim() && !node.ariaHidden)
  .map(node => node.outerHTML)"""

HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4")].map(node => Number(node.tagName[1]))"""


@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_fits_320_pixels_and_can_be_read_by_everybody(site: Site, browser: Browser, screen: str) -> None:
    path = site.keep(SCREENS[screen]())
    with served(site.app) as at:
        # 320 pixels are also what a 640 pixel window leaves at a zoom of 200 %.
        context = browser.new_context(viewport={"width": 320, "height": 640})
        page = context.new_page()
        page.goto(at + path + ("/people" if screen.startswith("people") else ""))
        if screen.endswith("with faults"):
            if screen.startswith("asking"):
                page.fill("#day-1", "2026-11-24")
            page.get_by_role("button", name="Send").click()
            page.wait_for_selector(".problems")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate(CONTRASTS) == []
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(GROUND) == "rgb(19, 25, 24)"
        assert page.evaluate(CONTRASTS) == []
        assert page.evaluate(UNNAMED) == []
        assert page.evaluate("document.documentElement.lang") == "en"
        levels = page.evaluate(HEADINGS)
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        context.close()


def test_on_paper_the_link_is_written_out_and_buttons_are_gone(site: Site, browser: Browser) -> None:
    path = site.keep(booked(ordinary()))
    with served(site.app) as at:
        context = browser.new_context()
        page = context.new_page()
        page.goto(at + path)
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate(GROUND) == "rgb(255, 255, 255)"
        assert page.evaluate(CONTRASTS) == []
        assert page.get_by_text("Add to my calendar").is_hidden()
        join = page.get_by_role("link", name="Join the video call")
        written = join.evaluate("node => getComputedStyle(node, '::after').content")
        assert written == '" (https://meet.example.com/abc-defg)"'
        context.close()


def test_the_calendar_file_comes_down_as_a_file(site: Site, browser: Browser) -> None:
    path = site.keep(booked(ordinary()))
    with served(site.app) as at:
        context = browser.new_context()
        page = context.new_page()
        page.goto(at + path)
        with page.expect_download() as coming:
            page.get_by_role("link", name="Add to my calendar").click()
        assert coming.value.suggested_filename == "interviews.ics"
        context.close()


@pytest.mark.parametrize("case", [booked(ordinary()), booked(extreme())])
def test_a_letter_fits_a_small_screen_and_fetches_nothing(browser: Browser, case: Any) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(letters.itinerary(case, link="https://interviews.example.com/c/" + "a" * 90).html)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(CONTRASTS) == []
    assert asked == []
    context.close()
