"""``database-difference``: all that moves from one database to a newer release of it, as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tanheng.inventory.tables import write_table
from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import job
from tanheng.quantities import gwp_set
from tanheng.services.databases import changing


class DifferencePayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of the older and the newer database, and what counts as moved."""

    old: str
    new: str
    report: str = "AR6"
    metric: str = "GWP100"
    least: float = 0.0
    format: Literal["csv", "parquet", "xlsx"] = "csv"


@job(changing.JOB)
def compare(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Pair the products, attribute every difference to its largest cause, and keep the table among the blobs."""
    wanted = payload_as(changing.JOB, payload, DifferencePayload)
    platform, actor = context.platform, context.actor
    platform.look(actor, changing.check_both, context.job.organisation, wanted.old, wanted.new)
    gwp = gwp_set(wanted.report, wanted.metric)
    context.progress(0, 1, "comparing")
    told, table = changing.whole_difference(platform, actor, wanted.old, wanted.new, gwp=gwp, least=wanted.least)
    name = f"difference.{wanted.format}"
    with context.folder() as folder:
        path = folder / name
        write_table(table, path)
        blob, size = platform.blobs.put_file(path), path.stat().st_size
    return {**told, "blob": blob, "file": name, "size": size}
