"""A file before it becomes a study: what it holds, or each fault in the cell or line where it stands, with what is around it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tanheng.accounts import Actor
from tanheng.errors import Fault, TanhengError
from tanheng.footprint.reading.csv_in import sheet_of_text
from tanheng.footprint.reading.layout import TABLES
from tanheng.footprint.reading.workbook_file import Sheet, open_sheets
from tanheng.footprint.reading.workbook_in import find_header
from tanheng.formats.sheets import cell_name
from tanheng.services.studies import files, studies
from tanheng.services.studies.files import Checked
from tanheng.storage.platform import Platform

_CELL = re.compile(r"(?:(?P<file>.+) )?(?P<sheet>[^!]+)!(?P<column>[A-Z]+)(?P<row>\d+)")
_LINE = re.compile(r"(?P<file>.+?):(?P<row>\d+)(?: (?P<path>.+))?")
_AROUND = 4
"""Columns beside one at fault that are shown with it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A fault and where it stands.

    Attributes:
        sheet: of a workbook, or the name of a table. column: letters. row: of a sheet or text, from 1. heading: of the column.
        path: as ``lines[3].amount``, in a text. found: what stands there.
    """

    fault: Fault
    sheet: str = ""
    column: str = ""
    row: int | None = None
    heading: str = ""
    path: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of an excerpt, with the number of the fault that stands in it."""

    text: str
    fault: int | None = None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The rows of a sheet in which something is wrong.

    Attributes:
        columns: letters and heading of each that is shown. rows: number and cells.
    """

    sheet: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would become: ``checked`` where it is a study, else what is wrong."""

    checked: Checked | None
    faults: tuple[Placed, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()


def preview(platform: Platform, actor: Actor, content: bytes, *, organisation: str, name: str) -> Preview:
    """Read a file as :func:`tanheng.services.studies.files.check`; what is wrong with it is told, not raised.

    Raises:
        AccessError: not an engineer of the organisation.
    """
    platform.look(actor, studies.check_create, organisation)
    try:
        return Preview(files.check(platform, actor, content, organisation=organisation, name=name))
    except TanhengError as error:
        sheets = _sheets(content, name)
        placed = tuple(_placed(fault, sheets, content) for fault in error.faults)
        return Preview(None, placed, tuple(_excerpts(placed, sheets)))


def _sheets(content: bytes, name: str) -> Mapping[str, Sheet]:
    """The sheets of a workbook, or the table in a document, as far as they can be opened."""
    shown = Path(name).name
    try:
        if content.startswith(b"PK"):
            with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
                path = Path(folder) / "study"
                path.write_bytes(content)
                return open_sheets(path, shown)
        lines = orjson.loads(content).get("lines") if content.lstrip().startswith(b"{") else None
        return {shown: sheet_of_text(lines, shown)} if isinstance(lines, str) else {}
    except (TanhengError, orjson.JSONDecodeError):
        return {}  # which is what the faults say


def _placed(fault: Fault, sheets: Mapping[str, Sheet], content: bytes) -> Placed:
    if (at := _CELL.fullmatch(fault.place)) and (sheet := sheets.get(at["sheet"])) is not None:
        row, column = int(at["row"]), _index(at["column"])
        heading = _headings(sheet).get(column, "")
        return Placed(fault, at["sheet"], at["column"], row, heading, found=_shown(sheet, row - 1, column))
    if at := _LINE.fullmatch(fault.place):
        return Placed(fault, row=int(at["row"]), path=at["path"] or "", found=_text(content, int(at["row"])))
    return Placed(fault)


def _text(content: bytes, row: int) -> str:
    """A line of a text; none of what JSON was spread over."""
    lines = [] if content.lstrip().startswith(b"{") else content.decode(errors="replace").splitlines()
    return lines[row - 1].strip()[:200] if row <= len(lines) else ""


def _excerpts(placed: Sequence[Placed], sheets: Mapping[str, Sheet]) -> Iterator[Excerpt]:
    for name, sheet in sheets.items():
        at: dict[tuple[int, int], int] = {}
        for number, one in enumerate(placed):
            if one.sheet == name and one.row is not None:
                at.setdefault((one.row - 1, _index(one.column)), number)
        if not at:
            continue
        headings = _headings(sheet)
        columns = _columns(sheet, at, headings)
        rows = tuple(
            (row + 1, tuple(Cell(_shown(sheet, row, column), at.get((row, column))) for column in columns))
            for row in sorted({row for row, _ in at})
        )
        letters = tuple((cell_name(0, column).rstrip("1"), headings.get(column, "")) for column in columns)
        yield Excerpt(name, letters, rows)


def _columns(sheet: Sheet, at: Mapping[tuple[int, int], int], headings: Mapping[int, str]) -> list[int]:
    """Columns at fault, and those beside them and at the beginning in which something stands."""
    faulty = {column for _, column in at}
    rows = {row for row, _ in at}
    used = [
        column
        for column in sorted({*headings, *faulty})
        if column in faulty or any(_shown(sheet, row, column) for row in rows)
    ]
    near = {column for index, column in enumerate(used) if any(abs(index - used.index(one)) <= 1 for one in faulty)}
    return [column for index, column in enumerate(used) if index < _AROUND or column in near]


def _headings(sheet: Sheet) -> Mapping[int, str]:
    """Headings of a sheet's columns, by their index; of the form none."""
    record = TABLES[sheet.key][1] if sheet.key in TABLES else "line"
    header = find_header(sheet, record)
    if header is None:
        return {}
    cells = sheet.rows[header[0] - 1]
    return {index: str(cell).replace("\n", " ").strip() for index, cell in enumerate(cells) if cell is not None}


def _shown(sheet: Sheet, row: int, column: int) -> str:
    cells: Sequence[Any] = sheet.rows[row] if row < len(sheet.rows) else ()
    value = cells[column] if column < len(cells) else None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    return "" if value is None else str(value)[:120]


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
