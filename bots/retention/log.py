"""The log of an organisation in the database: a row for its right edge, the leaf hashes as they came, and of the tree's
inner nodes every eighth level. Whoever appends takes the row last and holds it until the commit, so that numbers have
no hole and follow the order of commits.
"""

from collections.abc import Sequence

from bots.retention.merkle import HASH_BYTES, Frontier, grown
from bridge.store.database import Connection

STEP = 8
"""Of the complete subtrees, those of 2^8, 2^16, 2^24 … leaves are kept. At 2,000,000 leaves that is 34 bytes and 2 µs a
leaf; a row for each subtree is 116 bytes and 2.7 µs more. A proof reads at most 256 hashes for each eight levels and
hashes them again: 1.4 ms, or 0.1 ms where it follows its neighbour's.
"""


async def append(connection: Connection, organisation: str, leaves: Sequence[bytes]) -> int:
    """Appends leaf hashes in the transaction that is open, and gives the number of the first.

    Take no other lock behind this one: every other append to this log waits for the commit. The commit is waited for,
    unlike that of other steps: a leaf that somebody was shown, or signed, is not to be another one after a crash.
    """
    before = await _take(connection, organisation)
    after = grown(before, leaves, STEP)
    await connection.execute(
        """
        with leaves as (
            insert into record_leaves (organisation, first, hashes) values ($1, $2, $3)
        ), nodes as (
            insert into record_node (organisation, height, index, hash)
            select $1, * from unnest($4::smallint[], $5::bigint[], $6::bytea[])
        )
        select record_log_grow($1, $7, $8)
        """,
        organisation, before.size, b"".join(leaves),
        [part.height for part, _ in after.completed], [part.index for part, _ in after.completed],
        [node for _, node in after.completed], after.frontier.size, b"".join(after.frontier.hashes),
    )  # fmt: skip
    return before.size


async def frontier(connection: Connection, organisation: str) -> Frontier:
    """The right edge as it is committed; nobody waits."""
    row = await connection.fetchrow("select size, frontier from record_log where organisation = $1", organisation)
    return edge(row["size"], row["frontier"]) if row is not None else Frontier()


async def frontiers(connection: Connection) -> dict[str, Frontier]:
    """The right edge of every log, by its organisation."""
    rows = await connection.fetch("select * from record_log order by organisation")
    return {row["organisation"]: edge(row["size"], row["frontier"]) for row in rows}


def edge(size: int, hashes: bytes) -> Frontier:
    """A right edge as it is stored."""
    return Frontier(size, tuple(cut(hashes)))


def cut(hashes: bytes) -> list[bytes]:
    """Hashes that lie one after the other."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


async def _take(connection: Connection, organisation: str) -> Frontier:
    row = await connection.fetchrow(
        "select size, frontier, set_config('synchronous_commit', 'on', true) from record_log_take($1)", organisation
    )
    assert row is not None, "taking a log makes it"
    return edge(row["size"], row["frontier"])
