"""What is near a query in meaning: all vectors of an installation, in the memory of the process that searches.

Every vector is compared, so that the nearest are found for certain whatever filters leave: 100,000 of them take two
hundredths of a second, and 200 MB.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, select

from tanheng.errors import RequestError
from tanheng.inventory.meaning import MODEL
from tanheng.services.search.meanings import HALVES, encoded
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.searching import engine_of
from tanheng.storage.sql.tables import search as tables
from tanheng.storage.sql.tables.search import STEP

LEAST = 0.4
"""Cosine below which two texts have nothing to do with each other: what is searched for is often a description, not a name."""
NEAREST = 50
_LOADED = 10_000
_LOOKED_UP = 500

Near = dict[int, float]
"""Places of entries with their cosines, the nearest first."""


def nearest(work: Work, query: str, conditions: list[ColumnElement[bool]]) -> Near:
    """The entries nearest to a query among those that pass.

    Args:
        conditions: what rows of ``search_entries`` must be.

    Raises:
        RequestError: TH-API-012 the operator did not choose ``search_by_meaning``, or the extra is missing.
    """
    require(work)
    platform = work.platform
    vectors = _vectors(str(platform.home.path), platform.engine.url.render_as_string())
    stamps, cosines = vectors.near(work.sql, _vector(query))
    entries, words, meanings = tables.entries, tables.words, tables.meanings
    passing = (
        select(meanings.c.stamp, entries.c.place)
        .join_from(meanings, words, words.c.serial == meanings.c.serial)
        .join(entries, entries.c.place == words.c.bucket * STEP + words.c.serial)
        .where(*conditions)
    )
    found: Near = {}
    for some in at_once(range(len(stamps)), _LOOKED_UP):
        among = engine_of(work.sql).among(meanings.c.stamp, [int(stamps[at]) for at in some])
        places = dict(work.sql.execute(passing.where(among)).all())
        for at in some:
            if (place := places.get(int(stamps[at]))) is not None:
                found[place] = float(cosines[at])
                if len(found) == NEAREST:
                    return found
    return found


def require(work: Work) -> None:
    """Go on only where searches by meaning are chosen (TH-API-012)."""
    if not work.platform.configuration.search_by_meaning:
        raise RequestError("TH-API-012")


@lru_cache(maxsize=1_000)
def _vector(query: str) -> npt.NDArray[np.float32]:
    found: npt.NDArray[np.float32] = encoded([query])[0]
    return found


class _Vectors:
    """All vectors of an installation, as far as somebody who searched has seen them.

    A row stays after its entry is gone, or read anew: who asks looks up which stamps there are still.
    """

    def __init__(self) -> None:
        self._turn = Lock()
        self._rows = np.empty((0, 0), dtype=np.float32)
        self._stamps = np.empty(0, dtype=np.int64)
        self._at: dict[int, int] = {}
        self._last = 0

    def near(
        self, sql: Connection, vector: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Stamps and cosines of what is near, the nearest first."""
        with self._turn:
            self._load(sql, vector.size)
            count = len(self._at)
            cosines = self._rows[:count] @ vector
            stamps = self._stamps[:count].copy()
        near = np.flatnonzero(cosines >= LEAST)
        order = near[np.lexsort((stamps[near], -cosines[near]))]
        return stamps[order], np.minimum(cosines[order], 1.0)

    def _load(self, sql: Connection, size: int) -> None:
        """What was written since."""
        table = tables.meanings
        query = select(table.c.stamp, table.c.serial, table.c.vector).where(table.c.model == MODEL)
        while True:
            rows = sql.execute(query.where(table.c.stamp > self._last).order_by(table.c.stamp).limit(_LOADED)).all()
            if not rows:
                return
            places = [self._at.setdefault(row.serial, len(self._at)) for row in rows]
            if len(self._at) > len(self._rows):
                room = max(2 * len(self._rows), len(self._at))
                self._rows = np.resize(self._rows, (room, size))
                self._stamps = np.resize(self._stamps, room)
            self._rows[places] = np.frombuffer(b"".join(row.vector for row in rows), HALVES).reshape(-1, size)
            self._stamps[places] = [row.stamp for row in rows]
            self._last = rows[-1].stamp


@lru_cache(maxsize=4)
def _vectors(home: str, url: str) -> _Vectors:  # noqa: ARG001 - by which they are told
    return _Vectors()
