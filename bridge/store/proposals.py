"""Links that a department has asked for and that wait for the hub's consent, and every command that was heard."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from bridge.model import EndpointRef, RoomRef, UserId
from bridge.store.database import Connection


@dataclass(frozen=True)
class Proposal:
    """A link that waits for consent."""

    id: int
    name: str
    department: EndpointRef
    hub: EndpointRef | None
    """None where Setu is to make the room."""
    by: UserId


async def make(connection: Connection, name: str, department: EndpointRef, hub: EndpointRef | None, by: UserId) -> None:
    """One open proposal a name, and one a room: look before, a second one is an error."""
    await connection.execute(
        "insert into proposal (name, department, hub, proposed_by) values ($1, $2, $3, $4)", name, department, hub, by
    )


async def open_one(connection: Connection, name: str) -> Proposal | None:
    """The proposal of this name that waits."""
    row = await connection.fetchrow("select * from proposal where name = $1 and state = 'open'", name)
    return _proposal(row) if row is not None else None


async def waiting(connection: Connection, department: EndpointRef | None = None) -> Sequence[Proposal]:
    """The proposals that wait, of one room or of all."""
    rows = await connection.fetch(
        "select * from proposal where state = 'open' and ($1::bigint is null or department = $1) order by id",
        department,
    )
    return [_proposal(row) for row in rows]


async def settle(connection: Connection, proposal: Proposal, state: str, by: UserId) -> None:
    """It was accepted or refused."""
    await connection.execute(
        "update proposal set state = $2, settled_by = $3, settled_at = now() where id = $1", proposal.id, state, by
    )


async def hear(connection: Connection, room: RoomRef, event_id: str, sender: UserId, verb: str, allowed: bool) -> bool:
    """Writes a command down; False where it had been heard before, and is not to be obeyed again."""
    verdict = "allowed" if allowed else "denied"
    heard = await connection.fetchval(
        "insert into command (room, event_id, sender, verb, verdict) values ($1, $2, $3, $4, $5)"
        " on conflict do nothing returning true",
        room, event_id, sender, verb, verdict,
    )  # fmt: skip
    return heard is True


async def heard_elsewhere(connection: Connection, room: RoomRef, event_id: str) -> bool:
    """Whether the same message was heard in another room: one that several of our homeservers see. Until the end of
    the transaction nobody else hears it.
    """
    await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", event_id)
    found = await connection.fetchval("select 1 from command where event_id = $2 and room <> $1", room, event_id)
    return found is not None


def _proposal(row: asyncpg.Record) -> Proposal:
    hub = EndpointRef(row["hub"]) if row["hub"] is not None else None
    return Proposal(row["id"], row["name"], EndpointRef(row["department"]), hub, UserId(row["proposed_by"]))
