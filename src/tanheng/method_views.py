"""Scores and mappings of a background database as a person holds them in a notebook: a few lines, and tables."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

from tanheng.inventory.mapping.coverage import KEYS, Coverage, OpenFlow, coverage
from tanheng.inventory.mapping.mapfile import listed, mapping_table, read_mapping, write_mapping
from tanheng.inventory.methods.model import ImpactMethod
from tanheng.inventory.methods.scoring import MethodScores, method_scores
from tanheng.inventory.search import find_product

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from tanheng.inventory.mapping.overrides import MappingFile
    from tanheng.inventory.snapshot import Snapshot
    from tanheng.storage import Home


class MappingView:
    """The elementary flows of a database on those of an impact method; shows itself as its coverage."""

    def __init__(self, scores: MethodScores) -> None:
        self.scores = scores

    def coverage(self) -> pl.DataFrame:
        """Flows, exchanges and share of the amounts in kg by step, for the method (category empty) and each category."""
        return coverage_table(coverage(self.scores.snapshot, self.scores.mapping))

    def open(self) -> pl.DataFrame:
        """Flows that may be missing from a score, the greatest likely effect first."""
        return open_table(self.scores, self.scores.open_flows())

    def flows(self) -> pl.DataFrame:
        """Each flow with the flow of the method that it is, as it is written for editing."""
        return mapping_table(self.scores.mapping)

    def save(self, path: str | Path) -> Path:
        """Write the mapping for editing (.csv; .xlsx and .parquet for reading only)."""
        write_mapping(self.scores.mapping, Path(path))
        return Path(path)

    def __repr__(self) -> str:
        first = coverage(self.scores.snapshot, self.scores.mapping)[0]
        counts = ", ".join(f"{step.flows} {step.key}" for step in first.steps if step.flows)
        return f"{self.scores.snapshot.name} on {self.scores.method.name}: {counts}"


class ScoresView:
    """Scores of every product of a database by an impact method; shows itself as a line."""

    def __init__(self, scores: MethodScores) -> None:
        self.value = scores

    def table(self) -> pl.DataFrame:
        """Every product in every category: score, whether it is complete, and what is likely missing."""
        return self.value.table()

    def of(self, product: str) -> pl.DataFrame:
        """The scores of one unit of a product by category."""
        return self._of(find_product(self.value.snapshot, product))

    def missing(self, product: str, *, most: int = 20) -> pl.DataFrame:
        """Open flows behind a product, the greatest likely effect first; those of unknown effect last."""
        from tanheng.views import table

        kinds = {"flow": str, "compartment": str, "amount": float, "unit": str, "category": str, "why": str}
        rows = self.value.missing(find_product(self.value.snapshot, product), most=most)
        return table(rows, {**kinds, "effect": float})

    @property
    def mapping(self) -> MappingView:
        """How the flows were mapped."""
        return MappingView(self.value)

    def _of(self, index: int) -> pl.DataFrame:
        from tanheng.views import table

        kinds = {"id": str, "category": str, "score": float, "unit": str, "complete": bool, "at_least": bool}
        return table(self.value.document(index)["categories"], {**kinds, "likely_missing": float})

    def __repr__(self) -> str:
        n, k = self.value.values.shape
        whole = int(self.value.complete.all(axis=1).sum())
        return (
            f"{self.value.snapshot.name} by {self.value.method.name}: {n} products, {k} categories; complete: {whole}"
        )

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def scores_of(
    snapshot: Snapshot, method: str | Path | ImpactMethod, *, mapping: str | Path | None, home: Home | None
) -> MethodScores:
    """Scores by a method given by its name in the data directory, its file, or itself.

    A mapping file is the one given, else the one that is kept for the pair.
    """
    if isinstance(method, ImpactMethod):
        return method_scores(snapshot, method, file=read_mapping(mapping) if mapping is not None else None)
    if home is None or not isinstance(method, str) or (method not in home.methods.names() and Path(method).exists()):
        from tanheng.formats import read_method

        path = Path(method)
        return scores_of(snapshot, read_method(path, name=path.stem), mapping=mapping, home=home)
    file: MappingFile | None = read_mapping(mapping) if mapping is not None else None
    file = file or home.mappings.find(snapshot.name, method)
    return method_scores(snapshot, home.methods.open(method), file=file)


def coverage_table(found: Iterable[Coverage]) -> pl.DataFrame:
    """Coverage as a table: one row for each category and step."""
    from tanheng.views import table

    rows = [
        {
            "category": c.category,
            "step": s.key,
            "flows": s.flows,
            "exchanges": s.exchanges,
            "share_kg": s.shares.get("kg", 0.0),
        }
        for c in found
        for s in sorted(c.steps, key=lambda s: KEYS.index(s.key))
    ]
    return table(rows, {"category": str, "step": str, "flows": int, "exchanges": int, "share_kg": float})


def open_table(scores: MethodScores, found: Iterable[OpenFlow]) -> pl.DataFrame:
    """Open flows as a table."""
    from tanheng.views import table

    rows = [
        {
            "category": scores.method.categories[o.category].name,
            "flow_id": o.flow.id,
            "flow": o.flow.name,
            "compartment": o.flow.path,
            "unit": o.flow.unit,
            "why": o.match.status.value,
            "estimate": o.estimate,
            "effect": o.effect,
            "share": o.share,
            "candidates": listed(o.match.factors),
        }
        for o in found
    ]
    texts = ("category", "flow_id", "flow", "compartment", "unit", "why")
    figures = dict.fromkeys(("estimate", "effect", "share"), float)
    return table(rows, {**dict.fromkeys(texts, str), **figures, "candidates": str})
