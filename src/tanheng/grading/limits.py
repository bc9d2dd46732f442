"""From a class scheme and its peer group to the limits between classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Context, Decimal
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tanheng.errors import GradingError
from tanheng.grading.model import Benchmark, ClassScheme, Method, Peer, Tie

TOLERANCE, TOLERATED = 0.05, 2
"""By how much the share of a sample in the classes up to a limit may be another than the scheme says; or by how many products,
where that is more: samples are small, and a value is of one class only."""


def limits_of(scheme: ClassScheme, peers: Sequence[Peer]) -> tuple[float, ...]:
    """The limits between the classes, rising, in the unit of the peer group.

    Percentiles are interpolated between neighbours (Hyndman & Fan 1996, type 7). Limits are rounded to the digits of the
    scheme, half to even, since they are published so and classes follow from what is published.

    Raises:
        GradingError: TH-GRD-001 too few products or makers. TH-GRD-002 the limits do not rise, since values lie too close or the
            scheme has too few digits. TH-GRD-022 a value that is no number. TH-GRD-023 so many products have the value of a limit
            that the classes would not hold the shares that the scheme says.

    >>> from tanheng.grading import ClassScheme, Method, PeerGroup
    >>> group = PeerGroup("cn-cement@1", "cradle-to-gate", "kg CO2e/t")
    >>> scheme = ClassScheme(
    ...     id="cement", version="1", names={}, peers=group, classes=("A", "B", "C"), method=Method.LIMITS, steps=(600, 750)
    ... )
    >>> limits_of(scheme, ())
    (600.0, 750.0)
    """
    if needs_sample(scheme):
        makers = len({peer.maker for peer in peers})
        if len(peers) < scheme.minimum_sample or makers < scheme.minimum_makers:
            raise GradingError(
                "TH-GRD-001",
                place=scheme.id,
                sample=len(peers),
                makers=makers,
                least=scheme.minimum_sample,
                least_makers=scheme.minimum_makers,
            )
    values = np.array([peer.value for peer in peers], dtype=np.float64)
    raw = _raw(scheme, values) if np.isfinite(values).all() else [math.nan]
    if not all(map(math.isfinite, raw)):
        raise GradingError("TH-GRD-022", place=scheme.id)
    limits = tuple(rounded(value, scheme.digits) for value in raw)
    if any(higher <= lower for lower, higher in pairwise(limits)):
        raise GradingError("TH-GRD-002", place=scheme.id, limits=", ".join(f"{limit:g}" for limit in limits))
    if scheme.method is Method.PERCENTILES:
        _check_shares(scheme, values, limits)
    return limits


def _check_shares(scheme: ClassScheme, values: npt.NDArray[np.float64], limits: Sequence[float]) -> None:
    """Refuse limits up to which there are other shares of the sample than the scheme says: values are tied there."""
    is_better = scheme.tie is Tie.BETTER
    for step, limit in zip(scheme.steps, limits, strict=True):
        share = float(np.mean(values <= limit if is_better else values < limit))
        if abs(share - step) > max(TOLERANCE, TOLERATED / len(values)):
            told = {"limit": f"{limit:g}", "share": f"{share:.0%}", "wanted": f"{step:.0%}"}
            raise GradingError("TH-GRD-023", place=scheme.id, **told)


def needs_sample(scheme: ClassScheme) -> bool:
    """Whether the limits are derived from a peer group, and not stated by the scheme."""
    is_stated = scheme.method is Method.BENCHMARK and scheme.benchmark is Benchmark.STATED
    return not (scheme.method is Method.LIMITS or is_stated)


def rounded(value: float, digits: int) -> float:
    """A value to so many significant digits, half to even, as it is written in decimals.

    >>> rounded(1234.5, 4), rounded(0.0123456, 3)
    (1234.0, 0.0123)
    """
    return float(Context(prec=digits).create_decimal(Decimal(repr(float(value)))))


def _raw(scheme: ClassScheme, values: npt.NDArray[np.float64]) -> Sequence[float]:
    if scheme.method is Method.LIMITS:
        return scheme.steps
    if scheme.method is Method.PERCENTILES:
        return [float(one) for one in np.quantile(values, scheme.steps, method="linear")]
    if scheme.method is Method.BENCHMARK:
        typical = _typical(scheme, values)
        return [typical * ratio for ratio in scheme.steps]
    low, high = (float(one) for one in np.quantile(values, [scheme.trim, 1 - scheme.trim], method="linear"))
    count = len(scheme.classes)
    return [low + (high - low) * step / count for step in range(1, count)]


def _typical(scheme: ClassScheme, values: npt.NDArray[np.float64]) -> float:
    if scheme.benchmark is Benchmark.STATED:
        assert scheme.stated is not None  # noqa: S101 - schemes are read so
        return scheme.stated
    return float(np.median(values) if scheme.benchmark is Benchmark.MEDIAN else np.mean(values))
