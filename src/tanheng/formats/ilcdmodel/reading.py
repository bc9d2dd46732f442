"""One pass over the files of a package: sort the data sets by kind, then build the database of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import PurePosixPath

from tanheng.errors import FormatError, TanhengError
from tanheng.formats.archive import DEFAULT_LIMITS, Archive, Limits, Member, open_archive
from tanheng.formats.ilcdmodel.node import Node
from tanheng.formats.ilcdmodel.package import Package
from tanheng.formats.ilcdmodel.parsing import Parsed
from tanheng.formats.notebook import Notebook, dictate
from tanheng.formats.parallel import each_chunk
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.readings import Readings, Work
from tanheng.inventory.model import Database

Take = Callable[[str, Node, str, str], None]
"""Takes the name of a root, the data set, the place of its file and the file's name without ending."""

_PROCESSES = re.compile(r"(^|/)processes/", re.IGNORECASE)


def read_data_sets(
    path: str | os.PathLike[str],
    *,
    name: str,
    format: str,  # noqa: A002 - the name of the field in Database
    suffix: str,
    work: Work[Parsed],
    progress: Progress | None,
    limits: Limits | None,
    workers: int | None,
    cache: Readings | None,
) -> Database:
    """Read all data sets of a zip, a folder or a single file.

    Processes are built as they come where they lie in a folder ``processes``, so that only one is in memory at a time.

    Args:
        path: of the zip, folder or file.
        name: of the database.
        format: of the database.
        suffix: what the names of its files end with, in lower case.
        work: :func:`~tanheng.formats.ilcdmodel.parsing.parsed` with the format's parser.
        progress: called with bytes done and bytes in all.
        limits: what is refused as too large.
        workers, cache: see :func:`~tanheng.formats.parallel.each_chunk`.

    Raises:
        FormatError: those of :func:`~tanheng.formats.archive.open_archive`; TH-FMT-019 where there is no process,
            TH-FMT-030 where there are impact assessment methods instead, and the fault of a file (TH-FMT-009, 010, 013
            to 017) where nothing else is there. With other files it becomes a note.
    """
    notes = Notebook()
    limits = limits or DEFAULT_LIMITS
    with open_archive(path, limits=limits) as archive:
        package = Package(archive.name, format, notes)
        faults: list[TanhengError] = []
        members = _in_order(archive, suffix)
        steps = Steps(progress, sum(member.size for member in members))
        chunks = each_chunk(archive, members, work, answer=Parsed, limits=limits, workers=workers, cache=cache)
        with closing(chunks):
            for chunk, answers in chunks:
                for member, parsed in zip(chunk, answers, strict=True):
                    if _PROCESSES.search(member.name):
                        package.start()
                    faults += take_file(parsed, archive, member, package.add, notes)
                steps.step(sum(member.size for member in chunk))
        database = package.close(name)
        if not database.processes:
            raise _nothing(archive, package, faults)
        return database


def _in_order(archive: Archive, suffix: str) -> list[Member]:
    members = [m for m in archive.members if m.name.lower().endswith(suffix) or len(archive.members) == 1]
    return sorted(members, key=lambda member: bool(_PROCESSES.search(member.name)))


def take_file(parsed: Parsed, archive: Archive, member: Member, take: Take, notes: Notebook) -> Iterator[TanhengError]:
    """Hand each data set of a file to ``take``; the fault of a file that others may outweigh is noted and yielded."""
    place, stem = archive.place(member), PurePosixPath(member.name).stem
    for tree in parsed.trees:
        dictate(tree.heard, notes)
        take(tree.root, tree.data, place, stem)
    dictate(parsed.heard, notes)
    if parsed.faults:
        fault = FormatError.of(parsed.faults)
        _note(fault, notes)
        yield fault


def _note(error: TanhengError, notes: Notebook) -> None:
    for fault in error.faults:
        told = (str(fault.params[key]) for key in ("detail", "size") if fault.params.get(key))
        line = fault.params.get("line", 0)
        notes.add("file-broken", fault.place, error=fault.code, line=line, detail=next(told, "–"))


def _nothing(archive: Archive, package: Package, faults: list[TanhengError]) -> TanhengError:
    if faults:
        return faults[0]
    if package.methods:
        return FormatError("TH-FMT-030", place=archive.name, count=len(package.methods), method=package.methods[0])
    return FormatError("TH-FMT-019", place=archive.name)
