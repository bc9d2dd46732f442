"""The entries of a matrix while a database is read: what each is, and how it varies (C18)."""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from tanheng.engine.montecarlo import Spreads
from tanheng.inventory.model import Distribution, Exchange, Process, Uncertainty
from tanheng.quantities import Origin

_DISTRIBUTIONS = {kind: code for code, kind in enumerate(Distribution, start=1)}
_NAN = float("nan")


@dataclass(slots=True)
class Entries:
    """Entries of one matrix, a column for each property: a database has a million of them, so no object for each.

    Attributes:
        rows, cols, values: where each stands, and how much it is.
        kinds, loc, scale, minimum, maximum: its distribution, as of :class:`tanheng.engine.montecarlo.Spreads`.
        keys: names the exchange for random numbers; the entries of one exchange, shared out by allocation, have the same.
        roles, kilograms: gas and origin of each entry of B, and kg of it (as in ``direct``) per unit of its value.
    """

    rows: array[int] = field(default_factory=lambda: array("i"))
    cols: array[int] = field(default_factory=lambda: array("i"))
    values: array[float] = field(default_factory=lambda: array("d"))
    kinds: array[int] = field(default_factory=lambda: array("b"))
    loc: array[float] = field(default_factory=lambda: array("d"))
    scale: array[float] = field(default_factory=lambda: array("d"))
    minimum: array[float] = field(default_factory=lambda: array("d"))
    maximum: array[float] = field(default_factory=lambda: array("d"))
    keys: array[int] = field(default_factory=lambda: array("Q"))
    roles: list[tuple[str, Origin] | None] = field(default_factory=list)
    kilograms: array[float] = field(default_factory=lambda: array("d"))

    def add(
        self,
        row: int,
        col: int,
        value: float,
        factor: float,
        uncertainty: Uncertainty | None,
        *,
        key: int = 0,
        role: tuple[str, Origin] | None = None,
        kilograms: float = 0.0,
    ) -> None:
        """Take an entry; ``factor`` makes its unit of that of its distribution."""
        self.rows.append(row)
        self.cols.append(col)
        self.values.append(value)
        self.keys.append(key)
        self.roles.append(role)
        self.kilograms.append(kilograms)
        kind, loc, scale, low, high = _scaled(uncertainty, factor)
        self.kinds.append(kind)
        self.loc.append(loc)
        self.scale.append(scale)
        self.minimum.append(low)
        self.maximum.append(high)

    def spreads(self) -> Spreads:
        """The entries with their distributions."""
        return Spreads(
            rows=np.array(self.rows, dtype=np.int32),
            columns=np.array(self.cols, dtype=np.int32),
            values=np.array(self.values, dtype=np.float64),
            kinds=np.array(self.kinds, dtype=np.int8),
            loc=np.array(self.loc, dtype=np.float64),
            scale=np.array(self.scale, dtype=np.float64),
            minimum=np.array(self.minimum, dtype=np.float64),
            maximum=np.array(self.maximum, dtype=np.float64),
            keys=np.array(self.keys, dtype=np.uint64),
        )

    def matrix(self, shape: tuple[int, int]) -> sparse.csc_array:
        """The sum of the entries at each place."""
        places = (np.array(self.rows, dtype=np.int32), np.array(self.cols, dtype=np.int32))
        return sparse.coo_array((np.array(self.values, dtype=np.float64), places), shape=shape).tocsc()


def key_of(process: Process, exchange: Exchange) -> int:
    """64 bits that name an exchange, the same in every release that has it."""
    name = f"{process.id}\n{exchange.id}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "little")


def _scaled(uncertainty: Uncertainty | None, factor: float) -> tuple[int, float, float, float, float]:
    """``(kind, loc, scale, minimum, maximum)`` of an entry, in the entry's unit; NaN where not given."""
    if uncertainty is None:
        return 0, _NAN, _NAN, _NAN, _NAN
    low, high = uncertainty.minimum, uncertainty.maximum
    if factor < 0:
        low, high = high, low
    relative = uncertainty.kind is Distribution.LOGNORMAL
    scale = uncertainty.scale
    return (
        _DISTRIBUTIONS[uncertainty.kind],
        _NAN if uncertainty.loc is None else uncertainty.loc * factor,
        _NAN if scale is None else (scale if relative else scale * abs(factor)),
        _NAN if low is None else low * factor,
        _NAN if high is None else high * factor,
    )
