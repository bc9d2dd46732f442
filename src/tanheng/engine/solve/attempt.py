"""What a strategy returns, and what a solver asks of a strategy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tanheng.engine.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """Values that a strategy found, not yet verified.

    Attributes:
        values: (n, k).
        sweeps: passes over the matrix.
        converged: what the strategy believes; the residual decides.
    """

    values: Floats
    sweeps: int
    converged: bool


class Strategy(Protocol):
    """A way to solve A s = f (forward) and Aᵀ p = q (transposed)."""

    @property
    def name(self) -> str:
        """The word by which it is asked for and reported."""

    def solve(self, right: Floats, *, transposed: bool) -> Attempt:
        """Solve for all columns of ``right`` (n, k) together."""
