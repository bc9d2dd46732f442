"""Runs of Monte Carlo in the data directory: finished samples, so that stopped work goes on and more samples only add.

``runs/<digest of the identity>/``::

    run.json             what the samples are of, and the tuning of the kernel that began them
    <digest>.npy         values of some groups of sixteen samples: (products, groups, 16), float32
    <digest>.json        which groups these are, and what is known of each; names its .npy

A block is these two files, each named by the SHA-256 of its content. The second is written when the first is whole, each
beside its place and renamed, so a block is there or not. One that is no longer what was written is told, removed, and
computed again. Two programs may add to one run: they add the same numbers.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import rfc8785

from tanheng.engine.montecarlo import LANES
from tanheng.errors import HomeError
from tanheng.files import file_digest, replacing
from tanheng.inventory.ports import GroupRecord, SampleGroup

FOLDER, HEAD = "runs", "run.json"
SECONDS = 5.0
"""After that long finished groups are written: what is lost where the machine stops."""
MOST = 16 * 2**20
"""Bytes after which they are written earlier."""
_SHOWN, _BYTES = 12, 4


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it lies in the data directory.

    Attributes:
        id: start of the digest of its identity.
        identity: what the samples are of.
        groups: that are there, of sixteen samples each.
        size: bytes on disk.
        changed: seconds since 1970 of the last change.
    """

    id: str
    path: Path
    identity: Mapping[str, Any]
    groups: int
    size: int
    changed: float

    @property
    def samples(self) -> int:
        """Samples that are there."""
        return LANES * self.groups

    def document(self, *, current: bool) -> dict[str, Any]:
        """The plain JSON shape.

        Args:
            current: whether a name stands for its snapshot; the run is in use where this version samples alike, too.
        """
        from tanheng.inventory.uncertainty.montecarlo import ENGINE

        identity = self.identity
        keys = ("database", "snapshot", "products", "first", "method", "kernel", "default_gsd2")
        return {
            "id": self.id,
            **{key: identity.get(key) for key in keys},
            "seed": int(identity["seed"]) if "seed" in identity else None,
            "samples": self.samples,
            "size": self.size,
            "in_use": current and identity.get("engine") == ENGINE,
        }


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The runs of a data directory; the port :class:`tanheng.inventory.ports.Runs`.

    Args:
        path: the folder ``runs``.
        seconds: after which finished groups are written.
    """

    path: Path
    seconds: float = SECONDS

    @contextmanager
    def open(self, identity: Mapping[str, Any], products: int) -> Iterator[KeptRun]:
        """The run of this identity; what it holds is checked against its digests."""
        run = KeptRun(self.path / _digest(identity)[:32], identity, products, self.seconds)
        try:
            run.load()
            yield run
        finally:
            run.flush()

    def all(self) -> tuple[StoredRun, ...]:
        """Every run, the last changed first."""
        found = filter(None, (_stored(path.parent) for path in self.path.glob(f"*/{HEAD}")))
        return tuple(sorted(found, key=lambda run: (-run.changed, run.id)))

    def delete(self, id: str) -> StoredRun:  # noqa: A002 - as the listing calls it
        """Remove the run whose id begins so, and return what it was.

        Raises:
            HomeError: TH-HOM-020 there is none, or several begin so.
        """
        found = [run for run in self.all() if id and run.path.name.startswith(id)]
        if len(found) != 1:
            known = ", ".join(run.id for run in self.all()) or "–"
            raise HomeError("TH-HOM-020", id=id, count=len(found), known=known)
        (found[0].path / HEAD).unlink()  # first: what is left of a removal that is stopped is no run
        shutil.rmtree(found[0].path)
        return found[0]


@dataclass(slots=True, eq=False)
class KeptRun:
    """A run that is added to; the port :class:`tanheng.inventory.ports.Run`."""

    path: Path
    identity: Mapping[str, Any]
    products: int
    seconds: float
    finished: dict[int, GroupRecord] = field(default_factory=dict)
    damaged: int = 0
    tuning: tuple[float, int] | None = None
    _blocks: list[tuple[Path, tuple[int, ...]]] = field(default_factory=list)
    _waiting: list[SampleGroup] = field(default_factory=list)
    _since: float = 0.0

    @property
    def place(self) -> str:
        """Its folder."""
        return str(self.path)

    def load(self) -> None:
        """Take up what is there, without what is damaged."""
        head = _head(self.path)
        if head is not None:
            self.tuning = (float(head["tuning"][0]), int(head["tuning"][1]))
        for record in _records(self.path):
            try:
                block = self._checked(record)
            except FileNotFoundError as error:
                raise HomeError("TH-HOM-021", place=self.path.name) from error
            if block is None:
                self.damaged += 1
                record.unlink(missing_ok=True)
            else:
                values, groups = block
                self._blocks.append((values, tuple(groups)))
                self.finished.update(groups)

    def expect(self, groups: int) -> None:
        """Refuse where the disk has no room for so many groups more.

        Raises:
            HomeError: TH-HOM-022.
        """
        there = next(folder for folder in (self.path, *self.path.resolve().parents) if folder.exists())
        needed, free = groups * self.products * LANES * _BYTES, shutil.disk_usage(there).free
        if needed > free:
            raise HomeError("TH-HOM-022", place=str(self.path), needed=f"{needed / 1e9:.3g}", free=f"{free / 1e9:.3g}")

    def begin(self, tuning: tuple[float, int]) -> None:
        """Record the tuning, where none is."""
        if self.tuning is None:
            self.tuning = tuning
            self.path.mkdir(parents=True, exist_ok=True)
            content = {"identity": dict(self.identity), "tuning": tuning}
            self._write(HEAD, orjson.dumps(content, option=orjson.OPT_INDENT_2))

    def keep(self, group: SampleGroup) -> None:
        """Take a finished group; it is written together with others, after some seconds or megabytes."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(group)
        self.finished[group.number] = GroupRecord(group.escalated, group.unproductive, group.sweeps)
        size = group.values.nbytes * len(self._waiting)
        if size >= MOST or time.monotonic() - self._since >= self.seconds:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        content = io.BytesIO()
        np.save(content, np.stack([group.values for group in self._waiting], axis=1))
        digest = self._write("{digest}.npy", content.getbuffer())
        known = ("number", "escalated", "unproductive", "sweeps")
        groups = [{key: getattr(group, key) for key in known} for group in self._waiting]
        self._write("{digest}.json", orjson.dumps({"values": digest, "groups": groups}))
        self._blocks.append((self.path / f"{digest}.npy", tuple(group.number for group in self._waiting)))
        self._waiting = []

    def values(self, first: int, last: int, groups: int) -> npt.NDArray[np.float32]:
        """(last − first, 16·groups) samples of some products.

        Raises:
            HomeError: TH-HOM-021 the run was removed in the meantime.
        """
        found = np.full((last - first, groups, LANES), np.nan, dtype=np.float32)
        for path, numbers in self._blocks:
            at = [place for place, number in enumerate(numbers) if number < groups]
            try:
                block = np.load(path, mmap_mode="r", allow_pickle=False)
            except (OSError, ValueError) as error:
                raise HomeError("TH-HOM-021", place=self.path.name) from error
            found[:, [numbers[place] for place in at]] = block[first:last, at]
        for group in self._waiting:
            if group.number < groups:
                found[:, group.number] = group.values[first:last]
        return found.reshape(last - first, groups * LANES)

    def _checked(self, record: Path) -> tuple[Path, dict[int, GroupRecord]] | None:
        """The values and the groups of a block; ``None`` where it is no longer what was written."""
        content = record.read_bytes()
        if _sha256(content) != record.stem:
            return None
        known = orjson.loads(content)
        values = self.path / f"{known['values']}.npy"
        if not values.exists() or file_digest(values) != values.stem:
            values.unlink(missing_ok=True)
            return None
        return values, {
            group["number"]: GroupRecord(tuple(group["escalated"]), tuple(group["unproductive"]), group["sweeps"])
            for group in known["groups"]
        }

    def _write(self, name: str, content: bytes | memoryview) -> str:
        """Write a file whole and return the digest of its content, which may be part of its name."""
        digest = _sha256(content)
        with replacing(self.path / name.format(digest=digest)) as work:
            work.write_bytes(content)
        return digest


