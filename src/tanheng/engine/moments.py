"""Mean and variance of scores from one footprint vector and one supply vector, without samples (C10, C18).

With h the score of a demand, an exchange x of it has the slope ∂h/∂z_ij = p_i·s_j (an input) or ∂h/∂b_fj = c_f·s_j (an
elementary flow). With every exchange at its mean and with its deviation d::

    mean       h at the means of the exchanges
    variance   Σ_e (Σ slope·d)²  +  Σ_e (Σ s_j·d)²·V_i
    V          = v + (Z̄² + D²)ᵀV, entry by entry, with v_j = Σ_i (p_i·d_ij)² + Σ_f (c_f·d_fj)²

The inner sums are over the entries of one exchange, which vary together; the first term is of first order. The second is what
an input has together with all that is upstream of it; V, the variance of what one unit of a product needs, leaves out that
inputs of one process may share suppliers. The mean is exact but for loops. Slopes at the amounts themselves, and none of the
second term, would be far too small where spreads are wide: lognormals have their amounts as medians, below their means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tanheng.engine.arrays import Columns, Floats, Indices, Mask, as_columns, requirements
from tanheng.engine.intervals import NORMAL_95
from tanheng.engine.loops import loops
from tanheng.engine.montecarlo.model import UncertainSystem
from tanheng.engine.montecarlo.spreads import Keys, Kind, Spreads
from tanheng.engine.patterns import dependants
from tanheng.engine.solve.order import Order
from tanheng.engine.solver import Solver
from tanheng.errors import EngineError


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Mean and variance of k scores of one demand, and what each of u uncertain exchanges has to do with them.

    Attributes:
        mean: (k,).
        around: ``means`` of the exchanges, or their ``amounts`` where the system is not productive at the means: then
            everything is of first order only.
        parts: (u, k) signed deviation of each score with one deviation of each exchange: slope·d.
        reach: (u,) s_j·d of inputs; 0 for elementary flows, and for all of them around the amounts.
        upstream: (u, k, k) V of what each input brings.
        direct: (n, k) what each process brings into the scores itself.
        turning: (u,) exchanges that may change their sign.
    """

    mean: Floats
    around: str
    parts: Floats
    reach: Floats
    upstream: Floats
    direct: Floats
    turning: Mask

    @property
    def covariance(self) -> Floats:
        """(k, k) of the scores."""
        return covariances([self])[0, :, 0, :]

    def negative(self, weights: Floats) -> float:
        """Share of a weighted sum's direct parts, in absolute terms, that lies below 0."""
        direct = self.direct @ weights
        whole = float(np.abs(direct).sum())
        return float(-np.minimum(direct, 0.0).sum()) / whole if whole > 0 else 0.0

    def shares(self, weights: Floats) -> Floats:
        """(u,) first-order share of each exchange in the variance of a weighted sum of the scores, scaled to 1; 0 for none."""
        squares = np.square(self.parts @ weights)
        whole = squares.sum()
        return np.asarray(squares / whole if whole > 0 else squares)


def covariances(several: Sequence[Moments]) -> Floats:
    """(r, k, r, k) covariance of the scores of r demands on one system: an exchange that several of them need counts for all.

    Args:
        several: of one :class:`Propagation`.
    """
    r, (count, k) = len(several), several[0].parts.shape
    parts = np.stack([one.parts.T for one in several]).reshape(r * k, count)
    found = (parts @ parts.T).reshape(r, k, r, k)
    reach = np.stack([one.reach for one in several])
    for i in range(k):
        for j in range(k):
            found[:, i, :, j] += (reach * several[0].upstream[:, i, j]) @ reach.T
    return np.asarray(found)


