"""Studies of a background database as a person holds them in a notebook: a few lines, and tables."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tanheng.inventory.releases.difference import ReleaseDifference
from tanheng.inventory.releases.tables import cause_table, release_table, unpaired_table
from tanheng.inventory.search import find_product
from tanheng.inventory.whatif.computing import ROUNDING, WhatIf
from tanheng.inventory.whatif.movements import edits_table, moved_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    import polars as pl

    from tanheng.engine.treediff import BranchPair
    from tanheng.inventory.uncertainty.analytic import ProductUncertainty
    from tanheng.inventory.uncertainty.elasticities import ExchangeSensitivity
    from tanheng.inventory.whatif.computing import OpenChange
    from tanheng.quantities import GwpSet

_SHOWN = 10


class WhatIfView:
    """A background database with changes: every product before and after, kg CO2e per unit; shows itself as a small table."""

    def __init__(self, found: WhatIf, gwp: GwpSet) -> None:
        self.value, self.gwp = found, gwp

    def moved(self, *, least: float = ROUNDING) -> pl.DataFrame:
        """Products that moved by at least this share, the largest first, and those whose completeness changed."""
        return moved_table(self.value, self.gwp, least=least)

    def edits(self) -> pl.DataFrame:
        """Every amount that the changes changed, per unit of the product."""
        return edits_table(self.value)

    def before(self, product: str) -> float:
        """Footprint of one unit of a product as it was."""
        return float(self.value.totals(self.gwp)[0][self._index(product)])

    def after(self, product: str) -> float:
        """Footprint of one unit of a product with the changes."""
        return float(self.value.totals(self.gwp)[1][self._index(product)])

    def tree(self, product: str, *, cutoff: float = 0.01, depth: int = 8) -> BranchPair:
        """Contribution trees before and after, branch by branch (C10)."""
        return self.value.tree(self._index(product), self.gwp, cutoff=cutoff, depth=depth)

    def open_inputs(self, product: str) -> tuple[OpenChange, ...]:
        """Open inputs and declared cut-offs behind a product whose amounts changed (C02)."""
        return self.value.open_inputs(self._index(product))

    def _index(self, product: str) -> int:
        return find_product(self.value.snapshot, product)

    def __repr__(self) -> str:
        rows = self.moved()
        head = (
            f"{self.value.after.reached.sum()} of {self.value.snapshot.products.height} products depend on the changes"
        )
        lines = [f"{head}; moved, {self.gwp.name}:"]
        for row in rows.head(_SHOWN).iter_rows(named=True):
            share = "" if row["relative"] is None else f"{100 * row['relative']:+.1f} %"
            figures = f"{row['before']:>10.4g} → {row['after']:<10.4g}"
            lines.append(f"{share:>9}  {figures} kg CO2e/{row['unit']:<8} {row['name']}")
        if rows.height > _SHOWN:
            lines.append(f"… {rows.height - _SHOWN} more: .moved()")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


class ReleaseView:
    """Two releases of a database: products that move, and the processes that moved them; shows itself as a small table."""

    def __init__(self, found: ReleaseDifference) -> None:
        self.value = found

    def moved(self, *, least: float = ROUNDING) -> pl.DataFrame:
        """Products of both releases that moved by at least this share, the largest first, each with its largest cause."""
        return release_table(self.value, least=least)

    def unpaired(self) -> pl.DataFrame:
        """Products of one release alone: ``added`` or ``removed``."""
        return unpaired_table(self.value)

    def causes(self, product: str, *, most: int = 20) -> pl.DataFrame:
        """What moved a product, by process and by what changed in it; all rows add up to the difference."""
        (move,) = self.value.causes([self.value.find(product)], most=most)
        return cause_table(self.value, move)

    def __repr__(self) -> str:
        found = self.value
        sides = f"{found.old.name} {found.old.digest[:19]} → {found.new.name} {found.new.digest[:19]}"
        head = f"{sides}: {found.paired.size} products in both; moved, {found.gwp.name}:"
        return _listed(head, self.moved())

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def _listed(head: str, rows: pl.DataFrame) -> str:
    """The first rows of what moved, a line each."""
    lines = [head]
    for row in rows.head(_SHOWN).iter_rows(named=True):
        share = "" if row["relative"] is None else f"{100 * row['relative']:+.1f} %"
        figures = f"{row['before']:>10.4g} → {row['after']:<10.4g}"
        lines.append(f"{share:>9}  {figures} kg CO2e/{row['unit']:<8} {row['name']}")
    if rows.height > _SHOWN:
        lines.append(f"… {rows.height - _SHOWN} more: .moved()")
    return "\n".join(lines)


class AnalyticView:
    """Analytic uncertainty of a background product (C18), kg CO2e per unit; shows itself as a line."""

    def __init__(self, found: ProductUncertainty) -> None:
        self.value = found

    @property
    def mean(self) -> float:
        """Mean; above the stated footprint where amounts are lognormal around what is stated."""
        return self.value.mean

    @property
    def deviation(self) -> float:
        """Standard deviation."""
        return self.value.deviation

    @property
    def low(self) -> float | None:
        """Lower end of the 95 % interval; ``None`` where nothing is uncertain."""
        return self.value.interval.low if self.value.interval else None

    @property
    def high(self) -> float | None:
        """Upper end of the 95 % interval; ``None`` where nothing is uncertain."""
        return self.value.interval.high if self.value.interval else None

    @property
    def gsd2(self) -> float | None:
        """GSD² of the footprint as a lognormal; ``None`` where it is taken as normal, or nothing is uncertain."""
        return self.value.interval.gsd2 if self.value.interval else None

    @property
    def coverage(self) -> float:
        """Share of the absolute footprint that depends on an exchange with a distribution; the rest counts as certain."""
        return self.value.coverage

    def shares(self) -> pl.DataFrame:
        """The exchanges that contribute most to the variance: whose they are, amount, GSD², share, effect, elasticity."""
        rows = [
            {**c.exchange.document(), "share": c.share, "effect": c.effect, "elasticity": c.elasticity}
            for c in self.value.contributors
        ]
        return _exchange_table(rows, "share", "effect", "elasticity")

    def __repr__(self) -> str:
        found = self.value
        lead = "" if found.stated.complete else "at least "
        told = f"{found.product.name}: {lead}{found.stated.total:.4g} kg CO2e / {found.product.unit}"
        if found.interval is None:
            return f"{told}; nothing is uncertain"
        gsd2 = "" if found.interval.gsd2 is None else f", GSD² {found.interval.gsd2:.3g}"
        assumed = (
            "" if found.default_gsd2 is None else f"; GSD² {found.default_gsd2:g} assumed where the database has none"
        )
        ends = f"95 % {found.interval.low:.4g} – {found.interval.high:.4g}"
        return f"{told}, mean {found.mean:.4g}, {ends}{gsd2} (covers {found.coverage:.0%}{assumed})"


def elasticity_table(found: Iterable[ExchangeSensitivity]) -> pl.DataFrame:
    """Exchanges with their elasticities, the largest first."""
    return _exchange_table([one.document() for one in found], "elasticity")


def _exchange_table(rows: list[dict[str, Any]], *figures: str) -> pl.DataFrame:
    from tanheng.views import table

    texts = ("kind", "process", "process_id", "location", "item", "supplier")
    kinds: dict[str, type] = {**dict.fromkeys(texts, str), "amount": float, "unit": str, "per": str}
    kinds |= {"distribution": str, "gsd2": float, "assumed": bool}
    return table(rows, {**kinds, **dict.fromkeys(figures, float)})
