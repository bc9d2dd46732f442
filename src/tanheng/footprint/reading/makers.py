"""What the parts of a line and of a study are made of, and the checks that concern several of their keys."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tanheng.footprint.reading.node import Faults, Node
from tanheng.footprint.reading.numbers import gas_label
from tanheng.footprint.reading.values import read_geography, read_text
from tanheng.footprint.study import (
    Allocation,
    BiogenicCarbon,
    Carbonate,
    CarbonBalance,
    CarbonFlow,
    CoProduct,
    CutOff,
    ElectricityShare,
    Emission,
    LandUseChange,
    Line,
    LineType,
    Parameter,
    Product,
    Recycling,
    Scenario,
    Study,
    Supply,
    TransportLeg,
    Waiver,
)
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.inventory.quality import Quality
from tanheng.quantities import CO2E, Origin, Quantity

Values = Mapping[str, Any]
SHARE_TOLERANCE = 1e-9


_PLACES = (Supply.GRID, Supply.RESIDUAL)
"""Supplies whose source is a geography; it may be left out."""


def _electricity(node: Node, values: Values, faults: Faults) -> ElectricityShare | None:
    table = node.table or {}
    given = [s for s in Supply if s.value in table and (s in _PLACES or _has(node, s.value))]
    if len(given) != 1:
        faults.add("TH-STU-029", node, found=", ".join(given) or "–", known=", ".join(Supply))
        return None
    supply, child = given[0], table[given[0].value]
    source = read_geography(child, None, faults) if supply in _PLACES else read_text(child, None, faults)
    # A share that is not written is settled by the line, which knows how many there are.
    share = values.get("share", math.nan)
    return ElectricityShare(supply, source or "", share, values.get("link", ""), values.get("losses"))


def _has(node: Node, key: str) -> bool:
    return node.table is not None and key in node.table and not node.table[key].is_empty


def _emission(node: Node, values: Values, faults: Faults) -> Emission:
    gas = values["gas"]
    origin = values.get("origin", Origin.UNSPLIT if gas == CO2E else Origin.FOSSIL)
    if gas is not None and (origin is Origin.UNSPLIT) != (gas == CO2E):
        faults.add("TH-STU-043", node, gas=gas, origin=origin.value)
    label = gas_label(node.table["amount"]) if node.table is not None and "amount" in node.table else ""
    if label and gas is not None and gas != label and (gas, label) != ("CO2", CO2E):
        faults.add("TH-STU-057", node, gas=gas, label=label)  # 5 kg CO2e of CH4 are no 5 kg of CH4
    return Emission(gas, values["amount"], origin)


def _uncertainty(node: Node, values: Values, faults: Faults) -> Uncertainty | None:
    kind = values.get("kind", Distribution.LOGNORMAL)
    needed = _NEEDED[kind]
    missing = [key for key in needed if not _has(node, key)]
    extra = [key for key in _KEYS if key not in needed and _has(node, key)]
    if missing or extra:
        faults.add(
            "TH-STU-045",
            node,
            kind=kind.value,
            needed=", ".join(needed),
            found=", ".join(key for key in _KEYS if _has(node, key)) or "–",
        )
        return None
    if any(values.get(_KEYS[key]) is None for key in needed):
        return None
    low, mode, high = values.get("minimum"), values.get("mode"), values.get("maximum")
    if low is not None and high is not None and not (low < high and low <= (low if mode is None else mode) <= high):
        faults.add("TH-STU-032", node)
    scale = math.sqrt(values["gsd2"]) if kind is Distribution.LOGNORMAL else values.get("sd")
    return Uncertainty(kind, mode, scale, low, high)


_KEYS = {"gsd2": "gsd2", "sd": "sd", "min": "minimum", "mode": "mode", "max": "maximum"}
_NEEDED: Mapping[Distribution, tuple[str, ...]] = {
    Distribution.LOGNORMAL: ("gsd2",),
    Distribution.NORMAL: ("sd",),
    Distribution.TRIANGULAR: ("min", "mode", "max"),
    Distribution.UNIFORM: ("min", "max"),
}


def _line(node: Node, values: Values, faults: Faults) -> Line:
    made = dict(values)
    table = node.table or {}
    made.setdefault("type", inferred_type(made))
    line = Line(place=node.path, **{**made, "electricity": _settled_shares(made, table, faults)})
    if line.amount is not None:
        _check_amount(line, table["amount"], faults)
    if line.formula and line.amount is not None:
        faults.add("TH-STU-051", table["formula"], key="formula", other="amount")
    _check_spread(line.uncertainty, line.spread_over, table, faults)
    if line.electricity and line.type is not LineType.ELECTRICITY:
        faults.add("TH-STU-033", table["electricity"], type=line.type.value)
    return line


def inferred_type(values: Values) -> LineType:
    """Type of a line from what it has: emissions only, electricity, transport of its own, else a material."""
    if values.get("electricity"):
        return LineType.ELECTRICITY
    on_its_own = not values.get("link") and values.get("amount") is None and not values.get("formula")
    if values.get("transport") and on_its_own:
        return LineType.TRANSPORT
    emits = any(values.get(key) for key in ("emits", "carbon_balance", "carbonates", "land"))
    return LineType.EMISSION if emits and on_its_own else LineType.MATERIAL


def _settled_shares(values: Values, table: Mapping[str, Node], faults: Faults) -> tuple[ElectricityShare, ...]:
    shares: tuple[ElectricityShare, ...] = values.get("electricity", ())
    if not shares:
        return shares
    node = table["electricity"]
    items = node.items or ()
    if len(items) == 1 and not _has(items[0], "share"):
        only = shares[0]
        return (replace(only, share=1.0),)
    for item in items:
        if not _has(item, "share"):
            faults.add("TH-STU-016", item, key="share")
    total = math.fsum(share.share for share in shares)
    # A share that is missing or unreadable has had its own fault; the sum would only repeat it.
    if not math.isnan(total) and len(shares) == len(items) and abs(total - 1.0) > SHARE_TOLERANCE:
        faults.add("TH-STU-022", node, sum=f"{total * 100:.10g} %")
    return shares


def _check_amount(line: Line, node: Node, faults: Faults) -> None:
    """Dimension and sign that the line's type asks of its amount (C01)."""
    amount = line.amount
    if amount is None:
        return
    expected = ""
    if line.type is LineType.ELECTRICITY:
        expected = "energy"
    elif any(leg.mass is None for leg in line.transport):
        expected = "mass"
    if expected and amount.dimension != expected:
        faults.add("TH-STU-028", node, value=str(amount), dimension=amount.dimension, expected=expected)
    if amount.value < 0 and line.type in (LineType.TRANSPORT, LineType.EMISSION):
        faults.add("TH-STU-020", node, value=str(amount), range=">=0")


