"""Formats that databases and impact assessment methods come in; one package a format, none knowing another.

>>> from tanheng.formats import read_database
>>> read_database("uslci.zip", name="uslci")  # doctest: +SKIP
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from tanheng.errors import FormatError
from tanheng.formats import brightway, ecospold1, ecospold2, ilcd, methodtable, openlca, simapro, table, tidas
from tanheng.formats.archive import DEFAULT_LIMITS, Limits
from tanheng.formats.detection import METHODS, READABLE, Format, detect
from tanheng.formats.losses import Losses, Written
from tanheng.formats.methodtable import write_method_template
from tanheng.formats.progress import Progress
from tanheng.formats.readings import Readings
from tanheng.formats.table import write_inventory_template
from tanheng.formats.writing.links import DECIDED, linked
from tanheng.inventory.methods.model import ImpactMethod
from tanheng.inventory.model import Database

__all__ = [
    "METHODS",
    "WRITABLE",
    "Format",
    "Limits",
    "Written",
    "detect",
    "read_database",
    "read_method",
    "write_database",
    "write_inventory_template",
    "write_method_template",
]

_READERS = {
    Format.OPENLCA_JSONLD: openlca.read,
    Format.ECOSPOLD1: ecospold1.read,
    Format.ECOSPOLD2: ecospold2.read,
    Format.ILCD: ilcd.read,
    Format.TIDAS: tidas.read,
    Format.SIMAPRO_CSV: simapro.read,
    Format.BRIGHTWAY: brightway.read,
    Format.TABLE: table.read,
}
_PARALLEL = (Format.ECOSPOLD2, Format.ILCD, Format.TIDAS)
# Readers of databases name the methods that they meet instead of processes.
_REFUSERS = {
    Format.OPENLCA_METHOD: openlca.read,
    Format.ILCD_METHOD: ilcd.read,
    Format.TIDAS_METHOD: tidas.read,
    Format.SIMAPRO_METHOD: simapro.read,
    Format.ECOSPOLD1_IMPACT: ecospold1.read,
}
_METHOD_READERS = {
    Format.OPENLCA_JSONLD: openlca.read_method,
    Format.OPENLCA_METHOD: openlca.read_method,
    Format.ILCD: ilcd.read_method,
    Format.ILCD_METHOD: ilcd.read_method,
    Format.TIDAS: tidas.read_method,
    Format.TIDAS_METHOD: tidas.read_method,
    Format.SIMAPRO_CSV: simapro.read_method,
    Format.SIMAPRO_METHOD: simapro.read_method,
    Format.ECOSPOLD1: ecospold1.read_method,
    Format.ECOSPOLD1_IMPACT: ecospold1.read_method,
    Format.METHOD_TABLE: methodtable.read_method,
}
_TABLES = (".csv", ".tsv", ".txt", ".xlsx")
_WRITERS = {
    Format.OPENLCA_JSONLD.value: openlca.write,
    openlca.FORMAT_1: openlca.write_schema1,
    Format.ILCD.value: ilcd.write,
    Format.TIDAS.value: tidas.write,
    Format.ECOSPOLD2.value: ecospold2.write,
    Format.BRIGHTWAY.value: brightway.write,
}
# The others write links of their own.
_BY_PROVIDER = (Format.OPENLCA_JSONLD, openlca.FORMAT_1, Format.ILCD, Format.TIDAS)
WRITABLE = tuple(_WRITERS)
"""Names of the formats that :func:`write_database` writes."""


def read_database(
    path: str | os.PathLike[str],
    *,
    name: str,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
    workers: int | None = None,
    cache: Readings | None = None,
) -> Database:
    """Read a database, whatever its format.

    Args:
        path: of a zip, a folder or a single file.
        name: of the database.
        progress: called with steps done and steps in all (files or bytes, as the format has it).
        limits: what is refused as too large.
        workers: processes that parse large packages of many files; ``None`` leaves it to ``TANHENG_WORKERS``, the cores
            and the size. The database is the same from any number.
        cache: of what was parsed of the files of EcoSpold 2, ILCD and TIDAS packages; what it has is not parsed again.

    Raises:
        FormatError: TH-FMT-011 where the format is not recognised, TH-FMT-012 where it is but cannot be read yet,
            TH-FMT-030 where it is an impact assessment method, and the errors of the format's reader. Nothing is
            written before or after.
    """
    found = detect(path, limits=limits)
    reader = _READERS.get(found) or _REFUSERS.get(found)
    if found is Format.METHOD_TABLE:
        raise FormatError("TH-FMT-030", place=os.fspath(path), count=1, method=Path(path).name)
    if reader is None:
        readable = ", ".join(READABLE)
        raise FormatError("TH-FMT-012", place=os.fspath(path), format=found.value, readable=readable)
    shared: dict[str, Any] = {"workers": workers, "cache": cache} if found in _PARALLEL else {}
    return reader(path, name=name, progress=progress, limits=limits, **shared)


def read_method(
    path: str | os.PathLike[str],
    *,
    name: str,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ImpactMethod:
    """Read an impact assessment method, whatever its format; from a package with processes, only the methods in it.

    Args:
        path: of a zip, a folder or a single file: ILCD or TIDAS LCIA methods, openLCA JSON-LD, a SimaPro method export,
            EcoSpold 1 impact categories, or a table (CSV, Excel) as :func:`write_method_template` makes it.
        name: of the method.
        progress: called with steps done and steps in all (files, bytes or rows, as the format has it).
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-011 where the format is not recognised, TH-FMT-059 for a format that carries no methods,
            TH-FMT-055 where there is no factor, and the errors of the format's reader.
    """
    try:
        found = detect(path, limits=limits)
    except FormatError as error:
        if error.code != "TH-FMT-011" or not os.fspath(path).lower().endswith(_TABLES):
            raise
        found = Format.METHOD_TABLE  # whose reader tells which heads are missing
    reader = _METHOD_READERS.get(found)
    if reader is None:
        readable = ", ".join(found.value for found in METHODS)
        raise FormatError("TH-FMT-059", place=os.fspath(path), format=found.value, readable=readable)
    return reader(path, name=name, progress=progress, limits=limits)


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
        format: one of :data:`WRITABLE`.
        progress: called with data sets written and data sets in all.

    Returns:
        what was written, and what the format could not carry as it was.

    Raises:
        FormatError: TH-FMT-032 for a format that cannot be written. OSError: the file cannot be written.
    """
    writer = _WRITERS.get(format)
    if writer is None:
        raise FormatError("TH-FMT-032", place=os.fspath(path), format=format, writable=", ".join(_WRITERS))
    if format not in _BY_PROVIDER:
        return writer(database, path, progress=progress)
    losses = Losses()
    written = writer(linked(database, losses, DECIDED), path, progress=progress)
    return replace(written, losses=(*losses.close(), *written.losses))
