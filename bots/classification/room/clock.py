"""What happens by itself as time passes: incidents become contained, officers learn of what could not be judged or
taken back, exemptions end, ceilings are shown. One process does it at a time.
"""

import asyncio
import logging
from datetime import timedelta

from bots.classification.room import cases, ceilings, containment, officers, releasing, showing
from bots.classification.room.acting import Acting
from bots.classification.room.cases import About, Case
from bots.classification.room.decision import Decision
from bots.classification.room.desk import Desk
from bots.classification.room.follower import Classification
from bridge.model import HomeserverName, Room, RoomRef, UserId
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store.database import GROUND, Connection
from bridge.store.keyring import NO_ROOM
from bridge.work import kind

log = logging.getLogger(__name__)

LOCK = 0xC1A5
"""The advisory lock that lets one process look at a time."""

AT_ONCE = 100

UNJUDGED = Decision(frozenset({"hold"}), frozenset(), "none", None, 0, ("unjudged",))
"""About what nobody could judge, and a link's declared rule keeps."""

OVER_FOR = timedelta(days=30)
"""How long after its end the owner of an exemption may still hear of it."""


class Clock:
    """Looks at what is due, every few seconds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._showing = showing.Showing(desk)

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                async with self._desk.host.pool.acquire() as connection:
                    await self.look(connection)
            except GROUND as error:
                log.warning("nobody looks at the clock while the database is away (%s)", type(error).__name__)
            except Exception as error:  # what is wrong with one must not stop what is due for others for good
                log.error("what is due waits: %s", kind(error))
            await asyncio.sleep(self._desk.settings.every_seconds)

    async def look(self, connection: Connection) -> None:
        """Looks once, unless another process is looking."""
        kek = await self._desk.keyring.current(connection, NO_ROOM)  # made before the transaction that seals with it
        async with connection.transaction():
            if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
                return
            await releasing.catch_up(self._desk, connection)
            for case in await cases.incidents(connection, ["open"], AT_ONCE):
                if "redact" in case.deeds:
                    await self._contained(connection, kek, case)
            await self._unjudged(connection, kek)
            await Classification(self._desk).late(connection, kek)
            await self._exemptions(connection, kek)
            await self._showing.show(connection, kek)

    async def _contained(self, connection: Connection, kek: Kek, case: Case) -> None:
        """Whether all that was to be taken back is gone; what could not be is told once."""
        progress = await containment.progress(connection, case)
        if progress.waiting:
            return
        cause, number = f"classification:contained:{case.number}", str(case.number)
        if not progress.remains:
            await cases.set_incident(connection, case, "contained")
            await officers.tell(self._desk, connection, kek, cause, Saying.of("mark-officer-contained", number=number))
        elif not case.told_trouble:
            await cases.set_told_trouble(connection, case)
            where = ", ".join(sorted({one.homeserver for one in progress.remains}))
            what = Saying.of("mark-officer-remains", number=number, homeservers=where)
            await officers.tell(self._desk, connection, kek, f"{cause}:remains", what)

    async def _unjudged(self, connection: Connection, kek: Kek) -> None:
        """What is held because it could not be judged gets a case, so that an officer can decide."""
        rows = await connection.fetch(
            "select distinct on (x.room, x.pos) x.room, x.pos, r.homeserver, r.room_id, j.event_id, j.sender"
            " from crossing x join room r on r.id = x.room join journal j on j.room = x.room and j.pos = x.pos"
            " where x.fate = 'held' and x.held_by is null and j.sender is not null and not exists ("
            " select from classification_case c where c.room = x.room and c.pos = x.pos and c.hold is not null)"
            " order by x.room, x.pos limit $1",
            AT_ONCE,
        )  # fmt: skip
        for row in rows:
            room = Room(RoomRef(row["room"]), HomeserverName(row["homeserver"]), row["room_id"])
            place = await ceilings.of(connection, self._desk, room)
            end = place.end_of(room) if place is not None else None
            if place is None or end is None:
                continue
            about = About(room, row["pos"], row["event_id"], UserId(row["sender"]))
            case = await cases.begin(connection, about, place.ref, UNJUDGED, "unjudged")
            if case is not None:
                await Acting(self._desk, connection, kek, place, room, end, case).act()

    async def _exemptions(self, connection: Connection, kek: Kek) -> None:
        """Whoever answers for one is told that it is over."""
        for one in self._desk.settings.exemptions:
            if one.until < self._desk.today <= one.until + OVER_FOR:
                owner = UserId(one.owner)
                cause = f"classification:exemption:{one.rule}:{owner}:{one.until}:{one.link}:{one.room}"
                what = Saying.of("mark-exemption-over", rule=one.rule, until=one.until.isoformat())
                await self._desk.letters.to_chat(connection, kek, self._desk.host.hub, owner, cause, what)
