"""Takes the pictures of `docs/pictures/`: `python -m tests.docs.pictures`.

Plays the demo's story in a local Slack and looks at it with a real Chromium, as each person would see it at that moment.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Locator, Page

from bot.company import Company, read_company
from bot.composition import Evenhand
from bot.demo.stage import EXAMPLE, Stage, stage
from bot.demo.story import Story
from handlers import ids
from handlers.blocks.alerts import TO_DO
from handlers.pages.tokens import page_url
from hiring.model import PersonId, Role
from hiring.rules import sight, worktime
from hiring.rules.bottlenecks import LIMITS, Stuck
from store.sealing import SealKeys
from tests.browser import chromium, page_of

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
WIDE, HIGH = 1180, 960
PATIENCE = 40.0
EVIDENCE: Final = "Asked what a missed delivery costs before choosing the measure; wrote the target down in one line."


@dataclass(frozen=True)
class Camera:
    """One browser window, in which one is now this person and now that."""

    here: Stage
    page: Page

    def be(self, person: PersonId, *, at: str | None = None) -> None:
        account = self.here.accounts[person]
        where = at or f"D{account[1:]}"
        self.page.goto(f"{self.here.slack.url}/ui/{account}?at={where}")
        self.page.wait_for_selector('main [data-role="composer"], main [data-home]')

    def message(self, text: str) -> Locator:
        return self.page.locator("main [data-message-ts]").filter(has_text=text).last

    def show(self, what: Locator) -> None:
        """Scrolls until `what` begins below the window's own bars."""
        what.wait_for()
        what.evaluate("element => element.scrollIntoView({block: 'start', behavior: 'instant'})")

    def take(self, name: str, of: Locator | None = None) -> None:
        self.page.wait_for_function("() => !document.querySelector('[aria-busy]')")
        self.page.wait_for_function("() => [...document.images].every(image => image.complete)")
        self.page.wait_for_timeout(300)
        target = PICTURES / f"{name}.png"
        (of or self.page).screenshot(path=str(target))
        sys.stdout.write(f"{target.name}: {target.stat().st_size // 1000} kB\n")


def main() -> None:
    company = read_company(EXAMPLE)
    if not isinstance(company, Company):
        raise SystemExit("The example company can't be read; run `evenhand import examples/company`.")
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, stage(company, Path(folder), port=0) as here, chromium() as browser:
        opening = next(opening for opening in company.openings if opening.plans)
        story = Story(stage=here, opening=opening, candidate=company.candidates[0], plan=opening.plans[-1])
        with page_of(browser, width=WIDE, height=HIGH) as page:
            play(story, Camera(here=here, page=page), home=Path(folder))


def play(story: Story, camera: Camera, *, home: Path) -> None:
    _new_loop(story, camera)
    story.start()
    camera.be(story.opening.recruiter)
    camera.show(camera.message("Pick a time for the interviews"))
    camera.take("options")
    story.pick()
    _attestation(story, camera)
    story.attest()
    story.refill()
    _booked(story, camera, home=home)
    story.hold()
    _scorecard(story, camera)
    story.rate()
    _alert(story, camera)
    story.chase()
    _summary(story, camera)
    _trail(story, camera)


def _new_loop(story: Story, camera: Camera) -> None:
    recruiter = story.player(story.opening.recruiter)
    recruiter.command("/interview new")
    recruiter.wait_for(lambda screen: bool(screen["views"]), PATIENCE)
    recruiter.suggestions(ids.NEW_CANDIDATE, story.candidate.name[:6])
    recruiter.click(ids.NEW_CANDIDATE, value=story.candidate.id)
    recruiter.click(ids.NEW_OPENING, value=story.opening.id)
    recruiter.click(ids.NEW_PLAN, value=story.plan)
    camera.be(story.opening.recruiter)
    for place, value in enumerate((story.days()[0].isoformat(), "09:00", "17:30")):
        camera.page.locator('[data-block-id="window:1"] input').nth(place).fill(value)
    camera.take("new-loop")
    recruiter.close()


