"""A spreadsheet shows what was said and calculates nothing of it; a file system does nothing with a file's name."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.retention.export import file_name, table


@pytest.mark.parametrize(
    "said",
    ["=1+1", "+91 11 2309 2392", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "＝1+1", "\u200b=1", "%x"],
)
def test_what_begins_like_a_formula_is_text(said: str) -> None:
    assert table.cell(said).startswith("'")


@given(st.text())
def test_no_cell_begins_a_formula_and_every_row_is_read_back(said: str) -> None:
    cell = table.cell(said)
    begins = unicodedata.normalize("NFKC", cell.lstrip()[:1])
    assert not begins.startswith(("=", "+", "-", "@"))
    [row] = list(csv.reader(io.StringIO(table._csv([[said, 7, None]]), newline="")))
    assert row == [cell, "7", ""]
    table._csv([[said]]).encode()


def test_a_spreadsheet_is_told_that_the_letters_are_utf_8() -> None:
    assert table.head().startswith(b"\xef\xbb\xbf")


@given(st.text(max_size=300))
def test_a_file_has_a_name_that_is_only_a_name(name: str) -> None:
    safe = file_name.safe(name)
    assert safe and len(safe.encode()) <= 160
    assert not set(safe) & set('/\\:*?"<>|\0\n\r\t') and safe not in (".", "..")
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") or letter == "\u202e" for letter in safe)
    assert file_name.safe(safe).removesuffix(".download") == safe.removesuffix(".download")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("orders.pdf", "orders.pdf"), ("आदेश क्ष.docx", "आदेश क्ष.docx"), ("../../etc/passwd", "_._etc_passwd"),
        ("page.HTML", "page.HTML.download"), ("run.exe ", "run.exe.download"), ("", "file"), ("..", "file"),
        ("gpj\u202efdp.exe", "gpj_fdp.exe.download"), ("picture.svg", "picture.svg.download"),
    ],
)  # fmt: skip
def test_names_tell_what_they_told_and_run_nothing(name: str, safe: str) -> None:
    assert file_name.safe(name) == safe
