"""The distributions of a background database: how many exchanges have one, which are unusable, which very wide (C18)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.montecarlo import Fault, Kind
from tanheng.inventory.importing.distributions import unusable
from tanheng.inventory.uncertainty.exchanges import COLUMNS, spreads_of

if TYPE_CHECKING:
    from tanheng.engine.montecarlo import Spreads
    from tanheng.inventory.snapshot import Snapshot

WIDE = 10.0  # GSD²: a hundred times between the ends of the 95 % interval


@dataclass(frozen=True, slots=True)
class DistributionCounts:
    """Linked inputs and elementary flows with a distribution.

    Attributes:
        exchanges: all of them, those without one too; one that is shared out over products counts once.
        kinds: how many have which kind, of those that can be drawn from.
        scored: how many inputs and flows had quality scores and no measured spread (C18), whether they are linked or not.
    """

    exchanges: int
    kinds: Mapping[str, int]
    scored: int


@dataclass(frozen=True, slots=True)
class UnusableDistribution:
    """A distribution that cannot be drawn from, so that its exchange counts as certain.

    Attributes:
        reason: ``numbers``, ``spread``, ``sign``, ``bounds``, ``amount`` or ``mode`` (:class:`tanheng.engine.montecarlo.Fault`).
        amount: in ``unit``, per unit of the product.
    """

    process: str
    process_id: str
    flow: str
    kind: str
    reason: str
    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class WideDistribution:
    """A lognormal with a GSD² above :data:`WIDE`."""

    process: str
    process_id: str
    flow: str
    gsd2: float
    amount: float
    unit: str


def distributions_of(
    snapshot: Snapshot,
) -> tuple[DistributionCounts, tuple[UnusableDistribution, ...], tuple[WideDistribution, ...]]:
    """How many there are by kind; the unusable ones, the first of every reason before the second of any; the wide ones."""
    table = snapshot.table("exchanges")
    spreads = spreads_of({name: table[name].to_numpy() for name in COLUMNS}, table["row"].to_numpy(), 1.0)
    told = _Names(snapshot, table["matrix"].cast(str).to_numpy() == "A")
    once = np.zeros(len(spreads), dtype=np.bool_)
    once[np.unique(spreads.keys, return_index=True)[1]] = True
    varying = spreads.kinds[once & spreads.uncertain]
    kinds = {kind.name.lower(): int((varying == kind).sum()) for kind in Kind if kind is not Kind.CERTAIN}
    scored = sum(int(n["params"]["count"]) for n in snapshot.notes if n["code"] == "pedigree-spread")
    counts = DistributionCounts(int(once.sum()), {kind: n for kind, n in kinds.items() if n}, scored)
    faults = spreads.faults
    bad = [
        UnusableDistribution(
            **told.of(spreads, entry),
            kind=Kind(int(spreads.kinds[entry])).name.lower(),
            reason=Fault(int(faults[entry])).name.lower(),
        )
        for entry in map(int, unusable(spreads))
        if once[entry]
    ]
    wide = once & spreads.uncertain & (spreads.kinds == Kind.LOGNORMAL) & (spreads.scale**2 > WIDE)
    widest = [
        WideDistribution(**told.of(spreads, entry), gsd2=float(spreads.scale[entry] ** 2))
        for entry in map(int, np.flatnonzero(wide))
    ]
    return counts, _by_turns(bad), tuple(sorted(widest, key=lambda one: (-one.gsd2, one.process, one.flow)))


def _by_turns(found: list[UnusableDistribution]) -> tuple[UnusableDistribution, ...]:
    """The first of every reason, the most frequent reason first, then the second of every reason, and so on."""
    often = Counter(one.reason for one in found)
    turns: Counter[str] = Counter()
    ranked = []
    for one in sorted(found, key=lambda one: (one.process, one.flow)):
        turns[one.reason] += 1
        ranked.append((turns[one.reason], -often[one.reason], one.reason, one))
    return tuple(one for *_, one in sorted(ranked, key=lambda rank: rank[:3]))


class _Names:
    """Names what the entries of the exchange table are."""

    def __init__(self, snapshot: Snapshot, is_input: npt.NDArray[np.bool_]) -> None:
        products, flows = snapshot.products, snapshot.table("flows")
        self._is_input = is_input
        self._process, self._ids = products["process"], products["process_id"]
        self._inputs, self._flows = ((t["name"], t["unit"]) for t in (products, flows))

    def of(self, spreads: Spreads, entry: int) -> dict[str, Any]:
        name, unit = self._inputs if self._is_input[entry] else self._flows
        row, column = int(spreads.rows[entry]), int(spreads.columns[entry])
        return {
            "process": self._process[column],
            "process_id": self._ids[column],
            "flow": name[row],
            "amount": float(spreads.values[entry]),
            "unit": unit[row],
        }
