"""The sheet of explanations: every column, every choice, every short notation, in both languages."""

from __future__ import annotations

from typing import Any

from tanheng.footprint.reading.fields import CHOICES, fields
from tanheng.footprint.reading.layout import SHEETS, STUDY, TABLES, columns, form_rows
from tanheng.footprint.reading.workbook_style import Styles
from tanheng.texts import text

_WIDTHS = (22, 26, 24, 24, 60, 70, 40)
_HEADERS = ("sheet", "key", "name.zh", "name.en", "text.zh", "text.en", "example")
_NOTATIONS = ("electricity", "transport", "emits", "uncertainty", "evidence", "quotes", "own-columns")


def write_help(sheet: Any, styles: Styles) -> None:
    """Fill the sheet of explanations."""
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    row = 0
    for lang in ("zh", "en"):
        sheet.write_string(row, 0, text("study", "help.intro", lang), styles.section)
        row += 1
    row = _table(sheet, row + 1, _columns(), styles)
    row = _table(sheet, row + 1, _notations(), styles)
    _table(sheet, row + 1, _choices(), styles)


def _table(sheet: Any, row: int, rows: list[tuple[str, ...]], styles: Styles) -> int:
    for index, key in enumerate(_HEADERS):
        sheet.write_string(
            row, index, f"{text('study', f'help.{key}', 'zh')}\n{text('study', f'help.{key}', 'en')}", styles.header
        )
    sheet.set_row(row, 32)
    for number, cells in enumerate(rows, start=row + 1):
        for index, words in enumerate(cells):
            sheet.write_string(number, index, words, styles.wrapped)
    return row + len(rows) + 1


def _columns() -> list[tuple[str, ...]]:
    made: list[tuple[str, ...]] = [
        (
            SHEETS[STUDY],
            row.key,
            row.label[1],
            row.label[0],
            row.field.texts["zh"],
            row.field.texts["en"],
            row.field.example,
        )
        for row in form_rows()
    ]
    for key, (_, record) in TABLES.items():
        made += [
            (
                SHEETS[key],
                column.key,
                column.label[1],
                column.label[0],
                column.field.texts["zh"],
                column.field.texts["en"],
                column.field.example,
            )
            for column in columns(record)
        ]
    return made


def _notations() -> list[tuple[str, ...]]:
    line = fields("line")
    return [
        (
            text("study", "help.notation", "zh"),
            key,
            line[key].names["zh"] if key in line else "",
            line[key].names["en"] if key in line else "",
            text("study", f"notation.{key}", "zh"),
            text("study", f"notation.{key}", "en"),
            line[key].example if key in line else "",
        )
        for key in _NOTATIONS
    ]


def _choices() -> list[tuple[str, ...]]:
    return [
        (
            text("study", "help.choices", "zh"),
            choices,
            text("study", f"{choices}.{member.value}", "zh"),
            text("study", f"{choices}.{member.value}", "en"),
            "",
            "",
            member.value,
        )
        for choices, members in CHOICES.items()
        for member in members
    ]
