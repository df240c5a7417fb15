"""The files of recorded rooms are fetched, kept, and told in the log; what is not to be had is told too, and stops
nothing. Whoever changes or removes one is found out.
"""

import asyncio
import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nio.crypto.attachments import encrypt_attachment  # type: ignore[import-untyped]

from bots.retention import record
from bots.retention.files.keeping import ALARM, Keeping
from bots.retention.notary import Notary, signing_key
from bots.retention.settings import Checkpoints, RetentionSettings
from bots.retention.verification import whole
from bridge.gateway.outcome import Dead, Done
from bridge.media_draft import Draft
from bridge.model import Event
from bridge.plugin import Host
from bridge.seal import MasterKey
from bridge.store import outbox
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.keyrings import keyring_of
from tests.people import CELL, MHA, NIC, RAVI, event
from tests.store.bureau import CUSTOMS
from tests.store.media_house import LARGEST, House, action, house
from tests.store.recorded import Archive
from tests.tongues import tongues

MXC = "mxc://mha.lab/estimate"
DATA = b"the estimate for the culvert at km 42 " * 4000


@dataclass
class Room:
    """A room of Home Affairs on record, its homeserver's files, and the bot that keeps them."""

    archive: Archive
    house: House
    folder: Path

    def host(self, with_folder: bool = True) -> Host:
        """As in another process."""
        pool, keyring = self.archive.pool, keyring_of(self.house.master)
        media = self.house.folder() if with_folder else None
        return Host(pool, Journal(pool, keyring), keyring, CUSTOMS, tongues(), NIC, None, media)

    async def sends(self, mxc: str = MXC, **more: Any) -> Event:
        """Ravi sends a file; it is recorded."""
        number = next(self.archive.numbers)
        content = {"msgtype": "m.file", "body": "estimate.docx", "url": mxc, **more}
        sent = event(f"${number}", CELL, RAVI, type="m.room.message", content=content)
        await self.happens(sent)
        return sent

    async def happens(self, sent: Event) -> None:
        await self.archive.happens(sent)
        await self.archive.reads()

    async def keeps(self, with_folder: bool = True) -> None:
        """The bot does what there is to be done, once; so does the gateway."""
        keeping = Keeping(self.host(with_folder))
        await keeping.look_again()
        await self.are_fetched(keeping)
        while await keeping.look():
            pass

    async def are_fetched(self, keeping: Keeping) -> None:
        """What is named is asked for and fetched, and the bot knows nothing of it yet."""
        while await keeping.look():
            pass
        await self.fetches()

    async def fetches(self) -> None:
        """The gateway fetches what is wanted, once."""
        fetching = self.house.fetching()
        for order in await self.house.orders():
            outcome = await self.house.fetch(action(order).mxc, fetching, order.attempts)
            async with self.archive.pool.acquire() as connection, connection.transaction():
                if isinstance(outcome, Dead):
                    await outbox.dead(connection, order, outcome.reason)
                    await fetching.missed(connection, order, outcome.reason)
                else:
                    assert outcome == Done()
                    await outbox.done(connection, order, "")

    async def told(self) -> list[tuple[int, int, str]]:
        """What the record tells of files: the entry, the number, how it stands."""
        rows = await self.archive.pool.fetch("select pos, n, state from record_media order by pos, n")
        return [tuple(row) for row in rows]

    async def gaps(self) -> list[str]:
        rows = await self.archive.pool.fetch("select reason from gap where healed_at is null order by id")
        return [row["reason"] for row in rows]

    async def actions(self) -> list[str]:
        rows = await self.archive.pool.fetch("select action from record_audit order by organisation, seq")
        return [row["action"] for row in rows]

    async def faults(self, part: str = "all", with_folder: bool = True) -> list[str]:
        """What `setu records verify` says."""
        async with self.archive.pool.acquire() as connection:
            key = await signing_key(connection, self._checkpoints, NIC)
            settings = RetentionSettings(checkpoints=self._checkpoints)
            media = self.house.path if with_folder else None
            async with whole.opened(connection, settings, NIC, key.public_key(), media) as seen:
                chosen = await record.rooms(connection, CELL)
                found = {"all": seen.all(nobody), "sample": seen.sample(1000, nobody), "room": seen.of(chosen, nobody)}
                return [str(fault) async for fault in found[part]]

    async def signs(self) -> None:
        async with self.archive.pool.acquire() as connection:
            key = await signing_key(connection, self._checkpoints, NIC)
            await Notary(self.host(), self._checkpoints).look(connection, key)

    @property
    def _checkpoints(self) -> Checkpoints:
        return Checkpoints(folder=self.folder / "checkpoints", key_file=self.folder / "checkpoint.key", leaves=1)


