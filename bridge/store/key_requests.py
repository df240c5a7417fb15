"""Room keys that are missing and were asked for: of whom, when, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bridge.model import HomeserverName, UserId
from bridge.store.database import Connection

AGAIN, LONGEST = timedelta(minutes=1), timedelta(days=1)
"""How long to wait before a key is asked for again: doubled each time, up to the longest."""


@dataclass(frozen=True)
class KeyRequest:
    """A room key to be asked for."""

    room_id: str
    session_id: str
    sender_key: str | None
    """Of the device that wrote with it, where the event names one."""
    sender: UserId
    """Who wrote with it: that person's devices have it."""
    request_id: str
    times: int
    """How often it was asked for, this time included."""


async def due(connection: Connection, homeserver: HomeserverName, most: int) -> Sequence[KeyRequest]:
    """The keys that are to be asked for now, and notes that they are. Call it in a transaction."""
    rows = await connection.fetch(
        """
        with waiting as (
            select room, session_id, sender, min(sender_key) as sender_key from clear_text
            where sealed is null and healed_at is null and tried is distinct from 0
              and session_id is not null and sender is not null
            group by room, session_id, sender
        ), missing as (
            select r.room_id, w.session_id, w.sender_key, w.sender from waiting w join room r on r.id = w.room
            left join key_request k on k.homeserver = r.homeserver and k.room_id = r.room_id
                and k.session_id = w.session_id and k.sender = w.sender
            where r.homeserver = $1
              and (k.asked_at is null
                   or k.asked_at < now() - least($2::interval * power(2, least(k.times - 1, 20)), $3::interval))
            limit $4
        ), asked as (
            insert into key_request as k (homeserver, room_id, session_id, request_id, sender)
            select $1, room_id, session_id, gen_random_uuid()::text, sender from missing
            on conflict (homeserver, room_id, session_id, sender) do update set asked_at = now(), times = k.times + 1
            returning *
        )
        select a.*, m.sender_key from asked a join missing m using (room_id, session_id, sender)
        """,
        homeserver, AGAIN, LONGEST, most,
    )  # fmt: skip
    return [
        KeyRequest(
            row["room_id"], row["session_id"], row["sender_key"], UserId(row["sender"]), row["request_id"], row["times"]
        )
        for row in rows
    ]


async def was_asked(
    connection: Connection, homeserver: HomeserverName, room_id: str, session_id: str, sender: str
) -> bool:
    """Whether this person was asked for this key: only then is what they pass on taken."""
    found = await connection.fetchval(
        "select 1 from key_request where homeserver = $1 and room_id = $2 and session_id = $3 and sender = $4",
        homeserver, room_id, session_id, sender,
    )  # fmt: skip
    return found is not None