def id_of(place: str) -> str:
    """The id of the run in a folder."""
    return Path(place).name[:_SHOWN]


def _stored(path: Path) -> StoredRun | None:
    """The run in a folder; ``None`` where it is removed at this moment."""
    files = []
    with suppress(FileNotFoundError):
        for entry in path.iterdir():
            with suppress(FileNotFoundError):  # one that is written is renamed
                files.append(entry.stat())
    if not files:
        return None
    numbers: set[int] = set()
    for record in _records(path):
        with suppress(FileNotFoundError, orjson.JSONDecodeError, KeyError):
            numbers.update(group["number"] for group in orjson.loads(record.read_bytes())["groups"])
    return StoredRun(
        id=id_of(path.name),
        path=path,
        identity=(_head(path) or {}).get("identity", {}),
        groups=len(numbers),
        size=sum(file.st_size for file in files),
        changed=max(file.st_mtime for file in files),
    )


def _head(path: Path) -> dict[str, Any] | None:
    """What ``run.json`` says; ``None`` where there is none, or it is damaged."""
    with suppress(OSError, orjson.JSONDecodeError, KeyError, TypeError, IndexError, ValueError):
        head: dict[str, Any] = orjson.loads((path / HEAD).read_bytes())
        _ = head["identity"]["snapshot"], (float(head["tuning"][0]), int(head["tuning"][1]))
        return head
    return None


def _records(path: Path) -> list[Path]:
    """What says of each block which groups it holds; ``run.json`` begins with no hexadecimal digit."""
    return sorted(path.glob("[0-9a-f]*.json"))


def _digest(identity: Mapping[str, Any]) -> str:
    return _sha256(rfc8785.dumps(dict(identity)))


def _sha256(content: bytes | memoryview) -> str:
    return hashlib.sha256(content).hexdigest()
