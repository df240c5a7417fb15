"""A message waits for the verdict on its files a few seconds, and no longer; what is not known then comes late. Nothing
is taken for clean that was not read.
"""

import asyncio
import errno
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bots.classification import file_book
from bots.classification.files import shop as shops
from bots.classification.files.shop import GONE, Shop
from bots.classification.scanner import FAILED, MOST_TRIES, NOT_OPEN, PAUSE, Scanner
from bots.classification.scanning import NO_FOLDER, NO_ROOM
from bots.classification.verdict import CLEAN, Verdict
from bridge.disk import DiskError
from bridge.media_folder import MediaFolder
from bridge.model import Entry
from bridge.seal import CannotOpen, MasterKey
from bridge.store import notify
from bridge.store.database import Pool
from bridge.store.journal import Journal
from tests.deadline import as_answer, until
from tests.documents import docx, paragraphs, png, zipped
from tests.store.media_house import house
from tests.store.reading_room import MARKED, PLAIN, ReadingRoom, told

SECRET = ("IN:SECRET", ())
NOTHING = (None, ())


@pytest.fixture(scope="session")
async def shop() -> AsyncIterator[Shop]:
    async with shops.opened() as opened:
        yield opened


@pytest.fixture
async def cell(
    pool: Pool, journal: Journal, master: MasterKey, tmp_path: Path, shop: Shop
) -> AsyncIterator[ReadingRoom]:
    async with house(pool, journal, master, tmp_path / "media") as made:
        yield ReadingRoom(made, shop)


async def test_a_marked_file_is_fetched_judged_and_known_while_its_message_waits(cell: ReadingRoom) -> None:
    entry = await cell.sends(MARKED)
    assert await cell.asks(entry) is None
    await cell.house.works()
    assert await cell.asks(entry, 1) is None
    assert await cell.judges() == 1
    assert told(await cell.asks(entry, 2)) == SECRET
    assert await cell.late() == []


async def test_a_message_without_files_waits_for_nothing(cell: ReadingRoom, pool: Pool) -> None:
    assert await cell.asks(await cell.says({"msgtype": "m.text", "body": "SECRET"})) == CLEAN
    assert await pool.fetchval("select count(*) from outbox") == 0


async def test_an_encrypted_file_is_judged_by_the_key_in_its_message_and_lies_as_it_came(cell: ReadingRoom) -> None:
    entry = await cell.says({"msgtype": "m.file", "body": "a.docx", "file": cell.secretly(MARKED)})
    assert told(await cell.learns(entry)) == SECRET
    assert not [path for path in cell.house.on_disk() if b"word/document.xml" in path.read_bytes()]


async def test_an_edit_that_brings_a_file_is_judged(cell: ReadingRoom) -> None:
    new = {"msgtype": "m.file", "body": "a.docx", "url": cell.uploads(MARKED)}
    assert told(await cell.learns(await cell.says({"msgtype": "m.text", "body": "*", "m.new_content": new}))) == SECRET


async def test_the_verdict_on_several_files_is_one(cell: ReadingRoom) -> None:
    restricted = docx(paragraphs("RESTRICTED"))
    verdict = await cell.learns(await cell.sends(PLAIN, restricted, MARKED))
    assert told(verdict) == SECRET
    assert {str(found.level) for found in verdict.findings} == {"IN:RESTRICTED", "IN:SECRET"}


async def test_a_plain_file_is_clean(cell: ReadingRoom) -> None:
    assert told(await cell.learns(await cell.sends(PLAIN))) == NOTHING


async def test_a_picture_is_not_scanned_and_that_is_all(cell: ReadingRoom) -> None:
    verdict = await cell.learns(await cell.sends(png()))
    assert (told(verdict), verdict.findings) == ((None, ("a file: the picture itself is not read",)), ())


async def test_no_name_of_a_file_is_told_with_what_was_not_scanned(cell: ReadingRoom) -> None:
    inside = zipped({"the-minister-travels.bin": b"\x00\x01\x02", "a: the-minister: b.xml": b"<a", "x.png": png()})
    content = {"msgtype": "m.file", "body": "the-minister.zip", "filename": "the-minister.zip"}
    verdict = await cell.learns(await cell.says({**content, "url": cell.uploads(inside)}))
    assert len(verdict.not_scanned) >= 2
    assert all(one.startswith("a file: ") and "minister" not in one for one in verdict.not_scanned)


async def test_one_file_in_two_messages_is_fetched_once(cell: ReadingRoom) -> None:
    content = {"msgtype": "m.file", "body": "a.docx", "url": cell.uploads(MARKED)}
    first, second = await cell.says(content), await cell.says({**content, "body": "b.docx"})
    await cell.asks(second)
    assert told(await cell.learns(first)) == SECRET
    assert told(await cell.asks(second, 1)) == SECRET
    assert cell.house.shelf.asked.total() == 1


