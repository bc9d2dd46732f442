"""The exchanges of a snapshot as Monte Carlo takes them, and the scores it asks for (C05, C06, C18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tanheng.engine.montecarlo import Spreads, UncertainSystem
from tanheng.inventory.climate import CO2_OF_CH4
from tanheng.quantities import GwpSet, Origin

if TYPE_CHECKING:
    import polars as pl

    from tanheng.inventory.snapshot import Snapshot


def uncertain_system(snapshot: Snapshot) -> UncertainSystem:
    """The linked database as the sum of its exchanges; its elementary flows are the gases by origin, in kg.

    Flows without a gas have no part in a carbon footprint and are left out.
    """
    table = snapshot.table("exchanges")
    technosphere = table.filter(table["matrix"] == "A")
    gases = table.filter((table["matrix"] == "B") & (table["role"] >= 0))
    one = np.ones(technosphere.height)
    return UncertainSystem(
        processes=snapshot.A.shape[1],
        flows=len(snapshot.roles),
        technosphere=_spreads(technosphere, technosphere["row"].to_numpy(), one),
        biosphere=_spreads(gases, gases["role"].to_numpy().astype(np.int32), gases["kilograms"].to_numpy()),
    )


def _spreads(table: pl.DataFrame, rows: npt.NDArray[np.int32], factor: npt.NDArray[np.float64]) -> Spreads:
    """The entries of a table with amounts in another unit: ``factor`` of it for one of theirs."""
    kinds = table["distribution"].to_numpy()
    low, high = table["minimum"].to_numpy() * factor, table["maximum"].to_numpy() * factor
    scale = table["scale"].to_numpy()
    return Spreads(
        rows=rows,
        columns=table["column"].to_numpy(),
        values=table["value"].to_numpy() * factor,
        kinds=kinds,
        loc=table["loc"].to_numpy() * factor,
        scale=np.where(kinds == 1, scale, scale * np.abs(factor)),
        minimum=np.fmin(low, high),
        maximum=np.fmax(low, high),
        keys=table["key"].to_numpy(),
    )


def score_and_kept(snapshot: Snapshot, gwp: GwpSet) -> npt.NDArray[np.float64]:
    """(g, 2) factors of two scores: kg CO2e with uptake netted, and kg CO2 that stays in the product (C06).

    The footprint is the first, and the second added where it is positive (:func:`totals`).
    """
    kept = {("CO2", Origin.REMOVAL): 1.0, ("CO2", Origin.BIOGENIC): -1.0, ("CH4", Origin.BIOGENIC): -CO2_OF_CH4}
    return np.column_stack([snapshot.characterise(gwp), [kept.get(role, 0.0) for role in snapshot.roles]])


def totals(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """kg CO2e from scores (2, …) by the factors of :func:`score_and_kept`."""
    netted, kept = scores
    # What is left of two equal sums is rounding, not carbon.
    return np.asarray(netted + np.where(kept > 1e-9 * np.abs(netted), kept, 0.0))
