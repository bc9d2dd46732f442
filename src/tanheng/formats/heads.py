"""Tables that people fill in: their columns, and the heads by which these are recognised in either language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tanheng.formats.sheets import Cell, Row

_LOOKED_AT = 20  # rows in which the heads are looked for
_PLAIN = re.compile(r"[\s_\-.()（）:：*]+")
_PARTS = re.compile(r"[/\n|]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its heads in English and Chinese, and further spellings of them."""

    key: str
    en: str
    zh: str
    others: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """The head as a template writes it."""
        return f"{self.en} / {self.zh}"


@dataclass(frozen=True, slots=True)
class Heads:
    """Where the columns of a table stand.

    Attributes:
        row: of the heads, counted from 0.
        at: position by key of the column.
        unknown: heads that are none of ours, or stand twice.
        width: number of cells in the row of heads.
    """

    row: int
    at: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    width: int = 0

    def cell(self, row: Sequence[Cell], key: str) -> Cell:
        """The cell of a column in a row; ``None`` where the table has no such column."""
        position = self.at.get(key)
        return row[position] if position is not None and position < len(row) else None


class Layout:
    """The columns of one table."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self.columns = tuple(columns)
        self._by_key = {column.key: column for column in self.columns}
        self._by_head = {
            _folded(spelling): column.key
            for column in self.columns
            for spelling in (column.key, column.en, column.zh, *column.others)
        }

    def head_of(self, key: str) -> str:
        """The head of a column as a template writes it."""
        return self._by_key[key].head

    def find(self, rows: Sequence[Row], marks: frozenset[str]) -> Heads | None:
        """The first row that has the heads of all columns in ``marks``; ``None`` where none near the top has."""
        return next(
            (heads for n, row in enumerate(rows[:_LOOKED_AT]) if marks <= (heads := self.read(n, row)).at.keys()), None
        )

    def best(self, rows: Sequence[Row]) -> Heads | None:
        """The row near the top with the most heads; ``None`` where there is not one."""
        found = [self.read(number, row) for number, row in enumerate(rows[:_LOOKED_AT])]
        best = max(found, key=lambda heads: len(heads.at), default=None)
        return best if best is not None and best.at else None

    def read(self, number: int, row: Row) -> Heads:
        """A row as heads, whatever it is."""
        at: dict[str, int] = {}
        unknown: list[str] = []
        for position, cell in enumerate(row):
            if not isinstance(cell, str) or not cell.strip():
                continue
            key = self._key_of(cell)
            if key is None or key in at:
                unknown.append(cell.strip())
            else:
                at[key] = position
        width = max((i + 1 for i, cell in enumerate(row) if cell not in (None, "")), default=0)
        return Heads(number, at, tuple(unknown), width)

    def _key_of(self, cell: str) -> str | None:
        # Templates write a head in both languages.
        return next(filter(None, (self._by_head.get(_folded(part)) for part in (cell, *_PARTS.split(cell)))), None)


def _folded(text: str) -> str:
    return _PLAIN.sub("", text).casefold()