def nobody(_: int) -> None:
    """To whom progress is told."""


@pytest.fixture
async def room(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, tmp_path: Path
) -> AsyncIterator[Room]:
    archive = Archive(pool, journal, keyring)
    async with house(pool, journal, master, tmp_path / "media") as made:
        made.shelf.files["estimate"] = DATA
        await archive.link(CELL)
        yield Room(archive, made, tmp_path)


async def test_a_file_is_fetched_kept_and_told_in_the_log(room: Room) -> None:
    await room.sends()
    assert await room.told() == [(1, 0, "waiting")]
    await room.keeps()
    assert await room.told() == [(1, 0, "kept")]
    assert await room.house.read(MXC) == DATA
    assert await room.actions() == ["file", "file-kept"]
    row = await room.archive.pool.fetchrow("select * from record_media")
    kept = (await room.house.of(MXC)).kept
    assert row is not None and kept is not None
    assert (row["name"], row["size"], row["sealed_sha256"]) == (kept.name, len(DATA), kept.sealed_digest.hex())
    tables = [await room.archive.pool.fetch(f"table {name}") for name in ("record_audit", "retention_file")]
    rows = str([dict(one) for table in tables for one in table])
    assert not [word for word in ("estimate", "mxc:", kept.digest.hex()) if word in rows]


async def test_files_of_encrypted_messages_edits_and_stickers_are_kept_and_thumbnails_are_not(room: Room) -> None:
    sealed, keys = encrypt_attachment(b"secret")
    room.house.shelf.files |= {"secret": sealed, "new": b"new", "sticker": b"sticker", "small": b"small"}
    await room.sends(file={**keys, "url": "mxc://mha.lab/secret"}, info={"thumbnail_url": "mxc://mha.lab/small"})
    edited = {"msgtype": "m.text", "body": "*", "m.new_content": {"msgtype": "m.file", "url": "mxc://mha.lab/new"}}
    await room.happens(event("$e", CELL, RAVI, type="m.room.message", content=edited))
    sticker = {"body": "x", "url": "mxc://mha.lab/sticker", "info": {}}
    await room.happens(event("$s", CELL, RAVI, type="m.sticker", content=sticker))
    await room.keeps()
    assert set(room.house.shelf.asked) == {"estimate", "secret", "new", "sticker"}
    assert {state for _, _, state in await room.told()} == {"kept"}


async def test_the_bot_of_the_room_asks_for_it_beside_its_messages(room: Room) -> None:
    await room.sends()
    await Keeping(room.host()).look()
    [order] = await room.house.orders()
    assert (order.action.as_user, order.lane) == ("@setu:mha.lab", room.house.lane.of_files)


async def test_the_same_file_sent_twice_is_kept_once_and_told_twice(room: Room) -> None:
    await room.sends()
    await room.sends()
    await room.keeps()
    assert await room.told() == [(1, 0, "kept"), (2, 0, "kept")]
    assert (room.house.shelf.asked["estimate"], len(room.house.on_disk())) == (1, 1)


