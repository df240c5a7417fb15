"""A roster in a CSV file (RFC 4180): a header row that names the columns in any order, then a row for each person."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from bots.identity.roster import text_file
from bots.identity.roster.problem import Flaw, Unreadable
from bots.identity.roster.row import column
from bots.identity.roster.source import COLUMNS, Cells, Sheet, Stamp
from bridge.config import Part

TOGETHER = 2000
"""Rows whose cells are in memory at once."""
LONGEST_ROW = 20
"""Lines; a quote that is open for longer was never closed, and may not swallow the rows below it."""

_OPEN = re.compile(r'(?:(?:"(?:[^"]|"")*+"[^,]*+|[^",][^,]*+|),)*+"(?:[^"]|"")*+')
"""A line that ends within quotes: whole cells, then one that is begun."""
_STRICT = re.compile(r'(?:"(?:[^"]|"")*+"|[^",\n]*+)(?:,(?:"(?:[^"]|"")*+"|[^",\n]*+))*+')
"""A row as RFC 4180 wants it; only such a one may go over several lines."""


class CsvFile(Part):
    """Reads a roster from a CSV file."""

    kind: Literal["csv"]
    file: Path = Field(description="The CSV file, with a header row.")

    def read(self, known: Stamp | None) -> Sheet | Stamp:
        """The file's rows, or its stamp where nothing changed. Raises Unreadable."""
        stamp, text = text_file.read(self.file, known)
        return stamp if text is None else _sheet(str(self.file), stamp, text)


def _sheet(name: str, stamp: Stamp, text: str) -> Sheet:
    rows, lines = _rows(text)
    if not rows:
        raise Unreadable(name, 0, "the file is empty", f"begin it with the line {','.join(COLUMNS)}")
    head, *rows = rows
    return Sheet(name, stamp, head, rows, lines[1:], _Header.read(name, lines[0], head).understand)


def _rows(text: str) -> tuple[list[str], Sequence[int]]:
    """The rows that are not blank, and the line where each begins."""
    lines = text.split("\n")
    if '"' in text:
        pairs = [(number, row) for number, row in _joined(lines) if row and not row.isspace()]
    elif "" not in lines[:-1]:  # the usual file, in a hurry
        rows = lines if lines[-1] else lines[:-1]
        return rows, range(1, len(rows) + 1)
    else:
        pairs = [(number, row) for number, row in enumerate(lines, 1) if row and not row.isspace()]
    return [row for _, row in pairs], [number for number, _ in pairs]


def _joined(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    at = 0
    while at < len(lines):
        row = lines[at]
        if row.count('"') % 2 and _OPEN.fullmatch(row):
            row = _over_lines(lines[at : at + LONGEST_ROW])
        yield at + 1, row
        at += 1 + row.count("\n")


def _over_lines(lines: Sequence[str]) -> str:
    longer = ("\n".join(lines[:end]) for end in range(2, len(lines) + 1))
    return next(filter(_STRICT.fullmatch, longer), lines[0])


@dataclass(frozen=True)
class _Header:
    places: tuple[int | None, ...]
    """Where each of COLUMNS stands in a row."""
    width: int

    @classmethod
    def read(cls, name: str, line: int, head: str) -> "_Header":
        named = _cells(head)
        columns = [column(cell) for cell in named]
        for found in columns:
            if isinstance(found, Flaw):
                raise Unreadable(name, line, found.what, found.mend)
        if twice := next((found for n, found in enumerate(columns) if found in columns[:n]), None):
            raise Unreadable(name, line, f"the column {twice} stands there twice", "keep one")
        if missing := next((needed for needed in COLUMNS[:2] if needed not in columns), None):
            raise Unreadable(name, line, f"there is no column {missing}", "add it to the header and to each row")
        return cls(tuple(columns.index(one) if one in columns else None for one in COLUMNS), len(named))

    def understand(self, rows: Sequence[str]) -> Iterator[Cells | Flaw]:
        """The cells of each row."""
        for row in (row for at in range(0, len(rows), TOGETHER) for row in _read(rows[at : at + TOGETHER])):
            if isinstance(row, list) and len(row) == self.width:
                yield tuple(["" if place is None else row[place] for place in self.places])
            else:
                yield row if isinstance(row, Flaw) else self._uneven(row)

    def _uneven(self, row: list[str]) -> Cells | Flaw:
        if any(cell.strip() for cell in row[self.width :]):
            what = f"the row has {len(row)} cells, the header {self.width}"
            return Flaw(what, 'put a cell that holds a comma in quotes: "Roads, Bridges"')
        return tuple(row[place] if place is not None and place < len(row) else "" for place in self.places)


def _read(rows: Sequence[str]) -> Sequence[list[str] | Flaw]:
    try:
        together: list[list[str] | Flaw] = [*csv.reader(rows)]
        if len(together) == len(rows):
            return together
    except csv.Error:
        pass
    return [_alone(row) for row in rows]  # a row that takes others with it is among them


def _alone(row: str) -> list[str] | Flaw:
    flaw = Flaw("a quote opens here and is never closed", 'close it; a quote within quotes is written ""')
    return flaw if _OPEN.fullmatch(row) else _cells(row)


def _cells(row: str) -> list[str]:
    try:
        return next(csv.reader([row]), [])
    except csv.Error:  # a cell of more than 128 kB, which no column takes
        return [cell[:1000] for cell in row.split(",")]
