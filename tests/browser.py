"""A real Chromium for the tests that need one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser itself, for those who want several people at once (`page_of(browser)` each).

    Where there is none the test is skipped and says so; with CI set that is a failure, so that no run passes untested.
    """
    if not CHROMIUM.exists():
        reason = f"needs a real Chromium at {CHROMIUM}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page_of(browser: Browser, *, width: int = 1280, height: int = 800) -> Iterator[Page]:
    """A page with a memory of its own; what its scripts throw or complain of fails the test that caused it.

    One person, one page: a browser keeps six connections to a server, and each page in view holds one.
    """
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert complaints == [], complaints


@contextmanager
def chromium_page(*, width: int = 1280, height: int = 800) -> Iterator[Page]:
    with chromium() as browser, page_of(browser, width=width, height=height) as page:
        yield page
