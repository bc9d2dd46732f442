"""Canonical document → workbook: a form, sheets with a row for each item, and a sheet of explanations."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tanheng.errors import StudyError
from tanheng.footprint.reading.compact import cell_text, is_compact
from tanheng.footprint.reading.fields import choice_label, choice_labels, flag_labels
from tanheng.footprint.reading.layout import (
    FORM_COLUMNS,
    HELP,
    REPEATED,
    SHEETS,
    STUDY,
    TABLES,
    Column,
    Row,
    columns,
    form_rows,
)
from tanheng.footprint.reading.workbook_help import write_help
from tanheng.footprint.reading.workbook_style import Styles
from tanheng.footprint.reading.writing import quantity_text
from tanheng.quantities import Quantity
from tanheng.texts import LANGUAGES, text

_SPARE_ROWS = 500
_SPARE_LIST_ROWS = 3
_VALUE_WIDTH = 46
_LONGEST_CELL = 32_767
_HEADER_ROWS = 2
_AS_TEXT = ("from", "electricity", "transport", "emits", "location", "evidence", "amount.unit")
_RARE = (
    "id", "part_of", "formula", "codes", "recycling", "carbon_balance", "carbonates", "land", "biogenic", "for", "after",
)  # fmt: skip
_SUGGESTED: Mapping[str, Sequence[str]] = {
    "amount.unit": ("kg", "t", "g", "kWh", "MWh", "MJ", "GJ", "m3", "Nm3", "l", "t*km", "pcs"),
    "electricity": (
        "grid:CN 100 %",
        "own:pv 100 %",
        "direct:wind 100 %",
        "contract:hydro 100 %",
        "own:hydro 35 %; grid:CN 65 %",
    ),
    "transport": ("road 100 km", "rail 1 000 km", "sea 10 000 km", "rail 1 000 km; road 50 km"),
}
# A fixed date: the same study gives the same file.
_CREATED = datetime.datetime(2024, 5, 22, tzinfo=datetime.UTC).replace(tzinfo=None)


def write_workbook(document: Mapping[str, Any], path: Path) -> None:
    """Write the workbook of a canonical document to ``path``.

    Raises:
        StudyError: TH-STU-040 where a text is too long for a cell.
    """
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    try:
        book.set_properties({"created": _CREATED, "title": text("study", "title", "en"), "author": "Tanheng"})
        styles = Styles(book)
        _write_form(_Cells(book.add_worksheet(SHEETS[STUDY]), STUDY), document, styles)
        for key, (into, record) in TABLES.items():
            _write_items(_Cells(book.add_worksheet(SHEETS[key]), key), record, document.get(into, ()), styles)
        write_help(book.add_worksheet(SHEETS[HELP]), styles)
    finally:
        book.close()
    path.write_bytes(file.getvalue())


class _Cells:
    """A worksheet that writes values without loss."""

    def __init__(self, sheet: Any, key: str) -> None:
        self.sheet, self.key = sheet, key

    def put(self, row: int, column: int, value: Any, style: Any = None) -> None:
        """Write a value; a number that Excel's sixteen digits would change is written as text."""
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            if float(f"{value:.16G}") == value:
                self.sheet.write_number(row, column, value, style)
            else:
                self.sheet.write_string(row, column, repr(value), style)
        else:
            if len(value) > _LONGEST_CELL:
                raise StudyError("TH-STU-040", place=self.key, length=len(value), limit=_LONGEST_CELL)
            self.sheet.write_string(row, column, value, style)


def _write_form(cells: _Cells, document: Mapping[str, Any], styles: Styles) -> None:
    sheet = cells.sheet
    keys = list(FORM_COLUMNS)
    for column, (key, width) in enumerate(zip(keys, (4, 30, _VALUE_WIDTH, _VALUE_WIDTH, 120), strict=True)):
        sheet.set_column(column, column, width, None, {"hidden": True} if key == "key" else None)
    cells.put(0, 1, f"{text('study', 'title', 'zh')}  {text('study', 'title', 'en')}", styles.title)
    sheet.set_row(0, 30)
    for column, key in enumerate(keys):
        cells.put(1, column, "\n".join(FORM_COLUMNS[key]), styles.header)
    sheet.set_row(1, 32)
    sheet.freeze_panes(2, 2)
    _for_print(sheet)
    number = 2
    section = None
    for row, values in _form_values(document):
        head = row.key.partition(".")[0] if "." in row.key else "study"
        if head != section:
            section = head
            cells.put(
                number,
                1,
                f"{text('study', f'section.{head}', 'zh')}  {text('study', f'section.{head}', 'en')}",
                styles.section,
            )
            number += 1
        _write_row(cells, number, row, values, styles)
        number += 1


def _form_values(document: Mapping[str, Any]) -> list[tuple[Row, Mapping[str, Any]]]:
    """Every row of the form with its values by column; lists have a row for each item and some to spare."""
    made: list[tuple[Row, Mapping[str, Any]]] = []
    schemes = document["product"].get("codes", {})
    known = {row.key for row in form_rows()}
    for row in form_rows():
        value = _at(document, row.key)
        if row.key in REPEATED:
            items = [*(value or ()), *([None] * _SPARE_LIST_ROWS)]
            made += [(row, item if isinstance(item, Mapping) else {"zh": item}) for item in items]
            continue
        made.append((row, _form_value(row, value)))
        if row.key.startswith("product.codes."):
            is_last = row.key == max(k for k in known if k.startswith("product.codes."))
            extra = [s for s in schemes if f"product.codes.{s}" not in known] if is_last else []
            made += [(Row(f"product.codes.{s}", row.field, (s, s)), {"zh": schemes[s]}) for s in extra]
    return made


