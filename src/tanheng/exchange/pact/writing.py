"""From a declaration to a ProductFootprint of version 3.0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid5

import msgspec
from msgspec import UNSET, UnsetType

from tanheng import texts
from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.declaration import Declaration, Verified
from tanheng.exchange.needs import missing
from tanheng.exchange.pact import numbers, terms
from tanheng.exchange.pact.emissions import terms_of
from tanheng.exchange.pact.model import Extension, Footprint, Product, Quality, Source, Verification, written
from tanheng.exchange.pact.numbers import number
from tanheng.exchange.pact.section import Pact
from tanheng.exchange.protocols import Loss
from tanheng.exchange.wording import one_of
from tanheng.footprint.study import Names
from tanheng.quantities import Origin

_SPACE = UUID("6f3f5f2c-8a53-5f0e-9a0e-0a7f3c1d9b11")
"""Space of names of our ids (RFC 9562, version 5)."""

_BLANK = UUID(int=0)
T = TypeVar("T")


@dataclass(slots=True)
class Needs:
    """What is needed and not known, collected before it is told."""

    faults: list[Fault] = field(default_factory=list)

    def have(self, value: T | None, field: str, remedy: str, instead: T) -> T:
        """The value; ``instead`` stands in until all faults are told."""
        if value is None or value == "" or value == ():
            self.faults.append(missing(field, remedy))
            return instead
        return value

    def tell(self) -> None:
        """Raises ExchangeError with all of them."""
        if self.faults:
            raise ExchangeError.of(self.faults)


def product_of(told: Declaration, given: Pact, *, now: datetime | None = None) -> Product:
    """The footprint as PACT tells it.

    Raises:
        ExchangeError: TH-EXC-010 values that are needed and not known, TH-EXC-011 another regime, TH-EXC-013 a unit that PACT
            does not have.
    """
    if told.regime not in ("", "pact3"):
        raise ExchangeError("TH-EXC-011", found=told.regime, wanted="pact3")
    needs, lang = Needs(), given.language
    pcf = _footprint(told, given, needs)
    description = given.description if given.description is not None else (one_of(told.description, lang) or None)
    if description is None and told.description:
        description = ""
    made = Product(
        id=_BLANK,
        spec_version=terms.SPEC,
        preceding_pf_ids=_uuids(told.replaces) or UNSET,
        created=given.created or now or datetime.now(UTC).replace(microsecond=0),
        status=given.status or "Active",
        validity_period_start=_or_unset(given.valid_from or _day(told.valid_from)),
        validity_period_end=_or_unset(given.valid_until or _after(told.valid_until)),
        company_name=needs.have(one_of(told.maker.names, lang), "companyName", "product.maker (study)", ""),
        company_ids=needs.have(told.maker.ids, "companyIds", "company.ids: ['urn:…']", ()),
        product_description=description
        if description is not None
        else needs.have(None, "productDescription", "product.description (study), pact.description", ""),
        product_ids=needs.have(told.ids or _urns(told), "productIds", "product.ids: ['urn:…']", ()),
        product_classifications=_or_unset(
            given.classifications if given.classifications is not None else terms.classes(dict(told.codes))
        ),
        product_name_company=needs.have(one_of(told.names, lang), "productNameCompany", "product.name (study)", ""),
        comment=_comment(told, lang),
        pcf=pcf,
        extensions=tuple(msgspec.convert(one, Extension) for one in given.extensions) or UNSET,
    )
    needs.tell()
    return msgspec.structs.replace(made, id=given.id or _id(made, told.digest))


def losses_of(told: Declaration, given: Pact) -> Iterator[Loss]:
    """What a ProductFootprint has no place for."""
    for name in ("gsd2", "low", "high", "quality_coverage", "rating"):
        if getattr(told, name) is not None:
            yield Loss("no-field", name)
    for name, text in (("names", told.names), ("description", told.description), ("maker.names", told.maker.names)):
        if len({one for one in text.values() if one}) > 1:
            yield Loss("language", name)
    if any(flow.stage is not None for flow in told.flows):
        yield Loss("stages")
    if len(told.flows) > len(terms_of(told.flows)):
        yield Loss("origins")
    if told.limits:
        yield Loss("no-field", "limits")
    if told.verified is not None and told.verified.level:
        yield Loss("no-field", "verified.level")
    if len(told.replaces) > len(_uuids(told.replaces)):
        yield Loss("no-field", "replaces")
    if given.region is None and told.geography not in terms.WORLD and not any(_geography(told, given).values()):
        yield Loss("no-field", "geography")


def _footprint(told: Declaration, given: Pact, needs: Needs) -> Footprint:
    lang = given.language
    measured = terms.measured(told.unit)
    if measured is None:
        raise ExchangeError("TH-EXC-013", unit=str(told.unit), known=", ".join(terms.UNITS.values()))
    unit, amount = measured
    mass = 0.0 if unit in terms.MASSLESS and told.mass is None else told.mass
    own = needs.have if told.digest else _as_told
    exempted = given.exempted_percent if given.exempted_percent is not None else _percent(told.cut_off)
    fields: dict[str, Any] = {
        "declared_unit_of_measurement": unit,
        "declared_unit_amount": number(amount),
        "product_mass_per_declared_unit": number(
            needs.have(mass, "productMassPerDeclaredUnit", "product.mass: 80 kg", 0.0)
        ),
        "reference_period_start": given.first or needs.have(_day(told.first), "referencePeriodStart", "period", _NEVER),
        "reference_period_end": given.last or needs.have(_after(told.last), "referencePeriodEnd", "period", _NEVER),
        **_geography(told, given),
        "boundary_processes_description": _or_unset(given.boundary_description),
        "fossil_carbon_content": number(
            needs.have(told.fossil_carbon, "fossilCarbonContent", "product.fossil_carbon: 0 kg", 0.0)
        ),
        "biogenic_carbon_content": _number(_or_none(told.biogenic_carbon, given)),
        "recycled_carbon_content": _number(told.recycled_carbon),
        **_emissions(told, given, needs),
        "land_carbon_leakage": _number(given.land_carbon_leakage),
        "land_management_fossil_ghg_emissions": _number(_or_none(given.land_management_fossil, given)),
        "land_area_occupation": _number(given.land_area),
        "aircraft_ghg_emissions": _number(given.aircraft),
        "packaging_emissions_included": own(
            given.packaging_included, "packagingEmissionsIncluded", "pact.packaging_included: true | false", False
        ),
        "packaging_ghg_emissions": _number(given.packaging),
        "packaging_biogenic_carbon_content": _number(given.packaging_biogenic_carbon),
        "outbound_logistics_ghg_emissions": _number(given.outbound_logistics),
        "ccs_technological_co2_capture_included": own(
            given.ccs_included, "ccsTechnologicalCO2CaptureIncluded", "pact.ccs_included: true | false", False
        ),
        "technological_co2_capture_origin": _or_unset(given.capture_origin),
        "ccu_carbon_content": _number(given.ccu_carbon),
        "ccu_calculation_approach": _or_unset(given.ccu_approach),
        "ccu_credit_certification": _or_unset(given.ccu_certification),
        "ipcc_characterization_factors": needs.have(
            tuple(dict.fromkeys(re.findall(r"AR\d+", told.gwp))), "ipccCharacterizationFactors", "regime: pact3", ()
        ),
        "cross_sectoral_standards": needs.have(
            _standards(told, given), "crossSectoralStandards", "pact.standards: [PACT-3.0]", ()
        ),
        "product_or_sector_specific_rules": _or_unset(given.rules),
        "exempted_emissions_percent": number(
            needs.have(exempted, "exemptedEmissionsPercent", "pact.exempted_percent: 1.5", Decimal(0))
        ),
        "exempted_emissions_description": _text(told.cut_off_text, lang),
        "allocation_rules_description": _text(told.allocation, lang),
        "secondary_emission_factor_sources": _or_unset(tuple(_sources(told))),
        "primary_data_share": _number(_percent(told.primary_share)),
        "dqi": _quality(told),
        "verification": _verification(told.verified, given),
    }
    made = Footprint(**fields)
    return msgspec.structs.replace(
        made,
        pcf_excluding_biogenic_uptake=number(numbers.excluding(made)),
        pcf_including_biogenic_uptake=number(numbers.including(made)),
    )


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _as_told(value: T | None, *_: Any) -> T | UnsetType:
    """What somebody else told is passed on as it was told, be it that it was left out."""
    return UNSET if value is None else value


def _emissions(told: Declaration, given: Pact, needs: Needs) -> dict[str, Any]:
    """Terms of the sums; the totals follow from them."""
    found = terms_of(told.flows)
    unsplit = any(flow.counted and flow.origin is Origin.UNSPLIT and flow.co2e for flow in told.flows)
    if unsplit:
        needs.have(given.unsplit, "fossilGhgEmissions", "pact.unsplit: fossil", "fossil")
    if told.digest:
        # A study that tells all origins knows that there is none of the others.
        known_none = Decimal(0) if not unsplit or given.biogenic is False else None
        for name in ("land_use_change_ghg_emissions", "biogenic_non_co2_emissions"):
            if name not in found and known_none is not None:
                found[name] = known_none
        if given.biogenic is False:
            found.setdefault("land_management_biogenic_co2_emissions", Decimal(0))
    found.setdefault("fossil_ghg_emissions", Decimal(0))
    stored = _or_none(told.stored_carbon, given)
    if stored is not None:
        found["biogenic_co2_uptake"] = -Decimal(repr(float(stored)))
    return {
        **{name: number(value) for name, value in numbers.aligned(found).items()},
        "pcf_excluding_biogenic_uptake": "0",
        "pcf_including_biogenic_uptake": "0",
    }


def _or_none(value: float | Decimal | None, given: Pact) -> float | Decimal | None:
    """Zero where nothing biogenic is involved and nothing is told."""
    return Decimal(0) if value is None and given.biogenic is False else value


def _geography(told: Declaration, given: Pact) -> dict[str, Any]:
    code = told.geography
    if given.region or code in terms.REGIONS:
        return {"geography_region_or_subregion": given.region or terms.REGIONS[code]}
    if re.fullmatch(r"[A-Z]{2}", code) and code != "EU":
        return {"geography_country": code}
    return {"geography_country_subdivision": code} if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code) else {}


def _standards(told: Declaration, given: Pact) -> tuple[str, ...]:
    return given.standards or (("PACT-3.0",) if told.regime == "pact3" else told.standards)


def _sources(told: Declaration) -> Iterator[Source]:
    """Sources of secondary data; the last part of a source's text is its version or date."""
    for text in told.sources:
        name, _, version = text.rpartition(", ")
        if name and version:
            yield Source(name=name, version=version)


