"""Opening a workbook (xlsx, ods, xls) that nobody vouches for: sheets as rows of plain values, within limits.

The archive is unpacked within limits and packed again for the spreadsheet library, which trusts what an archive says of
itself. A sheet whose cells lie far apart would make the library ask for all the memory between them, so extents are
measured first; cells that hold an error (``#REF!``) would come back empty, which is to say missing, so they become text.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive, Limits
from tanheng.formats.delimited import MOST_CELLS, cells_of
from tanheng.formats.sheets import Cell, Row, Sheet

LIMITS = Limits(total=2**30, member=2**30, members=5000, ratio=500.0)
_CSV_SUFFIXES = (".csv", ".tsv", ".txt")
_LARGEST_XLS = 64 * 2**20
_LARGEST_CSV = 512 * 2**20
_XLSX, _ODS = "xl/workbook.xml", "content.xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROOT_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    f'Target="{_XLSX}"/></Relationships>'
)
_REFERENCE = re.compile(rb"""\br\s*=\s*["']\$?([A-Za-z]{0,4})\$?(\d{0,8})["']""")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\b[^<>]*?\st\s*=\s*)(["'])e\2""")
_ODS_PIECE = re.compile(
    rb"<(table:table-row|table:(?:covered-)?table-cell|table:table)(?=[\s/>])([^>]*?)(/?)>|</table:table-row>"
)
_ODS_ROWS = re.compile(rb"""number-rows-repeated\s*=\s*["'](\d{1,9})""")
_ODS_COLUMNS = re.compile(rb"""number-columns-repeated\s*=\s*["'](\d{1,9})""")


def is_workbook(archive: Archive) -> bool:
    """Whether an archive is a workbook: xlsx, ods or xls."""
    names = {member.name for member in archive.members}
    return _XLSX in names or (_ODS in names and "mimetype" in names) or _is_xls(archive)


def sheets_of(
    archive: Archive,
    *,
    wanted: Callable[[str], bool] | None = None,
    knows: Callable[[Sequence[Row]], bool] | None = None,
) -> tuple[Sheet, ...]:
    """The sheets of a workbook, or each CSV file of an archive as a sheet; none where there is neither.

    Args:
        wanted: whether a sheet of this title is to be read; all are by default.
        knows: as for :func:`~tanheng.formats.delimited.cells_of`.

    Raises:
        FormatError: TH-FMT-041 a damaged workbook or CSV file, TH-FMT-042 one with cells too far apart or too many.
    """
    place = archive.path.name
    if _is_xls(archive):
        if archive.members[0].size > _LARGEST_XLS:
            raise FormatError(
                "TH-FMT-042", place=place, size=f"{archive.members[0].size:,} B", limit=f"{_LARGEST_XLS:,} B"
            )
        return tuple(_calamine(archive.read(archive.members[0]), place, wanted))
    if is_workbook(archive):
        return tuple(_calamine(_checked_copy(archive), place, wanted))
    sheets = []
    for member in archive.members:
        if not member.name.lower().endswith(_CSV_SUFFIXES) and len(archive.members) > 1:
            continue
        if member.size > _LARGEST_CSV:
            raise FormatError("TH-FMT-042", place=place, size=f"{member.size:,} B", limit=f"{_LARGEST_CSV:,} B")
        where = archive.place(member)
        name = Path(member.name).stem if len(archive.members) > 1 else ""
        rows, encoding = cells_of(archive.read(member), place=where, knows=knows)
        sheets.append(Sheet(name, rows, where, encoding))
    return tuple(sheets)


def _is_xls(archive: Archive) -> bool:
    if len(archive.members) != 1:
        return False
    with archive.open(archive.members[0]) as stream:
        return stream.read(len(_OLE)) == _OLE


def _checked_copy(archive: Archive) -> bytes:
    place = archive.path.name
    packed = io.BytesIO()
    total = sum(member.size for member in archive.members)
    if total > LIMITS.total or len(archive.members) > LIMITS.members:
        raise FormatError("TH-FMT-042", place=place, size=f"{total:,} B", limit=f"{LIMITS.total:,} B")
    is_xlsx = any(member.name == _XLSX for member in archive.members)
    with zipfile.ZipFile(packed, "w") as copy:
        for member in archive.members:
            data = archive.read(member)
            if b"<!DOCTYPE" in data or (b"\x00" in data and member.name.endswith(".xml")):
                # No spreadsheet program writes one; it is where entities are declared, or hidden from us in UTF-16.
                raise FormatError("TH-FMT-041", place=place, detail="DOCTYPE" if b"<!DOCTYPE" in data else "UTF-16")
            if b"sheetData" in data:
                _check_extent(data, place)
                data = _ERROR_CELL.sub(rb"\1\2str\2", data)
            elif member.name == _ODS:
                _check_repeats(data, place)
            copy.writestr(zipfile.ZipInfo(member.name), data)
        if is_xlsx:
            # The way in from the root is a hidden file, which an archive's members leave out.
            copy.writestr(zipfile.ZipInfo("_rels/.rels"), _ROOT_RELATIONS)
    return packed.getvalue()


def _check_extent(data: bytes, place: str) -> None:
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
    _refuse_beyond(rows, columns, place)


def _check_repeats(data: bytes, place: str) -> None:
    """The same for the repeated rows and columns of an ods sheet; blank ones at its end take no memory."""
    rows = columns = at_row = at_column = repeated = 0
    for match in _ODS_PIECE.finditer(data):
        kind, attributes, closed = match[1], match[2] or b"", bool(match[3])
        if kind is None:
            at_row += repeated
        elif kind == b"table:table":
            at_row = at_column = 0
        elif kind == b"table:table-row":
            found = _ODS_ROWS.search(attributes)
            repeated, at_column = int(found[1]) if found else 1, 0
            if closed:
                at_row += repeated
        else:
            found = _ODS_COLUMNS.search(attributes)
            at_column += int(found[1]) if found else 1
            if not closed or b"office:value" in attributes:
                rows, columns = max(rows, at_row + repeated), max(columns, at_column)
    _refuse_beyond(rows, columns, place)


def _refuse_beyond(rows: int, columns: int, place: str) -> None:
    if rows * columns > MOST_CELLS:
        raise FormatError("TH-FMT-042", place=place, size=f"{rows} × {columns}", limit=f"{MOST_CELLS:,}")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _calamine(packed: bytes, place: str, wanted: Callable[[str], bool] | None) -> Iterator[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(packed)) as book:
            for title in book.sheet_names:
                if wanted is not None and not wanted(title):
                    continue
                found = book.get_sheet_by_name(title)
                _refuse_beyond(found.total_height, found.total_width, place)
                rows = found.to_python(skip_empty_area=False)
                yield Sheet(title, tuple(tuple(_cell(value) for value in row) for row in rows), place)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError, FormatError):
        raise
    except BaseException as error:
        # A panic inside the library is no Exception, but it is the file's fault all the same.
        raise FormatError("TH-FMT-041", place=place, detail=f"{type(error).__name__}: {error}"[:200]) from error


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
