"""The table to fill in: heads in both languages, drop-downs, explanations, and an example that is computed."""

from __future__ import annotations

import csv
import datetime
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tanheng.errors import FormatError
from tanheng.files import replacing
from tanheng.formats.table.columns import EXCHANGES, LAYOUTS, title_of
from tanheng.formats.table.example import EXAMPLE
from tanheng.formats.table.words import COMPARTMENTS, KIND_LABELS, METHOD_LABELS, Kind
from tanheng.texts import LANGUAGES, text

_TOPIC = "inventorytable"
_POINTS = 7  # of how it works
_WIDTHS = {
    "process": 24,
    "process_zh": 18,
    "flow": 26,
    "flow_zh": 22,
    "type": 24,
    "comment": 30,
    "source": 24,
    "provider": 22,
}
_WIDTH = 14
_NUMBERS = frozenset(("amount", "gsd2", "mass", "energy", "volume", "value"))
_FILLABLE = 2000  # rows with drop-downs
# A fixed date: the template is the same file every time.
_CREATED = datetime.datetime(2024, 5, 22, tzinfo=datetime.UTC).replace(tzinfo=None)
# Choices of a column, and whether others are refused.
_CHOICES: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "type": (KIND_LABELS, True),
    "compartment": (COMPARTMENTS, False),
    "unit": (("kg", "t", "kWh", "MJ", "m3", "L", "m2", "m", "t*km", "pcs", "h"), False),
    "allocation": (METHOD_LABELS, True),
}


def write_inventory_template(path: str | os.PathLike[str], *, lang: str = "zh") -> Path:
    """Write the table to fill in; the ending of the name says in which format, ``.csv`` (exchanges alone) or ``.xlsx``.

    Args:
        lang: the language whose explanations stand first; both are there.

    Raises:
        FormatError: TH-FMT-056 for another ending. OSError: the file cannot be written.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise FormatError("TH-FMT-056", place=str(path), endings=".csv, .xlsx")
    content = _csv() if ending == ".csv" else _workbook(sorted(LANGUAGES, key=lambda known: known != lang))
    with replacing(path) as work:
        work.write_bytes(content)
    return path


def _csv() -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    columns = LAYOUTS[EXCHANGES].columns
    writer.writerow(column.head for column in columns)
    for row in EXAMPLE[EXCHANGES]:
        # A CSV file has no sheet of parameters; the amount that the formula gives stands beside it.
        writer.writerow(row.get(column.key, "") if column.key != "formula" else "" for column in columns)
    return file.getvalue().encode("utf-8-sig")  # without the mark, Excel takes it for its own code page


def _workbook(languages: Sequence[str]) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _CREATED, "title": "Tanheng 碳衡", "author": "Tanheng"})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E6EFEC"})
        as_text = book.add_format({"num_format": "@"})
        for key in LAYOUTS:
            _sheet(book.add_worksheet(title_of(key)), key, head, as_text, languages)
        _help(book, book.add_worksheet(" ".join(text(_TOPIC, "help", lang) for lang in ("en", "zh"))), languages)
    return file.getvalue()


def _sheet(sheet: Any, key: str, head: Any, as_text: Any, languages: Sequence[str]) -> None:
    for position, column in enumerate(LAYOUTS[key].columns):
        # CAS numbers and dates are text, or a spreadsheet makes other dates of them.
        looks = None if column.key in _NUMBERS else as_text
        sheet.set_column(position, position, _WIDTHS.get(column.key, _WIDTH), looks)
        sheet.write(0, position, column.head, head)
        sheet.write_comment(0, position, _told(f"{key}.{column.key}", languages), {"x_scale": 2.5, "y_scale": 1.5})
        for number, row in enumerate(EXAMPLE[key], start=1):
            if column.key in row:
                sheet.write(number, position, row[column.key])
        if column.key in _CHOICES:
            source, is_closed = _CHOICES[column.key]
            sheet.data_validation(1, position, _FILLABLE, position, {
                "validate": "list", "source": list(source), "error_type": "stop", "show_error": is_closed,
            })  # fmt: skip
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)


def _help(book: Any, sheet: Any, languages: Sequence[str]) -> None:
    title = book.add_format({"bold": True, "font_size": 13, "bottom": 1})
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110, wrapped)
    sections: list[tuple[str, list[tuple[str, str]]]] = [
        (_heading("how", languages), [("", _told(f"how.{n}", languages)) for n in range(1, _POINTS + 1)]),
        (_heading("types", languages), [(kind.label, _told(f"types.{kind.value[0]}", languages)) for kind in Kind]),
    ]
    for key, layout in LAYOUTS.items():
        told = [(column.head, _told(f"{key}.{column.key}", languages)) for column in layout.columns]
        sections.append((title_of(key), told))
    number = 0
    for heading, rows in sections:
        sheet.write(number, 0, heading, title)
        for label, words in rows:
            number += 1
            sheet.write(number, 0, label, bold)
            sheet.write(number, 1, words, wrapped)
        number += 2


def _heading(key: str, languages: Sequence[str]) -> str:
    return " ".join(text(_TOPIC, key, lang) for lang in languages)


def _told(key: str, languages: Sequence[str]) -> str:
    return "\n".join(text(_TOPIC, key, lang) for lang in languages)
