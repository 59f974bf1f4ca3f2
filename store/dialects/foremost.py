"""Which of several processes on one SQLite file leads, by a lock beside it that the system frees when its process dies."""

import fcntl
import logging
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from store.dialects.leading import SILENCE

log = logging.getLogger("evenhand.store")


class Foremost:
    """A process that is frozen keeps its lock. So who leads says so whenever it is asked, in the file's time of change, and
    whoever finds that it has been silent puts another file, which it has locked, in the place of that one.
    """

    def __init__(self, path: Path, *, silence: float = SILENCE) -> None:
        self._path = path
        self._silence = silence
        self._asking = threading.Lock()
        self._file: int | None = None

    def held(self) -> bool:
        with self._asking:
            try:
                if self._file is not None and not self._is_in_place(self._file):
                    self._drop()
                if self._file is None:
                    self._file = self._try()
                if self._file is not None:
                    _say(self._file)
            except OSError:
                log.warning("beside the database no file can be locked; nobody leads for now")
                self._drop()
            return self._file is not None

    def release(self) -> None:
        with self._asking:
            self._drop()

    def _try(self) -> int | None:
        file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        if _lock(file) and self._is_in_place(file):
            return file
        # Of a file that was just made this is far in the future: the machine's clock began long before the machine did.
        silent = time.monotonic() - os.fstat(file).st_mtime
        os.close(file)
        return self._replace() if silent > self._silence else None

    def _replace(self) -> int | None:
        mine = self._path.with_name(f"{self._path.name}-{os.getpid()}")
        file = os.open(mine, os.O_CREAT | os.O_RDWR, 0o600)
        _say(file)
        if _lock(file):
            mine.replace(self._path)
            if self._is_in_place(file):
                return file
        os.close(file)
        return None

    def _is_in_place(self, file: int) -> bool:
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(file), self._path.stat())
        return False

    def _drop(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _lock(file: int) -> bool:
    """Closes it where nothing can be locked: that is asked again and again, and would use up all that may be open."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        os.close(file)
        raise
    return True


def _say(file: int) -> None:
    """By the clock that all processes of a machine share, and that nobody sets. It takes no room on the disk."""
    now = time.monotonic_ns()
    os.utime(file, ns=(now, now))
