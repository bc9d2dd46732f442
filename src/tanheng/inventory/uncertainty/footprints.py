"""Footprints of background products with their samples (C18): one product, some, or all of a database."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.montecarlo import LANES
from tanheng.errors import InventoryError
from tanheng.inventory.ports import Run
from tanheng.inventory.snapshot import ProductRow, Snapshot
from tanheng.inventory.uncertainty.analytic import ProductUncertainty, UncertaintyModel
from tanheng.inventory.uncertainty.common import ProductComparison, compare_samples
from tanheng.inventory.uncertainty.far import FarDistribution
from tanheng.inventory.uncertainty.statistics import QUANTILES, ROUNDING, Reason, Singles, Statistics, statistics_of
from tanheng.quantities import GwpSet

if TYPE_CHECKING:
    import polars as pl

LITTLE = 0.5
"""Coverage below which an interval says little of the result."""
FEW = 20
"""Products whose analytic view is told beside the samples; each takes a solve of its own."""


@dataclass(frozen=True, slots=True)
class Distributions:
    """Exchanges of a database that count for climate, those with a distribution, and those whose distribution is unusable.

    An unusable distribution cannot be drawn from (a GSD below 1, bounds that do not hold the amount); its exchange stays at its
    amount. Behind the products asked for, ``far`` are those that lie far from their amount, and ``centred`` says whether all
    have it as their median.
    """

    exchanges: int
    varying: int
    unusable: int
    far: tuple[FarDistribution, ...] = ()
    centred: bool = False

    def document(self) -> dict[str, Any]:
        """The plain JSON shape."""
        counts = {"exchanges": self.exchanges, "varying": self.varying, "unusable": self.unusable}
        return {**counts, "far": [one.document() for one in self.far], "centred": self.centred}


@dataclass(frozen=True, eq=False)
class SampledFootprints:
    """kg CO2e of one unit of r products, from common samples.

    Attributes:
        products: indices (r).
        samples, seed: the first samples of a seed are the same however many follow.
        kernel: that drew them, ``fast`` or ``plain``.
        deterministic: (r,) with every amount as stated.
        coverage: (r,) share of the absolute result that depends on an exchange with a distribution; the rest counts as
            certain, so the interval is too narrow by that much. NaN where nothing is emitted.
        complete: (r,) whether nothing is missing behind a product but what the authors declared as cut off (C02).
        default_gsd2: GSD² that was assumed for exchanges without any, if one was.
        escalated, unproductive: draws that were solved on their own, and those in which a loop of some product consumes
            what it makes (C11), so that what depends on it has no footprint there.
        sweeps: of the slowest group.
        kept: samples that were there from an earlier time.
        damaged: pieces of the run that were no longer what was written; their samples were drawn again.
    """

    snapshot: Snapshot
    gwp: GwpSet
    products: tuple[int, ...]
    samples: int
    seed: int
    kernel: str
    deterministic: npt.NDArray[np.float64]
    coverage: npt.NDArray[np.float64]
    complete: npt.NDArray[np.bool_]
    default_gsd2: float | None
    distributions: Distributions
    escalated: tuple[int, ...]
    unproductive: tuple[int, ...]
    sweeps: int
    kept: int
    damaged: int
    run: Run

    def read(self, first: int, last: int) -> Singles:
        """(last − first, samples) kg CO2e of the products at ``first`` … ``last − 1``; NaN where a sample has no footprint."""
        return self.run.values(first, last, -(-self.samples // LANES))[:, : self.samples]

    @cached_property
    def values(self) -> Singles:
        """(r, samples) all samples; 4 bytes each."""
        return self.read(0, len(self.products))

    @cached_property
    def statistics(self) -> Statistics:
        """The figures of every product."""
        return statistics_of(self.read, len(self.products), self.samples)

    def reason(self, at: int) -> Reason:
        """Why the figures of the product at ``at`` differ."""
        return self.statistics.reason(at, float(self.deterministic[at]), centred=self.distributions.centred)

    def analytic(self, at: int) -> ProductUncertainty:
        """The analytic view of the product at ``at``, from the same distributions."""
        return self._model.of(self.products[at])

    @cached_property
    def _model(self) -> UncertaintyModel:
        return UncertaintyModel(self.snapshot, self.gwp, default_gsd2=self.default_gsd2)

    def lost(self, at: int) -> int:
        """Samples in which the product at ``at`` has no footprint."""
        return self.samples - int(self.statistics.counted[at])

    def row(self, at: int) -> ProductRow:
        """What the product at ``at`` is."""
        return self.snapshot.product(self.products[at])

    def compare(self, a: int, b: int) -> ProductComparison:
        """The difference of the products at ``a`` and ``b``, from common samples.

        Raises:
            InventoryError: TH-INV-061 products in different units (C19).
        """
        return compare_samples(
            (self.row(a), self.row(b)),
            (self.read(a, a + 1)[0], self.read(b, b + 1)[0]),
            (float(self.deterministic[a]), float(self.deterministic[b])),
            snapshot=self.snapshot,
            gwp=self.gwp,
        )

    def place(self, index: int) -> int:
        """Where a product stands among those that were sampled (TH-INV-063 where it does not)."""
        if index not in self.products:
            raise InventoryError("TH-INV-063", product=self.snapshot.product(index).name)
        return self.products.index(index)

    def correlations(self) -> npt.NDArray[np.float64]:
        """(r, r) of the samples in which all products have a footprint; NaN where one of the two does not vary."""
        values = self.values.astype(np.float64)
        values = values[:, np.isfinite(values).all(axis=0)]
        if values.shape[1] < 2:
            return np.full((len(values), len(values)), np.nan)
        centred = values - values.mean(axis=1, keepdims=True)
        size = np.sqrt((centred**2).sum(axis=1))
        size[size <= ROUNDING * np.abs(values).max(axis=1) * math.sqrt(values.shape[1])] = np.nan
        return np.asarray(np.clip((centred / size[:, None]) @ (centred / size[:, None]).T, -1.0, 1.0))

    def samples_table(self) -> pl.DataFrame:
        """One row a sample, one column a product, ``PROCESS|PRODUCT``: kg CO2e per unit, null without a footprint."""
        import polars as pl

        rows = (self.row(at) for at in range(len(self.products)))
        columns = {f"{row.process_id}|{row.name}": pl.Series(self.values[at]) for at, row in enumerate(rows)}
        return pl.DataFrame(columns).with_columns(pl.col(pl.Float32).fill_nan(None))

    def table(self) -> pl.DataFrame:
        """One row a product: what it is, and its figures in kg CO2e per unit."""
        import polars as pl

        found = self.statistics
        told = self.snapshot.products[list(self.products)].select("name", "process", "process_id", "location", "unit")
        at = {f"q{100 * p:g}": QUANTILES.index(p) for p in (0.05, 0.25, 0.75, 0.95)}
        return told.with_columns(
            pl.Series("deterministic", self.deterministic),
            *(pl.Series(key, getattr(found, key)) for key in ("median", "mean", "deviation", "low", "high", "gsd2")),
            *(pl.Series(key, found.quantiles[:, column]) for key, column in at.items()),
            pl.Series("coverage", self.coverage),
            pl.Series("complete", self.complete),
            pl.Series("unproductive", self.samples - found.counted),
            pl.lit(self.samples).alias("samples"),
            pl.lit(self.seed).alias("seed"),
            pl.lit(self.gwp.name).alias("method"),
        ).with_columns(pl.col(pl.Float64).fill_nan(None))

    def document(self) -> dict[str, Any]:
        """The plain JSON shape."""
        found = self.statistics
        error = found.standard_error
        return {
            "database": self.snapshot.name,
            "snapshot": self.snapshot.digest,
            "method": self.gwp.name,
            "samples": self.samples,
            "seed": self.seed,
            "kernel": self.kernel,
            "sweeps": self.sweeps,
            "escalated": len(self.escalated),
            "unproductive": len(self.unproductive),
            "default_gsd2": self.default_gsd2,
            "distributions": self.distributions.document(),
            "run": {"place": self.run.place, "kept": self.kept, "damaged": self.damaged},
            "products": [self._told(at, found, at, error[at]) for at in range(len(self.products))],
        }

    def product_document(self, at: int) -> dict[str, Any]:
        """What :meth:`document` tells of the product at ``at``, by its samples alone."""
        found = statistics_of(lambda first, last: self.read(at + first, at + last), 1, self.samples)
        return self._told(at, found, 0, found.standard_error[0])

    def _told(self, at: int, found: Statistics, column: int, error: float) -> dict[str, Any]:
        """The figures of the product at ``at``, which are those of a column of some statistics."""
        row, deterministic = self.row(at), float(self.deterministic[at])
        keys = ("median", "mean", "deviation", "low", "high", "gsd2")
        lost = self.samples - int(found.counted[column])
        return {
            "product": row.name,
            "process": row.process,
            "process_id": row.process_id,
            "location": row.location,
            "unit": row.unit,
            "deterministic": deterministic,
            "complete": bool(self.complete[at]),
            **{key: _or_none(getattr(found, key)[column]) for key in keys},
            "standard_error": _or_none(error),
            "quantiles": [[p, _or_none(q)] for p, q in zip(QUANTILES, found.quantiles[column], strict=True)],
            "coverage": _or_none(self.coverage[at]),
            "unproductive": lost,
            "unproductive_share": lost / self.samples,
            "why": found.reason(column, deterministic, centred=self.distributions.centred).value,
            "analytic": self._analytic(at) if len(self.products) <= FEW else None,
        }

    def _analytic(self, at: int) -> dict[str, float | None]:
        found = self.analytic(at)
        low, high = (found.interval.low, found.interval.high) if found.interval else (found.mean, found.mean)
        return {"mean": found.mean, "deviation": found.deviation, "low": low, "high": high}


def _or_none(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
