"""Sheets of a workbook or of a CSV file: rows of plain values, and how their cells are named and read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

Cell = str | float | bool | None
Row = Sequence[Cell]

_PLAIN = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")
_GROUPED = re.compile(
    r"^[+-]?\d{1,3}(?:([., '\u00a0\u202f])\d{3})+(?!\1)[.,]\d+$|^[+-]?\d{1,3}(?:([ '\u00a0\u202f])\d{3})+$"
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋％", "0123456789.,-+%")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Values of a sheet, row by row from A1; blank cells are ``None``.

    Attributes:
        name: of the sheet; empty for a CSV file.
        place: the file, as a person finds it.
    """

    name: str
    rows: tuple[Row, ...]
    place: str

    def at(self, row: int, column: int | None = None) -> str:
        """Where a row or cell is (both counted from 0): ``inventory.xlsx › Exchanges › C7``."""
        cell = str(row + 1) if column is None else cell_name(row, column)
        return " › ".join(filter(None, (self.place, self.name, cell)))


def cell_name(row: int, column: int) -> str:
    """``C7`` for row 6, column 2 (counted from 0)."""
    return f"{_letters(column)}{row + 1}"


@cache
def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_of(cell: Cell) -> str:
    """A cell as text, stripped; a whole number without its point, nothing for a blank cell."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.strip()


def number_of(cell: Cell) -> float | None:
    """A finite number, with either decimal mark; ``None`` for anything else.

    A single comma is a decimal mark, whatever stands behind it: nobody can tell ``1,234`` from it otherwise, and files
    of programs do not group digits.

    >>> number_of("1,5e-3"), number_of("1 234,5"), number_of("n.a.")
    (0.0015, 1234.5, None)
    """
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    found = cell.strip().translate(_FULL_WIDTH)
    if grouped := _GROUPED.match(found):
        found = found.replace(grouped[1] or grouped[2], "")
    if found.count(",") == 1 and "." not in found:
        found = found.replace(",", ".")
    if not _PLAIN.match(found):
        return None
    value = float(found)
    return value if math.isfinite(value) else None


def is_blank(row: Iterable[Cell]) -> bool:
    """Whether nothing stands in a row."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)
