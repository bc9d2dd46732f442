"""Importing a file into the data directory; one that is there already, unchanged, is not read again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tanheng.errors import HomeError, InventoryError
from tanheng.formats import read_database
from tanheng.formats.archive import DEFAULT_LIMITS, Limits
from tanheng.formats.fingerprint import fingerprint
from tanheng.formats.progress import Progress
from tanheng.inventory import Snapshot
from tanheng.storage.home import Home


@dataclass(frozen=True, slots=True)
class Imported:
    """The snapshot of a database, and whether it was there already because nothing had changed."""

    snapshot: Snapshot
    unchanged: bool


def import_file(
    home: Home,
    path: str | os.PathLike[str],
    *,
    name: str,
    progress: Progress | None = None,
    linking: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
    workers: int | None = None,
) -> Imported:
    """Read, link, freeze and register a database, unless ``name`` stands for the same source read by the same readers.

    Args:
        home: the data directory.
        path: of a zip, a folder or a single file in a format that is read.
        name: to give it.
        progress: of reading, see :func:`~tanheng.formats.read_database`; never called where nothing changed.
        linking: of linking, see :meth:`~tanheng.storage.home.Home.add`.
        limits: what is refused as too large.
        workers: see :func:`~tanheng.formats.read_database`.

    Raises:
        HomeError: TH-HOM-002 for a name that no database may have.
        FormatError: those of :func:`~tanheng.formats.read_database`; then nothing is changed.
    """
    home.check_name(name)
    found = fingerprint(path, limits=limits)
    if (snapshot := _known(home, name, found)) is not None:
        return Imported(snapshot, unchanged=True)
    database = read_database(path, name=name, progress=progress, limits=limits, workers=workers)
    snapshot = home.add(database, source=Path(path).name, fingerprint=found, progress=linking)
    return Imported(snapshot, unchanged=False)


def _known(home: Home, name: str, found: str) -> Snapshot | None:
    """The snapshot that ``name`` stands for, if it was made from that and is still there."""
    try:
        return home.snapshot(name) if home.entry(name).get("fingerprint") == found else None
    except (HomeError, InventoryError, OSError):
        return None  # there is none, or it is damaged: it is made anew
