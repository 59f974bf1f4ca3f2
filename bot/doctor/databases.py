"""The database: that it opens, what it is set to, its clock, the keys that open what is sealed there, the dead letters."""

from __future__ import annotations

import stat

from bot.composition import VERSION
from bot.doctor import clocks
from bot.doctor.finding import Finding, amount
from bot.settings import Settings
from store.database import Database
from store.faults import SealFault

MEND = "It can't be read and written. Check EVENHAND_DATABASE_URL, the disk and the database's own log."


def broken(error: Exception) -> Finding:
    """What the database says may quote a row, so only the first line of it, which names the trouble, is shown."""
    original = getattr(error, "orig", None)
    says = " ".join([type(error).__name__, *str(original or "").splitlines()[:1]])
    return Finding("database", well=False, says=says, mend=MEND)


def tried(settings: Settings, database: Database, *, was: str | None) -> list[Finding]:
    database.check()
    found = [Finding("database", well=True, says=f"opens, is read and written, at schema {was or 'that was made now'}")]
    found += [*_doubts(database), *_clock(database), *_processes(database), *_seal(settings, database)]
    return [*found, *_outbox(database)]


def _doubts(database: Database) -> list[Finding]:
    doubts = database.doubts()
    if not doubts:
        return [Finding("database: settings", well=True, says=f"as they should be ({database.described()})")]
    return [Finding("database: settings", well=False, says=says, mend=mend) for says, mend in doubts]


def _clock(database: Database) -> list[Finding]:
    if not database.has_own_clock:
        return []
    return [clocks.compared(database.now(), whose="this machine's", what="database: clock")]


def _processes(database: Database) -> list[Finding]:
    others = sorted(database.versions() - {VERSION})
    if not others:
        return []
    says = f"connected are {', '.join(others)}, and this is {VERSION}"
    mend = "Fine during an upgrade. Afterwards restart what still runs the other version."
    return [Finding("processes", well=True, says=says, mend=mend)]


def _seal(settings: Settings, database: Database) -> list[Finding]:
    """That others can't read the file was checked when it was opened; here it is said, with the folder's mode."""
    try:
        older = database.older_keys()
    except SealFault as fault:
        mend = "The keys have the right names and open nothing: put back the ones that were used, from their backup."
        return [Finding("seal keys", well=False, says=str(fault), mend=mend)]
    if older:
        mend = "Run `evenhand keys rotate`: it wraps them under the newest key."
        says = f"{amount(older, 'data key')} still need an older key"
        return [_place(settings), Finding("seal keys: rotation", well=True, says=says, mend=mend)]
    return [_place(settings)]


def _place(settings: Settings) -> Finding:
    if settings.seal_keys:
        return Finding("seal keys", well=True, says="from EVENHAND_SEAL_KEYS; they open what is sealed")
    file = settings.home / "seal.keys"
    mode = stat.S_IMODE(file.stat().st_mode)
    if stat.S_IMODE(file.parent.stat().st_mode) & (stat.S_IWGRP | stat.S_IWOTH):
        mend = f"chmod go-w {file.parent}"
        return Finding("seal keys", well=False, says="others may replace the file of the keys", mend=mend)
    return Finding("seal keys", well=True, says=f"in {file.name}, which only its owner can read ({mode:o}); back it up")


def _outbox(database: Database) -> list[Finding]:
    dead, _ = database.deliveries.counts(database.now())["dead"]
    if not dead:
        return []
    mend = "`evenhand deliveries --state dead` says why; `evenhand deliveries retry --all-dead` tries them again."
    return [Finding("deliveries", well=False, says=f"{amount(dead, 'was', 'were')} given up", mend=mend)]
