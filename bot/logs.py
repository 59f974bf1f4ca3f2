"""Logs: one line of JSON each, with ids and never a secret; and nothing beside them."""

from __future__ import annotations

import json
import logging
import re
import resource
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Final

_OURS: Final = (
    *("cause", "by", "way", "key", "kind", "loop", "lane"),
    *("tries", "why", "again", "age", "took", "channel", "ts"),
)
"""What may be given with a line: ids, kinds, figures, and the reason of a delivery that went wrong."""

_QUOTE: Final = re.compile(r"(payload|content from response|non-JSON format|listeners?): .*", re.DOTALL)
"""Where libraries begin to quote what came in, or was to go out: it may be what somebody typed, or name a calendar."""


class JsonLines(logging.Formatter):
    """Time, level, logger, message, and the ids that were given with it. A traceback keeps its places, not its values."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.casefold(),
            "from": record.name,
            "says": _said(record),
        }
        line |= {name: str(getattr(record, name)) for name in _OURS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            # The text of an exception may quote what somebody typed, so only its kind and its places are kept.
            line["error"] = record.exc_info[0].__name__
            line["where"] = " < ".join(_places(record))
        return json.dumps(line, ensure_ascii=False)


def _said(record: logging.LogRecord) -> str:
    """What libraries say is cut where they quote."""
    said = record.getMessage()
    return said if record.name.split(".")[0] == "evenhand" else _QUOTE.sub(r"\1", said)


def _places(record: logging.LogRecord) -> list[str]:
    places: list[str] = []
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[::-1]


def configure(*, level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("evenhand").setLevel(level)


def catch_the_rest() -> None:
    """What no part of the program catches would be printed with its text, which may quote what somebody typed."""
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    caught = error if error is not None else kind()
    logging.getLogger("evenhand").critical("nobody caught it: %s", kind.__name__, exc_info=(kind, caught, trace))


def leave_no_core() -> None:
    """The memory of a process that crashes holds keys and opened scorecards: nothing of it is to lie on a disk."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))
