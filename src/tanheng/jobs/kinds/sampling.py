"""``monte-carlo``: samples of the footprints of products of a background database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tanheng.compute import compute_at
from tanheng.inventory.search import find_product
from tanheng.inventory.uncertainty.montecarlo import monte_carlo
from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import job
from tanheng.quantities import gwp_set
from tanheng.services.databases.backgrounds import shelf_of

KIND = "monte-carlo"


class SamplingPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sampled.

    Attributes:
        database: its name on the shelf of the job's organisation.
        products: ids of processes, names of products, or ``PROCESS|PRODUCT``.
        samples: 100 to 1,000,000. seed: the first samples of a seed are always the same.
    """

    database: str
    products: list[str]
    samples: int = 1_000
    seed: int = 1
    report: str = "AR6"
    metric: str = "GWP100"


@job(KIND)
def sample(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Draw the samples that are not there yet: they are kept in blocks in the data directory, so nothing is drawn twice."""
    wanted = payload_as(KIND, payload, SamplingPayload)
    home = context.platform.home
    owner = context.job.organisation
    shelf = context.platform.look(context.actor, shelf_of, owner) if owner else home
    snapshot = shelf.snapshot(wanted.database)
    with compute_at() as compute:
        found = monte_carlo(
            snapshot,
            [find_product(snapshot, text, exact=True) for text in wanted.products],
            compute=compute,
            gwp=gwp_set(wanted.report, wanted.metric),
            samples=wanted.samples,
            seed=wanted.seed,
            runs=home.runs,
            progress=lambda done, total: context.progress(done, total, "sampling"),
        )
    document = found.document()
    del document["run"]  # where it lies on this server is nobody's business
    return document
