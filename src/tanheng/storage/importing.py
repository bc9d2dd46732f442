"""Importing a file into the data directory; what is there already, unchanged, is not done again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tanheng.errors import HomeError, InventoryError
from tanheng.formats import read_database
from tanheng.formats.archive import DEFAULT_LIMITS, Limits
from tanheng.formats.fingerprint import fingerprint
from tanheng.formats.progress import Progress
from tanheng.inventory import Database, Snapshot
from tanheng.storage.home import Home
from tanheng.storage.linking import behind


class Done(StrEnum):
    """What an import had to do."""

    NOTHING = "nothing"  # neither the source nor what the database stands on has changed
    LINKED = "linked"  # the source has not: what was read of it then was linked anew
    READ = "read"


@dataclass(frozen=True, slots=True)
class Imported:
    """The snapshot of a database, and what had to be done for it.

    Attributes:
        parsed: files that were parsed, of the formats whose readings are kept (EcoSpold 2, ILCD, TIDAS).
        recalled: files that were not, because they are as they were.
    """

    snapshot: Snapshot
    done: Done
    parsed: int = 0
    recalled: int = 0

    @property
    def unchanged(self) -> bool:
        """Whether the name stands for the same snapshot as before, because nothing had changed."""
        return self.done is Done.NOTHING


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
    """Read, link, freeze and register a database, as far as ``name`` does not stand for the same already.

    The same source, read by the same readers, is not read again; of one that changed, only the files that did are parsed
    (EcoSpold 2, ILCD, TIDAS). Where a database that this one stands on has changed since, or the snapshot is lost, what
    was read then is linked anew.

    Args:
        home: the data directory.
        path: of a zip, a folder or a single file in a format that is read.
        name: to give it.
        progress: of reading, see :func:`~tanheng.formats.read_database`; never called where nothing is read.
        linking: of linking, see :meth:`~tanheng.storage.home.Home.add`.
        limits: what is refused as too large.
        workers: see :func:`~tanheng.formats.read_database`.

    Raises:
        HomeError: TH-HOM-002 for a name that no database may have; TH-HOM-008 where what a database it stands on was
            read as is lost.
        FormatError: those of :func:`~tanheng.formats.read_database`; then nothing is changed.
    """
    home.check_name(name)
    found = fingerprint(path, limits=limits)
    is_same = _fingerprint(home, name) == found
    if is_same and (snapshot := _current(home, name)) is not None:
        return Imported(snapshot, Done.NOTHING)
    if is_same and (kept := _kept(home, name)) is not None:
        return Imported(_linked(home, kept, source=Path(path).name, found=found, linking=linking), Done.LINKED)
    with home.readings.opened() as cache:
        database = read_database(path, name=name, progress=progress, limits=limits, workers=workers, cache=cache)
    snapshot = home.add(database, source=Path(path).name, fingerprint=found, progress=linking)
    return Imported(snapshot, Done.READ, parsed=cache.kept, recalled=cache.recalled)


def _fingerprint(home: Home, name: str) -> str:
    try:
        return str(home.entry(name).get("fingerprint", ""))
    except HomeError:
        return ""  # there is none of that name, or its entry is damaged


def _current(home: Home, name: str) -> Snapshot | None:
    """The snapshot that ``name`` stands for, if it is still there and all it stands on is as it was."""
    try:
        chain = home.chain(name, home.settings(name).backgrounds)
        if any(behind(home, one) for one in (name, *(layer.name for layer in chain))):
            return None
        return home.snapshot(name)
    except (HomeError, InventoryError, OSError):
        return None  # what is damaged is made anew


def _kept(home: Home, name: str) -> Database | None:
    """The database as it was read, if it is kept."""
    try:
        return home.inventory(name)
    except HomeError:
        return None


def _linked(home: Home, database: Database, *, source: str, found: str, linking: Progress | None) -> Snapshot:
    name = database.name
    origin = {"source": source, "fingerprint": found, "inventory": home.entry(name)["inventory"]}
    return home.register(database, settings=home.settings(name), origin=origin, progress=linking)
