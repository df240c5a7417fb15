"""Who stands on the ladder, in the database: one row for each person and place, which is never deleted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from bots.identity.account import ACCOUNT
from bridge.model import EndpointRef, RoomRef, UserId
from bridge.store.database import Connection


@dataclass(frozen=True)
class Standing:
    """Somebody on the ladder of a place."""

    place: EndpointRef
    user_id: UserId
    room: RoomRef
    """Where they were met."""
    external: bool
    """Whether they are here as an external, whom the room is not open to."""
    state: str
    done: int
    since: datetime
    restricted: bool
    removed: bool


@dataclass(frozen=True)
class Due:
    """Somebody for whom something is due."""

    standing: Standing
    here: bool
    """Whether they are still in one of the place's rooms."""


@dataclass(frozen=True)
class Asked:
    """What a room of a place asks of the people in it, as far as the ladder goes."""

    place: EndpointRef
    homeserver: str
    room_id: str
    enforced: bool
    """Whether people must say who they are."""
    strictly: bool
    """Whether it is not enough that nobody has verified it."""
    unwanted: bool
    """Whether it is not open to externals."""


async def begin(connection: Connection, rooms: Sequence[Asked]) -> None:
    """Puts everybody onto the ladder of a place who is in one of its rooms, does not stand on it, and should."""
    if not rooms:
        return
    columns = zip(
        *((one.place, one.homeserver, one.room_id, one.enforced, one.strictly, one.unwanted) for one in rooms),
        strict=True,
    )
    await connection.execute(
        """
        insert into identity_ladder (place, user_id, room, kind, due_at)
        select distinct on (here.place, i.user_id) here.place, i.user_id, i.room,
               case when here.unwanted and coalesce(t.external, false) then 'external' else 'unknown' end, now()
        from unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[])
             as here(place, homeserver, room_id, enforced, strictly, unwanted)
        join room r on r.homeserver = here.homeserver and r.room_id = here.room_id
        join identity_in i on i.room = r.id
        left join identity_tag t on t.user_id = i.user_id and t.until is null
        where ((here.unwanted and coalesce(t.external, false))
               or (here.enforced and coalesce(t.status, 'unknown') <> 'verified'
                   and (here.strictly or coalesce(t.status, 'unknown') <> 'claimed')))
          and not exists (select from identity_ladder l where l.place = here.place and l.user_id = i.user_id
                          and l.state in ('open', 'pardoned'))  -- else each look would lock all who stand there
        order by here.place, i.user_id, i.room
        on conflict (place, user_id) do update
        set state = 'open', room = excluded.room, kind = excluded.kind, since = now(), removed = false,
            due_at = now(), done = case when identity_ladder.state = 'out' and not identity_ladder.removed
                                   then identity_ladder.done else 0 end
        where identity_ladder.state in ('out', 'cleared')
        """,
        *map(list, columns),
    )


async def due(connection: Connection, most: int, letters: Collection[EndpointRef], new: int) -> Sequence[Due]:
    """For whom something is due, the longest first; they are ours until the transaction ends.

    Args:
        most: people.
        letters: the places whose people are told in a direct chat; of those with whom none is begun yet come only
        new: so many.
    """
    rows = await connection.fetch(
        """
        with waiting as (
            select l.place, l.user_id, l.due_at, l.place = any($2) and p.person is null as new
            from identity_ladder l left join private_chat p on p.bot = $4 and p.person = l.user_id
            where l.state = 'open' and l.due_at <= now()
        ), chosen as (
            (select * from waiting where not new order by due_at limit $1)
            union all (select * from waiting where new order by due_at limit $3)
        )
        select l.*, exists (
            select from identity_in i join room r on r.id = i.room
            join endpoint e on e.homeserver = r.homeserver and e.room_id = r.room_id
            left join link k on k.active and k.department = e.id
            where i.user_id = l.user_id and l.place in (e.id, k.hub)
        ) as here
        from identity_ladder l join chosen using (place, user_id) order by l.due_at for update of l skip locked
        """,
        most, list(letters), new, ACCOUNT.localpart,
    )  # fmt: skip
    return [Due(_standing(row), row["here"]) for row in rows]


async def places(connection: Connection) -> frozenset[EndpointRef]:
    """The places in which anybody stands on the ladder, or was restricted or removed by it."""
    rows = await connection.fetch(
        "select distinct place from identity_ladder where state = 'open' or restricted or removed"
    )
    return frozenset(EndpointRef(row["place"]) for row in rows)


async def stepped(connection: Connection, one: Standing, due_at: datetime | None, simulated: bool) -> None:
    """A rung was done just now; the next one is due then."""
    await connection.execute(
        "update identity_ladder set done = done + 1, since = now(), due_at = $3, simulated = $4"
        " where place = $1 and user_id = $2",
        one.place, one.user_id, due_at, simulated,
    )  # fmt: skip


async def begin_really(connection: Connection, place: EndpointRef) -> None:
    """For whom all was done in words only, all begins anew."""
    await connection.execute(
        "update identity_ladder set done = 0, since = now(), due_at = now(), simulated = false"
        " where place = $1 and simulated and state = 'open'",
        place,
    )


async def wait(connection: Connection, one: Standing, until: datetime | None) -> None:
    """Nothing was done; it is looked at again then."""
    await connection.execute(
        "update identity_ladder set due_at = $3 where place = $1 and user_id = $2", one.place, one.user_id, until
    )


async def settle(connection: Connection, one: Standing, state: str) -> None:
    """They are off the ladder: `out` of the place, where what was done to them stays; `cleared` since it is known who
    they are, or `pardoned`.
    """
    await connection.execute(
        "update identity_ladder set state = $3, due_at = null, restricted = restricted and $3 = 'out',"
        " removed = removed and $3 = 'out' where place = $1 and user_id = $2",
        one.place, one.user_id, state,
    )  # fmt: skip


async def mark(connection: Connection, one: Standing, *, restricted: bool = False, removed: bool = False) -> None:
    """They were restricted, or removed."""
    await connection.execute(
        "update identity_ladder set restricted = restricted or $3, removed = removed or $4"
        " where place = $1 and user_id = $2",
        one.place, one.user_id, restricted, removed,
    )  # fmt: skip


async def of(connection: Connection, user_id: UserId) -> Sequence[Standing]:
    """Where somebody stands on a ladder, or was removed from it."""
    rows = await connection.fetch(
        "select * from identity_ladder where user_id = $1 and (state = 'open' or restricted or removed) for update",
        user_id,
    )
    return [_standing(row) for row in rows]


async def at(connection: Connection, place: EndpointRef, user_id: UserId | None = None) -> Sequence[Standing]:
    """Who stands on the ladder of a place, the longest first."""
    rows = await connection.fetch(
        "select * from identity_ladder where place = $1 and ($2::text is null or user_id = $2)"
        " and (state = 'open' or restricted or removed) order by since",
        place, user_id,
    )  # fmt: skip
    return [_standing(row) for row in rows]


async def restricted(connection: Connection, place: EndpointRef) -> frozenset[UserId]:
    """Who may not write in a place."""
    rows = await connection.fetch("select user_id from identity_ladder where place = $1 and restricted", place)
    return frozenset(UserId(row["user_id"]) for row in rows)


def _standing(row: asyncpg.Record) -> Standing:
    return Standing(
        EndpointRef(row["place"]), UserId(row["user_id"]), RoomRef(row["room"]), row["kind"] == "external",
        row["state"], row["done"], row["since"], row["restricted"], row["removed"],
    )  # fmt: skip
