"""Writing a :class:`~tanheng.inventory.model.Database` as a workbook that bw2io's ``ExcelImporter`` reads."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tanheng.files import replacing
from tanheng.formats.brightway.read import FORMAT
from tanheng.formats.brightway.tables import digest_of, rows_of
from tanheng.formats.brightway.writing.activities import Activities
from tanheng.formats.brightway.writing.cells import plain
from tanheng.formats.brightway.writing.system import System
from tanheng.formats.losses import Losses, Written
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.sheets import Row
from tanheng.inventory.model import Database

_MOST_ROWS = 1_000_000  # a sheet of Excel has 1,048,576
_TITLE = "inventory"
# A fixed date: the same database gives the same file.
_CREATED = datetime.datetime(2024, 5, 22, tzinfo=datetime.UTC).replace(tzinfo=None)


def write(database: Database, path: str | os.PathLike[str], *, progress: Progress | None = None) -> Written:
    """Write a database as a Brightway workbook (xlsx).

    What Brightway reads is the linked and allocated system, an activity for each product; sheets that it passes over hold
    the database itself, so that we read the same again. The same database gives the same bytes.

    Args:
        database: what is written.
        path: of the workbook; replaced whole, or left as it was.
        progress: called with processes written and processes in all.

    Raises:
        OSError: the file cannot be written.
    """
    losses = Losses()
    import xlsxwriter

    name = plain(database.name) or _TITLE
    steps = Steps(progress, len(database.processes))
    system = System(database, losses)
    activities = Activities(system, name, losses)
    if database.parameters:
        losses.count("brightway-formulas", database.name)
    sheets = dict(_sheets(database, name, system, activities, steps))
    own = rows_of(database, digest_of(sheets.items()), losses)
    target = Path(path)
    with replacing(target) as work:
        book = xlsxwriter.Workbook(
            str(work), {"strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
        )
        try:
            book.set_properties({"created": _CREATED, "title": name, "author": "Tanheng"})
            bold = book.add_format({"bold": True})
            for title, rows in {**sheets, **own}.items():
                _fill(book.add_worksheet(title), rows, bold)
        finally:
            book.close()
    counts = {"flows": len(database.flows), "processes": len(database.processes), "exchanges": activities.exchanges}
    return Written(target, FORMAT, counts, losses.close())


def _sheets(
    database: Database, name: str, system: System, activities: Activities, steps: Steps
) -> Iterator[tuple[str, list[Row]]]:
    """Sheets of as many activities as fit."""
    rows: list[Row] = [("Database", name), ("format", "Tanheng")]
    rows += [(key, text) for key, text in (("description", plain(database.description)),) if text]
    rows += [("licence", text) for text in (plain(database.licence),) if text]
    rows.append(())
    number = 1
    for process in system.database.processes.values():
        made = list(activities.of(process))
        if len(rows) + len(made) > _MOST_ROWS:
            yield _TITLE if number == 1 else f"{_TITLE} {number}", rows
            rows, number = [], number + 1
        rows += made
        steps.step()
    yield _TITLE if number == 1 else f"{_TITLE} {number}", rows


def _fill(sheet: Any, rows: list[Row], bold: Any) -> None:
    sheet.set_column(0, 0, 44)
    for number, row in enumerate(rows):
        looks = bold if row and row[0] in ("Activity", "Database", "Exchanges") else None
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, bool):
                sheet.write_boolean(number, column, value, looks)
            elif isinstance(value, float):
                sheet.write_number(number, column, value, looks)
            else:
                sheet.write_string(number, column, value, looks)
