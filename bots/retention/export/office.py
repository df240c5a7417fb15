"""Where exports are made: what an installation has for it, for whoever asks, at a terminal or elsewhere."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from bots.retention import record
from bots.retention.export.export import Export, Tell
from bots.retention.export.folder import WORK, BadFolder, Folder
from bots.retention.export.plan import Plan, begun, note_again
from bots.retention.export.request import Request
from bots.retention.export.worklist import Worklist
from bots.retention.export.writing import Ground
from bots.retention.settings import Checkpoints
from bridge.plugin import Host, KnownOf
from bridge.store.database import Connection


class NothingThere(Exception):
    """Of the room nothing is on record."""


@dataclass(frozen=True)
class Office:
    """Makes them."""

    host: Host
    checkpoints: Checkpoints
    known_of: Sequence[KnownOf]
    """What bots know of entries."""

    async def export(
        self, connection: Connection, request: Request, folder: Folder, force: bool, tell: Tell
    ) -> Mapping[str, Any]:
        """Makes one, or goes on with it, and gives its manifest.

        Raises:
            NothingThere, BadFolder, and what `begun` and `Export.make` raise.
        """
        rooms = await record.rooms(connection, request.selection.room)
        if not rooms:
            raise NothingThere(request.selection.room)
        with folder.taken(force) as goes_on, closing(Worklist(folder.path / WORK / "progress.sqlite")) as worklist:
            if goes_on and worklist.told("plan") is not None:
                plan = await _going_on(connection, worklist, request, tell)
            else:
                plan = await begun(connection, self.host, self.checkpoints, request, rooms)
                worklist.tell("plan", plan.told())
                worklist.commit()
            ground = Ground(connection, self.host.journal, self.host.keyring, self.known_of, self.host.media)
            return await Export(ground, plan, folder, worklist, tell).make()


async def _going_on(connection: Connection, worklist: Worklist, request: Request, tell: Tell) -> Plan:
    """Raises BadFolder where something else was begun there."""
    plan = Plan.read(worklist.told("plan"))
    if plan.request.told() != {**request.told(), "actor": plan.request.actor}:
        raise BadFolder("another export was begun there and is not finished: give the command as it was, or --force")
    await note_again(connection, plan, request.actor)
    tell("going on with the export that was begun there")
    return plan
