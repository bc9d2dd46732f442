"""Reading a zip, a folder or a single file as a sorted sequence of members, within limits.

A database comes from somebody else's computer: nothing in it is trusted. Every way in goes through here: sizes and
ratios are checked before anything is unpacked, names must stay inside the archive, links must not leave the folder, and
nothing is ever written to disk.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Self, cast

from tanheng.errors import FormatError

_ENCRYPTED = 0x1
_DRIVE = re.compile(r"^[A-Za-z]:")
_CLUTTER = re.compile(r"(^|/)(__MACOSX/|\.[^/])")
# What zipfile and its decompressors raise on damaged input.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    EOFError,
    OSError,
    struct.error,
    ValueError,
    RuntimeError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an archive may be; the defaults leave room for the largest real databases.

    Attributes:
        total: bytes of all members, unpacked.
        member: bytes of one member, unpacked.
        members: number of members.
        ratio: unpacked bytes per packed byte, of each member and of the whole. Real databases reach 10 to 40; deflate
            can reach 1,030, overlapping members any number.
        ratio_floor: members smaller than this are not judged by their ratio.
    """

    total: int = 16 * 2**30
    member: int = 4 * 2**30
    members: int = 1_000_000
    ratio: float = 250.0
    ratio_floor: int = 2**20


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its name (with ``/``, relative to the root) and its unpacked size in bytes."""

    name: str
    size: int
    _info: zipfile.ZipInfo | Path = field(repr=False, compare=False)


class Archive:
    """An open archive; a context manager. ``members`` are sorted by name, hidden files and system clutter left out."""

    def __init__(self, path: Path, members: list[Member], zip_file: zipfile.ZipFile | None) -> None:
        self.path = path
        self.members = tuple(sorted(members, key=lambda member: member.name))
        self._zip = zip_file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the zip file, if it is one."""
        if self._zip is not None:
            self._zip.close()

    @property
    def name(self) -> str:
        """The archive's own name, as a person finds it."""
        return _shown(self.path.name)

    def place(self, member: Member) -> str:
        """The member's name as a person finds it: ``database.zip/processes/x.json``."""
        is_one = self._zip is None and not self.path.is_dir()
        return self.name if is_one else f"{self.name}/{_shown(member.name)}"

    def read(self, member: Member) -> bytes:
        """All bytes of a member.

        Raises:
            FormatError: TH-FMT-009 where it is damaged, TH-FMT-010 where its compression is unknown.
        """
        with self.open(member) as stream, _damage(self.place(member)):
            return stream.read()

    @contextmanager
    def open(self, member: Member) -> Iterator[BinaryIO]:
        """A member as a stream of bytes; damage that shows while reading raises TH-FMT-009."""
        place = self.place(member)
        with _damage(place):
            raw = self._raw(member)
        with raw:
            yield cast(BinaryIO, _Guarded(raw, place))

    def _raw(self, member: Member) -> BinaryIO:
        if isinstance(member._info, Path):
            return member._info.open("rb")
        assert self._zip is not None  # noqa: S101 - a ZipInfo only comes from a zip
        return cast(BinaryIO, self._zip.open(member._info))


class _Guarded(io.RawIOBase):
    """A stream whose failures name the file, and that knows how far it was read."""

    def __init__(self, raw: BinaryIO, place: str) -> None:
        self._raw = raw
        self._place = place
        self._done = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._done

    def read(self, size: int | None = -1) -> bytes:
        with _damage(self._place):
            data = self._raw.read(-1 if size is None else size)
        self._done += len(data)
        return data


def _shown(name: str) -> str:
    """A name that is no Unicode (Linux) could be neither sent to another process nor kept with a database."""
    return name if name.isascii() else name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@contextmanager
def _damage(place: str) -> Iterator[None]:
    try:
        yield
    except NotImplementedError as error:
        raise FormatError("TH-FMT-010", place=place, detail=str(error)) from error
    except _DAMAGE as error:
        raise FormatError("TH-FMT-009", place=place, detail=str(error) or type(error).__name__) from error


