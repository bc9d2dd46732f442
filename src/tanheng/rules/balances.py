"""Balances of a result: mass, electricity, transport, allocation order, plausibility band (C12, C15, C23)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tanheng.errors import QuantityError
from tanheng.quantities import Quantity, convert, find_unit
from tanheng.rules.model import Regime, RulePack

Document = Mapping[str, Any]
_INSIDE = ("raw-materials", "production")
SLIPS = (1000.0, 3.6)
"""Factors that a slip of units is known to make: kilo, and kWh against MJ (C23)."""


def kilograms(amount: float | None, unit: str) -> float | None:
    """An amount in kg; ``None`` where it is no mass."""
    found = find_unit(unit) if unit else None
    if amount is None or found is None or found.dimension != "mass":
        return None
    return convert(amount, unit, "kg")


def mass(unit: Quantity, study: Document, result: Document) -> dict[str, Any]:
    """kg of materials in, of product, co-products and waste out, and of gases emitted, for the study's unit.

    ``known`` is false where the product is no mass or a material up to the gate is measured otherwise. The product and its
    co-products are taken for the unit; where burdens are shared, so are the materials, and the balance is not drawn.
    """
    product = kilograms(unit.value, unit.unit)
    if product is None or study.get("co_products"):
        return {"known": False, "input": 0.0, "output": 0.0, "emitted": 0.0}
    put_in: list[float] = []
    out = [product]
    emitted: list[float] = []
    known = True
    for line in result["lines"]:
        if line["stage"] not in _INSIDE or line["level"]:
            continue
        if line["type"] in ("material", "waste"):
            kg = kilograms(line["amount"], line["unit"])
            known = known and kg is not None
            (put_in if line["type"] == "material" else out).append(kg or 0.0)
        emitted.extend(part["amount"] for part in line["parts"] if part["what"] == "emission")
    return {
        "known": known and bool(put_in),
        "input": math.fsum(put_in),
        "output": math.fsum(out),
        "emitted": math.fsum(emitted),
    }


def untransported(result: Document) -> float:
    """Share of the mass of raw materials that comes without transport; 0 where the stage has transport of its own."""
    if any(line["type"] == "transport" and line["stage"] == "raw-materials" for line in result["lines"]):
        return 0.0
    moved = still = 0.0
    for line in result["lines"]:
        if line["stage"] == "raw-materials" and line["type"] == "material":
            kg = abs(kilograms(line["amount"], line["unit"]) or 0.0)
            if any(part["what"] == "transport" for part in line["parts"]):
                moved += kg
            else:
                still += kg
    return still / (moved + still) if moved + still else 0.0


def units(pack: RulePack, unit: Quantity) -> float | None:
    """How many of the pack's first unit the study's unit is; ``None`` where it is something else."""
    return _per(unit, pack.units[0] if pack.units else unit.unit)


def kwh(pack: RulePack, unit: Quantity, result: Document) -> float | None:
    """Electricity per one of the pack's first unit (of the study's unit where it names none)."""
    used = result["electricity"]
    per = units(pack, unit)
    return used["amount_kwh"] / per if used and per else None


def band(pack: RulePack, unit: Quantity, total: float) -> dict[str, Any] | None:
    """The result beside the pack's band, per the band's unit (C23).

    ``slip`` is the factor by which the result misses the band where a slip of units would explain it, else 0.
    """
    if pack.band is None:
        return None
    per = _per(unit, pack.band.per)
    if not per:
        return None
    value, low, high = total / per, pack.band.low, pack.band.high
    inside = low <= value <= high
    missed = value / high if value > high else low / value if 0.0 < value < low else 1.0
    # Just outside a wide band is no slip: the miss has to be of the slip's own order.
    slips = [s for s in SLIPS if missed >= math.sqrt(s) and (low <= value / s <= high or low <= value * s <= high)]
    slip = 0.0 if inside or not slips else slips[0]
    return {"value": value, "low": low, "high": high, "per": pack.band.per, "inside": inside, "slip": slip}


def _per(unit: Quantity, target: str) -> float | None:
    """How many ``target`` the study's unit is; ``None`` where it is something else."""
    try:
        return unit.to(target).value
    except QuantityError:
        return None


def preferred_basis(pack: RulePack, regime: Regime | None, study: Document) -> str:
    """The first basis of allocation in the order of the rules that the study has the data for; empty where there is none."""
    co_products: Sequence[Document] = study.get("co_products", ())
    order = regime.method.allocation if regime is not None else tuple(pack.method.get("allocation", ()))
    if not co_products or not order:
        return ""
    main = study.get("allocation", {})
    basis = study.get("basis", study["unit"])
    every = [(basis, main), *((one["amount"], one) for one in co_products)]
    return next((one for one in order if _has_data(one, every)), "")


def _has_data(basis: str, products: Sequence[tuple[Document, Document]]) -> bool:
    dimensions = {_dimension(amount) for amount, _ in products}
    measures = {_dimension(one.get("measure", amount)) for amount, one in products}
    match basis:
        case "physical":
            return len(dimensions) == 1
        case "mass" | "energy" | "volume":
            return measures == {basis}
        case "stoichiometry":
            return measures == {"substance"}
        case "economic":
            return all("price" in one for _, one in products)
        case "expansion":
            return all(one.get("avoided") for _, one in products[1:])
        case _:
            return all("share" in one for _, one in products)


def _dimension(amount: Document) -> str:
    found = find_unit(amount["unit"])
    return found.dimension if found is not None else ""
