"""One pass over the files of a package: sort the data sets by kind, then build the database of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from tanheng.errors import FormatError
from tanheng.formats.archive import DEFAULT_LIMITS, Archive, Limits, Member, open_archive
from tanheng.formats.ilcdmodel.node import Node
from tanheng.formats.ilcdmodel.package import Package
from tanheng.formats.notebook import Notebook
from tanheng.formats.progress import Progress, Steps
from tanheng.inventory.model import Database

Parse = Callable[[bytes, str, Notebook], Iterable[tuple[str, Node]]]
"""Bytes of a file, its place and the notebook → each data set in it with the name of its root."""
Take = Callable[[str, Node, str, str], None]
"""Takes the name of a root, the data set, the place of its file and the file's name without ending."""

_PROCESSES = re.compile(r"(^|/)processes/", re.IGNORECASE)
# What one file among many may suffer from without stopping the others.
_TOLERATED = tuple(f"TH-FMT-{number:03d}" for number in (9, 10, 13, 14, 15, 16, 17))
# One data set is held as a whole, many times its size: a packed bomb must not fill the memory. Real ones reach 20 MiB.
_LARGEST = 256 * 2**20


def read_data_sets(
    path: str | os.PathLike[str],
    *,
    name: str,
    format: str,  # noqa: A002 - the name of the field in Database
    suffix: str,
    parse: Parse,
    progress: Progress | None,
    limits: Limits | None,
) -> Database:
    """Read all data sets of a zip, a folder or a single file.

    Processes are built as they come where they lie in a folder ``processes``, so that only one is in memory at a time.

    Args:
        path: of the zip, folder or file.
        name: of the database.
        format: of the database.
        suffix: what the names of its files end with, in lower case.
        parse: see :data:`Parse`.
        progress: called with files done and files in all.
        limits: what is refused as too large.

    Raises:
        FormatError: those of :func:`~tanheng.formats.archive.open_archive`; TH-FMT-019 where there is no process,
            TH-FMT-030 where there are impact assessment methods instead, and the fault of a file (TH-FMT-009, 010, 013
            to 017) where nothing else is there. With other files it becomes a note.
    """
    notes = Notebook()
    limits = limits or DEFAULT_LIMITS
    largest = largest_of(limits)
    with open_archive(path, limits=limits) as archive:
        package = Package(archive.path.name, format, notes)
        faults: list[FormatError] = []
        members = _in_order(archive, suffix)
        steps = Steps(progress, len(members))
        for member in members:
            if _PROCESSES.search(member.name):
                package.start()
            for fault in read_member(archive, member, largest, parse, package.add, notes):
                faults.append(fault)
                note_fault(fault, notes)
            steps.step()
        database = package.close(name)
        if not database.processes:
            raise _nothing(archive, package, faults)
        return database


def _in_order(archive: Archive, suffix: str) -> list[Member]:
    members = [m for m in archive.members if m.name.lower().endswith(suffix) or len(archive.members) == 1]
    return sorted(members, key=lambda member: bool(_PROCESSES.search(member.name)))


def largest_of(limits: Limits) -> int:
    """Bytes of the largest data set that is read; the default limit of a member is meant for files of many."""
    return limits.member if limits.member != DEFAULT_LIMITS.member else _LARGEST


def read_member(
    archive: Archive, member: Member, largest: int, parse: Parse, take: Take, notes: Notebook
) -> Iterator[FormatError]:
    """Hand each data set of a file to ``take``; the fault of a file that others may outweigh is yielded.

    Raises:
        FormatError: any other fault.
    """
    place = archive.place(member)
    try:
        if member.size > largest:
            size, limit = (f"{number / 2**20:,.1f}" for number in (member.size, largest))
            raise FormatError("TH-FMT-017", place=place, size=size, limit=limit)
        for root, data in parse(archive.read(member), place, notes):
            take(root, data, place, PurePosixPath(member.name).stem)
    except FormatError as error:
        if error.code not in _TOLERATED:
            raise
        yield error


def note_fault(error: FormatError, notes: Notebook) -> None:
    """Note a file that was passed over."""
    for fault in error.faults:
        told = (str(fault.params[key]) for key in ("detail", "size") if fault.params.get(key))
        line = fault.params.get("line", 0)
        notes.add("file-broken", fault.place, error=fault.code, line=line, detail=next(told, "–"))


def _nothing(archive: Archive, package: Package, faults: list[FormatError]) -> FormatError:
    if faults:
        return faults[0]
    if package.methods:
        return FormatError("TH-FMT-030", place=archive.path.name, count=len(package.methods), method=package.methods[0])
    return FormatError("TH-FMT-019", place=archive.path.name)
