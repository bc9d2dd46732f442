"""The exchanges of a snapshot as Monte Carlo takes them, and the scores it asks for (C05, C06, C18)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tanheng.engine.montecarlo import Kind, Spreads, UncertainSystem
from tanheng.errors import InventoryError
from tanheng.inventory.climate import CO2_OF_CH4
from tanheng.quantities import GwpSet, Origin

if TYPE_CHECKING:
    import polars as pl

    from tanheng.inventory.snapshot import Snapshot


def exchange_tables(snapshot: Snapshot) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The linked inputs and the flows of greenhouse gases, in the order in which :func:`uncertain_system` has them."""
    table = snapshot.table("exchanges")
    inputs = table.filter(table["matrix"] == "A")
    return inputs, table.filter((table["matrix"] == "B") & (table["role"] >= 0))


def uncertain_system(snapshot: Snapshot, *, default_gsd2: float | None = None) -> UncertainSystem:
    """The linked database as the sum of its exchanges; its elementary flows are the gases by origin, in kg.

    Flows without a gas have no part in a carbon footprint and are left out.

    Args:
        default_gsd2: GSD² of exchanges that have no distribution, or none that can be drawn from; by default they are certain.

    Raises:
        InventoryError: TH-INV-080 a GSD² below 1, or one that is not finite.
    """
    inputs, gases = exchange_tables(snapshot)
    one = np.ones(inputs.height)
    technosphere = spreads_of(inputs, inputs["row"].to_numpy(), one)
    biosphere = spreads_of(gases, gases["role"].to_numpy().astype(np.int32), gases["kilograms"].to_numpy())
    if default_gsd2 is not None:
        technosphere, biosphere = (with_default(part, default_gsd2) for part in (technosphere, biosphere))
    return UncertainSystem(snapshot.A.shape[1], len(snapshot.roles), technosphere, biosphere)


def without_spread(spreads: Spreads) -> npt.NDArray[np.bool_]:
    """(e,) exchanges that a default spread is for: with an amount, and without a distribution that can be drawn from."""
    return np.asarray(((spreads.kinds == Kind.CERTAIN) | spreads.invalid) & (spreads.values != 0))


def with_default(spreads: Spreads, gsd2: float) -> Spreads:
    """The same exchanges; those :func:`without_spread` are lognormal around their amount with this GSD².

    Raises:
        InventoryError: TH-INV-080 a GSD² below 1, or one that is not finite.
    """
    if not (gsd2 >= 1 and np.isfinite(gsd2)):
        raise InventoryError("TH-INV-080", place="default GSD²", value=f"{gsd2:g}")
    assumed = without_spread(spreads)
    return dataclasses.replace(
        spreads,
        kinds=np.where(assumed, Kind.LOGNORMAL, spreads.kinds).astype(np.int8),
        loc=np.where(assumed, np.nan, spreads.loc),
        scale=np.where(assumed, np.sqrt(gsd2), spreads.scale),
    )


def spreads_of(table: pl.DataFrame, rows: npt.NDArray[np.int32], factor: npt.NDArray[np.float64]) -> Spreads:
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
        scale=np.where(kinds == Kind.LOGNORMAL, scale, scale * np.abs(factor)),
        # Bounds that cross in the database stay crossed: they are no distribution.
        minimum=np.where(factor < 0, high, low),
        maximum=np.where(factor < 0, low, high),
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
