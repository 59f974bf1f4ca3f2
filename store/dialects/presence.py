"""Who works on the deliveries of an SQLite file, by a lock that the system frees when its process dies."""

import fcntl
import os
from pathlib import Path


class Present:
    """Whoever comes first has the lock alone until it has settled; from then on all share it."""

    def __init__(self, path: Path) -> None:
        self._file: int | None = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.alone = True
        except BlockingIOError:
            self.alone = False

    def settle(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def leave(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None