async def test_a_file_that_the_homeserver_refuses_is_told_as_that_and_stops_nothing(room: Room) -> None:
    room.house.shelf.refusals["estimate"] = (403, {"errcode": "M_FORBIDDEN", "error": "the estimate is mine"})
    room.house.shelf.files["other"] = b"other"
    await room.sends()
    await room.sends("mxc://mha.lab/other")
    await room.keeps()
    assert await room.told() == [(1, 0, "absent"), (2, 0, "kept")]
    [gap] = await room.gaps()
    assert gap.startswith("file 1 of it: not kept (") and "M_FORBIDDEN" in gap and "mine" not in gap
    await room.keeps()
    assert (await room.actions()).count("file-absent") == 1, "it is told once"


async def test_a_file_that_is_too_large_is_told_as_that(room: Room) -> None:
    room.house.shelf.files["estimate"] = b"x" * (LARGEST + 1)
    await room.sends()
    await room.keeps()
    assert await room.gaps() == [f"file 1 of it: not kept (it is larger than {LARGEST} bytes)"]


@pytest.mark.parametrize("mxc", ["mxc://mha.lab", "mxc://mha.lab/a/b", "mxc://../estimate"])
async def test_a_file_without_an_address_is_told_as_that_and_never_asked_for(room: Room, mxc: str) -> None:
    await room.sends(mxc)
    await room.keeps()
    assert await room.told() == [(1, 0, "absent")]
    assert await room.gaps() == ["file 1 of it: not kept (it names no address)"]
    assert not room.house.shelf.asked


async def test_of_a_message_with_very_many_files_twenty_are_kept_and_that_there_are_more_is_told(room: Room) -> None:
    more = [{"url": f"mxc://mha.lab/{n}"} for n in range(50)]
    room.house.shelf.files |= {str(n): str(n).encode() for n in range(50)}
    await room.sends(more=more)
    await room.keeps()
    states = [state for _, _, state in await room.told()]
    assert (states.count("kept"), states.count("absent")) == (20, 1)
    assert await room.gaps() == ["file 21 of it: not kept (more than 20 files in one message)"]


