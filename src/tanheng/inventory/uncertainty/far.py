"""Where distributions lie about their amounts: around them, aside, or so far off that it must be a slip of units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.engine.arrays import Mask
from tanheng.engine.montecarlo import Kind, Spreads, UncertainSystem
from tanheng.inventory.snapshot import Snapshot

FAR = 10.0
"""Times the stated amount from which the mean of a distribution is far."""
_ROUNDING = 1e-9


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


def far_distributions(snapshot: Snapshot, system: UncertainSystem, needed: Mask) -> tuple[FarDistribution, ...]:
    """Those of the processes ``needed`` (n), the farthest first; an exchange that products share is told once."""
    t, b = system.technosphere, system.biosphere
    made, names = snapshot.products["process"], snapshot.products["name"]
    found: dict[int, FarDistribution] = {}
    for part, called in ((t, lambda row: names[row]), (b, lambda row: _role(snapshot, row))):
        ratios = _ratios(part)
        for entry in np.flatnonzero((ratios > FAR) & needed[part.columns]):
            one = FarDistribution(made[int(part.columns[entry])], called(int(part.rows[entry])), float(ratios[entry]))
            found.setdefault(int(part.keys[entry]), one)
    return tuple(sorted(found.values(), key=lambda one: (-one.ratio, one.process, one.input)))


def all_centred(system: UncertainSystem, needed: Mask) -> bool:
    """Whether every distribution of the processes ``needed`` (n) is lognormal or normal with its amount as median."""
    for part in (system.technosphere, system.biosphere):
        some = part.at(np.flatnonzero(part.uncertain & needed[part.columns]))
        around = np.abs(some.centre - some.values) <= _ROUNDING * np.abs(some.values)
        if not (around & ((some.kinds == Kind.LOGNORMAL) | (some.kinds == Kind.NORMAL))).all():
            return False
    return True


def _ratios(spreads: Spreads) -> Any:
    """(e,) |mean| over |amount|; 0 where the amount is 0 or does not vary."""
    mean, _ = spreads.moments()
    known = spreads.uncertain & (spreads.values != 0)
    return np.divide(np.abs(mean), np.abs(spreads.values), out=np.zeros(len(spreads)), where=known)


def _role(snapshot: Snapshot, row: int) -> str:
    gas, origin = snapshot.roles[row]
    return f"{gas} {origin.value}"
