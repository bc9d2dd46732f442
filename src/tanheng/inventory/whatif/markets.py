"""Other shares of the suppliers of a market, in the columns of a draft."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tanheng.errors import InventoryError
from tanheng.inventory.search import find_product
from tanheng.inventory.units import ratio_of
from tanheng.inventory.whatif.changes import MarketChange
from tanheng.inventory.whatif.drafting import Column, Draft
from tanheng.inventory.whatif.inputs import Input
from tanheng.quantities import find_unit

_EXACT = 1e-9


class Market:
    """Other shares in every column of a market; what its suppliers bring together stays in each."""

    def __init__(self, draft: Draft, change: MarketChange) -> None:
        self.draft, self.change = draft, change
        self.product = find_product(draft.snapshot, change.market)
        self.unit = draft.names.unit(Input("input", self.product))

    def apply(self) -> None:
        """Put the shares into the draft (TH-INV-043 where they do not add up, TH-INV-044 where it is no market)."""
        suppliers = self._suppliers()
        if not suppliers:
            raise InventoryError("TH-INV-044", market=self.draft.names.process_of(self.product), unit=self.unit)
        shares = self._shares(suppliers)
        for j in self.draft.names.of_process(self.product):
            self._share_out(self.draft.column(j), suppliers, shares)

    def _suppliers(self) -> dict[Input, float]:
        """Inputs in the dimension of the product, with units of the market for one of theirs."""
        market = find_unit(self.unit)
        column = self.draft.column(self.product)
        own = set(self.draft.names.of_process(self.product))
        found = {}
        for kind in ("input", "open"):
            for index, amount in column.amounts(kind).items():
                item = Input(kind, index)
                unit = self.draft.names.unit(item)
                known = find_unit(unit)
                fits = unit == self.unit or (market and known and market.dimension == known.dimension)
                if amount > 0 and fits and not (kind == "input" and index in own) and self.draft.names.has_amount(item):
                    found[item] = ratio_of(unit, self.unit)
        return found

    def _shares(self, suppliers: dict[Input, float]) -> dict[Input, float]:
        """The named shares by supplier; a product that is none yet is added to ``suppliers``."""
        name = self.draft.names.process_of(self.product)
        given: dict[Input, float] = {}
        for query, share in self.change.shares.items():
            item = self._supplier(query, suppliers)
            if item in given or not share >= 0:
                raise InventoryError("TH-INV-043", market=name, total=f"{query}: {100 * share:.6g} %", named=query)
            given[item] = share
        total = math.fsum(given.values())
        others = [item for item in suppliers if item not in given]
        if total > 1 + _EXACT or (not others and abs(total - 1) > _EXACT) or not given:
            named = ", ".join(self.change.shares) or "–"
            raise InventoryError("TH-INV-043", market=name, total=f"{100 * total:.6g} %", named=named)
        return given

    def _supplier(self, query: str, suppliers: dict[Input, float]) -> Input:
        names = self.draft.names
        try:
            return names.pick(query, list(suppliers), of=names.process_of(self.product))
        except InventoryError as error:
            if error.code != "TH-INV-040":
                raise
            try:
                item = Input("input", find_product(self.draft.snapshot, query, exact=True))
            except InventoryError:
                raise error from None
        if item.index == self.product:
            raise InventoryError("TH-INV-048", product=names.name(item))
        if self.draft.column(self.product).inputs.get(item.index):  # a credit, or of another dimension: no supplier
            raise InventoryError("TH-INV-044", market=names.process_of(self.product), unit=self.unit)
        suppliers[item] = ratio_of(names.unit(item), self.unit, place=names.name(item))
        return item

    @staticmethod
    def _share_out(column: Column, suppliers: Mapping[Input, float], shares: Mapping[Input, float]) -> None:
        """Amounts by the shares; what the suppliers bring together stays."""
        brought = {item: column.amounts(item.kind).get(item.index, 0.0) * each for item, each in suppliers.items()}
        whole = math.fsum(brought.values())
        others = math.fsum(amount for item, amount in brought.items() if item not in shares)
        left = max(0.0, 1.0 - math.fsum(shares.values()))
        if left > _EXACT and not others:
            return  # a co-product that carries none of what would share the rest
        for item, each in suppliers.items():
            if item in shares:
                column.amounts(item.kind)[item.index] = whole * shares[item] / each
            elif others:
                column.amounts(item.kind)[item.index] = brought[item] * (whole * left / others) / each
