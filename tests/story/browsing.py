"""People at the page of the local Slack: what they type, click and see in a real browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from playwright.sync_api import Locator, Page, expect

from handlers import ids
from tests.story.world import PATIENCE, World
from workbench.player import control

SLOW = PATIENCE * 1000


@dataclass(frozen=True)
class Browsing:
    """One page, at which one is now this person and now that."""

    world: World
    page: Page

    def arrive(self) -> None:
        self.page.set_default_timeout(SLOW)
        expect.set_options(timeout=SLOW)
        self.page.goto(self.world.slack.url)

    def be(self, person: str) -> None:
        """Becomes somebody by the switch "You are: …", and looks at the conversation with the app."""
        account = self.world.stage.accounts[person]
        if not self.page.url.split("?")[0].endswith(f"/ui/{account}"):
            self.page.locator('[data-role="people"]').click()
            self.page.locator(f'[data-person="{account}"]').click()
            self.page.wait_for_url(re.compile(f"/ui/{account}"))
        self.look(f"D{account[1:]}")

    def look(self, conversation: str) -> None:
        self.page.locator(f'#sidebar [data-conversation="{conversation}"]').click()
        expect(self.page.locator(f'section[data-conversation="{conversation}"]').first).to_be_visible()

    def home(self) -> None:
        self.page.locator('[data-tab="home"]').click()
        expect(self.page.locator("[data-home]")).to_be_visible()

    def say(self, text: str) -> None:
        self.page.locator('[data-role="composer"]').fill(text)
        self.page.keyboard.press("Enter")

    def press(self, action: str, value: str | None = None) -> None:
        """The newest button of that kind (with that value) on the screen."""
        named = f'[data-action-id="{action}"]' + (f'[data-value="{value}"]' if value else "")
        self.page.locator(f"main {named}").last.click()
        self.settle()

    def sees(self, text: str) -> None:
        expect(self.page.locator("main").get_by_text(text).last).to_be_visible()

    def message(self, text: str) -> Locator:
        return self.page.locator("main [data-message-ts]").filter(has_text=text).last

    def field(self, block: str) -> Locator:
        """A block of the modal on top."""
        return self.page.locator(f'dialog.modal form:not([hidden]) [data-block-id="{block}"]')

    def write(self, block: str, text: str) -> None:
        self.field(block).locator("textarea, input").fill(text)

    def choose(self, block: str, value: str) -> None:
        """A radio button by its value."""
        self.field(block).locator(f'input[value="{value}"]').check()
        self.settle()

    def pick(self, block: str, action: str, value: str) -> None:
        """A menu, a day or a time."""
        control_ = self.field(block).locator(f'[data-action-id="{action}"]')
        if control_.evaluate("control => control.tagName") == "SELECT":
            control_.select_option(value)
        else:
            control_.fill(value)
            control_.dispatch_event("change")
        self.settle()

    def opened(self) -> None:
        expect(self.page.locator("dialog.modal")).to_be_visible()

    def submit(self) -> None:
        self.page.locator('dialog.modal form:not([hidden]) [data-role="submit"]').click()
        self.settle()

    def leave(self) -> None:
        """Closes the modal by its button at the bottom."""
        self.page.locator('dialog.modal form:not([hidden]) [data-role="cancel"]').click()
        expect(self.page.locator("dialog.modal")).to_have_count(0)

    def closed(self) -> None:
        expect(self.page.locator("dialog.modal")).to_have_count(0)

    def settle(self) -> None:
        """Until what was done has been answered."""
        self.page.wait_for_function("() => !document.querySelector('[aria-busy]')")

    def forward(self, until: datetime) -> None:
        """Moves the clock with its buttons until it is `until` or a little later."""
        for step, seconds in (("86400", 86400), ("3600", 3600), ("900", 900)):
            while (left := (until - self._now()).total_seconds()) >= seconds or (left > 0 and seconds == 900):
                self.page.locator(f'[data-advance="{step}"]').click()
                self.settle()

    def _now(self) -> datetime:
        return datetime.fromisoformat(control(self.world.slack.url, "clock")["now"])

    def new_loop(self, *, candidate: str, day: str) -> None:
        """`/interview new`, filled in with one window from nine to five."""
        self.say("/interview new")
        self.opened()
        self.field("candidate").locator(".picker-filter").press_sequentially(candidate[:4])
        self.field("candidate").get_by_text(candidate).click()
        self.settle()
        self.pick("opening", ids.NEW_OPENING, "ds")
        self.pick("plan:ds", ids.NEW_PLAN, "onsite")
        self.pick("window:1", ids.WINDOW_DAY, day)
        self.pick("window:1", ids.WINDOW_FROM, "09:00")
        self.pick("window:1", ids.WINDOW_TO, "17:00")
        self.submit()
        expect(self.page.locator(".modal-title")).to_have_text("The loop has begun")
        self.leave()
