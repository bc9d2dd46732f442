"""Writing a database as a TIDAS package: JSON in a zip, valid against the schemas of the format."""

from __future__ import annotations

import os

import orjson

from tanheng.formats.ilcdmodel.writing import Dialect, write_data_sets
from tanheng.formats.ilcdmodel.writing.identity import Kind
from tanheng.formats.ilcdmodel.writing.tree import Made
from tanheng.formats.losses import Written
from tanheng.formats.progress import Progress
from tanheng.formats.tidas.read import FORMAT
from tanheng.formats.tidas.writing.completing import completed
from tanheng.inventory.model import Database


def write(database: Database, path: str | os.PathLike[str], *, progress: Progress | None = None) -> Written:
    """Write a database as a TIDAS package (zip); read again it gives the same footprints.

    What is said of :func:`tanheng.formats.ilcd.write` holds here too: the data model is the same. TIDAS demands more facts
    than the database may have; where it lacks one, the neutral value of the format stands.

    Args:
        database: what is written.
        path: of the zip; replaced whole, or left as it was.
        progress: called with data sets written and data sets in all.

    Raises:
        OSError: the file cannot be written.
    """
    return write_data_sets(database, path, dialect=_DIALECT, progress=progress)


def _written(kind: Kind, tree: Made) -> bytes:
    return orjson.dumps({kind.value: tree}, option=orjson.OPT_INDENT_2)


_DIALECT = Dialect(format=FORMAT, folder="", suffix=".json", adapted=completed, written=_written)
