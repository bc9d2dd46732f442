"""Two releases of a database as two systems of the same products, in the units of the new one.

The products are those of the new release and, behind them, those that it no longer has. The old system holds the new
processes as they are in the new one: what one of them would have had as a footprint in the old database is its price there, so
changing to it from another supplier is told where it happens, in the process that changed its supplier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tanheng import engine
from tanheng.engine.arrays import Columns, requirements
from tanheng.inventory.releases.pairing import Pairing
from tanheng.quantities import GwpSet, Origin

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two systems; N products, per new unit.

    Attributes:
        Z: N × N, inputs of each process (C09). direct, masses: kg of each gas by origin (N × g), of the process alone and of
            its whole chain.
    """

    Z: Columns
    direct: Floats
    masses: Floats

    @property
    def A(self) -> Columns:  # noqa: N802 - the field's symbol
        """I − Z."""
        return (sparse.eye_array(self.Z.shape[0], format="csc") - self.Z).tocsc()


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """Both releases, the old one first; the first ``new`` products are those of the new release."""

    before: Side
    after: Side
    roles: tuple[tuple[str, Origin], ...]
    new: int

    def factors(self, gwp: GwpSet) -> Floats:
        """kg CO2e per kg of each role (g)."""
        return np.array([gwp.factor(gas, origin) if gwp.knows(gas) else 0.0 for gas, origin in self.roles])


def align(old: Snapshot, new: Snapshot, pairing: Pairing) -> Aligned:
    """Both releases on common products, units and gases.

    Raises:
        EngineError: where new processes alone, at the old footprints of what they take, make no system.
    """
    roles = tuple(dict.fromkeys((*new.roles, *old.roles)))
    count, here = len(pairing.old), pairing.old >= 0
    size = count + len(pairing.removed)
    place = np.empty(old.A.shape[1], dtype=np.intp)  # where an old product stands
    place[pairing.old[here]] = np.flatnonzero(here)
    place[pairing.removed] = np.arange(count, size)
    units = np.concatenate([pairing.units, np.ones(len(pairing.removed))])

    theirs = requirements(new.A).tocoo()
    after = _matrix((theirs.data, (theirs.row, theirs.col)), size)
    ours = requirements(old.A).tocoo()
    row, column = place[ours.row], place[ours.col]
    kept = _matrix((ours.data * units[column] / units[row], (row, column)), size)
    added = np.flatnonzero(~here)
    only_new = np.zeros(size)
    only_new[added] = 1.0
    before = (kept + after @ sparse.diags_array(only_new)).tocsc()

    direct_after = _placed(new.direct, new.roles, roles, np.arange(count), np.ones(count), size)
    direct_before = _placed(old.direct, old.roles, roles, place, units[place], size)
    masses_before = _placed(old.gas_footprints, old.roles, roles, place, units[place], size)
    direct_before[added] = direct_after[added]
    masses_before[added] = _priced(after, added, direct_after, masses_before)
    masses_after = _placed(new.gas_footprints, new.roles, roles, np.arange(count), np.ones(count), size)
    return Aligned(Side(before, direct_before, masses_before), Side(after, direct_after, masses_after), roles, count)


def _matrix(entries: Any, size: int) -> Columns:
    made: Columns = sparse.coo_array(entries, shape=(size, size)).tocsc()
    return made


def _placed(values: Any, own: tuple[Any, ...], roles: tuple[Any, ...], rows: Any, scale: Floats, size: int) -> Floats:
    """Values of a snapshot (n × g of its own) in the common products, gases and units."""
    made = np.zeros((size, len(roles)))
    columns = [roles.index(role) for role in own]
    made[np.ix_(rows, columns)] = np.asarray(values) * scale[:, None]
    return made


def _priced(Z: Columns, added: Any, direct: Floats, masses: Floats) -> Floats:
    """Footprints that new processes would have had, with what they take at the old footprints."""
    if not added.size:
        return np.zeros((0, masses.shape[1]))
    taken = Z[:, added]
    known = masses.copy()
    known[added] = 0.0
    right = direct[added] + taken.T @ known
    inside = sparse.eye_array(len(added), format="csc") - taken[added]
    return engine.Solver(inside).footprints(right).values
