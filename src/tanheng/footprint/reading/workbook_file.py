"""Opening a study's workbook that nobody vouches for: its sheets as rows of plain values, within limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tanheng.errors import FormatError, StudyError, TanhengError
from tanheng.footprint.reading.layout import sheet_of
from tanheng.footprint.reading.node import Node
from tanheng.formats.archive import open_archive
from tanheng.formats.sheets import Cell, Row, cell_name
from tanheng.formats.workbooks import LIMITS, is_workbook, sheets_of
from tanheng.texts import text

_ERRORS = frozenset(
    {"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
    | {"#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!"}
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Values of a sheet, row by row from A1; blank cells are ``None``."""

    key: str
    rows: tuple[Row, ...]
    where: str

    def node(self, row: int, column: int, value: Cell = None) -> Node:
        """A cell as a node, its place being ``Lines!C7``."""
        return Node(value, f"{self.key}!{cell_name(row, column)}", self.where)


def is_error(value: Cell) -> bool:
    """Whether a cell shows a spreadsheet error."""
    return isinstance(value, str) and value.strip() in _ERRORS


def open_sheets(path: Path, name: str) -> dict[str, Sheet]:
    """Our sheets of a workbook, by their key.

    Raises:
        StudyError: TH-STU-034 a damaged workbook, TH-STU-003 another kind of archive, TH-STU-004 cells too far apart;
            TH-FMT-… an archive beyond limits.
    """
    try:
        with open_archive(path, limits=LIMITS) as archive:
            if not is_workbook(archive):
                found = {f"found{end}": text("study", "file.zip", lang) for end, lang in (("", "en"), ("_zh", "zh"))}
                raise StudyError("TH-STU-003", place=name, **found)
            opened = sheets_of(archive, wanted=lambda title: sheet_of(title) is not None)
    except FormatError as error:
        raise _study_error(error, path.name, name) from error
    sheets: dict[str, Sheet] = {}
    for sheet in opened:
        key = sheet_of(sheet.name)
        if key is not None and key not in sheets:
            sheets[key] = Sheet(key, sheet.rows, name)
    return sheets


def _study_error(error: FormatError, file: str, name: str) -> TanhengError:
    """The same fault as one of a study, where studies have a code for it, placed in what people call the file."""
    params = error.faults[0].params
    if error.code == "TH-FMT-041":
        return StudyError("TH-STU-034", place=name, **params)
    if error.code == "TH-FMT-042":
        return StudyError("TH-STU-004", place=name, **params)
    return StudyError.of(replace(fault, place=f"{name}{fault.place.removeprefix(file)}") for fault in error.faults)
