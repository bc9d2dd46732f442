"""Between versions 2.3 and 3.0 of the data model.

Version 2 tells emissions and masses per *one* declared unit (``kgCO2e / declaredUnit``), of which ``unitaryProductAmount`` are
in the product; version 3 for the declared unit, which is the amount times the unit. So numbers are multiplied and divided by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import UNSET, UnsetType

from tanheng.errors import ExchangeError
from tanheng.exchange.needs import missing
from tanheng.exchange.pact import numbers, terms
from tanheng.exchange.pact.former import Assurance, FormerFootprint, FormerProduct
from tanheng.exchange.pact.model import Footprint, Product, Verification
from tanheng.exchange.pact.section import Former
from tanheng.exchange.protocols import Loss

T = TypeVar("T")

_SAME = (
    "fossil_ghg_emissions",
    "fossil_carbon_content",
    "biogenic_carbon_content",
    "aircraft_ghg_emissions",
    "packaging_ghg_emissions",
)
_RENAMED = {
    "land_use_change_ghg_emissions": "d_luc_ghg_emissions",
    "land_carbon_leakage": "i_luc_ghg_emissions",
    "biogenic_non_co2_emissions": "other_biogenic_ghg_emissions",
    "biogenic_co2_uptake": "biogenic_carbon_withdrawal",
    "pcf_excluding_biogenic_uptake": "p_cf_excluding_biogenic",
    "pcf_including_biogenic_uptake": "p_cf_including_biogenic",
    "product_mass_per_declared_unit": "product_mass_per_declared_unit",
} | {name: name for name in _SAME}
_LAND = ("land_management_biogenic_co2_emissions", "land_management_biogenic_co2_removals")
_KEPT = (
    "reference_period_start",
    "reference_period_end",
    "geography_region_or_subregion",
    "geography_country",
    "geography_country_subdivision",
    "product_or_sector_specific_rules",
    "secondary_emission_factor_sources",
    "allocation_rules_description",
    "packaging_emissions_included",
)
_HEAD = (
    "id",
    "preceding_pf_ids",
    "created",
    "status",
    "validity_period_start",
    "validity_period_end",
    "company_name",
    "company_ids",
    "product_description",
    "product_ids",
    "product_name_company",
    "extensions",
)
_GONE = (
    "recycled_carbon_content",
    "land_management_fossil_ghg_emissions",
    "land_area_occupation",
    "packaging_biogenic_carbon_content",
    "outbound_logistics_ghg_emissions",
    "ccs_technological_co2_capture_included",
    "ccs_technological_co2_capture",
    "technological_co2_capture_origin",
    "technological_co2_removals",
    "ccu_carbon_content",
    "ccu_calculation_approach",
    "ccu_credit_certification",
    "dqi",
)


def upgraded(old: FormerProduct) -> Product:
    """A footprint of version 2.3 as version 3.0 tells it; :func:`former_of` holds the rest.

    Raises:
        ExchangeError: TH-EXC-010 the mass, which version 3 needs; TH-EXC-021 an amount that is not above zero.
    """
    told, amount = old.pcf, Decimal(old.pcf.unitary_product_amount)
    if amount <= 0:
        raise ExchangeError("TH-EXC-021", place="pcf.unitaryProductAmount", found=str(amount), wanted="> 0")
    scaled: dict[str, Any] = {
        new: numbers.times(value, amount)
        for new, name in _RENAMED.items()
        if (value := getattr(told, name)) is not UNSET
    }
    land = told.land_management_ghg_emissions
    if land is not UNSET:
        name = "land_management_biogenic_co2_" + ("removals" if Decimal(land) < 0 else "emissions")
        scaled[name] = numbers.times(land, amount)
    if told.product_mass_per_declared_unit is UNSET:
        scaled["product_mass_per_declared_unit"] = _mass(old)
    if told.p_cf_including_biogenic is UNSET:
        scaled["pcf_including_biogenic_uptake"] = _including(scaled)
    pcf = Footprint(
        declared_unit_of_measurement=told.declared_unit,
        declared_unit_amount=told.unitary_product_amount,
        boundary_processes_description=told.boundary_processes_description,
        ipcc_characterization_factors=told.ipcc_characterization_factors_sources,
        cross_sectoral_standards=_standards(told),
        exempted_emissions_percent=numbers.number(told.exempted_emissions_percent),
        exempted_emissions_description=told.exempted_emissions_description,
        primary_data_share=UNSET if told.primary_data_share is UNSET else numbers.number(told.primary_data_share),
        verification=_verification(told.assurance),
        **{name: getattr(told, name) for name in _KEPT},
        **scaled,
    )
    urn = f"urn:pact:productclassification:un-cpc:{old.product_category_cpc}"
    classes = () if old.product_classifications is UNSET else old.product_classifications
    known = any((code := terms.code_of(one)) is not None and code[0] == "cpc" for one in classes)
    return Product(
        spec_version=terms.SPEC,
        product_classifications=classes if known or " " in old.product_category_cpc else (*classes, urn),
        comment=old.comment,
        pcf=pcf,
        **{name: getattr(old, name) for name in _HEAD},
    )


def former_of(old: FormerProduct) -> Former:
    """What version 3 has no place for."""
    told = old.pcf
    return Former(
        version=old.version,
        cpc=old.product_category_cpc,
        classifications=_or(old.product_classifications, ()),
        updated=_or(old.updated, None),
        status_comment=_or(old.status_comment, ""),
        biogenic_methodology=_or(told.biogenic_accounting_methodology, ""),
        uncertainty=_or(told.uncertainty_assessment_description, ""),
        quality=_or(told.dqi, None),
        assurance=_or(told.assurance, None),
        report=told.characterization_factors,
        standards_used=told.cross_sectoral_standards_used,
        standards=_or(told.cross_sectoral_standards, ()),
        mass_told=told.product_mass_per_declared_unit is not UNSET,
        including_told=told.p_cf_including_biogenic is not UNSET,
    )


def downgraded(new: Product, former: Former | None = None) -> FormerProduct:
    """A footprint of version 3.0 as version 2.3 tells it; what only that version tells comes from ``former``.

    Raises:
        ExchangeError: TH-EXC-010 what version 2 needs and version 3 does not; TH-EXC-013 a unit that it does not have.
    """
    pcf, more = new.pcf, former or Former()
    if pcf.declared_unit_of_measurement in ("piece", "hour", "megabit second"):
        known = "kilogram, liter, cubic meter, kilowatt hour, megajoule, ton kilometer, square meter"
        raise ExchangeError("TH-EXC-013", unit=pcf.declared_unit_of_measurement, known=known)
    amount = Decimal(pcf.declared_unit_amount)
    shares: dict[str, Any] = {old: _per(getattr(pcf, name), amount) for name, old in _RENAMED.items()}
    terms_ = _shared(pcf, amount)
    shares |= {_RENAMED[name]: numbers.number(one) for name, one in terms_.items() if name in _RENAMED}
    land = [terms_[name] for name in _LAND if name in terms_]
    if land:
        shares["land_management_ghg_emissions"] = numbers.number(numbers.added(land))
    if Decimal(pcf.pcf_excluding_biogenic_uptake) == numbers.excluding(pcf):
        # What was divided and rounded has to add up again.
        whole = numbers.added(terms_.values())
        shares["p_cf_including_biogenic"] = numbers.number(whole)
        shares["p_cf_excluding_biogenic"] = numbers.number(whole - terms_.get(numbers.UPTAKE, 0))
    if not more.mass_told:
        del shares["product_mass_per_declared_unit"]
    if not more.including_told:
        del shares["p_cf_including_biogenic"]
    used = more.standards_used or _used(pcf.cross_sectoral_standards)
    report = more.report or next((one for one in ("AR5", "AR6") if one in pcf.ipcc_characterization_factors), "")
    cpc = more.cpc or _cpc(new)
    excused = _or(pcf.exempted_emissions_description, None)
    if excused is None and Decimal(pcf.exempted_emissions_percent) == 0:
        excused = ""
    _tell(
        {
            "pcf.biogenicCarbonContent": (pcf.biogenic_carbon_content is not UNSET, "product.biogenic_carbon: 0 kg"),
            "pcf.packagingEmissionsIncluded": (
                pcf.packaging_emissions_included is not UNSET,
                "pact.packaging_included: true | false",
            ),
            "pcf.boundaryProcessesDescription": (
                pcf.boundary_processes_description is not UNSET,
                "pact.boundary_description",
            ),
            "pcf.exemptedEmissionsDescription": (excused is not None, "cut_offs (study)"),
            "pcf.characterizationFactors": (bool(report), "AR5 | AR6"),
            "pcf.crossSectoralStandardsUsed": (bool(used), "pact.standards: [PACT-3.0, ISO14067]"),
            "productCategoryCpc": (bool(cpc), "product.codes.cpc (study)"),
        }
    )
    footprint = FormerFootprint(
        declared_unit=pcf.declared_unit_of_measurement,  # type: ignore[arg-type]
        unitary_product_amount=pcf.declared_unit_amount,
        characterization_factors=report,  # type: ignore[arg-type]
        ipcc_characterization_factors_sources=pcf.ipcc_characterization_factors,
        cross_sectoral_standards_used=used,  # type: ignore[arg-type]
        cross_sectoral_standards=_known(pcf.cross_sectoral_standards) if former is None else former.standards or UNSET,
        biogenic_accounting_methodology=more.biogenic_methodology or UNSET,
        boundary_processes_description=pcf.boundary_processes_description,  # type: ignore[arg-type]
        exempted_emissions_percent=float(pcf.exempted_emissions_percent),
        exempted_emissions_description=excused or "",
        uncertainty_assessment_description=more.uncertainty or UNSET,
        primary_data_share=UNSET if pcf.primary_data_share is UNSET else float(str(pcf.primary_data_share)),
        dqi=more.quality or UNSET,
        assurance=more.assurance or _assurance(pcf.verification),
        **{name: getattr(pcf, name) for name in _KEPT},
        **shares,
    )
    return FormerProduct(
        spec_version=terms.FORMER_SPEC,
        version=more.version,
        updated=more.updated or UNSET,
        status_comment=more.status_comment or UNSET,
        product_classifications=new.product_classifications if former is None else former.classifications or UNSET,
        product_category_cpc=cpc,
        comment=_or(new.comment, ""),
        pcf=footprint,
        **{name: getattr(new, name) for name in _HEAD},
    )


def _shared(pcf: Footprint, amount: Decimal) -> dict[str, Decimal]:
    """Terms of the footprint per one unit."""
    names = (*numbers.EMISSIONS, *numbers.REMOVALS, numbers.UPTAKE)
    told = {name: _per(getattr(pcf, name), amount) for name in names}
    return numbers.aligned({name: Decimal(str(one)) for name, one in told.items() if one is not UNSET})


def upgrade_losses(old: FormerProduct) -> Iterator[Loss]:
    """What version 3 does not take over."""
    for name in ("uncertainty_assessment_description", "biogenic_accounting_methodology", "dqi"):
        if getattr(old.pcf, name) is not UNSET:
            yield Loss("not-taken", f"pcf.{name}")
    for name in ("updated", "status_comment"):
        if getattr(old, name) is not UNSET:
            yield Loss("not-taken", name)


def downgrade_losses(new: Product) -> Iterator[Loss]:
    """What version 2 does not take over."""
    for name in _GONE:
        if getattr(new.pcf, name) is not UNSET:
            yield Loss("no-field", f"pcf.{name}")
    if new.pcf.verification is not UNSET and new.pcf.verification.provider_name is UNSET:
        yield Loss("no-field", "pcf.verification")


def _tell(needed: dict[str, tuple[bool, str]]) -> None:
    if faults := [missing(name, remedy) for name, (known, remedy) in needed.items() if not known]:
        raise ExchangeError.of(faults)


def knows_mass(old: FormerProduct) -> bool:
    """Whether the mass is told, or follows from the unit."""
    unit = old.pcf.declared_unit
    return old.pcf.product_mass_per_declared_unit is not UNSET or unit == "kilogram" or unit in terms.MASSLESS


def _mass(old: FormerProduct) -> str:
    if knows_mass(old):
        return old.pcf.unitary_product_amount if old.pcf.declared_unit == "kilogram" else "0"
    raise ExchangeError("TH-EXC-010", field="pcf.productMassPerDeclaredUnit", remedy="pcf.productMassPerDeclaredUnit")


def _including(scaled: dict[str, Any]) -> str:
    """The total with uptake, which version 2 may leave out."""
    parts = (scaled["pcf_excluding_biogenic_uptake"], scaled.get("biogenic_co2_uptake", "0"))
    return numbers.number(numbers.added(Decimal(one) for one in parts))


def _standards(told: FormerFootprint) -> tuple[str, ...]:
    if told.cross_sectoral_standards is not UNSET:
        return told.cross_sectoral_standards
    names = {used: name for name, used in terms.STANDARDS_USED.items()}
    return tuple(names[used] for used in told.cross_sectoral_standards_used)


def _used(standards: tuple[str, ...]) -> tuple[str, ...]:
    """What version 2 calls the standards; PACT's own methodology rests on ISO 14067 and the GHG Protocol Product Standard."""
    pact = any(one.startswith("PACT-") for one in standards)
    names = [*standards, *(("ISO14067", "GHGP-Product") if pact else ())]
    return tuple(dict.fromkeys(terms.STANDARDS_USED[one] for one in names if one in terms.STANDARDS_USED))


