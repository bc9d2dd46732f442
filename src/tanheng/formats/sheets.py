"""Sheets of a workbook or of a CSV file: rows of plain values, and how their cells are named and shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

Cell = str | float | bool | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Values of a sheet, row by row from A1; blank cells are ``None``.

    Attributes:
        name: of the sheet; empty for a CSV file.
        place: the file, as a person finds it.
        encoding: of a CSV file; empty for a sheet of a workbook.
    """

    name: str
    rows: tuple[Row, ...]
    place: str
    encoding: str = ""

    @property
    def is_guessed(self) -> bool:
        """Whether the encoding was guessed from the bytes alone."""
        return self.encoding in ("gb18030", "cp1252")

    @property
    def is_garbled(self) -> bool:
        """Whether bytes of a CSV file did not belong to its encoding, so that text is lost."""
        return self.encoding not in ("", "utf-8") and any(
            isinstance(cell, str) and "\ufffd" in cell for row in self.rows for cell in row
        )

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


def is_blank(row: Iterable[Cell]) -> bool:
    """Whether nothing stands in a row."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)
