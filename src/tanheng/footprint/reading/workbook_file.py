"""Opening a workbook that nobody vouches for: sheets as rows of plain values, within limits.

The archive is unpacked within limits and packed again for the spreadsheet library, which trusts what an archive says of
itself. Two things are settled on the way: a sheet whose cells lie far apart would make the library ask for all the
memory between them, and cells that hold an error (``#REF!``) would come back empty, which is to say missing.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from tanheng.errors import FormatError, StudyError
from tanheng.footprint.reading.layout import sheet_of
from tanheng.footprint.reading.node import Node
from tanheng.formats.archive import Limits, open_archive
from tanheng.texts import text

LIMITS = Limits(total=2**30, member=2**30, members=2000, ratio=500.0)
MOST_CELLS = 30_000_000
_ERRORS = frozenset(
    {"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
    | {"#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!"}
)
_BOOK = "xl/workbook.xml"
_ROOT_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    f'Target="{_BOOK}"/></Relationships>'
)
_REFERENCE = re.compile(rb"""\br\s*=\s*["']\$?([A-Za-z]{0,4})\$?(\d{0,8})["']""")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\b[^<>]*?\st\s*=\s*)(["'])e\2""")
Cell = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Values of a sheet, row by row from A1; blank cells are ``None``."""

    key: str
    rows: tuple[tuple[Cell, ...], ...]
    where: str

    def node(self, row: int, column: int, value: Cell = None) -> Node:
        """A cell as a node, its place being ``Lines!C7``."""
        return Node(value, f"{self.key}!{cell_name(row, column)}", self.where)


def is_error(value: Cell) -> bool:
    """Whether a cell shows a spreadsheet error."""
    return isinstance(value, str) and value.strip() in _ERRORS


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


def open_sheets(path: Path, name: str) -> dict[str, Sheet]:
    """Our sheets of a workbook, by their key.

    Raises:
        StudyError: TH-STU-034 a damaged workbook, TH-STU-003 another kind of archive, TH-STU-004 cells too far apart;
            TH-FMT-… an archive beyond limits.
    """
    try:
        packed = _checked_copy(path, name)
    except FormatError as error:
        raise StudyError.of(error.faults) from error
    sheets: dict[str, Sheet] = {}
    for title, rows in _calamine(packed, name):
        key = sheet_of(title)
        if key is not None and key not in sheets:
            sheets[key] = Sheet(key, rows, name)
    return sheets


def _checked_copy(path: Path, name: str) -> bytes:
    packed = io.BytesIO()
    with open_archive(path, limits=LIMITS) as archive, zipfile.ZipFile(packed, "w") as copy:
        for member in archive.members:
            data = archive.read(member)
            if b"<!DOCTYPE" in data:
                # No spreadsheet program writes one; it is where entities are declared.
                raise StudyError("TH-STU-034", place=name, detail="DOCTYPE")
            if b"sheetData" in data or b"s\x00h\x00e\x00e\x00t\x00D" in data:
                _check_extent(data, name)
                data = _ERROR_CELL.sub(rb"\1\2str\2", data)
            copy.writestr(zipfile.ZipInfo(member.name), data)
        if not any(member.name == _BOOK for member in archive.members):
            found = {f"found{end}": text("study", "file.zip", lang) for end, lang in (("", "en"), ("_zh", "zh"))}
            raise StudyError("TH-STU-003", place=name, **found)
        # The way in from the root is a hidden file, which an archive's members leave out.
        copy.writestr(zipfile.ZipInfo("_rels/.rels"), _ROOT_RELATIONS)
    return packed.getvalue()


def _check_extent(data: bytes, name: str) -> None:
    """Refuse a sheet whose used range holds more cells than anybody writes."""
    rows = columns = named = 0
    for letters, number in _REFERENCE.findall(data):
        rows = max(rows, int(number or 0))
        columns = max(columns, _column_number(letters))
        named += bool(letters)
    cells = len(_CELL.findall(data))
    if cells > named:
        # Cells without a reference follow each other; at worst they all stand in one row.
        columns = max(columns, min(cells, 16_384))
    if b"\x00" in data:
        raise StudyError("TH-STU-034", place=name, detail="UTF-16")
    if rows * columns > MOST_CELLS:
        raise StudyError("TH-STU-004", place=name, size=f"{rows} × {columns}", limit=f"{MOST_CELLS:,} cells")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _calamine(packed: bytes, name: str) -> Iterator[tuple[str, tuple[tuple[Cell, ...], ...]]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(packed)) as book:
            for title in book.sheet_names:
                if sheet_of(title) is not None:
                    rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
                    yield title, tuple(tuple(_cell(value) for value in row) for row in rows)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError, StudyError):
        raise
    except BaseException as error:
        # A panic inside the library is no Exception, but it is the file's fault all the same.
        raise StudyError("TH-STU-034", place=name, detail=f"{type(error).__name__}: {error}"[:200]) from error


def _cell(value: Any) -> Cell:
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
