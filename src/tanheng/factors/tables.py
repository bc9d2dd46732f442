"""Tables of factors as files that people send or take away: rows read right and wrong, records written as rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tanheng.errors import FactorError
from tanheng.factors.columns import Cell, find_heads, head_of
from tanheng.factors.fields import record_fields
from tanheng.factors.record import Record, fields_of
from tanheng.factors.rows import Reading, Rows, read_rows
from tanheng.files import FORMULAS, SHEET_ROWS, safe_cell

_WIDTH = 18


def read_readings(path: Path) -> Iterator[Reading]:
    """The rows of a table, CSV or workbook, that are not blank; its name stands in their places.

    Raises:
        FactorError: TH-FAC-001 columns are missing, TH-FAC-007 no table. FormatError: a file that is damaged or too large.
    """
    from tanheng.formats.archive import open_archive
    from tanheng.formats.workbooks import is_workbook, sheets_of

    with open_archive(path) as archive:
        sheets = sheets_of(archive, knows=lambda rows: find_heads(rows) is not None)
        is_text = not is_workbook(archive)
    held = [sheet for sheet in sheets if is_text or find_heads(sheet.rows) is not None]
    if not held or any(sheet.is_garbled for sheet in held) or (is_text and len(held) != 1):
        raise FactorError("TH-FAC-007", place=path.name)
    for sheet in held:
        rows = [[_unsafe(cell) for cell in row] for row in sheet.rows]
        if is_text:
            yield from read_rows(Rows(rows, path.name, lambda row, _: f"{path.name}:{row + 1}"))
        else:
            yield from read_rows(Rows(rows, sheet.place, sheet.at))


def write_csv(records: Iterable[Record]) -> Iterator[bytes]:
    """Records as CSV (UTF-8 with its mark, so that spreadsheet programs read the Chinese), a piece at a time."""
    heads = list(record_fields())
    out = io.StringIO()
    writer = csv.DictWriter(out, heads, lineterminator="\r\n")
    writer.writeheader()
    yield b"\xef\xbb\xbf"
    for record in records:
        writer.writerow(_safe(fields_of(record)))
        if out.tell() > 1 << 16:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def write_workbook(records: Iterable[Record], path: Path, *, count: int) -> None:
    """Records as an Excel workbook with heads in both languages.

    Args:
        count: how many they are.

    Raises:
        FactorError: TH-FAC-070 more than a worksheet has rows; nothing is written then.
    """
    import xlsxwriter

    if count >= SHEET_ROWS:
        raise FactorError("TH-FAC-070", count=count, most=SHEET_ROWS - 1)
    plain = {"strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, {"constant_memory": True, **plain}) as book:
        sheet = book.add_worksheet("factors")
        bold = book.add_format({"bold": True, "text_wrap": True})
        keys = list(record_fields())
        sheet.set_column(0, len(keys) - 1, _WIDTH)
        for column, key in enumerate(keys):
            sheet.write(0, column, head_of(key), bold)
        sheet.freeze_panes(1, 1)
        for number, record in enumerate(records, start=1):
            row = fields_of(record)
            for column, key in enumerate(keys):
                if key in row:
                    sheet.write(number, column, row[key])


def _safe(row: Mapping[str, str | float]) -> dict[str, str | float]:
    return {key: safe_cell(value) for key, value in row.items()}


def _unsafe(cell: Cell) -> Cell:
    """The text that :func:`~tanheng.files.safe_cell` has written."""
    return cell[1:] if isinstance(cell, str) and cell[:1] == "'" and cell[1:].startswith(FORMULAS) else cell
