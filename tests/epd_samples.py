"""Declarations for tests of environmental product declarations."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from tanheng.exchange.declaration import Declaration, Flow, Party
from tanheng.exchange.epd.modules import Module
from tanheng.exchange.epd.results import Indicator
from tanheng.exchange.epd.section import SECTION
from tanheng.exchange.supplement import Supplement, read
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Origin, Quantity

SHEET = read(
    """
tanheng: exchange/1
company: {ids: ['urn:lei:529900T8BM49AURSDO55'], street: Kiln Road 1, city: Hefei, website: 'https://cement.example'}
product: {ids: ['urn:gtin:4712345060507'], valid_from: 2026-01-01, valid_until: 2030-12-31, fossil_carbon: 1 kg, comment: Bulk}
epd:
  kind: specific
  programme: Example Programme
  programme_url: https://programme.example
  registration: EPD-2026-7
  developer: Example Consultants
  pcr: PCR 2019:14 Construction products
  pcr_version: 1.3.4
  pcr_issuer: Example Programme
  compliance: [EN 15804+A2, ISO 14025]
  verification: external
  verifier: Jane Doe
  unsplit: fossil
  exempt: cement is bound in concrete and cannot be told apart at the end of its life
  technology: {en: Dry kiln with precalciner}
  usage: {en: Binder of concrete}
  link: https://programme.example/EPD-2026-7
"""
)
"""A supplement that tells everything."""
MODULES = tuple(module for module in Module if module is not Module.A1_A3)
Part = tuple[Stage | None, str, Origin, float]


def with_section(**values: object) -> Supplement:
    """The supplement with other values in the section."""
    return Supplement({**SHEET.sections, SECTION: {**SHEET.sections[SECTION], **values}})


def made(*parts: Part, **more: Any) -> Declaration:
    """A declaration of flows: stage, kind of step, origin, kg CO2e."""
    flows = tuple(
        Flow(stage=stage, what=what, source="x", gas="CO2", origin=origin, mass=co2e, co2e=co2e)
        for stage, what, origin, co2e in parts
    )
    told: dict[str, Any] = {
        "digest": "d1",
        "names": {"en": "Cement", "zh": "水泥"},
        "maker": Party(names={"en": "Maker"}, country="CN"),
        "unit": Quantity(1.0, "t"),
        "mass": 1000.0,
        "boundary": Boundary.CRADLE_TO_GRAVE,
        "geography": "CN-34",
        "regime": "iso14067",
        "gwp": "AR6 GWP100",
        "total": sum(flow.co2e for flow in flows),
        "flows": flows,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2030, 12, 31),
    }
    return Declaration(**(told | more))


numbers = st.floats(-1e4, 1e4).map(lambda value: round(value, 6))
parts_ = st.lists(
    st.tuples(
        st.sampled_from([*Stage]),
        st.sampled_from(["activity", "electricity", "transport", "recycling"]),
        st.sampled_from([Origin.FOSSIL, Origin.BIOGENIC, Origin.REMOVAL, Origin.LUC, Origin.UNSPLIT]),
        numbers,
    ),
    max_size=10,
)
"""Flows as a study has them."""
tables = st.dictionaries(st.sampled_from(MODULES), st.tuples(numbers, numbers, numbers), min_size=1).filter(
    lambda table: any(module in table for module in (Module.A1, Module.A2, Module.A3))
)
"""GWP-fossil, -biogenic and -luluc of some modules."""


def values_of(table: dict[Module, tuple[float, float, float]]) -> dict[Indicator, dict[Module, float]]:
    """The table by indicator, with its totals."""
    kinds = (Indicator.FOSSIL, Indicator.BIOGENIC, Indicator.LULUC)
    found = {kind: {module: row[i] for module, row in table.items()} for i, kind in enumerate(kinds)}
    return {Indicator.TOTAL: {module: sum(row) for module, row in table.items()}, **found}
