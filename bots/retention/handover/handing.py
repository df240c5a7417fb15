"""Hands over what was prepared: first its files are uploaded beside the officer's chat, then messages tell of them.
What cannot be handed over is looked at again until it can, is given up by its asker, or has waited for too long.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bots.retention import audit
from bots.retention.account import ACCOUNT
from bots.retention.handover import book, shown
from bots.retention.handover.job import FILES, IN_HAND, Job, Packed, State, numbers_in
from bots.retention.handover.letters import Letters
from bots.retention.handover.settings import HandoverSettings
from bots.retention.search import whisper
from bridge import notices, references
from bridge.actions import Upload
from bridge.disk import DiskError
from bridge.media_folder import MediaFolder
from bridge.plugin import Host
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import outbox
from bridge.store.database import GROUND, Connection
from bridge.store.links import Endpoint
from bridge.work import kind

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.5
GONE = "no longer in media.folder"
OFFICER = "records_officer"
HANDED_OVER = "export-handed-over"


@dataclass(frozen=True)
class Handing:
    """Fixed while Setu runs."""

    host: Host
    media: MediaFolder
    settings: HandoverSettings

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                await self.look()
            except GROUND as error:
                log.warning("no export is handed over while the database is away (%s)", type(error).__name__)
            except DiskError as error:
                log.error("media.folder: %s", error)
            except Exception as error:  # this must not end Setu
                log.error("exports could not be looked at: %s", kind(error))
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Does what can be done now for each export that was prepared."""
        async with self.host.pool.acquire() as connection:
            for number in await book.in_state(connection, State.PACKED, State.STUCK):
                try:
                    async with connection.transaction():
                        await self._look(connection, number)
                except GROUND:
                    raise
                except Exception as error:  # one bad export stops no other
                    log.error("export %d could not be handed over: %s", number, kind(error))
            await self._tidy(connection)

    async def _look(self, connection: Connection, number: int) -> None:
        """Any number of processes look: the row of the job is taken until the transaction ends."""
        job = await book.one(connection, self.host.keyring, number, alone=True)
        if job is None:  # settled just now, or it does not open any more: its key was destroyed
            await book.fail(connection, number, Saying.of("records-export-crashed"), State.PACKED, State.STUCK)
            return
        if job.packed is None or job.packed_at is None:
            return  # settled just now
        if await self._is_on_its_way(connection, job, job.packed):
            return
        if await connection.fetchval("select now() - $1::timestamptz > $2", job.packed_at, self.settings.kept):
            await self._give_up(connection, job)
            return
        if not await self._may(connection, job):
            await book.stick(connection, job.number, Saying.of("records-export-no-role"))
            return
        kek, where = await Letters(self.host).chat(connection, job)
        if isinstance(where, Saying):
            await book.stick(connection, job.number, where)
            return
        await self._hand_over(connection, kek, where, job, job.packed)

    async def _is_on_its_way(self, connection: Connection, job: Job, packed: Packed) -> bool:
        """Or there already: then it is settled. What was laid out to be sent cannot be called back."""
        message = _message(job, packed)
        found = await outbox.standings(connection, message)
        if len(found) < len(message) or any(state == "dead" for state, _ in found.values()):
            return False
        if all(state == "done" for state, _ in found.values()):
            await book.settle(connection, job.number)
        return True

    async def _may(self, connection: Connection, job: Job) -> bool:
        """Whether its asker is a records officer still: it may have waited for days. After a start nobody may be known
        yet, so this is no reason to give up.
        """
        return self.host.roles is None or OFFICER in await self.host.roles(connection, job.person)

    async def _hand_over(self, connection: Connection, kek: Kek, end: Endpoint, job: Job, packed: Packed) -> None:
        uploads = [f"{job.cause}:part:{n}" for n in range(1, len(packed.parts) + 1)]
        message = _message(job, packed)
        found = await outbox.standings(connection, [f"{one}#0" for one in uploads] + message)
        if dead := [why or "" for state, why in found.values() if state == "dead"]:
            await self._stuck(connection, job, dead[0])
            return
        if job.state is State.STUCK:
            await book.go_on(connection, job.number)
        if f"{uploads[0]}#0" not in found:
            await self._upload(connection, kek, end, packed, uploads)
        elif message[0] not in found and all(found[f"{one}#0"][0] == "done" for one in uploads):
            await self._say(connection, kek, end, job, packed, uploads)

    async def _upload(
        self, connection: Connection, kek: Kek, end: Endpoint, packed: Packed, uploads: Sequence[str]
    ) -> None:
        account = ACCOUNT.on(end.homeserver)
        for cause, part in zip(uploads, packed.parts, strict=True):
            action = Upload(account, part.name, part.size, part.opens, part.key, part.counter)
            await outbox.put(connection, kek, end.lane.of_files, cause, [action])

    async def _say(
        self, connection: Connection, kek: Kek, end: Endpoint, job: Job, packed: Packed, uploads: Sequence[str]
    ) -> None:
        """The log is told when it is laid out to be sent, in the same transaction, and taken last."""
        notice = await Letters(self.host).notice(connection, job, end, shown.contents(job, packed))
        files = [shown.attachment(name, part, references.sent(f"{cause}#0"))
                 for cause, (name, part) in zip(uploads, shown.named(job, packed), strict=True)]  # fmt: skip
        await whisper.put(connection, kek, end, f"{job.cause}:handed", [notice, *files])
        handed = [{"bytes": part.size, "sha256": part.sha256} for part in packed.parts]
        await audit.note(
            connection, job.homeserver, job.person, HANDED_OVER, room_id=job.request.selection.room,
            purpose=job.request.purpose, export=packed.export, request=job.number, files=handed,
        )  # fmt: skip

    async def _stuck(self, connection: Connection, job: Job, reason: str) -> None:
        why = Saying.of("records-export-refused", why=notices.why(reason))
        why = Saying.of("records-export-gone") if GONE in reason else why
        if (times := await book.stick(connection, job.number, why)) is not None:
            lines = [
                Saying.of("records-export-is-stuck", export=str(job.number), days=shown.days(self.settings.kept)),
                why,
            ]
            await Letters(self.host).tell(connection, job, f"stuck:{times}", lines)

    async def _give_up(self, connection: Connection, job: Job) -> None:
        why = Saying.of("records-export-expired", days=shown.days(self.settings.kept))
        if await book.fail(connection, job.number, why, State.PACKED, State.STUCK):
            await Letters(self.host).tell(connection, job, "failed", shown.failure(job, why))

    async def _tidy(self, connection: Connection) -> None:
        """Removes files of exports that are settled."""
        found = numbers_in(await self.media.names(FILES))
        if not found:
            return
        wanted = await book.among(connection, found, *IN_HAND)
        for name in (name for number in found if number not in wanted for name in found[number]):
            await self.media.remove(name)


def _message(job: Job, packed: Packed) -> list[str]:
    """The orders by which it is told and handed over."""
    return [f"{job.cause}:handed#{n}" for n in range(len(packed.parts) + 1)]