class Propagation:
    """Propagates the distributions of a system's exchanges to the scores of any demand.

    What demands have in common is prepared on first use; then a demand takes one forward solve and some sums.

    Args:
        system: exchanges with their distributions.
        C: characterisation factors, (m,) or (m, k).
        order: of the deterministic system, for instance from a snapshot.

    >>> import numpy as np
    >>> from tanheng.engine.montecarlo import Kind, Spreads, UncertainSystem
    >>> def exchanges(row, column, value, gsd, key):
    ...     nan = np.array([np.nan])
    ...     return Spreads(np.array([row], np.int32), np.array([column], np.int32), np.array([value]),
    ...                    np.array([Kind.LOGNORMAL], np.int8), nan, np.array([gsd]), nan, nan, np.array([key], np.uint64))
    >>> system = UncertainSystem(2, 1, exchanges(0, 1, 0.5, 1.2, key=1), exchanges(0, 0, 2.0, 1.1, key=2))
    >>> found = Propagation(system, np.ones(1)).moments(np.array([0.0, 1.0]))
    >>> variance = np.log(1.2) ** 2 + np.log(1.1) ** 2  # the product of both is lognormal
    >>> bool(np.isclose(found.mean[0], np.exp(variance / 2)))
    True
    >>> bool(np.isclose(found.covariance[0, 0], found.mean[0] ** 2 * np.expm1(variance)))
    True
    """

    def __init__(self, system: UncertainSystem, C: Any, *, order: Order | None = None) -> None:
        self.system = system
        self.C = system.factors(C)
        t, b = system.technosphere, system.biosphere
        # An input of 0 that may vary is a link at its mean, which the order does not know.
        self._order = None if ((t.values == 0) & t.uncertain).any() else order
        inputs, flows = np.flatnonzero(t.uncertain), np.flatnonzero(b.uncertain & (self.C != 0).any(axis=1)[b.rows])
        keys, numbers = np.unique(np.concatenate((t.keys[inputs], b.keys[flows])), return_inverse=True)
        self.keys: Keys = keys
        """(u,) of the uncertain exchanges, in the order of every result."""
        self._inputs = _Varying.of(t.at(inputs), numbers[: len(inputs)])
        self._flows = _Varying.of(b.at(flows), numbers[len(inputs) :])

    def moments(self, demand: Any) -> Moments:
        """Mean and variance of the scores of a demand.

        Args:
            demand: f, (n,).

        Raises:
            EngineError: TH-ENG-003 on another length; as :meth:`tanheng.engine.Solver.supply`.
        """
        f = as_columns(demand, self.system.processes, "demand")[:, 0]
        point = self._means
        if not point.sound[f != 0].all():
            point = self._amounts
        supply = np.asarray(point.solver.supply(f).values)
        count, methods = len(self.keys), self.C.shape[1]
        inputs, flows = self._inputs.weighed(supply), self._flows.weighed(supply)
        parts = np.empty((count, methods))
        for k in range(methods):
            parts[:, k] = self._inputs.added(inputs * point.footprints[self._inputs.rows, k], count)
            parts[:, k] += self._flows.added(flows * self.C[self._flows.rows, k], count)
        return Moments(
            mean=f @ point.footprints + (self._shift(supply) if point is self._amounts else 0.0),
            around="amounts" if point is self._amounts else "means",
            parts=parts,
            reach=self._inputs.added(inputs, count) if point is self._means else np.zeros(count),
            upstream=self._upstream,
            direct=point.burdens * supply[:, None],
            turning=self._turning,
        )

    @property
    def means(self) -> Floats:
        """(n, k) mean score of one unit of every product; NaN where the system is not productive at the means."""
        return np.where(self._means.sound[:, None], self._means.footprints, np.nan)

    @cached_property
    def _means(self) -> _Point:
        t, b = self.system.technosphere, self.system.biosphere
        try:
            return self._point(t.moments()[0], b.moments()[0])
        except EngineError:  # singular at the means
            nothing = np.zeros((self.system.processes, self.C.shape[1]))
            return _Point(self._amounts.solver, nothing, nothing, np.zeros(len(nothing), dtype=np.bool_))

    @cached_property
    def _amounts(self) -> _Point:
        return self._point(self.system.technosphere.values, self.system.biosphere.values)

    def _point(self, inputs: Floats, flows: Floats) -> _Point:
        made = self.system.with_amounts(inputs, flows)
        burdens = made.burdens(self.C)
        solver = Solver(made.A, order=self._order)
        sound = productive(made.A, order=self._order)
        return _Point(solver, burdens, np.asarray(solver.footprints(burdens).values), sound)

    def _shift(self, supply: Floats) -> Floats:
        """(k,) what the means of the exchanges move the score by, at the slopes of the amounts."""
        t, b = self.system.technosphere, self.system.biosphere
        inputs = (t.moments()[0] - t.values) * supply[t.columns]
        flows = (b.moments()[0] - b.values) * supply[b.columns]
        return np.asarray(inputs @ self._amounts.footprints[t.rows] + flows @ self.C[b.rows])

    @cached_property
    def _upstream(self) -> Floats:
        """(u, k, k) V of the supplier of each input; 0 where the squares are not productive, and for elementary flows."""
        n, k = self.system.processes, self.C.shape[1]
        found = np.zeros((len(self.keys), k, k))
        t, b, p = self._inputs, self._flows, self._means.footprints
        first, second = np.triu_indices(k)
        own = np.stack(
            [
                np.bincount(t.columns, p[t.rows, i] * p[t.rows, j] * t.deviations**2, minlength=n)
                + np.bincount(b.columns, self.C[b.rows, i] * self.C[b.rows, j] * b.deviations**2, minlength=n)
                for i, j in zip(first, second, strict=True)
            ],
            axis=1,
        )
        squares = requirements(self._means.solver.A).power(2)
        squares = squares + sparse.coo_array((t.deviations**2, (t.rows, t.columns)), shape=(n, n))
        A = sparse.csc_array(sparse.eye_array(n) - squares)
        try:
            sound = productive(A, order=self._order) & self._means.sound
            V = np.where(sound[:, None], Solver(A, order=self._order).footprints(own).values, 0.0)
        except EngineError:  # singular: the variance has no bound somewhere
            V = np.zeros_like(own)
        for column, (i, j) in enumerate(zip(first, second, strict=True)):
            found[t.numbers, i, j] = found[t.numbers, j, i] = V[t.rows, column]
        return found

    @cached_property
    def _turning(self) -> Mask:
        """(u,) exchanges of which more than 2.5 % lies on the other side of 0 than their amount."""
        found = np.zeros(len(self.keys), dtype=np.bool_)
        for part in (self._inputs, self._flows):
            found[part.numbers[part.turning]] = True
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """The system with every exchange at one value: solver, direct scores q, footprints p (n, k), and whose p can be trusted."""

    solver: Solver
    burdens: Floats
    footprints: Floats
    sound: Mask


