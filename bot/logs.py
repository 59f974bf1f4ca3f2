"""Logs: one line of JSON each, with ids and never a secret."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

_OURS: Final = ("key", "lane", "loop")


class JsonLines(logging.Formatter):
    """Time, level, logger, message, and the ids that were given with it. A traceback keeps its places, not its values."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.casefold(),
            "from": record.name,
            "says": record.getMessage(),
        }
        line |= {name: str(getattr(record, name)) for name in _OURS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            # The text of an exception may quote what somebody typed, so only its kind and its places are kept.
            line["error"] = record.exc_info[0].__name__
            line["where"] = " < ".join(_places(record))
        return json.dumps(line, ensure_ascii=False)


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
