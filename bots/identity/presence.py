"""Which people are in which rooms, as the identity bot has read the journal; bots and ghosts are none."""

from collections.abc import Collection, Sequence

from bridge.model import RoomRef, UserId
from bridge.store.database import Connection


async def came(connection: Connection, room: RoomRef, people: Collection[UserId]) -> None:
    """These people are in the room."""
    await connection.execute(
        "insert into identity_in (room, user_id) select $1, unnest($2::text[]) on conflict do nothing", room, [*people]
    )


async def went(connection: Connection, room: RoomRef, people: Collection[UserId]) -> None:
    """These people are out of the room."""
    await connection.execute("delete from identity_in where room = $1 and user_id = any($2)", room, [*people])


async def left(connection: Connection, homeserver: str, room_id: str | None, user_id: UserId) -> None:
    """Somebody is out of this room."""
    await connection.execute(
        "delete from identity_in i using room r where r.id = i.room and r.homeserver = $1 and r.room_id = $2"
        " and i.user_id = $3",
        homeserver, room_id, user_id,
    )  # fmt: skip


async def looked_at(connection: Connection, room: RoomRef, user_id: UserId, mac: bytes) -> bool:
    """Notes that somebody's display name was looked at; False where it is the one that was looked at before."""
    found = await connection.fetchval(
        "update identity_in set name_mac = $3 where room = $1 and user_id = $2 and name_mac is distinct from $3"
        " returning true",
        room, user_id, mac,
    )  # fmt: skip
    return found is True


async def bears(connection: Connection, room: RoomRef, user_id: UserId, whose: UserId | None) -> UserId | None:
    """Notes whose name somebody bears in a room, where it is another's; gives whose they bear in any room now."""
    await connection.execute(
        "update identity_in set resembles = $3 where room = $1 and user_id = $2 and resembles is distinct from $3",
        room, user_id, whose,
    )  # fmt: skip
    elsewhere = await connection.fetchval(
        "select resembles from identity_in where user_id = $1 and resembles is not null order by room limit 1", user_id
    )
    return whose or (UserId(elsewhere) if elsewhere is not None else None)


async def is_in(connection: Connection, homeserver: str, room_id: str | None, user_id: UserId) -> bool:
    """Whether a person is in this room."""
    found = await connection.fetchval(
        "select 1 from identity_in i join room r on r.id = i.room"
        " where r.homeserver = $1 and r.room_id = $2 and i.user_id = $3",
        homeserver, room_id, user_id,
    )  # fmt: skip
    return found is not None


async def here(
    connection: Connection, rooms: Collection[tuple[str, str | None]], people: Collection[UserId]
) -> frozenset[UserId]:
    """Which of these people are in any of these rooms, each named by homeserver and id."""
    rows = await connection.fetch(
        "select distinct i.user_id from identity_in i join room r on r.id = i.room"
        " join unnest($1::text[], $2::text[]) as here(homeserver, room_id)"
        " on r.homeserver = here.homeserver and r.room_id = here.room_id where i.user_id = any($3)",
        [room[0] for room in rooms], [room[1] for room in rooms], list(people),
    )  # fmt: skip
    return frozenset(UserId(row["user_id"]) for row in rows)


async def people_in(connection: Connection, homeserver: str, room_id: str | None) -> Sequence[UserId]:
    """Everybody who is in this room."""
    rows = await connection.fetch(
        "select i.user_id from identity_in i join room r on r.id = i.room where r.homeserver = $1 and r.room_id = $2",
        homeserver, room_id,
    )  # fmt: skip
    return [UserId(row["user_id"]) for row in rows]


async def rooms_of(connection: Connection, people: Collection[UserId]) -> Sequence[tuple[UserId, RoomRef]]:
    """Each room that each of these people is in."""
    rows = await connection.fetch(
        "select user_id, room from identity_in where user_id = any($1) order by user_id, room", list(people)
    )
    return [(UserId(row["user_id"]), RoomRef(row["room"])) for row in rows]


async def how_many(connection: Connection, room: RoomRef) -> int:
    """How many people are in a room."""
    found: int = await connection.fetchval("select count(*) from identity_in where room = $1", room)
    return found
