"""The key-encryption keys, one per room, class and month, kept wrapped in the database and open in memory. A key is
made in a statement of its own before the transaction that first uses it, so that a rollback never leaves a key in
memory that the database does not have. While Setu runs, the master key may become another one (`setu keys rotate`):
nothing is wrapped under one that the database does not stand on, and what does not open is tried with the new one.
"""

import logging
import os
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

import asyncpg

from bridge.model import RoomRef
from bridge.seal import KEY_BYTES, CannotOpen, Hashes, Kek, Master, MasterKey, Sealed, short
from bridge.store import kek_row, site
from bridge.store.database import Connection
from bridge.store.kek_row import Place

log = logging.getLogger(__name__)

UNCLASSIFIED = "unclassified"
NO_ROOM = RoomRef(0)
HASHING = Place(NO_ROOM, "hashes", date(1970, 1, 1))
"""Of the key of hashes, which is wrapped as all others are, and belongs to no month."""

Again = Callable[[bytes], Master]
"""Reads anew which master key the settings name, told the fingerprint of the one that the database stands on."""


class MasterChanged(OSError):
    """The database stands on another master key than the settings name: until they name it, everything waits."""

    def __init__(self, standing: bytes, named: bytes) -> None:
        super().__init__(
            f"the database stands on master key {short(standing)} now, and the settings name {short(named)}: put the"
            " new key file in place, or start Setu with the new settings"
        )
        log.error("%s", self)


class Keyring:
    """Makes, finds and opens key-encryption keys under one master key, and hashes under a key beside them."""

    def __init__(self, master: Master, hashes: Hashes, again: Again | None = None) -> None:
        self.master, self.hashes = master, hashes
        self._again = again
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
                self._open[row["id"]] = await self._unwrap(connection, row)

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
        key = os.urandom(KEY_BYTES)
        while (kek := await self.find(connection, room, retention_class, month)) is None:
            await self._renew(connection)
            await kek_row.add(connection, self.master, Place(room, retention_class, month), key)
        return kek

    async def find(self, connection: Connection, room: RoomRef, retention_class: str, month: date) -> Kek | None:
        """The key of this room, class and month, if there is one."""
        row = await kek_row.at(connection, Place(room, retention_class, month))
        return await self._unwrap(connection, row) if row is not None else None

    async def _unwrap(self, connection: Connection, row: asyncpg.Record) -> Kek:
        try:
            return Kek(row["id"], await self.master.unwrap(row["wrapped"], kek_row.place(row).about))
        except CannotOpen:  # wrapped anew, perhaps, since this process read the master key, or the row
            await self._renew(connection)
            now = await connection.fetchrow("select * from kek where id = $1", row["id"])
            return Kek(row["id"], await self.master.unwrap((now or row)["wrapped"], kek_row.place(row).about))

    async def _renew(self, connection: Connection) -> None:
        """Takes the master key that the database stands on, where that is another than the one in memory."""
        standing = await site.standing(connection)
        while standing is not None and standing != self.master.fingerprint:
            master = self._again(standing) if self._again is not None else self.master
            told, standing = standing, await site.standing(connection)
            if master.fingerprint == standing:
                self.master = master
            elif standing == told:  # else it changed once more meanwhile
                raise MasterChanged(standing, master.fingerprint)


async def stand_on(connection: Connection, master: Master, again: Again | None = None) -> Keyring:
    """Ties the database to its master key at first use, and gives the keys under it.

    Raises:
        Unfit: the database stands on another master key.
        CannotOpen: the key of hashes does not open, so nothing that is sealed will.
    """
    async with connection.transaction():
        first = await site.stand_on(connection, master.fingerprint)
        if (row := await kek_row.at(connection, HASHING)) is None:
            await kek_row.add(connection, master, HASHING, _new_hashes(master, first).key)
            row = await kek_row.at(connection, HASHING)
        assert row is not None, "a key that was just added is there"
        return Keyring(master, Hashes(await master.unwrap(row["wrapped"], HASHING.about)), again)


def _new_hashes(master: Master, first: bool) -> Hashes:
    """An installation that has hashed with what its master key gives goes on with that."""
    return Hashes(os.urandom(KEY_BYTES)) if first or not isinstance(master, MasterKey) else Hashes.derived(master)
