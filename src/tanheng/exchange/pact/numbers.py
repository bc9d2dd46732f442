"""Decimals as PACT writes them, and the sums that they have to keep (data model 3.0: CarbonFootprint)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Context, Decimal

from msgspec import UNSET, UnsetType

from tanheng.exchange.pact.model import Footprint

_EXACT = Context(prec=120)
_DIGITS = Context(prec=34)

EMISSIONS = (
    "fossil_ghg_emissions",
    "land_use_change_ghg_emissions",
    "land_management_biogenic_co2_emissions",
    "biogenic_non_co2_emissions",
)
"""Terms of the footprint that are never below zero."""

REMOVALS = (
    "land_management_biogenic_co2_removals",
    "technological_co2_removals",
    "ccs_technological_co2_capture",
)
"""Terms of the footprint that are never above zero."""

UPTAKE = "biogenic_co2_uptake"

AMOUNTS = (
    "product_mass_per_declared_unit",
    "pcf_excluding_biogenic_uptake",
    "pcf_including_biogenic_uptake",
    "fossil_carbon_content",
    "biogenic_carbon_content",
    "recycled_carbon_content",
    *EMISSIONS,
    *REMOVALS,
    UPTAKE,
    "land_carbon_leakage",
    "land_management_fossil_ghg_emissions",
    "land_area_occupation",
    "aircraft_ghg_emissions",
    "packaging_ghg_emissions",
    "packaging_biogenic_carbon_content",
    "outbound_logistics_ghg_emissions",
    "ccu_carbon_content",
)
"""All that is told for the declared unit and grows with it."""


def number(value: float | Decimal) -> str:
    """A decimal without an exponent, from which the same number is read back.

    >>> number(1e-7), number(1000.0), number(0.1)
    ('0.0000001', '1000', '0.1')
    """
    told = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = format(told, "f")
    text = re.sub(r"\.?0+$", "", text) if "." in text else text
    return "0" if text in ("-0", "") else text


def decimal(text: str | UnsetType) -> Decimal:
    """The number of a text; zero where nothing is told, as the sums of the data model take it."""
    return Decimal(0) if text is UNSET else Decimal(str(text))


def added(values: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    total = Decimal(0)
    for one in values:
        total = _EXACT.add(total, one)
    return total


def aligned(terms: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Terms rounded to 22 digits of the greatest of them, so that whoever adds them up with 28 digits gets the exact sum.

    No term loses a digit that a double has, unless it is 10⁵ times smaller than the greatest.
    """
    greatest = max((one.adjusted() for one in terms.values() if one), default=0)
    step = Decimal(1).scaleb(greatest - 21)
    return {name: one.quantize(step, context=_EXACT) if one else one for name, one in terms.items()}


def times(text: str, factor: Decimal) -> str:
    """A number times another, exactly."""
    return number(_EXACT.multiply(Decimal(text), factor))


def per(text: str, amount: Decimal) -> str:
    """A number divided by another, to 34 digits."""
    return number(_DIGITS.divide(Decimal(text), amount))


def excluding(pcf: Footprint) -> Decimal:
    """What ``pcfExcludingBiogenicUptake`` has to be."""
    return added(decimal(getattr(pcf, name)) for name in (*EMISSIONS, *REMOVALS))


def including(pcf: Footprint) -> Decimal:
    """What ``pcfIncludingBiogenicUptake`` has to be."""
    return added((excluding(pcf), decimal(pcf.biogenic_co2_uptake)))
