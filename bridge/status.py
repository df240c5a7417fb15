"""`setu status`: what the database says of each link. It needs no running Setu, and tells the truth of a stopped one.

Each figure is one query over all endpoints, so that a thousand links cost no more statements than one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.plugin import Bot
from bridge.saying import Saying
from bridge.store.database import Connection

OPENING = Saying.of("room-opening")
"""Why nothing moves in a room that has yet to be made or entered."""


@dataclass(frozen=True)
class Progress:
    """How much of a history is read into the journal, and how much of that is copied, or of no kind that crosses."""

    state: str
    read: int
    done: int


@dataclass(frozen=True)
class Side:
    """One room of a link."""

    homeserver: str
    room: str | None
    journalled: int
    recorded: int
    mirrored: int
    """Events of this room that have arrived on another side."""
    last_event: datetime | None
    oldest_unhandled_seconds: float | None
    """How long the oldest event of this room, or order to it, has waited."""
    outbox_depth: int
    """Orders waiting to be done in this room."""
    dead_letters: int
    unreadable: int
    """Encrypted events whose key is missing."""
    parked: Saying | None
    """Why nothing moves here, where nothing does."""
    history: Progress | None = None
    """How far what was said here before the link has come, where it is carried over."""


@dataclass(frozen=True)
class LinkStatus:
    """One link; the department's side first, then the hub's."""

    name: str
    state: str
    department: str
    room: str | None
    hub_room: str | None
    sides: tuple[Side, Side]


@dataclass(frozen=True)
class DirectChats:
    """Chats of two people, counted: who talks with whom is theirs."""

    chats: int
    waiting: int
    """Those of which a room is yet to be made or entered, or where messages wait."""


@dataclass(frozen=True)
class DeadLetter:
    """An order that never will be done, or that needed one."""

    order: int
    homeserver: str
    room: str | None
    kind: str
    reason: str


@dataclass(frozen=True)
class Alarm:
    """Something an administrator must know."""

    cause: str
    what: Saying
    times: int
    since: datetime


@dataclass(frozen=True)
class Status:
    """The whole, as it stood at one moment."""

    links: tuple[LinkStatus, ...]
    dead_letters: tuple[DeadLetter, ...]
    gaps: int
    alarms: tuple[Alarm, ...]
    direct_chats: DirectChats = DirectChats(0, 0)


_SIDES = """
    select e.id, e.homeserver, e.room_id as room, e.state, e.why, r.id as ref, coalesce(r.head, 0) as journalled,
           (select count(*) from copy c where c.room = r.id) as mirrored,
           (select received_at from journal j where j.room = r.id and j.pos = r.head) as last_event,
           extract(epoch from now() - least(
               (select j.received_at from journal j where j.room = r.id and j.pos = 1 +
                   (select min(coalesce(b.pos, 0)) from unnest($1::text[]) as f(name)
                    left join bookmark b on b.follower = f.name and b.room = r.id)),
               o.oldest))::float as oldest_unhandled_seconds,
           o.waiting as outbox_depth, o.dead as dead_letters, o.tried,
           (select count(*) from gap g join clear_text c using (room, pos)
            where g.room = r.id and g.follower is null and g.healed_at is null and c.sealed is null
              and c.healed_at is null) as unreadable
    from endpoint e
    left join room r on r.homeserver = e.homeserver and r.room_id = e.room_id
    cross join lateral (
        select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'dead') as dead,
               min(created_at) filter (where state = 'waiting' and not files) as oldest,
               max(attempts) filter (where state = 'waiting' and not files) as tried
        from outbox where lane = e.id and state in ('waiting', 'dead')
    ) o
"""

_HISTORIES = """
    select h.endpoint, h.state, count(j.pos) as read,
           count(*) filter (where c.pos is not null and o.state is distinct from 'waiting') as done
    from history h
    join endpoint e on e.id = h.endpoint
    join room r on r.homeserver = e.homeserver and r.room_id = e.room_id
    left join journal j on j.room = r.id and j.source = 'messages' and not j.late and j.cites is null
    left join crossing c on c.room = j.room and c.pos = j.pos
    left join outbox o on o.id = c.order_id
    group by h.endpoint, h.state
"""

_DIRECT = """
    select count(*) as chats, count(*) filter (where exists (
        select from endpoint e where e.id in (l.department, l.hub) and (e.state <> 'open' or exists (
            select from outbox o where o.lane = e.id and o.state = 'waiting'
        ))
    )) as waiting from link l where active and source = 'direct'
"""

_DEAD = """
    select o.id as "order", o.homeserver, e.room_id as room, o.kind, o.outcome as reason
    from outbox o join endpoint e on e.id = o.lane where o.state = 'dead' order by o.id limit 100
"""


async def read(connection: Connection, bots: Sequence[Bot], followers: Sequence[str]) -> Status:
    """The status now. `followers` are the names of all followers: what one of them has not read is unhandled."""
    recorded: dict[int, int] = {}
    for bot in bots:
        recorded |= await bot.recorded(connection) if bot.recorded is not None else {}
    histories = {
        row["endpoint"]: Progress(row["state"], row["read"], row["done"]) for row in await connection.fetch(_HISTORIES)
    }
    rows = [dict(row) for row in await connection.fetch(_SIDES, list(followers))]
    sides = {row["id"]: _side(row | {"history": histories.get(row["id"])}, recorded) for row in rows}
    links = await connection.fetch(
        "select name, department, hub from link where active and source <> 'direct' order by name"
    )
    alarms = await connection.fetch("select cause, what, times, since from alarm where over_at is null order by since")
    return Status(
        tuple(_link(row["name"], sides[row["department"]], sides[row["hub"]]) for row in links),
        tuple(DeadLetter(**row) for row in await connection.fetch(_DEAD)),
        await connection.fetchval("select count(*) from gap where healed_at is null"),
        tuple(Alarm(row["cause"], Saying.read(row["what"]), row["times"], row["since"]) for row in alarms),
        DirectChats(**dict(await connection.fetchrow(_DIRECT) or {"chats": 0, "waiting": 0})),
    )


def _side(row: Mapping[str, Any], recorded: Mapping[int, int]) -> Side:
    shown = {name: row[name] for name in Side.__dataclass_fields__ if name in row}
    return Side(**shown, recorded=recorded.get(row["ref"], 0), parked=_parked(row))


def _parked(row: Mapping[str, Any]) -> Saying | None:
    why = Saying.read(row["why"]) if row["why"] is not None else None
    match row["state"]:
        case "open":
            return Saying.of("not-taken", times=row["tried"]) if row["tried"] else None
        case "uninvited":
            return Saying.of("room-uninvited-why", why=why) if why is not None else Saying.of("room-uninvited")
        case "left":
            return Saying.of("room-left-why", why=why) if why is not None else Saying.of("room-left")
        case _:
            return OPENING


def _link(name: str, department: Side, hub: Side) -> LinkStatus:
    state = "parked" if department.parked or hub.parked else "open"
    if OPENING in (department.parked, hub.parked):
        state = "opening"
    return LinkStatus(name, state, department.homeserver, department.room, hub.room, (department, hub))
