"""Two background products by common samples (C18, C19): what both rest on is drawn once, and cancels in their difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.errors import InventoryError
from tanheng.inventory.footprinting import footprint
from tanheng.inventory.snapshot import ProductRow, Snapshot
from tanheng.inventory.uncertainty.statistics import ROUNDING, Singles, rounded
from tanheng.quantities import GwpSet


@dataclass(frozen=True, slots=True)
class ProductComparison:
    """The difference a − b of one unit of two products, kg CO2e.

    Attributes:
        deterministic: of a and of b.
        median, mean, low, high: of the sampled difference, with its 95 % interval.
        probability_lower: P(a < b), equal samples counted half; ``None`` where neither varies, or one misses what the other
            has.
        missing: open inputs, and gases without a value, of a alone and of b alone. What both miss cancels in a difference
            only in part, so ``complete`` says of each whether anything is missing (C02).
        counted: samples in which both have a footprint; of ``samples``.
    """

    a: ProductRow
    b: ProductRow
    deterministic: tuple[float, float]
    median: float
    mean: float
    low: float
    high: float
    probability_lower: float | None
    complete: tuple[bool, bool]
    missing: tuple[tuple[str, ...], tuple[str, ...]]
    counted: int
    samples: int

    @property
    def difference(self) -> float:
        """a − b of the deterministic values; less than 0 where a is lower."""
        return self.deterministic[0] - self.deterministic[1]

    def document(self) -> dict[str, Any]:
        """The plain JSON shape."""
        figures = ("median", "mean", "low", "high")
        return {
            "a": self.a.name,
            "b": self.b.name,
            "unit": self.a.unit,
            "deterministic": list(self.deterministic),
            "difference": self.difference,
            **{key: value if np.isfinite(value := getattr(self, key)) else None for key in figures},
            "probability_lower": self.probability_lower,
            "complete": list(self.complete),
            "missing": [list(flows) for flows in self.missing],
            "counted": self.counted,
            "samples": self.samples,
        }


def check_comparable(a: ProductRow, b: ProductRow) -> None:
    """Refuse to compare products in different units (TH-INV-061); to be asked before long work (C19)."""
    if a.unit != b.unit:
        raise InventoryError("TH-INV-061", a=a.name, b=b.name, one=a.unit, other=b.unit)


def compare_samples(
    rows: tuple[ProductRow, ProductRow],
    values: tuple[Singles, Singles],
    deterministic: tuple[float, float],
    *,
    snapshot: Snapshot,
    gwp: GwpSet,
) -> ProductComparison:
    """The difference of two products from common samples (n,) of each.

    Raises:
        InventoryError: TH-INV-061 products in different units (C19).
    """
    check_comparable(*rows)
    a, b = (part.astype(np.float64) for part in values)
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    difference = np.where(np.abs(a - b) <= ROUNDING * np.maximum(np.abs(a), np.abs(b)), 0.0, a - b)
    lacks, complete = lacking(rows, snapshot, gwp)
    figures = np.full(4, np.nan)
    if a.size:
        figures = rounded(np.array([*np.quantile(difference, (0.5, 0.025, 0.975)), difference.mean()]))
    varies = any(part.size and np.ptp(part) > ROUNDING * np.abs(part).max() for part in (a, b))
    lower = float(np.mean(difference < 0) + 0.5 * np.mean(difference == 0)) if a.size else 0.0
    return ProductComparison(
        a=rows[0],
        b=rows[1],
        deterministic=deterministic,
        median=float(figures[0]),
        mean=float(figures[3]),
        low=float(figures[1]),
        high=float(figures[2]),
        probability_lower=lower if varies and not any(lacks) else None,
        complete=complete,
        missing=lacks,
        counted=len(a),
        samples=len(both),
    )


def lacking(
    rows: tuple[ProductRow, ProductRow], snapshot: Snapshot, gwp: GwpSet
) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], tuple[bool, bool]]:
    """What each misses and the other does not, and whether each is complete."""
    found = [footprint(snapshot, row.index, gwp) for row in rows]
    gaps = [{*(i.flow for i in one.gaps.open), *one.unknown_gases} for one in found]
    only = tuple(sorted(gaps[0] - gaps[1])), tuple(sorted(gaps[1] - gaps[0]))
    return only, (found[0].complete, found[1].complete)
