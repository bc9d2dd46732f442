"""Units, dimensions, quantities, gases and GWP sets; imports nothing else of Tanheng but its errors."""

from tanheng.quantities.gases import CO2E, Gas, GwpSet, Origin, find_gas, gases, gwp_set, gwp_sets
from tanheng.quantities.quantity import Quantity
from tanheng.quantities.units import Unit, convert, find_unit, ratio, unit, units

__all__ = [
    "CO2E",
    "Gas",
    "GwpSet",
    "Origin",
    "Quantity",
    "Unit",
    "convert",
    "find_gas",
    "find_unit",
    "gases",
    "gwp_set",
    "gwp_sets",
    "ratio",
    "unit",
    "units",
]
