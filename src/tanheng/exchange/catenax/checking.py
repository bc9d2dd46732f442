"""Rules of the aspect model that its schema does not enforce.

Source: descriptions in the aspect model Pcf 9.0.0 (the clause of an objection is the property that has the rule).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from tanheng.exchange import regions
from tanheng.exchange.catenax import emissions
from tanheng.exchange.catenax.emissions import DISTRIBUTION, PACKAGING, PRODUCTION, field
from tanheng.exchange.protocols import Objection

_CARBON_OF_CO2 = 12.0 / 44.0
_TOLERANCE = 1e-3  # numbers are told with about four digits
_STAGES = {PRODUCTION: "productionStage", DISTRIBUTION: "distributionStage", PACKAGING: "packagingStage"}
_NONE = "not applicable"
_MOST_LEFT_OUT = 10.0  # per cent, which the schema allows


def check(document: Mapping[str, Any]) -> tuple[Objection, ...]:
    """What receivers may object to; the document is one that its schema lets pass."""
    return (
        *_numbers(document),
        *_who(first(document, "companyAndProductInformation")),
        *_how(first(document, "pcfAssessmentAndMethodology")),
        *_carbon(document),
    )


def first(whole: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """The first object of a list, and of lists inside it; empty where there is none."""
    found: Any = whole
    for key in path:
        rows = found.get(key) if isinstance(found, Mapping) else None
        found = rows[0] if isinstance(rows, list) and rows else {}
    return found if isinstance(found, Mapping) else {}


def number(told: object) -> float | None:
    """A number; ``None`` for anything else."""
    return float(told) if isinstance(told, int | float) and not isinstance(told, bool) else None


def listed(whole: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts of a list; none where there is no list."""
    rows = whole.get(key)
    return tuple(one for one in rows if isinstance(one, str)) if isinstance(rows, list) else ()


def _numbers(document: Mapping[str, Any]) -> Iterator[Objection]:
    stages = first(document, "productLifeCycleStagesAndEmissions")
    for prefix, place in _STAGES.items():
        stage = first(stages, place)
        yield from _sums(stage, prefix, place)
    outbound = first(stages, "distributionStage")
    is_told = field(DISTRIBUTION, emissions.EXCLUDING) in outbound
    if outbound.get("distributionStageIncluded") is not is_told:
        path = "distributionStage.distributionStageIncluded"
        yield _objection("509", "warning", path, outbound.get("distributionStageIncluded"))
    packaging = first(stages, "packagingStage")
    if packaging.get("packagingEmissionsIncluded") is False:
        yield _objection("510", "error", "packagingStage.packagingEmissionsIncluded", False)


def _sums(stage: Mapping[str, Any], prefix: str, place: str) -> Iterator[Objection]:
    def at(name: str) -> float | None:
        return number(stage.get(field(prefix, name)))

    excluding, including, uptake = at(emissions.EXCLUDING), at(emissions.INCLUDING), at(emissions.UPTAKE)
    told = [value for name in emissions.SUMMED if (value := at(name)) is not None]
    if excluding is not None and at(emissions.FOSSIL) is not None and not _same(excluding, math.fsum(told), told):
        path = f"{place}.{field(prefix, emissions.EXCLUDING)}"
        yield _objection("501", "error", path, excluding, sum=_figure(math.fsum(told)))
    if excluding is not None and including is not None:
        wanted = excluding + (uptake or 0.0)
        if not _same(including, wanted, [excluding, uptake or 0.0]) and (uptake is not None or including > excluding):
            path = f"{place}.{field(prefix, emissions.INCLUDING)}"
            yield _objection("502", "error", path, including, sum=_figure(wanted))
    for name in (emissions.UPTAKE, emissions.LAND_REMOVALS):
        if (value := at(name)) is not None and value > 0:
            yield _objection("503", "error", f"{place}.{field(prefix, name)}", value)
    for name in (*emissions.SUMMED, emissions.EXCLUDING):
        if name != emissions.LAND_REMOVALS and (value := at(name)) is not None and value < 0:
            yield _objection("504", "error", f"{place}.{field(prefix, name)}", value)


def _who(who: Mapping[str, Any]) -> Iterator[Objection]:
    company, product = first(who, "companyInformation"), first(who, "productInformation")
    ids = listed(company, "companyIds")
    if not any("BPNL" in one for one in ids):
        yield _objection("505", "error", "companyInformation.companyIds", ", ".join(ids))
    for one in listed(product, "productIds"):
        if not one.startswith("urn:"):
            yield _objection("506", "warning", "productInformation.productIds", one)
    unit = product.get("declaredUnitOfMeasurement")
    if unit not in ("piece", "kilogram"):
        yield _objection("507", "warning", "productInformation.declaredUnitOfMeasurement", unit)
    mass, amount = number(product.get("productMassPerDeclaredUnit")), number(product.get("declaredUnitAmount"))
    told = [one for one in (mass, amount) if one is not None]
    if unit == "kilogram" and len(told) == 2 and not _same(told[0], told[1], told):
        path = "productInformation.productMassPerDeclaredUnit"
        yield _objection("508", "error", path, told[0], amount=_figure(told[1]))


