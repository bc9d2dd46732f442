"""Reading EcoSpold 1 files into a :class:`~tanheng.inventory.model.Database`."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive, Limits, Member, open_archive
from tanheng.formats.ecospold1.build import Builder, prepare
from tanheng.formats.ecospold1.dataset import IMPACT_CATEGORY, NOT_A_PROCESS, RawDataset, read_dataset
from tanheng.formats.ecospold1.identity import FlowRegister
from tanheng.formats.notebook import Notebook
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.units import UnitBook
from tanheng.formats.xmlsafe import elements, root_of
from tanheng.inventory.model import Database, Process

FORMAT = "ecospold1"
_ROOT = "ecospold"
_OTHER_VERSIONS = ("ecospold02", "impact", "elementary")


def is_ecospold1(namespace: str, root: str) -> bool:
    """Whether a root element opens EcoSpold 1 process data; a missing namespace is tolerated."""
    return root.casefold() == _ROOT and not any(other in namespace.casefold() for other in _OTHER_VERSIONS)


def is_impact(namespace: str, root: str) -> bool:
    """Whether a root element opens EcoSpold 1 impact categories."""
    return root.casefold() == _ROOT and "impact" in namespace.casefold()


def read(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
) -> Database:
    """Read EcoSpold 1 process data from an XML file, a zip or a folder, each with any number of data sets.

    Args:
        path: of the file, zip or folder; XML files of other kinds in it are passed over with a note.
        name: of the database.
        progress: called with bytes done and bytes in all.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-013 for
            broken XML, TH-FMT-014 for a DOCTYPE, TH-FMT-019 where there is no data set, TH-FMT-030 where there
            are impact categories instead.
    """
    notes = Notebook()
    with open_archive(path, limits=limits or Limits()) as archive:
        datasets = list(_datasets(archive, notes, Steps(progress)))
        if not datasets:
            methods = [note for note in notes.close() if note.code == "methods-ignored"]
            if methods:
                count, example = methods[0].params["count"], methods[0].params["example"]
                raise FormatError("TH-FMT-030", place=archive.path.name, count=count, method=example)
            raise FormatError("TH-FMT-019", place=archive.path.name)
    for dataset in datasets:
        prepare(dataset, notes)
    units = UnitBook(notes)
    register = FlowRegister(datasets, units, notes)
    builder = Builder(datasets, register, notes)
    processes: dict[str, Process] = {}
    for dataset in datasets:
        process = builder.build(dataset)
        processes[process.id] = process
    return Database(
        name=name,
        format=FORMAT,
        flows=register.flows,
        processes=processes,
        local_units=units.local,
        notes=notes.close(),
    )


def _datasets(archive: Archive, notes: Notebook, steps: Steps) -> Iterator[RawDataset]:
    members = [m for m in archive.members if m.name.lower().endswith(".xml") or len(archive.members) == 1]
    steps.total = sum(member.size for member in members)
    for member in members:
        before = steps.done
        place = archive.place(member)
        if _is_read(archive, member, notes):
            with archive.open(member) as stream:
                for element in elements(stream, "dataset", place=place):
                    raw = read_dataset(element, place)
                    steps.step(max(0, min(stream.tell(), member.size) + before - steps.done))
                    if raw.kind == IMPACT_CATEGORY:
                        notes.count("methods-ignored", place, raw.get("referenceFunction", "name") or raw.number)
                    elif raw.kind in NOT_A_PROCESS:
                        notes.count("dataset-skipped", place, raw.number)
                    else:
                        yield raw
        steps.step(before + member.size - steps.done)


def _is_read(archive: Archive, member: Member, notes: Notebook) -> bool:
    place = archive.place(member)
    with archive.open(member) as stream:
        namespace, root = root_of(stream, place=place)
    if is_ecospold1(namespace, root):
        return True
    if is_impact(namespace, root):
        notes.count("methods-ignored", place, member.name)
        return False
    notes.add("file-ignored", place, root=root)
    return False
