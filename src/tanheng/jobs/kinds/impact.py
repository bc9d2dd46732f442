"""``impact-preview``: what a release of factors or new limits would move among all certificates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec
import polars as pl

from tanheng.inventory.tables import write_table
from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import Lane, job
from tanheng.services.grading import trying
from tanheng.services.impact.asking import JOB, release_impact
from tanheng.services.paging import MOST, Paging

FILE = "impact.parquet"


class ImpactPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of a collection, whose next release is meant, or of a draft of limits."""

    collection: str = ""
    draft: str = ""


@job(JOB, lane=Lane.LIGHT)
def preview_impact(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Solve the register with what would be; the file names every certificate that moves and may be named."""
    wanted = payload_as(JOB, payload, ImpactPayload)
    platform, actor = context.platform, context.actor
    if wanted.draft:
        told: dict[str, Any] = asdict(platform.look(actor, trying.of_draft, wanted.draft))
        table = _moves(context, wanted.draft)
    else:
        steps = ("reading", "solving", "classes")
        found, table = release_impact(
            platform, actor, wanted.collection, step=lambda name: context.progress(steps.index(name), len(steps), name)
        )
        told = found.document()
    with context.folder() as folder:
        path = folder / FILE
        write_table(table, path)
        blob, size = platform.blobs.put_file(path), path.stat().st_size
    return {**told, "blob": blob, "file": FILE, "size": size}


def _moves(context: JobContext, draft: str) -> pl.DataFrame:
    """Every certificate that would have another class."""
    rows: list[dict[str, Any]] = []
    after = ""
    while True:
        page = context.platform.look(context.actor, trying.moves_of_draft, draft, Paging(after, MOST))
        rows += [asdict(move) for move in page.items]
        context.progress(len(rows), 0, "classes")
        after = page.next
        if not after:
            return pl.DataFrame(rows, schema=_COLUMNS)


_COLUMNS = {"certificate": pl.String, "holder": pl.String, "value": pl.Float64, "before": pl.String, "after": pl.String}
