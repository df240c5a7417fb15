"""A dump of the database, the folder of files and that of checkpoints reveal nothing of what people wrote: whatever can
be written was, in clear rooms and an encrypted one, was mirrored, recorded, searched, held and handed over, and then
each word is looked for in every writing that it could have there.
"""

import asyncio
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from nio.crypto.attachments import encrypt_attachment  # type: ignore[import-untyped]

from bots.retention.search.month_key import MonthKeys
from bots.retention.search.rows import Rows
from bridge.__main__ import main
from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, RAVI
from tests.store import archive as archives
from tests.store import recorded
from tests.store.archive import OFFICER, Archive
from tests.store.chat import MEERA
from tests.store.dump import dumped
from tests.store.exporting import Installation
from tests.store.handset import Handset, Pen
from tests.store.media_house import house
from tests.store.secret_cell import Cell
from tests.store.secret_journal import arrive, key_comes
from tests.store.test_planted_words import writings
from tests.store.test_record_media import Room
from tests.store.test_roles import settings_file
from tests.store.test_search_chat import begins_a_chat

PLACES = (
    "message", "formatted", "edit", "caption", "file name", "file", "secret file", "encrypted", "topic", "name",
    "display name", "deletion", "kick", "poll", "answer", "unknown kind", "reply", "mention",
)  # fmt: skip
"""Where people write."""
ASKED = ("searched", "asked in chat", "held words", "matter", "authority", "reason", "exported", "let go")
"""What officers write."""
IN_CLEAR = ("$an-id-may-be-read", RAVI, "RTI 41/2026")
"""Ids, and for what the record was used."""


def words(place: str) -> str:
    """What is written there, and nowhere else; in two scripts, of words that can be searched for."""
    one = place.replace(" ", "")
    return f"Zq7{one}xk गुप्त{''.join(chr(0x0905 + ord(letter) % 40) for letter in one)}"


WORDS: Mapping[str, str] = {place: words(place) for place in (*PLACES, *ASKED)}


async def people_write(archive: Archive) -> None:
    """Everything but files, and what is encrypted."""

    async def does(kind: str, content: dict[str, Any], state_key: str | None = None, by: str = RAVI) -> str:
        what = archive.event(CELL, by, kind, state_key, **content)
        await archive.happens(what)
        return str(what.id)

    async def writes(body: str, **more: Any) -> str:
        return await does("m.room.message", {"msgtype": "m.text", "body": body, **more})

    said = await writes(
        WORDS["message"], format="org.matrix.custom.html", formatted_body=f"<b>{WORDS['formatted']}</b>"
    )
    edited = {"m.new_content": {"msgtype": "m.text", "body": WORDS["edit"]}}
    await writes(WORDS["edit"], **edited, **{"m.relates_to": {"rel_type": "m.replace", "event_id": said}})
    await writes(WORDS["reply"], **{"m.relates_to": {"m.in_reply_to": {"event_id": said}}})
    await writes("all", **{"m.mentions": {"note": WORDS["mention"]}})
    await does("m.room.topic", {"topic": WORDS["topic"]}, "")
    await does("m.room.name", {"name": WORDS["name"]}, "")
    await does("m.room.member", {"membership": "join", "displayname": WORDS["display name"]}, MEERA, MEERA)
    asked = {"question": {"m.text": WORDS["poll"]}, "answers": [{"id": "1", "m.text": WORDS["answer"]}]}
    await does("org.matrix.msc3381.poll.start", {"org.matrix.msc3381.poll.start": asked})
    await does("in.example.note", {"note": WORDS["unknown kind"]})
    await does("m.room.redaction", {"redacts": said, "reason": WORDS["deletion"]})
    await does("m.room.member", {"membership": "leave", "reason": WORDS["kick"]}, MEERA)


async def files_come(room: Room) -> None:
    """A file with a caption, and one of an encrypted room."""
    shelf = room.house.shelf
    shelf.files["estimate"] = WORDS["file"].encode() * 5000
    await room.sends(body=WORDS["caption"], filename=WORDS["file name"])
    sealed, keys = encrypt_attachment(WORDS["secret file"].encode() * 5000)
    shelf.files["secret"] = sealed
    await room.sends("mxc://mha.lab/secret", file={**keys, "url": "mxc://mha.lab/secret"})
    await room.keeps()


