"""Files that were uploaded and databases: ``import-database``, ``validate-database``, and ``export-database``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tanheng import texts
from tanheng.formats.progress import Progress
from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import named_file, payload_as
from tanheng.jobs.registry import job
from tanheng.services.databases import databases, exporting
from tanheng.services.databases.importing import import_into
from tanheng.services.databases.validating import LANGUAGES, validate
from tanheng.storage.importing import import_file
from tanheng.storage.sql.work import not_found

KIND, VALIDATION = "import-database", "validate-database"


class ImportPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is imported.

    Attributes:
        blob: SHA-256 of the file among the blobs. file: its name, whose ending tells the format. name: of the database.
        on: ids of databases that it is to stand on; as before where ``None``.
    """

    blob: str
    file: str
    name: str
    on: list[str] | None = None


class ValidationPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is validated: ``blob`` and ``file`` as of an import, and how many notes of each kind are told."""

    blob: str
    file: str
    examples: int = 3


class ExportPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is exported: the id of a database, and the name of a format."""

    database: str
    format: str


@job(KIND)
def import_database(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Read, link, freeze, register and index; a file that was imported under the name before is not read again."""
    wanted = payload_as(KIND, payload, ImportPayload)
    with named_file(context, wanted.blob, wanted.file) as path:
        return _register(context, path, wanted)


@job(VALIDATION)
def validate_database(context: JobContext, payload: Mapping[str, Any]) -> Any:
    """Read and link a file, keep nothing, and tell what was met."""
    wanted = payload_as(VALIDATION, payload, ValidationPayload)
    with named_file(context, wanted.blob, wanted.file) as path:
        found = validate(
            path,
            examples=wanted.examples,
            reading=_telling(context, "reading"),
            linking=_telling(context, "linking"),
        )
    return found.document()


@job(exporting.JOB, file_needs="database.export")  # all of a database, which members may else read page by page
def export_database(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Write a database of the job's organisation in another format, and keep the file among the blobs."""
    wanted = payload_as(exporting.JOB, payload, ExportPayload)
    found = context.platform.look(context.actor, databases.of, wanted.database)
    if found.organisation != context.job.organisation:
        raise not_found(databases.KIND, wanted.database)
    with context.folder() as folder:
        written = exporting.export(
            context.platform,
            context.actor,
            wanted.database,
            folder,
            format=wanted.format,
            progress=_telling(context, "writing"),
        )
        blob, size = context.platform.blobs.put_file(written.path), written.path.stat().st_size
    losses = [
        {"code": note.code, "texts": {x: texts.text("losses", note.code, x, **note.params) for x in LANGUAGES}}
        for note in written.losses
    ]
    told = {"format": written.format, "counts": dict(written.counts), "losses": losses}
    return {"blob": blob, "file": written.path.name, "size": size, **told}


def _telling(context: JobContext, note: str) -> Progress:
    """Progress that is told as part of a job's."""
    return lambda done, total: context.progress(done, total, note)


def _register(context: JobContext, path: Path, wanted: ImportPayload) -> dict[str, Any]:
    """A job of an organisation imports for it; one of the installation itself, into the data directory by name."""
    reading, linking, indexing = (_telling(context, note) for note in ("reading", "linking", "indexing"))
    name = wanted.name
    # processes of its own would outlive a worker that is killed
    if owner := context.job.organisation:
        made = import_into(
            context.platform,
            context.actor,
            path,
            name=name,
            organisation=owner,
            on=wanted.on,
            progress=reading,
            linking=linking,
            indexing=indexing,
            workers=1,
        )
        return {"id": made.id, "name": name, "snapshot": made.digest, "products": made.products}
    imported = import_file(context.platform.home, path, name=name, progress=reading, linking=linking, workers=1)
    return {"name": name, "snapshot": imported.snapshot.digest, "products": imported.snapshot.A.shape[1]}
