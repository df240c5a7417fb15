"""The outbox: actions that were decided and wait to be done, in lanes. A lane is one endpoint, or the files that are
fetched from there; within it they are done one at a time, in the order in which they were laid down. Nothing is asked
for twice: the cause is unique.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

import asyncpg

from bridge.actions import ACTIONS, Action, CopyOf, Redact, Send
from bridge.model import EndpointRef, HomeserverName, RoomRef, UserId
from bridge.seal import Kek, Sealed, about
from bridge.store import notify
from bridge.store.database import Connection
from bridge.store.keyring import Keyring


@dataclass(frozen=True)
class Lane:
    """Where actions wait for each other: one end of a link."""

    endpoint: EndpointRef
    homeserver: HomeserverName
    files: bool = False
    """Whether it is that of files that are fetched to be kept, for which no message waits."""

    @property
    def of_files(self) -> "Lane":
        """The lane of this endpoint's files."""
        return replace(self, files=True)


@dataclass(frozen=True)
class Order:
    """An action in the outbox, opened."""

    id: int
    lane: Lane
    room_id: str | None
    """None until the endpoint's room has been made."""
    cause: str
    action: Action
    attempts: int
    aged: bool
    """So old that the homeserver may have forgotten an earlier attempt's transaction id."""
    noted: str | None
    """What an earlier attempt noted: the place reserved for a file."""
    wait: timedelta
    """How long it must still be left alone: another gateway may have put it off."""
    created_ms: int
    """When it was laid down, in milliseconds since 1970."""
    needs_dead: tuple[int, str] | None
    """An order that this one needs and that is dead, and why."""
    needs_waiting: tuple[int, ...]
    """Orders that this one needs and that are still to be done."""
    keeper: UserId | None = None
    """The ghost that acts for our bot in this room, where the bot is not in it."""


async def put(
    connection: Connection, kek: Kek, lane: Lane, cause: str, actions: Sequence[Action], needs: Sequence[int] = ()
) -> list[int]:
    """Lays a chain of actions into a lane; each needs the one before it, and the first needs `needs`.

    Returns:
        The number of each order, in the same order; those that were there already keep theirs.
    """
    numbers: list[int] = []
    for ordinal, action in enumerate(actions):
        own = f"{cause}#{ordinal}"
        sealed = kek.seal(_to_json(action), about("outbox", own))
        numbers.append(
            await connection.fetchval(
                "insert into outbox (lane, homeserver, files, cause, kind, as_user, needs, kek, wrapped, sealed)"
                " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                " on conflict (cause) do update set cause = excluded.cause returning id",
                lane.endpoint, lane.homeserver, lane.files, own, type(action).__name__, action.as_user,
                list(needs) if not numbers else [numbers[-1]], sealed.kek, sealed.wrapped, sealed.sealed,
            )
        )  # fmt: skip
    if numbers:
        tell = notify.files if lane.files else notify.outbox
        await tell(connection, {lane.endpoint})
    return numbers


async def has(connection: Connection, cause: str) -> bool:
    """Whether this was asked for already."""
    return await connection.fetchval("select 1 from outbox where cause = $1", cause) is not None


async def having(connection: Connection, causes: Sequence[str]) -> frozenset[str]:
    """Those of these that were asked for already."""
    rows = await connection.fetch("select cause from outbox where cause = any($1)", list(causes))
    return frozenset(row["cause"] for row in rows)


async def standings(connection: Connection, causes: Sequence[str]) -> Mapping[str, tuple[str, str | None]]:
    """How it stands with what was asked for, of these: `waiting`, `done` or `dead`, and what was made, or why not."""
    rows = await connection.fetch("select cause, state, outcome from outbox where cause = any($1)", list(causes))
    return {row["cause"]: (row["state"], row["outcome"]) for row in rows}


async def is_dead(connection: Connection, cause: str) -> bool:
    """Whether this was asked for, and can never be done."""
    return await connection.fetchval("select 1 from outbox where cause = $1 and state = 'dead'", cause) is not None


async def next_cause(connection: Connection, base: str) -> str:
    """The cause under which something that is asked for again when it was refused is asked for now."""
    refused = await connection.fetchval(
        "select count(*) from outbox where cause like $1 and state = 'dead'", f"{base}:%#0"
    )
    return f"{base}:{refused}"


async def waiting(connection: Connection, homeserver: HomeserverName, files: bool = False) -> Sequence[int]:
    """The lanes of this homeserver, or those of its files, that have something to do now."""
    rows = await connection.fetch(
        "select distinct lane from outbox where state = 'waiting' and homeserver = $1 and files = $2", homeserver, files
    )
    return [row["lane"] for row in rows]


async def actions_waiting(
    connection: Connection, keyring: Keyring, homeserver: HomeserverName, kind: str
) -> Sequence[Action]:
    """The actions of one kind that wait to be done on a homeserver."""
    rows = await connection.fetch(
        "select kind, as_user, cause, kek, wrapped, sealed from outbox"
        " where state = 'waiting' and homeserver = $1 and kind = $2",
        homeserver, kind,
    )  # fmt: skip
    await keyring.load(connection, (row["kek"] for row in rows))
    return [_action(keyring, row) for row in rows]


async def lanes(connection: Connection, homeserver: HomeserverName) -> tuple[set[int], set[int]]:
    """All lanes of this homeserver, and those of the others."""
    rows = await connection.fetch("select id, homeserver = $1 as here from endpoint", homeserver)
    return {row["id"] for row in rows if row["here"]}, {row["id"] for row in rows if not row["here"]}


