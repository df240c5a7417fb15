"""Direct chats: links that a person of one side makes by calling somebody of another. The caller's room is theirs, with
the called person's ghost in it and without our bot; the other room is made for it.
"""

from dataclasses import dataclass

from bridge.model import EndpointRef, UserId
from bridge.store.database import Connection
from bridge.store.links import Endpoint


@dataclass(frozen=True)
class Call:
    """Who called whom."""

    caller: UserId
    callee: UserId


async def declare(
    connection: Connection, name: str, here: Endpoint, there: Endpoint, call: Call, keeper: UserId
) -> None:
    """Makes the link between the caller's room and the one made for it, with the callee's ghost as
    the keeper of the first.

    Of its two ends the caller's stands where other links have the department's.
    """
    link = await connection.fetchval(
        "insert into link (name, department, hub, without_verdict, source) values ($1, $2, $3, 'closed', 'direct')"
        " returning id",
        name, here.ref, there.ref,
    )  # fmt: skip
    await connection.execute("update endpoint set keeper = $2 where id = $1", here.ref, keeper)
    await connection.execute(
        "insert into direct (link, here, there, caller, callee) values ($1, $2, $3, $4, $5)",
        link, here.ref, there.ref, call.caller, call.callee,
    )  # fmt: skip


async def unanswered(connection: Connection, here: EndpointRef) -> tuple[Call, EndpointRef] | None:
    """The call made in this room whose callee is yet to be invited into the other room, and that room's end."""
    row = await connection.fetchrow(
        "select caller, callee, there from direct where here = $1 and called_by is null", here
    )
    return (Call(UserId(row["caller"]), UserId(row["callee"])), EndpointRef(row["there"])) if row is not None else None


async def called(connection: Connection, here: EndpointRef, order: int) -> None:
    """By which order the callee is invited."""
    await connection.execute("update direct set called_by = $2 where here = $1", here, order)


async def allow(connection: Connection, allowed: bool) -> None:
    """Whether direct chats, those that there are included, are carried."""
    await connection.execute("update link set active = $1 and not taken_back from direct where link = id", allowed)


async def take_back(connection: Connection, here: EndpointRef) -> None:
    """The caller did not wait: there is no chat."""
    await connection.execute("update direct set taken_back = true where here = $1", here)
    await connection.execute("update link set active = false from direct where link = id and here = $1", here)
