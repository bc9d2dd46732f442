"""From a file that nobody vouches for to rows of plain values: text with separators, or an Excel workbook.

A workbook is unpacked within limits and packed again for the spreadsheet library, which trusts what an archive says of
itself; sheets whose cells lie far apart are refused, as the library would ask for all the memory between them.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineWorkbook

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive
from tanheng.formats.methodtable.columns import Cell, Row, find_heads
from tanheng.formats.notebook import Notebook

BOOK = "xl/workbook.xml"
TEXTS = (".csv", ".tsv", ".txt")
LARGEST = 256 * 2**20
_MOST_CELLS = 30_000_000
_LONGEST_CELL = 2**17
_BEGINNING = 2**16
_DELIMITERS = ",;\t"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ROOT_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    f'Target="{BOOK}"/></Relationships>'
)
_REFERENCE = re.compile(rb"""\br\s*=\s*["']\$?([A-Za-z]{0,4})\$?(\d{0,8})["']""")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\b[^<>]*?\st\s*=\s*)(["'])e\2""")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook (``title`` is empty for text), its rows from the first; blank cells are ``None``."""

    title: str
    rows: tuple[Row, ...]

    def place(self, file: str, row: int, column: int) -> str:
        """A cell as a person finds it, ``factors.xlsx, GWP!C7``; row and column are counted from 0."""
        letters, column = "", column + 1
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{file}, {self.title}!{letters}{row + 1}" if self.title else f"{file}, {letters}{row + 1}"


def sheets_of(archive: Archive, notes: Notebook) -> Iterator[Sheet]:
    """The sheets of a workbook, or the one of a text file.

    Raises:
        FormatError: TH-FMT-017 where it is too large, TH-FMT-054 where it is neither, or damaged.
    """
    place = archive.path.name
    if any(member.name == BOOK for member in archive.members):
        yield from _workbook(_checked_copy(archive, place), place)
        return
    if len(archive.members) != 1:
        raise FormatError("TH-FMT-054", place=place, detail=f"{len(archive.members)} files")
    member = archive.members[0]
    _check_size(member.size, place)
    yield Sheet("", _text_rows(archive.read(member), place, notes))


def first_rows(archive: Archive) -> Iterator[tuple[Row, ...]]:
    """The first rows of each sheet of a workbook, or of a text file as each separator would have them."""
    if any(member.name == BOOK for member in archive.members):
        yield from (sheet.rows for sheet in sheets_of(archive, Notebook()))
    elif len(archive.members) == 1 and archive.path.suffix.lower() in TEXTS:
        with archive.open(archive.members[0]) as stream:
            raw = stream.read(_BEGINNING)
        marked = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), "")
        for encoding in (marked,) if marked else ("utf-8", "gb18030"):
            text = raw.decode(encoding, errors="ignore")
            yield from (_rows(text, mark, archive.path.name) for mark in _DELIMITERS)


def _check_size(size: int, place: str) -> None:
    if size > LARGEST:
        raise FormatError("TH-FMT-017", place=place, size=f"{size / 2**20:,.1f}", limit=f"{LARGEST / 2**20:,.1f}")


def _text_rows(raw: bytes, place: str, notes: Notebook) -> tuple[Row, ...]:
    """Rows of a text; of the separators the one with which its heads are found, else the most frequent."""
    text = _decoded(raw, place, notes)
    beginning = text[:_BEGINNING]
    found = [mark for mark in _DELIMITERS if find_heads(_rows(beginning.rsplit("\n", 1)[0], mark, place))]
    delimiter = found[0] if found else max(_DELIMITERS, key=beginning.partition("\n")[0].count)
    return _rows(text, delimiter, place)


def _decoded(raw: bytes, place: str, notes: Notebook) -> str:
    marked = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", "gb18030", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding in ("gb18030", "cp1252"):
            notes.add("encoding-guessed", place, encoding=encoding)
        return text
    raise FormatError("TH-FMT-054", place=place, detail=marked or "encoding")


def _rows(text: str, delimiter: str, place: str) -> tuple[Row, ...]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return tuple(tuple(cell.strip() or None for cell in row) for row in reader)
    except csv.Error as error:
        raise FormatError("TH-FMT-054", place=place, detail=f"{reader.line_num}: {error}") from error


def _checked_copy(archive: Archive, place: str) -> bytes:
    _check_size(sum(member.size for member in archive.members), place)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as copy:
        for member in archive.members:
            data = archive.read(member)
            if b"<!DOCTYPE" in data:
                raise FormatError("TH-FMT-014", place=archive.place(member))
            if b"s\x00h\x00e\x00e\x00t\x00D" in data:
                raise FormatError("TH-FMT-054", place=place, detail="UTF-16")
            if b"sheetData" in data:
                _check_extent(data, place)
                data = _ERROR_CELL.sub(rb"\1\2str\2", data)  # else a cell with #REF! would look empty
            copy.writestr(zipfile.ZipInfo(member.name), data)
        # The way in from the root is a hidden file, which an archive's members leave out.
        copy.writestr(zipfile.ZipInfo("_rels/.rels"), _ROOT_RELATIONS)
    return packed.getvalue()


def _check_extent(data: bytes, place: str) -> None:
    """Refuse a sheet whose used range holds more cells than anybody writes."""
    rows = columns = named = 0
    for letters, number in _REFERENCE.findall(data):
        rows = max(rows, int(number or 0))
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        columns = max(columns, column)
        named += bool(letters)
    cells = len(_CELL.findall(data))
    if cells > named:
        # Cells without a reference follow each other; at worst they all stand in one row.
        columns = max(columns, min(cells, 16_384))
    if rows * columns > _MOST_CELLS:
        raise FormatError("TH-FMT-054", place=place, detail=f"{rows} × {columns}")


def _workbook(packed: bytes, place: str) -> Iterator[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(packed)) as book:
            found = [
                (title, book.get_sheet_by_name(title).to_python(skip_empty_area=False)) for title in book.sheet_names
            ]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        # A panic inside the library is no Exception, but it is the file's fault all the same.
        raise FormatError("TH-FMT-054", place=place, detail=f"{type(error).__name__}: {error}"[:200]) from error
    for title, rows in found:
        yield Sheet(title, tuple(tuple(_cell(value) for value in row) for row in rows))


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    return (value.isoformat() if hasattr(value, "isoformat") else str(value)).strip() or None
