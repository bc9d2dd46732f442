"""A worklist of links that a person filled in, read from CSV or Excel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tanheng.errors import InventoryError
from tanheng.formats.archive import open_archive
from tanheng.formats.sheets import Sheet, is_blank, text_of
from tanheng.formats.workbooks import sheets_of
from tanheng.inventory import Snapshot
from tanheng.inventory.linking import LinkChoice
from tanheng.inventory.linking.worklist import Row, choices_of

if TYPE_CHECKING:
    import polars as pl

_NEEDED = ("flow_id", "choose")


def choices_in(table: pl.DataFrame, snapshot: Snapshot) -> tuple[LinkChoice, ...]:
    """The choices in a worklist that is a table; errors as of :func:`read_choices`."""
    for column in _NEEDED:
        if column not in table.columns:
            raise InventoryError("TH-INV-075", column=column)
    filled = table.with_row_index("row").filter(table["choose"].fill_null("") != "")
    rows = [
        Row(f"row {row.pop('row')}", {key: "" if value is None else str(value) for key, value in row.items()})
        for row in filled.iter_rows(named=True)
    ]
    return choices_of(rows, snapshot)


def read_choices(path: Path, snapshot: Snapshot) -> tuple[LinkChoice, ...]:
    """The choices in a worklist of ``snapshot``.

    Raises:
        FormatError: the file is no table. InventoryError: TH-INV-075 a column is not there, and the errors of
            :func:`~tanheng.inventory.linking.worklist.choices_of`, one for each row at fault.
    """
    with open_archive(path) as archive:
        sheets = sheets_of(archive)
    sheet = next((s for s in sheets if not all(map(is_blank, s.rows))), Sheet("", (), path.name))
    heads = [text_of(cell).casefold() for cell in (sheet.rows[0] if sheet.rows else ())]
    for column in _NEEDED:
        if column not in heads:
            raise InventoryError("TH-INV-075", place=sheet.at(0), column=column)
    rows = [
        Row(sheet.at(number), {head: text_of(cell) for head, cell in zip(heads, row, strict=False)})
        for number, row in enumerate(sheet.rows[1:], start=1)
    ]
    return choices_of(rows, snapshot)
