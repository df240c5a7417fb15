"""What the database says of each side of each link, in counts that must add up: each journalled entry was mirrored, or
is held, or was refused for a reason, or was set aside.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.model import Fate
from bridge.store.database import Connection
from bridge.store.ways import Way

BEFORE = "before the link"
DIED = "died: "


@dataclass(frozen=True)
class Fates:
    """What became of the journal of one room towards one other end."""

    journalled: int
    mirrored: int
    held: int
    """Not yet read by the mirror, or ordered and not yet done, or waiting at the border."""
    refused: Mapping[str, int]
    """By reason."""
    set_aside: int
    gaps: int
    """All that the gap register knows of the room."""
    untold: tuple[str, ...]
    """Ids of journalled events of which nobody knows what became."""


async def fates(connection: Connection, ways: Sequence[Way], mirror: str) -> list[Fates]:
    """The counts of each way, all of one moment. `mirror` is the follower's name."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        stands = await _stands(connection, ways, mirror)
        counted = await _counted(connection, ways)
        untold = await _untold(connection, ways, stands, mirror)
    return [_sum(stand, counted[n], untold[n]) for n, stand in enumerate(stands)]


@dataclass(frozen=True)
class _Stand:
    """How far one way has come."""

    head: int
    read: int
    begun: int
    """The first entry that the mirror looked at for this link; what came before it was before the link."""
    set_aside: int
    gaps: int


def _sum(stand: _Stand, counted: Mapping[str, int], untold: tuple[str, ...]) -> Fates:
    before = stand.begun - 1
    refused = {reason: count for reason, count in counted.items() if reason not in ("done", "waiting")}
    told = sum(counted.values()) + before + stand.set_aside + len(untold)
    return Fates(
        journalled=stand.head,
        mirrored=counted.get("done", 0),
        held=counted.get("waiting", 0) + stand.head - told,
        refused=refused | ({BEFORE: before} if before else {}),
        set_aside=stand.set_aside,
        gaps=stand.gaps,
        untold=untold,
    )


_WAYS = "with way as (select * from unnest($1::bigint[], $2::bigint[]) with ordinality as w(room, endpoint, n))"


def _arrays(ways: Sequence[Way]) -> tuple[list[int], list[int]]:
    return [way.room.ref for way in ways], [way.to for way in ways]


async def _stands(connection: Connection, ways: Sequence[Way], mirror: str) -> list[_Stand]:
    rows = await connection.fetch(
        _WAYS
        + """
        select r.head, coalesce(b.pos, 0) as read, s.begun, g.set_aside, g.gaps
        from way w join room r on r.id = w.room
        left join bookmark b on b.follower = $3 and b.room = w.room
        cross join lateral (select coalesce(least(
            (select min(pos) from crossing c where c.room = w.room and c.endpoint = w.endpoint),
            (select min(pos) from gap where gap.room = w.room and follower = $3)), coalesce(b.pos, 0) + 1) as begun) s
        cross join lateral (
            select count(*) as gaps,
                   count(distinct pos) filter (where follower = $3 and pos >= s.begun and not exists (
                       select from crossing c where c.room = w.room and c.endpoint = w.endpoint and c.pos = gap.pos
                   )) as set_aside
            from gap where gap.room = w.room and healed_at is null) g
        order by w.n
        """,
        *_arrays(ways), mirror,
    )  # fmt: skip
    return [_Stand(**row) for row in rows]


async def _counted(connection: Connection, ways: Sequence[Way]) -> list[Counter[str]]:
    """How many entries had each fate; of those that led to orders, what became of the last order."""
    rows = await connection.fetch(
        _WAYS
        + """
        select w.n, case when c.fate <> 'ordered' then c.fate when o.state = 'dead' then $3 || coalesce(o.outcome, '')
                         else coalesce(o.state, 'done') end as became, count(*) as times
        from way w join crossing c on c.room = w.room and c.endpoint = w.endpoint
        left join outbox o on o.id = c.order_id
        group by 1, 2
        """,
        *_arrays(ways), DIED,
    )  # fmt: skip
    counted: list[Counter[str]] = [Counter() for _ in ways]
    for row in rows:
        counted[row["n"] - 1][_reason(row["became"])] += row["times"]
    return counted


async def _untold(
    connection: Connection, ways: Sequence[Way], stands: Sequence[_Stand], mirror: str
) -> list[tuple[str, ...]]:
    """Entries that the mirror has passed and said nothing about."""
    rows = await connection.fetch(
        """
        select w.n, j.event_id
        from unnest($1::bigint[], $2::bigint[], $4::bigint[], $5::bigint[])
            with ordinality as w(room, endpoint, begun, read, n)
        join journal j on j.room = w.room and j.pos between w.begun and w.read
        where not exists (select from crossing c where c.room = w.room and c.endpoint = w.endpoint and c.pos = j.pos)
          and not exists (select from gap g where g.room = w.room and g.pos = j.pos and g.follower = $3
                          and g.healed_at is null)
        order by w.n, j.pos
        """,
        *_arrays(ways), mirror, [stand.begun for stand in stands], [stand.read for stand in stands],
    )  # fmt: skip
    untold: list[list[str]] = [[] for _ in ways]
    for row in rows:
        untold[row["n"] - 1].append(row["event_id"])
    return [tuple(ids) for ids in untold]


def _reason(became: str) -> str:
    if became == Fate.HELD:
        return "waiting"
    return became if became in ("done", "waiting") or became.startswith(DIED) else WORDS[Fate(became)]


WORDS: Mapping[Fate, str] = {
    Fate.KIND: "no kind that crosses",
    Fate.OURS: "our own",
    Fate.BEEN_THERE: "came from there",
    Fate.NOBODY: "names nobody",
    Fate.NOTHING: "nothing to do there",
    Fate.PAST: "a state that was over",
    Fate.TAKEN_BACK: "taken back before",
    Fate.UNLINKED: "while the link was stopped",
    Fate.REFUSED: "held, and not released",
    Fate.UNREADABLE: "encrypted, and its key is not here",
}
