"""Reading EcoSpold 2 files into a :class:`~tanheng.inventory.model.Database`."""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive, Limits, Member, open_archive
from tanheng.formats.ecospold2.build import Builder
from tanheng.formats.ecospold2.dataset import RawDataset, read_dataset
from tanheng.formats.ecospold2.encoding import as_utf8
from tanheng.formats.ecospold2.flows import FlowRegister
from tanheng.formats.ecospold2.identity import Identities, find_reference
from tanheng.formats.ecospold2.inheritance import complete_children
from tanheng.formats.notebook import Notebook
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.units import UnitBook
from tanheng.formats.xmlsafe import elements, root_of
from tanheng.inventory.model import Database, Process

FORMAT = "ecospold2"
_DATASETS = ("activityDataset", "childActivityDataset")
_ROOT = "ecospold"
_MARK = "ecospold02"
_ENDINGS = (".spold", ".xml")
# Files up to this size are read whole, so that one in a wrong encoding can be read again.
_WHOLE = 32 * 2**20
_BROKEN = ("TH-FMT-013", "TH-FMT-014")


def is_ecospold2(namespace: str, root: str, head: bytes = b"") -> bool:
    """Whether a root element opens EcoSpold 2 process data.

    A missing namespace is tolerated where the root is a data set, or ``head``, the beginning of the file, names one.
    """
    if root in _DATASETS:
        return True
    if root.casefold() != _ROOT:
        return False
    return _MARK in namespace.casefold() or (not namespace and b"activitydataset" in head.replace(b"\0", b"").lower())


def read(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
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

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-013 for
            broken XML, TH-FMT-014 for a DOCTYPE, where no other file has a data set; TH-FMT-019 where there is none.
    """
    notes = Notebook()
    with open_archive(path, limits=limits or Limits()) as archive:
        where = archive.path.name
        datasets = _Reader(archive, notes, Steps(progress)).all()
    complete_children(datasets, notes, where)
    units = UnitBook(notes)
    register = FlowRegister(units, notes)
    for dataset in datasets:
        register.see(dataset.exchanges)
    for dataset in datasets:
        dataset.reference = find_reference(dataset, register, notes)
    identities = Identities(datasets, notes)
    builder = Builder(register, identities, notes, where)
    # Makers first: they know best how a product is called and measured.
    for dataset in datasets:
        if dataset.reference is not None:
            register.of(dataset.reference)
    processes: dict[str, Process] = {}
    datasets.reverse()
    for identifier in identities.ids:
        processes[identifier] = builder.build(identifier, datasets.pop())  # memory for one is enough
    return Database(
        name=name,
        format=FORMAT,
        flows=register.flows,
        processes=processes,
        local_units=units.local,
        notes=notes.close(),
    )


class _Pending(Notebook):
    """Keeps counts back."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: list[tuple[str, str, str]] = []

    def count(self, code: str, place: str, example: str) -> None:
        self.counted.append((code, place, example))


class _Reader:
    """Reads the data sets of an archive, file by file."""

    def __init__(self, archive: Archive, notes: Notebook, steps: Steps) -> None:
        self._archive = archive
        self._notes = notes
        self._steps = steps

    def all(self) -> list[RawDataset]:
        """Every data set; broken files are noted."""
        members = self._archive.members
        members = tuple(m for m in members if m.name.lower().endswith(_ENDINGS) or len(members) == 1)
        self._steps.total = sum(member.size for member in members)
        found: list[RawDataset] = []
        fault: FormatError | None = None
        for member in members:
            try:
                found += self._file(member)
            except FormatError as error:
                if error.code not in _BROKEN:
                    raise
                fault = fault or error
                params = error.faults[0].params
                self._notes.add(
                    "file-broken",
                    self._archive.place(member),
                    error=error.code,
                    line=params.get("line", 1),
                    detail=params.get("detail", "DOCTYPE"),
                )
            self._steps.step(member.size)
        if not found:
            raise fault or FormatError("TH-FMT-019", place=self._archive.path.name)
        return found

    def _file(self, member: Member) -> list[RawDataset]:
        place = self._archive.place(member)
        if member.size > _WHOLE:
            with self._archive.open(member) as stream:
                namespace, root = root_of(stream, place=place)
            if not self._is_read(namespace, root, place, b""):
                return []
            with self._archive.open(member) as stream:
                return self._datasets(stream, place)
        raw = self._archive.read(member)
        try:
            return self._parsed(raw, place)
        except FormatError as error:
            again = as_utf8(raw) if error.code == "TH-FMT-013" else None
            if again is None:
                raise
            try:
                found = self._parsed(again.data, place)
            except FormatError:
                raise error from None
            self._notes.add("encoding-assumed", place, encoding=again.encoding)
            return found

    def _parsed(self, raw: bytes, place: str) -> list[RawDataset]:
        namespace, root = root_of(io.BytesIO(raw), place=place)
        is_read = self._is_read(namespace, root, place, raw[:4096])
        return self._datasets(io.BytesIO(raw), place) if is_read else []

    def _datasets(self, stream: BinaryIO, place: str) -> list[RawDataset]:
        """The data sets of a file; it is told of them only once all of it is known to be well."""
        told = _Pending()
        found = [read_dataset(element, place, told) for element in elements(stream, *_DATASETS, place=place)]
        for code, where, example in told.counted:
            self._notes.count(code, where, example)
        return found

    def _is_read(self, namespace: str, root: str, place: str, head: bytes) -> bool:
        is_spold = place.lower().endswith(".spold") and root.casefold() == _ROOT and not namespace
        if is_spold or is_ecospold2(namespace, root, head):
            if not namespace:
                self._notes.count("namespace-missing", self._archive.path.name, place)
            return True
        self._notes.add("file-ignored", place, root=root)
        return False
