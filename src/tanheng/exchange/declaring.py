"""From a frozen assessment to what is told of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from tanheng import texts
from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration, Flow, Party, Verified
from tanheng.exchange.supplement import Amount, Company, Product, Supplement
from tanheng.footprint.assessment import Assessment
from tanheng.footprint.study import Boundary, Names
from tanheng.quantities import Quantity
from tanheng.rules import regime

_CARBON_OF_CO2 = 12.0 / 44.0


def of_assessment(
    assessment: Assessment, supplement: Supplement | None = None, *, verified: Verified | None = None
) -> Declaration:
    """What an assessment tells, with what its supplement adds.

    Raises:
        ExchangeError: TH-EXC-002 … TH-EXC-004 of the supplement's sections ``company`` and ``product``; TH-EXC-006 a quantity
            of another dimension; TH-EXC-007 the result is only "at least" (C02).
    """
    if not assessment.complete:
        raise ExchangeError("TH-EXC-007", count=sum(gap.blocks for gap in assessment.gaps))
    given = supplement or Supplement()
    company, product = given.section("company", Company), given.section("product", Product)
    unit = Quantity.parse(assessment.declared_unit)
    first, last = (date.fromisoformat(day) for day in assessment.period)
    stored = _kg(product.biogenic_carbon, "product.biogenic_carbon")
    made = Declaration(
        digest=assessment.digest,
        names=assessment.product,
        codes=assessment.codes,
        ids=product.ids,
        maker=_maker(assessment, company),
        unit=unit,
        unit_text=assessment.unit_text,
        mass=_kg(product.mass, "product.mass") if product.mass is not None else _mass(unit),
        boundary=Boundary(assessment.boundary),
        first=first,
        last=last,
        geography=assessment.site,
        regime=assessment.regime,
        rules=assessment.rule_pack,
        rules_names=assessment.rule_pack_names,
        standards=(_standard(assessment.regime),),
        gwp=assessment.method,
        total=assessment.total,
        flows=tuple(_flows(assessment)),
        stored_carbon=assessment.stored_carbon,
        fossil_carbon=_kg(product.fossil_carbon, "product.fossil_carbon"),
        biogenic_carbon=stored if stored is not None else assessment.stored_carbon * _CARBON_OF_CO2,
        recycled_carbon=_kg(product.recycled_carbon, "product.recycled_carbon"),
        cut_off=_cut_off(assessment),
        cut_off_text=_joined([cut["names"] for cut in assessment.cut_offs]),
        allocation=_allocation(assessment),
        primary_share=assessment.quality.primary_share,
        quality=assessment.quality.scores,
        quality_coverage=assessment.quality.coverage,
        rating=assessment.quality.rating,
        gsd2=assessment.uncertainty.gsd2,
        low=assessment.uncertainty.low,
        high=assessment.uncertainty.high,
        sources=_sources(assessment),
        limits=assessment.limits,
        valid_from=product.valid_from,
        valid_until=product.valid_until,
        replaces=product.replaces,
        verified=verified,
        comment=product.comment,
        assessment=assessment,
    )
    study = assessment.inputs.get("study")
    told = study.get("product", {}).get("description") if isinstance(study, dict) else None
    return replace(made, description=told) if isinstance(told, dict) else made


def _maker(assessment: Assessment, company: Company) -> Party:
    return Party(
        names=assessment.maker,
        ids=company.ids,
        country=company.country or assessment.site[:2],
        region=company.region,
        city=company.city,
        street=company.street,
        postcode=company.postcode,
        contact=company.contact,
        email=company.email,
        phone=company.phone,
        website=company.website,
    )


def _flows(assessment: Assessment) -> Iterator[Flow]:
    for line in assessment.lines:
        for part in line.parts:
            for gas in part.gases:
                yield Flow(
                    stage=part.stage,
                    what=part.what,
                    source=part.provenance.id,
                    gas=gas.gas,
                    origin=gas.origin,
                    mass=gas.mass,
                    co2e=gas.co2e,
                    counted=gas.counted and not part.excluded,
                    excluded=part.excluded,
                )


def _kg(amount: Amount | None, place: str) -> float | None:
    return amount.to("kg", place) if amount is not None else None


def _mass(unit: Quantity) -> float | None:
    return unit.to("kg").value if unit.dimension == "mass" else None


def _standard(name: str) -> str:
    return regime(name).standard["en"]


def _cut_off(assessment: Assessment) -> float | None:
    shares = [cut.get("share") for cut in assessment.cut_offs]
    return None if None in shares else math.fsum(float(share) for share in shares if share is not None)


def _allocation(assessment: Assessment) -> Names:
    found = assessment.allocation
    return {
        lang: ": ".join(filter(None, (_basis(found.basis, lang), found.reason.get(lang, ""))))
        for lang in texts.LANGUAGES
    }


def _basis(basis: str, lang: str) -> str:
    key = f"allocation_basis.{basis}"
    return (
        texts.text("study", key, lang)
        if key in texts.catalogue("study")
        else texts.text("terms", f"allocation.{basis}", lang)
    )


def _sources(assessment: Assessment) -> tuple[str, ...]:
    found = (part.provenance.source for line in assessment.lines for part in line.parts)
    return tuple(dict.fromkeys(source for source in found if source))


def _joined(names: list[Names]) -> Names:
    return {lang: "; ".join(name[lang] for name in names if lang in name) for lang in texts.LANGUAGES} if names else {}
