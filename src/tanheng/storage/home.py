"""The data directory: imported databases by name, snapshots by digest.

``--home DIR``, else ``TANHENG_HOME``, else the user's data directory. Layout::

    databases/<name>.json     which snapshot a name stands for now, and where it came from
    snapshots/<digest>/       immutable folders
    inventories/<digest>.…    databases as they were read (:mod:`tanheng.storage.inventories`)
    links/<name>.json         what people decided about the links of a database (:mod:`tanheng.storage.links`)
    rules/<id>.yaml           rule packs of one's own
    factors/<name>.csv        factor tables of one's own (:mod:`tanheng.storage.factortables`)
    readings/                 what was parsed of files (:mod:`tanheng.storage.readings`); may be deleted
    runs/<digest>/            samples of Monte Carlo (:mod:`tanheng.storage.runs`); of an organisation: runs/<id>/<digest>/
    register/<digest>/        what certificates are made of, as arrays (:mod:`tanheng.services.impact`); may be deleted
    methods/, mappings/       impact methods, and mappings onto them (:mod:`tanheng.storage.methods`)
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import platformdirs

from tanheng.errors import HomeError
from tanheng.files import replacing
from tanheng.inventory import Database, Snapshot, freeze
from tanheng.storage.inventories import FOLDER, InventoryFolder
from tanheng.storage.linking import compile_on
from tanheng.storage.links import LinkFile, Settings, chain_of
from tanheng.storage.unfinished import refuse_unfinished

_DIGITS = re.compile(r"[0-9a-f]{8,32}")
if TYPE_CHECKING:
    from tanheng.factors import Release
    from tanheng.storage.factortables import FactorShelf
    from tanheng.storage.methods import MappingShelf, MethodShelf
    from tanheng.storage.readings import ReadingFolder
    from tanheng.storage.runs import RunFolder

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
RESERVED = frozenset({"factor", "study", "assessment", "db"})
"""Prefixes of links; no database may have such a name."""


def place_of(path: str | Path | None = None) -> Path:
    """Where the data directory is: ``path``, else what the environment says, else the user's own."""
    chosen = path or os.environ.get("TANHENG_HOME") or platformdirs.user_data_dir("tanheng", appauthor=False)
    return Path(chosen).expanduser()


