"""What was parsed of the files of databases, so that an import parses only what changed; safe to delete at any time.

``readings/<nanoseconds since 1970>-<digest>.pack``: a mark, the digest of the index, the index (key, place and digest of
each reading) and the readings, compressed. Packs are written whole and never changed; what is no longer what was written
is passed over, and written again into a younger pack, which goes before. The packs that have not been used for longest
are removed when all together are too large.
"""

from __future__ import annotations

import hashlib
import os
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tanheng.files import replacing

FOLDER = "readings"
LARGEST = 2 * 2**30
"""Bytes of all packs."""
_ENDING = ".pack"
_MOST_PACKS = 1_000
_PACK = 32 * 2**20
_MARK = b"TH-READINGS/1\n"
_HEAD = struct.Struct(f"<{len(_MARK)}s32sQ")
_LEVEL = 1


class _Entry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    key: str
    start: int
    size: int
    digest: bytes


_INDEX = msgspec.msgpack.Decoder(list[_Entry])


@dataclass(frozen=True, slots=True)
class ReadingFolder:
    """The readings of a data directory.

    Args:
        path: the folder ``readings``.
        largest: bytes of all packs together.
    """

    path: Path
    largest: int = LARGEST

    @contextmanager
    def opened(self) -> Iterator[OpenReadings]:
        """The readings for one import; what was kept meanwhile is written by the end, also of an import that fails."""
        found = OpenReadings(self)
        try:
            yield found
        finally:
            found.flush()

    def packs(self) -> list[Path]:
        """The packs, the one used last at the end."""
        found = []
        with suppress(OSError):
            for path in self.path.iterdir():
                if path.name.endswith(_ENDING):
                    with suppress(OSError):  # another program has removed it
                        found.append((path.stat().st_mtime_ns, path.name, path))
        return [path for _, _, path in sorted(found)]

    def write(self, readings: list[tuple[str, bytes]]) -> None:
        """Write a pack, and remove the oldest ones that are too much; a folder that cannot be written keeps nothing."""
        entries, start = [], 0
        for key, data in readings:
            entries.append(_Entry(key, start, len(data), hashlib.sha256(data).digest()))
            start += len(data)
        index = msgspec.msgpack.encode(entries)
        digest = hashlib.sha256(index)
        with suppress(OSError):
            self.path.mkdir(parents=True, exist_ok=True)
            name = f"{time.time_ns():020}-{digest.hexdigest()[:16]}{_ENDING}"
            with replacing(self.path / name) as work, work.open("wb") as stream:
                stream.write(_HEAD.pack(_MARK, digest.digest(), len(index)))
                stream.write(index)
                stream.writelines(data for _, data in readings)
        self._prune()

    def _prune(self) -> None:
        size = 0
        for number, path in enumerate(reversed(self.packs())):
            with suppress(OSError):
                size += path.stat().st_size
                if size > self.largest or number >= _MOST_PACKS:
                    path.unlink()


class OpenReadings:
    """The readings of a folder for one import; the port :class:`tanheng.formats.readings.Readings`.

    Attributes:
        recalled: readings that were found.
        kept: readings that are new.
    """

    def __init__(self, folder: ReadingFolder) -> None:
        self.recalled = 0
        self.kept = 0
        self._folder = folder
        self._waiting: list[tuple[str, bytes]] = []
        self._size = 0
        self._used: set[Path] = set()
        self._places: dict[str, tuple[Path, int, _Entry]] = {}
        for path in sorted(folder.packs()):
            self._places |= _index(path)

    def has(self, key: str) -> bool:
        """Whether there is a reading; its pack counts as used."""
        if key not in self._places:
            return False
        path = self._places[key][0]
        if path not in self._used:
            self._used.add(path)
            with suppress(OSError):
                os.utime(path)
        return True

    def get(self, key: str) -> bytes | None:
        """A reading; ``None`` where it is gone or not what was written."""
        path, base, entry = self._places[key]
        try:
            with path.open("rb") as stream:
                stream.seek(base + entry.start)
                data = stream.read(entry.size)
            if hashlib.sha256(data).digest() != entry.digest:
                return None
            reading = zlib.decompress(data)
        except (OSError, zlib.error):
            return None
        self.recalled += 1
        return reading

    def keep(self, key: str, reading: bytes) -> None:
        """Keep a reading; it is written when there are enough of them."""
        data = zlib.compress(reading, _LEVEL)
        self.kept += 1
        self._size += len(data)
        self._waiting.append((key, data))
        if self._size >= _PACK:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._folder.write(self._waiting)
        self._waiting, self._size = [], 0


def _index(path: Path) -> dict[str, tuple[Path, int, _Entry]]:
    """What a pack holds; nothing where its index is damaged."""
    try:
        with path.open("rb") as stream:
            mark, digest, length = _HEAD.unpack(stream.read(_HEAD.size))
            if mark != _MARK or length > path.stat().st_size:
                return {}
            index = stream.read(length)
        if hashlib.sha256(index).digest() != digest:
            return {}
        return {entry.key: (path, _HEAD.size + length, entry) for entry in _INDEX.decode(index)}
    except (OSError, struct.error, msgspec.DecodeError):
        return {}
