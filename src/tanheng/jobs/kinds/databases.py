"""``import-database``: a file that was uploaded becomes a background database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import named_file, payload_as
from tanheng.jobs.registry import job
from tanheng.services.databases.importing import import_into
from tanheng.storage.importing import import_file

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
    """Read, link, freeze, register and index; a file that was imported under the name before is not read again."""
    wanted = payload_as(KIND, payload, ImportPayload)
    with named_file(context, wanted.blob, wanted.file) as path:
        return _register(context, path, wanted.name)


def _register(context: JobContext, path: Path, name: str) -> dict[str, Any]:
    """A job of an organisation imports for it; one of the installation itself, into the data directory by name."""

    def reading(done: int, total: int) -> None:
        context.progress(done, total, "reading")

    def linking(done: int, total: int) -> None:
        context.progress(done, total, "linking")

    def indexing(done: int, total: int) -> None:
        context.progress(done, total, "indexing")

    # processes of its own would outlive a worker that is killed
    if owner := context.job.organisation:
        made = import_into(
            context.platform,
            context.actor,
            path,
            name=name,
            organisation=owner,
            progress=reading,
            linking=linking,
            indexing=indexing,
            workers=1,
        )
        return {"id": made.id, "name": name, "snapshot": made.digest, "products": made.products}
    imported = import_file(context.platform.home, path, name=name, progress=reading, linking=linking, workers=1)
    return {"name": name, "snapshot": imported.snapshot.digest, "products": imported.snapshot.A.shape[1]}
