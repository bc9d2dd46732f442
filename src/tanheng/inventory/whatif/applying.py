"""Changes put into the columns of a draft: names become products, amounts become factors, units are checked (C01)."""

from __future__ import annotations

import math
from collections.abc import Callable

from tanheng.errors import InventoryError
from tanheng.inventory.search import find_product
from tanheng.inventory.units import amount_in
from tanheng.inventory.whatif.changes import (
    Amount,
    DatabaseChange,
    EmissionChange,
    ExchangeChange,
    MarketChange,
    Replacement,
    SupplierChange,
    said,
)
from tanheng.inventory.whatif.drafting import Column, Draft
from tanheng.inventory.whatif.inputs import Input
from tanheng.inventory.whatif.markets import Market
from tanheng.quantities import Origin, find_gas


def apply(draft: Draft, change: DatabaseChange) -> None:
    """Put one change into the draft.

    Raises:
        InventoryError: TH-INV-020 or -021 a product that is not found, or several; -040 or -041 the same for an input of a
            process; -042 units that do not fit (C01); -043 shares that do not add up; -044 a market without suppliers;
            -045 a gas; -046 neither or both of factor and amount; -048 a product in its own place; -049 an amount that
            cannot be set.
    """
    if isinstance(change, ExchangeChange | EmissionChange):
        finite = change.factor is None or math.isfinite(change.factor)
        if (change.factor is None) == (change.amount is None) or not finite:
            raise InventoryError("TH-INV-046", text=said(change))
    match change:
        case ExchangeChange():
            _exchange(draft, change)
        case SupplierChange():
            _supplier(draft, change)
        case Replacement():
            _replacement(draft, change)
        case MarketChange():
            Market(draft, change).apply()
        case EmissionChange():
            _emission(draft, change)


def _exchange(draft: Draft, change: ExchangeChange) -> None:
    product = find_product(draft.snapshot, change.process)
    item = _input(draft, product, change.input)
    factor = change.factor
    if change.amount is not None:
        wanted = amount_in(change.amount, draft.names.unit(item), place=draft.names.name(item))
        factor = _towards(
            wanted, draft.column(product).amounts(item.kind).get(item.index, 0.0), change.process, change.input
        )
    for column in _columns(draft, product):
        amounts = column.amounts(item.kind)
        if item.index in amounts and factor is not None:
            amounts[item.index] *= factor


def _supplier(draft: Draft, change: SupplierChange) -> None:
    supplier = find_product(draft.snapshot, change.supplier)
    if change.process:
        product = find_product(draft.snapshot, change.process)
        item = _input(draft, product, change.input)
        consumers = draft.names.of_process(product)
    else:
        item = _anywhere(draft, change.input)
        used = draft.snapshot.A if item.kind == "input" else draft.snapshot.open_inputs
        users = used[[item.index], :].tocoo().col.tolist()
        makers = (item.index, supplier) if item.kind == "input" else (supplier,)
        consumers = sorted({*users, *draft.columns}.difference(*map(draft.names.of_process, makers)))
    if item == Input("input", supplier):
        raise InventoryError("TH-INV-048", product=draft.names.name(item))
    each = _each(draft, item, supplier, change.each)
    for j in consumers:
        column = draft.column(j)
        amount = column.amounts(item.kind).pop(item.index, 0.0)
        if amount:
            column.inputs[supplier] = column.inputs.get(supplier, 0.0) + amount * each


def _replacement(draft: Draft, change: Replacement) -> None:
    product, by = find_product(draft.snapshot, change.product), find_product(draft.snapshot, change.by)
    if product == by:
        raise InventoryError("TH-INV-048", product=draft.names.name(Input("input", by)))
    column = draft.column(product)
    column.inputs = {by: _each(draft, Input("input", product), by, change.each)}
    column.open = {}
    column.direct = column.direct * 0.0


