"""The background databases that a study of an organisation may link to: its own, those shared with it, public ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import case, select

from tanheng.errors import HomeError
from tanheng.inventory import Snapshot
from tanheng.services.sharing import DATABASES, Visibility
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import databases as tables

SNAPSHOTS = "snapshots"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Databases by name; the port of the footprint (:class:`tanheng.footprint.ports.Backgrounds`).

    Attributes:
        folder: of all snapshots. folders: name of the snapshot's folder, by name of the database.
    """

    folder: Path
    folders: Mapping[str, str]

    def names(self) -> tuple[str, ...]:
        """Names of the databases."""
        return tuple(sorted(self.folders))

    def check(self, name: str) -> None:
        """Refuse a name that is not on the shelf (TH-HOM-001)."""
        if name not in self.folders:
            raise HomeError("TH-HOM-001", name=name, known=", ".join(self.names()) or "–")

    def snapshot(self, name: str) -> Snapshot:
        """What a name stands for (TH-HOM-001 where there is none)."""
        self.check(name)
        return Snapshot.open(self.folder / self.folders[name])

    def release(self, reference: str) -> Snapshot:
        """The snapshot of a database by its name or digest (TH-HOM-001 where it is not on the shelf)."""
        found = self.folders.get(reference) or _folder(reference)
        if found not in self.folders.values():
            raise HomeError("TH-HOM-001", name=reference, known=", ".join(self.names()) or "–")
        return Snapshot.open(self.folder / found)

    def holds(self, digest: str) -> bool:
        """Whether a name stands for the snapshot of this digest."""
        return _folder(digest) in self.folders.values()


def _folder(digest: str) -> str:
    return digest.removeprefix("sha256:").lower()[:32]


def shelf_of(work: Work, organisation: str) -> Shelf:
    """The shelf of an organisation: of one name its own comes first, then what is shared with it, then what is public.

    It is that of the organisation and not of the acting person, so that nobody carries data of one organisation into the
    studies of another.
    """
    found: dict[str, str] = {}
    for _, name, snapshot in _shelved(work, (organisation,)):
        found.setdefault(name, snapshot)
    return Shelf(work.platform.home.path / SNAPSHOTS, found)


def usable(work: Work) -> Shelf:
    """All databases that the actor may use; of one name, those that come later stand under their ids."""
    found: dict[str, str] = {}
    for id_, name, snapshot in _shelved(work, tuple(work.actor.organisations)):
        found[id_ if name in found else name] = snapshot
    return Shelf(work.platform.home.path / SNAPSHOTS, found)


def _shelved(work: Work, organisations: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Id, name and snapshot of databases: of these organisations first, then shared with them, then public."""
    table = tables.databases
    is_own, is_public = table.c.organisation.in_(organisations), table.c.visibility == Visibility.PUBLIC.value
    with_them = table.c.id.in_(DATABASES.shared_with(*organisations))
    rank = case((is_own, 0), (with_them, 1), (is_public, 2))
    query = DATABASES.usable(select(table.c.id, table.c.name, table.c.snapshot), *organisations)
    for row in work.sql.execute(query.order_by(rank, table.c.id)):
        yield row.id, row.name, row.snapshot
