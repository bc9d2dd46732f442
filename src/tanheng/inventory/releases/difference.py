"""The difference of two releases of a database: which products move, by how much, and which process caused how much of it.

    Δp_k = Σⱼ s'_j·(Δq_j + Σᵢ Δz_ij·p_i)

with the supply s' of product k in the new release and the footprints p of the old one: exact, without a rest
(:mod:`tanheng.engine.attribution`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tanheng.engine.attribution import attribute, largest, local_differences
from tanheng.errors import InventoryError
from tanheng.inventory.climate import stored_carbon
from tanheng.inventory.completeness import complete_in
from tanheng.inventory.releases.aligning import Aligned, Floats, align
from tanheng.inventory.releases.itemising import Detail, Itemiser
from tanheng.inventory.releases.pairing import Pairing, pair
from tanheng.inventory.search import find_product
from tanheng.inventory.snapshot import Snapshot
from tanheng.inventory.whatif.computing import ROUNDING
from tanheng.quantities import GwpSet, gwp_set

CHUNK = 64  # products whose causes are kept at once


@dataclass(frozen=True, slots=True)
class Cause:
    """What the change of one process does to the footprint of one product.

    Attributes:
        process: product of the new release whose column changed.
        supply: how much of it the product needs.
        amount: kg CO2e; supply times the change of one unit.
        items: the same by exchange and gas, the largest first; they add up to ``amount``.
    """

    process: int
    supply: float
    amount: float
    items: tuple[Detail, ...]


@dataclass(frozen=True, slots=True)
class ProductMove:
    """One product in both releases, kg CO2e per unit of the new one.

    Attributes:
        causes: the largest first. rest: what further causes add up to. stored: difference of the carbon kept in the product,
            which is not netted (C06): causes + rest + stored = after − before.
    """

    product: int
    before: float
    after: float
    causes: tuple[Cause, ...]
    rest: float
    stored: float


class ReleaseDifference:
    """Two releases side by side; indices are of the new release's products."""

    def __init__(self, old: Snapshot, new: Snapshot, *, gwp: GwpSet | None = None) -> None:
        self.old, self.new, self.gwp = old, new, gwp or gwp_set()
        self.pairing: Pairing = pair(old, new)
        if not (self.pairing.old >= 0).any():
            raise InventoryError("TH-INV-050", old=old.name, new=new.name)

    @cached_property
    def both(self) -> Aligned:
        """The two systems on common products."""
        return align(self.old, self.new, self.pairing)

    @property
    def paired(self) -> npt.NDArray[np.intp]:
        """Products of the new release that the old one has, too."""
        return np.flatnonzero(self.pairing.old >= 0)

    @property
    def added(self) -> npt.NDArray[np.intp]:
        """Products of the new release alone."""
        return np.flatnonzero(self.pairing.old < 0)

    @cached_property
    def totals(self) -> tuple[Floats, Floats]:
        """kg CO2e of one new unit of every product of the new release in both (n'); NaN before where it is new."""
        both, factors = self.both, self.both.factors(self.gwp)
        first, second = (
            np.asarray(side.masses @ factors + stored_carbon(both.roles, side.masses))[: both.new]
            for side in (both.before, both.after)
        )
        return np.where(self.pairing.old >= 0, first, np.nan), second

    @cached_property
    def relative(self) -> Floats:
        """(after − before) / |before| (n'); NaN where there is none, or it was 0 and no longer is."""
        before, after = self.totals
        none = np.where((before == 0) & (after == 0), 0.0, np.nan)
        return np.divide(after - before, np.abs(before), out=none, where=(before != 0) & ~np.isnan(before))

    def moved(self, *, least: float = ROUNDING) -> npt.NDArray[np.intp]:
        """Products of both releases whose footprint moved by this share or more, the largest first."""
        before, after = self.totals
        size = np.abs(self.relative)
        size = np.where(np.isnan(size) & (before == 0), np.inf, size)
        here = np.flatnonzero(size >= max(least, ROUNDING))
        by_share = -np.round(size[here], 9)
        return np.asarray(here[np.lexsort((here, -np.abs(after - before)[here], by_share))])

    @cached_property
    def stored(self) -> Floats:
        """Difference of the carbon that stays in each product, kg CO2 per unit (n'); it is added back to totals (C06)."""
        first, second = (stored_carbon(self.both.roles, side.masses) for side in (self.both.before, self.both.after))
        return np.asarray(second - first)[: self.both.new]

    @cached_property
    def complete(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Whether nothing is missing behind a product in the old and in the new release (n') (C02); false before if new."""
        here, old = self.pairing.old >= 0, complete_in(self.old, self.gwp)
        return here & old[np.maximum(self.pairing.old, 0)], complete_in(self.new, self.gwp)

    @cached_property
    def differences(self) -> Floats:
        """kg CO2e that one unit of each process changed by itself, its suppliers at the old footprints (n')."""
        both, factors = self.both, self.both.factors(self.gwp)
        first, second = both.before, both.after
        return local_differences(
            first.Z[:, : both.new],
            second.Z[:, : both.new],
            burdens=(first.direct[: both.new] * factors, second.direct[: both.new] * factors),
            footprints=first.masses @ factors,
        )

    def find(self, text: str) -> int:
        """A product by its name or id in either release (TH-INV-051 where only one has it)."""
        try:
            index = find_product(self.old, text)
        except InventoryError as error:
            if error.code != "TH-INV-020":
                raise
            found = find_product(self.new, text)
            if self.pairing.old[found] < 0:
                raise InventoryError("TH-INV-051", product=text, here=self.new.name, there=self.old.name) from error
            return found
        where = np.flatnonzero(self.pairing.old == index)
        if not where.size:
            raise InventoryError("TH-INV-051", product=text, here=self.old.name, there=self.new.name)
        return int(where[0])

    def new_index(self, old_index: int) -> int | None:
        """Where an old product stands in the new release; ``None`` where it is gone."""
        where = np.flatnonzero(self.pairing.old == old_index)
        return int(where[0]) if where.size else None

    def causes(self, products: Iterable[int], *, most: int = 10) -> tuple[ProductMove, ...]:
        """Why these products moved, each with its largest causes.

        Raises:
            EngineError: TH-ENG-030 where the causes do not add up to the difference within 1e-9.
        """
        asked = np.array(list(products), dtype=np.intp)
        parts = (asked[start : start + CHUNK] for start in range(0, len(asked), CHUNK))
        return tuple(move for part in parts for move in self._moves(part, most=most))

    def main_causes(self, products: Iterable[int]) -> tuple[tuple[int, float] | None, ...]:
        """The largest cause of each product, process and kg CO2e; ``None`` where no process changed in its chain."""
        asked = np.array(list(products), dtype=np.intp)
        prices = self._prices(asked)
        which, amounts = largest(self.new.solver, self.differences, products=asked, footprints=prices)
        pairs = zip(which.tolist(), amounts.tolist(), strict=True)
        return tuple((process, amount) if process >= 0 else None for process, amount in pairs)

    def _prices(self, products: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """kg CO2e of products before and after, uptake netted."""
        factors = self.both.factors(self.gwp)
        first, second = (side.masses[products] @ factors for side in (self.both.before, self.both.after))
        return first, second

    def _moves(self, products: npt.NDArray[np.intp], *, most: int) -> Iterator[ProductMove]:
        made = attribute(self.new.solver, self.differences, products=products, footprints=self._prices(products))
        before, after = self.totals
        for k, product in enumerate(products.tolist()):
            amounts = made.amounts[:, k]
            order = [j for j in np.lexsort((made.changed, -np.abs(amounts))).tolist() if amounts[j]]
            causes = tuple(
                Cause(
                    process=int(made.changed[j]),
                    supply=float(made.supply[j, k]),
                    amount=float(amounts[j]),
                    items=self._items.of(int(made.changed[j]), float(made.supply[j, k])),
                )
                for j in order[:most]
            )
            yield ProductMove(
                product=product,
                before=float(before[product]),
                after=float(after[product]),
                causes=causes,
                rest=float(amounts[order[most:]].sum()),
                stored=float(self.stored[product]),
            )

    @cached_property
    def _items(self) -> Itemiser:
        return Itemiser(self.old, self.new, self.pairing, self.both, self.gwp)