TROUBLE: Mapping[str, Mapping[str, Any]] = {
    "it names no address": {"url": "https://elsewhere.example/estimate.docx"},
    "its key is missing or damaged": {"file": {"url": "mxc://mha.lab/estimate", "key": {"k": "short"}}},
}


@pytest.mark.parametrize("why", TROUBLE)
async def test_what_cannot_even_be_fetched_is_not_scanned_at_once(cell: ReadingRoom, why: str, pool: Pool) -> None:
    entry = await cell.says({"msgtype": "m.file", "body": "estimate.docx", **TROUBLE[why]})
    assert told(await cell.asks(entry)) == (None, (f"a file: {why}",))
    assert await pool.fetchval("select count(*) from outbox") == 0


async def test_one_that_cannot_be_fetched_hides_no_other_beside_it(cell: ReadingRoom) -> None:
    bad = {"msgtype": "m.file", "body": "a", "url": "none", "m.new_content": {"url": cell.uploads(MARKED)}}
    assert told(await cell.learns(await cell.says(bad))) == ("IN:SECRET", ("a file: it names no address",))


async def test_a_file_that_is_not_the_one_that_was_sent_is_not_judged(cell: ReadingRoom) -> None:
    """Somebody at the homeserver put another one in its place, which would read as clean."""
    file = cell.secretly(MARKED)
    cell.house.shelf.files[str(file["url"]).rpartition("/")[2]] = PLAIN
    verdict = await cell.learns(await cell.says({"msgtype": "m.file", "body": "a.docx", "file": file}))
    assert told(verdict) == (None, ("a file: it is not the file that was sent: its hash is another",))


async def test_a_file_that_the_homeserver_does_not_have_is_not_scanned_and_the_reason_is_told(
    cell: ReadingRoom,
) -> None:
    verdict = await cell.learns(await cell.says({"msgtype": "m.file", "body": "a.docx", "url": "mxc://mha.lab/gone"}))
    assert told(verdict) == (None, ("a file: mha.lab has no such file: 404 M_NOT_FOUND",))


async def test_what_a_message_says_of_the_size_counts_for_nothing(cell: ReadingRoom) -> None:
    content = {"msgtype": "m.file", "body": "a.docx", "url": cell.uploads(MARKED), "info": {"size": 10**30}}
    assert told(await cell.learns(await cell.says(content))) == SECRET