def _quality(told: Declaration) -> Quality | UnsetType:
    scores = told.quality
    if not {"te", "ge", "ti"} <= set(scores):
        return UNSET
    return Quality(
        technological_dqr=number(scores["te"]),
        geographical_dqr=number(scores["ge"]),
        temporal_dqr=number(scores["ti"]),
    )


def _verification(told: Verified | None, given: Pact) -> Verification | UnsetType:
    if told is None:
        return UNSET
    comment = given.verification_comment
    if comment is None:
        comment = " ".join(filter(None, (told.scheme, told.certificate, told.link)))
    return Verification(
        coverage=_or_unset(given.verification_coverage or ("product level" if told.coverage == "product" else None)),
        provider_name=_or_unset(one_of(told.body, given.language)),
        completed_at=_or_unset(given.verified_at or _day(told.day)),
        standard_name=_or_unset(told.standard),
        comments=_or_unset(comment),
    )


def _comment(told: Declaration, lang: str) -> str | UnsetType:
    total = sum(abs(flow.co2e) for flow in told.flows if flow.counted)
    open_ = sum(abs(f.co2e) for f in told.flows if f.counted and f.origin is Origin.UNSPLIT)
    note = texts.text("exchange/notes", "pact-unsplit", lang, share=f"{open_ / total:.1%}") if open_ else ""
    return _or_unset(" ".join(filter(None, (told.comment, note))))


