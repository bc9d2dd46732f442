"""From a ProductFootprint of version 3.0 to a declaration, and a supplement that holds what a declaration has no place for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration, Party, Verified
from tanheng.exchange.pact import terms
from tanheng.exchange.pact.emissions import flows_of
from tanheng.exchange.pact.model import Base, Footprint, Product, Verification, written
from tanheng.exchange.pact.section import Pact
from tanheng.exchange.protocols import Loss
from tanheng.exchange.supplement import Supplement
from tanheng.footprint.study import Boundary, Names
from tanheng.quantities import Quantity

T = TypeVar("T")
B = TypeVar("B", bound=Base)
_CJK = re.compile("[\u3400-\u9fff]")


def documents(content: bytes, kind: type[B], protocol: str) -> tuple[tuple[B, dict[str, Any]], ...]:
    """Footprints of a file: one, a list, or what ``GET /footprints`` answers; and each as it was written.

    ``null`` stands for what is not told, as some systems send it.

    Raises:
        ExchangeError: TH-EXC-020.
    """
    try:
        whole = msgspec.json.decode(content)
        told = whole.get("data", whole) if isinstance(whole, dict) else whole
        found = [_without_null(one) for one in (told if isinstance(told, list) else [told])]
        return tuple((msgspec.convert(one, kind), one) for one in found)
    except msgspec.MsgspecError as error:
        raise ExchangeError("TH-EXC-020", protocol=protocol, reason=str(error)) from error


def declaration_of(product: Product) -> Declaration:
    """What a footprint tells.

    Raises:
        ExchangeError: TH-EXC-021 a unit that has no counterpart here.
    """
    pcf, lang = product.pcf, _language(product)
    unit = terms.UNITS.get(pcf.declared_unit_of_measurement)
    if unit is None or Decimal(pcf.declared_unit_amount) <= 0:
        found = f"{pcf.declared_unit_amount} {pcf.declared_unit_of_measurement}"
        raise ExchangeError("TH-EXC-021", place="pcf.declaredUnitAmount", found=found, wanted="> 0")
    uptake = _float(pcf.biogenic_co2_uptake)
    exempted = Decimal(pcf.exempted_emissions_percent)
    codes = (terms.code_of(urn) for urn in _tuple(product.product_classifications))
    return Declaration(
        names={lang: product.product_name_company},
        description={lang: product.product_description},
        codes=dict(code for code in codes if code is not None),
        ids=product.product_ids,
        maker=Party(names={lang: product.company_name}, ids=product.company_ids),
        unit=Quantity(float(pcf.declared_unit_amount), unit),
        mass=float(pcf.product_mass_per_declared_unit),
        boundary=Boundary.CRADLE_TO_GATE,
        first=_first(pcf.reference_period_start),
        last=_last(pcf.reference_period_end),
        geography=_geography(pcf),
        standards=pcf.cross_sectoral_standards,
        gwp=", ".join(pcf.ipcc_characterization_factors) + " GWP100",
        total=float(pcf.pcf_excluding_biogenic_uptake),
        flows=tuple(flows_of(pcf, str(product.id))),
        stored_carbon=None if uptake is None else 0.0 - uptake,
        fossil_carbon=float(pcf.fossil_carbon_content),
        biogenic_carbon=_float(pcf.biogenic_carbon_content),
        recycled_carbon=_float(pcf.recycled_carbon_content),
        cut_off=float(exempted / 100),
        cut_off_text=_names(pcf.exempted_emissions_description, lang),
        allocation=_names(pcf.allocation_rules_description, lang),
        primary_share=None if pcf.primary_data_share is UNSET else float(Decimal(str(pcf.primary_data_share)) / 100),
        quality=_quality(pcf),
        sources=tuple(f"{one.name}, {one.version}" for one in _tuple(pcf.secondary_emission_factor_sources)),
        valid_from=None if product.validity_period_start is UNSET else _first(product.validity_period_start),
        valid_until=None if product.validity_period_end is UNSET else _last(product.validity_period_end),
        replaces=tuple(str(one) for one in _tuple(product.preceding_pf_ids)),
        verified=None if pcf.verification is UNSET else _verified(pcf.verification, lang),
        comment=_or(product.comment, ""),
    )


def section_of(product: Product) -> Pact:
    """What a declaration has no place for, so that the same document can be written again."""
    pcf = product.pcf
    proof = pcf.verification if pcf.verification is not UNSET else Verification()
    return Pact(
        language=_language(product),
        classifications=_or(product.product_classifications, ()),
        region=_or(pcf.geography_region_or_subregion, None),
        boundary_description=_or(pcf.boundary_processes_description, None),
        land_carbon_leakage=_decimal(pcf.land_carbon_leakage),
        land_management_fossil=_decimal(pcf.land_management_fossil_ghg_emissions),
        land_area=_decimal(pcf.land_area_occupation),
        aircraft=_decimal(pcf.aircraft_ghg_emissions),
        packaging_included=_or(pcf.packaging_emissions_included, None),
        packaging=_decimal(pcf.packaging_ghg_emissions),
        packaging_biogenic_carbon=_decimal(pcf.packaging_biogenic_carbon_content),
        outbound_logistics=_decimal(pcf.outbound_logistics_ghg_emissions),
        ccs_included=_or(pcf.ccs_technological_co2_capture_included, None),
        capture_origin=_or(pcf.technological_co2_capture_origin, None),
        ccu_carbon=_decimal(pcf.ccu_carbon_content),
        ccu_approach=_or(pcf.ccu_calculation_approach, None),
        ccu_certification=_or(pcf.ccu_credit_certification, None),
        standards=pcf.cross_sectoral_standards,
        rules=_or(pcf.product_or_sector_specific_rules, ()),
        exempted_percent=Decimal(pcf.exempted_emissions_percent),
        verification_comment=_or(proof.comments, "") if pcf.verification is not UNSET else None,
        verification_coverage=_or(proof.coverage, None),
        verified_at=_or(proof.completed_at, None),
        id=product.id,
        created=product.created,
        status=product.status,
        first=pcf.reference_period_start,
        last=pcf.reference_period_end,
        valid_from=_or(product.validity_period_start, None),
        valid_until=_or(product.validity_period_end, None),
        extensions=tuple(written(one) for one in _or(product.extensions, ())),
    )


def supplement_of(section: Pact) -> Supplement:
    """The section as a supplement."""
    told = msgspec.to_builtins(section)
    return Supplement({"pact": {key: value for key, value in told.items() if value not in (None, (), [])}})


def lost(product: Base, given: Mapping[str, Any], path: str = "") -> Iterator[Loss]:
    """Properties that the data model does not have."""
    fields = {one.encode_name: getattr(product, one.name) for one in msgspec.structs.fields(product)}
    for key, value in given.items():
        if key not in fields:
            yield Loss("not-taken", f"{path}{key}")
        elif isinstance(fields[key], Base) and isinstance(value, Mapping):
            yield from lost(fields[key], value, f"{path}{key}.")


def _language(product: Product) -> Any:
    return "zh" if _CJK.search(product.product_name_company) else "en"


def _geography(pcf: Footprint) -> str:
    if pcf.geography_region_or_subregion is not UNSET:
        region = pcf.geography_region_or_subregion
        return next((code for code, name in terms.REGIONS.items() if name == region), "")
    return _or(pcf.geography_country, "") or _or(pcf.geography_country_subdivision, "GLO")


def _quality(pcf: Footprint) -> dict[str, float]:
    if pcf.dqi is UNSET:
        return {}
    found = {"te": pcf.dqi.technological_dqr, "ge": pcf.dqi.geographical_dqr, "ti": pcf.dqi.temporal_dqr}
    return {key: float(value) for key, value in found.items()}


def _verified(told: Verification, lang: str) -> Verified:
    done = _or(told.completed_at, None)
    return Verified(
        body={lang: told.provider_name} if told.provider_name is not UNSET and told.provider_name else {},
        day=None if done is None else _first(done),
        standard=_or(told.standard_name, ""),
        coverage="product" if told.coverage == "product level" else "",
    )


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null(one) for key, one in value.items() if one is not None}
    return [_without_null(one) for one in value] if isinstance(value, list) else value


def _first(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _last(moment: datetime) -> date:
    """The last day inside a period whose end lies outside of it."""
    there = moment.astimezone(UTC)
    return there.date() - timedelta(days=1) if there.time() == time() else there.date()


def _names(text: str | UnsetType, lang: str) -> Names:
    return {} if text is UNSET else {lang: str(text)}


def _float(text: str | UnsetType) -> float | None:
    return None if text is UNSET else float(str(text))


def _decimal(text: str | UnsetType) -> Decimal | None:
    return None if text is UNSET else Decimal(str(text))


def _tuple(value: tuple[T, ...] | UnsetType) -> tuple[T, ...]:
    return () if value is UNSET else value


def _or(value: T | UnsetType, instead: T) -> T:
    return instead if value is UNSET else value