def _at(document: Mapping[str, Any], key: str) -> Any:
    value: Any = document
    for part in key.split(".", 2):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _form_value(row: Row, value: Any) -> Mapping[str, Any]:
    if value is None:
        default = row.field.default if row.field.kind == "choice" else ""
        return {"zh": choice_label(row.field.refers, default)} if default else {}
    if row.field.kind == "names":
        return dict(value)
    if row.field.kind == "quantity":
        return {"zh": quantity_text(Quantity(value["value"], value["unit"]))}
    if row.field.kind == "choice":
        return {"zh": choice_label(row.field.refers, value)}
    return {"zh": value}


def _write_row(cells: _Cells, number: int, row: Row, values: Mapping[str, Any], styles: Styles) -> None:
    bilingual = row.field.kind in ("names", "names_list")
    column = {key: index for index, key in enumerate(FORM_COLUMNS)}
    cells.put(number, column["key"], row.key)
    mark = " *" if row.field.needed and not row.key.startswith("allocation") else ""
    cells.put(number, column["label"], f"{row.label[1]}  {row.label[0]}" + mark, styles.label)
    style = styles.percent_input if row.field.kind == "share" else styles.text_input
    cells.put(number, column["zh"], values.get("zh"), style)
    cells.put(number, column["en"], values.get("en"), styles.text_input if bilingual else styles.closed)
    cells.put(number, column["help"], "  ·  ".join(row.field.texts[lang] for lang in LANGUAGES), styles.help)
    lines = max((_lines(str(value)) for value in values.values()), default=1)
    if lines > 1:
        cells.sheet.set_row(number, 15 * lines)
    if row.field.kind == "choice":
        _drop_down(cells.sheet, number, number, column["zh"], choice_labels(row.field.refers), strict=True)


def _lines(value: str) -> int:
    """How many lines a text takes in a value cell; Han characters are twice as wide."""
    wide = sum(2 if ord(character) > 0x2E80 else 1 for character in value)
    return max(1, -(-wide // (_VALUE_WIDTH - 2)))


def _write_items(cells: _Cells, record: str, items: Sequence[Mapping[str, Any]], styles: Styles) -> None:
    sheet = cells.sheet
    last = _HEADER_ROWS + len(items) + _SPARE_ROWS
    for index, column in enumerate(columns(record)):
        share = column.field.kind == "share"
        style = styles.percent if share else styles.text if column.key in _AS_TEXT else styles.cell
        sheet.set_column(index, index, _width(column), style, _folded(column, items))
        cells.put(0, index, column.key)
        cells.put(1, index, column.header + (" *" if column.field.needed else ""), styles.header)
        sheet.write_comment(1, index, _explanation(column), {"x_scale": 2.2, "y_scale": 1.4})
        if column.field.kind == "choice":
            _drop_down(sheet, _HEADER_ROWS, last, index, choice_labels(column.field.refers), strict=True)
        elif column.field.kind == "flag":
            _drop_down(sheet, _HEADER_ROWS, last, index, flag_labels(), strict=True)
        elif column.key in _SUGGESTED:
            _drop_down(sheet, _HEADER_ROWS, last, index, _SUGGESTED[column.key], strict=False)
        for number, item in enumerate(items, start=_HEADER_ROWS):
            value = _cell_value(column, item)
            if value is not None:
                cells.put(number, index, value, style)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_row(1, 46)
    _for_print(sheet)
    sheet.freeze_panes(_HEADER_ROWS, 4 if record == "line" else 1)
    sheet.autofilter(1, 0, last, len(columns(record)) - 1)


def _folded(column: Column, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Columns that few studies need are folded away where no item has them."""
    if column.field.record != "line" or column.field.key not in _RARE:
        return {}
    return {"level": 1, "hidden": not any(column.field.key in item for item in items)}


def _for_print(sheet: Any) -> None:
    """One page wide, with the header on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)


def _width(column: Column) -> float:
    return 10.0 if column.part == "unit" else column.field.width or 14.0


def _explanation(column: Column) -> str:
    example = f"\n{column.field.example}" if column.field.example else ""
    return "\n".join(column.field.texts[lang] for lang in LANGUAGES) + example


def _cell_value(column: Column, item: Mapping[str, Any]) -> Any:
    key, _, _part = column.key.partition(".")
    value = item.get(key)
    if value is None:
        return None
    if column.part:
        return value.get(column.part)
    if is_compact(column.field):
        return cell_text(key, value)
    if column.field.kind == "choice":
        return choice_label(column.field.refers, value)
    if isinstance(value, bool):
        return flag_labels()[0 if value else 1]
    return value


def _drop_down(sheet: Any, first: int, last: int, column: int, options: Sequence[str], *, strict: bool) -> None:
    sheet.data_validation(
        first,
        column,
        last,
        column,
        {"validate": "list", "source": list(options), "error_type": "stop", "show_error": strict},
    )
