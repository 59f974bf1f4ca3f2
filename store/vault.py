"""The data keys inside one transaction: one per owner, made when first needed, opened at most once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update
from sqlmodel import col

from store import sealing
from store.faults import Erased, SealFault
from store.sealing import SealKeys
from store.tables import DataKeyRow


def loop_owner(loop: str) -> str:
    return f"loop:{loop}"


def candidate_owner(candidate: str) -> str:
    return f"candidate:{candidate}"


class Vault:
    def __init__(self, connection: Connection, keys: SealKeys) -> None:
        self._connection = connection
        self._keys = keys
        self._open: dict[str, bytes] = {}

    def seal(self, text: str, *, owner: str, place: tuple[str, ...]) -> bytes:
        """Raises Erased when the owner's key was destroyed."""
        key = self._data_key(owner)
        if key is None:
            key = sealing.new_data_key()
            wrapped = self._keys.wrap(key, owner=owner)
            self._connection.execute(
                insert(DataKeyRow).values(owner=owner, master=self._keys.newest, wrapped=wrapped, destroyed=None)
            )
            self._open[owner] = key
        return sealing.seal(sealing.padded(text), key=key, place=(*place, owner))

    def unseal(self, sealed: bytes, *, owner: str, place: tuple[str, ...]) -> str:
        """Raises Erased when the owner's key was destroyed, SealFault when anything was tampered with."""
        key = self._data_key(owner)
        if key is None:
            raise SealFault(f"The key of what is sealed as {place[0]} is missing from the database")
        return sealing.unseal(sealed, key=key, place=(*place, owner)).decode()

    def destroy(self, owner: str, *, now: datetime) -> None:
        """Erase all that was or could be sealed for the owner. The row stays, so that no new key takes its place."""
        self._open.pop(owner, None)
        gone = update(DataKeyRow).where(col(DataKeyRow.owner) == owner).values(wrapped=None, destroyed=now)
        if self._connection.execute(gone).rowcount == 0:
            self._connection.execute(
                insert(DataKeyRow).values(owner=owner, master=self._keys.newest, wrapped=None, destroyed=now)
            )

    def is_erased(self, owner: str) -> bool:
        found = select(col(DataKeyRow.destroyed)).where(col(DataKeyRow.owner) == owner)
        return self._connection.scalar(found) is not None

    def rotate(self) -> int:
        """Wrap every data key anew that an older master key wraps; returns how many there were."""
        older = select(col(DataKeyRow.owner), col(DataKeyRow.master), col(DataKeyRow.wrapped)).where(
            col(DataKeyRow.master) != self._keys.newest, col(DataKeyRow.wrapped).is_not(None)
        )
        rows: Sequence[Any] = self._connection.execute(older).all()
        for owner, master, wrapped in rows:
            key = self._keys.unwrap(wrapped, owner=owner, master=master)
            self._connection.execute(
                update(DataKeyRow)
                .where(col(DataKeyRow.owner) == owner)
                .values(master=self._keys.newest, wrapped=self._keys.wrap(key, owner=owner))
            )
        return len(rows)

    def _data_key(self, owner: str) -> bytes | None:
        if owner in self._open:
            return self._open[owner]
        row = self._connection.execute(_KEY, {"owner": owner}).one_or_none()
        if row is None:
            return None
        if row.wrapped is None:
            raise Erased("What is asked for was erased")
        self._open[owner] = self._keys.unwrap(row.wrapped, owner=owner, master=row.master)
        return self._open[owner]


_KEY = select(col(DataKeyRow.master), col(DataKeyRow.wrapped)).where(col(DataKeyRow.owner) == bindparam("owner"))


def masters_in_use(connection: Connection) -> frozenset[str]:
    """The ids of the master keys that something in the database still needs: few, of very many data keys, so each is looked
    for behind the last."""
    found: list[str] = []
    while (another := connection.scalar(_NEXT_MASTER, {"last": found[-1] if found else ""})) is not None:
        found.append(another)
    return frozenset(found)


_NEXT_MASTER = (
    select(col(DataKeyRow.master))
    .where(text("wrapped IS NOT NULL"), col(DataKeyRow.master) > bindparam("last"))
    .order_by(col(DataKeyRow.master))
    .limit(1)
)


def try_masters(connection: Connection, keys: SealKeys) -> int:
    """Opens one data key of each master key, and tells how many older ones than the newest still wrap. Raises SealFault."""
    kept = col(DataKeyRow.wrapped).is_not(None)
    older = 0
    for master in sorted(masters_in_use(connection)):
        mine = kept, col(DataKeyRow.master) == master
        one = connection.execute(select(col(DataKeyRow.owner), col(DataKeyRow.wrapped)).where(*mine).limit(1)).one()
        keys.unwrap(one.wrapped, owner=one.owner, master=master)
        if master != keys.newest:
            older += connection.scalar(select(func.count()).select_from(DataKeyRow).where(*mine)) or 0
    return older
