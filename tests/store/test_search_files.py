"""What the files of messages say is found as what people write is, in any kind of room; and it is nowhere in clear."""

import asyncio
import base64
import json
import os
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nio.crypto.attachments import encrypt_attachment  # type: ignore[import-untyped]

from bots.retention import record
from bots.retention.files import reader as readers
from bots.retention.files import worker
from bots.retention.files.keeping import Keeping
from bots.retention.files.reader import WORKER, FileReader
from bots.retention.holds.asked import fields
from bots.retention.holds.desk import Desk as HoldDesk
from bots.retention.holds.hold import Officer
from bots.retention.holds.holds import Holds
from bots.retention.search import candidates, finding
from bots.retention.search.file_rows import FileRows
from bots.retention.search.hit import Hit
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.query import read
from bots.retention.search.shown import in_file
from bridge.__main__ import main
from bridge.documents.shop import Shop
from bridge.media_folder import MediaFolder
from bridge.plugin import Host
from bridge.seal import MasterKey
from bridge.store.database import Connection, Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.documents import docx, paragraphs, pdf, png, xlsx, zipped
from tests.people import CELL, MHA, NIC, RAVI, event
from tests.store import archive as archives
from tests.store.archive import CLERK, IST, Archive
from tests.store.bureau import CUSTOMS
from tests.store.media_house import House, action, house
from tests.store.test_roles import settings_file
from tests.tongues import tongues

ENGLISH = "The girders of the northern pier are cracked. Nobody is to drive across."
HINDI = "उत्तरी खंभे की शहतीरें टूट गई हैं। पुल संख्या ११७ पर यातायात बंद रहे।"


@dataclass
class Desk:
    """A recorded room, the homeserver that has the files, and the folder in which they are kept."""

    archive: Archive
    house: House
    shop: Shop = field(default_factory=lambda: Shop([WORKER]))

    def host(self) -> Host:
        """As in another process."""
        pool, keyring = self.archive.pool, self.house.keyring
        return Host(pool, Journal(pool, keyring), keyring, CUSTOMS, tongues(), NIC, None, self.media)

    @property
    def media(self) -> MediaFolder:
        return self.house.folder()

    def reader(self) -> FileReader:
        host = self.host()
        return FileReader(host, self.media, FileRows(MonthKeys(host.keyring)))

    async def sends(self, name: str, data: bytes, room: str = CELL, **more: Any) -> None:
        """Ravi sends a file; it is recorded, and lies on his homeserver yet."""
        self.house.shelf.files[name.replace(".", "-")] = data
        url = f"mxc://mha.lab/{name.replace('.', '-')}"
        where = {"url": url} if "file" not in more else {}
        await self.archive.write(room, name, **{"msgtype": "m.file", **where, **more})

    async def are_kept(self) -> None:
        """The gateway fetches what is wanted, and the bot keeps it."""
        keeping = Keeping(self.host())
        while await keeping.look():
            pass
        for order in await self.house.orders():
            await self.house.fetch(action(order).mxc, room=action(order).room)
            async with self.archive.pool.acquire() as connection:
                await connection.execute("delete from outbox where id = $1", order.id)
        while await keeping.look():
            pass

    async def are_read(self) -> None:
        """All that is kept is read."""
        while await self.reader().one(self.shop):
            pass

    async def come_in(self, name: str, data: bytes, **more: Any) -> None:
        await self.sends(name, data, **more)
        await self.are_kept()
        await self.are_read()

    async def found(self, asked: str) -> list[tuple[str, str | None]]:
        """The bodies of the messages that are found, and what is shown of a file in whose text that was."""
        return [(str(hit.entry.event.text("body")), shown(hit, asked)) for hit in await self.archive.hits(asked)]

    async def left(self) -> int:
        """How many files are yet to be read."""
        return int(
            await self.archive.pool.fetchval("select count(*) from retention_text where not_before < 'infinity'")
        )


def shown(hit: Hit, asked: str) -> str | None:
    if hit.file is None:
        return None
    name, said = in_file(hit.entry, hit.file, read(asked, IST), 60)
    return f"{name}: {said}"


