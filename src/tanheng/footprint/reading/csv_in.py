"""Lines of a study from a CSV file beside it (``lines: bill.csv``): the columns of the workbook's sheet of lines."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TypeGuard

from tanheng.errors import StudyError
from tanheng.footprint.reading.node import Faults, Node
from tanheng.footprint.reading.workbook_file import Sheet
from tanheng.footprint.reading.workbook_in import find_header, read_items
from tanheng.formats.sheets import Cell

SUFFIX = ".csv"
LARGEST = 512 * 2**20
_DELIMITERS = ",;\t"
_LONGEST_FIELD = 2**17


def is_file_of_lines(node: Node | None) -> TypeGuard[Node]:
    """Whether a study names a file instead of listing its lines."""
    return node is not None and isinstance(node.value, str) and node.value.strip().lower().endswith(SUFFIX)


def read_lines(node: Node, folder: Path, faults: Faults) -> Node:
    """The nodes of the lines in the file that ``node`` names, looked for in ``folder``.

    UTF-8, set apart by commas, semicolons or tabs; places are ``bill.csv!C7``.

    Raises:
        StudyError: TH-STU-001 no such file, 004 too large, 005 not UTF-8, 053 broken CSV. Rows that are wider than the header
            are faults, TH-STU-055.
    """
    name = str(node.value).strip()
    return _items(_text(folder / name, name), name, node, faults)


def is_text_of_lines(node: Node | None) -> TypeGuard[Node]:
    """Whether a study holds the text of such a file instead of listing its lines."""
    return node is not None and isinstance(node.value, str) and "\n" in node.value.strip()


def read_text_of_lines(node: Node, name: str, faults: Faults) -> Node:
    """The nodes of the lines in a text; ``name`` of the file that it is from, faults as of :func:`read_lines`."""
    return _items(str(node.value), name, node, faults)


def sheet_of_text(text: str, name: str) -> Sheet:
    """The cells of a text, set apart by commas, semicolons or tabs (TH-STU-053 broken CSV)."""
    return Sheet(name, _rows(text, name), "")


def _items(text: str, name: str, node: Node, faults: Faults) -> Node:
    sheet = sheet_of_text(text, name)
    _check_widths(sheet, faults)
    return Node(tuple(read_items(sheet, "line", faults)), node.path, name)


def _check_widths(sheet: Sheet, faults: Faults) -> None:
    """A row with more cells than the header has an unquoted comma: what stands behind it is in the wrong columns."""
    header = find_header(sheet, "line")
    width = len(sheet.rows[header[0] - 1]) if header is not None else 0
    for number, cells in enumerate(sheet.rows):
        if header is not None and number >= header[0] and any(str(cell or "").strip() for cell in cells[width:]):
            faults.add("TH-STU-055", sheet.node(number, width), cells=len(cells), columns=width)


def _text(path: Path, name: str) -> str:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise StudyError("TH-STU-004", place=name, size=f"{size / 2**20:.0f} MB", limit=f"{LARGEST / 2**20:.0f} MB")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudyError("TH-STU-005", place=name) from error
    except OSError as error:
        raise StudyError("TH-STU-001", place=str(path), reason=error.strerror or str(error)) from error


def _rows(text: str, name: str) -> tuple[tuple[Cell, ...], ...]:
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        # Units, stages and links repeat: one copy of each is enough.
        return tuple(tuple(sys.intern(cell) if cell else None for cell in row) for row in reader)
    except csv.Error as error:
        raise StudyError("TH-STU-053", place=f"{name}:{reader.line_num}", problem=str(error)) from error
