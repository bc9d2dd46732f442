"""Distributions that lie far from the amount that they belong to: mostly slips of units, and the cause of absurd intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.engine.montecarlo import UncertainSystem
from tanheng.engine.montecarlo.plan import upstream
from tanheng.engine.montecarlo.spreads import Spreads
from tanheng.inventory.snapshot import Snapshot

FAR = 10.0
"""Times the stated amount from which the mean of a distribution is far."""


@dataclass(frozen=True, slots=True)
class FarDistribution:
    """An exchange whose distribution has a mean more than ten times its amount.

    Attributes:
        input: product, or gas with its origin.
        ratio: mean over amount.
    """

    process: str
    input: str
    ratio: float

    def document(self) -> dict[str, Any]:
        """The plain JSON shape."""
        return {"process": self.process, "input": self.input, "ratio": self.ratio}


def far_distributions(
    snapshot: Snapshot, system: UncertainSystem, products: tuple[int, ...]
) -> tuple[FarDistribution, ...]:
    """Those behind some products, the farthest first; an exchange that is shared out among products is told once."""
    t, b = system.technosphere, system.biosphere
    needed = upstream(system.deterministic.A, t, np.asarray(products, dtype=np.intp))
    made, names = snapshot.products["process"], snapshot.products["name"]
    found: dict[int, FarDistribution] = {}
    for part, called in ((t, lambda row: names[row]), (b, lambda row: _role(snapshot, row))):
        ratios = _ratios(part)
        for entry in np.flatnonzero((ratios > FAR) & needed[part.columns]):
            one = FarDistribution(made[int(part.columns[entry])], called(int(part.rows[entry])), float(ratios[entry]))
            found.setdefault(int(part.keys[entry]), one)
    return tuple(sorted(found.values(), key=lambda one: (-one.ratio, one.process, one.input)))


def _ratios(spreads: Spreads) -> Any:
    """(e,) |mean| over |amount|; 0 where the amount is 0 or does not vary."""
    mean, _ = spreads.moments()
    known = spreads.uncertain & (spreads.values != 0)
    return np.divide(np.abs(mean), np.abs(spreads.values), out=np.zeros(len(spreads)), where=known)


def _role(snapshot: Snapshot, row: int) -> str:
    gas, origin = snapshot.roles[row]
    return f"{gas} {origin.value}"
