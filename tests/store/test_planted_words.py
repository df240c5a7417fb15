"""Words that a person wrote are nowhere on the disk: after journal, mirror, outbox and record have had them, they are
searched for in every file of the database and of its write-ahead log, in every writing that they could have there.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

from bots.retention.search.month_key import MonthKeys
from bots.retention.search.rows import Rows
from bridge.mirror.follower import Mirror
from bridge.model import Event
from bridge.seal import MasterKey
from bridge.store import links
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, joined, message, pushed
from tests.store.followers import Desk
from tests.store.gateways import Box, Stage
from tests.store.recorded import retention
from tests.tongues import tongues
from tests.unit.setus import customs, signer

WORDS = ("Zq7-the-minister-lands-at-nine", "गुप्त-बैठक-नौ-बजे")
IN_CLEAR = b"$an-id-may-be-read-by-all"
HALL = "!hall:nic.lab"


def writings(words: str) -> Iterator[bytes]:
    """The words as UTF-8, UTF-16, JSON escapes, hexadecimal, and base64 wherever it begins."""
    plain = words.encode()
    yield from (plain, words.encode("utf-16-le"), words.encode("utf-16-be"), json.dumps(words).encode()[1:-1])
    yield from (plain.hex().encode(), plain.hex().upper().encode())
    for before in range(3):
        inside = base64.b64encode(b"\0" * before + plain)[4 if before else 0 : -4]
        yield from (inside, inside.replace(b"+", b"-").replace(b"/", b"_"))


def test_base64_is_found_wherever_it_begins() -> None:
    for before in range(12):
        text = base64.b64encode(b"x" * before + WORDS[1].encode() + b"and more")
        assert any(writing in text for writing in writings(WORDS[1]))


def conversation() -> list[Event]:
    """The words as a message, as what stands beside it, and as a name."""
    first, second = WORDS
    return [
        joined("$joined", "@ravi:mha.lab", first),
        message("$said", second),
        message(IN_CLEAR.decode(), first),
        joined("$renamed", "@ravi:mha.lab", second),
        message("$once-more", f"{first} {second}"),
    ]


async def link(pool: Pool) -> None:
    async with pool.acquire() as connection:
        department = await links.declare_endpoint(connection, MHA, CELL)
        hub = await links.declare_endpoint(connection, NIC, HALL)
        await links.declare(connection, "cell", department, hub, "closed")


async def test_what_people_write_is_not_on_the_disk(
    url: str, pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey
) -> None:
    started = (await pool.fetchval("select extract(epoch from clock_timestamp())::float")) - 1
    await link(pool)
    body = b"no JSON, but " + WORDS[0].encode()
    await journal.append(MHA, pushed(*conversation(), Event(body, {})))
    desk = Desk(url, pool, journal, master)
    async with desk.reading(
        Mirror(customs(), signer(1), keyring, journal, tongues()), retention(journal, Rows(journal, MonthKeys(keyring)))
    ):
        await desk.has_read("mirror", 5)
        await desk.has_read("retention", 5)
    assert await pool.fetchval("select count(*) from record") == 5
    assert await pool.fetchval("select count(*) from outbox where kind in ('Send', 'Name')") >= 4
    files = await written(pool, started)
    assert found(files, [IN_CLEAR]), "the search finds what is there in clear"
    assert not found(files, [writing for words in WORDS for writing in writings(words)])

    await pool.execute("update outbox set homeserver = $1", MHA)  # where the played homeserver stands
    await pool.execute("update endpoint set homeserver = $1 || id", MHA)
    stage = Stage()
    async with Box(url, pool, keyring).gateway(stage):
        await Box(url, pool, keyring).settled()
    assert not found(await written(pool, started), [writing for words in WORDS for writing in writings(words)])


async def written(pool: Pool, since: float) -> list[Path]:
    """The files of this database, and all others of the server that were written since."""
    await pool.execute("checkpoint")
    folder = Path(await pool.fetchval("select current_setting('data_directory')"))
    own = await pool.fetchval("select oid from pg_database where datname = current_database()")
    return _files(folder, folder / "base" / str(own), since)


def _files(folder: Path, own: Path, since: float) -> list[Path]:
    others = (path for path in folder.rglob("*") if (folder / "base") not in path.parents)
    return [*own.iterdir(), *(path for path in others if path.is_file() and path.stat().st_mtime >= since)]


def found(files: list[Path], writings: list[bytes]) -> list[str]:
    """What stands where."""
    contents = {path: path.read_bytes() for path in files}
    return [f"{path.name}: {some!r}" for path, content in contents.items() for some in writings if some in content]