def _emission(draft: Draft, change: EmissionChange) -> None:
    product = find_product(draft.snapshot, change.process)
    role = _role(draft, product, change)
    columns = _columns(draft, product)
    if change.factor is not None:
        for column in columns:
            column.direct[role] *= change.factor
        return
    wanted = amount_in(change.amount if change.amount is not None else 0.0, "kg", place=change.gas)
    before = float(draft.column(product).direct[role])
    if before:
        for column in columns:
            column.direct[role] *= wanted / before
        return
    carried = _carried(draft, product, change.gas)
    for column, j in zip(columns, draft.names.of_process(product), strict=True):
        column.direct[role] = wanted * carried(j)


def _role(draft: Draft, product: int, change: EmissionChange) -> int:
    """The gas by origin: the one that the process emits, or a new one for an amount."""
    name, _, last = change.gas.strip().rpartition(" ")
    origin = Origin(last.lower()) if name and last.lower() in set(Origin) else None
    gas = find_gas(name if origin else change.gas)
    emitted = [k for column in _columns(draft, product) for k, mass in enumerate(column.direct) if mass]
    told = ", ".join(f"{g} {o.value}" for g, o in (draft.roles[k] for k in dict.fromkeys(emitted))) or "–"
    wrong = InventoryError("TH-INV-045", gas=change.gas, process=draft.names.process_of(product), emitted=told)
    if gas is None or origin is Origin.UNSPLIT:
        raise wrong
    found = {k for k in emitted if draft.roles[k][0] == gas.key and origin in (None, draft.roles[k][1])}
    if len(found) == 1:
        return found.pop()
    if found or change.amount is None:
        raise wrong
    return draft.role(gas.key, origin or Origin.FOSSIL)


def _carried(draft: Draft, product: int, name: str) -> Callable[[int], float]:
    """How much of something new each co-product carries for one unit that ``product`` carries, by its share (C12)."""
    share, output = (draft.snapshot.products[key].to_list() for key in ("share", "output"))
    own = share[product] / output[product]
    if not own:
        raise InventoryError("TH-INV-049", process=draft.names.process_of(product), input=name)
    return lambda j: float(share[j] / output[j] / own)


def _columns(draft: Draft, product: int) -> list[Column]:
    return [draft.column(j) for j in draft.names.of_process(product)]


def _input(draft: Draft, product: int, query: str) -> Input:
    """The input of the process that makes ``product`` that a name means."""
    columns = _columns(draft, product)
    items = [
        Input(kind, i) for column in columns for kind in ("input", "open") for i, z in column.amounts(kind).items() if z
    ]
    return _known(draft, draft.names.pick(query, list(dict.fromkeys(items)), of=draft.names.process_of(product)))


def _anywhere(draft: Draft, query: str) -> Input:
    """A product, or a flow that nobody serves; the very name of either goes before words that they hold."""
    flows = draft.names.open_flows()
    try:
        return Input("input", find_product(draft.snapshot, query, exact=True))
    except InventoryError:
        exact = draft.names.exactly(query, flows)
    if len(exact) == 1:
        return _known(draft, exact[0])
    try:
        return Input("input", find_product(draft.snapshot, query))
    except InventoryError as error:
        if error.code != "TH-INV-020":
            raise
        try:
            return _known(draft, draft.names.pick(query, flows, of=draft.snapshot.name))
        except InventoryError as other:
            raise (error if other.code == "TH-INV-040" else other) from None


def _known(draft: Draft, item: Input) -> Input:
    if not draft.names.has_amount(item):
        raise InventoryError("TH-INV-049", process=draft.snapshot.name, input=draft.names.name(item))
    return item


def _each(draft: Draft, item: Input, supplier: int, each: Amount | None) -> float:
    """Units of the supplier's product for one unit of an input."""
    if each is None:
        return draft.names.each(item, supplier)
    target = Input("input", supplier)
    return amount_in(each, draft.names.unit(target), place=draft.names.name(target))


def _towards(wanted: float, now: float, process: str, name: str) -> float:
    if not now:
        raise InventoryError("TH-INV-049", process=process, input=name)
    return wanted / now
