"""People and their ghosts: who is in a room as far as the journal tells, and which ghost stands in for whom, where.
Names are kept only as keyed hashes; a name itself is read from the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.model import EndpointRef, Event, HomeserverName, RoomRef, UserId
from bridge.store.database import Connection


@dataclass(frozen=True)
class Standing:
    """What has been asked for of one ghost."""

    user_id: UserId
    name_mac: bytes | None
    avatar_mac: bytes | None
    named_by: int | None
    joined_by: int | None
    """The order that brings it into the endpoint in question."""


async def set_member(connection: Connection, room: RoomRef, user_id: UserId, membership: str, pos: int) -> None:
    """The latest membership event of a user in a room, which also holds the display name."""
    await connection.execute(
        "insert into member (room, user_id, membership, pos) values ($1, $2, $3, $4)"
        " on conflict (room, user_id) do update set membership = $3, pos = $4 where member.pos < $4",
        room, user_id, membership, pos,
    )  # fmt: skip


async def member_pos(connection: Connection, room: RoomRef, user_id: UserId) -> int | None:
    """Where the journal holds the latest membership event of a user in a room."""
    pos: int | None = await connection.fetchval(
        "select pos from member where room = $1 and user_id = $2", room, user_id
    )
    return pos


async def is_over(connection: Connection, room: RoomRef, event: Event) -> bool:
    """Whether the journal holds a younger event of this state: of this user's membership, or of this type."""
    if event.type == "m.room.member":
        younger = (
            "select exists (select from member m join journal j on j.room = m.room and j.pos = m.pos"
            " where m.room = $1 and m.user_id = $2 and j.sent_at > $3)"
        )
        return bool(await connection.fetchval(younger, room, event.state_key, event.sent_at))
    if event.state_key != "":  # only the empty one is the same for all events of a type
        return False
    younger = "select exists (select from journal where room = $1 and type = $2 and sent_at > $3)"
    return bool(await connection.fetchval(younger, room, event.type, event.sent_at))


async def standing(
    connection: Connection, homeserver: HomeserverName, person: UserId, endpoint: EndpointRef
) -> Standing | None:
    """How a person's ghost stands on a homeserver and in an endpoint; None where there is no ghost."""
    row = await connection.fetchrow(
        """
        select g.user_id, g.name_mac, g.avatar_mac, g.named_by, i.joined_by,
               n.state = 'dead' as unnamed, j.state = 'dead' and not i.barred as kept_out
        from ghost g
        left join ghost_in i on i.endpoint = $3 and i.person = g.person
        left join outbox n on n.id = g.named_by
        left join outbox j on j.id = i.joined_by
        where g.homeserver = $1 and g.person = $2
        """,
        homeserver, person, endpoint,
    )  # fmt: skip
    if row is None:
        return None
    # What could not be done is asked for again with the next occasion: somebody may have mended it meanwhile.
    name_mac, named_by = (None, None) if row["unnamed"] else (row["name_mac"], row["named_by"])
    joined_by = None if row["kept_out"] else row["joined_by"]
    return Standing(UserId(row["user_id"]), name_mac, row["avatar_mac"], named_by, joined_by)


async def make_ghost(connection: Connection, homeserver: HomeserverName, person: UserId, ghost: UserId) -> Standing:
    """Makes a ghost known. Another step that makes the same one waits here until this one has committed."""
    row = await connection.fetchrow(
        "insert into ghost (homeserver, user_id, person) values ($1, $2, $3)"
        " on conflict (homeserver, person) do update set user_id = ghost.user_id"
        " returning name_mac, avatar_mac, named_by",
        homeserver, ghost, person,
    )  # fmt: skip
    assert row is not None, "the insert or the update gives a row"
    return Standing(ghost, row["name_mac"], row["avatar_mac"], row["named_by"], None)


async def set_name(
    connection: Connection, homeserver: HomeserverName, person: UserId, name_mac: bytes, order: int
) -> None:
    """The name that was last asked for, and by which order."""
    await connection.execute(
        "update ghost set name_mac = $3, named_by = $4 where homeserver = $1 and person = $2",
        homeserver, person, name_mac, order,
    )  # fmt: skip


async def set_joined(
    connection: Connection, homeserver: HomeserverName, person: UserId, endpoint: EndpointRef, order: int
) -> None:
    """By which order the ghost was brought into an endpoint."""
    await connection.execute(
        "insert into ghost_in (homeserver, person, endpoint, joined_by) values ($1, $2, $3, $4)"
        " on conflict (endpoint, person) do update set joined_by = $4, barred = false",
        homeserver, person, endpoint, order,
    )  # fmt: skip


