"""The blocks of the layout: ``Database``, ``Activity``, ``Parameters``, ``Exchanges``, one below the other.

A sheet whose first cell is ``skip``, or blank, is none of them; ``cutoff`` there says how many columns count. Unlike
bw2io, a workbook may hold several databases: activities belong to the ``Database`` block above them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tanheng.formats.notebook import Notebook
from tanheng.formats.numbers import number_of
from tanheng.formats.sheets import Cell, Row, Sheet, is_blank, text_of

_UNKNOWN = "(unknown)"
_TABLES = ("project parameters", "database parameters", "parameters", "exchanges")
_HEADS = ("database", "activity", *_TABLES)
_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table by column head (in lower case), and where it stands."""

    cells: Mapping[str, Cell]
    place: str

    def text(self, key: str) -> str:
        """A cell as text; empty where there is none."""
        return text_of(self.cells.get(key))

    def number(self, key: str) -> float | None:
        """A cell as a finite number; ``None`` where it is none."""
        return number_of(self.cells.get(key))

    def path(self, key: str) -> tuple[str, ...]:
        """A cell that lists parts with ``::`` between them."""
        return tuple(part.strip() for part in self.text(key).split("::") if part.strip())


@dataclass(slots=True)
class RawActivity:
    """An activity as written. ``fields`` are its metadata rows."""

    name: str
    database: str
    place: str
    values: dict[str, Cell] = field(default_factory=dict)
    parameters: list[Record] = field(default_factory=list)
    exchanges: list[Record] = field(default_factory=list)

    @property
    def fields(self) -> Record:
        """The metadata rows as a record."""
        return Record(self.values, self.place)


@dataclass(slots=True)
class RawWorkbook:
    """All blocks of all sheets. ``databases`` are the metadata rows of each, by name, in order."""

    databases: dict[str, dict[str, Cell]] = field(default_factory=dict)
    project_parameters: list[Record] = field(default_factory=list)
    parameters: list[Record] = field(default_factory=list)
    activities: list[RawActivity] = field(default_factory=list)


def has_blocks(sheets: Iterable[Sheet]) -> bool:
    """Whether sheets are in this layout: a ``Database`` with a name, and an ``Activity`` or ``Exchanges`` block."""
    found = {head for sheet in sheets if _counts(sheet) for row in sheet.rows[:_LOOKED_AT] if (head := _head(row))}
    return "database" in found and bool(found & {"activity", "exchanges"})


def _counts(sheet: Sheet) -> bool:
    first = sheet.rows[0][0] if sheet.rows and sheet.rows[0] else None
    return isinstance(first, str) and first.strip().casefold() not in ("", "skip")


def _head(row: Row) -> str:
    """The block that a row begins; empty if it begins none."""
    first = row[0] if row else None
    if not isinstance(first, str):
        return ""
    head = first.strip().casefold()
    if head not in _HEADS:
        return ""
    if head in ("database", "activity"):
        return head if len(row) > 1 and text_of(row[1]) else ""
    # “Parameters” may name a group beside it; the others stand alone.
    return head if head == "parameters" or is_blank(row[1:]) else ""


def read_blocks(sheets: Sequence[Sheet], notes: Notebook) -> RawWorkbook:
    """The blocks of all sheets that count; activities without a database above them belong to the first."""
    book = RawWorkbook()
    for sheet in sheets:
        if _counts(sheet):
            _Reader(sheet, book, notes).read()
        elif any(_head(row) == "activity" for row in sheet.rows) and not _is_skipped(sheet):
            notes.add("sheet-passed-over", sheet.at(0, 0))
    first = next(iter(book.databases), "")
    for activity in book.activities:
        activity.database = activity.fields.text("database") or activity.database or first
    return book


def _is_skipped(sheet: Sheet) -> bool:
    return bool(sheet.rows and sheet.rows[0]) and text_of(sheet.rows[0][0]).casefold() == "skip"


class _Reader:
    """Walks down one sheet."""

    def __init__(self, sheet: Sheet, book: RawWorkbook, notes: Notebook) -> None:
        self._sheet = sheet
        self._book = book
        self._notes = notes
        self._database = ""
        self._fields: dict[str, Cell] | None = None
        self._activity: RawActivity | None = None
        self._table = ""
        self._columns: list[str] | None = None

    def read(self) -> None:
        first = self._sheet.rows[0]
        width = None
        if text_of(first[0]).casefold() == "cutoff" and len(first) > 1:
            width = max(int(number_of(first[1]) or 0), 0) or None
        for number, whole in enumerate(self._sheet.rows):
            row = whole[:width] if width is not None else whole
            if is_blank(row):
                self._blank()
            elif head := _head(row):
                self._begin(head, row, number)
            elif self._table:
                self._row(row, number)
            elif self._fields is not None and len(row) > 1:
                key = text_of(row[0]).casefold()
                if key and (value := _known(row[1])) is not None:
                    self._fields.setdefault(key, value)

    def _blank(self) -> None:
        # Blank rows end the blocks of a database, but are only air within those of an activity.
        if self._table in ("project parameters", "database parameters") and self._columns is not None:
            self._table = ""
        if self._activity is None:
            self._fields = None

    def _begin(self, head: str, row: Row, number: int) -> None:
        self._columns = None
        if head == "database":
            self._database, self._activity, self._table = text_of(row[1]), None, ""
            self._fields = self._book.databases.setdefault(self._database, {})
        elif head == "activity":
            self._activity, self._table = RawActivity(text_of(row[1]), self._database, self._sheet.at(number)), ""
            self._book.activities.append(self._activity)
            self._fields = self._activity.values
        else:
            self._table = head
            if head in ("project parameters", "database parameters"):
                self._activity = None
            self._fields = None

    def _row(self, row: Row, number: int) -> None:
        if self._columns is None:
            self._columns = [text_of(cell).casefold() for cell in row]
            return
        cells = {
            column: known
            for column, cell in zip(self._columns, row, strict=False)
            if column and (known := _known(cell)) is not None
        }
        if not cells:
            return
        record = Record(cells, self._sheet.at(number))
        if self._table == "project parameters":
            self._book.project_parameters.append(record)
        elif self._table == "database parameters":
            self._book.parameters.append(record)
        elif self._activity is None:
            self._notes.count("row-without-activity", self._sheet.place, self._sheet.at(number))
        elif self._table == "parameters":
            self._activity.parameters.append(record)
        else:
            self._activity.exchanges.append(record)


def _known(cell: Cell) -> Cell:
    if isinstance(cell, str) and (not cell.strip() or cell.strip().casefold() == _UNKNOWN):
        return None
    return cell
