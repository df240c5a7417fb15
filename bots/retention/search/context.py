"""What was said before and after something in its room: the nearest messages of its journal. What came late is told
beside the one that it completes.
"""

from collections.abc import Mapping, Sequence

from bots.retention.search.candidates import Candidate
from bridge.model import ENCRYPTED
from bridge.store.database import Connection

SPOKEN = ("m.room.message", "m.sticker", ENCRYPTED)

Around = Mapping[tuple[int, int], tuple[int | None, int | None]]
"""By room and position: the positions before and after."""


async def around(connection: Connection, candidates: Sequence[Candidate]) -> Around:
    """Where the messages around these stand."""
    found = await connection.fetch(
        """
        select w.room, w.pos, (select pos from journal b where b.room = w.room and b.pos < coalesce(w.cites, w.pos)
                               and b.type = any($3) and b.cites is null order by b.pos desc limit 1) as before,
                              (select pos from journal a where a.room = w.room and a.pos > coalesce(w.cites, w.pos)
                               and a.type = any($3) and a.cites is null order by a.pos limit 1) as after
        from (select j.room, j.pos, j.cites from unnest($1::bigint[], $2::bigint[]) n(room, pos)
              join journal j on j.room = n.room and j.pos = n.pos) w
        """,
        [one.room for one in candidates], [one.pos for one in candidates], SPOKEN,
    )  # fmt: skip
    return {(row["room"], row["pos"]): (row["before"], row["after"]) for row in found}
