"""Formats that databases come in; one package a format, none knowing another.

>>> from tanheng.formats import read_database
>>> read_database("uslci.zip", name="uslci")  # doctest: +SKIP
"""

from __future__ import annotations

import os

from tanheng.errors import FormatError
from tanheng.formats import ecospold1, ecospold2, ilcd, openlca, simapro, tidas
from tanheng.formats.archive import DEFAULT_LIMITS, Limits
from tanheng.formats.detection import READABLE, Format, detect
from tanheng.formats.losses import Written
from tanheng.formats.progress import Progress
from tanheng.inventory.model import Database

__all__ = ["Format", "Limits", "Written", "detect", "read_database", "write_database"]

_READERS = {
    Format.OPENLCA_JSONLD: openlca.read,
    Format.ECOSPOLD1: ecospold1.read,
    Format.ECOSPOLD2: ecospold2.read,
    Format.ILCD: ilcd.read,
    Format.TIDAS: tidas.read,
    Format.SIMAPRO_CSV: simapro.read,
}
_PARALLEL = (Format.ECOSPOLD2, Format.ILCD, Format.TIDAS)
_WRITERS = {Format.OPENLCA_JSONLD.value: openlca.write}


def read_database(
    path: str | os.PathLike[str],
    *,
    name: str,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
    workers: int | None = None,
) -> Database:
    """Read a database, whatever its format.

    Args:
        path: of a zip, a folder or a single file.
        name: of the database.
        progress: called with steps done and steps in all (files or bytes, as the format has it).
        limits: what is refused as too large.
        workers: processes that parse large packages of many files; ``None`` leaves it to ``TANHENG_WORKERS``, the cores
            and the size. The database is the same from any number.

    Raises:
        FormatError: TH-FMT-011 where the format is not recognised, TH-FMT-012 where it is but cannot be read yet, and
            the errors of the format's reader. Nothing is written before or after.
    """
    found = detect(path, limits=limits)
    reader = _READERS.get(found)
    if reader is None:
        readable = ", ".join(READABLE)
        raise FormatError("TH-FMT-012", place=os.fspath(path), format=found.value, readable=readable)
    shared = {"workers": workers} if found in _PARALLEL else {}
    return reader(path, name=name, progress=progress, limits=limits, **shared)


def write_database(
    database: Database,
    path: str | os.PathLike[str],
    *,
    format: str = Format.OPENLCA_JSONLD.value,  # noqa: A002 - the field's word, and what Database calls it
    progress: Progress | None = None,
) -> Written:
    """Write a database in a format that other programs read; whole or not at all, the same bytes every time.

    Args:
        database: what is written, from whatever format it was read.
        path: of the file.
        format: ``openlca-jsonld``.
        progress: called with data sets written and data sets in all.

    Returns:
        what was written, and what the format could not carry as it was.

    Raises:
        FormatError: TH-FMT-032 for a format that cannot be written. OSError: the file cannot be written.
    """
    writer = _WRITERS.get(format)
    if writer is None:
        raise FormatError("TH-FMT-032", place=os.fspath(path), format=format, writable=", ".join(_WRITERS))
    return writer(database, path, progress=progress)
