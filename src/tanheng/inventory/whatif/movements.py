"""What a what-if moved, as tables and as plain JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.engine.treediff import BranchPair
from tanheng.inventory.snapshot import Snapshot
from tanheng.inventory.whatif.changes import said
from tanheng.inventory.whatif.computing import ROUNDING, WhatIf
from tanheng.quantities import GwpSet, gwp_set

if TYPE_CHECKING:
    import polars as pl


def moved_table(found: WhatIf, gwp: GwpSet | None = None, *, least: float = ROUNDING) -> pl.DataFrame:
    """Every product that moved or whose completeness changed: kg CO2e per unit before and after (C02).

    The largest relative difference comes first; those of which only the completeness changed stand at the end.

    Args:
        least: see :meth:`tanheng.inventory.whatif.computing.WhatIf.moved`.
    """
    import polars as pl

    rows = moved_rows(found, gwp, least=least)
    first, second = found.complete(gwp)
    before, after = (total[rows] for total in found.totals(gwp))
    table = found.snapshot.products[rows].select("name", "process", "process_id", "location", "unit")
    relative = found.relative(gwp)[rows]
    return table.with_columns(
        pl.Series("before", before),
        pl.Series("after", after),
        pl.Series("difference", after - before),
        pl.Series("relative", relative).fill_nan(None),
        pl.Series("complete_before", first[rows]),
        pl.Series("complete_after", second[rows]),
        pl.lit((gwp or gwp_set()).name).alias("method"),
    )


def moved_rows(found: WhatIf, gwp: GwpSet | None = None, *, least: float = ROUNDING) -> npt.NDArray[np.intp]:
    """Indices of the products of :func:`moved_table`, in its order."""
    moved = found.moved(gwp, least=least)
    first, second = found.complete(gwp)
    return np.concatenate([moved, np.setdiff1d(np.flatnonzero(first != second), moved)])


def edits_table(found: WhatIf) -> pl.DataFrame:
    """Every amount that the changes changed, per unit of the product that takes or emits it."""
    import polars as pl

    products = found.snapshot.products
    names, units = products["name"].to_list(), products["unit"].to_list()
    processes = products["process_id"].to_list()
    rows = [
        {
            "product": names[e.product],
            "process_id": processes[e.product],
            "per": units[e.product],
            "kind": e.kind,
            "item": e.item,
            "supplier_id": processes[e.supplier] if e.supplier >= 0 else "",
            "before": e.before,
            "after": e.after,
            "unit": e.unit,
        }
        for e in found.edits
    ]
    texts = ("product", "process_id", "per", "kind", "item", "supplier_id")
    schema = {**dict.fromkeys(texts, pl.String), "before": pl.Float64, "after": pl.Float64, "unit": pl.String}
    return pl.DataFrame(rows, schema=schema)


def product_document(
    found: WhatIf, index: int, gwp: GwpSet | None = None, *, tree: BranchPair | None = None
) -> dict[str, Any]:
    """One product before and after, with the open inputs that changed behind it."""
    row = found.snapshot.product(index)
    before, after = (float(total[index]) for total in found.totals(gwp))
    relative = float(found.relative(gwp)[index])
    first, second = found.complete(gwp)
    told: dict[str, Any] = {
        "product": row.name,
        "process": row.process,
        "process_id": row.process_id,
        "location": row.location,
        "unit": row.unit,
        "before": before,
        "after": after,
        "difference": after - before,
        "relative": None if math.isnan(relative) else relative,
        "complete_before": bool(first[index]),
        "complete_after": bool(second[index]),
        "open_inputs": [
            {"flow": o.flow, "before": o.before, "after": o.after, "unit": o.unit, "declared": o.declared}
            for o in found.open_inputs(index)
        ],
    }
    if tree is not None:
        told["tree"] = branch_document(found.snapshot, tree)
    return told


def branch_document(snapshot: Snapshot, node: BranchPair) -> dict[str, Any]:
    """Two trees side by side as plain JSON; pairs are before and after."""
    row = snapshot.product(node.index)
    return {
        "product": row.name,
        "process": row.process,
        "unit": row.unit,
        "amounts": list(node.amounts),
        "totals": list(node.totals),
        "difference": node.difference,
        "direct": list(node.direct),
        "rest": list(node.rest),
        "children": [branch_document(snapshot, child) for child in node.children],
    }


def document(
    found: WhatIf,
    gwp: GwpSet | None = None,
    *,
    least: float = ROUNDING,
    first: int = 0,
    limit: int | None = None,
    most_edits: int | None = None,
) -> dict[str, Any]:
    """The whole what-if as plain JSON, or part of it.

    Args:
        first, limit: of what moved. most_edits: of the changed amounts; all by default.
    """
    moved = moved_table(found, gwp, least=least)
    complete = moved["complete_before"], moved["complete_after"]
    return {
        "database": found.snapshot.name,
        "snapshot": found.snapshot.digest,
        "method": (gwp or gwp_set()).name,
        "changes": [said(change) for change in found.changes],
        "edits": edits_table(found).head(len(found.edits) if most_edits is None else most_edits).to_dicts(),
        "products": found.snapshot.products.height,
        "moved": moved.drop("method").rename({"name": "product"}).slice(first, limit).to_dicts(),
        "newly_complete": int((~complete[0] & complete[1]).sum()),
        "newly_incomplete": int((complete[0] & ~complete[1]).sum()),
        "residual": found.after.residual,
        "solved": found.after.strategy,
    }
