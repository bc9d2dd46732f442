"""Nodes → numbers, shares and quantities (C01): decimals exact, units checked where they are read."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal

from tanheng.errors import QuantityError
from tanheng.footprint.reading.fields import Field
from tanheng.footprint.reading.node import Faults, Node, near
from tanheng.footprint.reading.values import read_text, wrong_type
from tanheng.quantities import Quantity
from tanheng.quantities import unit as unit_of

_LONGEST_NUMBER = 200
_DECIMAL = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_GAS_LABEL = re.compile(r"CO2[\s-]?(?P<equivalent>e|eq|equivalents?)?\.?\s*$")
_RANGES: Mapping[str, Callable[[float], bool]] = {
    "": lambda _: True,
    ">0": lambda x: x > 0,
    ">=0": lambda x: x >= 0,
    ">=1": lambda x: x >= 1,
    "0..1": lambda x: 0 <= x <= 1,
    "1..5": lambda x: 1 <= x <= 5,
}


def _number_text(node: Node, faults: Faults) -> str | None:
    """Number as written, spaces between thousands taken out."""
    if isinstance(node.value, float):
        return repr(node.value)
    if not isinstance(node.value, str):
        wrong_type(node, "number", faults)
        return None
    if len(node.value) > _LONGEST_NUMBER:
        return ""
    plain = unicodedata.normalize("NFKC", node.value).replace("\u2212", "-")
    return re.sub(r"(?<=\d)[\s_](?=\d{3}(?!\d))", "", plain).strip()


def read_number(node: Node, field: Field, faults: Faults) -> float | None:
    """A finite number in the field's range."""
    plain = _number_text(node, faults)
    if plain is None:
        return None
    if not re.fullmatch(_DECIMAL, plain):
        faults.add("TH-STU-019", node, value=node.shown)
        return None
    return in_range(float(plain), node, field, faults)


def read_share(node: Node, _: Field | None, faults: Faults) -> float | None:
    """A share, written ``35 %`` or ``0.35``; the decimal is exact."""
    plain = _number_text(node, faults)
    if plain is None:
        return None
    match = re.fullmatch(rf"({_DECIMAL})\s*(%?)", plain)
    if match is None:
        faults.add("TH-STU-021", node, value=node.shown)
        return None
    number = Decimal(match[1])
    share = float(number / 100 if match[2] else number)
    if not 0 <= share <= 1:
        faults.add("TH-STU-021", node, value=node.shown)
        return None
    return share


def in_range(value: float, node: Node, field: Field, faults: Faults) -> float | None:
    """The value where it is finite and in the field's range."""
    if math.isfinite(value) and _RANGES[field.range](value):
        return value
    faults.add("TH-STU-020", node, value=node.shown, range=field.range or "finite")
    return None


def read_quantity(node: Node, field: Field, faults: Faults) -> Quantity | None:
    """A number with its unit (C01): ``1.925 t``, or ``{value: 1.925, unit: t}``; ``None`` where there is no number."""
    # A parameter may be a bare number; an activity never is (C01).
    bare = "1" if field.record == "parameter" else ""
    if node.table is not None:
        quantity = _of_parts(node.table, faults)
    elif node.items is not None or isinstance(node.value, bool):
        wrong_type(node, "quantity", faults)
        return None
    else:
        quantity = _parse(node, faults, default_unit=bare)
    if quantity is None or in_range(quantity.value, node, field, faults) is None:
        return None
    label = gas_label(node)
    if label and field.record != "emission":  # of which gas an emission is, its maker knows
        faults.add("TH-STU-056", node, label=label)
        return None
    return check_dimension(quantity, field.dimension, node, faults)


def gas_label(node: Node) -> str:
    """``CO2`` or ``CO2e`` where the unit of a quantity names it (``5 kg CO2e``), else empty: it is no part of the unit (C01)."""
    written = node.value if node.table is None else node.table["unit"].value if "unit" in node.table else None
    found = _GAS_LABEL.search(unicodedata.normalize("NFKC", written)) if isinstance(written, str) else None
    if found is None:
        return ""
    return "CO2e" if found["equivalent"] else "CO2"


def _of_parts(table: Mapping[str, Node], faults: Faults) -> Quantity | None:
    for key, child in table.items():
        if key not in ("value", "unit"):
            faults.add("TH-STU-015", child, key=key, near=near(key, ("value", "unit")), known="value, unit")
    value, unit = table.get("value"), table.get("unit")
    if value is None or value.is_empty:
        return None
    if unit is None or unit.is_empty:
        return _parse(value, faults)
    words = read_text(unit, None, faults)
    if words is None:
        return None
    try:
        known = unit_of(words[:_LONGEST_NUMBER], place=unit.place)
    except QuantityError as error:
        faults.extend(error.faults)
        return None
    if isinstance(value.value, float):
        quantity = _parse(Node(f"{value.value!r} {known.symbol}", value.path, value.where), faults, shown=value)
    else:
        quantity = _parse(value, faults, default_unit=known.symbol)
    if quantity is not None and quantity.unit != known.symbol:
        faults.add("TH-STU-044", value, value=value.shown, unit=known.symbol)
        return None
    return quantity


def _parse(node: Node, faults: Faults, *, default_unit: str = "", shown: Node | None = None) -> Quantity | None:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, str | float):
        wrong_type(node, "quantity", faults)
        return None
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        faults.add("TH-STU-019", node, value=node.shown)
        return None
    try:
        return Quantity.parse(value, default_unit=default_unit or None, place=node.place)
    except QuantityError as error:
        if error.code == "TH-QTY-005":
            faults.add("TH-STU-018", node, value=node.shown)
            return None
        if error.code == "TH-QTY-001" and default_unit == "1":
            faults.add("TH-STU-054", node, value=(shown or node).shown)
            return None
        if error.code == "TH-QTY-003":
            faults.add("TH-STU-019", node, value=(shown or node).shown)
            return None
        faults.extend(error.faults)
        return None


def check_dimension(quantity: Quantity, dimension: str, node: Node, faults: Faults) -> Quantity | None:
    """The quantity where it measures ``dimension``, or any where that is empty (C01)."""
    if not dimension or quantity.dimension == dimension:
        return quantity
    faults.add(
        "TH-STU-028",
        node,
        value=node.shown if node.table is None else str(quantity),
        dimension=quantity.dimension,
        expected=dimension,
    )
    return None
