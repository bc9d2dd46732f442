"""Units, places, codes and standards by the names that PACT gives them."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from tanheng.exchange.pact.model import Region
from tanheng.quantities import Quantity, ratio, unit

SPEC = "3.0.0"
FORMER_SPEC = "2.3.0"

UNITS = {
    "kilogram": "kg",
    "liter": "l",
    "cubic meter": "m3",
    "kilowatt hour": "kWh",
    "megajoule": "MJ",
    "ton kilometer": "t*km",
    "square meter": "m2",
    "piece": "pcs",
    "hour": "h",
}
"""Units of measurement that have one of ours; ``megabit second`` has none."""

MASSLESS = frozenset(("kilowatt hour", "megajoule", "ton kilometer", "hour", "megabit second"))
"""What is told of energy, transport and services: their mass is zero (productMassPerDeclaredUnit)."""

_DEFAULTS = {
    "mass": "kilogram",
    "volume": "cubic meter",
    "energy": "megajoule",
    "goods transport": "ton kilometer",
    "area": "square meter",
    "count": "piece",
    "time": "hour",
}

REGIONS: dict[str, Region] = {
    "RER": "Europe",
    "RAS": "Asia",
    "RAF": "Africa",
    "OCE": "Oceania",
    "RLA": "Latin America and the Caribbean",
    "RNA": "Northern America",
}
WORLD = frozenset(("", "GLO", "RoW"))

CLASSES = {"cpc": "un-cpc", "hs": "hs", "cn": "cn", "cas": "cas"}
"""Our lists of codes by their part of ``urn:pact:productclassification:…``."""

STANDARDS_USED = {
    "GHGP-Product": "GHG Protocol Product standard",
    "ISO14067": "ISO Standard 14067",
    "ISO14040-44": "ISO Standard 14044",
}
"""``crossSectoralStandards`` by what version 2 called them."""


FORMER_STANDARDS = frozenset(
    ("ISO14067", "ISO14083", "ISO14040-44", "GHGP-Product", "PEF", "PACT-1.0", "PACT-2.0", "PACT-3.0")
)
"""Those that the schema of version 2.3 lists."""


def measured(quantity: Quantity) -> tuple[str, Decimal] | None:
    """Unit of measurement and amount of a declared unit; ``None`` where PACT has none such.

    >>> measured(Quantity(1.0, "t"))
    ('kilogram', Decimal('1000.0'))
    """
    same = next((name for name, symbol in UNITS.items() if symbol == quantity.unit), None)
    name = same or _DEFAULTS.get(quantity.dimension)
    if name is None:
        return None
    told = Decimal(repr(quantity.value))
    return name, told if same else _times(told, ratio(quantity.measure, unit(UNITS[name])))


def _times(number: Decimal, factor: Fraction) -> Decimal:
    return number * factor.numerator / factor.denominator


def classes(codes: dict[str, str]) -> tuple[str, ...]:
    """Codes as URNs."""
    return tuple(f"urn:pact:productclassification:{CLASSES[k]}:{_plain(v)}" for k, v in codes.items() if k in CLASSES)


def code_of(urn: str) -> tuple[str, str] | None:
    """List and code of such a URN; ``None`` where it is another."""
    found = re.fullmatch(r"urn:pact:(?:[^:]+:)?product-?classification:([a-z-]+):(.+)", urn, re.IGNORECASE)
    names = {told: ours for ours, told in CLASSES.items()}
    return (names[found[1].lower()], found[2]) if found and found[1].lower() in names else None


def _plain(code: str) -> str:
    return re.sub(r"[\s.]", "", code)
