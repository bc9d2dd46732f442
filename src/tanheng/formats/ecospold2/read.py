"""Reading EcoSpold 2 files into a :class:`~tanheng.inventory.model.Database`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

from tanheng.errors import Fault, FormatError
from tanheng.formats.archive import Archive, Limits, open_archive
from tanheng.formats.ecospold2.build import Builder
from tanheng.formats.ecospold2.dataset import RawDataset
from tanheng.formats.ecospold2.flows import FlowRegister
from tanheng.formats.ecospold2.identity import Identities, find_reference, outline
from tanheng.formats.ecospold2.parsing import Parsed, is_ecospold2, parse, unpack
from tanheng.formats.notebook import Notebook, dictate
from tanheng.formats.parallel import each_chunk
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.units import UnitBook
from tanheng.inventory.model import Database, Process

__all__ = ["is_ecospold2", "read"]

FORMAT = "ecospold2"
_ENDINGS = (".spold", ".xml")


def read(
    path: str | os.PathLike[str],
    *,
    name: str,
    progress: Progress | None = None,
    limits: Limits | None = None,
    workers: int | None = None,
) -> Database:
    """Read EcoSpold 2 process data from a file, a zip or a folder, each with any number of data sets.

    Data sets of a system model (cut-off, APOS, consequential) and those that none has touched (undefined) are read alike.
    A file that is broken is passed over with a note, unless nothing else is left.

    Args:
        path: of the file, zip or folder; XML files of other kinds in it are passed over with a note.
        name: of the database.
        progress: called with bytes done and bytes in all.
        limits: what is refused as too large.
        workers: processes that parse; see :func:`~tanheng.formats.parallel.each_chunk`. The database is the same from any
            number.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-013 for
            broken XML, TH-FMT-014 for a DOCTYPE, where no other file has a data set; TH-FMT-019 where there is none;
            TH-FMT-060 to 063 as ``each_chunk``.
    """
    notes = Notebook()
    units = UnitBook(notes)
    register = FlowRegister(units, notes)
    with open_archive(path, limits=limits or Limits()) as archive:
        where = archive.path.name
        shelf = _Shelf(archive, register, notes)
        shelf.fill(Steps(progress), limits or Limits(), workers)
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


class _Shelf:
    """The data sets of an archive between parsing and building: packed, a tenth of the files or less.

    ``outlines`` are what has to be known of all of them before one can be built.
    """

    def __init__(self, archive: Archive, register: FlowRegister, notes: Notebook) -> None:
        self._archive = archive
        self._register = register
        self._notes = notes
        self._packed: list[bytes] = []
        self._places: list[list[int]] = []
        self.outlines: list[RawDataset] = []

    def fill(self, steps: Steps, limits: Limits, workers: int | None) -> None:
        """Parse all files; the register sees all exchanges."""
        members = self._archive.members
        members = tuple(m for m in members if m.name.lower().endswith(_ENDINGS) or len(members) == 1)
        steps.total = sum(member.size for member in members)
        fault: Fault | None = None
        chunks = each_chunk(self._archive, members, parse, answer=Parsed, limits=limits, workers=workers)
        with closing(chunks):
            for chunk, parsed in chunks:
                dictate(parsed.heard, self._notes)
                fault = fault or parsed.fault
                self._keep(parsed)
                steps.step(sum(member.size for member in chunk))
        if fault is not None and not self.outlines:
            raise FormatError.of([fault])
        if not self.outlines:
            raise FormatError("TH-FMT-019", place=self._archive.path.name)

    def _keep(self, parsed: Parsed) -> None:
        if parsed.count:
            self._packed.append(parsed.datasets)
        for dataset in unpack(parsed.datasets):
            self._register.see(dataset.exchanges)
            kept, places = outline(dataset)
            self.outlines.append(kept)
            self._places.append(places)

    def empty(self) -> Iterator[RawDataset]:
        """The data sets in their order with their references; what is given out is no longer kept."""
        self._packed.reverse()
        position = 0
        while self._packed:
            for dataset in unpack(self._packed.pop()):
                reference = self.outlines[position].reference
                if reference is not None:
                    at = next(i for i, raw in enumerate(self.outlines[position].exchanges) if raw is reference)
                    dataset.reference = dataset.exchanges[self._places[position][at]]
                position += 1
                yield dataset
