"""Rules of the data model 3.0 that its schema does not enforce."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec import UNSET

from tanheng.exchange.pact import numbers, terms
from tanheng.exchange.pact.model import Footprint, Product, spelled
from tanheng.exchange.protocols import Objection

_CARBON = Decimal(44) / Decimal(12)
_LAND = (
    "land_use_change_ghg_emissions",
    "land_management_fossil_ghg_emissions",
    "land_management_biogenic_co2_emissions",
    "biogenic_co2_uptake",
    "biogenic_non_co2_emissions",
    "biogenic_carbon_content",
)
_NOT_NEGATIVE = (
    *numbers.EMISSIONS,
    "product_mass_per_declared_unit",
    "fossil_carbon_content",
    "biogenic_carbon_content",
    "recycled_carbon_content",
    "land_carbon_leakage",
    "land_management_fossil_ghg_emissions",
    "land_area_occupation",
    "aircraft_ghg_emissions",
    "packaging_ghg_emissions",
    "packaging_biogenic_carbon_content",
    "outbound_logistics_ghg_emissions",
    "ccu_carbon_content",
)
_NOT_POSITIVE = (*numbers.REMOVALS, numbers.UPTAKE)
_CAPTURE = ("ccs_technological_co2_capture", "technological_co2_removals", "technological_co2_capture_origin")

# RFC 8141, clause 2: NID of 2 to 32 letters, digits and hyphens; NSS of pchar and "/".
_URN = re.compile(
    r"urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9]:(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})"
    r"(?:[a-z0-9\-._~!$&'()*+,;=:@/]|%[0-9a-f]{2})*(?:\?[+=][^#]*)?(?:#.*)?",
    re.IGNORECASE,
)


def objections(product: Product) -> tuple[Objection, ...]:
    """All rules that a footprint does not keep."""
    return tuple(one for check in _CHECKS for one in check(product))


def _sums(product: Product) -> Iterator[Objection]:
    pcf = product.pcf
    for code, name, wanted in (
        ("TH-EXC-101", "pcf_excluding_biogenic_uptake", numbers.excluding(pcf)),
        ("TH-EXC-102", "pcf_including_biogenic_uptake", numbers.including(pcf)),
    ):
        if Decimal(getattr(pcf, name)) != wanted:
            yield _at(pcf, code, "3.3.1", name, wanted=numbers.number(wanted))


def _signs(product: Product) -> Iterator[Objection]:
    pcf = product.pcf
    for name in _NOT_NEGATIVE:
        if numbers.decimal(getattr(pcf, name)) < 0:
            yield _at(pcf, "TH-EXC-103", "3.3.2.4", name)
    for name in _NOT_POSITIVE:
        if numbers.decimal(getattr(pcf, name)) > 0:
            yield _at(pcf, "TH-EXC-104", "3.3.2.4", name)


def _amounts(product: Product) -> Iterator[Objection]:
    pcf = product.pcf
    if Decimal(pcf.declared_unit_amount) <= 0:
        yield _at(pcf, "TH-EXC-105", "3.2.4", "declared_unit_amount")
    mass = Decimal(pcf.product_mass_per_declared_unit)
    unit = pcf.declared_unit_of_measurement
    if unit in terms.MASSLESS and mass != 0:
        yield _at(pcf, "TH-EXC-106", "3.2.4", "product_mass_per_declared_unit", "warning", wanted="0")
    if unit == "kilogram" and mass != Decimal(pcf.declared_unit_amount):
        wanted = pcf.declared_unit_amount
        yield _at(pcf, "TH-EXC-106", "3.2.4", "product_mass_per_declared_unit", "warning", wanted=wanted)
    for name in ("exempted_emissions_percent", "primary_data_share"):
        if not 0 <= numbers.decimal(getattr(pcf, name)) <= 100:
            yield _at(pcf, "TH-EXC-107", "3.3.1.2" if name.startswith("ex") else "4.2.2", name)


def _names(product: Product) -> Iterator[Objection]:
    for name in ("company_ids", "product_ids", "product_classifications"):
        told = getattr(product, name)
        for urn in () if told is UNSET else told:
            if not _URN.fullmatch(urn):
                yield Objection("TH-EXC-108", "error", "RFC 8141", spelled(name), urn)
    if product.preceding_pf_ids is not UNSET and product.id in product.preceding_pf_ids:
        yield Objection("TH-EXC-109", "error", "lifecycle", "precedingPfIds", str(product.id))


def _unique(product: Product) -> Iterator[Objection]:
    pcf = product.pcf
    for place, told in (
        ("precedingPfIds", product.preceding_pf_ids),
        ("companyIds", product.company_ids),
        ("productIds", product.product_ids),
        ("productClassifications", product.product_classifications),
        ("pcf.ipccCharacterizationFactors", pcf.ipcc_characterization_factors),
        ("pcf.crossSectoralStandards", pcf.cross_sectoral_standards),
        ("pcf.productOrSectorSpecificRules", pcf.product_or_sector_specific_rules),
    ):
        values: list[Any] = [] if told is UNSET else [*told]
        for index, one in enumerate(values):
            if one in values[:index]:
                yield Objection("TH-EXC-110", "error", "uniqueItems", place, str(one))


def _periods(product: Product) -> Iterator[Objection]:
    pcf = product.pcf
    end = pcf.reference_period_end
    if pcf.reference_period_start >= end:
        yield Objection("TH-EXC-111", "error", "3.2.3", "pcf.referencePeriodEnd", end.isoformat())
    start, until = product.validity_period_start, product.validity_period_end
    if start is UNSET and until is UNSET:
        return
    if start is UNSET or until is UNSET:
        missing = "validityPeriodStart" if start is UNSET else "validityPeriodEnd"
        yield Objection("TH-EXC-112", "error", "3.2.3", missing)
        return
    if start < end:
        yield Objection("TH-EXC-113", "error", "3.2.3", "validityPeriodStart", start.isoformat())
    if not start < until <= three_years_after(end):
        yield Objection("TH-EXC-114", "error", "3.2.3", "validityPeriodEnd", until.isoformat())


def _methodology(product: Product) -> Iterator[Objection]:
    """Properties that the schema leaves optional and the methodology does not."""
    pcf = product.pcf
    for name, clause in (
        ("packaging_emissions_included", "3.3.1.1"),
        ("ccs_technological_co2_capture_included", "3.3.2.5"),
        ("primary_data_share", "4.2.2"),
    ):
        if getattr(pcf, name) is UNSET:
            yield _at(pcf, "TH-EXC-115", clause, name)
    if pcf.dqi is UNSET:
        if pcf.reference_period_end > datetime(2027, 1, 1, tzinfo=UTC):
            yield _at(pcf, "TH-EXC-116", "4.2.3", "dqi")
    else:
        for name in ("technological_dqr", "geographical_dqr", "temporal_dqr"):
            if not 1 <= Decimal(getattr(pcf.dqi, name)) <= 5:
                quote = str(getattr(pcf.dqi, name))
                yield Objection("TH-EXC-117", "error", "4.2.3", f"pcf.dqi.{spelled(name)}", quote)
    if "AR6" not in pcf.ipcc_characterization_factors:
        yield _at(pcf, "TH-EXC-118", "3.2.2", "ipcc_characterization_factors", "warning")
    told = pcf.secondary_emission_factor_sources is not UNSET
    if pcf.primary_data_share is not UNSET and (Decimal(str(pcf.primary_data_share)) < 100) is not told:
        yield _at(pcf, "TH-EXC-119", "3.2.3", "secondary_emission_factor_sources", "warning")


def _groups(product: Product) -> Iterator[Objection]:
    """What belongs together: packaging, capture and storage, capture and use, and all that is biogenic."""
    pcf = product.pcf
    if pcf.packaging_emissions_included is False and pcf.packaging_ghg_emissions is not UNSET:
        yield _at(pcf, "TH-EXC-120", "3.3.1.1", "packaging_ghg_emissions")
    if pcf.packaging_emissions_included is True and pcf.packaging_ghg_emissions is UNSET:
        yield _at(pcf, "TH-EXC-121", "3.3.1.1", "packaging_ghg_emissions", "warning")
    if pcf.ccs_technological_co2_capture_included is False:
        for name in _CAPTURE:
            # CCU tells the origin of its carbon dioxide in the same property.
            of_use = name == "technological_co2_capture_origin" and pcf.ccu_carbon_content is not UNSET
            if getattr(pcf, name) is not UNSET and not of_use:
                yield _at(pcf, "TH-EXC-122", "3.3.2.5", name)
    if numbers.decimal(pcf.ccu_carbon_content) > 0 and pcf.ccu_calculation_approach is UNSET:
        yield _at(pcf, "TH-EXC-123", "3.3.2.5", "ccu_calculation_approach", "warning")
    if pcf.ccu_calculation_approach == "Credit" and pcf.ccu_credit_certification is UNSET:
        yield _at(pcf, "TH-EXC-124", "3.3.2.5", "ccu_credit_certification", "warning")
    known = [name for name in _LAND if getattr(pcf, name) is not UNSET]
    if known and len(known) < len(_LAND):
        for name in _LAND:
            if name not in known:
                yield _at(pcf, "TH-EXC-125", "3.3.2.4", name, "warning")
    if numbers.decimal(pcf.land_management_fossil_ghg_emissions) > Decimal(pcf.fossil_ghg_emissions):
        yield _at(pcf, "TH-EXC-126", "3.3.2.4", "land_management_fossil_ghg_emissions")
    if pcf.biogenic_carbon_content is not UNSET and pcf.biogenic_co2_uptake is not UNSET:
        held = numbers.decimal(pcf.biogenic_carbon_content) * _CARBON
        if abs(held + numbers.decimal(pcf.biogenic_co2_uptake)) > Decimal("0.01") * held:
            wanted = numbers.number(-round(held, 6))
            yield _at(pcf, "TH-EXC-127", "3.3.2.4", "biogenic_co2_uptake", "warning", wanted=wanted)
    rules = pcf.product_or_sector_specific_rules
    for index, rule in enumerate(() if rules is UNSET else rules):
        if rule.operator == "Other" and rule.other_operator_name is UNSET:
            place = f"pcf.productOrSectorSpecificRules[{index}].otherOperatorName"
            yield Objection("TH-EXC-128", "error", "3.1.2", place)


_CHECKS: tuple[Callable[[Product], Iterator[Objection]], ...] = (
    _sums,
    _signs,
    _amounts,
    _names,
    _unique,
    _periods,
    _methodology,
    _groups,
)


def three_years_after(moment: datetime) -> datetime:
    """The same day three years later; 28 February for 29 February."""
    try:
        return moment.replace(year=moment.year + 3)
    except ValueError:
        return moment.replace(year=moment.year + 3, day=28)


def _at(pcf: Footprint, code: str, clause: str, name: str, severity: str = "error", **params: Any) -> Objection:
    told = getattr(pcf, name)
    quote = "" if told is UNSET else ", ".join(map(str, told)) if isinstance(told, tuple) else str(told)
    return Objection(code, severity, f"PACT Methodology {clause}", f"pcf.{spelled(name)}", quote, params)
