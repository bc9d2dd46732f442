"""From a declaration to a document of openEPD."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import orjson

from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration, Party
from tanheng.exchange.epd.checking import check
from tanheng.exchange.epd.common import identifier, losses, method_of, opened, published, spread_of
from tanheng.exchange.epd.modules import Module
from tanheng.exchange.epd.results import Indicator, Results, results_of
from tanheng.exchange.epd.section import Epd
from tanheng.exchange.protocols import Loss, Written
from tanheng.exchange.regions import country
from tanheng.exchange.supplement import Supplement
from tanheng.exchange.wording import is_many, one_of
from tanheng.quantities import Quantity

NAMES: Mapping[Indicator, str] = {
    Indicator.TOTAL: "gwp",
    Indicator.FOSSIL: "gwp-fossil",
    Indicator.BIOGENIC: "gwp-biogenic",
    Indicator.LULUC: "gwp-luluc",
}
UNIT = "kgCO2e"
UNITS: Mapping[str, str] = {
    "kg": "kg",
    "t": "t",
    "m": "m",
    "m2": "m2",
    "m3": "m3",
    "pcs": "item",
    "MJ": "MJ",
    "kWh": "kWh",
    "t*km": "t * km",
    "h": "hour",
}
CLASSES = {"cpc": "uncpc"}
EXTENSION = "tanheng"
ALLOCATION, CUT_OFF, COMMENT, NOT_DECLARED, SERVICE_LIFE, EXEMPT = (
    "Allocation",
    "Cut-off",
    "Comment",
    "Modules not declared (MND)",
    "Reference service life",
    "Modules C and D left out",
)
SCENARIO = "Scenario "
_BY_DIMENSION = {Quantity(1.0, ours).dimension: ours for ours in reversed(tuple(UNITS)) if ours != "t"}
_CARRIED = frozenset(["gsd2", "allocation", "cut_off_text", "comment", "ids", "geography", "fossil_carbon"])
_LONGEST = {"product_name": 200, "product_description": 2000}


def write(told: Declaration, supplement: Supplement) -> Written:
    """A JSON document of openEPD.

    Raises:
        ExchangeError: TH-EXC-010 every value that is needed and not known, TH-EXC-011 another regime, TH-EXC-013 a unit.
    """
    more = opened(told, supplement)
    results = results_of(told, more)
    document = _document(told, more, results)
    return Written(
        content=orjson.dumps(document, option=orjson.OPT_INDENT_2),
        name=f"{identifier(told, more)}.json",
        media_type="application/json",
        losses=(*losses(told, results, _CARRIED), *_own_losses(told, more)),
        objections=check(told, more, results.values),
    )


def _document(told: Declaration, more: Epd, results: Results) -> dict[str, Any]:
    external = more.verification == "external" or (told.verified is not None and more.verification is None)
    verifier = more.verifier or (one_of(told.verified.body) if told.verified is not None else "")
    carbon = (
        told.fossil_carbon + told.biogenic_carbon
        if told.fossil_carbon is not None and told.biogenic_carbon is not None
        else None
    )
    return some(
        {
            "doctype": "openEPD",
            "openepd_version": "0.1",
            "alt_ids": {"uuid": identifier(told, more)},
            "language": "en" if "en" in told.names else next(iter(told.names))[:2],
            "declaration_url": more.link,
            "date_of_issue": _moment(published(told, more)),
            "valid_until": _moment(told.valid_until),
            "product_name": _cut("product_name", one_of(told.names)),
            "product_sku": told.ids[0] if told.ids else "",
            "product_description": _cut("product_description", one_of(told.description)),
            "product_classes": {CLASSES.get(scheme, scheme): code for scheme, code in told.codes.items()},
            "declared_unit": _unit(told.unit),
            "kg_per_declared_unit": _mass(told.mass),
            "kg_C_per_declared_unit": _mass(carbon),
            "kg_C_biogenic_per_declared_unit": _mass(told.biogenic_carbon),
            "product_service_life_years": more.service_life,
            "manufacturer": _organisation(told.maker),
            "plants": [_plant(told)] if told.geography else [],
            "program_operator": some({"name": more.programme, "web_domain": _domain(more.programme_url)}),
            "program_operator_doc_id": more.registration,
            "epd_developer": some({"name": more.developer}),
            "third_party_verifier": {"name": verifier} if external and verifier else None,
            "third_party_verification_url": told.verified.link if told.verified is not None else "",
            "pcr": some({"name": more.pcr, "version": more.pcr_version, "issuer": some({"name": more.pcr_issuer})}),
            "compliance": [{"short_name": one} for one in more.compliance],
            "manufacturing_description": one_of(more.technology),
            "product_usage_description": one_of(more.usage),
            "lca_discussion": "\n\n".join(f"# {title}\n\n{text}" for title, text in _discussed(told, more, results)),
            "impacts": {method_of(told, more): _impacts(told, results)},
            "ext": {EXTENSION: _extension(more, results)},
        }
    )


def _impacts(told: Declaration, results: Results) -> dict[str, Any]:
    made: dict[str, Any] = {
        NAMES[kind]: {field_of(module): {"mean": value, "unit": UNIT} for module, value in found.items()}
        for kind, found in results.values.items()
    }
    if (gsd2 := spread_of(told, results)) is not None and gsd2 > 1.0:
        sigma = math.log(gsd2) / 2.0  # of the logarithm
        whole = made[NAMES[Indicator.TOTAL]][field_of(Module.A1_A3)]
        whole |= {"rsd": math.sqrt(math.expm1(sigma**2)), "dist": "log-normal"}
    return made


def field_of(module: Module) -> str:
    """How openEPD calls a module: ``A1A2A3`` for A1-A3."""
    return "A1A2A3" if module is Module.A1_A3 else module.value


def _discussed(told: Declaration, more: Epd, results: Results) -> Iterator[tuple[str, str]]:
    if results.not_declared:
        yield NOT_DECLARED, ", ".join(results.not_declared)
    for title, text in (
        (ALLOCATION, one_of(told.allocation)),
        (CUT_OFF, one_of(told.cut_off_text)),
        (SERVICE_LIFE, one_of(more.service_life_text)),
        (EXEMPT, more.exempt),
        (COMMENT, told.comment),
    ):
        if text:
            yield title, text
    for scenario in more.scenarios:
        yield f"{SCENARIO}{scenario.module}", one_of(scenario.text)


def _extension(more: Epd, results: Results) -> dict[str, Any]:
    told = {module.value: "MND" for module in results.not_declared}
    return some(
        {
            "modules": told,
            "kind": more.kind,
            "owner": more.owner,
            "verification": more.verification,
            "version": more.version,
            "packaging_biogenic_carbon": str(more.packaging_biogenic_carbon.quantity)
            if more.packaging_biogenic_carbon
            else "",
        }
    )


def _organisation(party: Party) -> dict[str, Any]:
    street = ", ".join(filter(None, (party.street, party.postcode, party.city, party.region)))
    return some(
        {
            "name": one_of(party.names)[:200],
            "web_domain": _domain(party.website),
            "alt_ids": {urn: urn for urn in party.ids},
            "hq_location": some({"address": street, "country": party.country}),
        }
    )


def _plant(told: Declaration) -> dict[str, Any]:
    land = country(told.geography)
    part = told.geography if told.geography != land else ""
    return {"name": one_of(told.maker.names)[:200], "location": some({"country": land, "jurisdiction": part})}


def _unit(unit: Quantity) -> dict[str, Any]:
    if unit.unit in UNITS:
        return {"qty": unit.value, "unit": UNITS[unit.unit]}
    ours = _BY_DIMENSION.get(unit.dimension)
    if ours is None:
        raise ExchangeError("TH-EXC-013", unit=unit.unit, known=", ".join(UNITS))
    return {"qty": unit.to(ours).value, "unit": UNITS[ours]}


def _own_losses(told: Declaration, more: Epd) -> Iterator[Loss]:
    fields = {
        "names": told.names,
        "description": told.description,
        "maker.names": told.maker.names,
        "allocation": told.allocation,
        "cut_off_text": told.cut_off_text,
        "epd.technology": more.technology,
        "epd.usage": more.usage,
        "epd.service_life_text": more.service_life_text,
    }
    yield from (Loss("language", path) for path, names in fields.items() if is_many(names))
    if any(is_many(one.text) for one in more.scenarios):
        yield Loss("language", "epd.scenarios")
    for path, text in (("product_name", one_of(told.names)), ("product_description", one_of(told.description))):
        if len(text) > _LONGEST[path]:
            yield Loss("shortened", path, {"length": _LONGEST[path]})
    if len(told.ids) > 1:
        yield Loss("no-field", "ids[1:]")
    yield from (
        Loss("no-field", f"maker.{path}") for path in ("contact", "email", "phone") if getattr(told.maker, path)
    )
    if more.verifier and more.verification == "internal":
        yield Loss("no-field", "epd.verifier")


def _cut(field: str, text: str) -> str:
    return text if len(text) <= _LONGEST[field] else text[: _LONGEST[field] - 1] + "…"


def _mass(kg: float | None) -> dict[str, Any] | None:
    return {"qty": kg, "unit": "kg"} if kg is not None else None


def _domain(address: str) -> str:
    return urlsplit(address).hostname or address if address else ""


def _moment(day: date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00Z" if day is not None else None


def some(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known."""
    return {key: value for key, value in whole.items() if value not in (None, "", [], {})}