def _how(how: Mapping[str, Any]) -> Iterator[Objection]:
    information = first(how, "pcfAssessmentInformation")
    one = first(information, "idAndVersion")
    if one and (one.get("version") != 0 or one.get("status") != "Active"):
        yield _objection("511", "warning", "idAndVersion.version", f"{one.get('version')}, {one.get('status')}")
    kind = str(one.get("retroOrProspectivePcfType", ""))
    yield from _times(first(information, "time"), kind)
    place = first(information, "geography")
    subdivision, country = str(place.get("geographyCountrySubdivision", "")), str(place.get("geographyCountry", ""))
    if subdivision and country and not subdivision.startswith(f"{country}-"):
        yield _objection("512", "error", "geography.geographyCountrySubdivision", subdivision, country=country)
    region, wanted = str(place.get("geographyRegionOrSubregion", "")), regions.subregion(country)
    if wanted and region not in (wanted, *regions.wider(wanted)):
        yield _objection("513", "error", "geography.geographyRegionOrSubregion", region, country=country)
    if kind.startswith("Prospective"):
        told = first(how, "dataSourcesAndQuality")
        for name in ("primaryDataShare", "technologicalDQR", "temporalDQR", "geographicalDQR"):
            if told.get(name):
                yield _objection("514", "error", f"dataSourcesAndQuality.{name}", told[name])
    balance = first(how, "pcfMethodology", "massBalancingInformation")
    for name in ("freeAttributionInMassBalancing", "massBalancingCertificateScheme"):
        if balance.get("massBalancingUsed") is True and balance.get(name) == _NONE:
            yield _objection("515", "error", f"massBalancingInformation.{name}", _NONE)
    left_out = number(first(information, "boundarySpecifications").get("exemptedEmissionsPercent"))
    if left_out is not None and left_out > 3:
        severity = "warning" if left_out <= _MOST_LEFT_OUT else "error"
        yield _objection("516", severity, "boundarySpecifications.exemptedEmissionsPercent", left_out)


def _times(times: Mapping[str, Any], kind: str) -> Iterator[Objection]:
    begin, end = moment(times.get("referencePeriodStart")), moment(times.get("referencePeriodEnd"))
    created, until = moment(times.get("created")), moment(times.get("validityPeriodEnd"))
    valid = moment(times.get("validityPeriodStart")) or created
    if begin and end and end < begin:
        yield _objection("517", "error", "time.referencePeriodEnd", times["referencePeriodEnd"])
    if valid and until and until < valid:
        yield _objection("518", "error", "time.validityPeriodEnd", times["validityPeriodEnd"])
    elif valid and until and until - valid < timedelta(days=364):
        yield _objection("519", "warning", "time.validityPeriodEnd", times["validityPeriodEnd"])
    if kind.startswith("Retrospective") and valid and end and valid < end:
        yield _objection("520", "error", "time.validityPeriodStart", valid.isoformat())


def _carbon(document: Mapping[str, Any]) -> Iterator[Objection]:
    carbon = first(document, "carbonContent")
    total, fossil, biogenic = (
        number(carbon.get(name)) for name in ("carbonContentTotal", "fossilCarbonContent", "biogenicCarbonContent")
    )
    if (
        total is not None
        and fossil is not None
        and biogenic is not None
        and not _same(total, fossil + biogenic, [total])
    ):
        yield _objection("521", "warning", "carbonContent.carbonContentTotal", total, sum=_figure(fossil + biogenic))
    production = first(document, "productLifeCycleStagesAndEmissions", "productionStage")
    uptake = number(production.get(emissions.UPTAKE))
    if (
        uptake is not None
        and biogenic is not None
        and not _same(-uptake * _CARBON_OF_CO2, biogenic, [biogenic, uptake])
    ):
        wanted = _figure(-uptake * _CARBON_OF_CO2)
        yield _objection("522", "warning", "carbonContent.biogenicCarbonContent", biogenic, sum=wanted)


def moment(text: object) -> datetime | None:
    """A time stamp; ``None`` where there is none that can be read. Without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else datetime.fromisoformat(f"{text}+00:00")


def _same(told: float, wanted: float, parts: list[float]) -> bool:
    return abs(told - wanted) <= _TOLERANCE * max([abs(told), abs(wanted), *map(abs, parts)], default=0.0) + 1e-12


def _objection(number: str, severity: str, path: str, quote: object, **params: str) -> Objection:
    clause = f"Pcf 9.0.0, {path.rpartition('.')[2]}"
    shown = _figure(quote) if isinstance(quote, float) else str(quote)
    return Objection(f"TH-EXC-{number}", severity, clause, path, shown[:80], params)


def _figure(number: float) -> str:
    return f"{number:.6g}"
