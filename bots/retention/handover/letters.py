"""What the bot says of an export beside answering: in its encrypted direct chat with the officer, and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass

from bots.retention.handover.job import Job
from bots.retention.search import whisper
from bridge.notices import Content, together
from bridge.plugin import Host
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store.database import Connection
from bridge.store.keyring import NO_ROOM
from bridge.store.links import Endpoint


@dataclass(frozen=True)
class Letters:
    """To those who asked."""

    host: Host

    async def chat(self, connection: Connection, job: Job) -> tuple[Kek, Endpoint | Saying]:
        """Where the officer is told, or why there is no such place; and what seals it."""
        kek = await self.host.keyring.current(connection, NO_ROOM)
        return kek, await whisper.chat(self.host, connection, kek, job.person, job.homeserver)

    async def tell(self, connection: Connection, job: Job, what: str, lines: Sequence[Saying]) -> None:
        """Says these lines, once for `what`; nothing where there is no place for it."""
        kek, where = await self.chat(connection, job)
        if isinstance(where, Endpoint):
            said = await self.notice(connection, job, where, lines)
            await whisper.put(connection, kek, where, f"{job.cause}:{what}", [said])

    async def notice(self, connection: Connection, job: Job, where: Endpoint, lines: Sequence[Saying]) -> Content:
        """These lines as a message, in the language of the officer."""
        voice = await self.host.tongues.to_person(connection, job.person, where.ref)
        return together([voice.notice(line) for line in lines])
