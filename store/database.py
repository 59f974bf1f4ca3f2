"""The one database of one company, shared by any number of threads."""

import secrets
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select
from sqlmodel import col

from hiring.model import AuditEntry
from store import dialect, schema
from store.audit import AuditTrail
from store.causes import because_of
from store.deliveries import Deliveries
from store.dialect import Doubt, Lead, Presence
from store.faults import SealFault
from store.sealing import SealKeys
from store.shelf import CalendarShelf
from store.tables import InboxRow
from store.turns import Turns
from store.vault import masters_in_use, try_masters
from store.work import Work


def open_database(
    url: str, *, seal_keys: SealKeys, wake: Callable[[], None] | None = None, migrate: bool = False
) -> "Database":
    """Raises UnusableUrl, WrongSchema or SealFault, each with a sentence for the operator.

    `wake` is called when there may be something new to deliver: in the thread that committed, or in one that listens to
    other processes. With `migrate` the database is made or brought up to date first.
    """
    engine = dialect.connect(url, create=migrate)
    try:
        if migrate:
            schema.upgrade(engine)
        with dialect.of(engine).reading(engine.connect()) as connection:
            schema.check(connection)
            _check_keys(masters_in_use(connection), seal_keys)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, seal_keys=seal_keys, wake=wake)


def find_database(url: str) -> None:
    """Raises UnusableUrl when there is none."""
    dialect.connect(url, create=False).dispose()


def _check_keys(used: frozenset[str], keys: SealKeys) -> None:
    missing = sorted(used - set(keys.ids))
    if missing:
        raise SealFault(
            f"Something in the database is sealed with the key {', '.join(missing)}, which is not in EVENHAND_SEAL_KEYS; "
            "add it after the newest one"
        )


AT_HAND = 2.0
"""Slack waits for three seconds."""