@pytest.fixture
async def desk(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, tmp_path: Path
) -> AsyncIterator[Desk]:
    archive = await archives.archive(pool, journal, keyring)
    async with house(pool, journal, master, tmp_path / "media") as made:
        one = Desk(archive, made)
        yield one
        await one.shop.close()


SENT = {
    "survey.docx": docx(paragraphs(ENGLISH, HINDI)),
    "survey.pdf": pdf("Page one", "The girders of the northern pier are cracked."),
    "survey.txt": f"{ENGLISH}\n{HINDI}\n".encode(),
    "survey.xlsx": xlsx(shared="The girders of the northern pier are cracked"),
    "survey.zip": zipped({"inside/survey.docx": docx(paragraphs(ENGLISH, HINDI))}),
    "survey.eml": f"From: a@b.example\nTo: c@d.example\nSubject: Pier\n\n{ENGLISH}\n".encode(),
}


@pytest.mark.parametrize(("name", "data"), SENT.items(), ids=SENT)
async def test_a_message_is_found_by_the_words_of_its_file_and_it_is_said_that_they_stand_there(
    desk: Desk, name: str, data: bytes
) -> None:
    await desk.archive.write(CELL, "Who was at the pier?")
    await desk.come_in(name, data)
    await desk.archive.write(CELL, "I was")
    for asked in ("girders", '"northern pier"', "gird*", "cracked kind:file", f"girders sender:{RAVI} room:{CELL}"):
        [(body, said)] = await desk.found(asked)
        assert body == name and said is not None and said.startswith(f"{name}: ") and "cracked" in said, asked
    [hit] = await desk.archive.hits("girders")
    assert hit.before is not None and hit.before.event.text("body") == "Who was at the pier?"
    assert hit.after is not None and hit.after.event.text("body") == "I was"
    assert [body for body, _ in await desk.found("pier")] == [name, "Who was at the pier?"]
    for asked in ('"pier northern"', "girders kind:message", "girders sender:@else:mha.lab", "girders to:2020-01-01"):
        assert await desk.found(asked) == []
    assert await desk.left() == 0


async def test_an_officer_is_told_in_chat_that_it_stands_in_the_file(desk: Desk) -> None:
    await desk.come_in("survey.docx", SENT["survey.docx"])
    told = max(await desk.archive.say(CELL, CLERK, "!records search purpose: RTI 12/2026; girders"), key=len)
    assert "in the text of the file survey.docx: The girders of the northern pier are cracked" in told


async def test_so_is_an_officer_at_a_terminal(
    desk: Desk, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await desk.come_in("survey.docx", SENT["survey.docx"])
    (tmp_path / "setu.url").write_text(url)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "master.key").write_text(base64.b64encode(desk.house.master.key).decode())
    await desk.archive.pool.execute("update site set master_fingerprint = $1", desk.house.master.fingerprint)
    search = ["records", "search", settings_file(tmp_path), "girders", "--purpose", "RTI 12/2026"]
    for more in ([], ["--json"]):
        assert await asyncio.to_thread(main, [*search, *more]) == 0
    said = capsys.readouterr().out.splitlines()
    assert any(line.startswith(" ▸ in the text of survey.docx: The girders") for line in said)
    in_its_file = json.loads(said[-1])["in_file"]
    assert (in_its_file["n"], in_its_file["name"]) == (0, "survey.docx") and "cracked" in in_its_file["found"]


@pytest.mark.parametrize("name", ["survey.docx", "survey.txt", "survey.zip"])
async def test_hindi_in_a_file_is_found_however_it_is_typed(desk: Desk, name: str) -> None:
    await desk.come_in(name, SENT[name])
    for asked in ("शहतीरें", '"पुल संख्या 117"', "याता*", "यातायात पुल"):
        [(_, said)] = await desk.found(asked)
        assert said is not None and ("शहतीरें" in said or "यातायात" in said), asked


