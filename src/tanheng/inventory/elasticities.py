"""Which amount, if it were 1 % larger, would move the footprint of a background product by how many per cent (C10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.moments import effects
from tanheng.engine.montecarlo import Kind
from tanheng.inventory.footprinting import DatabaseFootprint
from tanheng.inventory.sampling import exchange_tables, score_and_kept, uncertain_system
from tanheng.quantities import Origin

if TYPE_CHECKING:
    from tanheng.engine.montecarlo import UncertainSystem


@dataclass(frozen=True, slots=True)
class NamedExchange:
    """An input or an emission of a process.

    Attributes:
        kind: ``input``, ``credit`` (an avoided product), ``emission``, or ``uptake``.
        process, process_id, location: whose it is.
        item: the product that it takes, or the flow.
        supplier: process that serves an input; empty for a flow.
        amount: in ``unit`` for one ``per`` of what the process makes; negative for a credit.
        distribution: kind, or ``None`` where it counts as certain.
        gsd2: of a lognormal.
        assumed: whether the distribution is the default for exchanges that have none.
    """

    kind: str
    process: str
    process_id: str
    location: str
    item: str
    supplier: str
    amount: float
    unit: str
    per: str
    distribution: str | None
    gsd2: float | None
    assumed: bool

    def document(self) -> dict[str, Any]:
        """The plain JSON shape."""
        return asdict(self)


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
        system: of its snapshot, where it is at hand.
    """

    def __init__(self, stated: DatabaseFootprint, system: UncertainSystem | None = None) -> None:
        self.stated, self.snapshot = stated, stated.snapshot
        self.system = system or uncertain_system(stated.snapshot)

    def largest(self, count: int) -> tuple[ExchangeSensitivity, ...]:
        """The exchanges that move the footprint most, up or down; none for a footprint of 0."""
        keys, values = self._by_key
        order = np.argsort(-np.abs(values), kind="stable")[:count]
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
        entries = np.flatnonzero(self._keys == key)
        entry = int(entries[np.argmax(np.abs(self._effects[entries]))])
        inputs, gases = self._tables
        is_input = entry < inputs.height
        at = entry if is_input else entry - inputs.height
        row = (inputs if is_input else gases).row(at, named=True)
        part = self.system.technosphere if is_input else self.system.biosphere
        kind = Kind(int(part.kinds[at])) if part.uncertain[at] else Kind.CERTAIN
        made = self.snapshot.product(row["column"])
        told: dict[str, Any] = {
            "process": made.process,
            "process_id": made.process_id,
            "location": made.location,
            "per": made.unit,
            "distribution": None if kind is Kind.CERTAIN else kind.name.lower(),
            "gsd2": float(f"{part.scale[at] ** 2:.12g}") if kind is Kind.LOGNORMAL else None,
            # A distribution that the database itself does not have.
            "assumed": kind is Kind.LOGNORMAL and (kind, part.scale[at]) != (row["distribution"], row["scale"]),
        }
        value = float(row["value"])
        if is_input:
            by, side = self.snapshot.product(row["row"]), "input" if value >= 0 else "credit"
            return NamedExchange(kind=side, item=by.name, supplier=by.process, amount=value, unit=by.unit, **told)
        flow = self._flows.row(row["row"], named=True)
        sign, side = (-1.0, "uptake") if self.snapshot.roles[row["role"]][1] is Origin.REMOVAL else (1.0, "emission")
        return NamedExchange(kind=side, item=flow["name"], supplier="", amount=sign * value, unit=flow["unit"], **told)

    @cached_property
    def _effects(self) -> npt.NDArray[np.float64]:
        demand = np.zeros(self.snapshot.A.shape[1])
        demand[self.stated.product.index] = 1.0
        supply = self.snapshot.solver.supply(demand).values
        scores = score_and_kept(self.snapshot, self.stated.gwp)
        factors = scores.sum(axis=1) if self.stated.stored_carbon > 0 else scores[:, 0]
        footprints = np.asarray(self.snapshot.gas_footprints @ factors)
        return effects(self.system, supply, footprints, factors)

    @cached_property
    def _keys(self) -> npt.NDArray[np.uint64]:
        return np.concatenate((self.system.technosphere.keys, self.system.biosphere.keys))

    @cached_property
    def _by_key(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.float64]]:
        keys, numbers = np.unique(self._keys, return_inverse=True)
        sums = np.bincount(numbers, self._effects, minlength=len(keys)).astype(np.float64)
        return keys, sums / self.stated.total if self.stated.total else np.zeros(len(keys))

    @cached_property
    def _tables(self) -> Sequence[Any]:
        return exchange_tables(self.snapshot)

    @cached_property
    def _flows(self) -> Any:
        return self.snapshot.table("flows")
