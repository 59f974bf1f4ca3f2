"""Each thing that Slack delivers comes again and again, out of order, to two web processes: the same end state as once."""

from __future__ import annotations

import os
import random
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes.test_story import play, several, what_came_of_it
from tests.story.outside import differences
from tests.story.wire import Request, Wire, tapped_by
from tests.story.world import world

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


def test_what_comes_many_times_in_any_order_counts_once(tmp_path: Path) -> None:
    for name in ("once", "often"):
        (tmp_path / name).mkdir()
    with world(tmp_path / "once", over_http=True) as here:
        once = play(here.stage)
    with several(tmp_path / "often") as there, tapped_by(Echo(bot=there.balanced.address)) as echo:
        there.slack.space.http_events = echo.address
        play(there.stage)
        echo.all_again()
        assert echo.statuses() == {200}
        often = what_came_of_it(there.stage)
        echo.pool.shutdown()
    assert len(echo.copies) >= len(echo.taken) * COPIES
    assert (wrong := differences(once, often)) == [], "\n".join(wrong)