async def test_a_file_that_was_sent_encrypted_in_an_encrypted_room_is_found(desk: Desk) -> None:
    sealed, keys = encrypt_attachment(SENT["survey.docx"])
    desk.house.shelf.files["sealed"] = sealed
    secret = event("$secret", CELL, RAVI, type="m.room.encrypted", content={"algorithm": "m.megolm.v1.aes-sha2"})
    said = {"msgtype": "m.file", "body": "survey.docx", "file": {**keys, "url": "mxc://mha.lab/sealed"}}
    clear = event("$secret", CELL, RAVI, type="m.room.message", content=said)
    await desk.archive.journalled(MHA, Arrival(secret, "push"))
    cites = await desk.archive.pool.fetchval("select max(pos) from journal j join room r on r.id = room"
                                             " where room_id = $1", CELL)  # fmt: skip
    await desk.archive.journalled(MHA, Arrival(clear, "decrypted", late=True, cites=cites))
    await desk.are_kept()
    await desk.are_read()
    [(body, said_there)] = await desk.found("शहतीरें girders")
    assert body == "survey.docx" and said_there is not None and "cracked" in said_there


async def test_what_is_half_in_the_message_and_half_in_its_file_is_found_once(desk: Desk) -> None:
    await desk.come_in("survey.docx", SENT["survey.docx"])
    assert len(await desk.found("survey girders")) == 1
    [(_, said)] = await desk.found("survey")
    assert said is None, "its name is what the message says itself"


async def test_of_a_message_with_several_files_the_one_is_shown_that_has_the_words(desk: Desk) -> None:
    desk.house.shelf.files["second"] = ENGLISH.encode()
    more = {"filename": "second.txt", "msgtype": "m.file", "url": "mxc://mha.lab/second"}
    await desk.come_in("first.txt", b"The tender is late, and nobody is to wait.", more=[more])
    assert [said and said.partition(":")[0] for _, said in await desk.found("girders")] == ["second.txt"]
    assert [said and said.partition(":")[0] for _, said in await desk.found("tender")] == ["first.txt"]
    assert len(await desk.found("nobody")) == 1


async def test_a_file_that_comes_long_after_its_message_was_recorded_adds_its_words_then(desk: Desk) -> None:
    await desk.sends("survey.docx", SENT["survey.docx"])
    assert [body for body, _ in await desk.found("survey")] == ["survey.docx"]
    assert await desk.found("girders") == []
    await desk.are_kept()
    assert await desk.found("girders") == []
    await desk.are_read()
    assert [body for body, _ in await desk.found("girders")] == ["survey.docx"]


UNREADABLE = {
    "nothing": b"", "noise": os.urandom(5_000), "a picture": png(Comment="nobody"),
    "half a docx": SENT["survey.docx"][:300],
    "a bomb": zipped({f"{n}.txt": b" " * (20 << 20) for n in range(8)}),
    "a document that a password protects": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5_000),
}  # fmt: skip


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_file_that_cannot_be_read_is_found_by_its_message_alone_and_stops_no_other(
    desk: Desk, data: bytes
) -> None:
    await desk.sends("survey.bin", data)
    await desk.come_in("survey.txt", SENT["survey.txt"])
    assert [body for body, _ in await desk.found("survey")] == ["survey.txt", "survey.bin"]
    assert [body for body, _ in await desk.found("girders")] == ["survey.txt"]
    assert await desk.left() == 0


async def test_nothing_that_a_file_says_lies_in_clear_in_any_table(desk: Desk) -> None:
    await desk.come_in("survey.docx", SENT["survey.docx"])
    names = await desk.archive.pool.fetch("select tablename from pg_tables where schemaname = 'public'")
    held = "".join([str(await desk.archive.pool.fetch(f"select t::text from {row[0]} t")) for row in names])
    sealed = await desk.archive.pool.fetchval("select sealed from search_file")
    for word in (*ENGLISH.split(), *HINDI.split()):
        assert len(word) < 5 or word not in held
        assert len(word) < 5 or word.encode() not in sealed


async def test_with_the_key_of_its_message_the_text_of_a_file_is_gone(desk: Desk) -> None:
    await desk.come_in("survey.docx", SENT["survey.docx"])
    await desk.archive.pool.execute("delete from event_key where (room, pos) in (select room, pos from search_file)")
    assert await desk.found("girders") == []


