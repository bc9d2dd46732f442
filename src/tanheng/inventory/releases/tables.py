"""The difference of two releases of a database as tables and as plain JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tanheng.inventory.releases.difference import ProductMove, ReleaseDifference
from tanheng.inventory.releases.pairing import BY_ID, BY_NAMES
from tanheng.inventory.whatif.computing import ROUNDING

if TYPE_CHECKING:
    import polars as pl


def release_table(
    found: ReleaseDifference, products: Sequence[int] | None = None, *, least: float = ROUNDING
) -> pl.DataFrame:
    """Products in both releases with their largest cause, kg CO2e per unit of the new one.

    ``stored`` is the difference of the carbon that stays in the product and is added back to both totals (C06).

    Args:
        products: these, in this order; by default all that moved or whose completeness changed.
        least: of the relative difference, where ``products`` are not given.
    """
    import polars as pl

    first, second = found.complete
    rows = moved_rows(found, least=least) if products is None else np.array(products, dtype=np.intp)
    before, after = (total[rows] for total in found.totals)
    names, processes = (found.new.products[key].to_list() for key in ("name", "process_id"))
    causes = found.main_causes(rows.tolist())
    table = found.new.products[rows].select("name", "process", "process_id", "location", "unit")
    return table.with_columns(
        pl.Series("paired_by", [found.pairing.ways[i] for i in rows.tolist()], dtype=pl.String),
        pl.Series("before", before),
        pl.Series("after", after),
        pl.Series("difference", after - before),
        pl.Series("relative", found.relative[rows]).fill_nan(None),
        pl.Series("complete_before", first[rows]),
        pl.Series("complete_after", second[rows]),
        pl.Series("cause", [names[c[0]] if c else "" for c in causes], dtype=pl.String),
        pl.Series("cause_id", [processes[c[0]] if c else "" for c in causes], dtype=pl.String),
        pl.Series("cause_amount", [c[1] if c else None for c in causes], dtype=pl.Float64),
        pl.Series("stored", found.stored[rows]),
        pl.lit(found.gwp.name).alias("method"),
    )


def unpaired_table(found: ReleaseDifference) -> pl.DataFrame:
    """Products of one release alone: ``added`` or ``removed``."""
    import polars as pl

    columns = ("name", "process", "process_id", "location", "unit")
    parts = [
        snapshot.products[rows].select(pl.lit(what).alias("change"), *columns)
        for what, snapshot, rows in (
            ("removed", found.old, found.pairing.removed),
            ("added", found.new, found.added),
        )
    ]
    return pl.concat(parts, how="vertical")


def cause_table(found: ReleaseDifference, move: ProductMove) -> pl.DataFrame:
    """What moved one product, a row for each change inside a process; ``amount`` adds up to the difference.

    The last rows are further processes (``rest``) and the carbon that stays in the product (``stored``), where there are any.
    """
    import polars as pl

    names, ids = (found.new.products[key].to_list() for key in ("name", "process_id"))
    rows = [
        {"process": names[c.process], "process_id": ids[c.process], "supply": c.supply, **asdict(item)}
        for c in move.causes
        for item in c.items
    ]
    rows += [{"kind": kind, "amount": x} for kind, x in (("rest", move.rest), ("stored", move.stored)) if x]
    texts, numbers = ("process", "process_id", "kind", "name", "to", "unit"), ("supply", "before", "after", "amount")
    schema = {**dict.fromkeys(texts, pl.String), **dict.fromkeys(numbers, pl.Float64)}
    order = ("process", "process_id", "supply", "kind", "name", "to", "before", "after", "unit", "amount")
    return pl.DataFrame(rows, schema=schema).select(order)


def move_document(found: ReleaseDifference, move: ProductMove) -> dict[str, Any]:
    """One product in both releases with its causes; causes, rest and stored add up to the difference."""
    row = found.new.product(move.product)
    relative = float(found.relative[move.product])
    first, second = found.complete
    return {
        "product": row.name,
        "process": row.process,
        "process_id": row.process_id,
        "location": row.location,
        "unit": row.unit,
        "paired_by": found.pairing.ways[move.product],
        "before": move.before,
        "after": move.after,
        "difference": move.after - move.before,
        "relative": None if math.isnan(relative) else relative,
        "complete_before": bool(first[move.product]),
        "complete_after": bool(second[move.product]),
        "causes": [
            {
                "process": found.new.product(cause.process).name,
                "process_id": found.new.product(cause.process).process_id,
                "supply": cause.supply,
                "unit": found.new.product(cause.process).unit,
                "amount": cause.amount,
                "items": [asdict(item) for item in cause.items],
            }
            for cause in move.causes
        ],
        "rest": move.rest,
        "stored": move.stored,
    }


def document(
    found: ReleaseDifference,
    moves: Sequence[ProductMove] = (),
    *,
    least: float = ROUNDING,
    first: int = 0,
    limit: int | None = None,
    most_unpaired: int | None = None,
) -> dict[str, Any]:
    """The whole difference as plain JSON, or part of it; ``looked_at`` has the products of ``moves`` with their causes.

    Args:
        first, limit: of what moved. most_unpaired: of the products added, and of those removed; all by default.
    """
    rows = moved_rows(found, least=least)
    last = None if limit is None else first + limit
    moved = release_table(found, rows[first:last].tolist())
    unpaired = unpaired_table(found).rename({"name": "product"})

    def alone(change: str) -> list[dict[str, Any]]:
        part = unpaired.filter(unpaired["change"] == change).drop("change")
        return part.head(part.height if most_unpaired is None else most_unpaired).to_dicts()

    return {
        "old": {"name": found.old.name, "snapshot": found.old.digest, "products": found.old.products.height},
        "new": {"name": found.new.name, "snapshot": found.new.digest, "products": found.new.products.height},
        "method": found.gwp.name,
        "paired": {way: found.pairing.count(way) for way in (BY_ID, BY_NAMES)},
        "changed_processes": int(np.count_nonzero(found.differences)),
        "moved": moved.drop("method").rename({"name": "product"}).to_dicts(),
        "added": alone("added"),
        "removed": alone("removed"),
        "looked_at": [move_document(found, move) for move in moves],
    }


def moved_rows(found: ReleaseDifference, *, least: float = ROUNDING) -> npt.NDArray[np.intp]:
    """Products in both releases that moved, the largest relative difference first, then those whose completeness changed."""
    first, second = found.complete
    moved = found.moved(least=least)
    gaps = np.setdiff1d(found.paired[first[found.paired] != second[found.paired]], moved)
    return np.concatenate([moved, gaps])