async def test_a_file_that_is_larger_than_what_is_read_is_not_even_fetched(
    cell: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = PLAIN + b"\0" * 4000
    monkeypatch.setattr("bots.classification.scanning.MOST_BYTES", len(large) - 1)
    url = cell.uploads(large)
    verdict = await cell.learns(
        await cell.says({"msgtype": "m.file", "body": "a.docx", "url": url, "info": {"size": 1}})
    )
    assert told(verdict) == (None, (f"a file: it is larger than {len(large) - 1} bytes",))
    assert cell.house.on_disk() == []


async def test_a_message_waits_no_longer_than_its_time_and_the_verdict_comes_late(cell: ReadingRoom) -> None:
    entry = await cell.sends(MARKED)
    assert await cell.asks(entry, 9.9) is None
    assert told(await cell.asks(entry, 10)) == (None, ("a file: not fetched in time",))
    assert await cell.late() == []
    await cell.house.works()
    assert await cell.late() == []
    await cell.judges()
    [late] = await cell.late()
    assert (late.room, late.pos, told(late.verdict)) == (cell.room.ref, entry.pos, SECRET)
    assert await cell.late() == [], "it is handed on once"


async def test_a_message_that_goes_on_while_its_file_is_judged_says_so(cell: ReadingRoom) -> None:
    entry = await cell.sends(MARKED, PLAIN)
    await cell.asks(entry)
    await cell.house.works()
    assert await cell.scanner().one(cell.shop)
    assert told(await cell.asks(entry, 11)) == ("IN:SECRET", ("a file: not judged in time",))
    await cell.judges()
    [late] = await cell.late()
    assert told(late.verdict) == SECRET


async def test_a_late_verdict_that_was_not_acted_upon_is_given_again(cell: ReadingRoom, pool: Pool) -> None:
    entry = await cell.sends(MARKED)
    await cell.asks(entry, 11)
    await cell.house.works()
    await cell.judges()
    with pytest.raises(ZeroDivisionError):
        await acts_and_fails(cell, pool)
    assert len(await cell.late()) == 1


async def acts_and_fails(cell: ReadingRoom, pool: Pool) -> None:
    async with pool.acquire() as connection, connection.transaction():
        assert await file_book.late(connection, cell.house.keyring, 50)
        raise ZeroDivisionError


async def test_two_processes_are_given_no_late_verdict_twice(cell: ReadingRoom) -> None:
    entries = [await cell.sends(MARKED) for _ in range(8)]
    for entry in entries:
        await cell.asks(entry, 11)
    await cell.house.works()
    await cell.judges()
    given = await asyncio.gather(*(cell.late() for _ in range(4)))
    assert sorted(one.pos for some in given for one in some) == [entry.pos for entry in entries]


async def test_a_step_that_is_taken_back_asks_again(cell: ReadingRoom, pool: Pool) -> None:
    entry = await cell.sends(MARKED)
    with pytest.raises(ZeroDivisionError):
        await asks_and_fails(cell, pool, entry)
    assert await pool.fetchval("select count(*) from classification_file") == 0
    assert told(await cell.learns(entry)) == SECRET


async def asks_and_fails(cell: ReadingRoom, pool: Pool, entry: Entry) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await cell.scanning().verdict(connection, cell.room, entry, entry.received_at)
        raise ZeroDivisionError


async def test_the_followers_of_the_room_are_told_of_a_verdict(cell: ReadingRoom, url: str) -> None:
    entry = await cell.sends(MARKED)
    await cell.asks(entry)
    await cell.house.works()
    told_of: list[frozenset[int] | None] = []
    listening = asyncio.create_task(notify.listen(url, {notify.JOURNAL: [told_of.append]}, 0.05))
    await until(lambda: as_answer(told_of == [None]))
    await cell.judges()
    await until(lambda: as_answer(told_of[1:] == [frozenset({cell.room.ref})]))
    listening.cancel()


async def test_several_scanners_judge_each_file_once(cell: ReadingRoom) -> None:
    entries = [await cell.sends(MARKED if n % 2 else PLAIN) for n in range(8)]
    for entry in entries:
        await cell.asks(entry)
    await cell.house.works()
    assert sum(await asyncio.gather(*(cell.judges() for _ in range(3)))) == len(entries)
    assert [told(await cell.asks(entry, 1)) for entry in entries] == [NOTHING, SECRET] * 4


async def test_with_a_file_that_one_begins_with_another_neither_begins_nor_waits_for_it(
    cell: ReadingRoom, pool: Pool
) -> None:
    for entry in [await cell.sends(MARKED), await cell.sends(PLAIN)]:
        await cell.asks(entry)
    await cell.house.works()
    lease = timedelta(hours=1)
    async with pool.acquire() as one, pool.acquire() as other, one.transaction(), asyncio.timeout(10):
        first, second = await file_book.begin(one, lease), await file_book.begin(other, lease)
        assert first is not None and second is not None
        assert first.pos != second.pos
        assert await file_book.begin(other, lease) is None


async def test_what_a_process_that_died_had_begun_is_begun_again_after_a_while(cell: ReadingRoom, pool: Pool) -> None:
    entry = await cell.sends(MARKED)
    await cell.asks(entry)
    await cell.house.works()
    async with pool.acquire() as connection:
        assert await file_book.begin(connection, timedelta(hours=1)) is not None
    assert await cell.judges() == 0
    await passes(pool, timedelta(hours=1))
    assert await cell.judges() == 1
    assert told(await cell.asks(entry, 1)) == SECRET


async def passes(pool: Pool, time: timedelta) -> None:
    """So much time passes for what waits to be judged."""
    await pool.execute("update classification_file set not_before = not_before - $1::interval", time)


async def test_a_file_on_which_processes_die_is_in_the_end_not_scanned(cell: ReadingRoom, pool: Pool) -> None:
    entry = await cell.sends(MARKED)
    await cell.asks(entry)
    await cell.house.works()
    for _ in range(MOST_TRIES):
        async with pool.acquire() as connection:
            assert await file_book.begin(connection, timedelta()) is not None
        await passes(pool, timedelta(seconds=1))
    assert await cell.judges() == 1
    assert told(await cell.asks(entry, 1)) == (None, (f"a file: {FAILED}",))


async def test_who_stops_while_a_file_is_judged_leaves_it_to_the_next(
    cell: ReadingRoom, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, judging = await cell.sends(MARKED), asyncio.Event()
    await cell.asks(entry)
    await cell.house.works()

    async def never(*_: object) -> Verdict:
        judging.set()
        await asyncio.Event().wait()
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr(Shop, "judge", never)
        stopped = asyncio.create_task(cell.scanner().one(cell.shop))
        async with asyncio.timeout(10):
            await judging.wait()
        stopped.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopped
    assert await pool.fetchval("select tries from classification_file") == 0
    assert await cell.judges() == 1
    assert told(await cell.asks(entry, 1)) == SECRET


@pytest.mark.parametrize("failing", ["the reading process is gone", "judging raises", "the folder cannot be read"])
async def test_what_may_not_fail_again_is_tried_again_and_never_kept_as_a_verdict(
    cell: ReadingRoom, pool: Pool, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    async def gone(*_: object) -> Verdict:
        return GONE

    async def raises(*_: object) -> Verdict:
        raise ZeroDivisionError

    async def unreadable(*_: object) -> bytes:
        raise DiskError(OSError(errno.EIO, "Input/output error"))

    entry = await cell.sends(MARKED)
    await cell.asks(entry)
    await cell.house.works()
    with monkeypatch.context() as patched:
        match failing:
            case "the reading process is gone":
                patched.setattr(Shop, "judge", gone)
            case "judging raises":
                patched.setattr(Shop, "judge", raises)
            case _:
                patched.setattr(MediaFolder, "whole", unreadable)
        assert await cell.judges() == 1
        assert await cell.asks(entry, 1) is None
    await passes(pool, PAUSE)
    assert await cell.judges() == 1
    assert told(await cell.asks(entry, 1)) == SECRET


async def test_a_folder_that_cannot_be_read_for_long_costs_no_file_its_verdict(
    cell: ReadingRoom, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreadable(*_: object) -> bytes:
        raise DiskError(OSError(errno.EIO, "Input/output error"))

    entry = await cell.sends(MARKED)
    await cell.asks(entry)
    await cell.house.works()
    with monkeypatch.context() as patched:
        patched.setattr(MediaFolder, "whole", unreadable)
        for _ in range(3 * MOST_TRIES):
            assert await cell.judges() == 1
            await passes(pool, PAUSE)
    await cell.judges()
    assert told(await cell.asks(entry, 1)) == SECRET


async def test_a_kept_file_that_somebody_changed_is_not_judged(cell: ReadingRoom) -> None:
    entry = await cell.sends(MARKED)
    await cell.asks(entry)
    await cell.house.works()
    [file] = cell.house.on_disk()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    await cell.judges()
    assert told(await cell.asks(entry, 1)) == (None, (f"a file: {NOT_OPEN}",))


async def test_a_verdict_is_sealed_and_opens_only_in_its_place(cell: ReadingRoom, pool: Pool) -> None:
    clean, marked = await cell.sends(PLAIN), await cell.sends(MARKED)
    await cell.asks(marked)
    await cell.learns(clean)
    rows = [str(dict(row)) for row in await pool.fetch("table classification_file")]
    assert not [row for row in rows if "SECRET" in row or "mxc:" in row]
    await pool.execute(
        "update classification_file f set (kek, wrapped, sealed) = (o.kek, o.wrapped, o.sealed)"
        " from classification_file o where f.pos = $1 and o.pos = $2",
        marked.pos, clean.pos,
    )  # fmt: skip
    with pytest.raises(CannotOpen):
        await cell.asks(marked, 1)


async def test_without_a_folder_every_file_is_not_scanned(cell: ReadingRoom) -> None:
    assert told(await cell.asks(await cell.sends(MARKED), kept=False)) == (None, (f"a file: {NO_FOLDER}",))


async def test_a_file_of_a_room_that_nobody_of_ours_is_in_is_not_scanned(cell: ReadingRoom, pool: Pool) -> None:
    await pool.execute("update endpoint set room_id = '!another:mha.lab'")
    assert told(await cell.asks(await cell.sends(MARKED))) == (None, (f"a file: {NO_ROOM}",))


async def test_a_scanner_at_work_judges_what_is_fetched_and_outlives_what_it_does_not_expect(
    cell: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, begin = 0, file_book.begin

    async def stumbles(*given: object) -> object:
        nonlocal began
        began += 1
        if began == 1:
            raise ZeroDivisionError
        if began == 2:
            raise ConnectionError
        return await begin(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(file_book, "begin", stumbles)
    entry = await cell.sends(MARKED)
    await cell.asks(entry)
    await cell.house.works()
    of = cell.house
    scanner = Scanner(of.pool, of.keyring, cell.journal, of.folder(), every_seconds=0.01)
    working = asyncio.create_task(scanner.run())

    async def known() -> bool:
        return await cell.asks(entry, 1) is not None

    await until(known)
    working.cancel()
    assert told(await cell.asks(entry, 1)) == SECRET
