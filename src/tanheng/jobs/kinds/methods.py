"""``import-method``: a file becomes an impact method; ``method-scores``: a database of any size by a method, as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import named_file, payload_as
from tanheng.jobs.registry import job
from tanheng.services.methods import scoring
from tanheng.services.methods.importing import import_into

IMPORT = "import-method"
OPEN = 100
"""Open flows that the result tells, the likely greatest first; the file of the mapping has all."""


class ImportPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is imported.

    Attributes:
        blob: SHA-256 of the file among the blobs. file: its name, whose ending tells the format. name: of the method.
    """

    blob: str
    file: str
    name: str


class ScoresPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is computed: ids of a database, a method and a mapping file or none; and which file is written."""

    database: str
    method: str
    mapping: str = ""
    file: Literal["scores", "mapping"] = "scores"
    format: Literal["csv", "xlsx", "parquet"] = "csv"


@job(IMPORT)
def import_method(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Read the file and let the name stand for it."""
    wanted = payload_as(IMPORT, payload, ImportPayload)

    def progress(done: int, total: int) -> None:
        context.progress(done, total, "reading")

    with named_file(context, wanted.blob, wanted.file) as path:
        made = import_into(
            context.platform,
            context.actor,
            path,
            name=wanted.name,
            organisation=context.job.organisation,
            progress=progress,
        )
    return {"id": made.id, "name": made.name, "digest": made.digest, "categories": made.categories}


@job(scoring.JOB)
def score(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Map the flows, solve for all products, write the file; vectors that are there already are not solved again."""
    wanted = payload_as(scoring.JOB, payload, ScoresPayload)
    platform, owner = context.platform, context.job.organisation
    ids = (wanted.database, wanted.method, wanted.mapping)
    pair = platform.look(context.actor, scoring.pair_of, *ids, organisation=owner)
    context.progress(0, 2, "scoring")
    found = scoring.compute(platform, pair)
    context.progress(1, 2, "writing")
    content = scoring.written(found, wanted.file, wanted.format)
    told = scoring.summary(found, most=OPEN)
    name = f"{pair.database.name}-{pair.method.name}-{wanted.file}.{wanted.format}"
    return {**told, "blob": platform.blobs.put(content), "file": name, "size": len(content)}
