"""The master key may be kept by a service that never gives it away, through a plug-in of one class."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.config_file import ConfigError
from bridge.seal import MasterAway, MasterKey, about
from bridge.store import database
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import NO_ROOM, Keyring
from tests.people import CELL
from tests.store import exporting, kms
from tests.store.vault import Vault, texts


@pytest.fixture
async def vault(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> Vault:  # fmt: skip
    """An installation with its master key in a file, and a plug-in beside it."""
    made = await exporting.installation(pool, journal, keyring, master, url, tmp_path, capsys)
    await made.archive.talks(CELL, 3)
    kms.install(tmp_path / "site")
    monkeypatch.syspath_prepend(tmp_path / "site")
    return Vault(made)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[dict[str, MasterKey]]:
    """The keys of the service, which only it sees."""
    keys: dict[str, MasterKey] = {}
    async with kms.service(tmp_path / "kms", keys):
        yield keys


def names(vault: Vault, key: str) -> Path:
    """From now on the settings name this key of the service; where those of before are."""
    before = vault.config.with_name(f"before-{key}.yaml")
    before.write_text(vault.config.read_text())
    lines = [line for line in before.read_text().splitlines() if not line.startswith("keys:")]
    master = json.dumps({"kind": "pretend", "socket": "kms", "key": key})
    vault.config.write_text("\n".join([*lines, f"keys: {{master: {master}}}", ""]))
    return before


async def test_the_key_moves_from_a_file_into_the_service_to_another_one_there_and_all_is_read(
    vault: Vault, keyring: Keyring, service: dict[str, MasterKey]
) -> None:
    for key in ("first", "second"):
        before = names(vault, key)
        said = await vault.rotates("--from", str(before))
        assert "start Setu anew with these settings" in said
        assert "already" in await vault.rotates("--from", str(before))
        assert await vault.said() == ["namaste"] * 3
        async with vault.started() as stood:
            assert stood.keyring.hashes == keyring.hashes
        assert (await vault.keys("status"))[0] == 0
    assert sorted(service) == ["first", "second"]
    assert len(await vault.deeds()) == 2
    code, _, complaint = await vault.keys("rotate")
    assert code == 1 and "kept by pretend" in complaint


async def test_a_new_installation_begins_with_the_service(vault: Vault, service: dict[str, MasterKey]) -> None:
    names(vault, "first")
    await vault.pool.execute("truncate kek cascade; update site set master_fingerprint = null")
    async with vault.started() as stood, stood.pool.acquire() as connection:
        sealed = (await stood.keyring.current(connection, NO_ROOM)).seal(b"namaste", about("here"))
    async with vault.started() as stood, stood.pool.acquire() as connection:
        await stood.keyring.load(connection, [sealed.kek])
        assert stood.keyring.open(sealed, about("here")) == b"namaste"


async def test_while_the_service_is_away_nothing_is_said_to_be_unreadable_and_a_start_is_refused(
    vault: Vault, tmp_path: Path
) -> None:
    before = names(vault, "first")
    keys: dict[str, MasterKey] = {}
    async with kms.service(tmp_path / "kms", keys):
        await vault.rotates("--from", str(before))
        starting = vault.started()
        stood = await starting.__aenter__()
    async with stood.pool.acquire() as connection:
        with pytest.raises(MasterAway) as waits:
            await texts(stood, connection)
        assert isinstance(waits.value, database.GROUND)
        code, _, complaint = await vault.keys("status")
        assert code == 1 and complaint == f"the service at {tmp_path / 'kms'} does not answer " + (
            "(No such file or directory): start it\n"
        )
        async with kms.service(tmp_path / "kms", keys):
            assert await texts(stood, connection) == ["namaste"] * 3
    await starting.__aexit__(None, None, None)


async def test_another_key_of_the_service_is_refused(vault: Vault, service: dict[str, MasterKey]) -> None:
    await vault.rotates("--from", str(names(vault, "first")))
    wraps = await vault.wraps()
    names(vault, "other")
    with pytest.raises(database.Unfit, match="not the one that the database was sealed with"):
        await vault.said()
    assert await vault.wraps() == wraps


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ("{master: {kind: vault}}", "keys.master.kind names no kind; these are installed: pretend"),
        ("{master: {}}", "keys.master.kind names no kind; these are installed: pretend"),
        ("{master: {kind: pretend, key: k}}", "keys.master.socket is missing"),
        ("{master: {kind: pretend, key: k, socket: s, sockt: s}}", "keys.master.sockt"),
        ("{master_file: m, master: {kind: pretend, key: k, socket: s}}", "master_file and master are both given"),
    ],
)
def test_settings_that_name_no_key_are_told_with_their_line(vault: Vault, keys: str, complaint: str) -> None:
    count = len(vault.config.read_text().splitlines())
    vault.config.write_text(f"{vault.config.read_text()}keys: {keys}\n")
    with pytest.raises(ConfigError) as told:
        vault.settings()
    [problem] = told.value.problems
    assert complaint in str(problem)
    assert problem.line == count + 1
