"""How far the journal of each room was compared with its homeserver, and the orders to compare again: one for each
room and occasion, which is laid down anew each time.
"""

from collections.abc import Collection
from dataclasses import dataclass

from bridge.actions import ReadBack
from bridge.model import EndpointRef, HomeserverName, UserId
from bridge.seal import Kek, about
from bridge.store import notify
from bridge.store.database import Connection

ROUND, RETURN = "compare", "return"
"""Occasions: a round or a start of Setu; and a homeserver that has won us back. What a return is to find may have been
written after a round began that is still under way, so neither order stands for the other."""


@dataclass(frozen=True)
class Span:
    """The part of a room's history that its journal answers for."""

    opening: str | None
    """The event by which our bot came in; None where the journal does not know it."""
    up_to: str | None
    """The event up to which it was compared before."""


async def span(connection: Connection, endpoint: EndpointRef, bot: UserId) -> Span:
    """What to compare of an endpoint's room."""
    row = await connection.fetchrow(
        """
        select c.event_id as up_to, (
            select j.event_id from room r join journal j on j.room = r.id
            where r.homeserver = e.homeserver and r.room_id = e.room_id
              and j.type = 'm.room.member' and j.sender = $2 and j.membership = 'join' order by j.pos limit 1
        ) as opening
        from endpoint e left join compared c on c.endpoint = e.id where e.id = $1
        """,
        endpoint, bot,
    )  # fmt: skip
    assert row is not None, "an order's lane is an endpoint"
    return Span(row["opening"], row["up_to"])


async def set_up_to(connection: Connection, endpoint: EndpointRef, event_id: str) -> None:
    """Everything up to this event is journalled."""
    await connection.execute(
        "insert into compared (endpoint, event_id) values ($1, $2)"
        " on conflict (endpoint) do update set event_id = $2, at = now()",
        endpoint, event_id,
    )  # fmt: skip


async def again(
    connection: Connection,
    kek: Kek,
    bot: str,
    homeservers: Collection[HomeserverName] | None = None,
    occasion: str = ROUND,
) -> int:
    """Orders that each open room of these homeservers, or of all, is compared now; gives how many.

    `bot` is the local part of the bot that is in the rooms; where another one talks with somebody alone, that one
    reads. An order that still waits is enough; one that is done is laid down anew: else each hour would leave a row.
    """
    ends = await connection.fetch(
        """
        select e.id, e.homeserver, coalesce(e.keeper, '@' || coalesce(p.bot, (
            select b.bot from bot_in b where b.endpoint = e.id and not exists (
                select from room r join member m on m.room = r.id
                where r.homeserver = e.homeserver and r.room_id = e.room_id and m.membership = 'join'
                  and m.user_id = '@' || $2 || ':' || e.homeserver)
            order by b.bot limit 1
        ), $2) || ':' || e.homeserver) as reader
        from endpoint e left join private_chat p on p.endpoint = e.id
        where e.state = 'open' and ($1::text[] is null or e.homeserver = any($1))
        """,
        list(homeservers) if homeservers is not None else None, bot,
    )  # fmt: skip
    causes = [f"{occasion}:{row['id']}#0" for row in ends]
    sealed = [kek.seal(b"{}", about("outbox", cause)) for cause in causes]
    await connection.execute(
        """
        insert into outbox (lane, homeserver, cause, kind, as_user, kek, wrapped, sealed)
        select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
                             $7::bytea[], $8::bytea[])
        on conflict (cause) do update set state = 'waiting', attempts = 0, not_before = null, outcome = null,
            created_at = now(), as_user = excluded.as_user, kek = excluded.kek, wrapped = excluded.wrapped,
            sealed = excluded.sealed
        where outbox.state <> 'waiting'
        """,
        [row["id"] for row in ends], [row["homeserver"] for row in ends], causes, [ReadBack.__name__] * len(ends),
        [row["reader"] for row in ends],
        [one.kek for one in sealed], [one.wrapped for one in sealed], [one.sealed for one in sealed],
    )  # fmt: skip
    if ends:
        await notify.outbox(connection, {row["id"] for row in ends})
    return len(ends)
