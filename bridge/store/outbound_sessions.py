"""Room keys that write: the Megolm session by which one account of ours writes in one room, who has it, and how far we
had looked when it was last shared.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bridge.model import HomeserverName, RoomRef, UserId
from bridge.seal import Kek, Sealed, about
from bridge.store import encrypted_rooms
from bridge.store.database import Connection
from bridge.store.encrypted_rooms import Encrypted
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
    reserved: int
    shared: frozenset[str]
    """The devices that have it, as whoever shares it names them, and marked those that were told that they have not."""
    pickled: bytes = field(repr=False)


@dataclass(frozen=True)
class Stand:
    """How an account of ours stands in an encrypted room, as one look tells before each message."""

    room: Encrypted
    session_id: str | None
    """Of its session there, if it has one that is not too old."""
    reserved: int
    """Places of that session's ratchet that somebody has reserved."""
    seen: Seen | None
    """What had been looked at when it was last shared."""
    now: Seen

    @property
    def spent(self) -> bool:
        """Whether all its places are reserved that the room allows."""
        return self.reserved >= self.room.most_messages


async def stand(connection: Connection, homeserver: HomeserverName, room_id: str, user_id: UserId) -> Stand | None:
    """How the account stands in the room; None where that is not encrypted, as far as we know."""
    row = await connection.fetchrow(
        """
        select e.*, o.session_id, o.messages, o.members_at, o.devices_at,
               now() - o.made_at < e.rotate_seconds * interval '1 second' as fresh,
               r.members_at as members,
               (select coalesce(max(changed), 0) from their_devices t where t.homeserver = $1) as devices
        from room r join encrypted_room e on e.room = r.id
        left join our_device d on d.homeserver = $1 and d.user_id = $3
        left join outbound_session o on o.device = d.id and o.room = e.room
        where r.homeserver = $1 and r.room_id = $2
        """,
        homeserver, room_id, user_id,
    )  # fmt: skip
    if row is None:
        return None
    had = row["session_id"] is not None
    return Stand(
        encrypted_rooms.encrypted(row),
        row["session_id"] if row["fresh"] else None,
        row["messages"] or 0,
        Seen(row["members_at"], row["devices_at"]) if had else None,
        Seen(row["members"], row["devices"]),
    )


async def touched(connection: Connection, device: OurDevice, room: RoomRef, seen: Seen) -> Sequence[UserId | None]:
    """Who came, or has other devices than when we last looked; None for each who went, was put out, or was invited by
    somebody. Followers may not have read yet who is in the room, so those count too who have the session.
    """
    rows = await connection.fetch(
        "select distinct case when membership = 'join' then sender end as user_id from journal"
        " where room = $2 and pos > $3 and type = 'm.room.member'"
        " union select user_id from their_devices where homeserver = $1 and changed > $4 and user_id in ("
        "select user_id from member where room = $2 and membership in ('join', 'invite') union all"
        " select split_part(ltrim(one, '!?~'), ' ', 1) from outbound_session o, unnest(o.shared) as one"
        " where o.device = $5 and o.room = $2)",
        device.homeserver, room, seen.members, seen.devices, device.ref,
    )  # fmt: skip
    return [UserId(row["user_id"]) if row["user_id"] is not None else None for row in rows]


async def look_again(connection: Connection) -> None:
    """Before its next message each session is compared with who may have it: what is said of that may have changed."""
    await connection.execute("update outbound_session set devices_at = -1")


async def find(
    connection: Connection, keyring: Keyring, device: OurDevice, room: RoomRef, take: bool = False
) -> Outbound | None:
    """The session of this account in this room. With `take`, nobody else uses it until this transaction ends.

    Raises CannotOpen.
    """
    row = await connection.fetchrow(
        "select * from outbound_session where device = $1 and room = $2"
        + (" for no key update" if take else ""),
        device.ref, room,
    )  # fmt: skip
    if row is None:
        return None
    await keyring.load(connection, [row["kek"]])
    pickled = keyring.open(Sealed(row["kek"], row["wrapped"], row["sealed"]), _place(device, room))
    return Outbound(row["session_id"], row["messages"], frozenset(row["shared"]), pickled)


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


async def reserve(
    connection: Connection, kek: Kek, device: OurDevice, room: RoomRef, session_id: str, pickled: bytes, places: int
) -> int:
    """So many more places of its ratchet belong to the caller: what is kept begins behind them. No place is ever used
    twice, whatever crashes, once this is committed. Gives how many are reserved by now.
    """
    sealed = kek.seal(pickled, _place(device, room))
    reserved: int = await connection.fetchval(
        "update outbound_session set messages = messages + $7, kek = $4, wrapped = $5, sealed = $6"
        " where device = $1 and room = $2 and session_id = $3 returning messages",
        device.ref, room, session_id, sealed.kek, sealed.wrapped, sealed.sealed, places,
    )  # fmt: skip
    return reserved


def _place(device: OurDevice, room: RoomRef) -> bytes:
    return about("outbound session", device.homeserver, device.user_id, str(room))
