"""The analytic view of the uncertainty of a background product (C18): from footprints and one supply vector, without samples.

:mod:`tanheng.engine.moments` has the arithmetic. Carbon that stays in the product is added back to its footprint (C06), so that
three scores make it: F + max(R − U, 0), where U is the CO2 taken up, R what of it is released again, and F everything else. All
three vary together, and whether anything stays may vary, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.excess import excess
from tanheng.engine.intervals import Interval, lognormal_interval, normal_interval, probability_below
from tanheng.engine.moments import Moments, Propagation, covariances
from tanheng.engine.montecarlo.coverage import coverage
from tanheng.inventory.footprinting import DatabaseFootprint, footprint
from tanheng.inventory.snapshot import ProductRow, Snapshot
from tanheng.inventory.uncertainty.common import check_comparable, lacking
from tanheng.inventory.uncertainty.elasticities import Elasticities, ExchangeSensitivity
from tanheng.inventory.uncertainty.exchanges import score_and_kept, uncertain_system, without_spread
from tanheng.inventory.uncertainty.names import ExchangeNames, NamedExchange, largest
from tanheng.quantities import GwpSet, gwp_set

if TYPE_CHECKING:
    from tanheng.engine.montecarlo import UncertainSystem

Floats = npt.NDArray[np.float64]
SHOWN = 10
"""Exchanges that are listed with their share of the variance."""
_ROUNDING, _LEAST = 1e-9, 1e-6
NEGLIGIBLE = 0.01
"""Share of a result below 0, or of its variance from what may change its sign, that leaves it a positive one."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """An uncertain exchange and its share of the variance of a footprint.

    Attributes:
        share: of the variance, of first order; all of them add up to 1.
        effect: kg CO2e that one standard deviation of the exchange moves the footprint by.
        elasticity: per cent that one per cent more of it moves the stated footprint by.
    """

    exchange: NamedExchange
    share: float
    effect: float
    elasticity: float


@dataclass(frozen=True)
class ProductUncertainty:
    """Analytic uncertainty of the footprint of one unit of a product, kg CO2e.

    Attributes:
        stated: the footprint with every amount as stated; the medians, where exchanges are lognormal.
        mean, deviation: 0 deviation where nothing is uncertain.
        interval: 95 %, lognormal with this mean and deviation where the footprint is positive, else normal; ``None`` where
            nothing is uncertain.
        coverage: share of the absolute footprint that depends on an exchange with a distribution; NaN where nothing is emitted.
        together: share of the variance that exchanges have only together; the rest is of first order.
        around: ``means``, or ``amounts`` where a loop is not productive at the means: mean and deviation are rough then.
        varying: uncertain exchanges behind the product.
        contributors: those with the largest shares.
        default_gsd2: GSD² that was assumed for exchanges without any, if one was.
        assumed: exchanges of the database that have it.
    """

    stated: DatabaseFootprint
    mean: float
    deviation: float
    interval: Interval | None
    coverage: float
    together: float
    around: str
    varying: int
    contributors: tuple[Contributor, ...]
    default_gsd2: float | None
    assumed: int

    @property
    def product(self) -> ProductRow:
        """What it is the footprint of."""
        return self.stated.product

    def document(self) -> dict[str, Any]:
        """The plain JSON shape."""
        low, high, gsd2 = (self.interval.low, self.interval.high, self.interval.gsd2) if self.interval else (None,) * 3
        return {
            "mean": self.mean,
            "deviation": self.deviation,
            "low": low,
            "high": high,
            "gsd2": gsd2,
            "coverage": None if math.isnan(self.coverage) else self.coverage,
            "together": self.together,
            "around": self.around,
            "varying": self.varying,
            "default_gsd2": self.default_gsd2,
            "assumed": self.assumed,
            "contributors": [
                {**c.exchange.document(), "share": c.share, "effect": c.effect, "elasticity": c.elasticity}
                for c in self.contributors
            ],
        }


def sensitivity_document(found: ProductUncertainty, largest: Iterable[ExchangeSensitivity]) -> dict[str, Any]:
    """The JSON shape: what was asked for, the uncertainty, its contributors, and the elasticities."""
    stated = found.stated
    return {
        "database": stated.snapshot.name,
        "snapshot": stated.snapshot.digest,
        "product": found.product.name,
        "process": found.product.process,
        "process_id": found.product.process_id,
        "location": found.product.location,
        "unit": found.product.unit,
        "method": stated.gwp.name,
        "total": stated.total,
        "complete": stated.complete,
        **found.document(),
        "sensitivities": [one.document() for one in largest],
    }


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """r footprints as they vary together.

    Attributes:
        mean: (r,) kg CO2e.
        covariance: (r, r), of what the products share of uncertain exchanges.
        positive: (r,) whether each is taken as lognormal.
    """

    mean: Floats
    covariance: Floats
    positive: npt.NDArray[np.bool_]

    @property
    def correlation(self) -> Floats:
        """(r, r); NaN where one of the two does not vary."""
        deviation = np.sqrt(np.diagonal(self.covariance))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.covariance / np.outer(deviation, deviation))

    def probability_lower(self, a: int, b: int) -> float | None:
        """Probability that footprint ``a`` is lower than ``b``: of their ratio, if both are lognormal, else of their difference.

        ``None`` where neither varies.
        """
        at = [a, b]
        mean, covariance = self.mean[at], self.covariance[np.ix_(at, at)]
        if not np.diagonal(covariance).any():
            return None
        if self.positive[at].all():
            covariance = np.log1p(covariance / np.outer(mean, mean))
            mean = np.log(mean) - np.diagonal(covariance) / 2.0
        variance = covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1]
        return probability_below(float(mean[0] - mean[1]), math.sqrt(max(float(variance), 0.0)))


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Moments of a product's scores, and of its footprint with its slopes by each of them."""

    moments: Moments
    mean: float
    variance: float
    slopes: Floats