def open_archive(path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS) -> Archive:
    """Open a zip, a folder or a single file for reading.

    Args:
        path: of the zip, folder or file.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 no such path, 002 not a complete zip, 003 too much in total, 004 zip bomb, 005 too many
            members, 006 a name that leads outside, 007 encrypted, 008 a link that leads outside, 017 a member too
            large, 018 not readable by this user.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return Archive(path, _folder_members(path, limits), None)
        if not path.is_file():
            raise FormatError("TH-FMT-001", place=str(path))
        with path.open("rb") as stream:
            head = stream.read(4)
        if head[:2] == b"PK" or path.suffix.lower() in (".zip", ".zolca", ".jsonld-zip"):
            return _zip_archive(path, limits)
        member = Member(path.name, path.stat().st_size, path)
        _check_total(path.name, [member], limits)
        return Archive(path, [member], None)
    except OSError as error:
        raise FormatError("TH-FMT-018", place=str(path), detail=error.strerror or str(error)) from error


def _zip_archive(path: Path, limits: Limits) -> Archive:
    try:
        zip_file = zipfile.ZipFile(path)
    except (NotImplementedError, *_DAMAGE) as error:
        raise FormatError("TH-FMT-002", place=path.name, detail=str(error) or type(error).__name__) from error
    try:
        infos = zip_file.infolist()
        if len(infos) > limits.members:
            raise FormatError("TH-FMT-005", place=path.name, count=len(infos), limit=limits.members)
        members = [Member(_safe_name(info, path), info.file_size, info) for info in infos if not info.is_dir()]
        for member in members:
            _check_zip_member(member, path, limits)
        _check_total(path.name, members, limits)
        # Overlapping members share their packed bytes, so the whole is measured against the file itself.
        _check_ratio(path.name, sum(member.size for member in members), path.stat().st_size, limits)
    except BaseException:
        zip_file.close()
        raise
    return Archive(path, [member for member in members if not _CLUTTER.search(member.name)], zip_file)


def _safe_name(info: zipfile.ZipInfo, path: Path) -> str:
    name = info.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or _DRIVE.match(name) or ".." in parts or "\x00" in name:
        raise FormatError("TH-FMT-006", place=path.name, member=info.filename)
    return name


def _check_zip_member(member: Member, path: Path, limits: Limits) -> None:
    info = member._info
    assert isinstance(info, zipfile.ZipInfo)  # noqa: S101 - called for zips only
    place = f"{path.name}/{member.name}"
    if info.flag_bits & _ENCRYPTED:
        raise FormatError("TH-FMT-007", place=place)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise FormatError("TH-FMT-008", place=place)
    _check_ratio(place, member.size, info.compress_size, limits)


def _check_ratio(place: str, size: int, packed: int, limits: Limits) -> None:
    if size > limits.ratio_floor and size > limits.ratio * max(packed, 1):
        raise FormatError("TH-FMT-004", place=place, ratio=round(size / max(packed, 1)), limit=round(limits.ratio))


def _check_total(place: str, members: list[Member], limits: Limits) -> None:
    for member in members:
        if member.size > limits.member:
            raise FormatError("TH-FMT-017", place=f"{place}/{member.name}", **_sizes(member.size, limits.member))
    total = sum(member.size for member in members)
    if total > limits.total:
        raise FormatError("TH-FMT-003", place=place, **_sizes(total, limits.total))


def _sizes(size: int, limit: int) -> dict[str, str]:
    return {"size": f"{size / 2**20:,.1f}", "limit": f"{limit / 2**20:,.1f}"}


def _refuse(error: OSError) -> None:
    """A folder that cannot be read stops the reading: half a database is none."""
    raise FormatError("TH-FMT-018", place=str(error.filename), detail=error.strerror or str(error)) from error


def _folder_members(folder: Path, limits: Limits) -> list[Member]:
    root = folder.resolve()
    members: list[Member] = []
    for parent, folders, files in os.walk(root, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(folders) + sorted(files):
            if name.startswith("."):
                continue
            found = Path(parent) / name
            if found.is_symlink() and not found.resolve().is_relative_to(root):
                raise FormatError("TH-FMT-008", place=f"{folder.name}/{found.relative_to(root).as_posix()}")
            if name in folders or not found.is_file():
                continue
            members.append(Member(found.relative_to(root).as_posix(), found.stat().st_size, found))
            if len(members) > limits.members:
                raise FormatError("TH-FMT-005", place=folder.name, count=len(members), limit=limits.members)
    _check_total(folder.name, members, limits)
    return members
