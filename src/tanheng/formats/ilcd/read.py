"""Reading ILCD packages into a :class:`~tanheng.inventory.model.Database`."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tanheng.formats.archive import Archive, Limits, Member
from tanheng.formats.ilcd.document import parse_document
from tanheng.formats.ilcd.tree import tree_of
from tanheng.formats.ilcdmodel import read_data_sets
from tanheng.formats.ilcdmodel.node import Node
from tanheng.formats.ilcdmodel.parsing import Parsed, parsed
from tanheng.formats.notebook import Notebook
from tanheng.formats.progress import Progress
from tanheng.formats.readings import Readings
from tanheng.formats.xmlsafe import local_name
from tanheng.inventory.model import Database

FORMAT = "ilcd"


def read(
    path: str | os.PathLike[str],
    *,
    name: str,
    progress: Progress | None = None,
    limits: Limits | None = None,
    workers: int | None = None,
    cache: Readings | None = None,
) -> Database:
    """Read an ILCD package (zip, folder or a single process data set).

    Namespaces, folders and file names do not matter: a data set is what its root element says. Amounts stay as written,
    in the reference unit of their flow; formulas are evaluated. Faults of the content become notes, and so does a file
    that cannot be read among others that can.

    Args:
        path: of the zip, folder or file.
        name: of the database.
        progress: called with bytes done and bytes in all.
        limits: what is refused as too large.
        workers: processes that parse; see :func:`~tanheng.formats.parallel.each_chunk`. The database is the same from any
            number.
        cache: of what was parsed; what it has is not parsed again.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-013 for
            broken XML and TH-FMT-014 for a DOCTYPE where no other file holds a process; TH-FMT-019 where there is no
            process data set, TH-FMT-030 where there are impact assessment methods instead;
            TH-FMT-060 to 063 as ``each_chunk``.
    """
    return read_data_sets(
        path,
        name=name,
        format=FORMAT,
        suffix=".xml",
        work=_parsed,
        progress=progress,
        limits=limits,
        workers=workers,
        cache=cache,
    )


def _parsed(archive: Archive, member: Member, limits: Limits) -> Parsed:
    return parsed(archive, member, limits, parse)


def parse(raw: bytes, place: str, notes: Notebook) -> Iterator[tuple[str, Node]]:
    """Each data set of a file with the name of its root."""
    root = parse_document(raw, place, notes)
    yield local_name(root), tree_of(root)
