"""Cells of a table as texts, numbers and words; what is wrong is collected, so that a person sees all of it at once."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from tanheng.errors import Fault, FormatError, TanhengError
from tanheng.formats.formulas import fold
from tanheng.formats.heads import Heads, Layout
from tanheng.formats.notebook import Notebook
from tanheng.formats.numbers import Numbers
from tanheng.formats.sheets import Cell, Row, Sheet, is_blank, text_of
from tanheng.formats.values import cas_number

T = TypeVar("T")
_MOST = 200  # faults that are told one by one
_SHOWN = 80
_FEW = 15  # known words that are named where none is near
_DATE = re.compile(r"(\d{4})(?:[-/.年]\s?(\d{1,2})(?:[-/.月]\s?(\d{1,2})日?|月)?|年)?")


class Faults:
    """Everything that is wrong, in the order of the sheets and their cells."""

    def __init__(self) -> None:
        self._found: dict[tuple[tuple[int, int, int], str], Fault] = {}

    def add(self, at: tuple[int, int, int], place: str, error: TanhengError) -> None:
        """Add the fault that ``error`` tells of, at a sheet, row and column; a cell has each fault once."""
        self._found.setdefault((at, error.code), Fault(error.code, place, error.faults[0].params))

    @property
    def are_many(self) -> bool:
        """Whether there are so many already that looking for near words takes long and helps nobody."""
        return len(self._found) > _MOST // 4

    def check(self) -> None:
        """Raise all faults, if there is any.

        Raises:
            FormatError: with every fault, up to 200.
        """
        if self._found:
            raise FormatError.of([fault for _, fault in sorted(self._found.items(), key=lambda item: item[0])][:_MOST])


class Table:
    """One sheet below its heads."""

    def __init__(self, sheet: Sheet, position: int, heads: Heads, layout: Layout, faults: Faults) -> None:
        self.sheet = sheet
        self.position = position
        self.heads = heads
        self.layout = layout
        self.faults = faults
        self._numbers: dict[str, Numbers] = {}

    def records(self) -> Iterator[Record]:
        """The rows that are not blank; one with more cells than there are heads is a fault."""
        first = self.heads.row + 1
        width = max(self.heads.width, len(self.sheet.rows[self.heads.row]))
        for number, row in enumerate(self.sheet.rows[first:], start=first):
            if is_blank(row):
                continue
            record = Record(self, number, row)
            # Even where nothing stands in the last cells, one separator too many has moved all behind it.
            if len(row) > width or not is_blank(row[self.heads.width :]):
                error = FormatError("TH-FMT-057", cells=len(row), columns=self.heads.width)
                self.faults.add(
                    (self.position, number, self.heads.width), self.sheet.at(number, self.heads.width), error
                )
            else:
                yield record

    def numbers(self, key: str) -> Numbers:
        """Reads the numbers of a column."""
        if key not in self._numbers:
            self._numbers[key] = Numbers(self.heads.cell(row, key) for row in self.sheet.rows[self.heads.row + 1 :])
        return self._numbers[key]

    def tell_unknown_heads(self, notes: Notebook) -> None:
        """Note the columns that are none of ours."""
        for head in self.heads.unknown:
            notes.add("column-ignored", self.sheet.at(self.heads.row), head=head)


class Record:
    """A row of a sheet, its cells by the key of their column."""

    def __init__(self, table: Table, number: int, row: Row) -> None:
        self._table = table
        self._number = number
        self._row = row

    def cell(self, key: str) -> Cell:
        """A cell as it is; ``None`` where it is blank or the sheet has no such column."""
        cell = self._table.heads.cell(self._row, key)
        return None if isinstance(cell, str) and not cell.strip() else cell

    def text(self, key: str) -> str:
        """A cell as a line of text; empty where it is blank."""
        cell = self._table.heads.cell(self._row, key)
        return "" if cell is None else " ".join(text_of(cell).split())

    def place(self, key: str) -> str:
        """Where a cell is; the row where the sheet has no such column."""
        return self._table.sheet.at(self._number, self._table.heads.at.get(key))

    def fault(self, key: str, error: TanhengError) -> None:
        """Tell that a cell is wrong."""
        column = self._table.heads.at.get(key, 0)
        self._table.faults.add((self._table.position, self._number, column), self.place(key), error)

    def needed(self, key: str) -> str:
        """A cell as text; a blank one is a fault."""
        found = self.text(key)
        if not found:
            self.empty(key)
        return found

    def empty(self, key: str) -> None:
        """Tell that a cell must not be empty."""
        self.fault(key, FormatError("TH-FMT-045", column=self._table.layout.head_of(key)))

    def wrong(self, key: str, wanted: str) -> None:
        """Tell that a cell does not hold what is wanted there."""
        column = self._table.layout.head_of(key)
        self.fault(key, FormatError("TH-FMT-044", value=self.text(key)[:_SHOWN], column=column, wanted=wanted))

    def unknown(self, key: str, known: Iterable[str]) -> None:
        """Tell that a word stands for nothing, or for several; names the nearest known ones, where any is near."""
        value, many = self.text(key)[:_SHOWN], self._table.faults.are_many
        words = list(dict.fromkeys(islice(known, _FEW) if many else known))
        near = [] if many else difflib.get_close_matches(value, words, n=5, cutoff=0.6)
        shown = "; ".join(near or words[:_FEW]) or "–"
        self.fault(key, FormatError("TH-FMT-046", value=value, column=self._table.layout.head_of(key), known=shown))

    def contradicts(self, key: str, known: str, *, of: str) -> None:
        """Tell that a cell does not go with what is known of something."""
        value = self.text(key)[:_SHOWN]
        self.fault(key, FormatError("TH-FMT-047", value=value, known=known[:_SHOWN], subject=of[:_SHOWN]))

    def number(self, key: str, *, least: float = -math.inf, wanted: str = "1234.5") -> float:
        """A number; NaN where the cell is blank. Anything else, and one below ``least``, is a fault (and NaN)."""
        cell = self.cell(key)
        if cell is None:
            return math.nan
        value = self._table.numbers(key).number(cell)
        if value is None or value < least:
            self.wrong(key, wanted)
            return math.nan
        return value

    def word(self, key: str, words: Mapping[str, T], labels: Iterable[str]) -> T | None:
        """What a word stands for; ``None`` for a blank cell, and for an unknown word, which is a fault that names ``labels``."""
        text = self.text(key)
        if not text:
            return None
        found = words.get(fold(text))
        if found is None:
            self.unknown(key, labels)
        return found

    def cas(self) -> str:
        """The CAS number."""
        text = self.text("cas")
        if text and not cas_number(text):
            self.wrong("cas", "124-38-9")
        return cas_number(text)

    def day(self, key: str) -> str:
        """A date as ISO 8601 has it, whole or only its year or month; empty where the cell is blank."""
        text = self.text(key)
        match = _DATE.fullmatch(text)
        if text and (match is None or not 1 <= int(match[2] or 1) <= 12 or not 1 <= int(match[3] or 1) <= 31):
            self.wrong(key, "2024; 2024-06-30")
            return ""
        return "-".join(part.zfill(2) for part in match.groups() if part) if match else ""