async def set_avatar(connection: Connection, homeserver: HomeserverName, person: UserId, avatar_mac: bytes) -> None:
    """The picture that was last asked for."""
    await connection.execute(
        "update ghost set avatar_mac = $3 where homeserver = $1 and person = $2", homeserver, person, avatar_mac
    )


async def gone(connection: Connection, endpoint: EndpointRef, person: UserId) -> None:
    """The ghost is no longer in the endpoint's room, and comes back when its person does."""
    await connection.execute("delete from ghost_in where endpoint = $1 and person = $2", endpoint, person)


async def ghosts_in(connection: Connection, endpoint: EndpointRef) -> Sequence[tuple[UserId, UserId]]:
    """The people whose ghosts were brought into an endpoint's room, each with the ghost; the last to come first."""
    rows = await connection.fetch(
        "select i.person, g.user_id from ghost_in i join ghost g using (homeserver, person)"
        " where i.endpoint = $1 and not i.barred order by i.joined_by desc",
        endpoint,
    )
    return [(UserId(row["person"]), UserId(row["user_id"])) for row in rows]


async def bar(connection: Connection, endpoint: EndpointRef, person: UserId) -> None:
    """Somebody in the endpoint's room removed the ghost: it is not brought back until somebody there asks for it."""
    await connection.execute("update ghost_in set barred = true where endpoint = $1 and person = $2", endpoint, person)


async def barred(connection: Connection, endpoints: Sequence[EndpointRef], person: UserId) -> frozenset[EndpointRef]:
    """In which of these endpoints' rooms somebody removed the person's ghost."""
    rows = await connection.fetch(
        "select endpoint from ghost_in where barred and person = $1 and endpoint = any($2)", person, list(endpoints)
    )
    return frozenset(EndpointRef(row["endpoint"]) for row in rows)


async def person_behind(connection: Connection, homeserver: HomeserverName, ghost: UserId) -> UserId | None:
    """Whose ghost this is."""
    person: str | None = await connection.fetchval(
        "select person from ghost where homeserver = $1 and user_id = $2", homeserver, ghost
    )
    return UserId(person) if person is not None else None


async def is_in(connection: Connection, homeserver: HomeserverName, room_id: str, user_id: UserId) -> bool:
    """Whether a user is in a room, as far as the journal tells."""
    found = await connection.fetchval(
        "select membership from member m join room r on r.id = m.room"
        " where r.homeserver = $1 and r.room_id = $2 and m.user_id = $3",
        homeserver, room_id, user_id,
    )  # fmt: skip
    return bool(found == "join")


async def how_many_in(connection: Connection, room: RoomRef) -> int:
    """How many users are in a room, as far as the journal tells."""
    found: int = await connection.fetchval("select count(*) from member where room = $1 and membership = 'join'", room)
    return found


async def is_known_ghost(connection: Connection, homeserver: HomeserverName, user_id: UserId) -> bool:
    """Whether somebody stands in under this id."""
    return (
        await connection.fetchval("select 1 from ghost where homeserver = $1 and user_id = $2", homeserver, user_id)
        is not None
    )


async def device(connection: Connection, homeserver: HomeserverName, user_id: UserId) -> str | None:
    """The device of an account that was made under our namespace."""
    found: str | None = await connection.fetchval(
        "select device_id from account where homeserver = $1 and user_id = $2", homeserver, user_id
    )
    return found


async def set_device(connection: Connection, homeserver: HomeserverName, user_id: UserId, device_id: str) -> None:
    await connection.execute(
        "insert into account (homeserver, user_id, device_id) values ($1, $2, $3) on conflict do nothing",
        homeserver, user_id, device_id,
    )  # fmt: skip


async def ghosts_without_person(
    connection: Connection, room: RoomRef, endpoint: EndpointRef
) -> Sequence[tuple[UserId, UserId]]:
    """Each person whose ghost is in the endpoint's room, though the person is not in this one; with the ghost."""
    rows = await connection.fetch(
        "select i.person, g.user_id from ghost_in i join ghost g using (homeserver, person)"
        " left join member m on m.room = $1 and m.user_id = i.person"
        " where i.endpoint = $2 and m.membership is distinct from 'join' order by i.person",
        room, endpoint,
    )  # fmt: skip
    return [(UserId(row["person"]), UserId(row["user_id"])) for row in rows]
