"""`!records status`, for anyone in a room: since when and by whom it is recorded, how much is on record, what could not
be read, what was last signed of it, and whom to ask.
"""

from dataclasses import dataclass
from datetime import datetime

from bots.retention.archived import Archived
from bots.retention.openly.desk import Desk
from bridge.hearing import Content, Hearing
from bridge.model import Room
from bridge.notices import together
from bridge.store.database import Connection


@dataclass(frozen=True)
class Figures:
    """Of one room."""

    since: datetime
    entries: int
    gaps: int
    signed_at: datetime | None
    """When a checkpoint was last signed that holds records of this room."""


@dataclass(frozen=True)
class Status:
    """The deed."""

    desk: Desk
    archived: Archived

    async def status(self, hearing: Hearing) -> Content:
        """The answer."""
        room, voice = hearing.room, hearing.voice
        if await self.archived.of(hearing.connection, room) is None:
            return voice.notice("records-status-not")
        figures = await _figures(hearing.connection, room)
        by = self.desk.host.customs.called(room.homeserver)
        if figures is None:
            return voice.notice("records-status-soon", organisation=by)
        lines = [
            voice.notice("records-status", organisation=by, since=self._day(figures.since), entries=figures.entries),
            voice.notice("records-status-gaps", gaps=figures.gaps),
        ]
        if figures.signed_at is not None:
            lines.append(voice.notice("records-status-signed", at=self._minute(figures.signed_at)))
        contact = self.desk.settings.contact
        asked = voice.notice("records-status-ask", contact=contact) if contact else voice.notice("records-status-whom")
        return together([*lines, asked])

    def _day(self, at: datetime) -> str:
        return f"{at.astimezone(self.desk.settings.search.tz):%Y-%m-%d}"

    def _minute(self, at: datetime) -> str:
        return f"{at.astimezone(self.desk.settings.search.tz):%Y-%m-%d %H:%M}"


async def _figures(connection: Connection, room: Room) -> Figures | None:
    """None where nothing is on record yet."""
    row = await connection.fetchrow(
        "select r.received_at as since, h.room_seq as entries,"
        " (select count(*) from gap g where g.room = h.room and g.healed_at is null) as gaps,"
        " (select max(c.at) from record_checkpoint c where c.organisation = r.organisation and c.size > r.seq)"
        " as signed_at from record_head h join record r on r.room = h.room and r.room_seq = 1 where h.room = $1",
        room.ref,
    )
    return Figures(**row) if row is not None else None
