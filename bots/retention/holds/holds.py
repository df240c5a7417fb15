"""What is held: asked by whatever disposes of records, in the transaction in which it does.

A disposal calls `covering` before it does anything else, disposes of what is held by nobody, and commits. From the call
on until then no hold is added and no release taken back, so that the answer stays true; a hold that comes meanwhile
waits, and holds what is left. A hold that was added before is seen here, for it was committed. Take the log last, on
both sides.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from bots.retention.holds import book, terms
from bots.retention.holds.hold import Hold, HoldNumber, Standing
from bots.retention.search.month_key import MonthKeys, bounds, month_of
from bridge.model import ENCRYPTED, Room
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

Row = asyncpg.Record

_FAMILIES = """
    with root as (select distinct coalesce(cites, pos) as root from journal where room = $1 and pos = any($2)),
    family as (
        select root as pos, root from root
        union select r.pos, r.cites from root join record r on r.room = $1 and r.cites = root.root
    )
    select j.pos, f.root, j.sender, g.person, j.sent_at, j.received_at, j.type = $4 and not exists (
        select from clear_text c where c.room = j.room and c.pos = j.pos and c.sealed is not null) as unread
    from family f join journal j on j.room = $1 and j.pos = f.pos
    left join ghost g on g.homeserver = $3 and g.user_id = j.sender
    where j.pos <= (select last_pos from record_head where room = $1)
"""
_TOKENS = """
    select r.pos, array_send(r.tokens || coalesce((
        select array_agg(token order by f.n, place) from search_file f, unnest(f.tokens) with ordinality t(token, place)
        where f.room = $1 and f.pos = r.pos and f.received_at >= $2 and f.received_at < $3
    ), '{}')) as said
    from search_row r
    where room = $1 and received_at >= $2 and received_at < $3 and said_at = any($4) and pos = any($5)
      and not exists (select from retention_text t where t.room = $1 and t.pos = r.pos)
      and not exists (select from retention_file f where f.room = $1 and f.pos = r.pos and f.state = 'waiting')
"""
"""What a message and its files say. One whose file is yet to be fetched or read cannot be looked at."""


@dataclass(frozen=True)
class Holds:
    """The holds of an installation."""

    keyring: Keyring
    keys: MonthKeys
    clock: Callable[[], datetime]

    async def covering(
        self, connection: Connection, room: Room, positions: Sequence[int]
    ) -> Mapping[int, Sequence[HoldNumber]]:
        """By which holds the records of these entries are held; those that are held by none are left out.

        Raises:
            ValueError: one of them is not on record, or this is no transaction that sees what was committed before it.
        """
        await _assert_serial(connection)
        await connection.execute("select record_hold_fix()")
        at_work = [hold for hold in await book.of(connection, self.keyring) if self._is_over(hold, room)]
        named = await _names(connection, room)
        at_work = [hold for hold in at_work if not hold.criteria.rooms or named & set(hold.criteria.rooms)]
        rows = await connection.fetch(_FAMILIES, room.ref, list(positions), room.homeserver, ENCRYPTED)
        roots = {row["pos"]: row["root"] for row in rows}
        if missing := set(positions) - roots.keys():
            raise ValueError(f"entry {min(missing)} of room {room.ref} is not on record")
        held: dict[int, list[HoldNumber]] = defaultdict(list)
        for hold in at_work:
            for root in await self._held(connection, room, hold, rows):
                held[root].append(hold.number)
        return {pos: held[roots[pos]] for pos in positions if roots[pos] in held}

    def _is_over(self, hold: Hold, room: Room) -> bool:
        """Whether it holds at all, and this organisation's records."""
        ours = hold.everywhere or hold.organisation == room.homeserver
        return ours and hold.standing(self.clock()) is not Standing.ENDED

    async def _held(self, connection: Connection, room: Room, hold: Hold, rows: Sequence[Row]) -> Set[int]:
        """The first entries of the families of which any fits. An entry and what completes it are held together."""
        fitting = [row for row in rows if _fits(hold, row)]
        if hold.criteria.words and fitting:
            fitting = await self._with_words(connection, room, hold, fitting, rows)
        return {row["root"] for row in fitting}

    async def _with_words(
        self, connection: Connection, room: Room, hold: Hold, fitting: Sequence[Row], rows: Sequence[Row]
    ) -> list[Row]:
        """Those that may have the words. What nobody can look at may: it was never read, or cannot be searched."""
        read_later = {row["root"] for row in rows if not row["unread"]}
        unread = [row for row in fitting if row["unread"] and row["root"] not in read_later]
        words, months = terms.read(hold.criteria.words), defaultdict[date, list[Row]](list)
        for row in fitting:
            if not row["unread"]:
                months[month_of(row["received_at"])].append(row)
        found = unread
        for month, some in months.items():
            tokens = await self.keys.known(connection, month)
            if tokens is None:
                found += some
                continue
            fits, said = await terms.fits(connection, month, tokens, words), await _said(connection, room, month, some)
            found += [row for row in some if row["pos"] not in said or fits(said[row["pos"]])]
        return found


def _fits(hold: Hold, row: Row) -> bool:
    """All but the words."""
    given = hold.criteria
    if given.people and not {row["sender"], row["person"]} & set(given.people):
        return False
    # Whoever wrote it said when; neither a clock that is wrong nor one that lies takes anything out of a hold.
    times = [time for time in (row["sent_at"], row["received_at"]) if time is not None]
    return any(
        (given.since is None or time >= given.since) and (given.until is None or time < given.until) for time in times
    )


async def _said(connection: Connection, room: Room, month: date, rows: Sequence[Row]) -> Mapping[int, bytes]:
    """The hashes of these records, as far as they can be searched."""
    said_at = [min(row["sent_at"] or row["received_at"], row["received_at"]) for row in rows]
    found = await connection.fetch(_TOKENS, room.ref, *bounds(month), said_at, [row["pos"] for row in rows])
    return {row["pos"]: row["said"] for row in found}


async def _names(connection: Connection, room: Room) -> Set[str]:
    """The room's id, and those of the rooms that it goes on from: a hold of one holds what is said in the other."""
    rows = await connection.fetch(
        "select o.room_id from endpoint o join endpoint e on e.id = o.replaced_by"
        " where e.homeserver = $1 and e.room_id = $2",
        room.homeserver, room.room_id,
    )  # fmt: skip
    return {room.room_id, *(row["room_id"] for row in rows)}


async def _assert_serial(connection: Connection) -> None:
    level = await connection.fetchval("select current_setting('transaction_isolation')")
    if not connection.is_in_transaction() or level != "read committed":
        raise ValueError("what is held is asked in a transaction that sees what others have committed")