async def test_when_the_disk_is_full_it_is_told_and_when_somebody_has_mended_it_the_file_is_kept_after_all(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    await room.sends()
    with monkeypatch.context() as patch:
        patch.setattr(Draft, "_write", full)
        await room.keeps()
    assert await room.told() == [(1, 0, "absent")]
    assert ["disk is full" in gap for gap in await room.gaps()] == [True]
    assert await room.archive.pool.fetchval("select count(*) from alarm where over_at is null") == 1
    async with room.archive.pool.acquire() as connection:
        assert await outbox.revive(connection) == 1
    await room.fetches()
    await room.keeps()
    assert (await room.told(), await room.gaps()) == ([(1, 0, "kept")], [])
    assert await room.actions() == ["file", "file-absent", "file-kept"]
    await room.signs()
    assert await room.faults() == []


async def test_without_a_folder_files_are_told_as_not_kept_and_fetched_when_there_is_one(room: Room) -> None:
    await room.sends()
    await room.keeps(with_folder=False)
    assert await room.gaps() == ["file 1 of it: not kept (media.folder is not set)"]
    standing = "select count(*) from alarm where cause = $1 and over_at is null"
    assert await room.archive.pool.fetchval(standing, ALARM) == 1
    assert await room.archive.pool.fetchval("select count(*) from outbox where kind = 'FetchMedia'") == 0
    await room.keeps()
    assert (await room.told(), await room.gaps()) == ([(1, 0, "kept")], [])
    assert await room.archive.pool.fetchval(standing, ALARM) == 0


async def test_what_classification_wanted_no_more_than_a_part_of_is_kept_whole(room: Room) -> None:
    await room.house.want(MXC, most=10)
    await room.fetches()
    await room.sends()
    await room.keeps()
    assert await room.told() == [(1, 0, "kept")]


async def test_two_processes_tell_of_each_file_once(room: Room) -> None:
    for n in range(30):
        room.house.shelf.files[f"f{n}"] = f"file {n}".encode()
        await room.sends(f"mxc://mha.lab/f{n}")
    one, other = Keeping(room.host()), Keeping(room.host())
    await asyncio.gather(*(each.look() for each in (one, other, one, other)))
    await room.fetches()
    await asyncio.gather(*(each.look() for each in (one, other, one, other)))
    await room.keeps()
    assert [state for _, _, state in await room.told()] == ["kept"] * 30
    assert (await room.actions()).count("file-kept") == 30
    await room.signs()
    assert await room.faults() == []


async def test_who_is_killed_between_leaves_nothing_half_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(Exception):
        pass

    async def killed(*_: object) -> None:
        raise Killed

    await room.sends()
    await room.are_fetched(Keeping(room.host()))
    with monkeypatch.context() as patch:
        patch.setattr("bots.retention.audit.keep", killed)
        with pytest.raises(Killed):
            await Keeping(room.host()).look()
    assert await room.told() == [(1, 0, "waiting")]
    await room.keeps()
    assert (await room.told(), await room.actions()) == ([(1, 0, "kept")], ["file", "file-kept"])


@pytest.mark.parametrize("part", ["all", "sample", "room"])
async def test_a_file_that_somebody_changed_or_removed_is_named(room: Room, part: str) -> None:
    await room.sends()
    await room.keeps()
    await room.signs()
    assert await room.faults(part) == []
    [path] = room.house.on_disk()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert await room.faults(part) == [f"file {path.name} of {MHA} (room {CELL}, entry 1): it is not what was recorded"]
    path.unlink()
    [fault] = await room.faults(part)
    assert fault.endswith("it is missing from the media folder")
    [fault] = await room.faults(part, with_folder=False)
    assert fault.endswith("media.folder is not set")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("update media_file set sealed = '\\x00'", "its key is not the one that was recorded"),
        ("update media_file set size = 1", "the book of media says otherwise"),
        ("update media_file set sealed_digest = '\\x00'", "the book of media says otherwise"),
        ("update media_file set name = 'ab-cd'", "its key is missing"),
    ],
)
async def test_a_key_that_somebody_changed_is_named(room: Room, change: str, fault: str) -> None:
    await room.sends()
    await room.keeps()
    await room.archive.pool.execute(change)
    [found] = await room.faults()
    assert found.endswith(fault)


@pytest.mark.parametrize("name", ["../../../etc/passwd", "", "..\\u002f..\\u002fetc", "x" * 5000])
async def test_a_name_that_somebody_put_into_a_leaf_opens_no_other_file(room: Room, name: str) -> None:
    await room.sends()
    await room.keeps()
    await room.archive.pool.execute(
        'update record_audit set detail = regexp_replace(detail, \'"name":"[^"]*"\', $1) where action = \'file-kept\'',
        f'"name":"{name}"'.replace("\\", "\\\\"),
    )
    faults = await room.faults()
    assert [fault.endswith("no file has such a name") for fault in faults].count(True) == 1
    assert any("not what its leaf commits to" in fault for fault in faults)


async def test_a_file_whose_place_was_lost_and_that_is_kept_anew_is_sound(room: Room) -> None:
    await room.sends()
    await room.keeps()
    [path] = room.house.on_disk()
    path.unlink()
    room.house.shelf.files["the-same"] = DATA
    await room.sends("mxc://mha.lab/the-same")
    await room.keeps()
    await room.signs()
    assert await room.faults() == []


async def test_a_file_that_came_encrypted_and_was_read_late_is_told_with_the_late_entry(room: Room) -> None:
    secret = event("$1", CELL, RAVI, type="m.room.encrypted", content={"algorithm": "m.megolm.v1.aes-sha2"})
    await room.happens(secret)
    read = event("$1", CELL, RAVI, type="m.room.message", content={"msgtype": "m.file", "body": "x", "url": MXC})
    await room.archive.journal.append(MHA, [Arrival(read, "decrypted", late=True, cites=1)])
    await room.archive.reads()
    await room.keeps()
    assert await room.told() == [(2, 0, "kept")]
