"""What the exchanges of a background database are: whose, of what, how much, with which distribution."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.montecarlo import Kind
from tanheng.inventory.snapshot import Snapshot
from tanheng.inventory.uncertainty.exchanges import exchange_tables
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


class ExchangeNames:
    """The exchanges of a snapshot by key, and what each is.

    Args:
        system: of the snapshot; its entries are the technosphere's and then the biosphere's.
    """

    def __init__(self, snapshot: Snapshot, system: UncertainSystem) -> None:
        self.snapshot, self.system = snapshot, system

    @cached_property
    def numbered(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.intp]]:
        """(u,) keys of all exchanges, ascending, and (e,) the number of each entry's exchange among them."""
        keys = np.concatenate((self.system.technosphere.keys, self.system.biosphere.keys))
        found, numbers = np.unique(keys, return_inverse=True)
        return found, numbers

    def entries(self, key: np.uint64) -> npt.NDArray[np.intp]:
        """The entries of an exchange; several, where it is shared out over products."""
        keys, numbers = self.numbered
        return np.flatnonzero(numbers == np.searchsorted(keys, key))

    def of(self, entry: int) -> NamedExchange:
        """What the exchange of an entry is, for one unit of the product whose entry it is."""
        inputs, gases = self._tables
        is_input = entry < inputs.height
        at = entry if is_input else entry - inputs.height
        row = (inputs if is_input else gases).row(at, named=True)
        spread = (self.system.technosphere if is_input else self.system.biosphere).at(np.array([at]))
        kind, scale = Kind(int(spread.kinds[0])) if spread.uncertain[0] else Kind.CERTAIN, float(spread.scale[0])
        made = self.snapshot.product(row["column"])
        told: dict[str, Any] = {
            "process": made.process,
            "process_id": made.process_id,
            "location": made.location,
            "per": made.unit,
            "distribution": None if kind is Kind.CERTAIN else kind.name.lower(),
            "gsd2": float(f"{scale**2:.12g}") if kind is Kind.LOGNORMAL else None,
            # A distribution that the database itself does not have.
            "assumed": kind is Kind.LOGNORMAL and (kind, scale) != (row["distribution"], row["scale"]),
        }
        value = float(row["value"])
        if is_input:
            by, side = self.snapshot.product(row["row"]), "input" if value >= 0 else "credit"
            return NamedExchange(kind=side, item=by.name, supplier=by.process, amount=value, unit=by.unit, **told)
        flow = self._flows.row(row["row"], named=True)
        sign, side = (-1.0, "uptake") if self.snapshot.roles[row["role"]][1] is Origin.REMOVAL else (1.0, "emission")
        return NamedExchange(kind=side, item=flow["name"], supplier="", amount=sign * value, unit=flow["unit"], **told)

    @cached_property
    def _tables(self) -> tuple[Any, Any]:
        return exchange_tables(self.snapshot)

    @cached_property
    def _flows(self) -> Any:
        return self.snapshot.table("flows")


def largest(values: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.intp]:
    """Where the ``count`` largest values are, the largest first; quicker than sorting them all."""
    some = np.arange(len(values))
    if count < len(values):
        some = np.argpartition(-values, count)[:count]
    return some[np.lexsort((some, -values[some]))]
