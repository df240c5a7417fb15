"""An export is packed into ZIPs of which each is whole and none is larger than it may be."""

import io
import os
import random
import zipfile
from datetime import UTC
from pathlib import Path

import pytest

from bots.retention.export.request import Form, Request, Selection
from bots.retention.handover import shown
from bots.retention.handover.asked import BadExport, line
from bots.retention.handover.job import Packed, Part, numbers_in
from bots.retention.handover.packing import zipped
from bots.retention.handover.volumes import MOST, TooLarge, TooManyParts, volumes
from tests.tongues import in_english

TOP = "export-1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of an export: much of it does not shrink, some of it does."""
    chance = random.Random(7)
    for number in range(30):
        path = tmp_path / f"files/{number:02}-चित्र.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(chance.randbytes(chance.randrange(9_000)))
    (tmp_path / "records.jsonl").write_text("the same line\n" * 3_000)
    (tmp_path / "gaps.jsonl").write_bytes(b"")
    return tmp_path


def unpacked(folder: Path, limit: int | None) -> tuple[list[int], dict[str, bytes]]:
    """How large each ZIP is, and all that is in them."""
    sizes, found = [], dict[str, bytes]()
    for volume in volumes(folder, TOP, limit):
        data = b"".join(zipped(folder, TOP, volume.names))
        sizes.append(len(data))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                assert name not in found
                found[name] = archive.read(name)
    return sizes, found


def content(folder: Path) -> dict[str, bytes]:
    return {f"{TOP}/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}  # fmt: skip


def test_without_a_limit_it_is_one(folder: Path) -> None:
    [_], found = unpacked(folder, None)
    assert found == content(folder)


@pytest.mark.parametrize("limit", [10_000, 12_345, 30_000, 100_000, 10**9])
def test_no_part_is_larger_than_the_homeserver_takes_and_nothing_is_lost(folder: Path, limit: int) -> None:
    sizes, found = unpacked(folder, limit)
    assert max(sizes) <= limit and found == content(folder)
    if limit < 100_000:
        assert len(sizes) < 3 * sum(sizes) / limit + 1, "the parts are filled"


def test_a_file_that_shrinks_enough_is_taken(folder: Path) -> None:
    assert (folder / "records.jsonl").stat().st_size > 30_000
    assert unpacked(folder, 10_000)[1][f"{TOP}/records.jsonl"]


def test_a_file_that_fits_into_no_part_is_told(folder: Path) -> None:
    (folder / "film").write_bytes(os.urandom(20_000))
    with pytest.raises(TooLarge):
        volumes(folder, TOP, 20_100)
    assert volumes(folder, TOP, 21_000)


def test_more_parts_than_anybody_unpacks_are_told(folder: Path) -> None:
    for number in range(MOST + 1):
        (folder / f"film{number}").write_bytes(os.urandom(9_000))
    with pytest.raises(TooManyParts) as refused:
        volumes(folder, TOP, 10_000)
    assert refused.value.parts > MOST


def test_the_zip_comes_in_pieces(folder: Path) -> None:
    (folder / "film").write_bytes(os.urandom(3_000_000))
    pieces = [len(piece) for piece in zipped(folder, TOP, ["film"])]
    assert len(pieces) > 5 and max(pieces) < 1_000_000


def test_a_line_of_chat_is_read() -> None:
    asked = line('room:!r:mha.lab From:2026-01-01 format:pdf Purpose: RTI 1/26 ; "a ; b" culv*', UTC)
    assert asked.selection == Selection("!r:mha.lab", "2026-01-01", query='"a ; b" culv*')
    assert (asked.purpose, asked.forms) == ("RTI 1/26", (Form.JSONL, Form.HTML, Form.PDF))


def test_who_gives_no_purpose_is_told_how() -> None:
    with pytest.raises(BadExport) as refused:
        line("room:!r:mha.lab", UTC)
    assert "purpose: WHY" in in_english(refused.value.what)


def test_the_same_at_a_terminal_is_one_command_whatever_somebody_wrote() -> None:
    request = Request(Selection("!r:mha.lab", query="it's; $HOME"), (Form.JSONL,), "RTI; `x`", "@o:nic.lab", "UTC")
    told = shown.command(request)
    assert "'it'\"'\"'s; $HOME'" in told and "'RTI; `x`'" in told and "--room '!r:mha.lab'" in told


def test_what_was_packed_is_read_as_it_was_stored_and_its_keys_are_not_shown() -> None:
    part = Part("export-1-ab", 7, "aa", "secret1", "secret2", "secret3", "bb")
    packed = Packed("id", {"records": 1}, ("jsonl",), (part,))
    assert Packed.read(packed.stored()) == packed
    assert "secret" not in repr(packed)


def test_names_are_told_apart_by_their_jobs() -> None:
    a, b = "0123456789abcdef", "fedcba9876543210"
    ours = [f"export-1-{a}", f"export-12-{b}", f"export-1-{b}.zip"]
    others = [
        "export-",
        "export-x-1",
        "other",
        f"export-²-{a}",
        "export-7",
        "export-2026-11-mha",
        f"export-{9:020}-{a}",
    ]
    assert numbers_in([*others, *ours]) == {1: [ours[0], ours[2]], 12: [ours[1]]}
