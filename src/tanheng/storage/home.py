"""The data directory: imported databases by name, snapshots by digest.

``--home DIR``, else ``TANHENG_HOME``, else the user's data directory. Layout::

    databases/<name>.json     which snapshot a name stands for now, and where it came from
    snapshots/<digest>/       immutable folders
    rules/<id>.yaml           rule packs of one's own
    runs/<digest>/            samples of Monte Carlo (:mod:`tanheng.storage.runs`)
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import platformdirs

from tanheng.errors import HomeError
from tanheng.files import replacing
from tanheng.inventory import Database, Snapshot, compile_database, freeze

_DIGITS = re.compile(r"[0-9a-f]{8,32}")
if TYPE_CHECKING:
    from tanheng.storage.runs import RunFolder

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
RESERVED = frozenset({"factor", "study", "assessment", "db"})
"""Prefixes of links; no database may have such a name."""


@dataclass(frozen=True, slots=True)
class Home:
    """A data directory; also the port of background databases for the footprint."""

    path: Path

    @classmethod
    def at(cls, path: str | Path | None = None) -> Home:
        """The data directory at ``path``, else of the environment, else the user's own."""
        chosen = path or os.environ.get("TANHENG_HOME") or platformdirs.user_data_dir("tanheng", appauthor=False)
        return cls(Path(chosen).expanduser())

    @property
    def rules_folder(self) -> Path:
        """Where rule packs of one's own are looked for."""
        return self.path / "rules"

    @property
    def runs(self) -> RunFolder:
        """Kept runs of Monte Carlo."""
        from tanheng.storage.runs import FOLDER, RunFolder

        return RunFolder(self.path / FOLDER)

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

    def add(
        self,
        database: Database,
        *,
        source: str,
        fingerprint: str = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> Snapshot:
        """Compile, freeze and register a database under its name; the name changes only when all is written.

        ``fingerprint`` is what :func:`tanheng.storage.importing.import_file` knows an unchanged source by.
        """
        entry = self._entry_path(database.name)
        snapshot = freeze(compile_database(database, progress=progress), self.path / "snapshots")
        entry.parent.mkdir(parents=True, exist_ok=True)
        content = orjson.dumps(
            {"name": database.name, "snapshot": snapshot.path.name, "digest": snapshot.digest, "source": source}
            | ({"fingerprint": fingerprint} if fingerprint else {}),
            option=orjson.OPT_INDENT_2,
        )
        with replacing(entry) as work:
            work.write_bytes(content)
        return snapshot

    def _entry_path(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or name in RESERVED:
            raise HomeError("TH-HOM-002", name=name)
        return self.path / "databases" / f"{name}.json"
