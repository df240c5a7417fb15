"""An installation whose officers ask for exports in chat: what they say is heard, what is asked is prepared by the real
worker, and what is to be handed over goes to a homeserver that is played: it keeps what it is given.
"""

import asyncio
import hashlib
import io
import os
import sys
import zipfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bots.retention.handover import book, worker
from bots.retention.handover.handing import Handing
from bots.retention.handover.job import Job
from bots.retention.handover.settings import HandoverSettings
from bots.retention.handover.supervisor import Supervisor
from bridge import config_file, media_folder
from bridge.actions import Action, LearnUploadLimit, Send, Upload
from bridge.e2ee.file_lock import FileLock, Locking
from bridge.media_folder import MediaFolder
from bridge.model import UserId
from bridge.plugin import Host, installed
from bridge.seal import MasterKey
from bridge.store import outbox
from bridge.store.database import Connection, Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.keyrings import keyring_of
from tests.people import CELL, NIC
from tests.store import archive as archives
from tests.store.archive import CLERK, OFFICER, OTHER, Archive
from tests.store.bureau import CUSTOMS
from tests.store.chat import OFFICE
from tests.store.test_roles import settings_file
from tests.store.test_search_chat import DIRECT
from tests.tongues import tongues

Refusals = Mapping[type[Action], str]


@dataclass
class Dispatch:
    """The rooms, the folders, and what the officer was given."""

    archive: Archive
    path: Path
    master: MasterKey
    settings: HandoverSettings
    given: dict[str, bytes] = field(default_factory=dict)
    """Files on the homeserver, by address: encrypted."""
    received: list[Mapping[str, Any]] = field(default_factory=list)
    """What was said privately, as clients see it."""
    officers: frozenset[str] = frozenset({OFFICER, CLERK})
    """Whom a roster makes one now."""
    _seen: int = 0

    @property
    def media(self) -> MediaFolder:
        return media_folder.opened(self.path / "media", self.master.fingerprint.hex(), True)

    @property
    def host(self) -> Host:
        """As in another process."""
        archive = self.archive
        return Host(
            archive.pool, archive.journal, keyring_of(self.master), CUSTOMS, tongues(), NIC, OFFICE, self.media,
            self.path / "setu.yaml", self.roles,
        )  # fmt: skip

    async def roles(self, _: Connection, user_id: UserId) -> frozenset[str]:
        return frozenset({"records_officer"}) if user_id in self.officers else frozenset()

    async def asks(self, text: str, room: str = DIRECT, person: str = OFFICER) -> list[str]:
        """An officer says `!records export …`; what is said because of it."""
        return await self.archive.say(room, person, f"!records export {text}".strip())

    async def job(self, number: int = 1) -> Job:
        async with self.archive.pool.acquire() as connection:
            found = await book.one(connection, keyring_of(self.master), number)
        assert found is not None
        return found

    async def prepares(self, number: int = 1) -> None:
        """The worker does what it can, in this process."""
        bots = installed()
        settings = config_file.load(self.path / "setu.yaml", {bot.name: bot.settings for bot in bots})
        await worker.prepare(settings, bots, number)

    async def begins_to_prepare(self, number: int = 1) -> Process:
        """The worker as a process of its own."""
        command = (sys.executable, "-m", "bots.retention.handover.worker", str(self.path / "setu.yaml"), str(number))
        return await asyncio.create_subprocess_exec(*command, stdin=PIPE, env={**os.environ})

    def supervisor(self) -> Supervisor:
        """As in another process."""
        return Supervisor(self.host, self.settings, self.path / "setu.yaml")

    async def hands_over(self, refusals: Refusals | None = None) -> None:
        """Setu looks what can be handed over, and the gateway does it, until nothing more is done."""
        handing = Handing(self.host, self.media, self.settings)
        done = -1
        while done != self._seen:
            done = self._seen
            await handing.look()
            await self.carries(refusals)

    async def carries(self, refusals: Refusals | None = None, limit: int | None = None) -> None:
        """The gateway does what waits in the outbox for the officer; what is refused is dead."""
        pool, keyring = self.archive.pool, keyring_of(self.master)
        async with pool.acquire() as connection:
            rows = await connection.fetch(
                "select o.* from outbox o where state = 'waiting' and as_user like '@records:%' order by id"
            )
            await keyring.load(connection, (row["kek"] for row in rows))
            for row in rows:
                self._seen += 1
                action = outbox._action(keyring, row)
                if (why := (refusals or {}).get(type(action))) is not None:
                    await _ends(connection, row["id"], "dead", why)
                else:
                    await _ends(connection, row["id"], "done", await self._done(connection, action, limit))

    async def _done(self, connection: Any, action: Action, limit: int | None) -> str:
        match action:
            case LearnUploadLimit():
                return str(limit) if limit is not None else ""
            case Upload():
                data = await self.media.whole(action.name, bytes.fromhex(action.opens))
                assert len(data) == action.size
                address = f"mxc://nic.lab/file{len(self.given)}"
                locking = Locking(bytes.fromhex(action.key), bytes.fromhex(action.counter))
                self.given[address] = locking.add(data)
                return address
            case Send():
                assert action.only_encrypted or "m.relates_to" in action.content, "or an answer"
                self.received.append(await _filled(connection, action.content))
                return f"$sent{len(self.received)}"
            case _:
                return ""

    @property
    def said(self) -> str:
        """All that was said."""
        return "\n".join(str(one["body"]) for one in self.received)

    @property
    def files(self) -> Sequence[Mapping[str, Any]]:
        """The messages with files."""
        return [one for one in self.received if one["msgtype"] == "m.file"]

    def opened(self, message: Mapping[str, Any]) -> bytes:
        """A file of a message, as a client opens it."""
        return FileLock.read(message["file"]).opened(self.given[message["file"]["url"]])

    def unpacked(self) -> Path:
        """All that was handed over, unpacked into one folder."""
        for one in self.files:
            data = self.opened(one)
            assert len(data) == one["info"]["size"] and hashlib.sha256(data).hexdigest() in self.said
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                assert archive.testzip() is None
                archive.extractall(self.path / "unpacked")
        [folder] = (self.path / "unpacked").iterdir()
        return folder

    def in_clear(self) -> list[Path]:
        """What lies in the folder in which exports are prepared."""
        return [each for each in (self.path / "exports").rglob("*") if each.is_file()]

    def sealed(self) -> list[Path]:
        """What waits in the media folder."""
        return sorted((self.path / "media").glob("ex/export-*"))

    async def standing(self, number: int = 1) -> str:
        return str((await self.job(number)).state)

    async def deeds(self, action: str) -> list[Mapping[str, Any]]:
        """What the log tells of this."""
        asked = "select * from record_audit where action = $1 order by at"
        return [dict(row) for row in await self.archive.pool.fetch(asked, action)]


