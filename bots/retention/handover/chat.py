"""`!records export`, for records officers, as `!records search`: of what was seen through their own homeserver, on the
hub of all. It lists, begins and cancels exports; a room with others hears only that it is answered privately.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from bots.retention import audit, record
from bots.retention.account import ACCOUNT
from bots.retention.handover import book, shown
from bots.retention.handover.asked import Asked, BadExport, line
from bots.retention.handover.job import JobNumber, State
from bots.retention.search import whisper
from bots.retention.search.settings import SearchSettings
from bridge.actions import LearnUploadLimit
from bridge.hearing import Content, Hearing
from bridge.notices import together
from bridge.plugin import Host
from bridge.rights import Place
from bridge.saying import Saying
from bridge.store import outbox
from bridge.store.keyring import NO_ROOM
from bridge.store.links import Endpoint

MOST = 7
"""Exports that a list has."""

ASKED = "export-asked"
_CANCEL = re.compile(r"cancel\s+(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Exporting:
    """The deed."""

    host: Host
    search: SearchSettings

    @property
    def zone(self) -> tzinfo:
        return self.search.tz

    async def export(self, hearing: Hearing) -> Content:
        """The answer in the room where it was asked, which says nothing of any export."""
        if not hearing.facts.of_ours:
            return hearing.voice.notice("records-export-outside")
        rest = hearing.rest.strip()
        cancel = _CANCEL.fullmatch(rest)
        try:
            asked = line(rest, self.zone) if rest and cancel is None else None
        except BadExport as error:
            return hearing.voice.notice(error.what)
        where = await whisper.to(self.host, hearing)
        if isinstance(where, Saying):
            return hearing.voice.notice(where)
        if asked is not None:
            await self._ask(hearing, where, asked)
        elif cancel is not None:
            await self._say(hearing, where, [await self._cancelled(hearing, int(cancel[1]))])
        else:
            await self._say(hearing, where, await self._listed(hearing))
        here, there = Saying.of("records-export-here"), Saying.of("records-export-private")
        answer = here if hearing.place is Place.PRIVATE else there
        return hearing.voice.notice(answer)

    async def _ask(self, hearing: Hearing, where: Endpoint, asked: Asked) -> None:
        """The log is taken last."""
        number = await self._begun(hearing, asked)
        if isinstance(number, Saying):
            await self._say(hearing, where, [number])
            return
        room = asked.selection.room
        await self._say(hearing, where, [Saying.of("records-export-asked", export=str(number), room=room)])
        learn = LearnUploadLimit(ACCOUNT.on(where.homeserver))
        await outbox.put(hearing.connection, hearing.kek, where.lane, f"records-export:{number}:limit", [learn])
        await audit.note(
            hearing.connection, hearing.room.homeserver, hearing.sender, ASKED, room_id=room, purpose=asked.purpose,
            request=number, since=asked.selection.since, until=asked.selection.until, person=asked.selection.person,
            searched=asked.selection.query is not None, forms=[str(form) for form in asked.forms],
        )  # fmt: skip

    async def _begun(self, hearing: Hearing, asked: Asked) -> JobNumber | Saying:
        """Its number, or why there is none."""
        connection, home = hearing.connection, hearing.room.homeserver
        if self.host.media is None:
            return Saying.of("records-export-no-folder")
        if not await record.rooms(connection, asked.selection.room, None if home == self.host.hub else home):
            return Saying.of("records-export-nothing")
        if (in_hand := await book.in_hand(connection, hearing.sender)) is not None:
            return Saying.of("records-export-one", export=str(in_hand))
        kek = await self.host.keyring.current(connection, NO_ROOM)
        return await book.add(connection, kek, home, asked.by(hearing.sender, self.search.zone))

    async def _cancelled(self, hearing: Hearing, number: int) -> Saying:
        match await book.cancel(hearing.connection, number, hearing.sender):
            case State.WAITING | State.PREPARING | State.STUCK:
                return Saying.of("records-export-cancelled", export=str(number))
            case State.PACKED:
                return Saying.of("records-export-too-late", export=str(number))
            case State.DONE | State.FAILED | State.CANCELLED:
                return Saying.of("records-export-over", export=str(number))
            case None:
                return Saying.of("records-export-unknown", export=str(number))

    async def _listed(self, hearing: Hearing) -> Sequence[Saying]:
        jobs = await book.of(hearing.connection, self.host.keyring, hearing.sender, MOST)
        lines = [one for job in jobs for one in shown.standing(job, self.zone)]
        return lines or [Saying.of("records-export-none")]

    async def _say(self, hearing: Hearing, where: Endpoint, lines: Sequence[Saying]) -> None:
        voice = await self.host.tongues.to_person(hearing.connection, hearing.sender, where.ref)
        await whisper.say(hearing, where, together([voice.notice(one) for one in lines]))
