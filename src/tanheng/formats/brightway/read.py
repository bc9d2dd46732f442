"""Reading a Brightway workbook or CSV file into a :class:`~tanheng.inventory.model.Database`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from tanheng.errors import FormatError
from tanheng.formats.archive import DEFAULT_LIMITS, Limits, open_archive
from tanheng.formats.brightway.blocks import RawWorkbook, read_blocks
from tanheng.formats.brightway.build import Builder, parameter_of
from tanheng.formats.brightway.flows import FlowRegister
from tanheng.formats.brightway.nodes import NodeKind, Nodes
from tanheng.formats.brightway.tables import PREFIX, database_of, digest_of
from tanheng.formats.notebook import Notebook
from tanheng.formats.parameters import resolve
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.sheets import Sheet, text_of
from tanheng.formats.units import UnitBook
from tanheng.formats.workbooks import sheets_of
from tanheng.inventory.model import Database

FORMAT = "brightway-excel"


def read(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
) -> Database:
    """Read a workbook (xlsx, ods, xls) or CSV files in the layout of bw2io's importers.

    Every activity becomes a process with a product of its own; exchanges are linked to activities of the workbook, those
    into other databases stay open under their names. Formulas are evaluated; a workbook that we wrote gives the database
    that was written, unless somebody changed what Brightway reads of it.

    Args:
        path: of the file, or of a folder or zip of CSV files.
        name: of the database.
        progress: called with activities done and activities in all.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-041 a damaged
            workbook, TH-FMT-042 one that is too large, TH-FMT-043 one without activities.
    """
    notes = Notebook()
    with open_archive(path, limits=limits or DEFAULT_LIMITS) as archive:
        sheets = sheets_of(archive)
        place = archive.path.name
    theirs = [s for s in sheets if not s.name.startswith(PREFIX)]
    if len(theirs) < len(sheets) and (written := _as_written(sheets, theirs, name, place, notes)) is not None:
        return written
    book = read_blocks(theirs, notes)
    if not book.activities:
        raise FormatError("TH-FMT-043", place=place)
    return _database(book, name, place, notes, Steps(progress, len(book.activities)))


def _as_written(
    sheets: Sequence[Sheet], theirs: Sequence[Sheet], name: str, place: str, notes: Notebook
) -> Database | None:
    """The database of our own sheets; ``None``, and a note, where they are damaged or no longer fit the others."""
    try:
        database, digest = database_of(sheets, name)
    except (msgspec.MsgspecError, KeyError, ValueError, TypeError, IndexError, OverflowError, StopIteration):
        notes.add("own-sheets-unusable", place)
        return None
    if digest != digest_of((s.name, s.rows) for s in theirs):
        notes.add("own-sheets-outdated", place)
        return None
    return replace(database, format=FORMAT)


def _database(book: RawWorkbook, name: str, place: str, notes: Notebook, steps: Steps) -> Database:
    units = UnitBook(notes)
    nodes = Nodes(book.activities, book.databases or {"": {}}, notes)
    register = FlowRegister(units)
    given = [p for r in (*book.project_parameters, *book.parameters) if (p := parameter_of(r, notes)) is not None]
    scope, parameters = resolve(given, notes=notes, place=place)
    builder = Builder(nodes, register, notes)
    for node in nodes.all:
        builder.prepare(node, scope)
    processes = {}
    for node in nodes.all:
        if node.kind is NodeKind.PROCESS:
            processes[node.id] = builder.build(node)
        steps.step()
    fields = next(iter(book.databases.values()), {})
    return Database(
        name=name,
        format=FORMAT,
        flows=register.flows,
        processes=processes,
        parameters=parameters,
        local_units=units.local,
        notes=notes.close(),
        description=text_of(fields.get("description")) or text_of(fields.get("comment")),
        licence=text_of(fields.get("licence")) or text_of(fields.get("license")),
    )
