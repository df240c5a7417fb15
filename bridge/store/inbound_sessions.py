"""Room keys that read: the Megolm sessions that others shared with our devices, and our own, each sealed. One that
reaches further back takes the place of one that does not; a key from its sender that of one that somebody passed on.
Two who say that one session is theirs stand side by side: who sent the event decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg

from bridge.model import HomeserverName, UserId
from bridge.seal import Kek, Sealed, about
from bridge.store.database import Connection
from bridge.store.keyring import Keyring


@dataclass(frozen=True)
class InboundSession:
    """One session."""

    room_id: str
    session_id: str
    sender_key: str
    """The Curve25519 key of the device that made it."""
    sender: UserId | None
    """Whose device that is; None where only the giver says so."""
    forwarded: bool
    first_index: int
    pickled: bytes = field(repr=False)
    claimed_ed25519: str | None = None
    """The Ed25519 key that this device says it has."""


async def put(connection: Connection, kek: Kek, homeserver: HomeserverName, session: InboundSession) -> bool:
    """Keeps a session; whether it is new, or better than the one that was there."""
    sealed = kek.seal(session.pickled, _place(homeserver, session.room_id, session.session_id))
    row = await connection.fetchrow(
        """
        insert into inbound_session as had (homeserver, room_id, session_id, sender_key, sender, forwarded, first_index,
                                            kek, wrapped, sealed, claimed_ed25519)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (homeserver, room_id, session_id, sender_key) do update
        set sender = $5, forwarded = $6, first_index = $7, kek = $8, wrapped = $9, sealed = $10, came_at = now(),
            backed_up = false
        where had.forwarded and not $6
           or had.forwarded = $6 and $7 < had.first_index
        returning 1
        """,
        homeserver, session.room_id, session.session_id, session.sender_key, session.sender, session.forwarded,
        session.first_index, sealed.kek, sealed.wrapped, sealed.sealed, session.claimed_ed25519,
    )  # fmt: skip
    return row is not None


async def find(
    connection: Connection, keyring: Keyring, homeserver: HomeserverName, room_id: str, ids: Sequence[str]
) -> Sequence[InboundSession]:
    """Those of these sessions of a room that are here, the ones that were passed on first. Raises CannotOpen."""
    rows = await connection.fetch(
        "select * from inbound_session where homeserver = $1 and room_id = $2 and session_id = any($3)"
        " order by forwarded desc, first_index desc",
        homeserver, room_id, list(ids),
    )  # fmt: skip
    return await _open(connection, keyring, homeserver, rows)


async def to_back_up(
    connection: Connection, keyring: Keyring, homeserver: HomeserverName, most: int
) -> Sequence[InboundSession]:
    """Sessions that are not in the homeserver's key backup yet."""
    rows = await connection.fetch(
        "select * from inbound_session where homeserver = $1 and not backed_up order by came_at limit $2",
        homeserver, most,
    )  # fmt: skip
    return await _open(connection, keyring, homeserver, rows)


async def backed_up(connection: Connection, homeserver: HomeserverName, sessions: Sequence[InboundSession]) -> None:
    """These are in the backup, as far back as they reach."""
    await connection.execute(
        "update inbound_session s set backed_up = true"
        " from unnest($2::text[], $3::text[], $4::text[], $5::bigint[])"
        " as b(room_id, session_id, sender_key, first_index)"
        " where s.homeserver = $1 and s.room_id = b.room_id and s.session_id = b.session_id"
        " and s.sender_key = b.sender_key and s.first_index = b.first_index",
        homeserver, [one.room_id for one in sessions], [one.session_id for one in sessions],
        [one.sender_key for one in sessions], [one.first_index for one in sessions],
    )  # fmt: skip


async def back_up_again(connection: Connection, homeserver: HomeserverName) -> None:
    """The backup was made anew and holds nothing."""
    await connection.execute("update inbound_session set backed_up = false where homeserver = $1", homeserver)


async def _open(
    connection: Connection, keyring: Keyring, homeserver: HomeserverName, rows: Sequence[asyncpg.Record]
) -> Sequence[InboundSession]:
    await keyring.load(connection, (row["kek"] for row in rows))
    return [
        InboundSession(
            row["room_id"], row["session_id"], row["sender_key"],
            UserId(row["sender"]) if row["sender"] is not None else None, row["forwarded"], row["first_index"],
            keyring.open(
                Sealed(row["kek"], row["wrapped"], row["sealed"]), _place(homeserver, row["room_id"], row["session_id"])
            ),
            row["claimed_ed25519"],
        )
        for row in rows
    ]  # fmt: skip


def _place(homeserver: str, room_id: str, session_id: str) -> bytes:
    return about("inbound session", homeserver, room_id, session_id)