def _known(standards: tuple[str, ...]) -> tuple[str, ...] | UnsetType:
    """Those that the schema of version 2.3 lists."""
    return tuple(one for one in standards if one in terms.FORMER_STANDARDS) or UNSET


def _cpc(new: Product) -> str:
    classes = () if new.product_classifications is UNSET else new.product_classifications
    codes = (terms.code_of(one) for one in classes)
    return next((code for kind, code in filter(None, codes) if kind == "cpc"), "")


def _verification(told: Assurance | UnsetType) -> Verification | UnsetType:
    if told is UNSET or not told.assurance:
        return UNSET
    return Verification(
        coverage="product level" if told.coverage == "product level" else UNSET,
        provider_name=told.provider_name,
        completed_at=told.completed_at,
        standard_name=told.standard_name,
        comments=told.comments,
    )


def _assurance(told: Verification | UnsetType) -> Assurance | UnsetType:
    if told is UNSET or told.provider_name is UNSET:
        return UNSET
    return Assurance(
        assurance=True,
        coverage="product level" if told.coverage == "product level" else UNSET,
        provider_name=told.provider_name,
        completed_at=told.completed_at,
        standard_name=told.standard_name,
        comments=told.comments,
    )


def _per(text: str | UnsetType, amount: Decimal) -> str | UnsetType:
    return UNSET if text is UNSET else numbers.per(str(text), amount)


def _or(value: T | UnsetType, instead: T) -> T:
    return instead if value is UNSET else value