async def something_is_encrypted(cell: Cell) -> None:
    pen = Pen(Handset.of("@farid:mha.lab"), CELL)
    await key_comes(cell, pen)
    await arrive(cell, pen.writes("$an-id-may-be-read", WORDS["encrypted"]))


async def officers_ask(archive: Archive, office: Installation) -> None:
    """They search, hold, let go and export, in chat and at a terminal."""
    await begins_a_chat(archive)
    await archive.say("!direct:nic.lab", OFFICER, f'!records search purpose: RTI 41/2026; "{WORDS["asked in chat"]}"')

    async def asks(*command: str) -> None:
        assert await asyncio.to_thread(main, ["records", *command]) == 0, office.capture.readouterr().err

    config = str(office.path / "setu.yaml")
    await asks("search", config, f'"{WORDS["searched"]}"', "--purpose", "RTI 41/2026")
    order = ("--matter", WORDS["matter"], "--authority", WORDS["authority"], "--reason", WORDS["reason"])
    await asks("hold", "add", config, *order, "--words", f'"{WORDS["held words"]}"', "--as", "@kamala:nic.lab")
    await asks("hold", "release", config, "--hold", "1", "--reason", WORDS["let go"], "--as", "@kamala:nic.lab")
    await asks("read", config, "--room", CELL, "--purpose", "RTI 41/2026")


@pytest.fixture
async def office(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Installation:  # fmt: skip
    """Linked rooms on record, and the commands; nobody has said anything."""
    (tmp_path / "setu.url").write_text(url)
    settings_file(tmp_path, "media: {folder: media}\n")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "master.key").write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    await pool.execute("update site set master_fingerprint = $1", master.fingerprint)
    kept = recorded.Archive(pool, journal, keyring, itertools.count(1000), Rows(journal, MonthKeys(keyring)))
    return Installation(kept, tmp_path, master, capsys)


async def test_neither_a_dump_nor_the_folders_tell_what_people_wrote(
    office: Installation, pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str
) -> None:
    archive = await archives.archive(pool, journal, keyring)
    await people_write(archive)
    async with house(pool, journal, master, office.path / "media") as made:
        await files_come(Room(office.archive, made, office.path))
    await something_is_encrypted(await Cell.of(pool, journal, keyring, master))
    await archive.read(archive.retention)
    await officers_ask(archive, office)
    await office.export("--query", f'"{WORDS["exported"]}"', to="other")
    await office.export("--format", "jsonl,html", "--person", RAVI)
    await office.export(to="whole")
    assert missing(office.path / "whole", [WORDS[place] for place in PLACES]) == [], "these were never written"

    backup = {"the dump": await dumped(url, office.path / "dump.sql"), **in_folders(office.path / "media")}
    backup |= in_folders(office.path / "checkpoints")
    assert len(backup) > 4 and missing_in(backup, IN_CLEAR) == [], "the search finds what is there in clear"
    assert told(backup) == []


def missing(folder: Path, wanted: list[str]) -> list[str]:
    """What an export does not say."""
    said = b"".join(in_folders(folder).values())
    return [one for one in wanted if one.split()[0].encode() not in said]


def in_folders(folder: Path) -> dict[str, bytes]:
    """The files of a folder, their names as if they stood in them."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder.parent)): path.name.encode() + path.read_bytes() for path in found}


def missing_in(backup: Mapping[str, bytes], wanted: tuple[str, ...]) -> list[str]:
    return [one for one in wanted if not any(one.encode() in content for content in backup.values())]


def told(backup: Mapping[str, bytes]) -> list[str]:
    """Which words stand where. A dump writes bytes as hexadecimal, so each writing is looked for in that, too."""
    return [
        f"{place} in {file}"
        for place, secret in WORDS.items()
        for word in (secret, *secret.split())
        for writing in writings(word)
        for file, content in backup.items()
        if writing in content or writing.hex().encode() in content
    ]
