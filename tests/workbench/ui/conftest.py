from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from slack_sdk import WebClient

from tests.browser import chromium, page_of
from tests.workbench.ui.bot import playing
from tests.workbench.ui.company import WORKSPACE
from workbench.server import Running, running


@dataclass(frozen=True)
class Play:
    """A page, the local Slack behind it, and what the app was told."""

    slack: Running
    page: Page
    done: list[dict[str, Any]]

    @property
    def app(self) -> WebClient:
        return WebClient(token=self.slack.bot_token, base_url=self.slack.api)

    def be(self, user: str, at: str) -> None:
        self.page.goto(f"{self.slack.url}/ui/{user}?at={at}")

    def say(self, text: str) -> None:
        self.page.locator('[data-role="composer"]').fill(text)
        self.page.keyboard.press("Enter")

    def others_say(self, user: str, text: str) -> None:
        httpx.post(f"{self.slack.url}/w/{user}/say", json={"channel": "C001", "text": text}).raise_for_status()

    def open_note(self) -> None:
        """The modal with one text input, opened from the composer."""
        self.say("/interview note")
        expect(self.page.locator("[data-view]")).to_be_visible()

    def screen(self, user: str) -> dict[str, Any]:
        shown: dict[str, Any] = httpx.get(f"{self.slack.url}/w/{user}/screen").json()
        return shown


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def play(browser: Browser) -> Iterator[Play]:
    with running(WORKSPACE) as slack, playing(slack) as done, page_of(browser) as page:
        yield Play(slack=slack, page=page, done=done)
