"""A table of factors to fill in: the columns of the tables that ship, and an example that is valid."""

from __future__ import annotations

import csv
import datetime
import io
import os
from pathlib import Path
from typing import Any

from tanheng.errors import FactorError
from tanheng.factors.columns import COLUMNS, KINDS, LEVELS, ORIGINS, head_of
from tanheng.files import replacing
from tanheng.texts import LANGUAGES, text

_TOPIC = "factortable"
_WIDTH, _WIDE = 16, 34
_NUMBERS = frozenset(("value", "year", "te", "ge", "ti", "pr", "gsd2"))
_FILLABLE = 2000  # rows with drop-downs
# A fixed date: the template is the same file every time.
_CREATED = datetime.datetime(2024, 5, 22, tzinfo=datetime.UTC).replace(tzinfo=None)
_CHOICES = {
    "kind": tuple(f"{kind.value} {words[0]}" for kind, words in KINDS.items()),
    "unit": ("kgCO2e", "tCO2e", "gCO2e", "kgCO2", "tCO2", "gCO2"),
    "origin": tuple(f"{key} {words[0]}" for key, (_, words) in ORIGINS.items()),
    "level": tuple(f"{level.value} {words[0]}" for level, words in LEVELS.items()),
}
_EXAMPLE = {
    "id": "my-steel-sheet-2024",
    "kind": "footprint",
    "name_en": "EXAMPLE: steel sheet of our supplier (replace this row)",
    "name_zh": "示例：供应商钢板（请替换本行）",
    "value": "2.1",
    "unit": "kgCO2e",
    "per": "kg",
    "gases": "",
    "origin": "",
    "year": "2024",
    "geography": "CN",
    "valid_from": "2024-01-01",
    "valid_until": "",
    "category": "materials",
    "source_title": "Environmental product declaration of the supplier",
    "source_number": "",
    "source_date": "2024-06-01",
    "source_url": "",
    "licence": "",
    "te": "2",
    "ge": "1",
    "ti": "1",
    "pr": "2",
    "gsd2": "1.2",
    "boundary": "cradle-to-gate",
    "note": "",
    "level": "enterprise",
}


def write_template(path: str | os.PathLike[str]) -> Path:
    """Write a table of factors with one example row; the ending of the name says in which format, ``.xlsx`` or else CSV.

    A workbook has heads in both languages, drop-downs and explanations; a CSV file the heads of the tables that ship, and is
    opened by spreadsheet programs with its Chinese intact.

    Raises:
        FactorError: TH-FAC-008 where a file is there already. OSError: it cannot be written.
    """
    target = Path(path)
    if target.exists():
        raise FactorError("TH-FAC-008", place=str(target))
    content = _workbook() if target.suffix.lower() == ".xlsx" else _csv()
    with replacing(target) as work:
        work.write_bytes(content)
    return target


def _csv() -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(_EXAMPLE), lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(_EXAMPLE)
    return file.getvalue().encode("utf-8-sig")


def _workbook() -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _CREATED, "title": text(_TOPIC, "sheet", "en"), "author": "Tanheng"})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        as_text = book.add_format({"num_format": "@"})
        _factors(book.add_worksheet(_both("sheet", " ")), bold, as_text)
        told = book.add_worksheet(_both("help", " "))
        told.set_column(0, 0, _WIDE)
        told.set_column(1, 1, 3 * _WIDE, wrapped)
        for number, key in enumerate(COLUMNS):
            told.write(number, 0, head_of(key), bold)
            told.write(number, 1, _both(key, "\n"), wrapped)
    return file.getvalue()


def _factors(sheet: Any, bold: Any, as_text: Any) -> None:
    for position, key in enumerate(COLUMNS):
        # Dates and ids are text, or a spreadsheet makes something else of them.
        is_number = key in _NUMBERS
        sheet.set_column(
            position,
            position,
            _WIDE if key.startswith(("name", "source_title")) else _WIDTH,
            None if is_number else as_text,
        )
        sheet.write(0, position, head_of(key), bold)
        if example := _EXAMPLE[key]:
            sheet.write(1, position, float(example) if is_number else example)
        if key in _CHOICES:
            choices = {"validate": "list", "source": list(_CHOICES[key]), "error_type": "stop", "show_error": True}
            sheet.data_validation(1, position, _FILLABLE, position, choices)
    sheet.freeze_panes(1, 1)


def _both(key: str, between: str) -> str:
    return between.join(text(_TOPIC, key, lang) for lang in LANGUAGES)
