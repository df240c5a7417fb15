"""Room keys that write: the Megolm session by which one account of ours writes in one room, who has it, and how far we
had looked when it was last shared.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bridge.model import HomeserverName, RoomRef, UserId
from bridge.seal import Kek, Sealed, about
from bridge.store.database import Connection
from bridge.store.keyring import Keyring
from bridge.store.our_devices import OurDevice


@dataclass(frozen=True)
class Seen:
    """The last change of a room's members, and of anybody's devices, that was looked at."""

    members: int
    devices: int


@dataclass(frozen=True)
class Outbound:
    """One session."""

    session_id: str
    age: timedelta
    messages: int
    shared: frozenset[str]
    """The devices that have it, each as its user and itself; with `!` before it, one that was told that it may not."""
    seen: Seen
    pickled: bytes = field(repr=False)


async def seen_now(connection: Connection, homeserver: HomeserverName, room: RoomRef) -> Seen:
    """The last changes that there are."""
    row = await connection.fetchrow(
        "select (select coalesce(max(pos), 0) from member where room = $2) as members,"
        " (select coalesce(max(changed), 0) from their_devices where homeserver = $1) as devices",
        homeserver, room,
    )  # fmt: skip
    assert row is not None, "a select without a table gives a row"
    return Seen(row["members"], row["devices"])


async def touched(connection: Connection, homeserver: HomeserverName, room: RoomRef, seen: Seen) -> Sequence[UserId]:
    """Who came, went, or has other devices than when we last looked, of those who are or were in the room."""
    rows = await connection.fetch(
        "select user_id from member where room = $2 and pos > $3"
        " union select user_id from their_devices d join member m using (user_id)"
        " where d.homeserver = $1 and d.changed > $4 and m.room = $2 and m.membership in ('join', 'invite')",
        homeserver, room, seen.members, seen.devices,
    )  # fmt: skip
    return [UserId(row["user_id"]) for row in rows]


async def find(
    connection: Connection, keyring: Keyring, device: OurDevice, room: RoomRef, take: bool = False
) -> Outbound | None:
    """The session of this account in this room. With `take`, nobody else uses it until this transaction ends.

    Raises CannotOpen.
    """
    row = await connection.fetchrow(
        "select *, now() - made_at as age from outbound_session where device = $1 and room = $2"
        + (" for no key update" if take else ""),
        device.ref, room,
    )  # fmt: skip
    if row is None:
        return None
    await keyring.load(connection, [row["kek"]])
    pickled = keyring.open(Sealed(row["kek"], row["wrapped"], row["sealed"]), _place(device, room))
    seen = Seen(row["members_at"], row["devices_at"])
    return Outbound(row["session_id"], row["age"], row["messages"], frozenset(row["shared"]), seen, pickled)


async def put(
    connection: Connection, kek: Kek, device: OurDevice, room: RoomRef, session_id: str, pickled: bytes, seen: Seen
) -> None:
    """A new session, in place of the one before it."""
    sealed = kek.seal(pickled, _place(device, room))
    await connection.execute(
        "insert into outbound_session (device, room, session_id, members_at, devices_at, kek, wrapped, sealed)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)"
        " on conflict (device, room) do update set session_id = $3, made_at = now(), messages = 0, shared = '{}',"
        " members_at = $4, devices_at = $5, kek = $6, wrapped = $7, sealed = $8",
        device.ref, room, session_id, seen.members, seen.devices, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip


async def shared(
    connection: Connection, device: OurDevice, room: RoomRef, session_id: str, more: Collection[str]
) -> None:
    """These devices have it too."""
    await connection.execute(
        "update outbound_session set shared = array(select distinct unnest(shared || $4::text[]))"
        " where device = $1 and room = $2 and session_id = $3",
        device.ref, room, session_id, sorted(more),
    )  # fmt: skip


async def looked(connection: Connection, device: OurDevice, room: RoomRef, session_id: str, seen: Seen) -> None:
    """Whoever may have it as of then has it."""
    await connection.execute(
        "update outbound_session set members_at = $4, devices_at = $5"
        " where device = $1 and room = $2 and session_id = $3",
        device.ref, room, session_id, seen.members, seen.devices,
    )  # fmt: skip


async def used(
    connection: Connection, kek: Kek, device: OurDevice, room: RoomRef, session_id: str, pickled: bytes
) -> None:
    """A message was encrypted with it. The same place of its ratchet is never used again once this is committed."""
    sealed = kek.seal(pickled, _place(device, room))
    await connection.execute(
        "update outbound_session set messages = messages + 1, kek = $4, wrapped = $5, sealed = $6"
        " where device = $1 and room = $2 and session_id = $3",
        device.ref, room, session_id, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip


def _place(device: OurDevice, room: RoomRef) -> bytes:
    return about("outbound session", device.homeserver, device.user_id, str(room))
