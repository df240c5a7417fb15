"""Has the files on the work list fetched, and tells in the log what became of them. Any number of processes share the
work: what one has begun with, the others pass over. A file that is not to be had is told in the gap register; it is
told as kept when it comes after all, such as after `setu retry`.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bots.retention import audit
from bots.retention.files import gaps, named, unread, worklist
from bots.retention.files.deed import ABSENT, KEPT, deed
from bots.retention.files.worklist import Absent, Kept, Place
from bots.retention.leaf import Deed
from bridge.plugin import Host
from bridge.saying import Saying
from bridge.seal import CannotOpen
from bridge.store import alarms, links, media_book
from bridge.store.database import GROUND, Connection
from bridge.work import kind

log = logging.getLogger(__name__)

AT_ONCE = 50
EVERY_SECONDS = 0.5
AGAIN_SECONDS = 60.0
"""How often it is looked whether what was not to be had is there by now."""

MOST_BYTES = 1 << 40
"""However large: `media.largest_bytes` tells what is kept at most."""

ALARM = "record-no-media-folder"
NO_FOLDER = "media.folder is not set"
NO_ROOM = "its room is none that Setu is in"
NOT_OPEN = "its message does not open"


@dataclass(frozen=True)
class Keeping:
    """Fixed while Setu runs."""

    host: Host

    async def run(self) -> None:
        """Works until cancelled."""
        clock = asyncio.get_running_loop()
        due = clock.time()
        while True:
            try:
                if clock.time() >= due:
                    due = clock.time() + AGAIN_SECONDS
                    await self.look_again()
                while await self.look():
                    pass
            except GROUND as error:
                log.warning("no file is told of while the database is away (%s)", type(error).__name__)
            except Exception as error:  # one bad row must not end Setu
                log.error("files could not be told of: %s", kind(error))
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> bool:
        """Asks for what is new and tells what is settled; whether there was anything."""
        async with self.host.pool.acquire() as connection:
            async with connection.transaction():
                new = await worklist.unasked(connection, AT_ONCE)
                await self._tell(connection, [lost for place in new if (lost := await self._want(connection, place))])
            async with connection.transaction():
                settled = await worklist.settled(connection, AT_ONCE)
                await self._tell(connection, settled)
        return bool(new or settled)

    async def look_again(self) -> None:
        """Looks at what was not to be had; once in a while."""
        async with self.host.pool.acquire() as connection:
            if self.host.media is not None:
                await alarms.clear(connection, ALARM)
            await worklist.again(connection, self.host.media is not None)

    async def _want(self, connection: Connection, place: Place) -> Absent | None:
        """Has it fetched; else tells why that is not so."""
        now = await connection.fetchval("select now()")
        if self.host.media is None:
            await alarms.raise_alarm(connection, ALARM, Saying.of("record-no-media-folder"))
            return Absent(place, now, NO_FOLDER)
        end = await links.endpoint_of(connection, place.room.homeserver, place.room.room_id)
        if end is None:
            return Absent(place, now, NO_ROOM)
        if (mxc := await self._address(connection, place)) is None:
            await worklist.asked(connection, place)  # nor will it open later
            return Absent(place, now, NOT_OPEN)
        bot = end.keeper or self.host.customs.bot_on(end.homeserver)
        await media_book.want(connection, self.host.keyring, end.lane, bot, place.room.ref, mxc, MOST_BYTES)
        await worklist.asked(connection, place)
        return None

    async def _address(self, connection: Connection, place: Place) -> str | None:
        """As its message tells it."""
        entries = await self.host.journal.read_at(connection, place.room, [place.pos])
        try:
            return named.of(entries[0])[place.n].mxc
        except (CannotOpen, IndexError):
            return None

    async def _tell(self, connection: Connection, settled: Sequence[Kept | Absent]) -> None:
        """Keeps it; the logs are taken last, each organisation's in the order of their names."""
        deeds: dict[str, list[Deed]] = defaultdict(list)
        for one in settled:
            deeds[one.place.room.homeserver].append(await self._told(connection, one))
        for organisation in sorted(deeds):
            await audit.keep(connection, organisation, deeds[organisation])

    async def _told(self, connection: Connection, one: Kept | Absent) -> Deed:
        place = one.place
        match one:
            case Absent(why=why):
                await worklist.is_absent(connection, place)
                await gaps.note(connection, place.room, place.pos, place.n, why)
                return deed(ABSENT, place.room, one.at, place.pos, place.n, place.mxc, why=why)
            case Kept():
                await worklist.is_kept(connection, place)
                await unread.ask(connection, place)
                await gaps.heal(connection, place.room, place.pos, place.n)
                return deed(
                    KEPT, place.room, one.at, place.pos, place.n, place.mxc, content=one.content.hex(), name=one.name,
                    size=one.size, sealed_sha256=one.sealed_digest.hex(), key_sha256=one.key_digest.hex(),
                )  # fmt: skip
