"""Each thing that Slack delivers comes again and again, out of order, to one process on SQLite and to two web processes on
PostgreSQL: the same end state as once."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from tests.processes.test_story import play, several, what_came_of_it
from tests.story.outside import differences
from tests.story.wire import Request, Wire, tapped_by
from tests.story.world import world
from workbench.server import Running

COPIES = int(os.environ.get("EVENHAND_COPIES", "3"))
AT_ONCE = 4
Answered = tuple[int, dict[str, str], bytes]


@dataclass
class Echo(Wire):
    """Sends each request on; meanwhile copies of it and of any that came before, in no order."""

    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE))
    lot: random.Random = field(default_factory=lambda: random.Random(7))
    copies: list[Future[Answered]] = field(default_factory=list)

    def handle(self, request: Request) -> Answered:
        self.taken.append(request)
        now = [request] * (COPIES // 2) + self.lot.choices(self.taken, k=COPIES - COPIES // 2 - 1)
        self.copies += [self.pool.submit(self.send, one) for one in now]
        # Whoever pressed does not queue behind the copies of what was pressed before: those come when they come.
        return self.send(request)

    def all_again(self) -> None:
        again = list(self.taken)
        self.lot.shuffle(again)
        self.copies += [self.pool.submit(self.send, one) for one in again]

    def statuses(self) -> set[int]:
        return {copy.result()[0] for copy in self.copies}


@contextmanager
def _one(home: Path) -> Iterator[tuple[Running, Stage]]:
    with world(home, over_http=True) as there:
        yield there.slack, there.stage


@contextmanager
def _two(home: Path) -> Iterator[tuple[Running, Stage]]:
    with several(home) as there:
        yield there.slack, there.stage


@pytest.mark.parametrize("bot", [_one, _two], ids=["one on sqlite", "two on postgresql"])
def test_what_comes_many_times_in_any_order_counts_once(
    tmp_path: Path, bot: Callable[[Path], AbstractContextManager[tuple[Running, Stage]]]
) -> None:
    for name in ("once", "often"):
        (tmp_path / name).mkdir()
    with world(tmp_path / "once", over_http=True) as here:
        once = play(here.stage)
    with bot(tmp_path / "often") as (slack, stage), tapped_by(Echo(bot=str(slack.space.http_events))) as echo:
        slack.space.http_events = echo.address
        play(stage)
        echo.all_again()
        assert echo.statuses() == {200}
        often = what_came_of_it(stage)
        echo.pool.shutdown()
    assert len(echo.copies) >= len(echo.taken) * COPIES
    assert (wrong := differences(once, often)) == [], "\n".join(wrong)