def _id(made: Product, digest: str) -> UUID:
    """An id that says the same twice for the same content: publishing it again is no new footprint."""
    content = {k: v for k, v in written(made).items() if k not in ("id", "created", "status", "precedingPfIds")}
    return uuid5(_SPACE, digest + msgspec.json.encode(content, order="deterministic").decode())


def _urns(told: Declaration) -> tuple[str, ...]:
    gtin = told.codes.get("gtin", "")
    return (f"urn:gtin:{gtin}",) if gtin else ()


def _uuids(texts_: tuple[str, ...]) -> tuple[UUID, ...]:
    found = []
    for one in texts_:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return tuple(found)


def _text(names: Names, lang: str) -> str | UnsetType:
    """A text; told as empty where it was so."""
    return one_of(names, lang) if names else UNSET


def _percent(share: float | None) -> Decimal | None:
    return None if share is None else Decimal(repr(share)) * 100


def _number(value: float | Decimal | None) -> str | UnsetType:
    return UNSET if value is None else number(value)


def _or_unset(value: T | None) -> T | UnsetType:
    return UNSET if value is None or value == "" or value == () else value


def _day(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _after(day: date | None) -> datetime | None:
    """The end of a day, which PACT tells as the moment that is no longer inside."""
    return None if day is None else datetime.combine(day, time(), UTC) + timedelta(days=1)
