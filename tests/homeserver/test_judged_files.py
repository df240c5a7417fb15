"""A marked file that an official sends at a real client is fetched from the real homeserver, lies sealed, and is judged
while its message waits; in a clear room and in an encrypted one.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bots.classification.scanner import Scanner
from bots.classification.scanning import Scanning
from bots.classification.verdict import CLEAN, Verdict
from bridge import keys, media_folder
from bridge.lab.nio_client import NioClient
from bridge.lab.site import Site
from bridge.media_folder import MediaFolder
from bridge.model import Entry, Room
from bridge.store import database
from bridge.store import keyring as keyrings
from bridge.store.database import Connection
from bridge.store.journal import Journal
from tests.deadline import PATIENCE_SECONDS, as_answer, until
from tests.documents import docx, paragraphs
from tests.element.client import ElementClient
from tests.homeserver.administrator import alarms, ask, settings, status
from tests.homeserver.secret_rooms import Link, Office
from tests.homeserver.sites import SETU, NewSite
from tests.store.followers import Desk
from tests.store.gateways import stopped
from tests.unit.setus import customs

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MARKED = docx(paragraphs("SECRET", "The convoy leaves at five."))
FOLDER = "media"


@dataclass
class Judge:
    """A follower that asks for the verdict on files, as the classification bot does."""

    scanning: Scanning
    name: str = "judge"
    after: tuple[str, ...] = ()
    found: dict[str, Verdict] = field(default_factory=dict)
    """By the ids of the messages."""
    waited: set[str] = field(default_factory=set)

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> int | None:
        for entry in entries:
            sender = entry.event.sender
            if sender is None or customs().ours(sender, room.homeserver):
                continue  # a copy: its original is judged
            verdict = await self.scanning.verdict(connection, room, entry, datetime.now(UTC))
            if verdict is None:
                self.waited.add(str(entry.raw.id))
                return entry.pos - 1
            if verdict != CLEAN:
                self.found[str(entry.raw.id)] = verdict
        return None


@asynccontextmanager
async def judging(site: Site) -> AsyncIterator[Judge]:
    """A judge and a scanner beside a Setu, on its database, keys and folder, as another process of it."""
    master = keys.master_key(site.setu.folder / "keys" / "master.key", may_make=False)
    url, folder = settings(site)["database"]["url"], kept_by(site)
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(database.opened(url, 10))
        async with pool.acquire() as connection:
            keyring = await keyrings.stand_on(connection, master)
        journal = Journal(pool, keyring)
        judge = Judge(Scanning(keyring, customs(), kept=True, patience=timedelta(seconds=PATIENCE_SECONDS)))
        await stack.enter_async_context(Desk(url, pool, journal, master).reading(judge))
        scanner = Scanner(pool, keyring, journal, folder)
        stack.push_async_callback(stopped, asyncio.create_task(scanner.run()))
        yield judge


def kept_by(site: Site) -> MediaFolder:
    master = keys.master_key(site.setu.folder / "keys" / "master.key", may_make=False)
    return media_folder.opened(site.setu.folder / FOLDER, master.fingerprint.hex(), may_begin=False)


def on_disk(site: Site) -> list[bytes]:
    """The files that are kept."""
    files = [path for path in (site.setu.folder / FOLDER).rglob("*") if path.is_file()]
    return [path.read_bytes() for path in files if path.name != media_folder.OWNER]


@pytest.fixture
async def office(new_site: NewSite, tmp_path: Path, numbers: Iterator[int]) -> AsyncIterator[Office]:
    """Nobody here is at Element."""

    async def nobody(*_: object, **__: object) -> ElementClient:
        raise AssertionError

    office = Office(new_site(), nobody, tmp_path, numbers)
    yield office
    await office.site.setu.kill()
    await office.close()


async def at_work(office: Office, encrypted: bool) -> tuple[NioClient, str]:
    """Ravi in his room, which Setu links."""
    ravi = await office.nio(await office.account(office.department, "ravi"))
    asha = await office.nio(await office.account(office.hub, "asha"))
    room = await ravi.create_room("Convoys", encrypted=encrypted)
    await office.link(Link(room, ravi, [asha]), media={"folder": FOLDER})
    return ravi, room


@pytest.mark.parametrize("encrypted", [False, True], ids=["in clear", "encrypted"])
async def test_a_marked_file_of_a_room_is_fetched_kept_sealed_and_judged(office: Office, encrypted: bool) -> None:
    ravi, room = await at_work(office, encrypted)
    async with judging(office.site) as judge:
        said = await ravi.send_file(room, "estimate.docx", MARKED, WORD)
        await until(lambda: as_answer(said in judge.found))
    verdict = judge.found[said]
    assert (str(verdict.level), verdict.not_scanned) == ("IN:SECRET", ())
    assert said in judge.waited
    await is_on_record(office.site)
    await is_found(office.site)
    kept = on_disk(office.site)
    assert len(kept) == 2, "once in each of the two rooms, whoever wanted it"
    assert b"word/document.xml" in MARKED and not [
        one for one in kept if b"word/document.xml" in one or b"PK" in one[:64]
    ]
    assert set(await ask(office.site, "select state from outbox where kind = 'FetchMedia'")) == {"done"}
    assert "media-folder" not in await alarms(office.site)


async def is_on_record(site: Site) -> None:
    """The file that was sent, and its copy on the hub, are told in the record as kept; it is as it was recorded."""

    async def both_are_kept() -> bool:
        return await ask(site, "select state from record_media order by seq") == ["kept", "kept"]

    await until(both_are_kept)
    assert "no faults" in await site.setu.call("records", "verify", str(site.setu.settings_file))


async def is_found(site: Site) -> None:
    """An officer finds the message by what its file says, once, though its copy says it too; nobody is alarmed."""
    search = ("records", "search", str(site.setu.settings_file), '"convoy leaves"', "--purpose", "a test")

    async def told() -> bool:
        found = await site.setu.call(*search)
        once = found.count("in the text of estimate.docx: SECRET The convoy leaves at five.") == 1
        return once and found.count("; also in !") == 1

    await until(told)
    assert not [cause for cause in await alarms(site) if cause.startswith("record")]


async def test_a_file_that_the_homeserver_does_not_have_is_no_dead_letter(office: Office) -> None:
    ravi, room = await at_work(office, encrypted=False)
    content = {"msgtype": "m.file", "body": "estimate.docx", "url": f"mxc://{office.department.name}/never-there"}
    async with judging(office.site) as judge:
        said = await ravi.send(room, "m.room.message", content)
        await until(lambda: as_answer(said in judge.found))
    why = f"a file: {office.department.name} has no such file: 404 M_NOT_FOUND"
    assert judge.found[said].not_scanned == (why,)
    dead = (await status(office.site))["dead_letters"]
    assert not [letter for letter in dead if letter["kind"] == "FetchMedia"]


async def test_setu_does_not_start_without_the_folder_in_which_files_lie(office: Office) -> None:
    ravi, room = await at_work(office, encrypted=False)
    async with judging(office.site) as judge:
        said = await ravi.send_file(room, "estimate.docx", MARKED, WORD)
        await until(lambda: as_answer(said in judge.found))
    await office.site.setu.stop()
    folder = office.site.setu.folder / FOLDER
    folder.rename(folder.with_name("elsewhere"))
    refused = await asyncio.create_subprocess_exec(
        *SETU, "run", str(office.site.setu.settings_file), stderr=asyncio.subprocess.PIPE
    )
    _, told = await asyncio.wait_for(refused.communicate(), PATIENCE_SECONDS)
    assert refused.returncode == 1
    assert (
        told.decode()
        .splitlines()[-1]
        .endswith("it is not the one in which Setu has kept files; mount or name the right one")
    )