def _rater(story: Story) -> PersonId:
    """Somebody on the panel who is neither recruiter nor hiring manager."""
    loop = story.now()
    return next(person for _, person in sight.owed(loop) if person not in {loop.recruiter, loop.hiring_manager})


def _attestation(story: Story, camera: Camera) -> None:
    asked = _rater(story)
    story.player(asked).wait_for("Do you know this person?", PATIENCE)
    camera.be(asked)
    camera.show(camera.message("Do you know this person?"))
    camera.take("attestation")


def _booked(story: Story, camera: Camera, *, home: Path) -> None:
    rater, loop = _rater(story), story.now()
    story.player(rater).wait_for("Your interview is booked", PATIENCE)
    camera.be(rater)
    camera.show(camera.message("Your interview is booked"))
    camera.take("brief")
    camera.be(story.opening.hiring_manager, at="home")
    camera.take("home")
    key = SealKeys.ensure_file(home / "seal.keys").derived("candidate pages")
    evenhand = camera.here.evenhand
    if not isinstance(evenhand, Evenhand):
        raise TypeError("The pictures need the whole program: its web server has the candidate's page.")
    base = f"http://127.0.0.1:{evenhand.web.port}"
    camera.page.goto(page_url(base, loop, key=key))
    camera.take("candidate")


def _scorecard(story: Story, camera: Camera) -> None:
    loop = story.now()
    rater = _rater(story)
    session = next(session for session, person in sight.owed(loop) if person == rater)
    rubric = loop.plan.rubric(session)
    player = story.player(rater)
    player.wait_for("Fill in", PATIENCE)
    player.click(ids.SCORECARD_OPEN, value=ids.pack(loop.id, session))
    first = rubric.criteria[0].id if rubric else ""
    camera.be(rater)
    camera.page.locator(f'[data-block-id^="score:{first}"] input').nth(2).check()
    camera.page.locator(f'[data-block-id^="evidence:{first}"] textarea').fill(EVIDENCE)
    camera.show(camera.page.get_by_text(rubric.criteria[0].name if rubric else "").first)
    camera.take("scorecard")
    player.close()


def _alert(story: Story, camera: Camera) -> None:
    loop, late = story.now(), story.late
    if late is None:
        raise SystemExit("Nobody in the story is late.")
    ended = next(loop.session(s).end for s, person in sight.owed(loop) if person == late)
    limit = LIMITS[Stuck.SCORECARD] + 10
    until = worktime.after(story.people()[late], ended, minutes=limit)
    camera.here.advance((until - camera.here.evenhand.clock.now()) / timedelta(seconds=1))
    recruiter = story.player(loop.recruiter)
    recruiter.wait_for("Remind", PATIENCE)
    camera.be(loop.recruiter)
    camera.show(camera.message(TO_DO[Stuck.SCORECARD]))
    camera.take("alert")


def _summary(story: Story, camera: Camera) -> None:
    loop = story.now()
    manager = story.player(loop.hiring_manager)
    manager.wait_for("Where raters differ", PATIENCE)
    camera.be(loop.hiring_manager)
    camera.show(camera.message("Where raters differ"))
    camera.take("summary")
    camera.show(camera.message("Where raters differ").locator("img").first)
    camera.take("matrix")
    manager.click(ids.DECIDE_OPEN, value=ids.pack(loop.id))
    camera.be(loop.hiring_manager)
    camera.page.locator('[data-block-id="outcome"] input').first.check()
    camera.page.locator('[data-block-id="reason"] textarea').fill(
        "Frames the problem before modelling it and keeps the code simple. The panel's one difference was talked through."
    )
    camera.take("decide")


def _trail(story: Story, camera: Camera) -> None:
    auditor = next(person.id for person in camera.here.company.people if Role.AUDITOR in person.roles)
    player = story.player(auditor)
    player.home()
    player.wait_for("Who did what", PATIENCE)
    player.click(ids.TRAIL_OPEN, value=ids.pack(story.now().id))
    player.wait_for(lambda screen: bool(screen["views"]), PATIENCE)
    camera.be(auditor, at="home")
    camera.take("trail")


if __name__ == "__main__":
    main()
