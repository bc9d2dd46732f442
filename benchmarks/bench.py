"""One run of the benchmarks: where things are stored, who is at work, and the lines so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rows import Row
from tables import line
from workers import Worker

OURS, PEER, IMPORTER, BW2DATA = (
    "ours:Tanheng",
    "peers.brightway:Brightway",
    "stores:Importer",
    "peers.importing:Bw2data",
)
PRODUCTS, EDITS, METHODS = 5, 5, 16


@dataclass(frozen=True, slots=True)
class Stored:
    """A case as both sides have it on disk.

    Attributes:
        ours, theirs: folders.
        counts: how large it is. products, edits: what is asked for.
        importing: seconds, peak memory in MB, and size of the snapshot in MB; none where it was written without names.
        ordering: seconds for diagnosis and order, where it was written without names.
    """

    key: str
    ours: str
    theirs: str
    counts: dict[str, int]
    products: list[int]
    edits: list[tuple[int, int, float]]
    importing: tuple[float, float, float] | None = None
    ordering: float | None = None


@dataclass(slots=True)
class Bench:
    """What tasks are given.

    Attributes:
        folder: for stores.
        threads: of each side.
        repeat: medians of so many turns.
        samples: of ours at a time; ``block`` of the peer.
        full: keys of cases that are imported as objects, with names and distributions; others are written from matrices.
        growth: processes of the cases that show growth; the peer stops at ``peer_most``.
    """

    folder: Path
    threads: int
    repeat: int
    samples: int
    block: int
    full: tuple[str, ...]
    growth: tuple[int, ...]
    peer_most: int
    uslci: Path | None
    quick: bool
    rows: list[Row] = field(default_factory=list)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[str, Any] = field(default_factory=dict)
    _stored: dict[str, Stored] = field(default_factory=dict)
    _exact: dict[str, Any] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take a line, and show it."""
        self.rows.append(row)
        print(line(row.document()), flush=True)

    def say(self, text: str) -> None:
        """Progress."""
        print(f"… {text}", flush=True)

    @contextmanager
    def ours(self, stored: Stored, *, threads: int | None = None) -> Iterator[Worker]:
        """Our side, begun."""
        with Worker(OURS, threads=threads or self.threads) as worker:
            worker.call("begin", stored.ours)
            yield worker

    @contextmanager
    def peer(self, stored: Stored, *, threads: int | None = None) -> Iterator[Worker]:
        """The other side, begun."""
        with Worker(PEER, threads=threads or self.threads) as worker:
            self.versions |= worker.call("begin", stored.theirs)
            yield worker

    def stored(self, key: str) -> Stored:
        """The stores of a case, written where they are not there yet."""
        if key not in self._stored:
            start = time.perf_counter()
            self.say(f"{key}: writing the stores of both sides")
            self._stored[key] = self._write(key)
            self.cases[key] = self._stored[key].counts
            self.say(f"{key}: {time.perf_counter() - start:.0f} s")
        return self._stored[key]

    def _write(self, key: str) -> Stored:
        ours, theirs = (self.folder / key / side for side in ("ours", "theirs"))
        ours.mkdir(parents=True)
        importing, ordering = None, None
        with Worker("stores:Maker", threads=self.threads) as maker:
            counts = maker.call("load", key, str(self.uslci or ""))
            products, edits = maker.call("products", PRODUCTS), maker.call("edits", EDITS)
            if key in (*self.full, "uslci") or counts["processes"] <= self.peer_most:
                maker.call("write_theirs", str(theirs))
            if key == "uslci":
                maker.call("write_ours_uslci", str(ours))
            elif key not in self.full:
                ordering = maker.call("write_ours_bare", str(ours))
        if key in self.full:
            importing = self._import(key, ours)
        return Stored(key, str(ours), str(theirs), counts, products, edits, importing, ordering)

    def _import(self, key: str, folder: Path) -> tuple[float, float, float]:
        with Worker(IMPORTER, threads=self.threads) as worker:
            worker.call("load", key)
            seconds, _ = worker.timed("write", str(folder))
            peak = worker.peak()
            return seconds, peak, worker.call("finish", str(folder))

    def exact(self, key: str) -> Any:
        """Scores (n, 16) of all products by a direct solve."""
        if key not in self._exact:
            self.say(f"{key}: direct solve for comparison")
            self._exact[key] = self.checked(key, lambda check: check.call("all", METHODS))
        return self._exact[key]

    def checked(self, key: str, ask: Callable[[Worker], Any]) -> Any:
        """What a direct solve says."""
        with Worker("check:Check", threads=self.threads) as worker:
            worker.call("load", key, str(self.uslci or ""))
            return ask(worker)