class Database:
    def __init__(self, engine: Engine, *, seal_keys: SealKeys, wake: Callable[[], None] | None) -> None:
        self._engine = engine
        # Whoever forgets to close it leaves no connection open: from Python 3.13 on SQLite complains of that.
        weakref.finalize(self, engine.dispose)
        self._dialect = dialect.of(engine)
        self._keys = seal_keys
        self._wake = wake or (lambda: None)
        self._myself = secrets.token_hex(8)
        together = {} if self._dialect.one_writer else {"together": 1}
        self._writers = self._dialect.writing(engine)
        weakref.finalize(self, self._writers.dispose)
        self._turns = Turns(self._writers, self._dialect.write_alone, patience=dialect.BUSY_SECONDS, **together)
        self._leads: list[Lead] = []
        self._presence: Presence | None = None
        self.deliveries = Deliveries(self._settle, self._read, wake=self._wake, announce=self._announce)
        self.audit = AuditTrail(self._read)
        self.shelf = CalendarShelf(self._write, self._read)
        self._listener = None if wake is None else self._dialect.listen(engine, wake, myself=self._myself)

    @contextmanager
    def begin(self, *, read_only: bool = False, patience: float | None = None) -> Iterator[Work]:
        """Committed on leaving, rolled back by an error. Those that read see one moment and hold nobody up; those that write
        wait for so many seconds for others (thirty), and raise TimeoutError then. What they have delivered was brought about
        by the event they remember, else by what `causes.because_of` says."""
        with self._read() if read_only else self._write(patience) as connection:
            work = Work(connection, self._keys, read_only=read_only)
            yield work
            if work.frees_deliveries:
                self._announce(connection)
        if work.owed_entries:
            self._write_down(work.owed_entries)
        if work.erases:
            self._dialect.forget_old_pages(self._engine)
        if work.frees_deliveries:
            self._wake()

    def _write_down(self, entries: list[AuditEntry]) -> None:
        """Where this fails the reader's block fails, too: nobody is shown what left no entry."""
        with self._write() as connection:
            work = Work(connection, self._keys, read_only=False)
            for entry in entries:
                work.audit_once_a_day(entry)

    def at_hand(self, cause: str = "") -> "AtHand":
        """The same for somebody who looks on. `cause`: of what they do, where that has no id of its own."""
        return AtHand(self, cause)

    def now(self) -> datetime:
        """The clock that leases run on, the same for every process: the server's on PostgreSQL, else the machine's."""
        return self._dialect.now(self._engine)

    def check(self) -> None:
        """Raises WrongSchema when a newer program has made of the tables what this one can't work on, and whatever the
        database raises when it can't be read or written: a full disk or a standby shows in nothing else."""
        with self._settle() as connection:
            schema.check(connection)
            schema.touch(connection)

    def doubts(self) -> tuple[Doubt, ...]:
        """What about the database's own settings may cost what was promised, in words for its operator."""
        with self._read() as connection:
            return tuple(self._dialect.doubts(connection))

    @property
    def has_own_clock(self) -> bool:
        """Whether its clock is another one than this machine's."""
        return self._dialect.has_own_clock

    def described(self) -> str:
        """How it is set up, in a few words for its operator."""
        with self._read() as connection:
            return self._dialect.described(connection)

    def versions(self) -> frozenset[str]:
        """Of the programs that are connected at this moment, as far as can be seen."""
        return self._dialect.versions(self._engine)

    def last_heard(self) -> datetime | None:
        """When Slack last told us anything, within the seven days for which that is remembered."""
        with self._read() as connection:
            # Beside what came there are marks of what was noted today already; each ends with its day.
            return connection.scalar(select(func.max(InboxRow.at)).where(col(InboxRow.event).not_like("%/____-__-__")))

    def older_keys(self) -> int:
        """How many data keys an older master key wraps. Raises SealFault where a master key opens none of its own."""
        with self._read() as connection:
            return try_masters(connection, self._keys)

    def lead(self, name: str) -> Lead:
        """What of several processes only one may do at a time: ask its `held()` before each time."""
        lead = self._dialect.lead(self._engine, name)
        self._leads.append(lead)
        return lead

    def come_to_work(self) -> None:
        """Before this process's first claim. Where every other worker is known to be dead, their leases end now."""
        if self._presence is not None:
            return
        if self._listener is not None:
            self._listener.work()
        self._presence = self._dialect.arrive(self._engine)
        if self._presence is None:
            return
        if self._presence.alone:
            self.deliveries.give_back_all(now=self.now())
        self._presence.settle()

    def workers(self) -> int:
        """How many processes share the work, this one among them."""
        return max(1, self._dialect.workers(self._engine))

    def close(self) -> None:
        if self._listener is not None:
            self._listener.stop()
        for lead in self._leads:
            lead.release()
        if self._presence is not None:
            self._presence.leave()
        self._writers.dispose()
        self._engine.dispose()

    def _announce(self, connection: Connection) -> None:
        self._dialect.announce(connection, sender=self._myself)

    @contextmanager
    def _write(self, patience: float | None = None) -> Iterator[Connection]:
        """One at a time, of all processes: what one has read stays as it is until it is committed."""
        with self._turns.turn(patience=patience) as connection:
            yield connection

    @contextmanager
    def _settle(self) -> Iterator[Connection]:
        """For what touches deliveries alone: side by side where the database can do that."""
        if self._dialect.one_writer:
            with self._write() as connection:
                yield connection
            return
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            reading = self._dialect.reading(connection)
            with reading.begin():
                yield reading


class AtHand:
    """The store for whoever has pressed something and looks on: a database that is kept busy is told of at once."""

    def __init__(self, database: Database, cause: str) -> None:
        self._database = database
        self._cause = cause

    @contextmanager
    def begin(self, *, read_only: bool = False) -> Iterator[Work]:
        with because_of(self._cause), self._database.begin(read_only=read_only, patience=AT_HAND) as work:
            yield work
