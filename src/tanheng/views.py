"""Uncertainty, comparisons and other studies of a result as a person holds them in a notebook: a line, and tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from tanheng.footprint.assessment import MonteCarloResult, UncertaintyResult
    from tanheng.footprint.comparing import Comparison
    from tanheng.footprint.levers import Lever
    from tanheng.footprint.sensitivity import Sensitivity
    from tanheng.footprint.study import Names


def table(rows: list[dict[str, Any]], kinds: dict[str, type]) -> pl.DataFrame:
    """A table with these columns, whether there are rows or not."""
    import polars as pl

    dtypes = {str: pl.String, float: pl.Float64, int: pl.Int64, bool: pl.Boolean}
    return pl.DataFrame(rows, schema={key: dtypes[kind] for key, kind in kinds.items()})


def names_of(names: Names) -> dict[str, str]:
    """Both names as columns; the one there is where there is only one."""
    first = next(iter(names.values()), "")
    return {"name_zh": names.get("zh", first), "name_en": names.get("en", first)}


class UncertaintyView:
    """Both views of a result's uncertainty (C18), kg CO2e per unit."""

    def __init__(self, total: float, unit: str, analytic: UncertaintyResult, drawn: MonteCarloResult) -> None:
        self.total, self.unit, self.analytic, self.monte_carlo = total, unit, analytic, drawn

    @property
    def mean(self) -> float:
        """Mean of the samples."""
        return self.monte_carlo.mean

    @property
    def median(self) -> float:
        """Median of the samples."""
        return self.monte_carlo.median

    @property
    def low(self) -> float:
        """2.5 % quantile of the samples."""
        return self.monte_carlo.low

    @property
    def high(self) -> float:
        """97.5 % quantile of the samples."""
        return self.monte_carlo.high

    def figures(self) -> pl.DataFrame:
        """Mean, median, deviation and 95 % interval of both views."""
        a, m = self.analytic, self.monte_carlo
        rows: list[dict[str, Any]] = [
            {
                "view": "analytic",
                "mean": a.mean,
                "median": None,
                "deviation": a.deviation,
                "low": a.low,
                "high": a.high,
            },
            {"view": "monte-carlo", **{key: getattr(m, key) for key in ("mean", "median", "deviation", "low", "high")}},
        ]
        columns = ("mean", "median", "deviation", "low", "high")
        return table(rows, {"view": str, **dict.fromkeys(columns, float)})

    def shares(self) -> pl.DataFrame:
        """Share of the variance by input, the largest first: analytic and sampled."""
        analytic, drawn = dict(self.analytic.shares), dict(self.monte_carlo.shares)
        rows = [
            {"input": key, "analytic": analytic.get(key), "monte_carlo": drawn.get(key)}
            for key in dict.fromkeys((*analytic, *drawn))
        ]
        return table(rows, {"input": str, "analytic": float, "monte_carlo": float})

    def quantiles(self) -> pl.DataFrame:
        """Probability and value of the sampled distribution."""
        rows = [{"probability": p, "value": value} for p, value in self.monte_carlo.quantiles]
        return table(rows, {"probability": float, "value": float})

    def __repr__(self) -> str:
        m = self.monte_carlo
        return (
            f"{self.total:.4g} {self.unit}: median {m.median:.4g}, mean {m.mean:.4g}, 95 % {m.low:.4g} – {m.high:.4g} "
            f"({m.samples} samples, seed {m.seed}; covers {100 * m.coverage:.0f} % of the result)"
        )


class ComparisonView:
    """The difference a − b of two comparable results (C19), kg CO2e per unit."""

    def __init__(self, found: Comparison) -> None:
        self.value = found

    @property
    def difference(self) -> float:
        """a − b of the deterministic results; less than 0 where a is lower."""
        return self.value.difference

    @property
    def probability_lower(self) -> float | None:
        """P(a < b) from common samples; ``None`` where nothing is uncertain, or only one of the two misses something."""
        return self.value.probability_lower

    @property
    def low(self) -> float:
        """2.5 % quantile of a − b."""
        return self.value.low

    @property
    def high(self) -> float:
        """97.5 % quantile of a − b."""
        return self.value.high

    def by_stage(self) -> pl.DataFrame:
        """Stage, both results, difference."""
        rows = [{"stage": r.key, "a": r.a, "b": r.b, "difference": r.difference} for r in self.value.stages]
        return table(rows, {"stage": str, "a": float, "b": float, "difference": float})

    def by_line(self) -> pl.DataFrame:
        """Lines of both, matched by id or by stage and name, the largest difference first."""
        rows = [{**names_of(r.names), "a": r.a, "b": r.b, "difference": r.difference} for r in self.value.lines]
        return table(rows, {"name_zh": str, "name_en": str, "a": float, "b": float, "difference": float})

    def shares(self) -> pl.DataFrame:
        """Share of the variance of the difference by input, and whose input it is: a, b or both."""
        rows = [{"input": s.label, **names_of(s.names), "of": s.of, "share": s.share} for s in self.value.shares]
        return table(rows, {"input": str, "name_zh": str, "name_en": str, "of": str, "share": float})

    def __repr__(self) -> str:
        from tanheng.reporting.numbers import THIN, chance

        v = self.value
        why = "one misses what the other has" if any(v.missing) else "nothing is uncertain"
        likely = "" if v.probability_lower is None else chance(v.probability_lower, v.samples).replace(THIN, " ")
        told = f"P(a < b) {likely if likely[0] in '<>' else f'= {likely}'}" if likely else why
        lead = "" if v.complete else "not complete: "
        return f"{lead}a − b = {v.difference:.4g} {v.unit}, 95 % {v.low:.4g} – {v.high:.4g}, {told}"


def sensitivity_table(found: Iterable[Sensitivity]) -> pl.DataFrame:
    """Inputs one at a time, the greatest effect first."""
    rows = [
        {
            "kind": s.kind.value,
            "input": s.label,
            **names_of(s.names),
            "from": s.from_,
            "to": s.to,
            "low": s.low,
            "high": s.high,
        }
        for s in found
    ]
    texts = dict.fromkeys(("kind", "input", "name_zh", "name_en"), str)
    return table(rows, {**texts, **dict.fromkeys(("from", "to", "low", "high"), float)})


def lever_table(found: Iterable[Lever]) -> pl.DataFrame:
    """Levers, the greatest effect first."""
    rows = [
        {"kind": x.kind.value, "input": x.label, **names_of(x.names), "to": x.to, "effect": x.effect, "share": x.share}
        for x in found
    ]
    texts = dict.fromkeys(("kind", "input", "name_zh", "name_en", "to"), str)
    return table(rows, {**texts, "effect": float, "share": float})
