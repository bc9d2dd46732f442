"""Changes of a background database that a person may ask for: another amount, supplier, data set, market share, emission.

Frozen values that name what they mean; :mod:`tanheng.inventory.whatif.drafting` looks the names up in a snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tanheng.quantities import Quantity

Amount = Quantity | str | float
"""A quantity, text as ``0.4 kWh``, or a number in the unit that the thing has already."""


@dataclass(frozen=True, slots=True)
class ExchangeChange:
    """Another amount of an input: ``factor`` times what it is, or ``amount`` for one unit of the product.

    Attributes:
        process: product, process or process id. Where the process has co-products, the exchange changes for all of them in
            proportion: it is one exchange, shared by allocation.
        input: a supplier of this process, or an input of it that nobody serves. Several exchanges with one supplier are one
            input.
    """

    process: str
    input: str
    factor: float | None = None
    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class SupplierChange:
    """An input is served by another product.

    Attributes:
        input: as of :class:`ExchangeChange`. Without a ``process``, a product, or a flow that nobody serves, of which all
            consumers change their supplier, but the two products themselves: what makes them stays as it is.
        each: of the new supplier's product for one unit of the input; by the units where it is not given (C01).
    """

    input: str
    supplier: str
    process: str = ""
    each: Amount | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """A data set stands for another: one unit of ``product`` is ``each`` of ``by``, whoever uses it and in whatever amount."""

    product: str
    by: str
    each: Amount | None = None


@dataclass(frozen=True, slots=True)
class MarketChange:
    """Other shares of the suppliers of a market.

    Suppliers are the inputs in the dimension of the market's product, but its own use of it and credits. What they bring
    together stays, so losses stay, too. The suppliers that are not named share the rest as they did before.

    Attributes:
        shares: of what the suppliers bring together, 0 to 1, by name; a product that is no supplier yet becomes one.
    """

    market: str
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EmissionChange:
    """Another direct emission of a gas: ``factor`` times what it is, or ``amount`` (a mass) for one unit of the product.

    Attributes:
        process: as of :class:`ExchangeChange`.
        gas: formula, name or CAS number, with an origin where the process emits several: ``CH4 biogenic``. An amount of a gas
            that the process does not emit yet is fossil unless it says otherwise.
    """

    process: str
    gas: str
    factor: float | None = None
    amount: Amount | None = None


DatabaseChange = ExchangeChange | SupplierChange | Replacement | MarketChange | EmissionChange


def said(change: DatabaseChange) -> str:
    """The change on one line, as :func:`tanheng.inventory.whatif.reading.parse_change` reads it.

    >>> said(ExchangeChange("Steel", "Power", factor=0.8))
    'Steel <- Power * 0.8'
    >>> said(MarketChange("Grid", {"Coal": 0.2, "Wind": 0.6}))
    'Grid <- Coal = 20 %; Wind = 60 %'
    """
    match change:
        case ExchangeChange():
            return f"{change.process} <- {change.input}{_value(change.factor, change.amount)}"
        case SupplierChange():
            return f"{change.process or '*'} <- {change.input} -> {change.supplier}{_value(None, change.each)}"
        case Replacement():
            return f"{change.product} -> {change.by}{_value(None, change.each)}"
        case MarketChange():
            return f"{change.market} <- " + "; ".join(f"{name} = {100 * s:.9g} %" for name, s in change.shares.items())
        case EmissionChange():
            return f"{change.process} emits {change.gas}{_value(change.factor, change.amount)}"


def _value(factor: float | None, amount: Amount | None) -> str:
    if factor is not None:
        return f" * {factor:.9g}"
    return "" if amount is None else f" = {amount:.9g}" if isinstance(amount, int | float) else f" = {amount}"
