"""Which amount, if it were 1 % larger, would move the footprint of a background product by how many per cent (C10)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.moments import effects
from tanheng.inventory.footprinting import DatabaseFootprint
from tanheng.inventory.uncertainty.exchanges import score_and_kept, uncertain_system
from tanheng.inventory.uncertainty.names import ExchangeNames, NamedExchange, largest


@dataclass(frozen=True, slots=True)
class ExchangeSensitivity:
    """An exchange and its elasticity: per cent that one per cent more of it moves the footprint by."""

    exchange: NamedExchange
    elasticity: float

    def document(self) -> dict[str, Any]:
        """The plain JSON shape."""
        return {**self.exchange.document(), "elasticity": self.elasticity}


class Elasticities:
    """Elasticities of one product's stated footprint by every exchange of its database, all from p and s.

    Where carbon stays in the product, it is the footprint with that carbon added back that moves (C06).

    Args:
        stated: the footprint.
        names: of its snapshot's exchanges, where they are at hand.
    """

    def __init__(self, stated: DatabaseFootprint, names: ExchangeNames | None = None) -> None:
        self.stated, self.snapshot = stated, stated.snapshot
        self.names = names or ExchangeNames(self.snapshot, uncertain_system(self.snapshot))

    def largest(self, count: int) -> tuple[ExchangeSensitivity, ...]:
        """The exchanges that move the footprint most, up or down; none for a footprint of 0."""
        keys, values = self._by_key
        order = largest(np.abs(values), count)
        return tuple(
            ExchangeSensitivity(self.name(key), float(value))
            for key, value in zip(keys[order], values[order], strict=True)
            if value
        )

    def of(self, key: np.uint64) -> float:
        """The elasticity by one exchange; 0 where the footprint is 0."""
        keys, values = self._by_key
        return float(values[np.searchsorted(keys, key)])

    def name(self, key: np.uint64) -> NamedExchange:
        """What an exchange is; of one that is shared out over products, where it matters most."""
        entries = self.names.entries(key)
        return self.names.of(int(entries[np.argmax(np.abs(self._effects[entries]))]))

    @cached_property
    def _effects(self) -> npt.NDArray[np.float64]:
        demand = np.zeros(self.snapshot.A.shape[1])
        demand[self.stated.product.index] = 1.0
        supply = self.snapshot.solver.supply(demand).values
        scores = score_and_kept(self.snapshot, self.stated.gwp)
        factors = scores.sum(axis=1) if self.stated.stored_carbon > 0 else scores[:, 0]
        footprints = np.asarray(self.snapshot.gas_footprints @ factors)
        return effects(self.names.system, supply, footprints, factors)

    @cached_property
    def _by_key(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.float64]]:
        keys, numbers = self.names.numbered
        sums = np.bincount(numbers, self._effects, minlength=len(keys)).astype(np.float64)
        return keys, sums / self.stated.total if self.stated.total else np.zeros(len(keys))