async def test_hashes_that_lie_with_the_wrong_file_find_nothing(desk: Desk) -> None:
    await desk.come_in("survey.docx", SENT["survey.docx"])
    await desk.come_in("other.txt", b"The tender is late")
    await desk.archive.pool.execute(
        "update search_file f set tokens = f.tokens || o.tokens from search_file o where o.pos <> f.pos"
    )
    assert [body for body, _ in await desk.found("girders")] == ["survey.docx"]


async def test_files_stand_among_messages_in_their_order_on_every_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 3)
    monkeypatch.setattr(finding, "LOOKED_UP", 4)
    for walked in (candidates.WALKED, 5):
        monkeypatch.setattr(candidates, "WALKED", walked)
        for number in range(12):
            at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=number)
            if number % 3 == 0:
                await desk.sends(f"f{number}.txt", b"a lorry", at=at)
            else:
                await desk.archive.write(CELL, f"lorry {number}", at=at)
        await desk.are_kept()
        await desk.are_read()
        found = [hit.entry.event for hit in await desk.archive.hits("lorry")]
        times = [one.sent_at for one in found if one.sent_at is not None]
        assert times == sorted(times, reverse=True) and len({one.id for one in found}) == len(found)
        assert len(found) in (12, 24)


@dataclass
class Explained:
    """A connection that tells how each question is answered."""

    connection: Connection
    plan: list[str] = field(default_factory=list)

    def transaction(self) -> Any:
        return self.connection.transaction()

    async def execute(self, sql: str) -> None:
        await self.connection.execute(sql)

    async def fetch(self, sql: str, *given: object) -> list[Any]:
        self.plan += [row[0] for row in await self.connection.fetch(f"explain {sql}", *given)]
        return list(await self.connection.fetch(sql, *given))


@pytest.mark.parametrize("where", ["", f" room:{CELL}", f" sender:{RAVI} from:2020-01-01"])
async def test_files_are_looked_up_and_never_looked_through(desk: Desk, where: str) -> None:
    await desk.come_in("survey.docx", SENT["survey.docx"])
    await desk.archive.pool.execute(
        "insert into search_file select room, pos, n + k, received_at, said_at,"
        " array(select (random() * 1e9)::bigint + k from generate_series(1, 2000)), sealed"
        " from search_file, generate_series(1, 200) k; analyze search_file"
    )
    keys = MonthKeys(desk.archive.keyring)
    async with desk.archive.pool.acquire() as connection:
        [month] = await keys.months(connection)
        tokens = await keys.known(connection, month)
        room = await connection.fetchval("select room from search_file limit 1")
        assert tokens is not None
        scope = candidates.Scope([room] if "room:" in where else None)
        asked = await candidates.Month.asked(connection, month, tokens, read(f"girders{where}", IST), scope)
        explained = Explained(connection)
        assert len(await asked.in_files(explained, None, 20)) == 1  # type: ignore[arg-type]
    ways = [line.split("(")[0].strip(" ->") for line in explained.plan if "Scan on search_file" in line]
    assert ways and all("Bitmap" in way for way in ways), ways
    indices = [line for line in explained.plan if "Bitmap Index Scan on search_file" in line]
    assert indices and all("tokens" in line for line in indices), indices


async def test_of_a_very_long_file_the_beginning_is_searched_and_of_the_rest_nothing_is_kept(desk: Desk) -> None:
    lines = [f"line {number} of the ledger" for number in range(30_000)]
    data = "\n".join(["girders at the beginning", *lines, "shelters at the end"]).encode()
    assert len(data) < 1 << 20, "it is fetched"
    told = worker.texts(data)
    assert sum(map(len, told)) == worker.MOST
    await desk.come_in("ledger.txt", data)
    assert [body for body, _ in await desk.found("girders")] == ["ledger.txt"]
    assert await desk.found("shelters") == []
    size = await desk.archive.pool.fetchval("select pg_column_size(sealed) from search_file")
    assert size < worker.MOST


