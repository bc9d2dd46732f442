"""What if: a background database with changes, all its products at once; the snapshot itself stays as it is.

Only changed columns are touched, and the footprints of all products follow from those that the snapshot keeps
(:mod:`tanheng.engine.updating`). The result equals that of importing the changed database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tanheng import engine
from tanheng.engine.treediff import BranchPair, Scored, tree_difference
from tanheng.engine.updating import Updated, fits, update
from tanheng.errors import EngineError, InventoryError, TanhengError
from tanheng.inventory.climate import stored_carbon
from tanheng.inventory.completeness import complete_in, complete_products, declared_flows
from tanheng.inventory.snapshot import Snapshot
from tanheng.inventory.whatif.applying import apply
from tanheng.inventory.whatif.changes import DatabaseChange
from tanheng.inventory.whatif.drafting import Draft, Edit
from tanheng.quantities import GwpSet, Origin, gwp_set

ROUNDING = 1e-9
"""Relative difference of two footprints below which a product has not moved (C03)."""

_MOST_NAMES = 12


def is_rounding(before: float, after: float) -> bool:
    """Whether two footprints differ by no more than :data:`ROUNDING`."""
    return abs(after - before) <= ROUNDING * max(abs(before), abs(after))


Floats = npt.NDArray[np.float64]
Masks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OpenChange:
    """An open input behind a product, per unit of it, before and after."""

    flow: str
    before: float
    after: float
    unit: str
    declared: bool


@dataclass(frozen=True)
class WhatIf:
    """Footprints of all products before and after changes.

    Attributes:
        edits: every amount that the changes changed, in the columns of the products.
        roles: gases by origin, columns of the masses (g).
        masses: kg of each over the whole chain, per unit of product (n × g), before and after.
        after: the changed system.
        open_after: inputs that nobody serves (k × n), after.
    """

    snapshot: Snapshot
    changes: tuple[DatabaseChange, ...]
    edits: tuple[Edit, ...]
    roles: tuple[tuple[str, Origin], ...]
    masses: tuple[Floats, Floats]
    direct: Floats
    after: Updated
    open_after: Any

    def totals(self, gwp: GwpSet | None = None) -> tuple[Floats, Floats]:
        """kg CO2e of one unit of every product before and after (n); stored carbon is not netted (C06)."""
        factors = self._factors(gwp or gwp_set())
        first, second = (np.asarray(m @ factors + stored_carbon(self.roles, m)) for m in self.masses)
        return first, second

    def moved(self, gwp: GwpSet | None = None, *, least: float = ROUNDING) -> npt.NDArray[np.intp]:
        """Products whose footprint moved, the largest relative difference first.

        Args:
            least: of the difference, as a share of the footprint before (after, where that was 0).
        """
        before, after = self.totals(gwp)
        size = np.abs(self.relative(gwp))
        size = np.where(np.isnan(size), np.inf, size)
        here = np.flatnonzero(self.after.reached & (after != before) & (size >= max(least, ROUNDING)))
        by_share = -np.round(size[here], 9)  # what moves along with a supplier alone moves by the same share
        return np.asarray(here[np.lexsort((here, -np.abs(after - before)[here], by_share))])

    def relative(self, gwp: GwpSet | None = None) -> Floats:
        """(after − before) / |before| (n); NaN where the footprint was 0 and no longer is."""
        before, after = self.totals(gwp)
        zero = np.where(after == 0, 0.0, np.nan)
        return np.divide(after - before, np.abs(before), out=zero, where=before != 0)

    def complete(self, gwp: GwpSet | None = None) -> tuple[Masks, Masks]:
        """Whether nothing is open behind a product but what its authors declared, before and after (n) (C02, C13)."""
        chosen, snapshot = gwp or gwp_set(), self.snapshot
        after = complete_products(
            self.after.A,
            lost=self.open_after,
            declared=declared_flows(snapshot),
            direct=self.after.burdens,
            roles=self.roles,
            gwp=chosen,
        )
        return complete_in(snapshot, chosen), after

    def tree(self, index: int, gwp: GwpSet | None = None, *, cutoff: float = 0.01, depth: int = 8) -> BranchPair:
        """Contribution trees of one product before and after, side by side (C10); uptake is netted along them."""
        factors = self._factors(gwp or gwp_set())
        before, after = self.masses
        return tree_difference(
            Scored(self.snapshot.A, self.direct @ factors, before @ factors),
            Scored(self.after.A, self.after.burdens @ factors, after @ factors),
            product=index,
            cutoff=cutoff,
            max_depth=depth,
        )

    def open_inputs(self, index: int) -> tuple[OpenChange, ...]:
        """Open inputs and declared cut-offs behind one unit of a product whose amount changed (C02, C13)."""
        demand = np.zeros(self.snapshot.A.shape[1])
        demand[index] = 1.0
        before: Floats = self.snapshot.open_inputs @ self.snapshot.solver.supply(demand).values
        after: Floats = self.open_after @ self._solver.supply(demand).values
        flows = self.snapshot.table("open_flows").select("name", "unit", "declared_cut_off")
        found = [
            OpenChange(name, float(a), float(b), unit, declared)
            for a, b, (name, unit, declared) in zip(before, after, flows.iter_rows(), strict=True)
        ]
        changed = [o for o in found if not is_rounding(o.before, o.after)]
        return tuple(sorted(changed, key=lambda o: (o.declared, o.flow)))

    @cached_property
    def _solver(self) -> engine.Solver:
        order = self.snapshot.solver.order
        return engine.Solver(self.after.A, order=order if fits(self.after.A, order) else None)

    def _factors(self, gwp: GwpSet) -> Floats:
        return np.array([gwp.factor(gas, origin) if gwp.knows(gas) else 0.0 for gas, origin in self.roles])


def what_if(snapshot: Snapshot, changes: Iterable[DatabaseChange], *, places: Sequence[str] = ()) -> WhatIf:
    """The footprints of all products of ``snapshot`` with ``changes``, one after the other.

    Args:
        places: where each change stands, for errors.

    Raises:
        InventoryError: as of :func:`tanheng.inventory.whatif.applying.apply`; TH-INV-004 a loop that eats what it makes,
            TH-INV-003 a system without a unique solution, both with the processes named (C11); TH-INV-087 an amount that is
            too large for a number.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from tanheng.inventory import compile_database, freeze
    >>> from tanheng.inventory.whatif.reading import parse_change
    >>> from tanheng.testing import database, process
    >>> power = process("Power", "1 kWh", emits={"CO2": "0.9 kg"})
    >>> mini = database("mini", power, process("Steel", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = what_if(freeze(compile_database(mini), Path(folder)), [parse_change("Steel <- Power * 0.5")])
    ...     [total.round(9).tolist() for total in found.totals()]
    [[0.9, 2.8], [0.9, 1.9]]
    """
    asked = tuple(changes)
    draft = Draft(snapshot)
    for number, change in enumerate(asked):
        try:
            apply(draft, change)
        except TanhengError as error:
            raise (error.at(places[number]) if places else error) from error
    if not draft.is_finite():
        raise InventoryError("TH-INV-087", place=snapshot.name)
    edits = draft.edits()
    further = ((0, 0), (0, len(draft.roles) - len(snapshot.roles)))
    direct = np.pad(np.asarray(snapshot.direct, dtype=np.float64), further)
    masses = np.pad(np.asarray(snapshot.gas_footprints, dtype=np.float64), further)
    try:
        after = update(snapshot.solver, burdens=direct, footprints=masses, change=draft.change(edits))
    except EngineError as error:
        raise _named(snapshot, error) from error
    return WhatIf(
        snapshot=snapshot,
        changes=asked,
        edits=edits,
        roles=tuple(draft.roles),
        masses=(masses, after.footprints),
        direct=direct,
        after=after,
        open_after=draft.open_inputs(edits),
    )


def _named(snapshot: Snapshot, error: EngineError) -> InventoryError:
    """What the engine refuses, with the processes in place of their indices (C11)."""
    processes = snapshot.products["process"].to_list()
    params = error.faults[0].params

    def named(indices: Sequence[int]) -> str:
        names = list(dict.fromkeys(processes[i] for i in indices))
        more = f", … ({len(names)})" if len(names) > _MOST_NAMES else ""
        return (", ".join(names[:_MOST_NAMES]) or "–") + more

    if error.code == "TH-ENG-008":
        return InventoryError(
            "TH-INV-004", place=snapshot.name, radius=params["radius"], processes=named(params["columns"])
        )
    culprits = named((*params.get("columns", ()), *params.get("rows", ())))
    return InventoryError("TH-INV-003", place=snapshot.name, processes=culprits, reason=error.text())
