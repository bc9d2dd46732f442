"""Monte Carlo on background products as a person holds it in a notebook: a line, a table, the samples themselves."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tanheng import texts
from tanheng.inventory.search import find_product

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

    from tanheng.inventory.uncertainty.common import ProductComparison
    from tanheng.inventory.uncertainty.footprints import SampledFootprints

SHOWN = 10


class SampledView:
    """Footprints of background products with their samples (C18), kg CO2e per unit of each."""

    def __init__(self, found: SampledFootprints) -> None:
        self.value = found

    @property
    def samples(self) -> npt.NDArray[np.float32]:
        """(products, samples), in the order of :meth:`table`; NaN where a sample has no footprint.

        The same column is the same state of the world for all products.
        """
        return self.value.values

    def table(self) -> pl.DataFrame:
        """One row a product: deterministic value, median, mean, 95 % interval, GSD², coverage, samples without a footprint."""
        return self.value.table()

    def quantiles(self) -> pl.DataFrame:
        """Quantiles of every product, one row a product and probability."""
        import polars as pl

        from tanheng.inventory.uncertainty.statistics import QUANTILES

        rows = [self.value.row(at) for at in range(len(self.value.products))]
        return pl.DataFrame(
            {
                "name": [row.name for row in rows for _ in QUANTILES],
                "process_id": [row.process_id for row in rows for _ in QUANTILES],
                "probability": [*QUANTILES] * len(rows),
                "value": self.value.statistics.quantiles.ravel(),
            }
        )

    def of(self, product: str) -> npt.NDArray[np.float32]:
        """(samples,) of one product, by name or process id."""
        at = self._place(product)
        return self.value.read(at, at + 1).ravel()

    def compare(self, a: str, b: str) -> ProductComparison:
        """The difference a − b of two of the products, from common samples (TH-INV-061 for different units)."""
        return self.value.compare(self._place(a), self._place(b))

    def probability_lower(self, a: str, b: str) -> float | None:
        """P(a < b); ``None`` where neither varies, or one misses what the other has."""
        return self.compare(a, b).probability_lower

    def _place(self, product: str) -> int:
        return self.value.place(find_product(self.value.snapshot, product))

    def _line(self, at: int) -> str:
        of, found = self.value.statistics, self.value
        row, least = found.row(at), "" if found.complete[at] else "at least "
        lost = f"; {found.lost(at)} without a footprint" if found.lost(at) else ""
        return (
            f"{row.name}: {least}{found.deterministic[at]:.4g} kg CO2e / {row.unit}, median {of.median[at]:.4g}, "
            f"mean {of.mean[at]:.4g}, 95 % {of.low[at]:.4g} – {of.high[at]:.4g} (covers {found.coverage[at]:.0%}{lost})"
        )

    def __repr__(self) -> str:
        count = len(self.value.products)
        head = f"{self.value.samples} samples, seed {self.value.seed}, {self.value.gwp.name}"
        lines = [self._line(at) for at in range(min(count, SHOWN))]
        if count == 1:
            lines.append(texts.text("cli", f"mc_why_{self.value.reason(0)}", "en"))
        return "\n".join([*lines, *([f"… {count} products"] if count > SHOWN else []), head])

    def _repr_html_(self) -> str:
        keys = ("name", "unit", "deterministic", "median", "mean", "low", "high", "coverage")
        cells = [
            [value if isinstance(value, str) else "–" if value is None else f"{value:.4g}" for value in row]
            for row in self.table().select(keys).head(SHOWN).rows()
        ]
        head = "".join(f"<th>{key}</th>" for key in keys)
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in cells)
        return f"<table><tr>{head}</tr>{body}</table><p>{html.escape(repr(self).splitlines()[-1])}</p>"
