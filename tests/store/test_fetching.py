"""Files of messages are fetched once, kept once in a room and sealed, whatever is killed, full or gone on the way."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientError

from bridge.gateway.fetching import ALARM, Fetching
from bridge.gateway.media import MOST_ATTEMPTS
from bridge.gateway.outcome import Dead, Done, Retry
from bridge.media_draft import Draft
from bridge.media_folder import MediaFolderError
from bridge.seal import CannotOpen, MasterKey
from bridge.store import media_book, notify
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.media_book import State
from tests.deadline import as_answer, until
from tests.store.media_house import BOT, LARGEST, House, action, house

MXC = "mxc://mha.lab/report"
AGAIN = "mxc://mha.lab/the-same-once-more"
DATA = b"SECRET: the convoy leaves at five. " * 9000


@pytest.fixture
async def mha(pool: Pool, journal: Journal, master: MasterKey, tmp_path: Path) -> AsyncIterator[House]:
    async with house(pool, journal, master, tmp_path / "media") as made:
        made.shelf.files["report"] = made.shelf.files["the-same-once-more"] = DATA
        yield made


async def test_a_file_that_is_wanted_is_fetched_as_the_bot_and_kept_sealed(mha: House) -> None:
    await mha.want(MXC)
    [order] = await mha.orders()
    assert (action(order).mxc, action(order).room, order.action.as_user) == (MXC, mha.room, BOT)
    assert await mha.fetch(MXC) == Done()
    assert mha.shelf.readers == {f"{BOT} Bearer token"}
    assert await mha.read(MXC) == DATA
    [file] = mha.on_disk()
    assert b"convoy" not in file.read_bytes()


async def test_neither_address_nor_bytes_stand_in_the_database(mha: House, pool: Pool) -> None:
    await mha.want(MXC)
    await mha.fetch(MXC)
    rows = [str(dict(row)) for table in ("media", "media_file", "outbox") for row in await pool.fetch(f"table {table}")]
    assert not [row for row in rows if "report" in row or "mxc:" in row or "convoy" in row]


async def test_what_is_wanted_twice_is_asked_for_once(mha: House) -> None:
    await mha.want(MXC, MXC)
    await mha.want(MXC)
    assert len(await mha.orders()) == 1
    await mha.fetch(MXC)
    await mha.want(MXC)
    assert await mha.fetch(MXC) == Done()
    assert (len(await mha.orders()), mha.shelf.asked["report"]) == (1, 1)


async def test_the_same_bytes_under_two_addresses_are_kept_once(mha: House) -> None:
    await mha.want(MXC, AGAIN)
    await mha.fetch(MXC)
    await mha.fetch(AGAIN)
    assert await mha.read(MXC) == await mha.read(AGAIN) == DATA
    assert len(mha.on_disk()) == 1


async def test_the_same_bytes_in_two_rooms_are_kept_in_each_and_nobody_sees_that_they_are_the_same(mha: House) -> None:
    other = await mha.another_room("!other:mha.lab")
    await mha.want(MXC)
    await mha.want(MXC, room=other)
    await mha.fetch(MXC)
    await mha.fetch(MXC, room=other)
    assert await mha.read(MXC) == await mha.read(MXC, other) == DATA
    one, two = mha.on_disk()
    assert one.name.partition("-")[0] != two.name.partition("-")[0]


async def test_two_processes_that_fetch_the_same_at_once_keep_it_once(mha: House) -> None:
    await mha.want(MXC, AGAIN)
    found = await asyncio.gather(*(mha.fetch(mxc, mha.fetching()) for mxc in (MXC, AGAIN, MXC, AGAIN, MXC)))
    assert found == [Done()] * 5
    assert await mha.read(MXC) == await mha.read(AGAIN) == DATA
    assert len(mha.on_disk()) == 1


async def test_who_is_killed_after_the_file_was_kept_and_before_that_was_noted_keeps_it_again(
    mha: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None:
        raise ConnectionError

    await mha.want(MXC)
    with monkeypatch.context() as patched:
        patched.setattr(media_book, "settle", dies)
        with pytest.raises(ConnectionError):
            await mha.fetch(MXC)
    assert (await mha.of(MXC)).state is State.WANTED
    assert await mha.fetch(MXC) == Done()
    assert await mha.read(MXC) == DATA


async def test_a_file_that_is_gone_from_the_folder_is_fetched_again_where_it_is_asked_for_again(mha: House) -> None:
    await mha.want(MXC)
    await mha.fetch(MXC)
    mha.on_disk()[0].unlink()
    with pytest.raises(CannotOpen):
        await mha.read(MXC)
    assert await mha.fetch(MXC) == Done()
    assert await mha.read(MXC) == DATA


@pytest.mark.parametrize(
    "refusal",
    [(404, {"errcode": "M_NOT_FOUND"}), (403, {"errcode": "M_FORBIDDEN"}), (413, {"errcode": "M_TOO_LARGE"})],
)
async def test_a_file_that_the_homeserver_does_not_have_or_give_is_absent_and_no_dead_letter(
    mha: House, refusal: tuple[int, dict[str, str]]
) -> None:
    mha.shelf.refusals["report"] = refusal
    await mha.want(MXC)
    assert await mha.fetch(MXC) == Done()
    found = await mha.of(MXC)
    assert (found.state, found.kept, mha.on_disk()) == (State.ABSENT, None, [])
    assert found.why == f"mha.lab has no such file: {refusal[0]} {refusal[1]['errcode']}"


@pytest.mark.parametrize(
    "refusal", [(429, {"errcode": "M_LIMIT_EXCEEDED"}), (500, {"errcode": "M_UNKNOWN"}), (502, {})]
)
async def test_what_passes_is_waited_for(mha: House, refusal: tuple[int, dict[str, str]]) -> None:
    mha.shelf.refusals["report"] = refusal
    await mha.want(MXC)
    assert isinstance(await mha.fetch(MXC), Retry)
    assert (await mha.of(MXC)).state is State.WANTED
    del mha.shelf.refusals["report"]
    assert await mha.fetch(MXC, tries=1) == Done()
    assert await mha.read(MXC) == DATA


@pytest.mark.parametrize("unsized", [False, True], ids=["as it says", "without a word"])
async def test_a_file_that_is_larger_than_anybody_wants_is_absent(mha: House, unsized: bool) -> None:
    mha.shelf.unsized = unsized
    await mha.want(MXC, most=len(DATA) - 1)
    assert await mha.fetch(MXC) == Done()
    found = await mha.of(MXC)
    assert (found.state, found.why, mha.on_disk()) == (State.ABSENT, f"it is larger than {len(DATA) - 1} bytes", [])


async def test_a_file_that_is_larger_than_the_settings_allow_is_absent(mha: House) -> None:
    await mha.want(MXC)
    assert await mha.fetch(MXC, mha.fetching(largest=100)) == Done()
    assert (await mha.of(MXC)).why == "it is larger than 100 bytes"


@pytest.mark.parametrize("unsized", [False, True])
async def test_a_file_of_just_as_many_bytes_as_are_wanted_is_kept(mha: House, unsized: bool) -> None:
    mha.shelf.unsized = unsized
    await mha.want(MXC, most=len(DATA))
    await mha.fetch(MXC)
    assert await mha.read(MXC) == DATA


async def test_who_wants_more_of_it_than_those_before_has_it_fetched_again(mha: House) -> None:
    await mha.want(MXC, most=10)
    await mha.fetch(MXC)
    await mha.want(MXC, most=10)
    assert len(await mha.orders()) == 1
    await mha.want(MXC, most=LARGEST)
    assert ((await mha.of(MXC)).state, len(await mha.orders())) == (State.WANTED, 2)
    await mha.fetch(MXC)
    assert await mha.read(MXC) == DATA


async def test_who_wants_more_of_it_just_while_it_is_found_too_large_has_it_fetched(
    mha: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mha.want(MXC, most=10)
    miss = media_book.miss

    async def late(*given: object) -> bool:
        await mha.want(MXC, most=LARGEST)
        return await miss(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(media_book, "miss", late)
        assert isinstance(await mha.fetch(MXC), Retry)
    assert await mha.fetch(MXC, tries=1) == Done()
    assert await mha.read(MXC) == DATA


async def test_a_file_that_breaks_off_is_not_kept_and_is_tried_again_a_few_times(mha: House) -> None:
    mha.shelf.breaks_off = True
    await mha.want(MXC)
    with pytest.raises(ClientError):
        await mha.fetch(MXC)
    assert ((await mha.of(MXC)).state, mha.on_disk()) == (State.WANTED, [])
    assert await mha.fetch(MXC, tries=MOST_ATTEMPTS - 1) == Done()
    found = await mha.of(MXC)
    assert found.state is State.ABSENT
    assert found.why is not None and found.why.startswith("mha.lab breaks off giving it")


async def test_while_the_disk_is_full_nothing_is_lost_an_alarm_tells_and_what_comes_later_is_kept(
    mha: House, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_draft: Draft, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    await mha.want(AGAIN)
    await mha.fetch(AGAIN)
    await mha.want(MXC)
    other = await mha.another_room("!other:mha.lab")
    await mha.want(MXC, room=other)
    alarm = "select what->'words'->>'why' from alarm where cause = $1 and over_at is null"
    with monkeypatch.context() as patched:
        patched.setattr(Draft, "_put", full)
        assert await mha.fetch(MXC, room=other) == Dead("it is not kept in media.folder: its disk is full")
        assert await pool.fetchval(alarm, ALARM) == "its disk is full"
    assert await mha.read(AGAIN) == DATA
    assert await mha.fetch(MXC, room=other) == Done()
    assert await mha.read(MXC, other) == DATA
    assert await pool.fetchval(alarm, ALARM) is None


async def test_a_file_whose_order_died_is_absent_until_somebody_lets_it_try_again(mha: House, pool: Pool) -> None:
    await mha.want(MXC)
    [order] = await mha.orders()
    async with pool.acquire() as connection:
        await mha.fetching().missed(connection, order, "it is not kept in media.folder: its disk is full")
    found = await mha.of(MXC)
    assert (found.state, found.why) == (State.ABSENT, "it is not kept in media.folder: its disk is full")
    assert await mha.fetch(MXC) == Done()
    assert await mha.read(MXC) == DATA


async def test_the_followers_of_the_room_are_told_when_it_is_kept_and_when_it_is_not_to_be_had(
    mha: House, url: str
) -> None:
    told: list[frozenset[int] | None] = []
    listening = asyncio.create_task(notify.listen(url, {notify.JOURNAL: [told.append]}, 0.05))
    await until(lambda: as_answer(told == [None]))
    await mha.want(MXC, "mxc://mha.lab/gone")
    await mha.fetch(MXC)
    await until(lambda: as_answer(told[1:] == [frozenset({mha.room})]))
    await mha.fetch("mxc://mha.lab/gone")
    await until(lambda: as_answer(told[1:] == [frozenset({mha.room})] * 2))
    listening.cancel()


@pytest.mark.parametrize(
    "mxc",
    ["https://elsewhere.example/file", "mxc://mha.lab/../../etc/passwd", "mxc://../report", "mxc://mha.lab/..",
     "mxc://mha.lab/", "mxc://mha.lab", "mxc:///report", "mxc://mha.lab/\ud800",
     f"mxc://mha.lab/{'x' * 600}", ""],
)  # fmt: skip
async def test_an_address_that_is_none_is_absent_and_asks_nothing_of_anybody(mha: House, mxc: str) -> None:
    await mha.want(mxc)
    assert await mha.fetch(mxc) == Done()
    assert (await mha.of(mxc)).state is State.ABSENT
    assert sum(mha.shelf.asked.values()) == 0


async def test_without_a_folder_nothing_is_fetched(mha: House) -> None:
    await mha.want(MXC)
    assert isinstance(await mha.fetch(MXC, Fetching(mha.pool, mha.keyring, None, LARGEST)), Dead)
    assert mha.shelf.asked["report"] == 0


async def test_once_files_lie_in_a_folder_an_empty_one_is_not_taken_for_it(mha: House, tmp_path: Path) -> None:
    await mha.want(MXC)
    await mha.fetch(MXC)
    mha.path = tmp_path / "not-mounted"
    os.mkdir(mha.path)
    with pytest.raises(MediaFolderError, match="mount or name the right one"):
        mha.folder(may_begin=not await any_kept(mha))


async def any_kept(mha: House) -> bool:
    async with mha.pool.acquire() as connection:
        return await media_book.any_kept(connection)
