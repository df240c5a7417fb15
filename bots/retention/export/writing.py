"""Writes `records.jsonl` and what stands beside it from the database, so that it can be interrupted anywhere: lines are
on disk before the worklist says that they are, and cut back to what it says when the export goes on.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bots.retention.export.attached import Attached
from bots.retention.export.bounds import Counted
from bots.retention.export.choosing import Choosing, Scope
from bots.retention.export.facts import Facts
from bots.retention.export.folder import RECORDS, Folder, Growing
from bots.retention.export.lines import Lines
from bots.retention.export.paths import Paths
from bots.retention.export.people import People, stays
from bots.retention.export.plan import Plan
from bots.retention.export.worklist import Item, Worklist
from bots.retention.leaf import moment
from bots.retention.tree import Tree
from bridge.media_folder import MediaFolder
from bridge.plugin import KnownOf
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring

AT_ONCE, SURELY = 250, 2_500
"""Records that are open at once, and after how many they are surely on disk."""

COUNTED = ("records", "unreadable", "files", "files_missing")
"""What the manifest counts of the lines."""


class Missing(Exception):
    """Records that ought to be there and are not: which, and the mend."""


@dataclass(frozen=True)
class Ground:
    """What an export reads from."""

    connection: Connection
    journal: Journal
    keyring: Keyring
    known_of: Sequence[KnownOf]
    media: MediaFolder | None


@dataclass
class Writing:
    """The part of one export that reads the database."""

    ground: Ground
    plan: Plan
    folder: Folder
    worklist: Worklist
    counted: Counted
    _paths: dict[str, Paths] = field(default_factory=dict)

    async def choose(self) -> None:
        """Lays down the worklist, at once.

        Raises:
            bots.retention.search.query.BadQuery: the query cannot be asked.
        """
        if self.worklist.told("chosen"):
            return
        for table in ("record", "hit", "coming"):
            self.worklist.sql.execute(f"delete from {table}")
        connection, request = self.ground.connection, self.plan.request
        choosing = Choosing(connection, request.selection, self.plan.zone)
        rooms = [scope.room for scope in self.plan.scopes]
        await choosing.search(self.worklist, self.ground.journal, self.ground.keyring, rooms)
        lacking = [await choosing.choose(self.worklist, number, scope) for number, scope in enumerate(self.plan.scopes)]
        people = People(connection, self.ground.journal)
        for number, scope in enumerate(self.plan.scopes):
            await people.gather(self.worklist, number, scope)
        self.worklist.tell("lacking", sum(lacking))
        self.worklist.tell("selected", self.worklist.count())
        self.worklist.tell("asked", self.worklist.count("chosen = 1"))
        self.worklist.tell("chosen", True)
        self.worklist.commit()

    async def records(self) -> None:
        """Writes a line for each record that was chosen. Raises DiskError, OSError, Incomplete."""
        file = Growing(self.folder.at(RECORDS), self.worklist.told("size", 0))
        counts = Counter(self.worklist.told("counts", dict.fromkeys(COUNTED, 0)))
        try:
            last, since = self.worklist.told("last", 0), 0
            while some := self.worklist.chosen(last, AT_ONCE):
                counts.update(await self._write(file, some))
                self.counted(counts["records"], self.worklist.told("selected"))
                last, since = some[-1].id, since + len(some)
                if since >= SURELY:
                    self._surely(file, last=last, counts=counts)
                    since = 0
            self._surely(file, last=last, counts=counts)
            await self._facts(file)
        finally:
            file.close()

    async def _write(self, file: Growing, some: Sequence[Item]) -> Mapping[str, int]:
        """Gives what is counted of them."""
        places, counts = [], Counter[str]()
        for number, scope in enumerate(self.plan.scopes):
            mine = {item.room_seq: item for item in some if item.room == number}
            lines = await self._lines(scope).of(list(mine)) if mine else {}
            places += [(file.add(line.data), len(line.data), mine[room_seq].id) for room_seq, line in lines.items()]
            for line in lines.values():
                counts.update(dict(zip(COUNTED, (1, line.unreadable, line.files, line.files_missing), strict=True)))
        self.worklist.wrote(places)
        return counts

    async def _facts(self, file: Growing) -> None:
        if self.worklist.told("facts") is not None:
            return
        count, whole = 0, self.plan.request.selection.whole
        for number, scope in enumerate(self.plan.scopes):
            facts = Facts(self.ground.connection, self._paths_of(scope), scope, self.plan.id)
            async for line in facts.lines(self.worklist, number, whole):
                file.add(line)
                count += 1
        self._surely(file, facts=count)

    async def gaps(self) -> int:
        """What is known not to have been read, and why."""
        count = 0
        with self.folder.at("gaps.jsonl").open("w", encoding="utf-8") as file:
            for scope in self.plan.scopes:
                for row in await self.ground.connection.fetch(_GAPS, scope.room.ref):
                    told = {**row, "since": moment(row["since"]), "room_id": scope.room.room_id,
                            "organisation": scope.room.homeserver}  # fmt: skip
                    file.write(json.dumps(told, ensure_ascii=False) + "\n")
                    count += 1
        return count

    def people(self) -> None:
        """Who was there from when to when."""
        with self.folder.at("people.jsonl").open("w", encoding="utf-8") as file:
            for number, scope in enumerate(self.plan.scopes):
                file.writelines(stay.line(scope) for stay in stays(self.worklist, number))

    def _lines(self, scope: Scope) -> Lines:
        ground = self.ground
        attached = Attached(ground.connection, ground.keyring, ground.media, self.folder)
        return Lines(
            ground.connection, ground.keyring, ground.known_of, attached, scope.room, self._paths_of(scope)
        )  # fmt: skip

    def _paths_of(self, scope: Scope) -> Paths:
        name = scope.room.homeserver
        if name not in self._paths:
            self._paths[name] = Paths(Tree(self.ground.connection, name), self.plan.proofs[name].size)
        return self._paths[name]

    def _surely(self, file: Growing, **told: Any) -> None:
        file.sync()
        for name, value in {**told, "size": file.size}.items():
            self.worklist.tell(name, value)
        self.worklist.commit()


_GAPS = (
    "select g.pos, coalesce(g.event_id, j.event_id) as event_id, g.reason, g.since from gap g"
    " left join journal j on (j.room, j.pos) = (g.room, g.pos) where g.room = $1 and g.healed_at is null order by g.id"
)
