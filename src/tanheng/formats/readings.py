"""What was parsed of files, kept for the next time: the port, the keys, and how it is asked for.

A key is a digest of a file's bytes, of its place in the archive (notes and data sets name it), of the limits and of the
readers, so what is found under it is what parsing would give. Other programs, files or limits have other keys.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive, Limits, Member
from tanheng.formats.fingerprint import readers

Answer = TypeVar("Answer")
Work = Callable[[Archive, Member, Limits], Answer]
"""An open archive, one of its members and the limits that hold → what became of it."""


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is written or replaced; ``None`` of a folder, or where there is none any more."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if path.is_file() else None


class Readings(Protocol):
    """Keeps readings of files by their keys; it may lose any of them at any time."""

    def has(self, key: str) -> bool:
        """Whether there is probably one."""
        ...

    def get(self, key: str) -> bytes | None:
        """What was kept under the key, to the byte; ``None`` where it is not there or damaged."""
        ...

    def keep(self, key: str, reading: bytes) -> None:
        """Keep one; it does not matter if that fails."""
        ...


class Recall(Generic[Answer]):
    """Readings of the members of an archive, as far as a cache has them."""

    def __init__(
        self, archive: Archive, work: Work[Answer], *, answer: type[Answer], limits: Limits, cache: Readings | None
    ) -> None:
        self._archive = archive
        self._work = work
        self._limits = limits
        self._cache = cache
        self._decoder = msgspec.msgpack.Decoder(answer)
        self._keys: dict[int, str] = {}
        self._stamp = _stamp(archive.path)
        told = (readers(), work.__module__, work.__qualname__, str(astuple(limits))) if cache is not None else ()
        self._common = hashlib.sha256(msgspec.msgpack.encode(told)).digest()

    def knows(self, position: int, member: Member) -> bool:
        """Whether a reading is kept; reads the file for its digest."""
        if self._cache is None:
            return False
        self._keys[position] = key = self._key(member)
        return bool(key) and self._cache.has(key)

    def recalled(self, position: int, member: Member) -> Answer:
        """The answer that is kept; the file is parsed where it turns out to be lost or damaged."""
        assert self._cache is not None  # noqa: S101 - it knew of it
        reading = self._cache.get(self._keys[position])
        if reading is not None:
            try:
                return self._decoder.decode(reading)
            except msgspec.DecodeError:
                pass  # not what was kept
        return self.made(position, member)

    def made(self, position: int, member: Member) -> Answer:
        """The answer from parsing the file in this process."""
        answer = self._work(self._archive, member, self._limits)
        if self._cache is not None:
            self._keep(position, member, msgspec.msgpack.encode(answer))
        return answer

    def sent(self, position: int, member: Member, reading: bytes) -> Answer:
        """The answer that another process sent."""
        self._keep(position, member, reading)
        return self._decoder.decode(reading)

    def _keep(self, position: int, member: Member, reading: bytes) -> None:
        if self._cache is not None and (key := self._keys[position]) and self._is_still(member, key):
            self._cache.keep(key, reading)

    def _is_still(self, member: Member, key: str) -> bool:
        """Whether a file is what it was: one that changed before it was parsed must not be kept under the old key.

        Of a zip it would take long to unpack everything again, so its own time and size have to do.
        """
        return self._stamp == _stamp(self._archive.path) and (self._stamp is not None or self._key(member) == key)

    def _key(self, member: Member) -> str:
        """Empty where the file cannot be read; whether that matters is for the parser to say."""
        told, content = hashlib.sha256(self._common), hashlib.sha256()
        told.update(msgspec.msgpack.encode((os.fsencode(self._archive.path.name), os.fsencode(member.name))))
        try:
            with self._archive.open(member) as stream:
                while block := stream.read(2**20):
                    content.update(block)
        except FormatError:
            return ""
        told.update(content.digest())
        return told.hexdigest()
