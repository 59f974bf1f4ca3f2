"""Two web and worker processes, two that would be the clock, one PostgreSQL: the same story as in one process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.clock import FollowedClock
from bot.demo.stage import Slack, Stage, accounts, free_port, settings_for
from bot.demo.story import Story
from bot.importing import save
from bot.matching import match_accounts
from bot.messenger import Messenger
from hiring.flows.sweeping import sweep
from hiring.model import Outcome
from hiring.ports import Clock
from store.audit import Verified
from store.database import Database
from store.sealing import SealKeys
from tests.database import Place, postgres_place
from tests.processes.running import Balancer, Process, balancer, start, wait_until_it_answers
from tests.story.company import COMPANY, JO, OPENING
from tests.story.outside import Outside, differences, outside
from tests.story.world import dead, eventually, local_slack, unmade, world
from workbench.player import control
from workbench.server import Running

PARTS = (("web", "worker"), ("web", "worker"), ("clock",), ("clock",))


@dataclass(frozen=True)
class Behind:
    """The same database, looked at from here."""

    database: Database
    clock: Clock


@dataclass(frozen=True)
class Several:
    slack: Running
    stage: Stage
    place: Place
    balanced: Balancer
    processes: list[Process]


def _environment(slack: Running, home: Path, place: Place, keys: str) -> dict[str, str]:
    one = settings_for(Slack(**slack.told()), home, port=0)
    return {
        "SLACK_BOT_TOKEN": one.bot_token,
        "SLACK_SIGNING_SECRET": one.signing_secret,
        "SLACK_API_URL": one.slack_api_url,
        "EVENHAND_DATABASE_URL": place.url,
        "EVENHAND_SEAL_KEYS": keys,
        "EVENHAND_CLOCK_URL": one.clock_url,
        "EVENHAND_VIDEO_URL": one.video_url,
        "EVENHAND_BASE_URL": one.base_url,
    }


@contextmanager
def several(home: Path) -> Iterator[Several]:
    place, keys = postgres_place(migrated=False), SealKeys.new_text()
    with local_slack() as slack, _looked_at(slack, place, keys) as stage:
        ports = [free_port() for _ in PARTS]
        environment = _environment(slack, home, place, keys)
        processes = [
            start(parts, environment | {"PORT": str(port)}, home / f"{number}.log")
            for number, (parts, port) in enumerate(zip(PARTS, ports, strict=True))
        ]
        try:
            serving = [port for parts, port in zip(PARTS, ports, strict=True) if "web" in parts]
            for process, port in zip(processes, serving, strict=False):
                wait_until_it_answers(process, port)
            with balancer(serving) as balanced:
                slack.space.http_events = balanced.address
                yield Several(slack=slack, stage=stage, place=place, balanced=balanced, processes=processes)
        finally:
            for process in processes:
                if process.running.poll() is None:
                    process.running.kill()
                    process.running.wait()


@contextmanager
def _looked_at(slack: Running, place: Place, keys: str) -> Iterator[Stage]:
    there = Slack(**slack.told())
    database = place.open(seal_keys=SealKeys.from_text(keys))
    clock = FollowedClock(f"{there.url}/w/clock")
    try:
        save(database, COMPANY)
        match_accounts(database, Messenger(token=there.bot_token, base_url=there.api))
        yield Stage(slack=there, evenhand=Behind(database, clock), company=COMPANY, accounts=accounts(COMPANY.people))
    finally:
        clock.close()
        database.close()


def play(stage: Stage) -> Outside:
    story = Story(stage=stage, opening=OPENING, candidate=JO, plan="onsite")
    for step in story.steps():
        step.play()
    decision = story.now().decision
    assert decision is not None
    assert decision.outcome is Outcome.ADVANCE
    return what_came_of_it(stage)


def what_came_of_it(stage: Stage) -> Outside:
    database = stage.evenhand.database
    sweep(database, now=stage.evenhand.clock.now())
    eventually(lambda: not unmade(database), "some deliveries were never made")
    assert dead(database) == []
    assert control(stage.slack.url, "refusals")["refusals"] == []
    return outside(stage)


def _leaders(place: Place) -> int:
    """Each lead is one advisory lock of a 64-bit number, held by a session."""
    return len(
        place.raw(
            "SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND datname = current_database()"
        )
    )


def test_several_processes_over_postgresql_do_what_one_over_sqlite_does(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "several").mkdir()
    with world(tmp_path / "one", over_http=True) as here:
        once = play(here.stage)
    with several(tmp_path / "several") as there:
        among = play(there.stage)
        # Who was not given the processor for half a minute leads no more, and another takes over a moment later.
        eventually(lambda: _leaders(there.place) == 1, "not one clock leads, or more do")
        codes = [process.stop() for process in there.processes]
        verified = there.stage.evenhand.database.audit.verify()
        logs = "".join(process.log.read_text() for process in there.processes)

    assert (found := differences(once, among)) == [], "\n".join(found)
    assert codes == [0, 0, 0, 0]
    assert isinstance(verified, Verified)
    assert min(there.balanced.taken.values()) > 10
    assert re.findall(r'"level": "(?:error|critical)".*|Traceback.*', logs) == []


def test_without_the_keys_that_all_share_nothing_starts(tmp_path: Path) -> None:
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "secret",
        "EVENHAND_DATABASE_URL": "postgresql://nobody:zirkonfalter@127.0.0.1:1/nowhere",
        "EVENHAND_SEAL_KEYS": "",
    }
    process = start(("web",), environment, tmp_path / "log")
    assert process.running.wait(timeout=120) == 2
    said = process.log.read_text()
    assert "EVENHAND_SEAL_KEYS is missing: with PostgreSQL every process must be given the same" in said
    assert "zirkonfalter" not in said


def test_a_database_that_is_not_there_is_named_and_nothing_starts(tmp_path: Path) -> None:
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "secret",
        "EVENHAND_DATABASE_URL": "postgresql://nobody:zirkonfalter@127.0.0.1:1/nowhere",
        "EVENHAND_SEAL_KEYS": SealKeys.new_text(),
    }
    process = start(("web",), environment, tmp_path / "log")
    assert process.running.wait(timeout=120) == 2
    said = process.log.read_text()
    assert said.startswith("The PostgreSQL database nowhere at 127.0.0.1 can't be opened: ")
    assert "zirkonfalter" not in said
    assert "Traceback" not in said
