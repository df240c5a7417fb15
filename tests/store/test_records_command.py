"""A records officer asks `setu records`, and is told plainly what is so."""

import asyncio
import json
import os
import pwd
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bots.retention.notary import Notary, signing_key
from bots.retention.settings import Checkpoints
from bridge.__main__ import main
from bridge.plugin import Host
from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.store import recorded as archives
from tests.store.bureau import CUSTOMS
from tests.store.recorded import CELL, HALL, NIC, Archive
from tests.store.test_roles import settings_file
from tests.tongues import tongues

Ask = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
async def archive(pool: Pool, journal: Journal, keyring: Keyring, tmp_path: Path) -> Archive:
    """A record that was signed."""
    made = await archives.opened(pool, journal, keyring)
    await made.talks(CELL, 3)
    await made.talks(HALL, 2)
    notary = Notary(
        Host(pool, journal, keyring, CUSTOMS, tongues(), NIC, None),
        Checkpoints(folder=tmp_path / "checkpoints", key_file=tmp_path / "keys" / "checkpoint.key"),
    )
    async with pool.acquire() as connection:
        await notary.look(connection, await signing_key(connection, notary.settings, NIC))
    return made


@pytest.fixture
def ask(url: str, master: MasterKey, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """`setu records …`: its exit status and what it prints."""
    (tmp_path / "setu.url").write_text(url)

    async def asked(command: str, *more: str) -> tuple[int, str, str]:
        said = [command, *more[:1], settings_file(tmp_path), *more[1:]] if command == "hold" else None
        words = said or [command, settings_file(tmp_path), *more]
        code = await asyncio.to_thread(main, ["records", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return asked


async def test_a_sound_record_is_said_to_be_sound_and_its_keys_are_named(archive: Archive, ask: Ask) -> None:
    code, said, _ = await ask("verify")
    assert code == 0
    assert "5 of 5 records and audit entries in 2 logs: no faults" in said
    assert "the key of the log of mha.lab: nic.lab/setu/record/mha.lab+" in said


@pytest.mark.parametrize("part", [[], ["--room", CELL], ["--sample", "100"]])
async def test_a_fault_is_a_line_and_the_command_fails(archive: Archive, ask: Ask, part: list[str]) -> None:
    assert (await ask("verify", *part))[0] == 0
    await archive.pool.execute("update record set late = true where event_id = '$2'")
    code, said, _ = await ask("verify", *part)
    assert code == 1
    assert said.splitlines()[0] == f"record 1 of mha.lab (room {CELL}, $2): the journal says otherwise"
    assert said.splitlines()[-1].endswith("1 faults")


async def test_a_value_that_cannot_be_read_is_a_fault_too(archive: Archive, ask: Ask) -> None:
    await archive.pool.execute("update record_checkpoint set at = '200000-01-01'")
    code, said, _ = await ask("verify")
    assert code == 1 and said.startswith("the record: something in it cannot be read")


async def test_without_the_key_nothing_is_called_sound(archive: Archive, ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "keys" / "checkpoint.key").unlink()
    code, said, complaint = await ask("verify")
    assert (code, said) == (1, "") and "put the file back" in complaint
    assert not (tmp_path / "keys" / "checkpoint.key").exists()


async def test_a_room_of_which_there_is_nothing_is_said_to_be_unknown(archive: Archive, ask: Ask) -> None:
    code, _, complaint = await ask("verify", "--room", "!nowhere:mha.lab")
    assert code == 1 and "nothing of a room !nowhere:mha.lab" in complaint


async def test_an_empty_record_is_sound(pool: Pool, ask: Ask) -> None:
    assert (await ask("verify"))[:2] == (0, "0 of 0 records and audit entries in 0 logs: no faults\n")


@pytest.fixture
async def with_master_key(pool: Pool, master: MasterKey, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(exist_ok=True)
    (tmp_path / "keys" / "master.key").write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    await pool.execute("update site set master_fingerprint = $1", master.fingerprint)


async def test_holds_are_ordered_listed_and_not_let_go_by_one_person(
    archive: Archive, ask: Ask, with_master_key: None
) -> None:
    order = ("--matter", "the bridge", "--authority", "High Court", "--reason", "W.P. 117", "--as", "@kamala:nic.lab")
    code, said, _ = await ask(
        "hold", "add", *order, "--room", CELL, "--words", '"km 42" culvert*', "--from", "2026-01-31"
    )
    assert code == 0 and "Hold 1 is in force" in said
    code, said, _ = await ask("hold", "list")
    assert code == 0 and "Hold 1: the bridge" in said and CELL in said and "It holds." in said
    release = ("hold", "release", "--hold", "1", "--reason", "settled", "--as")
    assert (await ask(*release, "@kamala:nic.lab"))[0] == 0
    code, _, complaint = await ask(*release, "@meena:nic.lab")
    assert code == 1 and "under an account of their own" in complaint
    assert (await ask(*release, "@kamala:nic.lab", "--take-back"))[0] == 0
    code, said, _ = await ask("hold", "list", "--json")
    [hold] = [json.loads(line) for line in said.splitlines()]
    assert [(act["act"], act["reason"]) for act in hold["acts"]] == [("asked", "settled"), ("taken_back", "settled")]
    assert (hold["matter"], hold["words"], hold["standing"]) == ("the bridge", ['"km 42" culvert*'], "holds")
    who = f"{pwd.getpwuid(os.getuid()).pw_name} as @kamala:nic.lab"
    done = await archive.pool.fetch("select action, actor from record_audit order by seq")
    assert [(row["action"], row["actor"]) for row in done if row["action"] != "holds-listed"] == [
        ("hold", who), ("hold-asked", who), ("hold-taken-back", who)
    ]  # fmt: skip
    assert (await ask("verify"))[0] == 0


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ([], "Say what is held"),
        (["--person", "kamala"], "whole Matrix ids"),
        (["--from", "31.1.2026"], "want a day"),
        (["--room", CELL, "--organisation", "elsewhere.example"], "is none of nic.lab, mha.lab"),
    ],
)
async def test_what_cannot_be_held_is_refused_with_a_line(
    archive: Archive, ask: Ask, with_master_key: None, more: list[str], complaint: str
) -> None:
    order = ("--matter", "m", "--authority", "a", "--reason", "r", "--as", "@kamala:nic.lab")
    code, _, said = await ask("hold", "add", *order, *more)
    assert code == 1 and complaint in said and said.count("\n") == 1
    assert await archive.pool.fetchval("select count(*) from record_hold") == 0


async def test_whoever_acts_says_in_whose_name_and_why(archive: Archive, ask: Ask) -> None:
    for missing in (("--as", "kamala", "--reason", "r"), ("--as", "@k:nic.lab", "--reason", " "), ("--reason", "r")):
        with pytest.raises(SystemExit):
            await ask("hold", "release", "--hold", "1", *missing)


async def test_whoever_reads_a_room_is_on_record_before_the_first_line(
    archive: Archive, ask: Ask, master: MasterKey, tmp_path: Path
) -> None:
    (tmp_path / "keys" / "master.key").write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    await archive.pool.execute("update site set master_fingerprint = $1", master.fingerprint)
    code, said, complaint = await ask("read", "--room", CELL, "--purpose", "an inquiry")
    assert (code, complaint) == (0, "") and said.count("namaste") == 3
    rows = await archive.pool.fetch("select seq, action, room_id, purpose, detail from record_audit")
    assert [tuple(row) for row in rows] == [(3, "read", CELL, "an inquiry", '{"records":3}')]
    assert (await ask("verify"))[0] == 0


async def test_what_was_done_with_the_record_is_shown_and_that_is_on_record_too(
    archive: Archive, ask: Ask, with_master_key: None
) -> None:
    assert (await ask("search", "namaste", "--purpose", "RTI 12/2026"))[0] == 0
    assert (await ask("read", "--room", CELL, "--purpose", "an inquiry"))[0] == 0
    code, said, _ = await ask("read", "--log", NIC, "--purpose", "an audit")
    assert code == 0 and [line.split(": ")[1] for line in said.splitlines()] == ["RTI 12/2026  namaste", "an audit"]
    code, said, _ = await ask("read", "--log", "mha.lab", "--json", "--purpose", "an audit")
    told = [json.loads(line) for line in said.splitlines()]
    assert [(one["action"], one["room"], one["words"]) for one in told] == [("read", CELL, None), ("read", None, None)]
    code, _, complaint = await ask("read", "--log", "nowhere", "--purpose", "an audit")
    assert code == 1 and "there is no log of nowhere" in complaint
    assert (await ask("verify"))[0] == 0
