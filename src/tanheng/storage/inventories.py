"""Databases as they were read, with formulas, parameters and documentation: what linking anew and export start from.

A snapshot holds matrices; this holds the values of :mod:`tanheng.inventory.model` themselves, one compressed file a database,
named by the digest of its content. Processes are encoded some at a time, so that no copy of the whole is in memory.
"""

from __future__ import annotations

import hashlib
import uuid
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import msgspec

from tanheng.errors import HomeError
from tanheng.inventory.model import Database, Flow, Process

FOLDER = "inventories"
_FORMAT = "tanheng-inventory/1"
_ENDING = ".inventory"
_AT_ONCE = 256
_LEVEL = 1  # a quarter of the size for a third of the time that reading takes; higher levels gain little
_ENCODER = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class InventoryFolder:
    """The databases as read of a data directory."""

    path: Path

    def keep(self, database: Database) -> str:
        """Write a database, unless it is there; return its digest (32 hexadecimal digits)."""
        self.path.mkdir(parents=True, exist_ok=True)
        whole = hashlib.sha256()
        work = self.path / f".writing-{uuid.uuid4().hex}"
        try:
            with zipfile.ZipFile(work, "x", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                for name, data in _parts(database):
                    whole.update(data)
                    archive.writestr(name, data)
            digest = whole.hexdigest()[:32]
            work.replace(self._file(digest))
        finally:
            work.unlink(missing_ok=True)
        return digest

    def open(self, digest: str) -> Database:
        """Read a database.

        Raises:
            HomeError: TH-HOM-008 it is not there, or not what was written.
        """
        path = self._file(digest)
        whole = hashlib.sha256()
        try:
            with zipfile.ZipFile(path) as archive:
                parts = [archive.read(name) for name in archive.namelist()]
            for data in parts:
                whole.update(data)
            if whole.hexdigest()[:32] != digest:
                raise HomeError("TH-HOM-008", place=str(path))
            form, head = msgspec.msgpack.decode(parts[0], type=tuple[str, Database])
            if form != _FORMAT:
                raise HomeError("TH-HOM-008", place=str(path))
            flows: Mapping[str, Flow] = msgspec.msgpack.decode(parts[1], type=dict[str, Flow])
            decoder = msgspec.msgpack.Decoder(list[Process])
            processes = {p.id: p for data in parts[2:] for p in decoder.decode(data)}
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError, IndexError, msgspec.DecodeError) as error:
            raise HomeError("TH-HOM-008", place=str(path)) from error
        return replace(head, flows=flows, processes=processes)

    def has(self, digest: str) -> bool:
        """Whether a database is there."""
        return self._file(digest).is_file()

    def _file(self, digest: str) -> Path:
        return self.path / f"{digest}{_ENDING}"


def _parts(database: Database) -> Iterator[tuple[str, bytes]]:
    yield "database", _ENCODER.encode((_FORMAT, replace(database, flows={}, processes={})))
    yield "flows", _ENCODER.encode(dict(database.flows))
    for number, chunk in enumerate(_some(database.processes.values())):
        yield f"processes-{number:06d}", _ENCODER.encode(chunk)


def _some(processes: Iterable[Process]) -> Iterator[list[Process]]:
    remaining = iter(processes)
    while chunk := list(islice(remaining, _AT_ONCE)):
        yield chunk
