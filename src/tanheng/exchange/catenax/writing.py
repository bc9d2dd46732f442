"""From a declaration to a document of the aspect model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import orjson

from tanheng.errors import ExchangeError
from tanheng.exchange.catenax import emissions, units
from tanheng.exchange.catenax.checking import check
from tanheng.exchange.catenax.section import SECTION, CatenaX, Packaging
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.needs import demand, known
from tanheng.exchange.protocols import Loss, Written
from tanheng.exchange.regions import country, subregion
from tanheng.exchange.supplement import Amount, Supplement
from tanheng.exchange.urns import urn_of
from tanheng.exchange.wording import is_many, one_of
from tanheng.footprint.study import Boundary, Stage

SPECIFICATION = "urn:io.catenax.pcf:datamodel:version:9.0.0"
SCORES = {"te": "technologicalDQR", "ti": "temporalDQR", "ge": "geographicalDQR"}
SHARES = {
    "programme": "programCertificationShare",
    "third_party": "productVerificationShare3rdParty",
    "second_party": "productVerificationShare2ndParty",
    "first_party": "productVerificationShare1stParty",
}
PACKAGING = {
    "including_uptake": emissions.INCLUDING,
    "excluding_uptake": emissions.EXCLUDING,
    "fossil": emissions.FOSSIL,
    "biogenic": emissions.BIOGENIC,
    "uptake": emissions.UPTAKE,
    "land_use_change": emissions.LUC,
    "land_emissions": emissions.LAND_EMISSIONS,
    "land_removals": emissions.LAND_REMOVALS,
    "aircraft": emissions.AIRCRAFT,
}
_RETROSPECTIVE = "Retrospective PCF"


def write(told: Declaration, supplement: Supplement) -> Written:
    """A JSON document, valid against the schema of the aspect model.

    Raises:
        ExchangeError: TH-EXC-010 every value that is needed and not known, TH-EXC-011 another regime, TH-EXC-013 a unit.
    """
    if told.regime not in ("", "pact3"):
        raise ExchangeError("TH-EXC-011", found=told.regime, wanted="pact3")
    more = supplement.section(SECTION, CatenaX)
    created = more.created or _begin(told.valid_from)
    kind = more.kind or _kind(told, created)
    region = more.region or subregion(told.geography)
    demand(_needs(told, more, created=created, kind=kind, region=region))
    document = {
        "scopeOfPcfForm": [{"specVersion": SPECIFICATION, "partialFullPcf": _scope(told)}],
        "companyAndProductInformation": [_who(told)],
        "pcfAssessmentAndMethodology": [_how(told, more, known(created), known(kind), region)],
        "general": [_some({"comment": told.comment, "pcfLegalStatement": more.legal})],
        "carbonContent": [_carbon(told, more)],
        "productLifeCycleStagesAndEmissions": [_stages(told, more)],
    }
    if told.verified is not None:
        document["attestationOfConformance"] = [_attested(told, more)]
    return Written(
        content=orjson.dumps(document, option=orjson.OPT_INDENT_2),
        name=f"{identifier(told, more)}.json",
        media_type="application/json",
        losses=tuple(_losses(told, more)),
        objections=check(document),
    )


def identifier(told: Declaration, more: CatenaX) -> str:
    """UUID of the footprint: given, or of version 4 in form and made from the assessment, so that it stays the same."""
    return str(more.id or UUID(bytes=hashlib.sha256(f"catena-x {told.digest}".encode()).digest()[:16], version=4))


def _needs(
    told: Declaration, more: CatenaX, *, created: datetime | None, kind: str | None, region: str
) -> Iterator[tuple[object, str, str]]:
    yield more.id or told.digest, "id", f"{SECTION}.id"
    yield one_of(told.maker.names), "companyName", "study: product.maker"
    yield told.maker.ids, "companyIds", "company.ids"
    yield _product_ids(told), "productIds", "product.ids"
    yield told.mass, "productMassPerDeclaredUnit", "product.mass"
    yield more.ccs, "ccsTechnologicalCO2CaptureIncluded", f"{SECTION}.ccs"
    yield created, "created", f"{SECTION}.created, product.valid_from"
    yield kind, "retroOrProspectivePcfType", f"{SECTION}.kind"
    yield told.cut_off, "exemptedEmissionsPercent", "study: cut_offs[].share"
    yield region, "geographyRegionOrSubregion", f"{SECTION}.region"
    yield told.first, "referencePeriodStart", "study: period"
    yield told.last, "referencePeriodEnd", "study: period"
    yield told.valid_until, "validityPeriodEnd", "product.valid_until"
    yield more.packaging.included, "packagingEmissionsIncluded", f"{SECTION}.packaging.included"
    yield more.mass_balancing, "massBalancingUsed", f"{SECTION}.mass_balancing"
    yield more.waste_incineration, "allocationWasteIncineration", f"{SECTION}.waste_incineration"
    yield told.standards, "crossSectoralStandards", "study: regime"
    yield told.stored_carbon, "pcfIncludingBiogenicUptake", "study: biogenic carbon"
    if more.mass_balancing:
        yield more.free_attribution, "freeAttributionInMassBalancing", f"{SECTION}.free_attribution"
        yield more.mass_balance_scheme, "massBalancingCertificateScheme", f"{SECTION}.mass_balance_scheme"
    if (verified := told.verified) is not None:
        yield more.attestation_type, "attestationType", f"{SECTION}.attestation_type"
        yield more.attestation_standard or verified.scheme, "attestationStandard", f"{SECTION}.attestation_standard"
        yield verified.certificate, "attestationOfConformanceId", "certificate"
        yield verified.standard or told.standards, "standardName", "certificate"
        yield one_of(verified.body), "providerName", "certificate"


def _scope(told: Declaration) -> str:
    """What is counted under PACT ends at the gate, whatever the boundary of the study."""
    return "Cradle-to-grave" if not told.regime and told.boundary is Boundary.CRADLE_TO_GRAVE else "Cradle-to-gate"


def _kind(told: Declaration, created: datetime | None) -> str | None:
    if created is None or told.last is None:
        return None
    return _RETROSPECTIVE if told.last <= created.date() else None


def _product_ids(told: Declaration) -> tuple[str, ...]:
    if told.ids or "gtin" not in told.codes:
        return told.ids
    return (urn_of("gtin", told.codes["gtin"]),)


def _who(told: Declaration) -> dict[str, Any]:
    unit, amount = units.written(told.unit)
    product = {
        "productNameCompany": one_of(told.names),
        "productIds": list(_product_ids(told)),
        "declaredUnitOfMeasurement": unit,
        "declaredUnitAmount": amount,
        "productMassPerDeclaredUnit": known(told.mass),
        "productClassifications": [urn_of(scheme, code) for scheme, code in told.codes.items()],
        "productDescription": one_of(told.description),
    }
    return {
        "companyInformation": [{"companyName": one_of(told.maker.names), "companyIds": list(told.maker.ids)}],
        "productInformation": [_some(product)],
    }


def _how(told: Declaration, more: CatenaX, created: datetime, kind: str, region: str) -> dict[str, Any]:
    quality = {name: told.quality.get(score) for score, name in SCORES.items()}
    shares = {name: _percent(getattr(more.shares, ours)) for ours, name in SHARES.items()}
    information = {
        "technology": [
            _some({"ccsTechnologicalCO2CaptureIncluded": more.ccs, "boundaryProcessesDescription": more.technology})
        ],
        "idAndVersion": [
            {
                "id": identifier(told, more),
                "version": 0,
                "status": "Active",
                "retroOrProspectivePcfType": kind,
                "precedingPfIds": [{"id": one} for one in told.replaces],
            }
        ],
        "boundarySpecifications": [
            _some(
                {
                    "exemptedEmissionsPercent": _percent(told.cut_off),
                    "exemptedEmissionsDescription": one_of(told.cut_off_text),
                }
            )
        ],
        "geography": [_place(told.geography, region)],
        "time": [_time(told, created)],
    }
    if not told.replaces:
        del information["idAndVersion"][0]["precedingPfIds"]
    return _some(
        {
            "dataSourcesAndQuality": [
                _some(
                    {
                        "primaryDataShare": _percent(told.primary_share),
                        "secondaryEmissionFactorSources": list(dict.fromkeys(told.sources)),
                        **quality,
                    }
                )
            ],
            "pcfAssessmentInformation": [information],
            "verificationAndCertificationShares": [_some(shares)] if _some(shares) else None,
            "pcfMethodology": [_methodology(told, more)],
        }
    )


def _place(geography: str, region: str) -> dict[str, Any]:
    return _some(
        {
            "geographyRegionOrSubregion": region,
            "geographyCountrySubdivision": geography if geography[2:3] == "-" and country(geography) else "",
            "geographyCountry": country(geography),
        }
    )


def _time(told: Declaration, created: datetime) -> dict[str, Any]:
    return _some(
        {
            "referencePeriodStart": _moment(_begin(told.first)),
            "referencePeriodEnd": _moment(_end(told.last)),
            "created": _moment(created),
            "validityPeriodStart": _moment(_begin(told.valid_from)),
            "validityPeriodEnd": _moment(_end(told.valid_until)),
        }
    )


def _methodology(told: Declaration, more: CatenaX) -> dict[str, Any]:
    report = told.gwp.split(" ")[0]
    rules = one_of(told.rules_names) or told.rules
    none = "not applicable"
    allocation = {
        "allocationWasteIncineration": more.waste_incineration,
        "allocationRulesDescription": one_of(told.allocation),
        "allocationRecycledCarbon": more.recycled_carbon,
    }
    return {
        "massBalancingInformation": [
            {
                "massBalancingUsed": more.mass_balancing,
                "freeAttributionInMassBalancing": more.free_attribution or none,
                "massBalancingCertificateScheme": more.mass_balance_scheme or none,
            }
        ],
        "standards": [
            {"crossSectoralStandards": list(told.standards), "productOrSectorSpecificRules": [rules] if rules else []}
        ],
        "gwpCharacterizationFactorDetails": [
            {"ipccCharacterizationFactors": report if report in ("AR4", "AR5", "AR6") else "unspecified"}
        ],
        "allocationInForeground": [_some(allocation)],
    }


def _carbon(told: Declaration, more: CatenaX) -> dict[str, Any]:
    total = _kg(more.carbon_total, "carbon_total")
    if total is None and told.fossil_carbon is not None and told.biogenic_carbon is not None:
        total = told.fossil_carbon + told.biogenic_carbon
    return _some(
        {
            "carbonContentTotal": total,
            "fossilCarbonContent": told.fossil_carbon,
            "biogenicCarbonContent": told.biogenic_carbon,
            "packagingBiogenicCarbonContent": _kg(more.packaging_biogenic_carbon, "packaging_biogenic_carbon"),
            "recycledCarbonContent": told.recycled_carbon,
        }
    )


def _stages(told: Declaration, more: CatenaX) -> dict[str, Any]:
    beyond = emissions.distribution(told, more.unsplit)
    included = more.distribution if more.distribution is not None else beyond is not None
    outbound: dict[str, Any] = {"distributionStageIncluded": included}
    if beyond is not None:
        outbound |= _sums(beyond, emissions.DISTRIBUTION)
    return {
        "productionStage": [_sums(emissions.production(told, more.unsplit), emissions.PRODUCTION)],
        "distributionStage": [outbound],
        "packagingStage": [_packaging(more.packaging)],
    }


def _sums(found: emissions.Sums, prefix: str) -> dict[str, float]:
    made: dict[str, float | None] = {
        emissions.INCLUDING: found.excluding + (found.uptake or 0.0),
        emissions.EXCLUDING: found.excluding,
        emissions.UPTAKE: found.uptake,
        **(found.by_category or {}),
    }
    return {emissions.field(prefix, name): value + 0.0 for name, value in made.items() if value is not None}


def _packaging(given: Packaging) -> dict[str, Any]:
    told = {emissions.field(emissions.PACKAGING, name): getattr(given, ours) for ours, name in PACKAGING.items()}
    return _some({"packagingEmissionsIncluded": given.included, **told})


def _attested(told: Declaration, more: CatenaX) -> dict[str, Any]:
    verified = known(told.verified)
    return _some(
        {
            "attestationType": more.attestation_type,
            "standardName": verified.standard or told.standards[0],
            "attestationStandard": more.attestation_standard or verified.scheme,
            "attestationOfConformanceId": verified.certificate,
            "providerName": one_of(verified.body),
            "attestationOfConformanceLink": verified.link,
            "providerId": more.provider,
            "completedAt": _moment(_end(verified.day)),
        }
    )


def _losses(told: Declaration, more: CatenaX) -> Iterator[Loss]:
    if emissions.production(told, more.unsplit).by_category is None:
        yield Loss("origins")
    for path in ("names", "description", "cut_off_text", "allocation", "rules_names"):
        if is_many(getattr(told, path)):
            yield Loss("language", path)
    if is_many(told.maker.names):
        yield Loss("language", "maker.names")
    if told.regime and told.boundary is not None:
        beyond = [stage for stage in (Stage.USE, Stage.END_OF_LIFE) if stage in told.boundary.stages]
        yield from (Loss("no-field", stage.value) for stage in beyond)
    for path in ("gsd2", "low", "high", "limits", "rating"):
        if getattr(told, path):
            yield Loss("no-field", path)
    if "pr" in told.quality:
        yield Loss("no-field", "quality.pr")
    if told.verified is not None:
        yield from (
            Loss("no-field", f"verified.{path}") for path in ("level", "valid_until") if getattr(told.verified, path)
        )


def _kg(amount: Amount | None, name: str) -> float | None:
    return amount.to("kg", f"{SECTION}.{name}") if amount is not None else None


def _percent(share: float | None) -> float | None:
    """Without the noise of the multiplication, so that what was read is written again."""
    return float(Decimal(repr(share)) * 100) if share is not None else None


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day is not None else None


def _end(day: date | None) -> datetime | None:
    return datetime.combine(day, time(23, 59, 59), UTC) if day is not None else None


def _moment(when: datetime | None) -> str | None:
    if when is None:
        return None
    aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return msgspec.to_builtins(aware.astimezone(UTC).replace(microsecond=0))  # type: ignore[no-any-return]


def _some(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known."""
    return {key: value for key, value in whole.items() if value not in (None, "", [])}
