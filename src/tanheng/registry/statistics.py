"""How values of a product group are spread, told without telling of anybody (k-anonymity by makers)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tanheng.grading.disclosing import LEAST

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Spread:
    """Values of a product group.

    Attributes:
        products: how many. quantiles: values that the shares of :data:`QUANTILES` do not exceed, of three significant digits, so
        that none is the value of a product.
    """

    products: int
    quantiles: tuple[float, ...]


def spread(values: npt.NDArray[np.float64], makers: Sequence[str], *, least: int = LEAST) -> Spread | None:
    """The spread of values; ``None`` where fewer makers than ``least`` stand behind them.

    One maker may hold many of the values: then the quantiles are those of few, and are not told either; no maker may hold more
    than half of them.
    """
    _, counts = np.unique(np.asarray(makers, dtype=str), return_counts=True)
    if len(counts) < least or counts.max() * 2 > len(makers):
        return None
    found = np.quantile(values, QUANTILES, method="linear")
    return Spread(len(values), tuple(float(f"{value:.{_DIGITS}g}") for value in found))