@dataclass(frozen=True, slots=True)
class Home:
    """A data directory; also the port of background databases for the footprint."""

    path: Path

    @classmethod
    def at(cls, path: str | Path | None = None) -> Home:
        """The data directory at ``path``, else of the environment, else the user's own (TH-STO-031 a restore was broken off)."""
        place = place_of(path)
        refuse_unfinished(place)
        return cls(place)

    @property
    def rules_folder(self) -> Path:
        """Where rule packs of one's own are looked for."""
        return self.path / "rules"

    @property
    def factor_tables(self) -> FactorShelf:
        """Factor tables of one's own."""
        from tanheng.storage import factortables

        return factortables.FactorShelf(self.path / factortables.FOLDER)

    def factors(self) -> Release:
        """The factors that ship and those of one's own tables."""
        return self.factor_tables.release()

    @property
    def runs(self) -> RunFolder:
        """Kept runs of Monte Carlo."""
        from tanheng.storage import runs

        return runs.RunFolder(self.path / runs.FOLDER)

    def runs_of(self, organisation: str) -> RunFolder:
        """Kept runs of an organisation of the platform, which no other one sees."""
        own = self.runs
        return replace(own, path=own.path / organisation)

    @property
    def methods(self) -> MethodShelf:
        """Imported impact methods."""
        from tanheng.storage.methods import MethodShelf

        return MethodShelf(self.path)

    @property
    def mappings(self) -> MappingShelf:
        """Mapping files that are kept for pairs of a database and a method."""
        from tanheng.storage.methods import MappingShelf

        return MappingShelf(self.path)

    def names(self) -> tuple[str, ...]:
        """Names of the imported databases."""
        if self.path.exists() and not self.path.is_dir():
            raise HomeError("TH-HOM-004", place=str(self.path))
        found = (p.stem for p in (self.path / "databases").glob("*.json"))
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def check_name(self, name: str) -> None:
        """Refuse a name that no database may have (TH-HOM-002)."""
        self._entry_path(name)

    def entry(self, name: str) -> dict[str, Any]:
        """What is recorded of a database: its snapshot's folder and its source.

        Raises:
            HomeError: TH-HOM-001 no such database.
        """
        path = self._entry_path(name)
        try:
            loaded: dict[str, Any] = orjson.loads(path.read_bytes())
            _ = Path(loaded["snapshot"])
        except FileNotFoundError as error:
            raise HomeError("TH-HOM-001", name=name, known=", ".join(self.names()) or "–") from error
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise HomeError("TH-HOM-005", place=str(path), name=name) from error
        return loaded

    def snapshot(self, name: str) -> Snapshot:
        """The snapshot that ``name`` stands for now (TH-HOM-001 where there is none)."""
        return Snapshot.open(self.path / "snapshots" / self.entry(name)["snapshot"])

    def release(self, reference: str) -> Snapshot:
        """The snapshot of a database by its name, by its digest (or the first eight or more digits of it), or by its folder.

        Raises:
            HomeError: TH-HOM-001 where there is none, or a digest begins several.
        """
        if _NAME.fullmatch(reference) and reference in self.names():
            return self.snapshot(reference)
        digits = reference.removeprefix("sha256:").lower()[:32]
        if _DIGITS.fullmatch(digits):
            kept = [folder for folder in (self.path / "snapshots").glob(f"{digits}*") if folder.is_dir()]
            if len(kept) == 1:
                return Snapshot.open(kept[0])
        if Path(reference).is_dir():
            return Snapshot.open(reference)
        raise HomeError("TH-HOM-001", name=reference, known=", ".join(self.names()) or "–")

    @property
    def inventories(self) -> InventoryFolder:
        """The databases as they were read."""
        return InventoryFolder(self.path / FOLDER)

    @property
    def readings(self) -> ReadingFolder:
        """What was parsed of the files of databases."""
        from tanheng.storage import readings

        return readings.ReadingFolder(self.path / readings.FOLDER)

    def inventory(self, name: str) -> Database:
        """A database as it was read, with formulas, parameters and documentation.

        Raises:
            HomeError: TH-HOM-001 no such database, TH-HOM-008 it is not kept.
        """
        return self.inventories.open(str(self.entry(name).get("inventory", "")))

    def settings(self, name: str) -> Settings:
        """How a database is linked now; nothing where there is none of that name.

        Raises:
            HomeError: TH-HOM-005 its choices are damaged.
        """
        try:
            entry = self.entry(name)
        except HomeError:
            entry = {}
        choices = LinkFile.of(self.path, name).choices()
        return Settings(name, tuple(entry.get("backgrounds", ())), choices, entry.get("allocation", ""))

    def _settings_there(self, name: str) -> Settings:
        """How a database is linked that must be there (TH-HOM-001)."""
        self.entry(name)
        return self.settings(name)

    def chain(self, name: str, backgrounds: Sequence[str]) -> tuple[Settings, ...]:
        """The databases that one stands on, directly or through others, each once, the nearest first.

        Raises:
            InventoryError: TH-INV-074 one of them stands on ``name``. HomeError: TH-HOM-001 one is not there.
        """
        return chain_of(name, backgrounds, self._settings_there)

    def add(
        self,
        database: Database,
        *,
        source: str,
        fingerprint: str = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> Snapshot:
        """Compile, freeze and register a database under its name; the name changes only when all is written.

        What people decided about its links, and the databases that it stands on, hold for a new release, too.

        Args:
            source: file that it came from, for people.
            fingerprint: of the content of that file; the same fingerprint need not be read again.
        """
        self._entry_path(database.name)
        settings = self.settings(database.name)
        origin = {"source": source, "fingerprint": fingerprint, "inventory": self.inventories.keep(database)}
        return self.register(database, settings=settings, origin=origin, progress=progress)

    def register(
        self,
        database: Database,
        *,
        settings: Settings,
        origin: Mapping[str, Any],
        progress: Callable[[int, int], None] | None = None,
    ) -> Snapshot:
        """Link a database to its backgrounds, and let its name stand for the outcome.

        Args:
            settings: backgrounds, choices and allocation; what the backgrounds stand on themselves comes with them, and their
                choices.
            origin: where the database came from: ``source``, ``fingerprint`` and ``inventory`` of its entry.

        Raises:
            InventoryError: TH-INV-074 a database that stands on itself, and the errors of ``compile_database``.
        """
        chain = self.chain(database.name, settings.backgrounds)
        below = [(layer, self.inventory(layer.name)) for layer in chain]
        snapshot = freeze(compile_on(database, settings, below, progress=progress), self.path / "snapshots")
        content = {
            "name": database.name,
            "snapshot": snapshot.path.name,
            "digest": snapshot.digest,
            **origin,
            "allocation": settings.allocation,
            "backgrounds": {name: self.entry(name)["digest"] for name in settings.backgrounds},
        }
        entry = self._entry_path(database.name)
        entry.parent.mkdir(parents=True, exist_ok=True)
        with replacing(entry) as work:
            work.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        return snapshot

    def _entry_path(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or name in RESERVED:
            raise HomeError("TH-HOM-002", name=name)
        return self.path / "databases" / f"{name}.json"
