"""The rows of a table of factors, from a workbook or a text with separators."""

from __future__ import annotations

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive
from tanheng.formats.methodtable.columns import find_heads
from tanheng.formats.notebook import Notebook
from tanheng.formats.sheets import Sheet, cell_name
from tanheng.formats.workbooks import is_workbook, sheets_of

TEXTS = (".csv", ".tsv", ".txt")


def tables_of(archive: Archive, notes: Notebook) -> tuple[Sheet, ...]:
    """The sheets of a workbook, or the one of a text file.

    Raises:
        FormatError: TH-FMT-054 where it is neither, too large or damaged.
    """
    place = archive.path.name
    if len(archive.members) != 1 and not is_workbook(archive):
        raise FormatError("TH-FMT-054", place=place, detail=f"{len(archive.members)} files")
    try:
        sheets = sheets_of(archive, knows=lambda rows: find_heads(rows) is not None)
    except FormatError as error:
        if error.code not in ("TH-FMT-041", "TH-FMT-042"):
            raise
        params = error.faults[0].params
        detail = params.get("detail") or f"{params['size']} > {params['limit']}"
        raise FormatError("TH-FMT-054", place=place, detail=detail) from error
    for sheet in sheets:
        if sheet.is_garbled:
            raise FormatError("TH-FMT-054", place=place, detail=sheet.encoding)
        if sheet.is_guessed:
            notes.add("encoding-guessed", place, encoding=sheet.encoding)
    return sheets


def holds_heads(archive: Archive) -> bool:
    """Whether a workbook, or a text file by the ending of its name, has the heads of a table of factors."""
    if not is_workbook(archive) and (len(archive.members) != 1 or archive.path.suffix.lower() not in TEXTS):
        return False
    return any(find_heads(sheet.rows) for sheet in tables_of(archive, Notebook()))


def cell_place(sheet: Sheet, row: int, column: int) -> str:
    """A cell as a person finds it in a file, ``GWP!C7`` or ``C7``; row and column are counted from 0."""
    return "!".join(filter(None, (sheet.name, cell_name(row, column))))
