"""A stranger with one small program sees whether an export is what was recorded."""

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.retention import checkpoint, verify
from bots.retention.notary import Notary, signing_key
from bots.retention.note import Signer, Verifier
from bots.retention.settings import Checkpoints
from bridge.plugin import Host
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.store import export_folder
from tests.store import recorded as archives
from tests.store.bureau import CUSTOMS
from tests.store.recorded import CELL, MHA, NIC, YARD
from tests.tongues import tongues

PROGRAM = Path(verify.__file__)


@pytest.fixture
async def export(pool: Pool, journal: Journal, keyring: Keyring, tmp_path: Path) -> tuple[Path, Verifier]:
    """An export of two rooms, and the key of their log."""
    archive = await archives.opened(pool, journal, keyring)
    await archive.link(YARD)
    await archive.talks(CELL, 3)
    await archive.is_read()
    await archive.talks(YARD, 4)
    where = Checkpoints(folder=tmp_path / "checkpoints", key_file=tmp_path / "key")
    notary = Notary(Host(pool, journal, keyring, CUSTOMS, tongues(), NIC, None), where)
    async with pool.acquire() as connection:
        key = await signing_key(connection, where, NIC)
        await notary.look(connection, key)
    verifier = Signer(checkpoint.origin(NIC, MHA), key).verifier
    return await export_folder.made(archive, tmp_path / "export", verifier), verifier


def verified(folder: Path, *arguments: str) -> tuple[int, str]:
    """What the program says, alone, from a copy of its file."""
    alone = shutil.copy(PROGRAM, folder.parent / "verify.py")
    ran = subprocess.run(
        [sys.executable, "-I", alone, str(folder), *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert not ran.stderr
    return ran.returncode, ran.stdout


def test_an_export_that_nobody_touched_is_verified_with_the_key_that_signed(export: tuple[Path, Verifier]) -> None:
    folder, key = export
    code, said = verified(folder, "--key", key.text())
    assert (code, said) == (0, "mha.lab: proved against what was signed at 8 leaves\n7 records: no faults\n")
    assert "No --key was given" in verified(folder)[1]


def test_an_export_that_somebody_else_signed_is_not_believed(export: tuple[Path, Verifier]) -> None:
    folder, _ = export
    code, said = verified(folder, "--key", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert code == 1 and "a key that was not given" in said


Line = dict[str, Any]


def _header(line: Line, **changes: Any) -> None:
    line["header"] = json.dumps({**json.loads(line["header"]), **changes}, separators=(",", ":"), sort_keys=True)


def _move(line: Line, organisation: str) -> None:
    line["organisation"] = organisation
    _header(line, organisation=organisation)


def _part(line: Line, **changes: str) -> None:
    line["parts"]["event"] |= changes


LIES: dict[str, Callable[[list[Line]], object]] = {
    "says something else": lambda lines: _part(lines[1], plain=lines[0]["parts"]["event"]["plain"]),
    "sealed bytes of its event are not": lambda lines: _part(lines[1], sealed=lines[0]["parts"]["event"]["sealed"]),
    "key does not open": lambda lines: _part(lines[1], key=lines[0]["parts"]["event"]["key"]),
    "checkpoint does not contain": lambda lines: _header(lines[1], sender="@else:mha.lab"),
    "it has 7 records, not 8": lambda lines: lines.pop(1),
    "not complete from 1 to 3": lambda lines: lines.pop(0),
    "stands there twice": lambda lines: lines.append(lines[0]),
    "line 8: the checkpoint does not": lambda lines: lines[-1].update(seq=4),
    "line and its header do not fit": lambda lines: lines[0].update(sealed_sha256=[]),
    "no checkpoint of its log": lambda lines: _move(lines[0], NIC),
    "cannot be understood": lambda lines: lines[0].pop("proof"),
}


@pytest.mark.parametrize("fault", LIES)
def test_whatever_is_changed_in_the_records_is_named_even_where_the_manifest_goes_along(
    export: tuple[Path, Verifier], fault: str
) -> None:
    folder, key = export
    lines = [json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()]
    LIES[fault](lines)
    (folder / "records.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    export_folder.write_manifest(folder, key.text(), 8)
    code, said = verified(folder, "--key", key.text())
    assert code == 1 and fault in said


def test_files_that_are_missing_changed_or_too_many_are_named(export: tuple[Path, Verifier]) -> None:
    folder, _ = export
    (folder / "more.html").write_text("more")
    (folder / "index.html").write_text("<p>What was not said.</p>")
    assert verified(folder)[1].splitlines()[:2] == [
        "more.html: the manifest does not name it", "index.html: it is not the file that the manifest names"
    ]  # fmt: skip
    (folder / "index.html").unlink()
    assert "index.html: it is missing" in verified(folder)[1]
    (folder / "records.jsonl").unlink()
    assert verified(folder)[0] == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_any_flipped_bit_of_any_file_is_found(export: tuple[Path, Verifier], data: st.DataObject) -> None:
    folder, key = export
    file = folder / data.draw(st.sampled_from(["records.jsonl", "checkpoints/mha.lab.note", "index.html"]))
    before = file.read_bytes()
    bit = data.draw(st.integers(0, len(before) * 8 - 1))
    file.write_bytes((int.from_bytes(before, "big") ^ 1 << bit).to_bytes(len(before), "big"))
    try:
        assert verify.main([str(folder), "--key", key.text()]) == 1
    finally:
        file.write_bytes(before)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_whatever_the_manifest_says_there_is_an_answer(
    export: tuple[Path, Verifier], data: st.DataObject
) -> None:
    folder, key = export
    before = (folder / "manifest.json").read_text()
    value = data.draw(
        st.none() | st.integers() | st.text() | st.lists(st.integers()) | st.dictionaries(st.text(), st.none())
    )
    manifest = json.loads(before)
    name = data.draw(st.sampled_from(sorted(manifest)))
    (folder / "manifest.json").write_text(json.dumps({**manifest, name: value}))
    try:
        assert verify.main([str(folder), "--key", key.text()]) in ((0, 1) if name == "rooms" else (1,))
    finally:
        (folder / "manifest.json").write_text(before)


def test_the_program_needs_nothing_but_python_and_cryptography() -> None:
    tree = ast.parse(PROGRAM.read_text())
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.partition(".")[0] for name in names} - sys.stdlib_module_names == {"cryptography"}


def test_a_folder_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    code, said = verified(tmp_path / "absent")
    assert code == 1 and "cannot be read" in said
