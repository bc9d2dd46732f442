"""Terms of a footprint by what PACT calls them, from the flows of a declaration and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import UNSET

from tanheng.exchange.declaration import Flow
from tanheng.exchange.pact.model import Footprint
from tanheng.exchange.pact.numbers import EMISSIONS, REMOVALS, added
from tanheng.quantities import CO2E, Origin

TERMS: Mapping[str, tuple[str, str, Origin]] = {
    "fossil_ghg_emissions": ("sum", CO2E, Origin.FOSSIL),
    "land_use_change_ghg_emissions": ("sum", CO2E, Origin.LUC),
    "biogenic_non_co2_emissions": ("sum", CO2E, Origin.BIOGENIC),
    "land_management_biogenic_co2_emissions": ("land-management", "CO2", Origin.BIOGENIC),
    "land_management_biogenic_co2_removals": ("land-management", "CO2", Origin.REMOVAL),
    "technological_co2_removals": ("technological-removal", "CO2", Origin.REMOVAL),
    "ccs_technological_co2_capture": ("capture", "CO2", Origin.REMOVAL),
}
"""Step, gas and origin of the flow that a term is read as."""


def term_of(flow: Flow) -> str:
    """The term that a flow belongs to; what has no origin is told as fossil."""
    if flow.origin is Origin.BIOGENIC:
        return "land_management_biogenic_co2_emissions" if flow.gas == "CO2" else "biogenic_non_co2_emissions"
    if flow.origin is Origin.REMOVAL:
        named = (name for name, (what, _, origin) in TERMS.items() if origin is flow.origin and what == flow.what)
        return next(named, "land_management_biogenic_co2_removals")
    return "land_use_change_ghg_emissions" if flow.origin is Origin.LUC else "fossil_ghg_emissions"


def terms_of(flows: tuple[Flow, ...]) -> dict[str, Decimal]:
    """kg CO2e of each term that some counted flow belongs to."""
    found: dict[str, list[Decimal]] = {}
    for flow in flows:
        if flow.counted:
            found.setdefault(term_of(flow), []).append(Decimal(repr(flow.co2e)))
    return {name: added(values) for name, values in found.items()}


def flows_of(pcf: Footprint, source: str) -> Iterator[Flow]:
    """A flow for every term that is told, be it zero."""
    for name in (*EMISSIONS, *REMOVALS):
        told = getattr(pcf, name)
        if told is not UNSET:
            what, gas, origin = TERMS[name]
            yield Flow(stage=None, what=what, source=source, gas=gas, origin=origin, mass=float(told), co2e=float(told))
