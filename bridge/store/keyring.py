"""The key-encryption keys, one per room, class and month, kept wrapped in the database and open in memory. A key is
made in a statement of its own before the transaction that first uses it, so that a rollback never leaves a key in
memory that the database does not have.
"""

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime

import asyncpg

from bridge.model import RoomRef
from bridge.seal import KEY_BYTES, CannotOpen, Kek, MasterKey, Sealed, about
from bridge.store.database import Connection, Unfit

UNCLASSIFIED = "unclassified"
NO_ROOM = RoomRef(0)


class Keyring:
    """Makes, finds and opens key-encryption keys under one master key."""

    def __init__(self, master: MasterKey) -> None:
        self.master = master
        self._open: dict[int, Kek] = {}
        self._current: dict[tuple[RoomRef, date], Kek] = {}

    async def current(self, connection: Connection, room: RoomRef) -> Kek:
        """The key for what is sealed in this room this month (UTC). Call it before the transaction that seals with it.

        Inside of one it is remembered only if it was known before: a rollback could take back a new one.
        """
        month = datetime.now(UTC).date().replace(day=1)
        if (kek := self._current.get((room, month))) is not None:
            return kek
        kek = await self.make(connection, room, UNCLASSIFIED, month)
        if not connection.is_in_transaction():
            self._open[kek.id] = self._current[room, month] = kek
        return kek

    async def load(self, connection: Connection, ids: Iterable[int]) -> None:
        """Opens the keys with these numbers, so that `open` finds them."""
        if missing := [id for id in set(ids) if id not in self._open]:
            for row in await connection.fetch("select * from kek where id = any($1)", missing):
                self._open[row["id"]] = self._unwrap(row)

    def open(self, sealed: Sealed, place: bytes) -> bytes:
        """Raises CannotOpen; so it does for a key that has been destroyed."""
        if (kek := self._open.get(sealed.kek)) is None:
            raise CannotOpen(f"key {sealed.kek} is gone")
        return kek.open(sealed, place)

    def unwrap(self, kek: int, wrapped: bytes) -> bytes:
        """A piece's own key, for whoever may hand it over. Raises CannotOpen, as `open`."""
        if (found := self._open.get(kek)) is None:
            raise CannotOpen(f"key {kek} is gone")
        return found.unwrap(wrapped)

    def seal_beside(self, sealed: Sealed, plain: bytes, place: bytes) -> bytes:
        """Seals more under the key of a piece that is sealed already: whoever destroys that key destroys both.

        Raises CannotOpen, as `open`.
        """
        if (kek := self._open.get(sealed.kek)) is None:
            raise CannotOpen(f"key {sealed.kek} is gone")
        return kek.seal_beside(sealed, plain, place)

    async def make(self, connection: Connection, room: RoomRef, retention_class: str, month: date) -> Kek:
        """The key of this room, class and month, made where there is none."""
        if (kek := await self.find(connection, room, retention_class, month)) is not None:
            return kek
        wrapped = self.master.wrap(os.urandom(KEY_BYTES), _place(room, retention_class, month))
        await connection.execute(
            "insert into kek (room, class, period, wrapped) values ($1, $2, $3, $4) on conflict do nothing",
            room, retention_class, month, wrapped,
        )  # fmt: skip
        kek = await self.find(connection, room, retention_class, month)
        assert kek is not None, "a key that was just made is there"
        return kek

    async def find(self, connection: Connection, room: RoomRef, retention_class: str, month: date) -> Kek | None:
        """The key of this room, class and month, if there is one."""
        row = await connection.fetchrow(
            "select * from kek where room = $1 and class = $2 and period = $3", room, retention_class, month
        )
        return self._unwrap(row) if row is not None else None

    def _unwrap(self, row: asyncpg.Record) -> Kek:
        place = _place(row["room"], row["class"], row["period"])
        return Kek(row["id"], self.master.unwrap(row["wrapped"], place))


def _place(room: int, retention_class: str, month: date) -> bytes:
    return about("kek", str(room), retention_class, month.isoformat())


async def stand_on(connection: Connection, master: MasterKey) -> None:
    """Ties the database to its master key at first use.

    Raises:
        Unfit: the database stands on another master key.
    """
    await connection.execute(
        "update site set master_fingerprint = $1 where master_fingerprint is null", master.fingerprint
    )
    if await connection.fetchval("select master_fingerprint from site") != master.fingerprint:
        raise Unfit(
            "this master key is not the one that the database was sealed with; put the right file in place"
            " (keys.master_file). Nothing was changed"
        )


async def has_master(connection: Connection) -> bool:
    """Whether the database already stands on a master key: then a missing key file must never be replaced."""
    return await connection.fetchval("select master_fingerprint is not null from site") is True
