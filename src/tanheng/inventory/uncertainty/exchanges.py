"""The exchanges of a snapshot as Monte Carlo takes them, and the scores it asks for (C05, C06, C18)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.montecarlo import Kind, Spreads, UncertainSystem
from tanheng.errors import InventoryError
from tanheng.inventory.climate import CO2_OF_CH4
from tanheng.quantities import GwpSet, Origin

if TYPE_CHECKING:
    import polars as pl

    from tanheng.inventory.snapshot import Snapshot


COLUMNS = ("column", "value", "distribution", "loc", "scale", "minimum", "maximum", "key")
"""Of the table of exchanges, what says how an amount varies."""


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
    role, matrix = (snapshot.column("exchanges", name) for name in ("role", "matrix"))
    inputs, gases = ((matrix == "A").to_numpy(), ((matrix == "B") & (role >= 0)).to_numpy())

    def column(name: str) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """A column of both parts; one at a time, so that no more is in memory than is kept."""
        found = snapshot.column("exchanges", name).to_numpy()
        return found[inputs], found[gases]

    columns = {name: column(name) for name in COLUMNS}
    rows, _ = column("row")
    _, factor = column("kilograms")
    technosphere = spreads_of({name: parts[0] for name, parts in columns.items()}, rows, 1.0)
    biosphere = spreads_of(
        {name: parts[1] for name, parts in columns.items()}, role.to_numpy()[gases].astype(np.int32), factor
    )
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


def spreads_of(
    columns: Mapping[str, npt.NDArray[Any]], rows: npt.NDArray[np.int32], factor: float | npt.NDArray[np.float64]
) -> Spreads:
    """Entries of a table, by column, with amounts in another unit: ``factor`` of it for one of theirs."""
    kinds, scale = columns["distribution"], columns["scale"]
    low, high = columns["minimum"] * factor, columns["maximum"] * factor
    # Bounds that cross in the database stay crossed: they are no distribution.
    turned = np.broadcast_to(np.asarray(factor) < 0, low.shape)
    low[turned], high[turned] = high[turned], low[turned]
    return Spreads(
        rows=rows,
        columns=columns["column"],
        values=columns["value"] * factor,
        kinds=kinds,
        loc=columns["loc"] * factor,
        scale=np.where(kinds == Kind.LOGNORMAL, scale, scale * np.abs(factor)),
        minimum=low,
        maximum=high,
        keys=columns["key"],
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
