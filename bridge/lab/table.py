"""A table in plain characters, aligned also where a script puts marks above, below or around its letters."""

import unicodedata
from collections.abc import Sequence

from bridge.lab.scenario import Table

GAP = "  "
NARROWEST = 12
"""Columns that a cell keeps, however small the screen is."""


def drawn(table: Table, columns: int) -> str:
    """The table, a line a row, under its head and a rule; its widest cells are cut so that it fits the columns."""
    rows = (table.head, *table.rows)
    widths = _fitted([max(map(_width, column)) for column in zip(*rows, strict=True)], columns)
    lines = [_line(row, widths) for row in rows]
    return "\n".join([lines[0], GAP.join("─" * width for width in widths), *lines[1:]])


def _fitted(widths: list[int], columns: int) -> list[int]:
    while sum(widths) + len(GAP) * (len(widths) - 1) > columns and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [_clipped(cell, width) for cell, width in zip(row, widths, strict=True)]
    return GAP.join(cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _clipped(cell: str, width: int) -> str:
    if _width(cell) <= width:
        return cell
    while _width(cell) >= width:
        cell = cell[:-1]
    return cell.rstrip() + "…"


def _width(text: str) -> int:
    """Columns on a terminal: none for marks that combine, two for what is wide."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
