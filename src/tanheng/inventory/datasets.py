"""A data set of a snapshot: what one unit of its product takes and emits, who takes it, and what its authors say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import orjson

from tanheng.engine.montecarlo import Kind
from tanheng.inventory.importing.building import MISSING
from tanheng.inventory.snapshot import ProductRow, Snapshot
from tanheng.inventory.uncertainty.exchanges import COLUMNS, spreads_of
from tanheng.quantities import GwpSet

if TYPE_CHECKING:
    import polars as pl

INPUT, CREDIT, ELEMENTARY, OPEN, CUT_OFF = "input", "credit", "elementary", "open", "cut-off"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A product with its process.

    Attributes:
        output: what one run of the process makes of it. is_service: whether it takes in a waste instead.
        allocation, share: how burdens of several products are shared, and this one's share (C12).
        together: the other products of the process, by index.
        comment, texts, sources, licence: of the process, as far as its file tells them; ``texts`` by their names.
    """

    product: ProductRow
    category: str
    is_reference: bool
    is_service: bool
    output: float
    allocation: str
    share: float
    together: tuple[int, ...]
    comment: str
    texts: Mapping[str, str]
    sources: tuple[str, ...]
    licence: str


@dataclass(frozen=True, slots=True)
class DataSetExchange:
    """An input or an intervention of one unit of a product.

    Attributes:
        kind: ``input``, ``credit`` (an avoided product), ``elementary``, ``open`` (nobody serves it) or ``cut-off`` (declared).
        supplier: index of the product that serves it; ``None`` where none does.
        amount: in ``unit``; of interventions positive to nature and negative from it, of a credit below zero; ``None`` where the
            authors give none (C02).
        gas, origin: what it counts as; empty where it is no greenhouse gas.
        co2e: kg CO2e that come with it, the supplier's footprint or the gas itself; ``None`` where nobody serves it, it is no
            greenhouse gas, or the GWP set has no value for it. All add up to the footprint with uptake netted (C06, C10).
        distribution: its kind, ``None`` where the amount is certain. gsd2: of a lognormal. deviation: of a normal.
    """

    kind: str
    name: str
    amount: float | None
    unit: str
    supplier: int | None = None
    category: str = ""
    gas: str = ""
    origin: str = ""
    co2e: float | None = None
    distribution: str | None = None
    gsd2: float | None = None
    deviation: float | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Consumer:
    """A product that takes another: ``amount`` of it for one unit of its own; below zero where it avoids it."""

    index: int
    amount: float


def data_set(snapshot: Snapshot, index: int) -> DataSet:
    """What is known of product ``index`` and its process."""
    row, products, texts = snapshot.products.row(index, named=True), snapshot.products, snapshot.table("texts")
    same = np.flatnonzero((products["process_id"] == row["process_id"]).to_numpy())
    found = texts.filter(texts["process_id"] == row["process_id"]).to_dicts()
    told: dict[str, Any] = found[0] if found else {}
    return DataSet(
        product=snapshot.product(index),
        **{key: row[key] for key in ("category", "is_reference", "is_service", "output", "allocation", "share")},
        together=tuple(int(i) for i in same if i != index),
        comment=told.get("comment", ""),
        texts=orjson.loads(told.get("texts", "{}")),
        sources=tuple(told.get("sources", ())),
        licence=told.get("licence", ""),
    )


def exchanges_of(snapshot: Snapshot, index: int, gwp: GwpSet) -> tuple[DataSetExchange, ...]:
    """The inputs of product ``index``, then what nobody serves, then its interventions; the largest co2e of each first."""
    table = snapshot.table("exchanges")
    own = table.filter(table["column"] == index)
    is_input = own["matrix"].cast(str) == "A"
    inputs = _inputs(snapshot, own.filter(is_input), snapshot.footprints(gwp))
    natural = _elementary(snapshot, own.filter(~is_input), gwp)
    return (*_sorted(inputs), *_unserved(snapshot, index), *_sorted(natural))


def consumers_of(snapshot: Snapshot, index: int) -> tuple[Consumer, ...]:
    """Products that take product ``index`` themselves, in their order."""
    import polars as pl

    table = snapshot.table("exchanges")
    taken = table.filter((table["matrix"].cast(str) == "A") & (table["row"] == index))
    sums = taken.group_by("column").agg(pl.col("value").sum()).sort("column")
    return tuple(Consumer(int(column), float(value)) for column, value in sums.iter_rows())


def _sorted(found: list[DataSetExchange]) -> list[DataSetExchange]:
    return sorted(found, key=lambda one: (-abs(one.co2e or 0.0), one.name))


def _inputs(snapshot: Snapshot, own: pl.DataFrame, prices: npt.NDArray[np.float64]) -> list[DataSetExchange]:
    names, units, categories = (snapshot.products[key] for key in ("name", "unit", "category"))
    return [
        DataSetExchange(
            kind=INPUT if value >= 0 else CREDIT,
            name=names[row],
            amount=value,
            unit=units[row],
            supplier=row,
            category=categories[row],
            co2e=float(value * prices[row]),
            **spread,
        )
        for row, value, spread in zip(own["row"], own["value"], _spreads(own), strict=True)
    ]


def _elementary(snapshot: Snapshot, own: pl.DataFrame, gwp: GwpSet) -> list[DataSetExchange]:
    flows = snapshot.table("flows").select("name", "unit", "category")
    found = []
    columns = ("row", "value", "role", "kilograms")
    for (row, value, role, kilograms), spread in zip(own.select(columns).iter_rows(), _spreads(own), strict=True):
        name, unit, category = flows.row(row)
        gas, origin = snapshot.roles[role] if role >= 0 else ("", None)
        is_counted = origin is not None and gwp.knows(gas)
        found.append(
            DataSetExchange(
                kind=ELEMENTARY,
                name=name,
                amount=value,
                unit=unit,
                category=category,
                gas=gas,
                origin=origin.value if origin else "",
                co2e=float(value * kilograms * gwp.factor(gas, origin)) if is_counted and origin else None,
                **spread,
            )
        )
    return found


def _unserved(snapshot: Snapshot, index: int) -> list[DataSetExchange]:
    matrix, flows = snapshot.open_inputs, snapshot.table("open_flows")
    here = slice(matrix.indptr[index], matrix.indptr[index + 1])
    found = []
    for row, amount in zip(matrix.indices[here].tolist(), matrix.data[here].tolist(), strict=True):
        flow = flows.row(row, named=True)
        kind = CUT_OFF if flow["declared_cut_off"] else OPEN
        given = None if flow["flow_id"].endswith(MISSING) else amount
        found.append(DataSetExchange(kind, flow["name"], given, flow["unit"], category=flow["category"]))
    return sorted(found, key=lambda one: (one.kind, one.name))


def _spreads(own: pl.DataFrame) -> list[dict[str, Any]]:
    """How each amount varies, in the unit of the exchange."""
    spreads = spreads_of({name: own[name].to_numpy() for name in COLUMNS}, own["row"].to_numpy(), 1.0)
    told: list[dict[str, Any]] = []
    for at, varies in enumerate(spreads.uncertain):
        if not varies:
            told.append({})
            continue
        kind, scale = Kind(int(spreads.kinds[at])), float(spreads.scale[at])
        one: dict[str, Any] = {"distribution": kind.name.lower()}
        if kind is Kind.LOGNORMAL:
            one["gsd2"] = float(f"{scale**2:.12g}")
        elif kind is Kind.NORMAL:
            one["deviation"] = scale
        else:
            one |= {"minimum": float(spreads.minimum[at]), "maximum": float(spreads.maximum[at])}
        told.append(one)
    return told
