"""Where exports are made: what an installation has for it, for whoever asks, at a terminal or in chat."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import Any

from bots.retention import record
from bots.retention.export.bounds import WITHOUT_BOUNDS, Within
from bots.retention.export.export import Export, Tell
from bots.retention.export.folder import WORK, BadFolder, Folder
from bots.retention.export.plan import Plan, begun, note_again
from bots.retention.export.request import Request
from bots.retention.export.worklist import Worklist
from bots.retention.export.writing import Ground
from bots.retention.settings import Checkpoints, RetentionSettings
from bridge import ground
from bridge.config import Settings
from bridge.customs import Customs
from bridge.model import HomeserverName
from bridge.plugin import Bot, Host, KnownOf
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.tongues import Tongues


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
        self, connection: Connection, request: Request, folder: Folder, force: bool, tell: Tell,
        within: Within = WITHOUT_BOUNDS,
    ) -> Mapping[str, Any]:  # fmt: skip
        """Makes one, or goes on with it, and gives its manifest.

        Raises:
            NothingThere, BadFolder, and what `begun` and `Export.make` raise.
        """
        rooms = await record.rooms(connection, request.selection.room, within.homeserver)
        if not rooms:
            raise NothingThere(request.selection.room)
        with folder.taken(force) as goes_on, closing(Worklist(folder.path / WORK / "progress.sqlite")) as worklist:
            if goes_on and worklist.told("plan") is not None:
                plan = await _going_on(connection, worklist, request, tell)
            else:
                plan = await begun(connection, self.host, self.checkpoints, request, rooms)
                worklist.tell("plan", plan.told())
                worklist.commit()
            reads = Ground(connection, self.host.journal, self.host.keyring, self.known_of, self.host.media)
            return await Export(reads, plan, folder, worklist, tell, within).make()


@asynccontextmanager
async def opened(settings: Settings, bots: Sequence[Bot], own: RetentionSettings) -> AsyncIterator["Office"]:
    """One on the database of an installation, in a process of its own. Raises as `ground.opened` and `ground.media`."""
    customs = Customs.of(settings, [bot.account.localpart for bot in bots])
    async with ground.opened(settings, bots) as stood:
        host = Host(
            stood.pool, Journal(stood.pool, stood.keyring), stood.keyring, customs,
            Tongues(ground.catalogues(bots), {one.server_name: one.language for one in settings.homeservers}),
            HomeserverName(settings.hub.server_name), settings.admin_room, await ground.media(settings.media, stood),
        )  # fmt: skip
        yield Office(host, own.checkpoints, [bot.known_of for bot in bots if bot.known_of is not None])


async def _going_on(connection: Connection, worklist: Worklist, request: Request, tell: Tell) -> Plan:
    """Raises BadFolder where something else was begun there."""
    plan = Plan.read(worklist.told("plan"))
    if plan.request.told() != {**request.told(), "actor": plan.request.actor}:
        raise BadFolder("another export was begun there and is not finished: give the command as it was, or --force")
    await note_again(connection, plan, request.actor)
    tell("going on with the export that was begun there")
    return plan
