"""A product system whose exchanges vary, and one sample of it as matrices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from tanheng.engine.arrays import Floats, as_columns
from tanheng.engine.montecarlo.draws import draws_of, multiples_of
from tanheng.engine.montecarlo.spreads import Spreads
from tanheng.engine.system import System
from tanheng.errors import EngineError


@dataclass(frozen=True)
class UncertainSystem:
    """A system as the sum of its exchanges, with their distributions (C09, C18).

    Attributes:
        processes: n.
        flows: m, rows of B.
        technosphere: exchanges of **Z**: rows are suppliers, columns consumers; inputs positive, avoided products negative.
        biosphere: exchanges of **B**.

    An exchange whose distribution cannot be drawn from keeps its amount; ``technosphere.invalid`` says which.

    Raises:
        EngineError: TH-ENG-021 where an exchange lies outside the matrices.
    """

    processes: int
    flows: int
    technosphere: Spreads
    biosphere: Spreads

    def __post_init__(self) -> None:
        for name, part, rows in (
            ("technosphere", self.technosphere, self.processes),
            ("biosphere", self.biosphere, self.flows),
        ):
            for axis, limit in (("rows", rows), ("columns", self.processes)):
                places = getattr(part, axis)
                if len(places) and (places.min() < 0 or places.max() >= limit):
                    raise EngineError("TH-ENG-021", name=name, axis=axis, limit=limit)

    @cached_property
    def deterministic(self) -> System:
        """The system with every exchange at its amount."""
        return self.with_amounts(self.technosphere.values, self.biosphere.values)

    @cached_property
    def linked(self) -> System:
        """A system with a link wherever a sample may have one: amounts of 0 that vary are as large as their distribution.

        It says which order suits every sample; where no such amounts occur, it is the deterministic one.
        """
        idle = (self.technosphere.values == 0) & self.technosphere.uncertain
        if not idle.any():
            return self.deterministic
        return self.with_amounts(
            np.where(idle, bases(self.technosphere), self.technosphere.values), self.biosphere.values
        )

    def sample(self, draw: int, *, seed: int) -> System:
        """The system of one draw, exactly as Monte Carlo solves it; for checks, and for the samples that sweeps cannot settle."""
        return self.with_amounts(*(_drawn(part, draw, seed=seed) for part in (self.technosphere, self.biosphere)))

    def with_amounts(self, inputs: Floats, flows: Floats) -> System:
        """The system with these amounts of the technosphere's and the biosphere's exchanges."""
        t, b = self.technosphere, self.biosphere
        Z = sparse.coo_array((inputs, (t.rows, t.columns)), shape=(self.processes, self.processes)).tocsc()
        B = sparse.coo_array((flows, (b.rows, b.columns)), shape=(self.flows, self.processes)).tocsc()
        return System(sparse.csc_array(sparse.eye_array(self.processes, format="csc") - Z), B)

    def factors(self, C: Floats) -> Floats:
        """Characterisation factors as (m, k); TH-ENG-003 on another length, TH-ENG-002 where one is not finite."""
        return as_columns(C, self.flows, "C")


def bases(spreads: Spreads) -> Floats:
    """What the multiples of exchanges multiply: the amount, or where that is 0 the width of the distribution."""
    width = np.where(spreads.scale > 0, spreads.scale, spreads.maximum - spreads.minimum)
    return np.where(spreads.values != 0, spreads.values, width)


def _drawn(spreads: Spreads, draw: int, *, seed: int) -> Floats:
    values = spreads.values.copy()
    at = np.flatnonzero(spreads.uncertain)
    base = bases(spreads)[at]
    values[at] = base * multiples_of(draws_of(spreads, at, base, seed=seed), draw)
    return values