async def test_several_processes_read_each_file_once(desk: Desk) -> None:
    for number in range(12):
        await desk.sends(f"f{number}.txt", f"lorry {number}".encode())
    await desk.are_kept()
    shops = [Shop([WORKER]) for _ in range(3)]

    async def reads(shop: Shop) -> int:
        count, one = 0, desk.reader()
        while await one.one(shop):
            count += 1
        return count

    counts = await asyncio.gather(*map(reads, shops))
    for shop in shops:
        await shop.close()
    assert sum(counts) == 12
    assert len(await desk.found("lorry")) == 12


async def test_who_is_killed_while_reading_leaves_it_to_the_next(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.sends("survey.docx", SENT["survey.docx"])
    await desk.are_kept()

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(Shop, "told", killed)
        with pytest.raises(asyncio.CancelledError):
            await desk.reader().one(desk.shop)
    assert (await desk.left(), await desk.found("girders")) == (1, [])
    await desk.are_read()
    assert len(await desk.found("girders")) == 1


async def test_a_file_on_which_the_process_dies_is_given_up_in_the_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "PAUSE", timedelta())
    await desk.sends("survey.docx", SENT["survey.docx"])
    await desk.are_kept()
    asked = Shop._asked

    async def dies(shop: Shop, job: Any, data: bytes) -> Any:
        process = await shop._begun()
        os.kill(process.pid, signal.SIGKILL)
        return await asked(shop, job, data)

    with monkeypatch.context() as patch:
        patch.setattr(Shop, "_asked", dies)
        for _ in range(readers.MOST_TRIES + 1):
            assert await desk.left() == 1
            assert await desk.reader().one(desk.shop)
    assert await desk.left() == 0
    assert await desk.archive.pool.fetchval("select count(*) from retention_text") == 1, "a hold of words covers it"
    await desk.come_in("other.txt", ENGLISH.encode())
    assert [body for body, _ in await desk.found("girders")] == ["other.txt"]


async def test_what_is_handed_over_in_the_bots_own_chats_is_not_found_again(desk: Desk) -> None:
    await desk.sends("survey.docx", SENT["survey.docx"])
    await desk.archive.pool.execute("delete from search_head")  # as of a room in which nothing can be searched
    await desk.are_kept()
    assert await desk.left() == 0


async def test_a_hold_of_words_holds_the_message_whose_file_says_them(desk: Desk) -> None:
    async def held(pos: int) -> bool:
        host = desk.host()
        holds = Holds(host.keyring, MonthKeys(host.keyring), lambda: datetime.now(UTC))
        async with desk.archive.pool.acquire() as connection, connection.transaction():
            [room] = [one for one in await record.rooms(connection, CELL) if one.homeserver == MHA]
            return pos in await holds.covering(connection, room, [pos])

    await desk.sends("survey.docx", SENT["survey.docx"])
    await desk.sends("other.txt", b"The tender is late")
    rows = await desk.archive.pool.fetch("select pos from journal j join room r on r.id = j.room where r.room_id = $1"
                                         " and r.homeserver = $2 order by pos desc limit 2", CELL, MHA)  # fmt: skip
    other, survey = (row["pos"] for row in rows)
    host, given = desk.host(), {"matter": "m", "authority": "a", "reason": "r", "words": "girders"}
    book = HoldDesk(host.keyring, NIC, timedelta(days=30), lambda: datetime.now(UTC))
    async with desk.archive.pool.acquire() as connection, connection.transaction():
        await book.add(connection, NIC, Officer("asha", "@asha:nic.lab"), fields(given, UTC))
    assert (await held(survey), await held(other)) == (True, True), "what was not read yet may say so"
    await desk.are_kept()
    assert (await held(survey), await held(other)) == (True, True)
    await desk.are_read()
    assert (await held(survey), await held(other)) == (True, False)


def test_what_the_process_tells_fits_on_a_line() -> None:
    told: Sequence[str] = worker.texts(f"{ENGLISH}\n{HINDI}\x85\u2028".encode())
    assert "\n" not in json.dumps({"texts": told})
