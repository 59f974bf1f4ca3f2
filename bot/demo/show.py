"""Running the demo for whoever watches: progress while it plays, then where to click and what to try."""

from __future__ import annotations

import logging
import signal
import threading
import time
from pathlib import Path
from typing import Final

from rich.console import Console, Group
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.company import Company, print_faults, read_company
from bot.demo.stage import EXAMPLE, NoStage, Stage, fresh, stage
from bot.demo.story import PATIENCE, Story
from bot.logs import configure
from hiring.model import Candidate, Opening, Role
from workbench.player import NotSeen, Player

HOME: Final = Path("var") / "demo"
DONE, BAD, NO = 0, 2, 3
FRIENDS: Final = ("tenure", "school")


def run(*, headless: bool, data: Path | None, port: int) -> int:
    """Plays the story. Exit 0 done, 2 the folder or the port can't be used, 3 the story came to no end."""
    console = Console()
    company = read_company(data or EXAMPLE)
    if not isinstance(company, Company):
        print_faults(company)
        return BAD
    configure(level=logging.ERROR)  # a visitor watches the story, not the log
    try:
        with stage(company, fresh(HOME), port=0 if headless else port) as here:
            return _play(here, console, headless=headless)
    except NoStage as problem:
        console.print(str(problem))
        return BAD
    except NotSeen as problem:
        console.print(f"The story came to no end. {problem}")
        return NO


def _play(here: Stage, console: Console, *, headless: bool) -> int:
    if not headless:
        console.print(f"The local Slack is open: [bold]{here.slack.url}[/bold]  (watch it while the story plays)\n")
    first, second = _loops(here.company)
    story = Story(stage=here, opening=first[0], candidate=first[1], plan=first[0].plans[-1])
    story.conflicted = _knows(here.company, first[1])
    began = time.monotonic()
    with Progress(
        TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn(), console=console
    ) as bar:
        steps = list(story.steps())
        task = bar.add_task("", total=len(steps))
        for step in steps:
            bar.update(task, description=step.says)
            step.play()
            bar.console.print(f"  ✓ {step.says}", highlight=False)
            bar.advance(task)
        bar.update(task, description="Played")
    console.print(f"Played in {time.monotonic() - began:.0f} seconds.\n", highlight=False)
    if headless:
        _transcripts(here, story, console)
        return DONE
    after = Story(stage=here, opening=second[0], candidate=second[1], plan=second[0].plans[-1])
    after.start()
    after.pick()
    _invite(here, story, after, console)
    _wait()
    return DONE


def _loops(company: Company) -> tuple[tuple[Opening, Candidate], tuple[Opening, Candidate]]:
    """Two loops to play: the first opening with a plan, and the first two candidates who live near its zone."""
    openings = [opening for opening in company.openings if opening.plans]
    if not openings or len(company.candidates) < 2:  # noqa: PLR2004 - one to play, one to go on with
        raise NoStage("The demo needs an opening with a plan in openings.yml and two people in candidates.csv.")
    opening = openings[0]
    home = next(person.zone for person in company.people if person.id == opening.hiring_manager)
    near = sorted(company.candidates, key=lambda candidate: candidate.zone != home)
    return (opening, near[0]), (opening, near[1])


def _knows(company: Company, candidate: Candidate) -> str | None:
    """Somebody who worked where the candidate did."""
    places = {tenure.name for tenure in candidate.employers} | {candidate.employer}
    known = (person.id for person in company.people if places & {tenure.name for tenure in person.employers})
    return next(known, None)


def _transcripts(here: Stage, story: Story, console: Console) -> None:
    """What each person of the loop saw, and at the end the summary as the hiring manager has it."""
    loop = story.now()
    people = dict.fromkeys([loop.recruiter, *(a.person for a in loop.attestations), loop.hiring_manager])
    for person in people:
        console.rule(story.named(person))
        console.print(_seen_by(Player(here.slack.url, here.accounts[person])), highlight=False, markup=False)
    outcome = loop.decision.outcome if loop.decision else "none"
    console.rule("Decision")
    console.print(f"{story.candidate.name}: {outcome}", highlight=False, markup=False)


def _seen_by(player: Player) -> str:
    """All they saw, with App Home as it is when they open it now."""
    before = player.screen()["home"]
    player.home()
    player.wait_for(
        lambda screen: bool(screen["home"]) and screen["home"]["hash"] != (before or {}).get("hash"), PATIENCE
    )
    return player.transcript()


def _invite(here: Stage, played: Story, open_: Story, console: Console) -> None:
    recruiter, manager = played.named(played.opening.recruiter), played.named(played.opening.hiring_manager)
    waiting = [played.named(person) for person in dict.fromkeys(s.person for s in open_.now().seats if s.person)]
    auditors = [person for person in here.company.people if Role.AUDITOR in person.roles][:1]
    console.print(
        Panel(
            Group(
                f"Open [bold]{here.slack.url}[/bold] and choose who you are, at the top left.\n",
                _points(
                    f"[bold]{manager}[/bold], hiring manager: the summary of the first loop, the decision, App Home.",
                    f"[bold]{recruiter}[/bold], recruiter: /interview status, bottlenecks and new; the messages of both "
                    "loops.",
                    *(
                        f"[bold]{one.name}[/bold], auditor: App Home has Conflicts and Who did what."
                        for one in auditors
                    ),
                    f"The second loop waits for answers about conflicts from {', '.join(waiting[:4])} and others: be each "
                    "of them, answer, and watch it being booked. Then move the clock (top right) past the interviews, "
                    "fill in a scorecard, close it half way and open it again.",
                    "Anybody: /interview help",
                ),
                "\nCtrl-C ends it. The next demo begins anew.",
            ),
            title="Now it is yours",
            expand=False,
        )
    )


def _points(*texts: str) -> Table:
    points = Table.grid(padding=(0, 1))
    for text in texts:
        points.add_row("•", text)
    return points


def _wait() -> None:
    """Until Ctrl-C, or whoever started it ends it; either way everything is taken down in order."""
    enough = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: enough.set())
    enough.wait()
