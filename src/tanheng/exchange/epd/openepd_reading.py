"""From a document of openEPD to a declaration, with the section that holds what only declarations of this kind tell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import orjson

from tanheng.errors import ExchangeError, QuantityError
from tanheng.exchange.declaration import Declaration, Party, Verified
from tanheng.exchange.epd.checking import check
from tanheng.exchange.epd.common import gwp_of
from tanheng.exchange.epd.modules import Module
from tanheng.exchange.epd.openepd_writing import (
    ALLOCATION,
    CLASSES,
    COMMENT,
    CUT_OFF,
    EXEMPT,
    EXTENSION,
    NAMES,
    NOT_DECLARED,
    SCENARIO,
    SERVICE_LIFE,
    UNIT,
    UNITS,
    field_of,
    some,
)
from tanheng.exchange.epd.received import Told, told_of, uuid_of
from tanheng.exchange.epd.results import Values
from tanheng.exchange.epd.section import SECTION, Epd
from tanheng.exchange.protocols import Loss, Received
from tanheng.exchange.supplement import Supplement
from tanheng.exchange.wording import named
from tanheng.quantities import Quantity

_ORDER = ("EF 3.1", "IPCC AR6", "EF 3.0", "IPCC AR5")
_OURS = {theirs: ours for ours, theirs in UNITS.items()}
_SCHEMES = {theirs: ours for ours, theirs in CLASSES.items()}
_FIELDS = frozenset(field_of(module) for module in Module)
_FACTORS = {UNIT: 1.0, "kg CO2e": 1.0, "kgCO2eq": 1.0, "kg CO2 eq": 1.0, "gCO2e": 1e-3, "tCO2e": 1e3}
_HEAD = re.compile(r"^# (?P<title>.+)$", re.MULTILINE)
_TAKEN = frozenset(
    (
        *(
            "doctype",
            "openepd_version",
            "language",
            "declaration_url",
            "date_of_issue",
            "valid_until",
            "alt_ids",
            "ext",
        ),
        *("product_name", "product_sku", "product_description", "product_classes", "product_service_life_years"),
        *("declared_unit", "kg_per_declared_unit", "kg_C_per_declared_unit", "kg_C_biogenic_per_declared_unit"),
        *(
            "manufacturer",
            "plants",
            "program_operator",
            "program_operator_doc_id",
            "epd_developer",
            "pcr",
            "compliance",
        ),
        *("third_party_verifier", "third_party_verification_url", "lca_discussion", "impacts"),
        *("manufacturing_description", "product_usage_description"),
    )
)
"""Fields that are taken, or that say nothing of the product."""


def read(content: bytes) -> tuple[Received, ...]:
    """The declaration of a document.

    Raises:
        ExchangeError: TH-EXC-020 no openEPD, TH-EXC-021 a value that cannot be used, TH-EXC-450 it tells no GWP of A1-A3.
    """
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ExchangeError("TH-EXC-020", protocol="openEPD", reason=str(error)[:200]) from error
    if not isinstance(document, dict) or str(document.get("doctype", "openEPD")).lower() != "openepd":
        raise ExchangeError("TH-EXC-020", protocol="openEPD", reason="doctype: openEPD")
    if not isinstance(document.get("declared_unit"), dict) or not _dict(document, "impacts"):
        raise ExchangeError("TH-EXC-020", protocol="openEPD", reason="declared_unit, impacts")
    method = _method(document["impacts"])
    found = told_of(_values(document["impacts"][method]))
    declaration, section = _declared(document, found, method), _section(document, method)
    supplement = Supplement({SECTION: section})
    more = supplement.section(SECTION, Epd)
    return (
        Received(
            id=str(section.get("id") or document.get("id") or document.get("program_operator_doc_id") or ""),
            declaration=declaration,
            losses=tuple(_losses(document, method)),
            objections=check(declaration, more, found.values),
            supplement=supplement,
        ),
    )


def _method(impacts: Mapping[str, Any]) -> str:
    """The impact assessment method that is taken: the newest that tells global warming."""
    telling = [name for name, found in impacts.items() if isinstance(found, dict) and _dict(found, "gwp")]
    if not telling:
        raise ExchangeError("TH-EXC-450")
    return next((name for name in _ORDER if name in telling), telling[0])


def _values(impacts: Mapping[str, Any]) -> Values:
    return {
        kind: {module: mean for module in Module if (mean := _mean(scopes.get(field_of(module)))) is not None}
        for kind, name in NAMES.items()
        if isinstance(scopes := impacts.get(name), dict)
    }


def _mean(told: object) -> float | None:
    """kg CO2e of a measurement, as an object or in short (``[mean, unit, …]``)."""
    mean, unit = None, UNIT
    if isinstance(told, dict):
        mean, unit = told.get("mean"), told.get("unit") or UNIT
    elif isinstance(told, list) and told:
        mean, unit = told[0], told[1] if len(told) > 1 else UNIT
    if not isinstance(mean, int | float) or isinstance(mean, bool):
        return None
    factor = _FACTORS.get(str(unit))
    if factor is None:
        raise ExchangeError("TH-EXC-021", found=str(unit)[:60], wanted=UNIT)
    return float(mean) * factor


def _declared(document: Mapping[str, Any], found: Told, method: str) -> Declaration:
    discussed = _discussed(_text(document, "lca_discussion"))
    carbon, biogenic = _kg(document, "kg_C_per_declared_unit"), _kg(document, "kg_C_biogenic_per_declared_unit")
    maker = _dict(document, "manufacturer")
    return Declaration(
        names=named(_text(document, "product_name")),
        description=named(_text(document, "product_description")),
        codes={_SCHEMES.get(str(scheme), str(scheme)): code for scheme, code in _classes(document)},
        ids=tuple(filter(None, [_text(document, "product_sku")])),
        maker=Party(
            names=named(_text(maker, "name")),
            ids=tuple(str(urn) for urn in _dict(maker, "alt_ids").values() if str(urn).startswith("urn:")),
            country=_text(_dict(maker, "hq_location"), "country"),
            street=_text(_dict(maker, "hq_location"), "address"),
            website=_text(maker, "web_domain"),
        ),
        unit=_unit(document["declared_unit"]),
        mass=_kg(document, "kg_per_declared_unit"),
        boundary=found.boundary,
        geography=_geography(document),
        standards=tuple(_text(one, "short_name") or _text(one, "name") for one in _list(document, "compliance")),
        rules_names=named(_text(_dict(document, "pcr"), "name")),
        gwp=gwp_of(method),
        total=found.total,
        flows=found.flows,
        fossil_carbon=carbon - biogenic if carbon is not None and biogenic is not None else None,
        biogenic_carbon=biogenic,
        allocation=named(discussed.get(ALLOCATION, "")),
        cut_off_text=named(discussed.get(CUT_OFF, "")),
        gsd2=_gsd2(document["impacts"][method]["gwp"].get("A1A2A3")),
        valid_from=_day(document.get("date_of_issue")),
        valid_until=_day(document.get("valid_until")),
        verified=_verified(document),
        comment=discussed.get(COMMENT, ""),
    )


def _section(document: Mapping[str, Any], method: str) -> dict[str, Any]:
    """The section of a supplement, as somebody would write it."""
    discussed, own = _discussed(_text(document, "lca_discussion")), _dict(_dict(document, "ext"), EXTENSION)
    pcr, operator = _dict(document, "pcr"), _dict(document, "program_operator")
    verifier = _text(_dict(document, "third_party_verifier"), "name")
    scenarios = [
        {"module": title.removeprefix(SCENARIO), "text": named(text)}
        for title, text in discussed.items()
        if title.startswith(SCENARIO) and title.removeprefix(SCENARIO) in tuple(Module)
    ]
    taken = ("kind", "owner", "version", "packaging_biogenic_carbon")
    return some(
        {
            **{key: own.get(key) for key in taken},
            "id": uuid_of(_dict(document, "alt_ids").get("uuid")),
            "programme": _text(operator, "name"),
            "programme_url": _text(operator, "web_domain"),
            "registration": _text(document, "program_operator_doc_id"),
            "developer": _text(_dict(document, "epd_developer"), "name"),
            "pcr": _text(pcr, "name"),
            "pcr_version": _text(pcr, "version"),
            "pcr_issuer": _text(_dict(pcr, "issuer"), "name"),
            "compliance": [_text(one, "short_name") or _text(one, "name") for one in _list(document, "compliance")],
            "method": method,
            "verification": own.get("verification") or ("external" if verifier else None),
            "verifier": verifier,
            "service_life": document.get("product_service_life_years"),
            "service_life_text": named(discussed.get(SERVICE_LIFE, "")),
            "scenarios": scenarios,
            "exempt": discussed.get(EXEMPT, ""),
            "technology": named(_text(document, "manufacturing_description")),
            "usage": named(_text(document, "product_usage_description")),
            "link": _text(document, "declaration_url"),
        }
    )


def _losses(document: Mapping[str, Any], method: str) -> Iterator[Loss]:
    for key, value in document.items():
        if key not in _TAKEN and value not in (None, "", [], {}, False):
            yield Loss("not-taken", key)
    for name, found in document["impacts"].items():
        if name != method:
            yield Loss("not-taken", f"impacts.{name}")
            continue
        for indicator, scopes in found.items():
            if indicator not in NAMES.values():
                yield Loss("not-taken", f"impacts.{name}.{indicator}")
                continue
            told = scopes if isinstance(scopes, dict) else {}
            strange = [key for key in told if told[key] and key not in _FIELDS]
            yield from (Loss("not-taken", f"impacts.{name}.{indicator}.{key}") for key in strange)
    known = {ALLOCATION, CUT_OFF, COMMENT, NOT_DECLARED, SERVICE_LIFE, EXEMPT}
    for title in _discussed(_text(document, "lca_discussion")):
        if title not in known and not title.startswith(SCENARIO):
            yield Loss("not-taken", f"lca_discussion: {title or '…'}")
    if len(_list(document, "plants")) > 1:
        yield Loss("not-taken", "plants[1:]")
    for key in _dict(document, "ext"):
        if key != EXTENSION:
            yield Loss("not-taken", f"ext.{key}")


def _discussed(text: str) -> dict[str, str]:
    """Sections of the discussion by title; what stands before the first one has none."""
    heads = list(_HEAD.finditer(text))
    before = text[: heads[0].start()].strip() if heads else text.strip()
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found = {head["title"].strip(): text[head.end() : end].strip() for head, end in zip(heads, ends, strict=False)}
    return {"": before, **found} if before else found


def _unit(told: Mapping[str, Any]) -> Quantity:
    amount, unit = told.get("qty"), str(told.get("unit") or "")
    amount = 1.0 if amount is None else amount
    try:
        if not isinstance(amount, int | float) or amount <= 0:
            raise ExchangeError("TH-EXC-021", place="declared_unit", found=str(amount)[:60], wanted="> 0")
        return Quantity(float(amount), _OURS[unit]) if unit in _OURS else Quantity.parse(f"{amount!r} {unit}")
    except QuantityError as error:
        wanted = ", ".join(_OURS)
        raise ExchangeError("TH-EXC-021", place="declared_unit", found=unit[:60], wanted=wanted) from error


def _classes(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for scheme, code in _dict(document, "product_classes").items():
        first = code[0] if isinstance(code, list) and code else code
        if isinstance(first, str):
            yield scheme, first


def _geography(document: Mapping[str, Any]) -> str:
    plants = _list(document, "plants")
    location = _dict(plants[0], "location") if plants else {}
    return _text(location, "jurisdiction") or _text(location, "country")


def _verified(document: Mapping[str, Any]) -> Verified | None:
    name, link = _text(_dict(document, "third_party_verifier"), "name"), _text(document, "third_party_verification_url")
    return Verified(body=named(name), link=link) if name else None


def _gsd2(told: object) -> float | None:
    """From the relative standard deviation of a lognormal distribution."""
    if not isinstance(told, dict) or told.get("dist", "log-normal") != "log-normal":
        return None
    rsd = told.get("rsd")
    if not isinstance(rsd, int | float) or not rsd > 0:
        return None
    return math.exp(2.0 * math.sqrt(math.log1p(rsd**2)))


def _kg(document: Mapping[str, Any], key: str) -> float | None:
    told = _dict(document, key)
    amount, unit = told.get("qty"), str(told.get("unit") or "kg")
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        return None
    try:
        return float(amount) if unit == "kg" else Quantity.parse(f"{amount!r} {unit}").to("kg").value
    except QuantityError as error:
        raise ExchangeError("TH-EXC-021", place=key, found=unit[:60], wanted="kg") from error


def _day(text: object) -> date | None:
    try:
        return datetime.fromisoformat(str(text)).date() if text else None
    except ValueError:
        return None


def _dict(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = whole.get(key) if isinstance(whole, Mapping) else None
    return found if isinstance(found, dict) else {}


def _list(whole: Mapping[str, Any], key: str) -> list[Any]:
    found = whole.get(key)
    return found if isinstance(found, list) else []


def _text(whole: Mapping[str, Any], key: str) -> str:
    found = whole.get(key) if isinstance(whole, Mapping) else None
    return found if isinstance(found, str) else ""
