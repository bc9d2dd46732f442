"""Reading plain tables of an inventory into a :class:`~tanheng.inventory.model.Database`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from tanheng.errors import FormatError
from tanheng.formats.archive import DEFAULT_LIMITS, Limits, open_archive
from tanheng.formats.notebook import Notebook, without_nan
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.sheets import Row, Sheet, is_blank
from tanheng.formats.table.build import Builder
from tanheng.formats.table.cells import Faults, Record, Table
from tanheng.formats.table.columns import (
    EXCHANGES,
    FLOWS,
    LAYOUTS,
    PARAMETERS,
    PROCESSES,
    exchange_heads,
    missing_in,
    sheet_of,
)
from tanheng.formats.table.flows import FlowRegister
from tanheng.formats.table.lines import line_of
from tanheng.formats.table.parameters import Parameters
from tanheng.formats.table.processes import Drafts
from tanheng.formats.workbooks import sheets_of
from tanheng.inventory.importing.conversion import Converter
from tanheng.inventory.model import Database

FORMAT = "table"


def knows_heads(rows: Sequence[Row]) -> bool:
    """Whether rows begin with the heads of exchanges."""
    return exchange_heads(rows) is not None


def holds_inventory(sheets: Sequence[Sheet]) -> bool:
    """Whether one of the sheets has the heads of exchanges, even if it lacks some."""
    return any(knows_heads(sheet.rows) for sheet in sheets)


def read(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
) -> Database:
    """Read a table, one row an exchange, from a CSV file or a workbook (xlsx, ods, xls).

    Heads are in English or Chinese, in any order; sheets (of a folder or zip: CSV files) of processes, flows and parameters
    are optional and known by their titles, exchanges by their heads. A blank amount is a state, not a zero; a formula is
    evaluated with the parameters. What is wrong in a cell is an error, as nobody but its author can tell what was meant.

    Args:
        path: of the file, folder or zip.
        name: of the database.
        progress: called with processes done and processes in all.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-041 a damaged
            file, 042 one too large; TH-FMT-040 where heads are missing; TH-FMT-019 where there is no exchange; all faults
            of cells at once: TH-FMT-044 no usable number, date or code, 045 an empty cell, 046 an unknown word, 047 two
            cells that contradict each other, 048 a process without its product or with two, 049 a formula without a value,
            057 a row wider than its heads, TH-QTY-001 an unknown unit.
    """
    notes, faults = Notebook(), Faults()
    with open_archive(path, limits=limits or DEFAULT_LIMITS) as archive:
        place = archive.path.name
        sheets = sheets_of(archive, knows=_knows_any)
    tables = _tables(sheets, place, faults, notes)
    records = {key: [record for table in found for record in table.records()] for key, found in tables.items()}
    if not records[EXCHANGES]:
        faults.check()
        raise FormatError("TH-FMT-019", place=place)
    database = _database(records, name, notes, progress)
    faults.check()
    return database


def _knows_any(rows: Sequence[Row]) -> bool:
    """Whether rows begin with the heads of any of the sheets."""
    return any((heads := layout.best(rows)) is not None and len(heads.at) > 1 for layout in LAYOUTS.values())


def _tables(sheets: Sequence[Sheet], place: str, faults: Faults, notes: Notebook) -> Mapping[str, list[Table]]:
    found: dict[str, list[Table]] = {key: [] for key in LAYOUTS}
    for position, sheet in enumerate(sheets):
        if sheet.is_garbled:
            raise FormatError("TH-FMT-041", place=sheet.place, detail=sheet.encoding)
        if sheet.is_guessed:
            notes.add("encoding-guessed", sheet.place, encoding=sheet.encoding)
        titled = sheet_of(sheet.name)
        key = EXCHANGES if titled in (None, EXCHANGES) else titled
        heads = exchange_heads(sheet.rows) if titled is None else LAYOUTS[key].best(sheet.rows)
        if heads is None and (titled is None or all(is_blank(row) for row in sheet.rows)):
            continue  # a sheet of a person's own
        if heads is None or (missing := missing_in(key, heads)):
            missing = missing_in(key, heads)
            raise FormatError("TH-FMT-040", place=sheet.at(heads.row if heads else 0), columns="; ".join(missing))
        table = Table(sheet, position, heads, LAYOUTS[key], faults)
        table.tell_unknown_heads(notes)
        found[key].append(table)
    if not found[EXCHANGES]:
        raise FormatError("TH-FMT-040", place=place, columns="; ".join(missing_in(EXCHANGES, None)))
    return found


def _database(
    records: Mapping[str, Sequence[Record]], name: str, notes: Notebook, progress: Progress | None
) -> Database:
    """The database of all rows; of those that are at fault, whatever can still be looked at for further faults."""
    lines = [line for record in records[EXCHANGES] if (line := line_of(record)) is not None]
    register = FlowRegister(lines, records[FLOWS])
    drafts = Drafts(lines, records[PROCESSES])
    parameters = Parameters(records[PARAMETERS], drafts, notes)
    converter = Converter(Database(name, FORMAT, register.flows, {}))
    builder = Builder(drafts, register, parameters, converter, notes)
    steps = Steps(progress, len(drafts.all))
    processes = {}
    for draft in drafts.all:
        processes[draft.id] = builder.build(draft)
        steps.step()
    return Database(
        name=name,
        format=FORMAT,
        flows=register.flows,
        processes=processes,
        parameters=parameters.shared,
        notes=without_nan(notes.close()),
    )
