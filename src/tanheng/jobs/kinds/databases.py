"""``import-database``: a file that was uploaded becomes a background database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tanheng.errors import JobError
from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import job
from tanheng.storage.importing import Imported, import_file

KIND = "import-database"


class ImportPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is imported.

    Attributes:
        blob: SHA-256 of the file among the blobs. file: its name, whose ending tells the format. name: of the database.
    """

    blob: str
    file: str
    name: str


@job(KIND)
def import_database(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Read, link, freeze and register; a file that was imported under the name before is not read again."""
    wanted = payload_as(KIND, payload, ImportPayload)
    if Path(wanted.file).name != wanted.file or wanted.file in ("", ".", ".."):
        raise JobError("TH-JOB-007", file=wanted.file[:200])
    source = context.platform.blobs.file(wanted.blob)
    with context.folder() as folder:
        named = folder / wanted.file
        try:
            os.link(source, named)
        except OSError:  # a file system without links
            shutil.copyfile(source, named)
        imported = _register(context, named, wanted.name)
    return {
        "name": wanted.name,
        "snapshot": imported.snapshot.digest,
        "done": imported.done.value,
        "products": imported.snapshot.A.shape[1],
    }


def _register(context: JobContext, path: Path, name: str) -> Imported:
    """Where databases are kept: in the data directory, under their own names."""
    return import_file(
        context.platform.home,
        path,
        name=name,
        progress=lambda done, total: context.progress(done, total, "reading"),
        linking=lambda done, total: context.progress(done, total, "linking"),
        workers=1,  # processes of its own would outlive a worker that is killed
    )
