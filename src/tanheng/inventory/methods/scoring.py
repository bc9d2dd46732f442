"""Scores of every product of a database by an impact method, and what may be missing from them (C02, C10)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.patterns import dependants
from tanheng.errors import MappingError
from tanheng.inventory.completeness import declared_flows
from tanheng.inventory.footprinting import supply_gaps
from tanheng.inventory.mapping.coverage import OpenFlow, estimates, open_flows
from tanheng.inventory.mapping.mapping import FlowMapping, map_snapshot
from tanheng.inventory.mapping.overrides import MappingFile
from tanheng.inventory.methods.model import ImpactMethod
from tanheng.inventory.snapshot import Snapshot
from tanheng.inventory.vectors import score_vectors

if TYPE_CHECKING:
    import polars as pl

_SHOWN = 10


@dataclass(frozen=True, eq=False)
class MethodScores:
    """Scores of one unit of every product (n) in every category (k) of a method.

    Attributes:
        values: (n × k), in the unit of each category per unit of product.
        residual: largest relative residual of the solve.
    """

    snapshot: Snapshot
    mapping: FlowMapping
    values: npt.NDArray[np.float64]
    residual: float

    @property
    def method(self) -> ImpactMethod:
        """The method."""
        return self.mapping.method

    @cached_property
    def likely_missing(self) -> npt.NDArray[np.float64]:
        """What the scores would gain if each open flow had its likely factor (n × k); flows of unknown effect count nothing."""
        likely, _ = self._estimates
        return score_vectors(self.snapshot, likely).values if likely.any() else np.zeros_like(self.values)

    @cached_property
    def _estimates(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        return estimates(self.mapping)

    @cached_property
    def complete(self) -> npt.NDArray[np.bool_]:
        """Whether nothing is missing behind a score (n × k): no open input but what is declared, no open flow with an effect."""
        likely, unknown = self._estimates
        mark = (likely != 0) | unknown
        lost = abs(self.snapshot.open_inputs[np.flatnonzero(~declared_flows(self.snapshot))]).sum(axis=0)
        open_input = np.asarray(lost).ravel() > 0
        return np.column_stack(
            [~dependants(self.snapshot.A, self._touching(mark[:, k]) | open_input) for k in range(mark.shape[1])]
        )

    @cached_property
    def at_least(self) -> npt.NDArray[np.bool_]:
        """Whether an incomplete score is a lower bound (n × k): nothing that is open would lower it."""
        likely, _ = self._estimates
        B = self.snapshot.B
        columns = []
        for k in range(likely.shape[1]):
            lowering = np.zeros(B.shape[1], dtype=np.bool_)
            signed = np.asarray(B.data) * likely[B.indices, k]
            lowering[np.repeat(np.arange(B.shape[1]), np.diff(B.indptr))[signed < 0]] = True
            columns.append(~dependants(self.snapshot.A, lowering))
        return np.column_stack(columns) & ~self.complete

    def _touching(self, rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Products whose own process exchanges one of these flows (n)."""
        return np.asarray(abs(self.snapshot.B[np.flatnonzero(rows)]).sum(axis=0)).ravel() > 0

    def open_flows(self) -> tuple[OpenFlow, ...]:
        """What stands open in the mapping, the greatest likely effect first."""
        return open_flows(self.snapshot, self.mapping, self.values)

    def table(self) -> pl.DataFrame:
        """Every product in every category: score, whether it is complete, and what is likely missing."""
        import polars as pl

        products = self.snapshot.products.select("name", "process", "process_id", "location", "unit")
        parts = []
        for k, category in enumerate(self.method.categories):
            parts.append(
                products.with_columns(
                    pl.lit(category.name).alias("category"),
                    pl.Series("score", self.values[:, k]),
                    pl.lit(category.unit).alias("score_unit"),
                    pl.Series("complete", self.complete[:, k]),
                    pl.Series("at_least", self.at_least[:, k]),
                    pl.Series("likely_missing", self.likely_missing[:, k]),
                )
            )
        return pl.concat(parts)

    def document(self, index: int) -> dict[str, Any]:
        """The plain JSON shape of one product."""
        product = self.snapshot.product(index)
        gaps = supply_gaps(self.snapshot, index)
        return {
            "database": self.snapshot.name,
            "snapshot": self.snapshot.digest,
            "method": self.method.name,
            "mapping_file": self.mapping.file_document(),
            "product": product.name,
            "process": product.process,
            "process_id": product.process_id,
            "location": product.location,
            "unit": product.unit,
            "open_inputs": len(gaps.open),
            "declared_cut_offs": len(gaps.declared),
            "categories": self.by_category(index),
            "likely_missing_flows": self.missing(index),
        }

    def by_category(self, index: int) -> list[dict[str, Any]]:
        """The scores of one unit of a product, in the order of the categories."""
        return [self._category(index, k) for k in range(len(self.method.categories))]

    def _category(self, index: int, k: int) -> dict[str, Any]:
        category = self.method.categories[k]
        return {
            "id": category.id,
            "category": category.name,
            "score": float(self.values[index, k]),
            "unit": category.unit,
            "complete": bool(self.complete[index, k]),
            "at_least": bool(self.at_least[index, k]),
            "likely_missing": float(self.likely_missing[index, k]),
        }

    def missing(self, index: int, *, most: int = _SHOWN) -> list[dict[str, Any]]:
        """Open flows behind one unit of a product, with the amount to nature and its likely effect; the unknown ones last."""
        demand = np.zeros(self.snapshot.A.shape[1])
        demand[index] = 1.0
        amounts = np.asarray(self.snapshot.B @ self.snapshot.solver.supply(demand).values)
        likely, unknown = self._estimates
        rows = []
        for row, k in zip(*np.nonzero((likely != 0) | unknown), strict=True):
            if amounts[row]:
                flow, effect = self.mapping.flows[row], float(amounts[row] * likely[row, k])
                rows.append(
                    {
                        "flow": flow.name,
                        "compartment": flow.path,
                        "amount": float(amounts[row]),
                        "unit": flow.unit,
                        "category": self.method.categories[k].name,
                        "why": self.mapping.matches[k][row].status.value,
                        "effect": None if unknown[row, k] else effect,
                    }
                )
        rows.sort(key=lambda r: (r["effect"] is None, -abs(r["effect"] or 0.0), r["flow"]))
        return rows[:most]


def method_scores(snapshot: Snapshot, method: ImpactMethod, *, file: MappingFile | None = None) -> MethodScores:
    """Scores of every product by every category of a method; solved once, then kept beside the snapshot (C10).

    Raises:
        MappingError: TH-MAP-009 a method without factors; TH-MAP-… faults of the mapping file.
    """
    if not any(category.factors for category in method.categories):
        raise MappingError("TH-MAP-009", method=method.name)
    mapping = map_snapshot(snapshot, method, file=file)
    solved = score_vectors(snapshot, mapping.values)
    return MethodScores(snapshot, mapping, solved.values, solved.residual)
