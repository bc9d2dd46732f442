"""Results that were sampled together, as a person holds them in a notebook: tables, one beside another, places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanheng.views import names_of, table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

    from tanheng.footprint import Assessment, Study
    from tanheng.footprint.portfolioresult import Pair, Portfolio

_FIGURES = ("total", "median", "mean", "deviation", "low", "high", "coverage", "background")
_DIFFERENCE = ("difference", "median", "mean", "deviation", "low", "high", "probability_lower", "correlation")


class PortfolioView:
    """Results with their figures from common samples (C18), kg CO2e per unit of each."""

    def __init__(self, found: Portfolio) -> None:
        self.value = found

    @property
    def samples(self) -> npt.NDArray[np.float64]:
        """(results, samples), in the order of :meth:`table`; NaN where a draw of the background has no footprint.

        The same column is the same state of the world for all results. Empty where samples are too many to be kept.
        """
        return self.value.values

    def table(self) -> pl.DataFrame:
        """One row a result: its footprint, median, mean, 95 % interval, and what has a spread."""
        return member_table(self.value)

    def pairs(self) -> pl.DataFrame:
        """What was compared: differences a − b with their intervals, P(a < b), and the correlation of the two."""
        rows = [{"a": p.a, "b": p.b, **{key: getattr(p, key) for key in _DIFFERENCE}} for p in self.value.pairs]
        return table(rows, {"a": str, "b": str, **dict.fromkeys(_DIFFERENCE, float)})

    def compare(self, a: str, b: str) -> Pair:
        """The difference of two results by their labels; refused with the reasons where they are not comparable (C19)."""
        return self.value.compare(a, b)

    def rankings(self) -> pl.DataFrame:
        """Places of comparable results, 1 the lowest: mean place, between which places, and how likely the lowest."""
        rows = [
            {
                "group": group,
                "label": one.label,
                **names_of(one.names),
                "mean": one.mean,
                "low": one.low,
                "high": one.high,
                "probability_lowest": one.probability_lowest,
            }
            for group, ranking in enumerate(self.value.rankings())
            for one in ranking.ranked
        ]
        places = {"mean": float, "low": int, "high": int, "probability_lowest": float}
        return table(rows, {"group": int, "label": str, "name_zh": str, "name_en": str, **places})

    def databases(self) -> pl.DataFrame:
        """The snapshots that were sampled: results and products that use them, draws without a footprint."""
        keys = ("name", "snapshot", "results", "products", "unusable", "escalated", "unproductive")
        rows = [{key: getattr(one, key) for key in keys} for one in self.value.databases]
        return table(rows, {"name": str, "snapshot": str, **dict.fromkeys(keys[2:], int)})

    def __repr__(self) -> str:
        v = self.value
        behind = ", ".join(one.name for one in v.databases) or "no background database"
        return f"{len(v.members)} results by {v.samples} common samples (seed {v.seed}) of {behind}"


def labelled(
    items: Iterable[Any] | Mapping[str, Any], assess: Callable[[Study], Assessment]
) -> Iterator[tuple[str, Assessment]]:
    """Every result with its label, one after the other: its key, else its file, else its product's name, numbered if need be."""
    pairs = items.items() if isinstance(items, Mapping) else ((None, item) for item in items)
    seen: set[str] = set()
    for key, item in pairs:
        label, assessment = _taken(item, assess)
        if key is None:
            label, number = label or "–", 2
            while label in seen:
                label, number = f"{label.partition(' #')[0]} #{number}", number + 1
            seen.add(label)
        yield label if key is None else key, assessment


def _taken(item: Any, assess: Callable[[Study], Assessment]) -> tuple[str, Assessment]:
    """A label and the assessment of a result, a study, or a file of either."""
    from tanheng.footprint import Assessment, Study, read_assessment, read_study

    if isinstance(item, str | Path):
        path = Path(item)
        return str(item), read_assessment(path) if path.suffix.lower() == ".json" else assess(read_study(path))
    if isinstance(item, Study):
        return item.path or next(iter(item.product.names.values()), ""), assess(item)
    found = item if isinstance(item, Assessment) else item.assessment
    return next(iter(found.product.values()), ""), found


def member_table(found: Portfolio) -> pl.DataFrame:
    """One row a result."""
    rows: list[dict[str, Any]] = [
        {
            "label": m.label,
            **names_of(m.names),
            "unit": m.unit,
            **{key: getattr(m, key) for key in _FIGURES},
            **{f"q{100 * p:g}": value for p, value in m.quantiles if p in (0.05, 0.25, 0.75, 0.95)},
            "complete": m.complete,
            "counted": m.counted,
            "samples": found.samples,
            "seed": found.seed,
            "digest": m.digest,
        }
        for m in found.members
    ]
    quantiles = dict.fromkeys(("q5", "q25", "q75", "q95"), float)
    figures = dict.fromkeys(_FIGURES, float)
    texts = dict.fromkeys(("label", "name_zh", "name_en", "unit"), str)
    counts = {"complete": bool, "counted": int, "samples": int, "seed": int, "digest": str}
    return table(rows, {**texts, **figures, **quantiles, **counts})
