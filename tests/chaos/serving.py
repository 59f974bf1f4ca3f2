"""The bot as a supervisor keeps it, which dies where it is told: `python -m tests.chaos.serving`.

Whoever dies by SIGKILL is begun again at once, as a fork of this process, which has read all the code already: a matrix of
some thousand kills would else spend most of its hours importing. It says on its output who lives now, a number a line, and
ends as the bot does that ends by itself.

`CHAOS_PASSED` names the file that lists the points passed, `CHAOS_DEADLY` one of those to die at, `CHAOS_DIED` where that
is noted. Without them it is the bot as `tests.story.serving` runs it.
"""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path

from tests.chaos.failpoints import FailPoints
from tests.story import serving


def main() -> None:
    gc.freeze()  # else each fork would copy what it only looks through
    code = -signal.SIGKILL
    while code == -signal.SIGKILL:
        child = os.fork()
        if child == 0:
            return _live()
        print(child, flush=True)  # noqa: T201 - this is how the stage is told whom to kill
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    raise SystemExit(code if code >= 0 else 128 - code)


def _live() -> None:
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