class UncertaintyModel:
    """Analytic uncertainty of the products of a database; what they have in common is prepared once.

    Args:
        gwp: AR6 GWP100 if not given.
        default_gsd2: GSD² of exchanges without a distribution; by default they are certain.

    Raises:
        InventoryError: TH-INV-080 a default GSD² below 1.
    """

    def __init__(self, snapshot: Snapshot, gwp: GwpSet | None = None, *, default_gsd2: float | None = None) -> None:
        self.snapshot, self.gwp, self.default_gsd2 = snapshot, gwp or gwp_set(), default_gsd2
        netted, kept = score_and_kept(snapshot, self.gwp).T
        # Without biogenic carbon none can be kept, and one score is enough.
        scores = (netted + kept, np.maximum(-kept, 0.0), np.maximum(kept, 0.0)) if kept.any() else (netted,)
        self._factors = np.column_stack(scores)

    def of(self, index: int, *, top: int = SHOWN) -> ProductUncertainty:
        """Uncertainty of one unit of product ``index``, with its ``top`` contributors."""
        stated = footprint(self.snapshot, index, self.gwp)
        found = self._found(index)
        deviation = math.sqrt(found.variance)
        parts = found.moments.parts @ found.slopes
        first = float(parts @ parts) / found.variance if found.variance > 0 else 1.0
        positive = self._positive(found, stated.total)
        shape = lognormal_interval if positive else normal_interval
        return ProductUncertainty(
            stated=stated,
            mean=found.mean,
            deviation=deviation,
            interval=shape(found.mean, deviation) if deviation > 0 else None,
            coverage=float(self._coverage(found)[index]),
            together=1.0 - first if first < 1.0 - _ROUNDING else 0.0,
            around=found.moments.around,
            varying=int(np.count_nonzero(parts)),
            contributors=self._contributors(found, stated, top),
            default_gsd2=self.default_gsd2,
            assumed=self._assumed,
        )

    def largest(self, found: ProductUncertainty, *, top: int = SHOWN) -> tuple[ExchangeSensitivity, ...]:
        """The ``top`` amounts that move a footprint of this model most (C10)."""
        return Elasticities(found.stated, self.names).largest(top)

    def together(self, indices: Sequence[int]) -> Together:
        """One unit each of several products, and how they vary together."""
        found = [self._found(index) for index in indices]
        both = covariances([one.moments for one in found])
        slopes = np.stack([one.slopes for one in found])
        covariance = np.einsum("aibj,ai,bj->ab", both, slopes, slopes)
        np.fill_diagonal(covariance, [one.variance for one in found])
        totals = [footprint(self.snapshot, index, self.gwp).total for index in indices]
        positive = [self._positive(one, total) for one, total in zip(found, totals, strict=True)]
        return Together(np.array([one.mean for one in found]), covariance, np.array(positive))

    def probability_lower(self, a: int, b: int) -> float | None:
        """Probability that one unit of product ``a`` has a lower footprint than one of ``b``.

        ``None`` where neither varies, or one misses what the other has (C02).

        Raises:
            InventoryError: TH-INV-061 products in different units (C19).
        """
        rows = (self.snapshot.product(a), self.snapshot.product(b))
        check_comparable(*rows)
        missing, _ = lacking(rows, self.snapshot, self.gwp)
        return None if any(missing) else self.together([a, b]).probability_lower(0, 1)

    @cached_property
    def system(self) -> UncertainSystem:
        """The exchanges with their distributions."""
        return uncertain_system(self.snapshot, default_gsd2=self.default_gsd2)

    @cached_property
    def names(self) -> ExchangeNames:
        """What the exchanges are."""
        return ExchangeNames(self.snapshot, self.system)

    @cached_property
    def _propagation(self) -> Propagation:
        return Propagation(self.system, self._factors, order=self.snapshot.solver.order)

    @cached_property
    def _assumed(self) -> int:
        if self.default_gsd2 is None:
            return 0
        plain = uncertain_system(self.snapshot)
        keys = [part.keys[without_spread(part)] for part in (plain.technosphere, plain.biosphere)]
        return len(np.unique(np.concatenate(keys)))

    def _found(self, index: int) -> _Found:
        demand = np.zeros(self.snapshot.A.shape[1])
        demand[index] = 1.0
        moments = self._propagation.moments(demand)
        mean, covariance = moments.mean, moments.covariance
        if len(mean) == 1:
            return _Found(moments, float(mean[0]), max(float(covariance[0, 0]), 0.0), np.ones(1))
        more, variance, slopes = excess(mean[1:], covariance[1:, 1:])
        variance += float(covariance[0, 0] + 2.0 * covariance[0, 1:] @ slopes)
        return _Found(moments, float(mean[0]) + more, max(variance, 0.0), np.concatenate(([1.0], slopes)))

    def _positive(self, found: _Found, total: float) -> bool:
        """Whether a footprint is taken as lognormal: above 0 as stated and in the mean, and hardly anything in it is below 0.

        Where more is, it still is if its mean is above two deviations. What is released beyond the uptake is never below 0.
        """
        if found.mean <= 0 or total <= 0:
            return False
        rest = np.eye(len(found.slopes))[0]
        turning = float(found.moments.shares(found.slopes)[found.moments.turning].sum())
        mild = found.moments.negative(rest) <= NEGLIGIBLE and turning <= NEGLIGIBLE
        return bool(mild or found.mean > 2.0 * math.sqrt(found.variance))

    def _coverage(self, found: _Found) -> Floats:
        """(n,) of the footprint with kept carbon added back, or of that without, whichever the product more likely has."""
        weights = tuple(np.round(found.slopes).tolist())
        if weights not in self._coverages:
            self._coverages[weights] = np.asarray(coverage(self.system, self._factors @ weights))
        return self._coverages[weights]

    @cached_property
    def _coverages(self) -> dict[tuple[float, ...], Floats]:
        return {}

    def _contributors(self, found: _Found, stated: DatabaseFootprint, top: int) -> tuple[Contributor, ...]:
        shares = found.moments.shares(found.slopes)
        effects = found.moments.parts @ found.slopes
        most = largest(shares, top)
        most = most[shares[most] > _LEAST]
        elasticities = Elasticities(stated, self.names)
        return tuple(
            Contributor(elasticities.name(key), float(shares[at]), float(effects[at]), elasticities.of(key))
            for at, key in zip(most, self._propagation.keys[most], strict=True)
        )
