"""A records officer, at a client that we did not write, asks in chat for an export of an encrypted room: it comes as an
encrypted file into a direct chat, and a stranger verifies what is in it.
"""

import csv
import hashlib
import io
import sys
import zipfile
from asyncio import create_subprocess_exec, subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bridge.lab.nio_client import NioClient
from bridge.lab.nio_seen import NioSeen
from tests.deadline import PATIENCE_SECONDS, as_answer, until
from tests.element.client import ElementClient
from tests.homeserver.administrator import ask
from tests.homeserver.secret_rooms import Link, Office, hears, opens, sees
from tests.homeserver.sites import NewSite

SAID = "The revised estimate for the culvert is ready."


@pytest.fixture
async def office(new_site: NewSite, tmp_path: Path, numbers: Iterator[int]) -> AsyncIterator[Office]:
    """Nobody here is at Element."""

    async def nobody(*_: object, **__: object) -> ElementClient:
        raise AssertionError

    office = Office(new_site(), nobody, tmp_path, numbers)
    yield office
    await office.site.setu.kill()
    await office.close()


@pytest.mark.parametrize("dies", [False, True], ids=["", "though Setu is killed meanwhile"])
async def test_an_officer_is_given_an_encrypted_room_that_a_stranger_verifies(
    office: Office, tmp_path: Path, dies: bool
) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    farid = await office.nio(await office.account(office.hub, "farid"))
    here = await ravi.create_room("Bridges")
    [there] = await office.link(
        Link(here, ravi, [farid]),
        followers={"poll_seconds": 0.2},
        bots=_officers(office, farid),
        media={"folder": "media"},
    )
    await ravi.say(here, SAID)
    await hears(farid, there, SAID)
    await farid.say(there, f"!records export room:{here} purpose: RTI 12/2026")
    public = await sees(farid, there, lambda seen: "direct chat" in str(seen.body), "an answer")
    assert here not in str(public.body)
    if dies:
        await _dies_while_it_prepares(office)
    private = await farid.invited_to(None, f"@records:{office.hub.name}", PATIENCE_SECONDS)
    await farid.join(private)
    told = await sees(farid, private, lambda seen: "SHA-256" in str(seen.body), "what is in it")
    file = await sees(farid, private, lambda seen: seen.content.get("msgtype") == "m.file", "a file")
    assert isinstance(file, NioSeen) and file.was_encrypted
    data = await opens(farid, file)
    assert hashlib.sha256(data).hexdigest() in str(told.body)
    await _verifies(data, tmp_path)
    await _is_settled(office)
    assert len([one for one in farid.seen_in(private) if one.content.get("msgtype") == "m.file"]) == 1


async def _dies_while_it_prepares(office: Office) -> None:
    """Setu is killed as soon as something stands in the folder, and started again."""
    folder = office.site.setu.folder / "exports"
    await until(lambda: as_answer(folder.is_dir() and any(folder.iterdir())))
    await office.site.setu.kill()
    assert await ask(office.site, "select state from retention_export") == ["preparing"]
    await office.site.setu.start()


def _officers(office: Office, *officers: NioClient) -> dict[str, object]:
    """A roster that vouches for them."""
    roster = office.site.setu.folder / "officers.csv"
    roster.parent.mkdir(parents=True, exist_ok=True)
    with roster.open("w", encoding="utf-8", newline="") as text:
        rows = [(officer.user_id, "An Officer", "records_officer") for officer in officers]
        csv.writer(text).writerows([("user_id", "name", "roles"), *rows])
    return {"identity": {"rosters": [{"kind": "csv", "file": roster.name}]}}


async def _verifies(data: bytes, folder: Path) -> None:
    """By the program that is in it, without Setu in sight."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder / "unpacked")
    [export] = (folder / "unpacked").iterdir()
    assert SAID in (export / "records.jsonl").read_text() and (export / "index.html").is_file()
    ran = await create_subprocess_exec(
        sys.executable, "-I", str(export / "verify.py"), str(export), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    told, _ = await ran.communicate()
    assert ran.returncode == 0, told.decode()
    assert "no faults" in told.decode()


async def _is_settled(office: Office) -> None:
    """Nothing of it is left at Setu but that it was handed over, which is on record."""

    async def is_done() -> bool:
        return await ask(office.site, "select state from retention_export") == ["done"]

    await until(is_done)
    folder = office.site.setu.folder

    async def is_gone() -> bool:
        left = [*(folder / "exports").rglob("*"), *(folder / "media").glob("ex/*")]
        return not left

    await until(is_gone)
    asked = "select action from record_audit where action like 'export%' order by at"
    told = await ask(office.site, asked)  # one that is killed behind its leaf makes the export once more
    assert list(dict.fromkeys(told)) == ["export-asked", "export", "export-handed-over"]
    assert set(await ask(office.site, "select state from outbox where kind in ('Upload', 'LearnUploadLimit')")) == {
        "done"
    }
    assert "no faults" in await office.site.setu.call("records", "verify", str(office.site.setu.settings_file))
