"""The operator changes the master key: whatever was said stays readable and findable, nothing opens under the old key,
Setu goes on meanwhile, and whoever is cut off at any moment finds an installation that starts.
"""

import asyncio
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bridge import keys, rotation
from bridge.seal import KEY_BYTES, CannotOpen, MasterKey, about, short
from bridge.store import database, kek_row
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import HASHING, NO_ROOM, Keyring, MasterChanged
from tests import faults
from tests.people import CELL
from tests.store import exporting
from tests.store.recorded import HALL
from tests.store.vault import Vault, texts

PROGRAM = str(Path(faults.__file__).with_name("rotating.py"))
PHOTO = "mxc://mha.lab/photo"


@pytest.fixture
async def vault(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Vault:  # fmt: skip
    """An installation of the time when hashes had no key of their own. It was talked in two rooms, a file is kept."""
    made = await exporting.installation(pool, journal, keyring, master, url, tmp_path, capsys)
    await made.archive.talks(CELL, 3)
    await made.archive.talks(HALL, 2)
    await made.keeps(PHOTO, b"a photograph of the culvert " * 1000)
    return Vault(made)


async def nothing_opens(pool: Pool, master: MasterKey) -> None:
    """No key lies under this master key."""
    for row in await pool.fetch("select * from kek"):
        with pytest.raises(CannotOpen):
            await master.unwrap(row["wrapped"], kek_row.place(row).about)


async def test_what_was_said_and_kept_is_read_after_the_change_and_nothing_opens_under_the_old_key(
    vault: Vault, master: MasterKey
) -> None:
    sealed, wraps = await vault.sealed(), await vault.wraps()
    said = await vault.rotates()
    assert await vault.said() == ["namaste"] * 3
    assert await vault.sealed() == sealed
    after = await vault.wraps()
    assert set(after) > set(wraps) and not set(after.values()) & set(wraps.values())
    await nothing_opens(vault.pool, master)
    left = vault.key.with_name(f"master.key.old-{short(master.fingerprint)}")
    assert str(left) in said and keys.master_key(left, may_make=False) == master
    assert sorted(path.name for path in vault.key.parent.glob("master*")) == ["master.key", left.name]
    assert {path.stat().st_mode & 0o777 for path in (vault.key, left)} <= {0o600, 0o644}
    assert vault.key.stat().st_mode & 0o777 == 0o600


async def test_hashes_from_before_the_key_of_their_own_and_from_before_the_change_are_found(
    vault: Vault, keyring: Keyring
) -> None:
    for _ in range(2):
        await vault.rotates()
        async with vault.started() as stood:
            assert stood.keyring.hashes == keyring.hashes


async def test_a_new_installation_hashes_with_nothing_that_its_master_key_gives(
    vault: Vault, master: MasterKey
) -> None:
    await vault.pool.execute("update site set master_fingerprint = null")
    async with vault.started() as stood:
        assert stood.keyring.hashes.key != master.derive(b"mac")


async def test_the_change_is_on_record_in_each_log_and_the_record_is_sound(vault: Vault) -> None:
    assert "no faults" in await vault.verifies()
    await vault.rotates()
    assert await vault.deeds() == [("mha.lab", "master-key-rotated"), ("nic.lab", "master-key-rotated")]
    assert "7 of 7 records and audit entries in 2 logs: no faults" in await vault.verifies()


async def test_a_backup_of_before_is_read_with_the_key_of_before_which_is_named(
    vault: Vault, master: MasterKey
) -> None:
    assert await vault.said() == ["namaste"] * 3
    backup = await vault.wraps()
    await vault.rotates()
    left = vault.key.with_name(f"master.key.old-{short(master.fingerprint)}")
    await vault.pool.executemany("update kek set wrapped = $2 where id = $1", list(backup.items()))
    await vault.pool.execute("update site set master_fingerprint = $1", master.fingerprint)
    code, _, complaint = await vault.keys("status")
    assert code == 1 and f"copy {left} into the place of this file" in complaint
    vault.key.with_name("master.key.of-later").write_bytes(vault.key.read_bytes())
    vault.key.write_bytes(left.read_bytes())
    assert await vault.said() == ["namaste"] * 3


async def test_status_tells_the_key_what_lies_under_it_and_what_is_left_of_before(
    vault: Vault, master: MasterKey
) -> None:
    await vault.rotates()
    code, said, _ = await vault.keys("status")
    assert code == 0
    assert f"stood on master key {short(master.fingerprint)}" in said
    assert f"stands on master key {short(await vault.standing())}, first on 2" in said
    assert f"{len(await vault.wraps())} keys lie under it" in said
    assert f"master.key.old-{short(master.fingerprint)} is one of before" in said
    await vault.pool.execute("update kek set wrapped = '\\x00' where id = (select min(id) from kek)")
    code, said, _ = await vault.keys("status")
    assert code == 1 and "key 1 does not open" in said


async def test_cut_off_at_any_moment_it_leaves_what_starts_and_is_ended_by_doing_it_again(vault: Vault) -> None:
    async with vault.started():
        pass
    for last in range(1, 100):
        first = await vault.standing()
        ran = await asyncio.to_thread(
            subprocess.run, [sys.executable, PROGRAM, str(last), str(vault.config)], capture_output=True, text=True
        )
        if ran.returncode != -signal.SIGKILL:
            break
        assert await vault.said() == ["namaste"] * 3
        assert (await vault.keys("status"))[0] == 0
        if await vault.standing() == first or vault.key.with_name("master.key.new").exists():
            await vault.rotates()
        assert await vault.said() == ["namaste"] * 3
        assert await vault.standing() != first and not vault.key.with_name("master.key.new").exists()
        assert len(await vault.deeds()) == 2 * last, f"after death {last}"
    assert (ran.returncode, last) == (0, 11), ran.stderr
    assert "no faults" in await vault.verifies()


async def test_a_process_that_runs_meanwhile_opens_and_makes_keys_as_before(vault: Vault, master: MasterKey) -> None:
    async with vault.started() as stood, stood.pool.acquire() as connection:
        assert stood.keyring.master == master
        await vault.rotates()
        assert await texts(stood, connection) == ["namaste"] * 3
        sealed = (await stood.keyring.current(connection, NO_ROOM)).seal(b"after", about("here"))
    async with vault.started() as stood, stood.pool.acquire() as connection:
        await stood.keyring.load(connection, [sealed.kek])
        assert stood.keyring.open(sealed, about("here")) == b"after"
    await nothing_opens(vault.pool, master)


async def test_a_process_whose_key_file_has_not_come_makes_nothing_waits_and_goes_on_when_it_comes(
    vault: Vault, tmp_path: Path
) -> None:
    there = Vault(vault.installation)
    shutil.copytree(tmp_path / "keys", tmp_path / "elsewhere")
    with vault.config.open("a") as file:
        file.write("keys: {master_file: elsewhere/master.key}\n")
    async with there.started() as stood, stood.pool.acquire() as connection:
        vault.config.write_text(vault.config.read_text().replace("elsewhere/", "keys/"))
        assert "put one on each machine" in await vault.rotates()
        count = len(await vault.wraps())
        for _ in range(2):
            with pytest.raises(MasterChanged, match="put the new key file in place"):
                await stood.keyring.current(connection, NO_ROOM)
            with pytest.raises(MasterChanged) as waits:
                await texts(stood, connection)
            assert isinstance(waits.value, database.GROUND)
        assert len(await vault.wraps()) == count
        shutil.copy(tmp_path / "keys" / "master.key", tmp_path / "elsewhere" / "master.key")
        await stood.keyring.current(connection, NO_ROOM)
        assert await texts(stood, connection) == ["namaste"] * 3


async def test_keys_that_are_made_while_the_master_key_changes_all_lie_under_the_new_one(vault: Vault) -> None:
    async def makes(first: int) -> None:
        async with vault.started() as stood, stood.pool.acquire() as connection:
            for room in range(first, first + 300):
                await stood.keyring.make(connection, NO_ROOM, f"class {room}", HASHING.month)

    making = [asyncio.create_task(makes(first)) for first in (0, 1000)]
    for _ in range(3):
        await vault.rotates()
    await asyncio.gather(*making)
    code, said, _ = await vault.keys("status")
    assert code == 0 and f"{len(await vault.wraps())} keys lie under it" in said
    assert len(await vault.wraps()) > 600


async def test_without_the_right_key_nothing_is_changed(vault: Vault, tmp_path: Path) -> None:
    async with vault.started():
        pass
    wraps, right = await vault.wraps(), vault.key.read_text()
    wrong = "d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3c=\n"
    for text, complaint in (
        (wrong, "put the right file in place (keys.master_file)"),
        ("nonsense", "master.key: it holds no key"),
        (None, "master.key: the master key is missing"),
    ):
        vault.key.unlink()
        if text is not None:
            vault.key.write_text(text)
        code, said, complained = await vault.keys("rotate")
        assert (code, said) == (1, "") and complaint in complained
        assert await vault.wraps() == wraps and not await vault.deeds()
        assert [path.name for path in (tmp_path / "keys").glob("master*")] == (["master.key"] if text else [])
        assert text is None or vault.key.read_text() == text
        vault.key.write_text(right)
    assert await vault.said() == ["namaste"] * 3


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3c=\n", "not the one that the database was sealed with"),
        ("nonsense\n", "master.key: it holds no key"),
        ("", "master.key: it is empty"),
        (None, "master.key: the master key is missing"),
    ],
)
async def test_setu_does_not_start_without_the_right_key_and_overwrites_nothing(
    vault: Vault, tmp_path: Path, text: str | None, complaint: str
) -> None:
    async with vault.started():
        pass
    wraps, stood = await vault.wraps(), await vault.standing()
    vault.key.unlink()
    if text is not None:
        vault.key.write_text(text)
    command = [sys.executable, "-m", "bridge", "run", str(vault.config), "--roles", "followers"]
    ran = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1 and complaint in ran.stderr and "Traceback" not in ran.stderr
    assert (vault.key.read_text() if vault.key.exists() else None) == text
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ([] if text is None else ["master.key"])
    assert (await vault.wraps(), await vault.standing()) == (wraps, stood)