async def _ends(connection: Any, order: int, state: str, outcome: str) -> None:
    """As the gateway notes it: what is done has no content any more."""
    gone = ", kek = null, wrapped = null, sealed = null" if state == "done" else ""
    await connection.execute(f"update outbox set state = $2, outcome = $3{gone} where id = $1", order, state, outcome)


async def _filled(connection: Any, content: Any) -> Any:
    match content:
        case {"in.setu.ref.sent": str(cause)}:
            found = await outbox.outcome_of(connection, cause)
            assert found is not None, "what it refers to is there"
            return found
        case dict():
            return {key: await _filled(connection, value) for key, value in content.items()}
        case _:
            return content


async def dispatch(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, path: Path,
    languages: Mapping[str, str] | None = None, **export: Any,
) -> Dispatch:  # fmt: skip
    """Nothing is asked for yet."""
    (path / "setu.url").write_text(url)
    settings_file(path)
    told = ", ".join(f"{key}: {value}" for key, value in export.items())
    with (path / "setu.yaml").open("a") as file:
        file.write(f"media: {{folder: media}}\nbots: {{retention: {{export: {{{told}}}}}}}\n")
    (path / "keys").mkdir()
    (path / "keys" / "master.key").write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    await pool.execute("update site set master_fingerprint = $1", master.fingerprint)
    media = media_folder.opened(path / "media", master.fingerprint.hex(), True)
    archive = await archives.archive(pool, journal, keyring, languages, {"rooms": [OTHER, CELL]}, media)
    settings = HandoverSettings.model_validate({**export, "folder": path / "exports"})
    return Dispatch(archive, path, master, settings)
