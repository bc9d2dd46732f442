"""ProductFootprint of the PACT data model 3.0, as its OpenAPI document tells it (schema 3.0.4).

Numbers are decimals in strings; what is not told is :data:`msgspec.UNSET` and absent in JSON, never ``null``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"

Number = Annotated[str, Meta(pattern=NUMBER)]
"""``string`` of format ``decimal``."""

Urn = Annotated[str, Meta(pattern="^([uU][rR][nN]):")]
Text = Annotated[str, Meta(min_length=1)]
Moment = Annotated[datetime, Meta(tz=True)]
Version = Annotated[str, Meta(pattern=r"^\d+\.\d+\.\d+(-\d{8})?$")]
Report = Annotated[str, Meta(pattern=r"^AR\d+$")]
Status = Literal["Active", "Deprecated"]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Subdivision = Annotated[str, Meta(pattern="^[A-Z]{2}-[A-Z0-9]{1,3}$")]
Region = Literal[
    "Africa",
    "Americas",
    "Asia",
    "Europe",
    "Oceania",
    "Australia and New Zealand",
    "Central Asia",
    "Eastern Asia",
    "Eastern Europe",
    "Latin America and the Caribbean",
    "Melanesia",
    "Micronesia",
    "Northern Africa",
    "Northern America",
    "Northern Europe",
    "Polynesia",
    "South-eastern Asia",
    "Southern Asia",
    "Southern Europe",
    "Sub-Saharan Africa",
    "Western Asia",
    "Western Europe",
]


def spelled(name: str) -> str:
    """Name of a property: ``biogenic_co2_uptake`` is ``biogenicCO2Uptake``."""
    head, *rest = name.split("_")
    told = head + "".join(one.capitalize() for one in rest)
    return re.sub("Dqr$", "DQR", told.replace("Co2", "CO2"))


class Base(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=spelled):
    """Base of all: frozen, absent where not told; unknown properties are let pass."""


class Rule(Base, frozen=True, kw_only=True):
    """``ProductOrSectorSpecificRule``."""

    operator: Literal["PEF", "EPD International", "Other"]
    rule_names: Annotated[tuple[Text, ...], Meta(min_length=1)]
    other_operator_name: Text | UnsetType = UNSET


class Source(Base, frozen=True, kw_only=True):
    """``EmissionFactorSource``."""

    name: Text
    version: Text


class Quality(Base, frozen=True, kw_only=True):
    """``DataQualityIndicators``: from 1 (best) to 5."""

    technological_dqr: Number
    geographical_dqr: Number
    temporal_dqr: Number


class Verification(Base, frozen=True, kw_only=True):
    """``Verification``."""

    coverage: Literal["PCF calculation model", "PCF program", "product level"] | UnsetType = UNSET
    provider_name: str | UnsetType = UNSET
    completed_at: Moment | UnsetType = UNSET
    standard_name: str | UnsetType = UNSET
    comments: str | UnsetType = UNSET


class Extension(Base, frozen=True, kw_only=True):
    """``DataModelExtension``."""

    spec_version: str
    data_schema: str
    documentation: str | UnsetType = UNSET
    data: dict[str, Any]


class Footprint(Base, frozen=True, kw_only=True):
    """``CarbonFootprint``: kg CO2e per declared unit."""

    declared_unit_of_measurement: Literal[
        "liter",
        "kilogram",
        "cubic meter",
        "kilowatt hour",
        "megajoule",
        "ton kilometer",
        "square meter",
        "piece",
        "hour",
        "megabit second",
    ]
    declared_unit_amount: Number
    product_mass_per_declared_unit: Number
    reference_period_start: Moment
    reference_period_end: Moment
    geography_region_or_subregion: Region | UnsetType = UNSET
    geography_country: Country | UnsetType = UNSET
    geography_country_subdivision: Subdivision | UnsetType = UNSET
    boundary_processes_description: str | UnsetType = UNSET
    pcf_excluding_biogenic_uptake: Number
    pcf_including_biogenic_uptake: Number
    fossil_carbon_content: Number
    biogenic_carbon_content: Number | UnsetType = UNSET
    recycled_carbon_content: Number | UnsetType = UNSET
    fossil_ghg_emissions: Number
    land_use_change_ghg_emissions: Number | UnsetType = UNSET
    land_carbon_leakage: Number | UnsetType = UNSET
    land_management_fossil_ghg_emissions: Number | UnsetType = UNSET
    land_management_biogenic_co2_emissions: Number | UnsetType = UNSET
    land_management_biogenic_co2_removals: Number | UnsetType = UNSET
    biogenic_co2_uptake: Number | UnsetType = UNSET
    biogenic_non_co2_emissions: Number | UnsetType = UNSET
    land_area_occupation: Number | UnsetType = UNSET
    aircraft_ghg_emissions: Number | UnsetType = UNSET
    packaging_emissions_included: bool | UnsetType = UNSET
    packaging_ghg_emissions: Number | UnsetType = UNSET
    packaging_biogenic_carbon_content: Number | UnsetType = UNSET
    outbound_logistics_ghg_emissions: Number | UnsetType = UNSET
    ccs_technological_co2_capture_included: bool | UnsetType = UNSET
    ccs_technological_co2_capture: Number | UnsetType = UNSET
    technological_co2_capture_origin: str | UnsetType = UNSET
    technological_co2_removals: Number | UnsetType = UNSET
    ccu_carbon_content: Number | UnsetType = UNSET
    ccu_calculation_approach: Literal["Cut-off", "Credit"] | UnsetType = UNSET
    ccu_credit_certification: str | UnsetType = UNSET
    ipcc_characterization_factors: Annotated[tuple[Report, ...], Meta(min_length=1)]
    cross_sectoral_standards: Annotated[tuple[str, ...], Meta(min_length=1)]
    product_or_sector_specific_rules: Annotated[tuple[Rule, ...], Meta(min_length=1)] | UnsetType = UNSET
    exempted_emissions_percent: Number
    exempted_emissions_description: str | UnsetType = UNSET
    allocation_rules_description: str | UnsetType = UNSET
    secondary_emission_factor_sources: Annotated[tuple[Source, ...], Meta(min_length=1)] | UnsetType = UNSET
    primary_data_share: Number | UnsetType = UNSET
    dqi: Quality | UnsetType = UNSET
    verification: Verification | UnsetType = UNSET


class Product(Base, frozen=True, kw_only=True):
    """``ProductFootprint``."""

    id: UUID
    spec_version: Version
    preceding_pf_ids: Annotated[tuple[UUID, ...], Meta(min_length=1)] | UnsetType = UNSET
    created: Moment
    status: Status
    validity_period_start: Moment | UnsetType = UNSET
    validity_period_end: Moment | UnsetType = UNSET
    company_name: Text
    company_ids: Annotated[tuple[Urn, ...], Meta(min_length=1)]
    product_description: str
    product_ids: Annotated[tuple[Urn, ...], Meta(min_length=1)]
    product_classifications: Annotated[tuple[Urn, ...], Meta(min_length=1)] | UnsetType = UNSET
    product_name_company: Text
    comment: str | UnsetType = UNSET
    pcf: Footprint
    extensions: tuple[Extension, ...] | UnsetType = UNSET


def written(one: Struct) -> dict[str, Any]:
    """JSON values of a footprint."""
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(one))
    return told