async def test_a_key_that_was_changed_behind_setus_back_stops_it_and_is_named(vault: Vault, master: MasterKey) -> None:
    await vault.pool.execute("update kek set wrapped = wrapped || '\\x00' where id = 2")
    wraps = await vault.wraps()
    code, _, complaint = await vault.keys("rotate")
    assert code == 1 and "key 2 does not open" in complaint and "Nothing was changed" in complaint
    after = await vault.wraps()
    assert {number: after[number] for number in wraps} == wraps
    assert await vault.standing() == master.fingerprint


async def test_a_key_that_is_destroyed_while_the_master_key_changes_stays_destroyed(
    vault: Vault, master: MasterKey
) -> None:
    class Slow(MasterKey):
        """Somebody disposes of a key before this has wrapped it."""

        async def wrap(self, key: bytes, about: bytes) -> bytes:
            await vault.pool.execute("update kek set wrapped = '' where id = 1")
            return await super().wrap(key, about)

    async with vault.pool.acquire() as connection:
        count = await rotation.hand_over(connection, master, Slow(b"s" * KEY_BYTES), "asha", [])
    wraps = await vault.wraps()
    assert len(wraps) == count and [number for number, wrapped in wraps.items() if not wrapped] == [1]


async def test_two_changes_at_once_are_one_and_before_the_first_start_there_is_none(vault: Vault) -> None:
    before = await vault.standing()
    answers = await asyncio.gather(*(vault.keys("rotate") for _ in range(2)))
    assert sorted(code for code, _, _ in answers) in ([0, 0], [0, 1])
    assert await vault.standing() != before
    assert len(await vault.deeds()) == 2 * [code for code, _, _ in answers].count(0)
    await vault.pool.execute("update site set master_fingerprint = null")
    code, _, complaint = await vault.keys("rotate")
    assert code == 1 and "the first start makes the master key" in complaint


def test_a_wrong_key_has_a_fingerprint_of_its_own() -> None:
    assert MasterKey(b"a" * KEY_BYTES).fingerprint != MasterKey(b"b" * KEY_BYTES).fingerprint
