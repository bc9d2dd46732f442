"""Remembered choices of links: a small SQLite file in the data directory, ``choices.sqlite``.

Safe when several programs write at once: SQLite locks the file, a writer waits its turn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from tanheng.errors import HomeError
from tanheng.footprint.ports import Choice

FILE = "choices.sqlite"
_COLUMNS = tuple(field.name for field in fields(Choice))
_WAIT = 30.0
"""Seconds that a writer waits for another."""
_MOST_AT_ONCE = 500
_CREATE = f"CREATE TABLE IF NOT EXISTS choices ({', '.join(_COLUMNS)}, PRIMARY KEY (key)) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class ChoiceFile:
    """The choices of a data directory; the port :class:`tanheng.footprint.ports.Choices`."""

    path: Path

    @classmethod
    def of(cls, home: Path) -> ChoiceFile:
        """The file of the data directory ``home``; it is made when something is first remembered."""
        return cls(home / FILE)

    def recall(self, keys: Iterable[str]) -> Mapping[str, Choice]:
        """Those of ``keys`` that are remembered."""
        wanted = sorted(set(keys))
        found: dict[str, Choice] = {}
        for start in range(0, len(wanted), _MOST_AT_ONCE):
            part = wanted[start : start + _MOST_AT_ONCE]
            marks = ", ".join("?" * len(part))
            found.update((choice.key, choice) for choice in self._select(f"WHERE key IN ({marks})", part))
        return found

    def remember(self, choices: Iterable[Choice]) -> None:
        """Keep choices, all or none; a later one takes the place of an earlier one of the same key."""
        marks = ", ".join("?" * len(_COLUMNS))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._writing() as db:
            db.executemany(f"INSERT OR REPLACE INTO choices VALUES ({marks})", [astuple(c) for c in choices])  # noqa: S608

    def all(self) -> tuple[Choice, ...]:
        """Everything that is remembered, by key."""
        return tuple(self._select("ORDER BY key", ()))

    def forget(self, key: str) -> Choice:
        """Drop the choice of a key and return it.

        Raises:
            HomeError: TH-HOM-006 nothing is remembered under it.
        """
        kept = self.recall([key]).get(key)
        if kept is None:
            raise HomeError("TH-HOM-006", key=key)
        with self._writing() as db:
            db.execute("DELETE FROM choices WHERE key = ?", (key,))
        return kept

    def _select(self, condition: str, values: Sequence[str]) -> list[Choice]:
        if not self.path.exists():
            return []
        with self._connected(f"{self.path.resolve().as_uri()}?mode=ro") as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'choices'").fetchone():
                return []  # a first writer was stopped before it wrote anything
            rows = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM choices {condition}", values)  # noqa: S608
            return [Choice(*row) for row in rows]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connected(self.path.resolve().as_uri()) as db:
            # A lock from the start: two writers that both read first could not both go on.
            db.execute("BEGIN IMMEDIATE")
            db.execute(_CREATE)
            yield db
            db.execute("COMMIT")

    @contextmanager
    def _connected(self, address: str) -> Iterator[sqlite3.Connection]:
        """A connection that is closed whatever happens; what was not committed is undone.

        Raises:
            HomeError: TH-HOM-007 the file is no database of choices, or cannot be read or written.
        """
        try:
            with closing(sqlite3.connect(address, timeout=_WAIT, isolation_level=None, uri=True)) as db:
                yield db
        except sqlite3.Error as error:
            raise HomeError("TH-HOM-007", place=str(self.path), reason=str(error)) from error
