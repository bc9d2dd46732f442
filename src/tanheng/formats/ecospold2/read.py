"""Reading EcoSpold 2 files into a :class:`~tanheng.inventory.model.Database`."""

from __future__ import annotations

import os

from tanheng.formats.archive import Limits, open_archive
from tanheng.formats.ecospold2.build import Builder
from tanheng.formats.ecospold2.flows import FlowRegister
from tanheng.formats.ecospold2.identity import Identities, find_reference
from tanheng.formats.ecospold2.parsing import is_ecospold2
from tanheng.formats.ecospold2.shelf import Shelf
from tanheng.formats.notebook import Notebook
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.readings import Readings
from tanheng.formats.units import UnitBook
from tanheng.inventory.model import Database, Process

__all__ = ["is_ecospold2", "read"]

FORMAT = "ecospold2"


def read(
    path: str | os.PathLike[str],
    *,
    name: str,
    progress: Progress | None = None,
    limits: Limits | None = None,
    workers: int | None = None,
    cache: Readings | None = None,
) -> Database:
    """Read EcoSpold 2 process data from a file, a zip or a folder, each with any number of data sets.

    Data sets of a system model (cut-off, APOS, consequential) and those that none has touched (undefined) are read alike.
    Children take over from their parents what they leave out. A file that is broken is passed over with a note, unless
    nothing else is left.

    Args:
        path: of the file, zip or folder; XML files of other kinds in it are passed over with a note.
        name: of the database.
        progress: called with bytes done and bytes in all.
        limits: what is refused as too large.
        workers: processes that parse; see :func:`~tanheng.formats.parallel.each_chunk`. The database is the same from any
            number.
        cache: of what was parsed; what it has is not parsed again.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-013 for
            broken XML, TH-FMT-014 for a DOCTYPE, where no other file has a data set; TH-FMT-019 where there is none;
            TH-FMT-060 to 063 as ``each_chunk``.
    """
    notes = Notebook()
    units = UnitBook(notes)
    register = FlowRegister(units, notes)
    with open_archive(path, limits=limits or Limits()) as archive:
        where = archive.name
        shelf = Shelf(archive, register, notes)
        shelf.fill(Steps(progress), limits or Limits(), workers, cache)
    for dataset in shelf.outlines:
        dataset.reference = find_reference(dataset, register, notes)
    identities = Identities(shelf.outlines, notes)
    builder = Builder(register, identities, notes, where)
    # Makers first: they know best how a product is called and measured.
    for dataset in shelf.outlines:
        if dataset.reference is not None:
            register.of(dataset.reference)
    processes: dict[str, Process] = {}
    for identifier, dataset in zip(identities.ids, shelf.empty(), strict=True):
        processes[identifier] = builder.build(identifier, dataset)
    return Database(
        name=name,
        format=FORMAT,
        flows=register.flows,
        processes=processes,
        local_units=units.local,
        notes=notes.close(),
    )
