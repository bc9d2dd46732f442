"""``monte-carlo``: samples of the footprints of products of a background database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from tanheng.compute import compute_at
from tanheng.errors import InventoryError
from tanheng.inventory import Snapshot
from tanheng.inventory.search import find_product
from tanheng.inventory.tables import write_table
from tanheng.inventory.uncertainty.common import check_comparable
from tanheng.inventory.uncertainty.footprints import SampledFootprints
from tanheng.inventory.uncertainty.montecarlo import monte_carlo
from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import job
from tanheng.quantities import gwp_set
from tanheng.services.databases.backgrounds import shelf_of
from tanheng.storage.runs import id_of

KIND = "monte-carlo"
TOLD = 200
"""Products whose figures the result lists; a file has all."""
CORRELATED = 50
"""Products whose correlations are told."""
FIGURES = 20_000_000
"""Samples of all products together that are written into a file."""


class SamplingPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sampled.

    Attributes:
        database: its name on the shelf of the job's organisation.
        products: ids of processes, names of products, or ``PROCESS|PRODUCT``. every: all of the database instead.
        samples: 100 to 1,000,000. seed: the first samples of a seed are always the same.
        default_gsd2: GSD² of exchanges that have no distribution; by default they are certain.
        compare: pairs of products, each by common samples. correlations: whether those of all products are told.
        file: what is written into a file, and its format.
    """

    database: str
    products: list[str] = []
    samples: int = 1_000
    seed: int = 1
    report: str = "AR6"
    metric: str = "GWP100"
    every: bool = False
    default_gsd2: float | None = None
    compare: list[tuple[str, str]] = []
    correlations: bool = False
    file: Literal["", "figures", "samples"] = ""
    format: Literal["csv", "parquet", "xlsx"] = "csv"


@job(KIND)
def sample(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Draw the samples that are not there yet: they are kept in blocks in the data directory, each organisation's apart."""
    wanted = payload_as(KIND, payload, SamplingPayload)
    home = context.platform.home
    owner = context.job.organisation
    shelf = context.platform.look(context.actor, shelf_of, owner) if owner else home
    snapshot = shelf.snapshot(wanted.database)
    pairs = [_pair(snapshot, one) for one in wanted.compare]
    named = [find_product(snapshot, text, exact=True) for text in wanted.products]
    products = range(snapshot.A.shape[1]) if wanted.every else [*named, *(index for pair in pairs for index in pair)]
    _check(wanted, len(set(products)))
    with compute_at() as compute:
        found = monte_carlo(
            snapshot,
            products,
            compute=compute,
            gwp=gwp_set(wanted.report, wanted.metric),
            samples=wanted.samples,
            seed=wanted.seed,
            default_gsd2=wanted.default_gsd2,
            runs=home.runs_of(owner) if owner else home.runs,
            progress=lambda done, total: context.progress(done, total, "sampling"),
        )
    document = found.document()
    # where it lies on this server is nobody's business
    document["run"] = {"id": id_of(found.run.place), "kept": found.kept, "damaged": found.damaged}
    document["products_total"] = len(found.products)
    document["products"] = document["products"][:TOLD]
    document["comparisons"] = [found.compare(found.place(a), found.place(b)).document() for a, b in pairs]
    document["correlations"] = _plain(found.correlations()) if wanted.correlations else None
    return {**document, **_file(context, wanted, found)}


def _pair(snapshot: Snapshot, names: Sequence[str]) -> tuple[int, int]:
    """Two products that can be compared (TH-INV-061 in different units)."""
    a, b = (find_product(snapshot, text, exact=True) for text in names)
    check_comparable(snapshot.product(a), snapshot.product(b))
    return a, b


def _check(wanted: SamplingPayload, count: int) -> None:
    """Refuse before long work what could not be told afterwards."""
    if wanted.correlations and count > CORRELATED:
        raise InventoryError("TH-INV-089", count=count, most=CORRELATED)
    if wanted.file == "samples" and count * wanted.samples > FIGURES:
        raise InventoryError("TH-INV-090", count=count * wanted.samples, most=FIGURES)


def _file(context: JobContext, wanted: SamplingPayload, found: SampledFootprints) -> dict[str, Any]:
    """The figures of every product, or all samples, as a file among the blobs."""
    if not wanted.file:
        return {}
    name = f"{wanted.file}.{wanted.format}"
    with context.folder() as folder:
        path = Path(folder) / name
        write_table(found.table() if wanted.file == "figures" else found.samples_table(), path)
        return {"blob": context.platform.blobs.put_file(path), "file": name, "size": path.stat().st_size}


def _plain(matrix: np.ndarray[Any, np.dtype[np.float64]]) -> list[list[float | None]]:
    return [[float(value) if np.isfinite(value) else None for value in row] for row in matrix]
