"""Reading TIDAS packages into a :class:`~tanheng.inventory.model.Database`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import orjson

from tanheng.errors import FormatError
from tanheng.formats.archive import Archive, Limits, Member
from tanheng.formats.encoding import decoded
from tanheng.formats.ilcdmodel import read_data_sets
from tanheng.formats.ilcdmodel.node import MAX_DEPTH, Node
from tanheng.formats.ilcdmodel.parsing import Parsed, parsed
from tanheng.formats.notebook import Notebook
from tanheng.formats.progress import Progress
from tanheng.formats.readings import Readings
from tanheng.inventory.model import Database

FORMAT = "tidas"
_BOM = b"\xef\xbb\xbf"
_ROOT = "DataSet"
_ENVELOPES = ("json_ordered", "json", "data")  # what TianGong's interface wraps a data set in


def read(
    path: str | os.PathLike[str],
    *,
    name: str,
    progress: Progress | None = None,
    limits: Limits | None = None,
    workers: int | None = None,
    cache: Readings | None = None,
) -> Database:
    """Read a TIDAS package (zip, folder or a single JSON file with one data set or a list of them).

    What is said of :func:`tanheng.formats.ilcd.read` holds here too: the data model is the same.

    Args:
        path: of the zip, folder or file.
        name: of the database.
        progress: called with bytes done and bytes in all.
        limits: what is refused as too large.
        workers: processes that parse; see :func:`~tanheng.formats.parallel.each_chunk`. The database is the same from any
            number.
        cache: of what was parsed; what it has is not parsed again.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-015 for
            broken JSON and TH-FMT-016 for JSON that is no data set where no other file holds a process; TH-FMT-019
            where there is no process data set, TH-FMT-030 where there are impact assessment methods instead; TH-FMT-060 to
            063 as ``each_chunk``.
    """
    return read_data_sets(
        path,
        name=name,
        format=FORMAT,
        suffix=".json",
        work=_parsed,
        progress=progress,
        limits=limits,
        workers=workers,
        cache=cache,
    )


def _parsed(archive: Archive, member: Member, limits: Limits) -> Parsed:
    return parsed(archive, member, limits, parse)


def parse(raw: bytes, place: str, notes: Notebook) -> Iterator[tuple[str, Node]]:
    """Each data set of a file with the name of its root."""
    try:
        data = orjson.loads(_utf8(raw, place, notes))
    except orjson.JSONDecodeError as error:
        raise FormatError("TH-FMT-015", place=place, line=error.lineno, detail=error.msg) from error
    for item in data if isinstance(data, list) else [data]:
        if not isinstance(item, dict):
            raise FormatError("TH-FMT-016", place=place)
        yield _data_set(item)


def _utf8(raw: bytes, place: str, notes: Notebook) -> bytes:
    raw = raw.removeprefix(_BOM)
    try:
        raw.decode()
    except UnicodeError:
        text, encoding = decoded(raw)
        notes.add("encoding-assumed", place, encoding=encoding)
        return text.encode()
    return raw


def _data_set(item: dict[str, Any]) -> tuple[str, Node]:
    """The root's name and what is in it; an envelope is opened."""
    for inner in (item, *(item[key] for key in _ENVELOPES if isinstance(item.get(key), dict))):
        for key, value in inner.items():
            plain = key.rpartition(":")[2]
            if plain.endswith(_ROOT) and isinstance(value, dict):
                made = _plain(value, MAX_DEPTH)
                return plain, made if isinstance(made, dict) else {}
    return next(iter(item), ""), {}


def _plain(value: Any, depth: int) -> Any:
    """The same without namespaces; what lies deeper than any document has it falls away."""
    if isinstance(value, str):
        return value
    if depth <= 0:
        return None
    if isinstance(value, dict):
        return {_local(key): _plain(inner, depth - 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, depth - 1) for inner in value]
    return value


def _local(key: str) -> str:
    if key.startswith("@"):
        return "@" + key[1:].rpartition(":")[2]
    return key.rpartition(":")[2]
