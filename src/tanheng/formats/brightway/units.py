"""Names of units as Brightway spells them that our unit table does not know."""

from __future__ import annotations

_OURS = {
    "ton kilometer": "t*km",
    "kilogram kilometer": "kg*km",
    "person kilometer": "p*km",
    "vehicle kilometer": "v*km",
    "square meter-year": "m2*a",
    "cubic meter-year": "m3*a",
    "meter-year": "m*a",
    "kilometer-year": "km*a",
    "kilogram day": "kg*d",
    "watt hour": "Wh",
    "kilojoule": "kJ",
    "gigajoule": "GJ",
    "normal cubic meter": "Nm3",
    "kilogram separative work unit": "kg SWU",
}
_THEIRS = {ours: theirs for theirs, ours in _OURS.items()} | {"kg": "kilogram", "kWh": "kilowatt hour", "pcs": "unit"}


def ours(unit: str) -> str:
    """A unit in a spelling that our table knows, if it is one of Brightway's names."""
    return _OURS.get(unit.casefold(), unit)


def theirs(unit: str) -> str:
    """A unit as Brightway's databases name it; bw2io normalises the other ones that it knows."""
    return _THEIRS.get(unit, unit)
