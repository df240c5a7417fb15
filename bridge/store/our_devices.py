"""The devices of our own accounts that have keys, and their Olm sessions with other people's devices, sealed. Whoever
changes an account or its sessions takes the device's row first, so that no ratchet is turned twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from bridge.model import HomeserverName, UserId
from bridge.seal import Kek, Sealed, about
from bridge.store.database import Connection, Unfit
from bridge.store.keyring import Keyring

MOST_SESSIONS = 10
"""Olm sessions that are kept with one device of theirs; the ones used last."""


@dataclass(frozen=True)
class OurDevice:
    """A device of an account of ours."""

    ref: int
    homeserver: HomeserverName
    user_id: UserId
    device_id: str
    published: bool
    since: str | None
    backup: str | None
    pickled: bytes = field(repr=False)
    """Its Olm account."""


@dataclass(frozen=True)
class StoredSession:
    """An Olm session with a device of theirs."""

    their_key: str
    session_id: str
    pickled: bytes = field(repr=False)


async def stand_on(connection: Connection, fingerprint: bytes) -> None:
    """Ties the database to the recovery key at first use.

    Raises:
        Unfit: our devices are signed with another one.
    """
    await connection.execute(
        "update site set recovery_fingerprint = $1 where recovery_fingerprint is null", fingerprint
    )
    if await connection.fetchval("select recovery_fingerprint from site") != fingerprint:
        raise Unfit(
            "this recovery key is not the one that our devices are signed with; put the right file in place"
            " (keys.recovery_file). Nothing was changed"
        )


async def any_made(connection: Connection) -> bool:
    """Whether there is a device of ours."""
    return await connection.fetchval("select 1 from our_device limit 1") is not None


async def make(
    connection: Connection, kek: Kek, homeserver: HomeserverName, user_id: UserId, device_id: str, pickled: bytes
) -> None:
    """Keeps a new device; one that another process made meanwhile stays."""
    sealed = kek.seal(pickled, _place(homeserver, user_id))
    await connection.execute(
        "insert into our_device (homeserver, user_id, device_id, kek, wrapped, sealed) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (homeserver, user_id) do nothing",
        homeserver, user_id, device_id, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip


async def find(
    connection: Connection, keyring: Keyring, homeserver: HomeserverName, user_id: UserId, take: bool = False
) -> OurDevice | None:
    """An account's device. With `take`, nobody else changes it until this transaction ends. Raises CannotOpen."""
    row = await connection.fetchrow(
        "select * from our_device where homeserver = $1 and user_id = $2" + (" for no key update" if take else ""),
        homeserver, user_id,
    )  # fmt: skip
    if row is None:
        return None
    await keyring.load(connection, [row["kek"]])
    pickled = keyring.open(Sealed(row["kek"], row["wrapped"], row["sealed"]), _place(homeserver, user_id))
    return OurDevice(
        row["id"], homeserver, user_id, row["device_id"], row["published"], row["since"], row["backup"], pickled
    )


async def set_account(connection: Connection, kek: Kek, device: OurDevice, pickled: bytes) -> None:
    """The account has changed."""
    sealed = kek.seal(pickled, _place(device.homeserver, device.user_id))
    await connection.execute(
        "update our_device set kek = $2, wrapped = $3, sealed = $4 where id = $1",
        device.ref, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip


async def set_published(connection: Connection, device: OurDevice) -> None:
    """Its keys and signatures are on the homeserver."""
    await connection.execute("update our_device set published = true where id = $1", device.ref)


async def set_since(connection: Connection, device: OurDevice, since: str, drained: bool) -> None:
    """Everything up to this token of /sync has been taken, and where it is `drained` nothing waits any more. Call it in
    the transaction that takes it.
    """
    await connection.execute(
        "update our_device set since = $2, synced_at = case when $3 then clock_timestamp() else synced_at end"
        " where id = $1",
        device.ref, since, drained,
    )  # fmt: skip


async def synced(connection: Connection, homeserver: HomeserverName) -> tuple[datetime, datetime | None]:
    """The time now, and when one of our devices on this homeserver had last taken all that waited for it."""
    row = await connection.fetchrow(
        "select clock_timestamp() as now, (select max(synced_at) from our_device where homeserver = $1) as at",
        homeserver,
    )  # fmt: skip
    assert row is not None, "a select without a table gives a row"
    return row["now"], row["at"]


async def set_backup(connection: Connection, device: OurDevice, version: str) -> None:
    """The version of the key backup that its sessions go to."""
    await connection.execute("update our_device set backup = $2 where id = $1", device.ref, version)


async def sessions(
    connection: Connection, keyring: Keyring, device: OurDevice, their_keys: Sequence[str]
) -> Sequence[StoredSession]:
    """The sessions with these devices, the one used last first. Raises CannotOpen."""
    rows = await connection.fetch(
        "select * from olm_session where device = $1 and their_key = any($2) order by used_at desc, session_id",
        device.ref, list(their_keys),
    )  # fmt: skip
    await keyring.load(connection, (row["kek"] for row in rows))
    return [_session(keyring, device, row) for row in rows]


def _session(keyring: Keyring, device: OurDevice, row: asyncpg.Record) -> StoredSession:
    place = _session_place(device, row["their_key"], row["session_id"])
    pickled = keyring.open(Sealed(row["kek"], row["wrapped"], row["sealed"]), place)
    return StoredSession(row["their_key"], row["session_id"], pickled)


async def put_sessions(connection: Connection, kek: Kek, device: OurDevice, changed: Sequence[StoredSession]) -> None:
    """Keeps new and changed sessions; they are the ones used last."""
    sealed = [kek.seal(one.pickled, _session_place(device, one.their_key, one.session_id)) for one in changed]
    await connection.execute(
        "insert into olm_session (device, their_key, session_id, used_at, kek, wrapped, sealed)"
        " select $1, their_key, session_id, clock_timestamp(), kek, wrapped, sealed from"
        " unnest($2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::bytea[])"
        " as s(their_key, session_id, kek, wrapped, sealed)"
        " on conflict (device, their_key, session_id) do update"
        " set used_at = excluded.used_at, kek = excluded.kek, wrapped = excluded.wrapped, sealed = excluded.sealed",
        device.ref, [one.their_key for one in changed], [one.session_id for one in changed],
        [one.kek for one in sealed], [one.wrapped for one in sealed], [one.sealed for one in sealed],
    )  # fmt: skip
    await connection.execute(
        "delete from olm_session o using (select their_key, session_id,"
        " row_number() over (partition by their_key order by used_at desc) as n"
        " from olm_session where device = $1 and their_key = any($2)) old"
        " where o.device = $1 and o.their_key = old.their_key and o.session_id = old.session_id and n > $3",
        device.ref, [one.their_key for one in changed], MOST_SESSIONS,
    )  # fmt: skip


def _place(homeserver: str, user_id: str) -> bytes:
    return about("olm account", homeserver, user_id)


def _session_place(device: OurDevice, their_key: str, session_id: str) -> bytes:
    return about("olm session", device.homeserver, device.user_id, their_key, session_id)
