"""From files to data sets as plain values, packed: what can be done with a file before anything is known of the others."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import msgspec
from lxml import etree

from tanheng.errors import Fault, FormatError
from tanheng.formats.archive import Archive, Limits, Member
from tanheng.formats.ecospold2.dataset import RawDataset, read_dataset
from tanheng.formats.encoding import as_utf8
from tanheng.formats.notebook import Dictation, Heard, dictate
from tanheng.formats.xmlsafe import as_written, elements, local_name, namespace, root_of

_DATASETS = ("activityDataset", "childActivityDataset")
_ROOT = "ecospold"
_MARK = "ecospold02"
# Files up to this size are read whole, so that one in a wrong encoding can be read again.
_WHOLE = 32 * 2**20
_BROKEN = ("TH-FMT-013", "TH-FMT-014")


class Parsed(msgspec.Struct, array_like=True):
    """What a file holds.

    Attributes:
        datasets: packed, see :func:`unpack`; empty where there are none.
        count: of them.
        heard: notes, in order.
        fault: why it is broken.
    """

    datasets: bytes
    count: int
    heard: list[Heard]
    fault: Fault | None = None


_DECODER = msgspec.msgpack.Decoder(list[RawDataset])


def unpack(datasets: bytes) -> list[RawDataset]:
    """The data sets of :class:`Parsed`; new ones every time."""
    return _DECODER.decode(zlib.decompress(datasets))


def pack(datasets: Sequence[RawDataset]) -> bytes:
    """Data sets as bytes: a third of the size is worth a twentieth of the time."""
    return zlib.compress(msgspec.msgpack.encode(datasets), 1)


def is_ecospold2(namespace: str, root: str, head: bytes = b"") -> bool:
    """Whether a root element opens EcoSpold 2 process data.

    A missing namespace is tolerated where the root is a data set, or ``head``, the beginning of the file, names one.
    """
    if root in _DATASETS:
        return True
    if root.casefold() != _ROOT:
        return False
    return _MARK in namespace.casefold() or (not namespace and b"activitydataset" in head.replace(b"\0", b"").lower())


def parse(archive: Archive, member: Member, _: Limits) -> Parsed:
    """What a file holds; a broken one is noted and passed over.

    Raises:
        FormatError: what :meth:`~tanheng.formats.archive.Archive.read` raises.
    """
    notes = Dictation()
    try:
        found = _file(archive, member, notes)
    except FormatError as error:
        if error.code not in _BROKEN:
            raise
        fault = error.faults[0]
        notes.add(
            "file-broken",
            archive.place(member),
            error=error.code,
            line=fault.params.get("line", 1),
            detail=fault.params.get("detail", "DOCTYPE"),
        )
        return Parsed(b"", 0, notes.heard, fault)
    return Parsed(pack(found) if found else b"", len(found), notes.heard)


def _file(archive: Archive, member: Member, notes: Dictation) -> list[RawDataset]:
    place, where = archive.place(member), archive.name
    if member.size > _WHOLE:
        with archive.open(member) as stream:
            space, root = root_of(stream, place=place)
        if not _is_read(space, root, place, b"", where, notes):
            return []
        with archive.open(member) as stream:
            return _streamed(stream, place, notes)
    raw = archive.read(member)
    try:
        return _whole(raw, place, where, notes)
    except FormatError as error:
        again = as_utf8(raw) if error.code == "TH-FMT-013" else None
        if again is None:
            raise
        try:
            found = _whole(again.data, place, where, notes)
        except FormatError:
            raise error from None
        notes.add("encoding-assumed", place, encoding=again.encoding)
        return found


def _whole(raw: bytes, place: str, where: str, notes: Dictation) -> list[RawDataset]:
    try:
        root = as_written(raw, place)
    except (etree.XMLSyntaxError, LookupError, UnicodeError, ValueError):
        # Step by step it can be told what is wrong, and whether it matters: a file of another kind may be as it likes.
        space, name = root_of(io.BytesIO(raw), place=place)
        is_read = _is_read(space, name, place, raw[:4096], where, notes)
        return _streamed(io.BytesIO(raw), place, notes) if is_read else []
    if not _is_read(namespace(root), local_name(root), place, raw[:4096], where, notes):
        return []
    return _datasets(root.iter(*(f"{{*}}{name}" for name in _DATASETS)), place, notes)


def _streamed(stream: BinaryIO, place: str, notes: Dictation) -> list[RawDataset]:
    return _datasets(elements(stream, *_DATASETS, place=place), place, notes)


def _datasets(found: Iterable[etree._Element], place: str, notes: Dictation) -> list[RawDataset]:
    """The data sets of a file; notes tell of them only once all of it is known to be well."""
    told = Dictation()
    datasets = [read_dataset(element, place, told) for element in found]
    dictate(told.heard, notes)
    return datasets


def _is_read(space: str, root: str, place: str, head: bytes, where: str, notes: Dictation) -> bool:
    is_spold = place.lower().endswith(".spold") and root.casefold() == _ROOT and not space
    if is_spold or is_ecospold2(space, root, head):
        if not space:
            notes.count("namespace-missing", where, place)
        return True
    notes.add("file-ignored", place, root=root)
    return False