async def next_orders(
    connection: Connection, keyring: Keyring, lane: Lane, most: int, memory: timedelta
) -> Sequence[Order]:
    """The next orders of a lane, oldest first. `memory` is how long a homeserver surely knows a transaction id."""
    rows = await connection.fetch(
        """
        select o.*, e.room_id, e.keeper, o.created_at < now() - $3::interval as aged, n.dead, n.why, n.waiting,
               greatest(o.not_before - clock_timestamp(), interval '0') as wait
        from (select * from outbox where lane = $1 and files = $4 and state = 'waiting' order by id limit $2) o
        join endpoint e on e.id = o.lane
        cross join lateral (
            select min(id) filter (where state = 'dead') as dead, min(outcome) filter (where state = 'dead') as why,
                   array_agg(id) filter (where state = 'waiting') as waiting
            from outbox where id = any(o.needs)
        ) n
        order by o.id
        """,
        lane.endpoint, most, memory, lane.files,
    )  # fmt: skip
    await keyring.load(connection, (row["kek"] for row in rows))
    return [_open(keyring, lane, row) for row in rows]


async def done(connection: Connection, order: Order, outcome: str) -> None:
    """It has happened. Its content is destroyed here; a copy is known by its original from now on.

    The commit is not waited for: were it lost in a crash of the database, the same attempt gives the same outcome.
    """
    origin = order.action.origin if isinstance(order.action, (Send, Redact)) and outcome else None
    await connection.execute(
        """
        with finished as (
            update outbox set state = 'done', outcome = $2::text, kek = null, wrapped = null, sealed = null
            where id = $1
        ), copied as (
            insert into copy (room, event_id, endpoint, copy_id)
            select $3::bigint, $4::text, $5::bigint, $2 where $3 is not null on conflict do nothing
        )
        select set_config('synchronous_commit', 'off', true)
        """,
        order.id, outcome, origin.room if origin else None, origin.event_id if origin else None, order.lane.endpoint,
    )  # fmt: skip


async def note(connection: Connection, order: Order, what: str) -> None:
    """Keeps what the next attempt must know. When this returns, it is on disk."""
    await connection.execute("update outbox set outcome = $2 where id = $1", order.id, what)


async def outcome_of(connection: Connection, cause: str) -> str | None:
    """What a done order made; None where it is not done."""
    found: str | None = await connection.fetchval(
        "select outcome from outbox where cause = $1 and state = 'done'", cause
    )
    return found


async def again(connection: Connection, order: Order, after: timedelta) -> None:
    """It will be tried again."""
    await connection.execute(
        "update outbox set attempts = attempts + 1, not_before = now() + $2 where id = $1", order.id, after
    )


async def dead(connection: Connection, order: Order, reason: str) -> None:
    """It will never be; whatever needs it dies when its turn comes."""
    await connection.execute(
        "update outbox set state = 'dead', attempts = attempts + 1, outcome = $2 where id = $1", order.id, reason
    )


async def revive(connection: Connection) -> int:
    """Lets every dead letter try again, in its old order, and says how many."""
    rows = await connection.fetch(
        "update outbox set state = 'waiting', attempts = 0, not_before = null, outcome = null"
        " where state = 'dead' returning lane, files"
    )
    await notify.outbox(connection, {row["lane"] for row in rows if not row["files"]})
    await notify.files(connection, {row["lane"] for row in rows if row["files"]})
    return len(rows)


async def give_up(connection: Connection, prefixes: Sequence[str]) -> None:
    """Nobody wants what died of the causes that begin so: no revival sends it. It counts as done, and made nothing."""
    await connection.execute(
        "update outbox set state = 'done', outcome = '', kek = null, wrapped = null, sealed = null"
        " where state = 'dead'"
        " and exists (select from unnest($1::text[]) as p (begins) where starts_with(cause, begins))",
        list(prefixes),
    )


def _to_json(action: Action) -> bytes:
    fields = asdict(action)
    del fields["as_user"]
    return json.dumps(fields, separators=(",", ":")).encode()


def _open(keyring: Keyring, lane: Lane, row: asyncpg.Record) -> Order:
    action = _action(keyring, row)
    created_ms = int(row["created_at"].timestamp() * 1000)
    return Order(
        row["id"], lane, row["room_id"], row["cause"], action, row["attempts"], row["aged"], row["outcome"],
        row["wait"], created_ms, (row["dead"], row["why"]) if row["dead"] is not None else None,
        tuple(row["waiting"] or ()), UserId(row["keeper"]) if row["keeper"] is not None else None,
    )  # fmt: skip


def _action(keyring: Keyring, row: asyncpg.Record) -> Action:
    place = about("outbox", row["cause"])
    fields = json.loads(keyring.open(Sealed(row["kek"], row["wrapped"], row["sealed"]), place))
    return _to_action(row["kind"], UserId(row["as_user"]), fields)


def _to_action(kind: str, as_user: UserId, fields: Mapping[str, Any]) -> Action:
    known = dict(fields)
    if known.get("origin") is not None:
        known["origin"] = CopyOf(RoomRef(known["origin"]["room"]), known["origin"]["event_id"])
    if "invite" in known:
        known["invite"] = tuple(known["invite"])
    return ACTIONS[kind](as_user, **known)
