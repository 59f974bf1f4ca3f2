"""The bot in a process of its own that dies where it is told: `python -m tests.chaos.serving`.

`CHAOS_PASSED` names the file that lists the points passed, `CHAOS_DEADLY` one of those to die at, `CHAOS_DIED` where that
is noted. Without them it is the bot as `tests.story.serving` runs it.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.chaos.failpoints import FailPoints
from tests.story import serving


def main() -> None:
    passed, deadly = os.environ.get("CHAOS_PASSED"), os.environ.get("CHAOS_DEADLY")
    if passed or deadly:
        FailPoints(
            passed=Path(passed) if passed else None,
            deadly=frozenset(Path(deadly).read_text().splitlines()) if deadly else frozenset(),
            died=Path(os.environ["CHAOS_DIED"]),
        ).install()
    serving.main()


if __name__ == "__main__":
    main()