@dataclass(frozen=True, slots=True, eq=False)
class _Varying:
    """Entries of uncertain exchanges of one matrix.

    Attributes:
        deviations: with the sign of the amount, so that entries of one exchange add up as they vary.
        numbers: of the exchange.
        turning: see :attr:`Moments.turning`.
    """

    rows: npt.NDArray[np.int32]
    columns: npt.NDArray[np.int32]
    deviations: Floats
    numbers: Indices
    turning: Mask

    @classmethod
    def of(cls, spreads: Spreads, numbers: Indices) -> _Varying:
        sign = np.where(spreads.values < 0, -1.0, 1.0)
        return cls(spreads.rows, spreads.columns, sign * spreads.moments()[1], numbers, _turning(spreads, sign))

    def weighed(self, supply: Floats) -> Floats:
        """Deviation of each entry in the supply of a demand."""
        return np.asarray(self.deviations * supply[self.columns])

    def added(self, values: Floats, count: int) -> Floats:
        """Values of entries, added up by exchange."""
        return np.asarray(np.bincount(self.numbers, values, minlength=count), dtype=np.float64)


def _turning(spreads: Spreads, sign: Floats) -> Mask:
    """(e,) whether 2.5 % of a distribution, or more, lies on the other side of 0 than the amount."""
    mean, deviation = spreads.moments()
    low = np.where(sign > 0, spreads.minimum, -spreads.maximum)
    width = np.abs(spreads.maximum - spreads.minimum)
    rise = sign * spreads.centre - low
    tail = 0.025 * width
    with np.errstate(invalid="ignore"):
        rising = low + np.sqrt(tail * rise)
        falling = low + width - np.sqrt((width - tail) * (width - rise))
    ends = [sign * mean - NORMAL_95 * deviation, np.where(tail < rise, rising, falling), low + tail]
    kinds = [spreads.kinds == kind for kind in (Kind.NORMAL, Kind.TRIANGULAR, Kind.UNIFORM)]
    return np.select(kinds, ends, default=1.0) <= 0


def productive(A: Columns, *, order: Order | None = None) -> Mask:
    """(n,) products none of whose suppliers is in a loop that consumes what it makes (C11).

    That is so everywhere if the inputs Z⁺ have x = 1 + Z⁺ᵀx above 0, which is one solve; only where it is not, loops are
    looked at one by one.
    """
    n = A.shape[0]
    Z = requirements(A).maximum(0)
    gross = sparse.csc_array(sparse.eye_array(n) - Z)
    try:
        if (Solver(gross, order=order).footprints(np.ones(n)).values > 0).all():
            return np.ones(n, dtype=np.bool_)
    except EngineError:
        pass  # singular: a loop of gain 1
    bad = np.zeros(n, dtype=np.bool_)
    for loop in loops(A):
        if not loop.productive:
            bad[list(loop.members)] = True
    return ~dependants(A, bad)


def effects(system: UncertainSystem, supply: Floats, footprints: Floats, factors: Floats) -> Floats:
    """What each exchange brings into a score: its amount times its slope, z_ij·p_i·s_j and b_fj·c_f·s_j.

    Over the score it is an elasticity: the change of the score, in per cent, with 1 % more of the exchange. The elasticities
    of elementary flows add up to 1.

    Args:
        supply: s of the demand, (n,).
        footprints: p of the score, (n,).
        factors: c, (m,).

    Returns:
        (e,) first the exchanges of the technosphere, then those of the biosphere.

    >>> import numpy as np
    >>> from tanheng.engine.montecarlo import Spreads, UncertainSystem
    >>> def exchanges(row, column, value, key):
    ...     nan = np.array([np.nan])
    ...     return Spreads(np.array([row], np.int32), np.array([column], np.int32), np.array([value]), np.zeros(1, np.int8),
    ...                    nan, nan, nan, nan, np.array([key], np.uint64))
    >>> system = UncertainSystem(2, 1, exchanges(0, 1, 0.5, 1), exchanges(0, 0, 2.0, 2))
    >>> effects(system, np.array([0.5, 1.0]), np.array([2.0, 1.0]), np.ones(1)).tolist()
    [1.0, 1.0]
    """
    t, b = system.technosphere, system.biosphere
    inputs = t.values * footprints[t.rows] * supply[t.columns]
    return np.concatenate((inputs, b.values * factors[b.rows] * supply[b.columns]))
