"""What the log tells beside the records of a room: why something was deleted, who came and went, timers; and that this
export was made. Each is a leaf as well, and stands with its proof behind the records.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, fields

import asyncpg

from bots.retention.export.choosing import Scope
from bots.retention.export.lines import deed_line
from bots.retention.export.paths import Paths
from bots.retention.export.worklist import Worklist
from bots.retention.leaf import Deed
from bridge.store.database import Connection

DELETED, EXPORT = "deleted", "export"
KINDS = (DELETED, "member", "visibility", "timer")
"""Who searched or read the room is no part of what was said in it."""

AT_ONCE = 1_000

_READ = f"""
    select seq, {", ".join(field.name for field in fields(Deed))} from record_audit
    where organisation = $1 and room_id = $2 and seq > $3 and seq < $4 and action = any($5) order by seq limit $6
"""


@dataclass(frozen=True)
class Facts:
    """Those of one room."""

    connection: Connection
    paths: Paths
    scope: Scope
    id: str
    """Of this export."""

    async def lines(self, worklist: Worklist, number: int, whole: bool) -> AsyncIterator[bytes]:
        """Their lines; where only some records were chosen, those about these. Notes why each was deleted."""
        after, room = -1, self.scope.room
        while rows := await self.connection.fetch(
            _READ, room.homeserver, room.room_id, after, self.paths.size, [*KINDS, EXPORT], AT_ONCE
        ):
            for row in rows:
                if self._wanted(worklist, number, row, whole):
                    deed = Deed(*[row[field.name] for field in fields(Deed)])
                    yield await deed_line(self.paths, room.homeserver, row["seq"], deed)
            after = rows[-1]["seq"]

    def _wanted(self, worklist: Worklist, number: int, row: asyncpg.Record, whole: bool) -> bool:
        detail = json.loads(row["detail"])
        if row["action"] == EXPORT:
            return bool(detail.get("export") == self.id)
        if row["action"] == DELETED:
            told = (number, detail.get("event"), row["detail"])
            worklist.sql.execute("insert or replace into deletion values (?, ?, ?)", told)
        event = detail.get("event")
        return whole or event is None or worklist.count("(room, event_id) = (?, ?) and chosen > 0", (number, event)) > 0
