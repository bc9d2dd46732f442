"""Tables out of a snapshot, for files and notebooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tanheng.errors import InventoryError
from tanheng.files import SHEET_COLUMNS, SHEET_ROWS, replacing
from tanheng.inventory.climate import stored_carbon
from tanheng.inventory.linking import LinkStatus
from tanheng.quantities import GwpSet, Origin

if TYPE_CHECKING:
    import polars as pl

    from tanheng.inventory.snapshot import Snapshot


def footprint_table(snapshot: Snapshot, gwp: GwpSet) -> pl.DataFrame:
    """Every product with its kg CO2e per unit: total and by origin, and whether anything is missing behind it (C02).

    ``complete`` is found for all products by one transposed solve: the open inputs take the place of the burdens (C10).
    """
    import polars as pl

    factors = snapshot.characterise(gwp)
    scores = snapshot.gas_footprints * factors
    columns = snapshot.products.select(
        "name", "process", "process_id", "location", "unit", "category", "allocation", "share"
    )
    origins = [
        pl.Series(origin.value, scores[:, [k for k, (_, o) in enumerate(snapshot.roles) if o is origin]].sum(axis=1))
        for origin in Origin
        if origin is not Origin.UNSPLIT
    ]
    stored = stored_carbon(snapshot.roles, np.asarray(snapshot.gas_footprints))
    return columns.with_columns(
        pl.Series("total", scores.sum(axis=1) + stored),
        *origins,
        pl.Series("stored_carbon", stored),
        pl.Series("complete", complete_products(snapshot, gwp)),
        pl.lit(gwp.name).alias("method"),
    )


def complete_products(snapshot: Snapshot, gwp: GwpSet) -> npt.NDArray[np.bool_]:
    """(n) whether nothing is missing behind a product but what its authors declared as cut off (C02, C13)."""
    undeclared = ~snapshot.table("open_flows")["declared_cut_off"].to_numpy().astype(np.bool_)
    lost = np.asarray(abs(snapshot.open_inputs[np.flatnonzero(undeclared)]).sum(axis=0)).ravel()
    unknown = [k for k, (gas, _) in enumerate(snapshot.roles) if not gwp.knows(gas)]
    lost = lost + np.abs(snapshot.direct[:, unknown]).sum(axis=1)
    return np.asarray(snapshot.solver.footprints(lost).values == 0.0)


def link_report(
    snapshot: Snapshot, *, status: str = "", text: str = "", first: int = 0, limit: int | None = None
) -> pl.DataFrame:
    """Every product and waste exchange with its provider, status, and the candidates that were not taken.

    Args:
        status: links of this status alone.
        text: links alone whose process or flow has this in its name.
        first, limit: rows of those; all by default.

    Raises:
        InventoryError: TH-INV-031 an unknown status.
    """
    import polars as pl

    names = dict(enumerate(snapshot.products["process"]))
    links = links_of(snapshot, status=status, text=text).slice(first, limit)
    return links.select(
        "status",
        "process",
        "flow",
        "amount",
        "unit",
        pl.Series("provider", [names.get(i, "") for i in links["provider"]], dtype=pl.String),
        pl.Series("candidates", ["; ".join(names[i] for i in c) for c in links["candidates"]], dtype=pl.String),
        "process_id",
        "flow_id",
    )


def links_of(snapshot: Snapshot, *, status: str = "", text: str = "") -> pl.DataFrame:
    """The links of a snapshot as they are stored, filtered as by :func:`link_report`."""
    import polars as pl

    if status and status not in tuple(LinkStatus):
        raise InventoryError("TH-INV-031", status=status, known=", ".join(LinkStatus))
    links = snapshot.table("links")
    if status:
        links = links.filter(pl.col("status") == status)
    if wanted := text.strip().lower():
        named = [pl.col(name).str.to_lowercase().str.contains(wanted, literal=True) for name in ("process", "flow")]
        links = links.filter(named[0] | named[1])
    return links


def open_flows(snapshot: Snapshot) -> pl.DataFrame:
    """Flows that nobody serves and that the authors did not declare as cut off, by how often they are used."""
    import polars as pl

    links = snapshot.table("links")
    open_links = links.filter(pl.col("status").is_in([status.value for status in LinkStatus if status.is_gap]))
    return (
        open_links.group_by("flow_id", "flow")
        .agg(pl.len().alias("uses"), pl.col("status").first())
        .sort(["uses", "flow"], descending=[True, False])
    )


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Write as Parquet, CSV or Excel by the file's ending; whole or not at all.

    Raises:
        InventoryError: TH-INV-030 another ending, TH-INV-122 more rows or columns than a worksheet has.
    """
    writer: Callable[[Path], object] = getattr(table, check_ending(path))
    if path.suffix.lower() == ".xlsx" and (table.height >= SHEET_ROWS or table.width > SHEET_COLUMNS):
        held = {"most_rows": SHEET_ROWS - 1, "most_columns": SHEET_COLUMNS}
        raise InventoryError("TH-INV-122", place=path.name, rows=table.height, columns=table.width, **held)
    with replacing(path) as work:
        writer(work)


def check_ending(path: Path) -> str:
    """How a table is written to a file of this name (TH-INV-030 for another ending); to be asked before long work."""
    writers = {".parquet": "write_parquet", ".csv": "write_csv", ".xlsx": "write_excel"}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InventoryError("TH-INV-030", place=str(path), known=", ".join(writers))
    return writer
