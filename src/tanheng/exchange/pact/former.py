"""ProductFootprint of the PACT data model 2.3, as its OpenAPI document tells it (schema 2.3.3).

Emissions and masses are per *one* declared unit, of which ``unitaryProductAmount`` are in the product; version 3 tells them
for the whole amount. Percentages and ratings are JSON numbers.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from tanheng.exchange.pact.model import (
    Base,
    Country,
    Extension,
    Moment,
    Number,
    Region,
    Report,
    Rule,
    Source,
    Status,
    Subdivision,
    Text,
    Urn,
    Version,
)

Percent = Annotated[float, Meta(ge=0, le=100)]
Rating = Annotated[float, Meta(ge=1, le=3)]


class FormerQuality(Base, frozen=True, kw_only=True):
    """``DataQualityIndicators``: from 1 (best) to 3."""

    coverage_percent: Percent
    technological_dqr: Rating
    temporal_dqr: Rating
    geographical_dqr: Rating
    completeness_dqr: Rating
    reliability_dqr: Rating


class Assurance(Base, frozen=True, kw_only=True):
    """``Assurance``."""

    assurance: bool
    coverage: Literal["corporate level", "product line", "PCF system", "product level"] | UnsetType = UNSET
    level: Literal["limited", "reasonable"] | UnsetType = UNSET
    boundary: Literal["Gate-to-Gate", "Cradle-to-Gate"] | UnsetType = UNSET
    provider_name: str
    completed_at: Moment | UnsetType = UNSET
    standard_name: str | UnsetType = UNSET
    comments: str | UnsetType = UNSET


class FormerFootprint(Base, frozen=True, kw_only=True):
    """``CarbonFootprint``: kg CO2e per one declared unit."""

    declared_unit: Literal[
        "liter", "kilogram", "cubic meter", "kilowatt hour", "megajoule", "ton kilometer", "square meter"
    ]
    unitary_product_amount: Number
    product_mass_per_declared_unit: Number | UnsetType = UNSET
    p_cf_excluding_biogenic: Number
    p_cf_including_biogenic: Number | UnsetType = UNSET
    fossil_ghg_emissions: Number
    fossil_carbon_content: Number
    biogenic_carbon_content: Number
    d_luc_ghg_emissions: Number | UnsetType = UNSET
    land_management_ghg_emissions: Number | UnsetType = UNSET
    other_biogenic_ghg_emissions: Number | UnsetType = UNSET
    i_luc_ghg_emissions: Number | UnsetType = UNSET
    biogenic_carbon_withdrawal: Number | UnsetType = UNSET
    aircraft_ghg_emissions: Number | UnsetType = UNSET
    packaging_emissions_included: bool
    packaging_ghg_emissions: Number | UnsetType = UNSET
    characterization_factors: Literal["AR6", "AR5"]
    ipcc_characterization_factors_sources: Annotated[tuple[Report, ...], Meta(min_length=1)]
    cross_sectoral_standards_used: Annotated[
        tuple[Literal["GHG Protocol Product standard", "ISO Standard 14067", "ISO Standard 14044"], ...],
        Meta(min_length=1),
    ]
    cross_sectoral_standards: Annotated[tuple[str, ...], Meta(min_length=1)] | UnsetType = UNSET
    product_or_sector_specific_rules: Annotated[tuple[Rule, ...], Meta(min_length=1)] | UnsetType = UNSET
    biogenic_accounting_methodology: Literal["PEF", "ISO", "GHGP", "Quantis"] | UnsetType = UNSET
    boundary_processes_description: str
    reference_period_start: Moment
    reference_period_end: Moment
    geography_region_or_subregion: Region | UnsetType = UNSET
    geography_country: Country | UnsetType = UNSET
    geography_country_subdivision: Subdivision | UnsetType = UNSET
    secondary_emission_factor_sources: Annotated[tuple[Source, ...], Meta(min_length=1)] | UnsetType = UNSET
    exempted_emissions_percent: Percent
    exempted_emissions_description: str
    allocation_rules_description: str | UnsetType = UNSET
    uncertainty_assessment_description: str | UnsetType = UNSET
    primary_data_share: Percent | UnsetType = UNSET
    dqi: FormerQuality | UnsetType = UNSET
    assurance: Assurance | UnsetType = UNSET


class FormerProduct(Base, frozen=True, kw_only=True):
    """``ProductFootprint``."""

    id: UUID
    spec_version: Version
    preceding_pf_ids: Annotated[tuple[UUID, ...], Meta(min_length=1)] | UnsetType = UNSET
    version: Annotated[int, Meta(ge=0)]
    created: Moment
    updated: Moment | UnsetType = UNSET
    status: Status
    status_comment: str | UnsetType = UNSET
    validity_period_start: Moment | UnsetType = UNSET
    validity_period_end: Moment | UnsetType = UNSET
    company_name: Text
    company_ids: Annotated[tuple[Urn, ...], Meta(min_length=1)]
    product_description: str
    product_ids: Annotated[tuple[Urn, ...], Meta(min_length=1)]
    product_classifications: Annotated[tuple[Urn, ...], Meta(min_length=1)] | UnsetType = UNSET
    product_category_cpc: Text
    product_name_company: Text
    comment: str
    pcf: FormerFootprint
    extensions: tuple[Extension, ...] | UnsetType = UNSET
