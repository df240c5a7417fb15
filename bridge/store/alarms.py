"""What an administrator must know: one row per cause, counted, until it is over; and the gap register, which names what
Setu knows that it could not read or act on. An alarm is kept as a saying, and said in the admin room's language; the
reasons of gaps are technical, and English.
"""

from collections.abc import Set

from bridge.model import HomeserverName, RoomRef
from bridge.saying import Saying
from bridge.store.database import Connection


async def raise_alarm(connection: Connection, cause: str, what: Saying) -> None:
    """Opens the alarm of this cause, or counts it once more. Neither cause nor words may hold content."""
    await connection.execute(
        "insert into alarm (cause, what) values ($1, $2) on conflict (cause) do update"
        " set what = excluded.what, times = alarm.times + 1, last_at = now(), over_at = null,"
        " since = case when alarm.over_at is null then alarm.since else now() end",
        cause, what.stored(),
    )  # fmt: skip


async def clear(connection: Connection, cause: str) -> None:
    """The cause is over."""
    await connection.execute("update alarm set over_at = now() where cause = $1 and over_at is null", cause)


async def away(connection: Connection) -> Set[HomeserverName]:
    """The homeservers that cannot be reached now, or that cannot reach us."""
    rows = await connection.fetch(
        "select substr(cause, strpos(cause, ':') + 1) as homeserver from alarm"
        " where over_at is null and (cause like 'unreachable:%' or cause like 'delivery:%')"
    )
    return frozenset(HomeserverName(row["homeserver"]) for row in rows)


async def set_aside(connection: Connection, follower: str, room: RoomRef, pos: int, reason: str) -> None:
    """An entry that this follower could not take stands in the gap register, under an alarm."""
    await connection.execute(
        "insert into gap (room, pos, follower, reason) values ($1, $2, $3, $4)", room, pos, follower, reason
    )
    what = Saying.of("entry-set-aside", follower=follower, room=str(room), reason=reason)
    await raise_alarm(connection, f"set-aside:{follower}", what)


async def gap(connection: Connection, homeserver: str, room_id: str, pos: int, event_id: str, reason: str) -> None:
    """What the entry at this position lacks, and why; once, however often it is found."""
    await connection.execute(
        "insert into gap (room, pos, event_id, reason) select id, $3, $4, $5 from room"
        " where homeserver = $1 and room_id = $2 and not exists (select from gap where room = room.id and pos = $3"
        " and event_id = $4 and healed_at is null)",
        homeserver, room_id, pos, event_id, reason,
    )  # fmt: skip