def _check_spread(
    spread: Uncertainty | None, value: Quantity | None, table: Mapping[str, Node], faults: Faults
) -> None:
    """A value outside its own distribution is a slip in one of the two, often of the unit (C18)."""
    if spread is None or value is None or spread.holds(value.value):
        return
    low, high = (f"{bound:.9g}" for bound in (spread.minimum, spread.maximum) if bound is not None)
    faults.add("TH-STU-058", table["uncertainty"], value=str(value), low=low, high=high)


_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def _parameter(node: Node, values: Values, faults: Faults) -> Parameter:
    made = Parameter(**values)
    if made.id and not _PARAMETER.fullmatch(made.id):
        faults.add("TH-STU-052", node, value=made.id)
    if (made.value is None) == (not made.formula):
        faults.add("TH-STU-051", node, key="formula", other="value")
    _check_spread(made.uncertainty, made.value, node.table or {}, faults)
    return made


MAKERS: Mapping[str, Callable[[Node, Values, Faults], Any]] = {
    "study": lambda _node, values, _faults: Study(**values),
    "product": lambda _node, values, _faults: Product(**values),
    "line": _line,
    "electricity": _electricity,
    "leg": lambda _node, values, _faults: TransportLeg(**values),
    "emission": _emission,
    "quality": lambda _node, values, _faults: Quality(**values),
    "uncertainty": _uncertainty,
    "co_product": lambda _node, values, _faults: CoProduct(**values),
    "allocation": lambda _node, values, _faults: Allocation(**values),
    "recycling": lambda _node, values, _faults: Recycling(**values),
    "carbon_balance": lambda _node, values, _faults: CarbonBalance(**values),
    "carbon_flow": lambda _node, values, _faults: CarbonFlow(**values),
    "carbonate": lambda _node, values, _faults: Carbonate(**values),
    "land": lambda _node, values, _faults: LandUseChange(**values),
    "biogenic": lambda _node, values, _faults: BiogenicCarbon(**values),
    "parameter": _parameter,
    "scenario": lambda _node, values, _faults: Scenario(**values),
    "waiver": lambda _node, values, _faults: Waiver(**values),
    "cut_off": lambda _node, values, _faults: CutOff(**values),
}
"""Makes the frozen value of a record from its node and its values by attribute."""
