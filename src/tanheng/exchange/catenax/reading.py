"""From a document of the aspect model to a declaration, with the section that holds what only Catena-X asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.catenax import emissions, units
from tanheng.exchange.catenax.checking import check, first, listed, moment, number
from tanheng.exchange.catenax.section import SECTION
from tanheng.exchange.catenax.writing import PACKAGING, SCORES, SHARES, SPECIFICATION
from tanheng.exchange.declaration import Declaration, Party, Verified
from tanheng.exchange.protocols import Loss, Received
from tanheng.exchange.regions import subregion
from tanheng.exchange.supplement import Supplement
from tanheng.exchange.urns import code_of
from tanheng.exchange.wording import named
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Quantity

_ROOTS = (
    "scopeOfPcfForm",
    "companyAndProductInformation",
    "pcfAssessmentAndMethodology",
    "productLifeCycleStagesAndEmissions",
)
_NONE = "not applicable"


def read(content: bytes) -> tuple[Received, ...]:
    """The footprint of a document.

    Raises:
        ExchangeError: TH-EXC-020 no document of the aspect model, TH-EXC-021 every value that cannot be used.
    """
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ExchangeError("TH-EXC-020", protocol="Catena-X", reason=str(error)[:200]) from error
    if not isinstance(document, dict) or not all(first(document, root) for root in _ROOTS):
        raise ExchangeError("TH-EXC-020", protocol="Catena-X", reason=", ".join(_ROOTS))
    faults = tuple(_faults(document))
    if faults:
        raise ExchangeError.of(faults)
    found = _declared(document)
    return (
        Received(
            id=_text(_information(document, "idAndVersion"), "id"),
            declaration=found,
            losses=tuple(_losses(document)),
            objections=check(document),
            supplement=Supplement({SECTION: _section(document)}),
        ),
    )


def _information(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return first(document, "pcfAssessmentAndMethodology", "pcfAssessmentInformation", name)


def _product(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return first(document, "companyAndProductInformation", "productInformation")


def _stage(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return first(document, "productLifeCycleStagesAndEmissions", name)


def _unit(document: Mapping[str, Any]) -> Quantity | None:
    product = _product(document)
    amount = product.get("declaredUnitAmount")
    if not isinstance(amount, int | float) or isinstance(amount, bool) or not amount > 0:
        return None
    return units.read(str(product.get("declaredUnitOfMeasurement")), float(amount))


def _faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    if _unit(document) is None:
        product = _product(document)
        found = f"{product.get('declaredUnitAmount')} {product.get('declaredUnitOfMeasurement')}"
        yield Fault("TH-EXC-021", "declaredUnitOfMeasurement", {"found": found[:60], "wanted": "kilogram, piece …"})
    for name in (emissions.EXCLUDING, emissions.INCLUDING):
        value = _stage(document, "productionStage").get(name)
        if number(value) is None:
            yield Fault("TH-EXC-021", f"productionStage.{name}", {"found": str(value)[:60], "wanted": "kg CO2e"})


def _declared(document: Mapping[str, Any]) -> Declaration:
    who = first(document, "companyAndProductInformation", "companyInformation")
    product, production = _product(document), _stage(document, "productionStage")
    carbon, quality = (
        first(document, "carbonContent"),
        first(document, "pcfAssessmentAndMethodology", "dataSourcesAndQuality"),
    )
    time, place = _information(document, "time"), _information(document, "geography")
    methodology = first(document, "pcfAssessmentAndMethodology", "pcfMethodology")
    standards, bounds = first(methodology, "standards"), _information(document, "boundarySpecifications")
    report = _text(first(methodology, "gwpCharacterizationFactorDetails"), "ipccCharacterizationFactors")
    excluding, including = production[emissions.EXCLUDING], production[emissions.INCLUDING]
    uptake = number(production.get(emissions.UPTAKE))
    uptake = including - excluding if uptake is None else uptake
    is_whole = first(document, "scopeOfPcfForm").get("partialFullPcf") == "Cradle-to-grave"
    return Declaration(
        names=named(_text(product, "productNameCompany")),
        description=named(_text(product, "productDescription")),
        codes=dict(filter(None, map(code_of, listed(product, "productClassifications")))),
        ids=tuple(listed(product, "productIds")),
        maker=Party(names=named(_text(who, "companyName")), ids=tuple(listed(who, "companyIds"))),
        unit=_unit(document) or Quantity(1.0, "kg"),
        mass=number(product.get("productMassPerDeclaredUnit")),
        boundary=Boundary.CRADLE_TO_GRAVE if is_whole else Boundary.CRADLE_TO_GATE,
        first=_day(time.get("referencePeriodStart")),
        last=_day(time.get("referencePeriodEnd")),
        geography=_geography(place),
        rules_names=named("; ".join(listed(standards, "productOrSectorSpecificRules"))),
        standards=tuple(listed(standards, "crossSectoralStandards")),
        gwp=f"{report} GWP100" if report.startswith("AR") else "",
        total=float(excluding),
        flows=(
            *emissions.flows_of(production, emissions.PRODUCTION, None, counted=True),
            *emissions.flows_of(
                _stage(document, "distributionStage"), emissions.DISTRIBUTION, Stage.DISTRIBUTION, counted=False
            ),
        ),
        stored_carbon=-float(uptake) + 0.0,
        fossil_carbon=number(carbon.get("fossilCarbonContent")),
        biogenic_carbon=number(carbon.get("biogenicCarbonContent")),
        recycled_carbon=number(carbon.get("recycledCarbonContent")),
        cut_off=_share(bounds.get("exemptedEmissionsPercent")),
        cut_off_text=named(_text(bounds, "exemptedEmissionsDescription")),
        allocation=named(_text(first(methodology, "allocationInForeground"), "allocationRulesDescription")),
        primary_share=_share(quality.get("primaryDataShare")),
        quality={ours: value for ours, name in SCORES.items() if (value := number(quality.get(name))) is not None},
        sources=tuple(listed(quality, "secondaryEmissionFactorSources")),
        valid_from=_day(time.get("validityPeriodStart")),
        valid_until=_day(time.get("validityPeriodEnd")),
        replaces=tuple(_replaced(document)),
        verified=_verified(first(document, "attestationOfConformance")),
        comment=_text(first(document, "general"), "comment"),
    )


def _geography(place: Mapping[str, Any]) -> str:
    country, part = _text(place, "geographyCountry"), _text(place, "geographyCountrySubdivision")
    if part and (not country or part.startswith(f"{country}-")):
        return part
    return country or ("GLO" if place.get("geographyRegionOrSubregion") == "Global" else "")


def _replaced(document: Mapping[str, Any]) -> Iterator[str]:
    rows = _information(document, "idAndVersion").get("precedingPfIds")
    for one in rows if isinstance(rows, list) else []:
        if isinstance(one, Mapping) and one.get("id"):
            yield str(one["id"])


def _verified(told: Mapping[str, Any]) -> Verified | None:
    if not told:
        return None
    return Verified(
        body=named(_text(told, "providerName")),
        day=_day(told.get("completedAt")),
        standard=_text(told, "standardName"),
        certificate=_text(told, "attestationOfConformanceId"),
        scheme=_text(told, "attestationStandard"),
        link=_text(told, "attestationOfConformanceLink"),
    )


def _section(document: Mapping[str, Any]) -> dict[str, Any]:
    """The section of a supplement, as somebody would write it."""
    one, place = _information(document, "idAndVersion"), _information(document, "geography")
    technology, carbon = _information(document, "technology"), first(document, "carbonContent")
    methodology = first(document, "pcfAssessmentAndMethodology", "pcfMethodology")
    balance, allocation = first(methodology, "massBalancingInformation"), first(methodology, "allocationInForeground")
    shares = first(document, "pcfAssessmentAndMethodology", "verificationAndCertificationShares")
    attested, packaging = first(document, "attestationOfConformance"), _stage(document, "packagingStage")
    region = _text(place, "geographyRegionOrSubregion")
    told = {ours: packaging.get(emissions.field(emissions.PACKAGING, name)) for ours, name in PACKAGING.items()}
    fossil, biogenic, total = (
        number(carbon.get(name)) for name in ("fossilCarbonContent", "biogenicCarbonContent", "carbonContentTotal")
    )
    is_sum = fossil is not None and biogenic is not None and total == fossil + biogenic
    return _some(
        {
            "id": one.get("id"),
            "created": _information(document, "time").get("created"),
            "kind": one.get("retroOrProspectivePcfType"),
            "region": "" if region == subregion(_geography(place)) else region,
            "ccs": technology.get("ccsTechnologicalCO2CaptureIncluded"),
            "technology": technology.get("boundaryProcessesDescription"),
            "distribution": _stage(document, "distributionStage").get("distributionStageIncluded"),
            "packaging": _some({"included": packaging.get("packagingEmissionsIncluded"), **told}),
            "mass_balancing": balance.get("massBalancingUsed"),
            "free_attribution": balance.get("freeAttributionInMassBalancing"),
            "mass_balance_scheme": _unless_none(balance.get("massBalancingCertificateScheme")),
            "waste_incineration": allocation.get("allocationWasteIncineration"),
            "recycled_carbon": allocation.get("allocationRecycledCarbon"),
            "carbon_total": None if is_sum else _amount(total),
            "packaging_biogenic_carbon": _amount(carbon.get("packagingBiogenicCarbonContent")),
            "shares": _some({ours: _share(shares.get(name)) for ours, name in SHARES.items()}),
            "attestation_type": attested.get("attestationType"),
            "provider": attested.get("providerId"),
            "legal": first(document, "general").get("pcfLegalStatement"),
        }
    )


def _losses(document: Mapping[str, Any]) -> Iterator[Loss]:
    for key, rows in _lists(document):
        if len(rows) > 1:
            yield Loss("not-taken", f"{key}[1:]")
    time = _information(document, "time")
    for name, hour in (("referencePeriodStart", "00:00:00"), ("validityPeriodStart", "00:00:00")):
        if name in time and f"T{hour}" not in str(time[name]):
            yield Loss("time-of-day", f"time.{name}")
    for name in ("referencePeriodEnd", "validityPeriodEnd"):
        if name in time and "T23:59:59" not in str(time[name]):
            yield Loss("time-of-day", f"time.{name}")
    done = first(document, "attestationOfConformance").get("completedAt")
    if done and "T23:59:59" not in str(done):
        yield Loss("time-of-day", "attestationOfConformance.completedAt")
    stray = emissions.field(emissions.PACKAGING, emissions.LAND_EMISSIONS)
    if stray in _stage(document, "productionStage"):
        yield Loss("not-taken", f"productionStage.{stray}")
    one = _information(document, "idAndVersion")
    if one.get("version") or one.get("status") == "Deprecated":
        yield Loss("not-taken", "idAndVersion.version, idAndVersion.status")
    if first(document, "scopeOfPcfForm").get("specVersion") != SPECIFICATION:
        yield Loss("not-taken", "scopeOfPcfForm.specVersion")
    place = _information(document, "geography")
    part = _text(place, "geographyCountrySubdivision")
    if part and part != _geography(place):
        yield Loss("not-taken", "geography.geographyCountrySubdivision")
    for urn in listed(_product(document), "productClassifications"):
        if code_of(urn) is None:
            yield Loss("not-taken", "productClassifications")


def _lists(document: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Lists of objects: the aspect model has one wherever one object is meant."""
    for key, value in document.items():
        rows = value if isinstance(value, list) else []
        if rows and isinstance(rows[0], Mapping) and key != "precedingPfIds":
            yield key, rows
            yield from _lists(rows[0])


def _text(whole: Mapping[str, Any], key: str) -> str:
    found = whole.get(key)
    return found if isinstance(found, str) else ""


def _share(percent: object) -> float | None:
    value = number(percent)
    return float(Decimal(repr(value)) / 100) if value is not None else None


def _amount(kg: object) -> str | None:
    value = number(kg)
    return f"{value!r} kg" if value is not None else None


def _day(text: object) -> date | None:
    """The day that is written, whatever its offset."""
    return found.date() if text and (found := moment(text)) is not None else None


def _unless_none(text: object) -> object:
    return None if text == _NONE else text


def _some(whole: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in whole.items() if value not in (None, "", {})}
