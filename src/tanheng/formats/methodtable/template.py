"""The table to fill in: heads in both languages, and rows that show how."""

from __future__ import annotations

import csv
import datetime
import io
import os
from pathlib import Path

from tanheng.errors import FormatError
from tanheng.files import replacing
from tanheng.formats.methodtable.columns import COLUMNS
from tanheng.texts import LANGUAGES, text

_TOPIC = "methodtable"
_WIDTH = 24
_HELP_WIDTH = 70
# A fixed date: the template is the same file every time.
_CREATED = datetime.datetime(2024, 5, 22, tzinfo=datetime.UTC).replace(tzinfo=None)
# GWP100 of IPCC AR6 (2021), Working Group I, table 7.15.
_GASES = (
    ("Carbon dioxide, fossil", "二氧化碳（化石源）", "124-38-9", 1.0),
    ("Methane, fossil", "甲烷（化石源）", "74-82-8", 29.8),
    ("Nitrous oxide", "氧化亚氮", "10024-97-2", 273.0),
)
_EXAMPLES: tuple[tuple[str | float, ...], ...] = tuple(
    ("Climate change", "kg CO2e", name, chinese, "air", "", cas, "", "kg", gwp, "output", "")
    for name, chinese, cas, gwp in _GASES
)


def write_method_template(path: str | os.PathLike[str]) -> Path:
    """Write the table of factors to fill in; the ending of the name says in which format, ``.csv`` or ``.xlsx``.

    Three example rows show how a row is filled; they are to be replaced.

    Raises:
        FormatError: TH-FMT-056 for another ending. OSError: the file cannot be written.
    """
    path = Path(path)
    writers = {".csv": _csv, ".xlsx": _workbook}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise FormatError("TH-FMT-056", place=str(path), endings=", ".join(writers))
    content = writer()
    with replacing(path) as work:
        work.write_bytes(content)
    return path


def _csv() -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(column.head for column in COLUMNS)
    writer.writerows(_EXAMPLES)
    return file.getvalue().encode("utf-8-sig")  # without the mark, Excel takes it for its own code page


def _workbook() -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _CREATED, "title": text(_TOPIC, "sheet", "en"), "author": "Tanheng"})
        bold = book.add_format({"bold": True, "bottom": 1})
        as_text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(" ".join(text(_TOPIC, "sheet", lang) for lang in LANGUAGES))
        # CAS numbers are text, or a spreadsheet makes dates of them.
        for position, column in enumerate(COLUMNS):
            sheet.set_column(position, position, _WIDTH, None if column.key == "factor" else as_text)
        for number, row in enumerate(([column.head for column in COLUMNS], *_EXAMPLES)):
            for position, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, position, cell, bold if number == 0 else None)
        sheet.freeze_panes(1, 0)
        explained = book.add_worksheet(" ".join(text(_TOPIC, "help", lang) for lang in LANGUAGES))
        explained.set_column(0, 0, _WIDTH + _WIDTH)
        explained.set_column(1, 1, _HELP_WIDTH, wrapped)
        for number, column in enumerate(COLUMNS):
            explained.write(number, 0, column.head, bold)
            explained.write(number, 1, "\n".join(text(_TOPIC, column.key, lang) for lang in LANGUAGES), wrapped)
    return file.getvalue()
